"""Variables and parameters: missing ones, others than expected, immutable ones."""

from typing import Any

from ._base import FlaxError, show_scope


class ScopeCollectionNotFound(FlaxError, KeyError):  # noqa: N818 (the name is API)
    """A variable was read from a collection that is not there, or empty."""

    def __init__(self, col_name: str, var_name: str, scope_path: object) -> None:
        """Keep the collection, the variable and the path of the scope."""
        self.col_name, self.var_name, self.scope_path = col_name, var_name, scope_path
        super().__init__(str(self))

    def __str__(self) -> str:
        """Say it as a sentence; KeyError would quote it."""
        return (
            f"{show_scope(self.scope_path)} reads {self.var_name!r} of the collection "
            f"{self.col_name!r}, which is empty or was not given. Pass the collection "
            f"in the variables, or mutable=[{self.col_name!r}] to have it made."
        )


class ScopeVariableNotFoundError(FlaxError, KeyError):
    """A variable is not in its collection, which cannot be changed."""

    def __init__(self, name: str, col: str, scope_path: object) -> None:
        """Keep the variable, the collection and the path of the scope."""
        self.name, self.col, self.scope_path = name, col, scope_path
        super().__init__(str(self))

    def __str__(self) -> str:
        """Say it as a sentence; KeyError would quote it."""
        return (
            f"There is no variable {self.name!r} of the collection {self.col!r} in "
            f"{show_scope(self.scope_path)}. Make the variables with the init() of "
            f"this very module, or pass mutable=[{self.col!r}] to have it made."
        )


class ScopeParamNotFoundError(FlaxError, KeyError):
    """A parameter is not there, and cannot be made."""

    def __init__(self, param_name: str, scope_path: object) -> None:
        """Keep the parameter and the path of the scope."""
        self.param_name, self.scope_path = param_name, scope_path
        super().__init__(str(self))

    def __str__(self) -> str:
        """Say it as a sentence; KeyError would quote it."""
        return (
            f"There is no parameter {self.param_name!r} in "
            f"{show_scope(self.scope_path)}. Check that the variables are those that "
            f"init() of this module returned, and that its submodules have the names "
            f"they had then."
        )


class ScopeParamShapeError(FlaxError, ValueError):
    """A parameter has another shape than its initializer gives."""

    def __init__(
        self, param_name: str, scope_path: object, value_shape: Any, init_shape: Any
    ) -> None:
        """Keep the parameter, the path of the scope and both shapes."""
        super().__init__(
            f"The parameter {param_name!r} of {show_scope(scope_path)} has shape "
            f"{value_shape}, and its initializer gives {init_shape}. Pass variables "
            f"of a module with the same settings, and input of the same size."
        )
        self.param_name, self.scope_path = param_name, scope_path
        self.value_shape, self.init_shape = value_shape, init_shape


class ImmutableVariableError(FlaxError, ValueError):
    """Something was written that cannot be changed where it is."""

    def __init__(self, message: str) -> None:
        """Say what the caller says."""
        super().__init__(message)


class ModifyScopeVariableError(ImmutableVariableError):
    """A variable of an immutable collection was written."""

    def __init__(self, col: str, variable_name: str, scope_path: object) -> None:
        """Keep the collection, the variable and the path of the scope."""
        super().__init__(
            f"Cannot write {variable_name!r} of {show_scope(scope_path)}: the "
            f"collection {col!r} is not mutable here. Pass mutable=[{col!r}] to "
            f"apply() and take the new values from what it returns."
        )
        self.col, self.variable_name, self.scope_path = col, variable_name, scope_path


class LazyInitError(FlaxError, ValueError):
    """A variable depends on the values of input that has none."""

    def __init__(self, partial_val: Any, path: str = "") -> None:
        """Keep what is known of the variable, and its path."""
        super().__init__(
            f"lazy_init() cannot give {path or 'a variable'} a value: its initializer "
            f"uses the numbers of an input that has only a shape ({partial_val}). "
            f"Pass a real array for that argument, or call init()."
        )
        self.partial_val, self.path = partial_val, path
