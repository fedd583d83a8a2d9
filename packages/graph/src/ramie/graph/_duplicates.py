"""Find what can be reached by more than one path."""

from typing import Any

from ._filters import to_predicate
from ._graphdef import Child, Leaf, NodeDef, walk_definitions
from ._keys import path_order
from ._split import leaf_values
from ._view import view_of
from .typing import Filter, Path


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
    # An object is known by its number, an array by its id.
    found: dict[tuple[str, int], tuple[Any, list[Path]]]
    found = {("object", 0): (node, [()])}
    for path, entry in walk_definitions(view.graphdef):
        if not isinstance(entry, NodeDef):
            continue
        for key, attribute in entry.attributes:
            match attribute:
                case Child(index=index):
                    known_as, value = ("object", index), objects[index]
                case Leaf(leaf=leaf):
                    known_as, value = ("array", id(arrays[leaf])), arrays[leaf]
                case _:
                    continue
            found.setdefault(known_as, (value, []))[1].append((*path, key))
    selects = to_predicate(only)
    groups = []
    for value, paths in found.values():
        first, *others = sorted(paths, key=path_order)
        again = [path for path in others if selects(path, value)]
        if again:
            groups.append([first, *again])
    return sorted(groups, key=lambda group: path_order(group[0]))
