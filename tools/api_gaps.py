"""Where ramie cannot be called as the reference library is.

Each gap is one short text, so that a table can list it:

    vmap                there is no such name
    *                   not one name of the module is there
    Module.sow          there is no such method or property
    Dict<Module         the class is not below that class
    State[__or__]       the operator is missing
    jit(graph)          an argument cannot be given as it is there
    clone(arrays=)      the default is another one
    view()              it cannot be called that way: another kind of thing, or it
                        asks for more arguments

`parts.toml` says which part of the API which package answers for, `differences.toml`
which gaps are meant, `not_yet.toml` which are to be closed.
"""

import ast
import importlib
import inspect
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reference_api import Text, parameters_of, read

Parameter = inspect.Parameter
POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
STARS: dict[Any, str] = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}
BY_NAME = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)


def parse_call(text: str) -> list[Parameter]:
    """The parameters that a signature in text form speaks of."""
    function = ast.parse(f"def f{text}: ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    arguments = function.args
    simple = [*arguments.posonlyargs, *arguments.args]
    no_default = [None] * (len(simple) - len(arguments.defaults))
    found = []
    for argument, default in zip(
        simple, [*no_default, *arguments.defaults], strict=True
    ):
        only = argument in arguments.posonlyargs
        found.append(_parameter(argument, POSITIONAL[0 if only else 1], default))
    if arguments.vararg:
        found.append(_parameter(arguments.vararg, Parameter.VAR_POSITIONAL))
    for argument, default in zip(
        arguments.kwonlyargs, arguments.kw_defaults, strict=True
    ):
        found.append(_parameter(argument, Parameter.KEYWORD_ONLY, default))
    if arguments.kwarg:
        found.append(_parameter(arguments.kwarg, Parameter.VAR_KEYWORD))
    return found


def _parameter(argument: ast.arg, kind: Any, default: ast.expr | None = None) -> Any:
    value = Parameter.empty if default is None else Text(ast.unparse(default))
    return Parameter(argument.arg, kind, default=value)


def call_gaps(theirs: list[Parameter], ours: list[Parameter]) -> Iterator[str]:
    """What of a call is refused: `(name)`, `(name=)` or `()` for each reason."""
    for index, their in enumerate(theirs):
        mine = _taker(their, index, ours)
        if mine is None:
            yield f"({STARS.get(their.kind, their.name)})"
        elif mine.kind not in STARS and not _same_default(their, mine):
            yield f"({their.name}=)"
    filled = {their.name for their in theirs}
    count = sum(their.kind in POSITIONAL for their in theirs)
    rest = [mine for mine in ours[count:] if mine.name not in filled]
    if any(mine.default is mine.empty and mine.kind not in STARS for mine in rest):
        yield "()"


def _taker(their: Parameter, index: int, ours: list[Parameter]) -> Parameter | None:
    """Which of our parameters takes an argument, however it is given."""
    stars = {mine.kind: mine for mine in ours if mine.kind in STARS}
    if their.kind in STARS:
        return stars.get(their.kind)
    positional = [mine for mine in ours if mine.kind in POSITIONAL]
    by_position = stars.get(Parameter.VAR_POSITIONAL)
    if index < len(positional):
        by_position = positional[index]
    named = {mine.name: mine for mine in ours if mine.kind in BY_NAME}
    by_name = named.get(their.name, stars.get(Parameter.VAR_KEYWORD))
    if their.kind is Parameter.POSITIONAL_ONLY:
        return by_position
    if their.kind is Parameter.KEYWORD_ONLY or by_position is by_name:
        return by_name
    both_stars = by_position in stars.values() and by_name in stars.values()
    return by_name if both_stars else None


def _same_default(their: Parameter, mine: Parameter) -> bool:
    if their.default is Parameter.empty:
        return True
    if mine.default is Parameter.empty:
        return False
    return their.default in ("opaque", mine.default)


def name_gaps(
    name: str, description: Any, owner: Any, names: dict[str, Any]
) -> Iterator[str]:
    """The gaps of one public name.

    Args:
        name: the name.
        description: what `reference_api` wrote of it.
        owner: the module of ramie that should offer it.
        names: all names that module offers, for the bases of classes.
    """
    if not hasattr(owner, name):
        yield name
        return
    value = getattr(owner, name)
    if isinstance(description, dict):
        yield from _class_gaps(name, description, value, names)
    elif description.startswith("("):
        yield from _callable_gaps(name, description, value)


def _callable_gaps(
    name: str, text: str, value: Any, *, drop_first: bool = False
) -> Iterator[str]:
    if not callable(value):
        yield f"{name}()"
        return
    ours = parameters_of(value)
    if ours is not None:
        gaps = call_gaps(parse_call(text), ours[1:] if drop_first else ours)
        yield from (f"{name}{gap}" for gap in gaps)


def _class_gaps(
    name: str, description: dict[str, Any], cls: Any, names: dict[str, Any]
) -> Iterator[str]:
    if not isinstance(cls, type):
        yield f"{name}()"
        return
    for base in description["class"].split():
        if base in names and not issubclass(cls, names[base]):
            yield f"{name}<{base}"
    for operator in description.get("operators", "").split():
        if _lookup(cls, operator) is vars(object).get(operator):
            yield f"{name}[{operator}]"
    for member, text in description.get("members", {}).items():
        place = f"{name}.{member}" if member != "__init__" else name
        mine = _lookup(cls, member)
        if mine is None:
            yield place
        elif mine is object.__init__:  # there is a __new__
            yield from _callable_gaps(place, text, cls)
        else:
            yield from _member_gaps(place, text, getattr(cls, member), mine)


def _lookup(cls: type, name: str) -> Any:
    """A member as it is kept in a class or one above it, never in a metaclass."""
    for base in cls.__mro__:
        if name in vars(base):
            return vars(base)[name]
    return None


def _member_gaps(place: str, text: str, value: Any, mine: Any) -> Iterator[str]:
    on_class = isinstance(mine, (staticmethod, classmethod))
    if text == "property":
        if callable(mine):
            yield f"{place}()"
    elif text.startswith(("static ", "class ")):
        if on_class:
            yield from _callable_gaps(place, text.partition(" ")[2], value)
        else:
            yield f"{place}()"
    elif text != "?":
        yield from _callable_gaps(place, text, value, drop_first=not on_class)


def find(module: str) -> Any:
    """A module of ramie by its dotted name, or None if it is not there.

    A public module may be an attribute rather than a file, as `ramie.nnx.metrics` is.
    """
    package, *rest = module.split(".")
    found: Any = importlib.import_module(package)
    for word in rest:
        if not hasattr(found, word):
            name = f"{found.__name__}.{word}"
            try:
                importlib.import_module(name)
            except ModuleNotFoundError as error:
                if error.name != name:
                    raise
                return None
        found = getattr(found, word)
    return found


def module_gaps(
    reference: str, module: str, only: list[str] | None = None
) -> list[str]:
    """The gaps between a module of the reference library and one of ramie.

    Args:
        reference: the module there, such as `nnx.statelib`.
        module: the module here.
        only: the names to compare; without it, all.
    """
    theirs = read(reference)
    owner = find(module)
    offered = vars(owner) if owner is not None else {}
    if only is None and not offered.keys() & theirs.keys():
        return ["*"]
    return sorted(
        gap
        for name in (theirs if only is None else only)
        for gap in name_gaps(name, theirs[name], owner, offered)
    )


def parts(folder: Path) -> dict[str, dict[str, Any]]:
    """The parts of the API, by name: `reference`, `module`, and `names` or nothing."""
    found = load_table(folder, "parts")
    for part in found.values():
        if "names" in part:
            part["names"] = part["names"].split()
    return found


def part_gaps(part: dict[str, Any]) -> list[str]:
    """The gaps of one part, in the package that answers for it."""
    return module_gaps(part["reference"], part["module"], part.get("names"))


def unmeant_gaps(folder: Path) -> dict[str, list[str]]:
    """For each part the gaps that nobody wants, as they are now."""
    meant = load_table(folder, "differences")
    return {
        title: [gap for gap in part_gaps(part) if gap not in meant.get(title, {})]
        for title, part in parts(folder).items()
    }


def load_table(folder: Path, name: str) -> dict[str, Any]:
    """One of the tables written by hand, by part."""
    return tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))


def not_yet(folder: Path) -> dict[str, list[str]]:
    """For each part the gaps that are known and to be closed."""
    table = load_table(folder, "not_yet")
    return {title: text.split() for title, text in table.items()}


def show_not_yet(gaps: dict[str, list[str]]) -> str:
    """The text of `not_yet.toml`."""
    lines = [
        "# Gaps to be closed, by part. `python tools/reference_api.py settle` removes",
        "# those that are closed by now.",
    ]
    for title, listed in gaps.items():
        if listed:
            text = textwrap.wrap(
                " ".join(listed),
                84,
                break_long_words=False,
                break_on_hyphens=False,
                initial_indent="    ",
                subsequent_indent="    ",
            )
            lines += ["", f'{title} = """', *text, '"""']
    return "\n".join(lines) + "\n"


def settle(folder: Path) -> None:
    """Take the gaps that are closed off the list. None is ever added."""
    known = not_yet(folder)
    left = {
        title: [gap for gap in gaps if gap in known.get(title, [])]
        for title, gaps in unmeant_gaps(folder).items()
    }
    folder.joinpath("not_yet.toml").write_text(show_not_yet(left), "utf-8")


def summary(folder: Path) -> str:
    """A table: for each part, how many names are there, and what is missing."""
    rows = [("part", "names", "have", "gaps", "")]
    listed = []
    for title, part in parts(folder).items():
        gaps = part_gaps(part)
        names = part.get("names") or list(read(part["reference"]))
        absent = names if gaps == ["*"] else [gap for gap in gaps if gap in names]
        others = [gap for gap in gaps if gap != "*" and gap not in names]
        counts = len(names), len(names) - len(absent), len(others)
        rows.append((title, *map(str, counts), part["module"]))
        for kind, found in (("missing", absent), ("other gaps", others)):
            listed += [f"\n{title}, {kind}:\n  {' '.join(found)}"] if found else []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return "\n".join([line.rstrip() for line in lines] + listed)
