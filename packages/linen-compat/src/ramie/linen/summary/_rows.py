"""Rows: calls and the variables that are counted with them, as a table."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax

from ..core.meta import unbox
from ..module import Module
from ._calls import Call

if TYPE_CHECKING:
    from ramie.module import summary

Variables = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Row:
    """One call, and the variables that are counted with it.

    Attributes:
        path: where the module is.
        module_copy: the module, unbound.
        method: the name of the method.
        inputs: shapes of the arguments.
        outputs: shapes of what was returned.
        module_variables: the module's own variables, by collection.
        counted_variables: those counted here, by collection: its own, and those of
            modules that have no row.
        flops: operations of the call.
        vjp_flops: operations of the call and its gradient.
    """

    path: tuple[str, ...]
    module_copy: Module
    method: str
    inputs: Any
    outputs: Any
    module_variables: dict[str, dict[str, Any]]
    counted_variables: dict[str, dict[str, Any]]
    flops: int = 0
    vjp_flops: int = 0

    def size_and_bytes(self, collections: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Elements and bytes of what is counted here, for each collection."""
        return {name: measure(self.counted_variables.get(name)) for name in collections}


class Table(list[Row]):
    """The rows of a module, with its name and its collections."""

    def __init__(
        self, module: Module, collections: Sequence[str], rows: Iterable[Row]
    ) -> None:
        """Keep the module, and the collections in the order of columns."""
        super().__init__(rows)
        self.module, self.collections = module, collections

    def as_texts(self, costs: Sequence[str]) -> "summary.Table":
        """The table as texts, ready to be drawn; `costs` names columns of flops."""
        # Drawing needs another package, which most programs can do without.
        from ._texts import texts_of

        title = f"{type(self.module).__name__} Summary"
        return texts_of(self, title, self.collections, costs)


def make_rows(
    variables: Variables,
    calls: Sequence[Call],
    *,
    depth: int | None,
    show_repeated: bool,
    compute_flops: bool,
    compute_vjp_flops: bool,
) -> list[Row]:
    """A row for each call that is shown; each variable is counted in one of them."""
    modules = {call.path for call in calls} | {()}
    shown = {path for path in modules if depth is None or len(path) <= depth}
    rows: list[Row] = []
    seen: set[tuple[str, ...]] = set()
    for call in calls:
        if call.path not in shown or (call.path in seen and not show_repeated):
            continue
        first = call.path not in seen
        seen.add(call.path)
        cost = call.cost
        rows.append(
            Row(
                call.path,
                call.module,
                call.method,
                call.inputs,
                call.outputs,
                _belonging(variables, call.path, modules) if first else {},
                _belonging(variables, call.path, shown) if first else {},
                cost.flops() if cost and compute_flops else 0,
                cost.vjp_flops() if cost and compute_vjp_flops else 0,
            )
        )
    return rows


def measure(tree: Any) -> tuple[int, int]:
    """Elements and bytes of all arrays in a tree."""
    leaves = jax.tree.leaves(unbox(tree))
    arrays = [leaf for leaf in leaves if hasattr(leaf, "shape")]
    counts = [math.prod(array.shape) for array in arrays]
    sizes = [n * a.dtype.itemsize for n, a in zip(counts, arrays, strict=True)]
    return sum(counts), sum(sizes)


def _belonging(
    variables: Variables, path: tuple[str, ...], homes: set[tuple[str, ...]]
) -> dict[str, dict[str, Any]]:
    """What lies below a path, but not below a longer one of those homes."""

    def part(tree: Any, at: tuple[str, ...]) -> Any:
        return {
            name: part(item, (*at, name)) if isinstance(item, Mapping) else item
            for name, item in tree.items()
            if (*at, name) not in homes
        }

    found: dict[str, dict[str, Any]] = {}
    for collection, tree in variables.items():
        below: Any = tree
        for name in path:
            below = below.get(name, {}) if isinstance(below, Mapping) else {}
        own = _pruned(part(below, path)) if isinstance(below, Mapping) else {}
        if own:
            found[collection] = own
    return found


def _pruned(tree: dict[str, Any]) -> dict[str, Any]:
    """The tree without empty branches."""
    kept = {k: _pruned(v) if isinstance(v, dict) else v for k, v in tree.items()}
    return {k: v for k, v in kept.items() if not isinstance(v, dict) or v}
