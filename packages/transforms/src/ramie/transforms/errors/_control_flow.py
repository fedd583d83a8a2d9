"""Errors of branches and loops."""

from collections.abc import Iterable

from ._base import TransformError, show_place


class BranchEditError(TransformError, TypeError):
    """The branches of a `cond` or `switch` leave other objects behind."""

    def __init__(self, branch: int, difference: str) -> None:
        """Keep the number of the branch and how it differs from the first."""
        super().__init__(
            f"Branch {branch} leaves or returns other objects than branch 0 (a is "
            f"branch 0, b is branch {branch}): {difference}\n"
            f"Which branch runs is known only when the program runs, so all have to "
            f"make the same edits, and return the same objects. Make the edits before "
            f"the branches, or write to Variables instead."
        )
        self.branch, self.difference = branch, difference


class BranchMismatchError(TransformError, TypeError):
    """The branches of a `cond` or `switch` return or write other types."""

    def __init__(
        self, branch: int, what: str, path: str, first: str, second: str
    ) -> None:
        """Keep the branch, what differs, where, and what the two have there."""
        where = f" at {path}" if path else ""
        super().__init__(
            f"The {what}{where} is {first} after branch 0 and {second} after branch "
            f"{branch}. All branches need the same structure, shapes and dtypes: "
            f"return and write the same in each, or convert with astype()."
        )
        self.branch, self.what, self.path = branch, what, path
        self.first, self.second = first, second


class CarryMismatchError(TransformError, TypeError):
    """The body of a loop returns, or writes, something else than it is passed."""

    def __init__(self, what: str, path: str, before: str, after: str) -> None:
        """Keep what differs, where, and what is there before and after a step."""
        where = f" at {path}" if path else ""
        super().__init__(
            f"The {what}{where} is {before} before a step of the loop and {after} "
            f"after it. A loop needs the same structure, shapes, dtypes and objects "
            f"in each step: return what the body was passed, in the same places, and "
            f"give it these types before the loop."
        )
        self.what, self.path = what, path
        self.before, self.after = before, after


class LoopConditionError(TransformError):
    """The condition of a `while_loop` changes something."""

    def __init__(self, *paths: str) -> None:
        """Keep the paths of what it writes; none if it edits the structure."""
        what = f"writes to {', '.join(paths)}" if paths else "edits an object"
        super().__init__(
            f"The condition of a while_loop {what}, but it can only look: what it "
            f"changes would be lost. Change it in the body of the loop."
        )
        self.paths = paths


class LoopEditError(TransformError):
    """The body of a loop edits the structure of an object."""

    def __init__(self, place: Iterable[str | int], difference: str = "") -> None:
        """Keep the place, and what the body adds, removes or sets if it is known."""
        self.where, self.difference = show_place(place), difference
        edits = (
            f" (a is before, b is after a step): {difference}\n" if difference else ". "
        )
        super().__init__(
            f"The body of a loop edits the structure of {self.where}{edits}"
            f"All steps run one program, so none can find another structure than the "
            f"one before. Make the edit before the loop; inside, write to Variables."
        )


class NoBranchError(TransformError):
    """A `switch` has nothing to choose from."""

    def __init__(self) -> None:
        """State it."""
        super().__init__(
            "switch() was given no branches. Give it one function at least."
        )
