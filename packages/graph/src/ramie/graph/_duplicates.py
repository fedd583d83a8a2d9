"""Find what can be reached by more than one path."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from ._filters import to_predicate
from ._graphdef import Child, Leaf, NodeDef, walk_definitions
from ._keys import path_order
from ._split import leaf_values
from ._view import view_of
from .typing import Filter, Key, Path


def find_duplicates(node: Any, /, *, only: Filter = ...) -> list[list[Path]]:
    """The paths of each node, cell and array that several paths lead to.

    What is below a shared node is not listed for that reason alone: its paths
    begin with those of the node.

    Args:
        node: a module, a cell, or any container of them.
        only: which repetitions count. The first path to an object is always
            listed; a further one, if this filter selects it.

    Returns:
        One list for each object, with its paths in path order; the lists in the
        order of their first paths.

    Raises:
        UnknownNodeError: the value holds nothing ramie can walk.

    Example:
        >>> from ramie.graph import find_duplicates
        >>> shared = [jnp.ones(2)]
        >>> find_duplicates({"x": shared, "y": {"z": shared}})
        [[('x',), ('y', 'z')]]
    """
    view = view_of(node)
    objects = [node, *view.objects[1:]]
    arrays = leaf_values(view)
    times = Counter([_ROOT])
    for definition in view.graphdef.nodes:
        times.update(held for _, held, _ in _holds(definition, objects, arrays))
    if times.most_common(1)[0][1] == 1:
        return []
    # A long path takes as much memory as it has keys: keep only those that matter.
    found: dict[_Held, tuple[Any, list[Path]]] = {_ROOT: (node, [()])}
    for path, entry in walk_definitions(view.graphdef):
        for key, held, value in _holds(entry, objects, arrays):
            if times[held] > 1:
                found.setdefault(held, (value, []))[1].append((*path, key))
    selects = to_predicate(only)
    groups = []
    for value, paths in found.values():
        first, *others = sorted(paths, key=path_order)
        again = [path for path in others if selects(path, value)]
        if again:
            groups.append([first, *again])
    return sorted(groups, key=lambda group: path_order(group[0]))


_Held: TypeAlias = tuple[str, int]
"""How a held thing is known: an object by its number, an array by its id."""

_ROOT: _Held = ("object", 0)


def _holds(
    entry: object, objects: Sequence[Any], arrays: Sequence[Any]
) -> Iterator[tuple[Key, _Held, Any]]:
    """What a node holds, if the entry defines one: (key, known as, value)."""
    for key, attribute in entry.attributes if isinstance(entry, NodeDef) else ():
        match attribute:
            case Child(index=index):
                yield key, ("object", index), objects[index]
            case Leaf(leaf=leaf):
                yield key, ("array", id(arrays[leaf])), arrays[leaf]
