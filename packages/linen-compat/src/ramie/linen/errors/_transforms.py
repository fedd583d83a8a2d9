"""What lifted transforms cannot do."""

from typing import Any

from ._base import FlaxError


class TransformTargetError(FlaxError, TypeError):
    """A transform was given neither a class of modules nor a function."""

    def __init__(self, target: Any) -> None:
        """Keep the target."""
        super().__init__(
            f"{target!r} cannot be transformed. Pass a class of modules or a function "
            f"whose first argument is a module; make instances afterwards."
        )
        self.target = target


class TransformedMethodReturnValueError(FlaxError, TypeError):
    """A transformed method returned a module or a variable."""

    def __init__(self, name: str) -> None:
        """Keep the name of the method."""
        super().__init__(
            f"The transformed method {name!r} returned a module or a variable, which "
            f"would outlive the transform. Return arrays."
        )
        self.name = name


class LiftedAxesError(FlaxError, ValueError):
    """Axes, or a length, that a lifted transform cannot use."""

    def __init__(self, problem: str, advice: str) -> None:
        """Keep the problem and the advice."""
        super().__init__(f"{problem}. {advice}")
        self.problem, self.advice = problem, advice


class LiftedCarryError(FlaxError, TypeError):
    """What a body returns does not fit what a loop or a branch needs."""

    def __init__(self, where: str, problem: str, advice: str) -> None:
        """Keep the place, the problem and the advice."""
        super().__init__(f"{where}: {problem}. {advice}")
        self.where, self.problem, self.advice = where, problem, advice


class LoopInvariantError(FlaxError, ValueError):
    """What is the same in all steps of a scan was made of something that is not."""

    def __init__(self, where: str, what: str) -> None:
        """Keep the place, and what depends on the steps."""
        super().__init__(
            f"{where}: {what} is the same for all steps of the scan, and was computed "
            f"from something that is not: the carry, the slices, or keys that are "
            f"split. Scan over it (variable_axes, out_axes=0), carry it "
            f"(variable_carry), or leave its key whole (split_rngs={{name: False}})."
        )
        self.where, self.what = where, what
