"""Names that wait: the files behind them are imported when the first is asked for.

All of them together, so that each class says from its first moment on that it is at
home in the package. Who wants the functions alone does not pay for the Modules.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from ramie.graph.extend import publish


def on_demand(
    namespace: dict[str, Any], files: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The functions `__getattr__` and `__dir__` of a package some of whose names wait.

    A star import needs `__all__`, which is set here to what is there and what waits.

    Args:
        namespace: the globals of the package, all else imported.
        files: the names that wait, separated by spaces, by the file they are in.
    """
    package = namespace["__name__"]
    homes = {name: file for file, names in files.items() for name in names.split()}
    own = {name for name in namespace if not name.startswith("_")}
    namespace["__all__"] = sorted({*own, *homes} - {"TYPE_CHECKING"})

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        loaded = {file: import_module(f"{package}.{file}") for file in files}
        found = {each: getattr(loaded[file], each) for each, file in homes.items()}
        namespace.update(found)
        publish(namespace)
        return found[name]

    def names() -> list[str]:
        return sorted({*namespace, *homes})

    return find, names
