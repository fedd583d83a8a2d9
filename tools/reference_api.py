"""The public names and signatures of the reference library, and what ramie lacks.

    python tools/reference_api.py missing   # per part: what is there, what is not
    python tools/reference_api.py settle    # take what is there off the list of gaps
    python tools/reference_api.py write     # where the reference library is installed

`write` calls `inspect.signature` on what the reference library offers and writes one
file for each of its modules to `tests-integration/reference_api/`. A signature is
kept as text, without annotations, such as `(x, /, *, axis=-1, out=opaque)`; `opaque`
is a default that is no plain literal. How ramie is compared with it is in `api_gaps`.
"""

import argparse
import enum
import functools
import importlib
import inspect
import json
import sys
import typing
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType, UnionType
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "tests-integration" / "reference_api"
LIBRARY = "flax"

# Modules whose public names come from elsewhere too, as those of a package do.
GATHERING = (
    "nnx",
    "nnx.bridge",
    "nnx.compat",
    "nnx.nn.initializers",
    "linen",
    "linen.partitioning",
    "core",
)
MODULES = (
    *GATHERING,
    "nnx.filterlib",
    "nnx.statelib",
    "nnx.training.metrics",
    "nnx.traversals",
    "core.meta",
    "errors",
    "linen.summary",
    "serialization",
    "struct",
    "training.train_state",
    "traverse_util",
)

ARITHMETIC = (
    *("add", "and", "divmod", "floordiv", "lshift", "matmul", "mod", "mul", "or"),
    *("pow", "rshift", "sub", "truediv", "xor"),
)
OPERATORS = frozenset(
    f"__{word}__"
    for word in (
        *ARITHMETIC,
        *(f"r{word}" for word in ARITHMETIC),
        *(f"i{word}" for word in ARITHMETIC),
        *("abs", "bool", "float", "index", "int", "invert", "neg", "pos", "round"),
        *("eq", "ge", "gt", "le", "lt", "ne"),
        *("contains", "delitem", "getitem", "iter", "len", "next", "reversed"),
        *("setitem", "enter", "exit"),
    )
)


def show_default(value: Any) -> str:
    """A default as text: a literal, the name of a dtype or class, or `opaque`."""
    if isinstance(value, type):
        return value.__name__
    if value is ...:
        return "..."
    if type(value) is tuple and not value:
        return "()"
    if value is None or type(value) in (bool, int, float, str):
        text = repr(value)
        return text if text not in ("inf", "-inf", "nan") else "opaque"
    return "opaque"


def parameters_of(function: Any) -> list[inspect.Parameter] | None:
    """The parameters of a callable, defaults as text; None if it does not tell.

    Private ones are left out.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    return [
        parameter.replace(
            annotation=parameter.empty,
            default=parameter.empty
            if parameter.default is parameter.empty
            else Text(show_default(parameter.default)),
        )
        for parameter in signature.parameters.values()
        if parameter.kind is not parameter.KEYWORD_ONLY or parameter.name[0] != "_"
    ]


NO_NAMES = (ModuleType, typing.TypeVar)


class Text(str):
    """A text that is shown without quotes, in signatures too."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def show_call(function: Any, *, drop_first: bool = False) -> str:
    """The signature of a callable as text; `?` if it does not tell.

    Args:
        function: the callable.
        drop_first: whether the first parameter is `self`.
    """
    parameters = parameters_of(function)
    if parameters is None:
        return "?"
    return str(inspect.Signature(parameters[1:] if drop_first else parameters))


def show_member(cls: type, name: str) -> str | None:
    """A method as its signature, what is read as `property`, and None for data."""
    member = inspect.getattr_static(cls, name)
    if isinstance(member, staticmethod):
        return f"static {show_call(getattr(cls, name))}"
    if isinstance(member, classmethod):
        return f"class {show_call(getattr(cls, name))}"
    if callable(member) and not isinstance(member, type):
        return show_call(member, drop_first=True)
    is_read = inspect.isdatadescriptor(member) or hasattr(member, "__get__")
    return "property" if is_read else None


def describe_class(cls: type, names: dict[int, str]) -> dict[str, Any]:
    """What a class itself defines, and which public classes it is below.

    Args:
        cls: the class.
        names: the public names of the module, by the id of what they name.
    """
    bases = [names[id(base)] for base in cls.__mro__[1:] if id(base) in names]
    operators = sorted(name for name in vars(cls) if name in OPERATORS)
    members = {}
    for name in sorted(vars(cls)):
        if not name.startswith("_") or name in ("__init__", "__call__"):
            shown = show_member(cls, name)
            if shown is not None:
                members[name] = shown
    if issubclass(cls, enum.Enum):
        members = dict.fromkeys(cls.__members__, "property")
    description: dict[str, Any] = {"class": " ".join(bases)}
    if operators:
        description["operators"] = " ".join(operators)
    if members:
        description["members"] = members
    return description


def public_values(module: ModuleType, *, gathering: bool) -> Iterator[tuple[str, Any]]:
    """The names that a module answers for, in order.

    Args:
        module: the module.
        gathering: whether it answers for what it has imported as well. Modules,
            helpers for types and anything of the standard library never count.
    """
    for name in sorted(vars(module)):
        value = vars(module)[name]
        home = str(getattr(value, "__module__", None))
        if name.startswith("_") or isinstance(value, NO_NAMES):
            continue
        is_alias = typing.get_origin(value) is not None
        # A partial is of the library that made it, an alias of who named it.
        is_borrowed = home.partition(".")[0] in sys.stdlib_module_names
        if is_borrowed and not is_alias and not isinstance(value, functools.partial):
            continue
        if gathering or (home in (module.__name__, "None") and not is_alias):
            yield name, value


def describe_module(module: ModuleType, *, gathering: bool = False) -> dict[str, Any]:
    """Every public name of a module with what is known of it."""
    values = dict(public_values(module, gathering=gathering))
    names = {id(value): name for name, value in values.items()}
    return {name: _describe(value, names) for name, value in values.items()}


def _describe(value: Any, names: dict[int, str]) -> Any:
    if typing.get_origin(value) is not None or isinstance(value, UnionType):
        return "type"
    if isinstance(value, type):
        return describe_class(value, names)
    return show_call(value) if callable(value) else "value"


def write(folder: Path = FOLDER, library: str = LIBRARY) -> None:
    """Write one file for each module of the installed reference library."""
    for name in MODULES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(f"{library}.{name}")
        names = describe_module(module, gathering=name in GATHERING)
        facts = {"library": f"{library} {version(library)}", "names": names}
        text = json.dumps(facts, indent=1, ensure_ascii=False)
        folder.joinpath(f"{name}.json").write_text(text + "\n", "utf-8")


def read(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """The names of one module of the reference library, as they were written."""
    facts = json.loads(folder.joinpath(f"{name}.json").read_text("utf-8"))
    names: dict[str, Any] = facts["names"]
    return names


def main() -> int:
    """Write the data, print what ramie lacks, or shorten the list of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("action", choices=["missing", "settle", "write"])
    action = parser.parse_args().action
    if action == "write":
        write()
        return 0
    import api_gaps  # needs ramie, where the above needs the reference library

    if action == "settle":
        api_gaps.settle(FOLDER)
    else:
        print(api_gaps.summary(FOLDER))
    return 0


if __name__ == "__main__":
    sys.exit(main())
