"""The Variables of an nnx module by path: read them, write them, add new ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from ramie.graph import iter_graph
from ramie.module import Pytree, RngState
from ramie.variables import Variable

from ._convert import Path
from .errors import VariableClashError


def variables_of(module: Any) -> dict[Path, Variable[Any]]:
    """The Variables of a module by path, each once, those of random keys left out."""
    return {
        tuple(path): node
        for path, node in iter_graph(module)
        if isinstance(node, Variable) and not issubclass(node.type, RngState)
    }


def write(module: Any, flat: Mapping[Path, Variable[Any]]) -> None:
    """Give a module the values and the metadata of Variables by path.

    A Variable that is there keeps its identity. One that is not is added, in dicts
    where nothing is.

    Raises:
        VariableClashError: a path leads through a Variable.
    """
    held = variables_of(module)
    for path in flat:
        for end in range(1, len(path)):
            if path[:end] in held:
                raise VariableClashError(path[:end], ("this module",))
    for path, new in flat.items():
        old = held.get(path)
        if old is None or old.type is not new.type:
            _insert(module, path, new)
            continue
        old.set_value(new.get_value())
        metadata = new.get_metadata()
        if metadata != old.get_metadata():
            old.set_metadata(**metadata)


def _insert(module: Any, path: Path, variable: Variable[Any]) -> None:
    place = module
    for at, name in enumerate(path[:-1]):
        below = _get(place, name)
        if below is None:
            for key in reversed(path[at + 1 :]):
                variable = {key: variable}  # type: ignore[assignment]
            _set(place, name, variable)
            return
        place = below
    _set(place, path[-1], variable)


def _get(place: Any, name: Any) -> Any:
    if isinstance(place, Pytree) and not isinstance(place, (Mapping, Sequence)):
        return vars(place).get(name)
    if isinstance(place, Sequence):
        return place[name]
    return place.get(name)


def _set(place: Any, name: Any, value: Any) -> None:
    if isinstance(place, Pytree) and not isinstance(place, (Mapping, Sequence)):
        setattr(place, name, value)
    else:
        place[name] = value
