"""Errors of compiled functions: shardings, stages and retraces."""

from collections.abc import Iterable

from ramie.graph.extend import show_path

from ._base import TransformError, show_place


class ShardingPrefixError(TransformError):
    """Shardings or specs do not fit what they are for."""

    def __init__(self, path: Iterable[str | int], why: str) -> None:
        """Keep where they do not fit, and why."""
        self.path, self.why = tuple(path), why
        super().__init__(
            f"There is nothing that fits at {show_path(self.path)}: {why}. Write one "
            f"for each positional argument or returned value, or a tree of them; for a "
            f"module also a StateSharding({{filter: sharding}})."
        )


class SpecMismatchError(TransformError, TypeError):
    """A spec of `shard_map` says what the mesh or an array cannot be."""

    def __init__(
        self, option: str, place: Iterable[str | int], spec: str, why: str
    ) -> None:
        """Keep the option, the place that the spec is for, the spec, and why not."""
        self.option, self.where = option, show_place(place)
        self.spec, self.why = spec, why
        super().__init__(
            f"{option} has {spec} for {self.where}: {why}. Give a PartitionSpec with "
            f"an entry for each dimension at most: None, or an axis of the mesh, or "
            f"several, by which the dimension is divided evenly."
        )


class StageMismatchError(TransformError, TypeError):
    """A compiled function is called with other arguments than it was compiled for."""

    def __init__(self, name: str) -> None:
        """Keep the name of the function."""
        super().__init__(
            f"{name} was compiled for arguments of another structure or with other "
            f"static values. Call the jitted function, which compiles anew, or lower "
            f"and compile it for these arguments."
        )
        self.name = name


class TooManyTracesError(TransformError):
    """A function is traced more often than `assert_max_traces` allows."""

    def __init__(self, name: str, limit: int) -> None:
        """Keep the name of the function and the limit."""
        super().__init__(
            f"{name} is traced more than {limit} times. Each trace is compiled anew, "
            f"which is slow: explain_retrace() of the jitted function says what "
            f"differed between its calls."
        )
        self.name, self.limit = name, limit
