"""Errors about what is installed: extras, and code that a pickle refers to."""

from ._base import TrainingError


class MissingExtraError(TrainingError, ImportError):
    """Something needs an optional dependency that is not installed."""

    def __init__(self, library: str, extra: str) -> None:
        """Keep the library, and the extra that brings it."""
        self.library, self.extra = library, extra
        super().__init__(
            f"This needs the library {library}, which is not installed. Install it "
            f"with: pip install 'ramie-training[{extra}]'"
        )


class UnportableFunctionError(TrainingError, TypeError):
    """An object could not be pickled for a function that it is made of."""

    def __init__(self, module: str, name: str) -> None:
        """Keep where the function comes from."""
        self.module, self.name = module, name
        super().__init__(
            f"Cannot pickle the function {name} of {module}: its code cannot be found "
            f"again by name. Write it with def, in a module, at the top or inside of a "
            f"function there, and not as a lambda at the top."
        )


class ForeignCodeError(TrainingError):
    """A pickle refers to a function whose code is another one here."""

    def __init__(self, module: str, name: str) -> None:
        """Keep where the function should be."""
        self.module, self.name = module, name
        super().__init__(
            f"The pickle refers to the function {name} of {module}, which is another "
            f"one here. Load it with the versions it was made with, or make a new "
            f"Optimizer and update it with the saved state."
        )
