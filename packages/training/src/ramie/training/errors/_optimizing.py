"""Errors of optimizers: what is trained, its gradients, the state for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ramie.graph.extend import show_mismatch
from ramie.graph.typing import Path

from ._base import TrainingError


class NothingToTrainError(TrainingError):
    """The filter `wrt` selects no variable of the model that could be trained.

    Attributes:
        wrt: the filter.
        found: names of the variable types that the model has.
    """

    def __init__(self, wrt: Any, found: Iterable[str]) -> None:
        """Keep the filter and what the model has instead."""
        self.wrt, self.found = wrt, tuple(found)
        has = ", ".join(self.found) or "no variables at all"
        super().__init__(
            f"wrt={_show_filter(wrt)} selects no variable of the model that is not "
            f"frozen; it has {has}. Pass a filter that selects what shall be trained, "
            f"such as wrt=Param, or call unfreeze()."
        )


class GradientMismatchError(TrainingError):
    """Gradients do not fit the variables they are for; nothing was changed.

    Attributes:
        missing: paths of variables that have no gradient.
        unexpected: paths of gradients for which the model has no variable.
        shapes: path to (shape of the variable, shape of the gradient).
    """

    def __init__(
        self,
        missing: Sequence[Path] = (),
        unexpected: Sequence[Path] = (),
        shapes: Mapping[Path, tuple[Any, Any]] | None = None,
    ) -> None:
        """Keep every mismatch; the text shows the first few of each group."""
        self.missing, self.unexpected = tuple(missing), tuple(unexpected)
        self.shapes = dict(shapes or {})
        super().__init__(
            show_mismatch(
                "The gradients do not fit the model. Nothing was changed.",
                {"missing": self.missing, "unexpected": self.unexpected},
                {"shape at {path}: variable {ours}, gradient {theirs}": self.shapes},
                "Differentiate with respect to the same variables that the optimizer "
                "trains: grad(f, argnums=DiffState(0, wrt)) where wrt is not Param.",
            )
        )


class LoneVariableError(TrainingError, TypeError):
    """An optimizer was made for a variable that nothing holds."""

    def __init__(self, type_name: str) -> None:
        """Keep the name of the variable's type."""
        self.type_name = type_name
        super().__init__(
            f"An optimizer needs a model, not a lone {type_name}: its state is kept by "
            f"the paths of the variables. Pass a container, such as "
            f"{{'weight': variable}}."
        )


class NotATransformationError(TrainingError, TypeError):
    """An optimizer was made with something that is no gradient transformation."""

    def __init__(self, value: Any) -> None:
        """Keep what was given."""
        self.value = value
        super().__init__(
            f"Optimizer(model, tx) needs an optax gradient transformation as tx, not "
            f"{value!r}. Pass for example optax.adam(1e-3)."
        )


class OptimizerStateMismatchError(TrainingError):
    """The optimizer's state is for other variables than the model has now.

    Attributes:
        missing: paths of trained variables that the state does not know.
        unexpected: paths in the state that the model no longer has.
        shapes: path to (shape before the update, shape after it).
    """

    def __init__(
        self,
        missing: Sequence[Path] = (),
        unexpected: Sequence[Path] = (),
        shapes: Mapping[Path, tuple[Any, Any]] | None = None,
    ) -> None:
        """Keep the paths on both sides."""
        self.missing, self.unexpected = tuple(missing), tuple(unexpected)
        self.shapes = dict(shapes or {})
        super().__init__(
            show_mismatch(
                "The model has changed since the optimizer was made from it.",
                {"new in the model": self.missing, "gone": self.unexpected},
                {"shape at {path}: {ours} would become {theirs}": self.shapes},
                "Nothing was changed. Make a new Optimizer for the model.",
            )
        )


class UnstableStateError(TrainingError):
    """A gradient transformation returned a state of another structure."""

    def __init__(self, before: Any, after: Any) -> None:
        """Keep both structures."""
        self.before, self.after = before, after
        super().__init__(
            f"The gradient transformation returned a state of another structure than "
            f"the one it was given; nothing was changed. Its update must keep the "
            f"structure that its init makes.\n  before: {before}\n  after: {after}"
        )


class ReadOnlyStateError(TrainingError, TypeError):
    """An entry of an optimizer's state was assigned or deleted."""

    def __init__(self, key: Any) -> None:
        """Keep the key."""
        self.key = key
        super().__init__(
            f"Cannot replace {key!r}: the structure of this state is fixed. "
            f"To change a value, write the variable: state[{key!r}].set_value(...)."
        )


class NotAStateError(TrainingError, TypeError):
    """`TrainState.apply` was given the name of a field that holds no State."""

    def __init__(self, owner: str, name: str, states: Iterable[str]) -> None:
        """Keep the name, and the names of fields that hold States."""
        self.owner, self.name, self.states = owner, name, tuple(states)
        super().__init__(
            f"{owner}.apply({name!r}) needs a field that holds a State. It has "
            f"{', '.join(self.states)}; or pass the State itself."
        )


def _show_filter(wrt: Any) -> str:
    return wrt.__name__ if isinstance(wrt, type) else repr(wrt)
