"""Names of axes: missing ones, others than expected, meaningless ones."""

from typing import Any

from ._base import FlaxError


class PartitioningUnspecifiedError(FlaxError, ValueError):
    """An axis comes or goes, and nothing says what its name is."""

    def __init__(self, target: Any) -> None:
        """Keep the box."""
        super().__init__(
            f"A transform adds or removes an axis of {target}, and says no name for "
            f"it. Pass metadata_params={{nn.PARTITION_NAME: 'name'}} to the "
            f"transform; None leaves the axis unsharded."
        )
        self.target = target


class PartitioningNameError(FlaxError, AssertionError):
    """A dimension to be removed has another name than it was added with."""

    def __init__(self, name: object, index: int, names: Any) -> None:
        """Keep the name, its place and all names."""
        super().__init__(
            f"Cannot remove the axis {name!r} at {index} from {names}: another name "
            f"is there. Use the index and the {'PARTITION_NAME'} the axis was added "
            f"with."
        )
        self.name, self.index, self.names = name, index, names


class LogicalAxisError(FlaxError, ValueError):
    """Logical names of axes, or their rules, mean nothing."""

    def __init__(self, problem: str, advice: str) -> None:
        """Keep the problem and the advice."""
        super().__init__(f"{problem}. {advice}")
        self.problem, self.advice = problem, advice


class MissingAxesError(FlaxError, ValueError):
    """Variables were asked for their axes, and have none."""

    def __init__(self, name: str, advice: str) -> None:
        """Keep the variable and the advice."""
        super().__init__(f"There are no names of axes for {name}. {advice}")
        self.name, self.advice = name, advice
