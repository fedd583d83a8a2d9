"""Convert what checkpoints hold: variables of Linen to states of nnx, and back.

Without a target the two are the same tree, sorted by collections or not. With one it
is checked that both have the same places and shapes, and the result has the keys,
types and metadata of the target.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ramie.graph import State, from_flat_state
from ramie.graph.extend import show_path
from ramie.module import RngState
from ramie.variables import Variable

from ._attributes import variables_of
from ._convert import Path, collection_of, collections, flat_variables, to_linen_var
from .errors import NotAVariableError, StructureMismatchError

Rename: TypeAlias = Callable[[Path], Path | None]
"""From a path to the path in the target; None leaves it out."""


@dataclass(frozen=True)
class MatchReport:
    """How variables and a target fit.

    Attributes:
        matched: paths, as the target has them, of what fits.
        missing: paths of the target that nothing was given for.
        unexpected: paths that were given, and the target does not have.
        differing: what is at the same path and differs in shape or collection.
    """

    matched: tuple[Path, ...] = ()
    missing: tuple[Path, ...] = ()
    unexpected: tuple[Path, ...] = ()
    differing: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether everything fits."""
        return not (self.missing or self.unexpected or self.differing)


def match_variables(
    variables: Any, target: Any, *, rename: Rename | None = None
) -> MatchReport:
    """How variables and a target fit, with nothing converted.

    Args:
        variables: collections of Linen, a state, or a module.
        target: likewise.
        rename: changes the paths of `variables` before.

    Example:
        >>> from ramie.layers import Linear
        >>> from ramie.linen import bridge
        >>> from ramie.module import Rngs
        >>> bridge.match_variables(
        ...     {"params": {"kernel": jnp.ones((2, 4))}}, Linear(2, 3, rngs=Rngs(0))
        ... )
        MatchReport(matched=(), missing=(('bias',),), unexpected=(), \
differing=('kernel: shape (2, 4), the target has (2, 3)',))
    """
    return _match(_renamed(_flat(variables), rename), _flat(target))[1]


def state_from_variables(
    variables: Mapping[str, Any],
    target: Any = None,
    *,
    rename: Rename | None = None,
    strict: bool = True,
    register: bool = False,
) -> State[Any]:
    """The state of nnx for collections of Linen.

    Args:
        variables: the collections, boxes and all.
        target: a module, or a state (its Variables may be abstract), that the result
            has to fit.
        rename: changes paths, without the collection; None for a path leaves it out.
        strict: refuse everything if something does not fit the target; with False,
            convert what fits.
        register: make types for collections that stand for none.

    Raises:
        UnknownCollectionError: a collection stands for no type of Variable.
        VariableClashError: two collections have something at one path.
        StructureMismatchError: the variables do not fit the target.

    Example:
        >>> from ramie.layers import Linear
        >>> from ramie.linen import bridge
        >>> from ramie import graph
        >>> from ramie.module import Rngs
        >>> model = Linear(2, 3, rngs=Rngs(0))
        >>> checkpoint = {"params": {"kernel": jnp.ones((2, 3)), "bias": jnp.ones(3)}}
        >>> graph.update(model, bridge.state_from_variables(checkpoint, model))
        >>> model(jnp.ones(2))
        Array([3., 3., 3.], dtype=float32)
    """
    flat = _renamed(flat_variables(variables, register=register), rename)
    if target is None:
        return from_flat_state(flat)
    wanted = _flat(target)
    pairs, report = _match(flat, wanted)
    _require(report, strict)
    return from_flat_state(
        {
            path: wanted[path].copy(given.get_value(), **given.get_metadata())
            for path, given in pairs.items()
        }
    )


def variables_from_state(
    state: Any,
    target: Mapping[str, Any] | None = None,
    *,
    rename: Rename | None = None,
    strict: bool = True,
) -> dict[str, Any]:
    """The collections of Linen for a state of nnx.

    Random keys are left out: Linen is given them with each call.

    Args:
        state: a state, or a module.
        target: collections that the result has to fit, such as `jax.eval_shape` of
            `init` returns them.
        rename: changes paths, without the collection; None for a path leaves it out.
        strict: refuse everything if something does not fit the target; with False,
            convert what fits.

    Raises:
        NotAVariableError: there is a leaf that is no Variable.
        StructureMismatchError: the state does not fit the target.

    Example:
        >>> from ramie.layers import Linear
        >>> from ramie.linen import bridge
        >>> from ramie.module import Rngs
        >>> variables = bridge.variables_from_state(Linear(2, 3, rngs=Rngs(0)))
        >>> jax.tree.map(jnp.shape, variables)
        {'params': {'bias': (3,), 'kernel': (2, 3)}}
    """
    flat = _renamed(_flat(state), rename)
    if target is None:
        return collections(flat)
    wanted = _flat(target)
    pairs, report = _match(flat, wanted)
    _require(report, strict)
    # In the order and in the boxes of the target, as Linen declared them.
    return collections(
        {
            path: one.copy(pairs[path].get_value())
            for path, one in wanted.items()
            if path in pairs
        },
        to_linen_var,
    )


def _flat(source: Any) -> dict[Path, Variable[Any]]:
    if isinstance(source, State):
        flat = dict(source.flat_state())
        for path, leaf in flat.items():
            if not isinstance(leaf, Variable):
                raise NotAVariableError(path, type(leaf).__name__)
        return {p: v for p, v in flat.items() if not issubclass(v.type, RngState)}
    if isinstance(source, Mapping):
        return flat_variables(source)
    return variables_of(source)


def _renamed(
    flat: Mapping[Path, Variable[Any]], rename: Rename | None
) -> dict[Path, Variable[Any]]:
    if rename is None:
        return dict(flat)
    named = ((rename(path), variable) for path, variable in flat.items())
    return {path: variable for path, variable in named if path is not None}


def _match(
    flat: Mapping[Path, Variable[Any]], wanted: Mapping[Path, Variable[Any]]
) -> tuple[dict[Path, Variable[Any]], MatchReport]:
    """What fits, by the paths of the target, and what does not."""
    # Linen has names where nnx has numbers: layers/0 is the same place as layers/"0".
    places = {tuple(map(str, path)): path for path in wanted}
    pairs: dict[Path, Variable[Any]] = {}
    unexpected, differing = [], {}
    for path, given in flat.items():
        place = places.get(tuple(map(str, path)))
        if place is None:
            unexpected.append(path)
        elif problem := _difference(given, wanted[place]):
            differing[place] = f"{show_path(place)}: {problem}"
        else:
            pairs[place] = given
    missing = tuple(p for p in wanted if p not in pairs and p not in differing)
    report = MatchReport(
        tuple(pairs), missing, tuple(unexpected), tuple(differing.values())
    )
    return pairs, report


def _difference(given: Variable[Any], wanted: Variable[Any]) -> str:
    collection, other = collection_of(given), collection_of(wanted)
    if collection != other:
        return f"in {collection!r}, the target has it in {other!r}"
    shape, expected = (
        getattr(one.get_raw_value(), "shape", None) for one in (given, wanted)
    )
    if shape != expected:
        return f"shape {shape}, the target has {expected}"
    return ""


def _require(report: MatchReport, strict: bool) -> None:
    if strict and not report.fits:
        raise StructureMismatchError(
            report.missing, report.unexpected, report.differing
        )
