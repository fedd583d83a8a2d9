"""Modules that are asked for what only bound ones have, and calls that miss one."""

from typing import Any

from ._base import FlaxError


class UnboundModuleError(FlaxError, ValueError):
    """A module without variables was asked for what only bound ones have."""

    def __init__(self, module_name: str = "module", action: str = "use it") -> None:
        """Keep the type of the module and what was asked."""
        super().__init__(
            f"This {module_name} is not bound to variables, so nothing can {action}. "
            f"Call it through init() or apply(), or bind it with "
            f"module.bind(variables)."
        )
        self.module_name, self.action = module_name, action


class CallCompactUnboundModuleError(UnboundModuleError):
    """A compact method was called on a module that is not bound."""

    def __init__(self, module_name: str = "module", method: str = "__call__") -> None:
        """Keep the type of the module and the method."""
        FlaxError.__init__(
            self,
            f"{module_name}.{method} is compact, and this {module_name} is not bound "
            f"to variables. Call module.init(key, ...) or module.apply(variables, "
            f"...), make the module inside of another module's compact method, or "
            f"assign it in setup().",
        )
        self.module_name, self.method = module_name, method


class CallSetupUnboundModuleError(UnboundModuleError):
    """`setup` was called on a module that is not bound."""

    def __init__(self, module_name: str = "module") -> None:
        """Keep the type of the module."""
        FlaxError.__init__(
            self,
            f"setup() of this {module_name} cannot run: the module is not bound. It "
            f"is called when needed; call module.init(key, ...), module.apply("
            f"variables, ...) or module.bind(variables) instead.",
        )
        self.module_name = module_name


class CallShareScopeOnUnboundModuleError(UnboundModuleError):
    """`share_scope` was called with modules that are not bound."""

    def __init__(self, module_name: str = "module") -> None:
        """Keep the type of the module."""
        FlaxError.__init__(
            self,
            f"share_scope() needs two bound modules, and this {module_name} is not. "
            f"Call it in setup() or in a compact method.",
        )
        self.module_name = module_name


class CallUnbindOnUnboundModuleError(UnboundModuleError):
    """`unbind` was called on a module that is not bound."""

    def __init__(self, module_name: str = "module") -> None:
        """Keep the type of the module."""
        FlaxError.__init__(
            self,
            f"unbind() takes a bound module apart, and this {module_name} is not "
            f"bound. Call module.bind(variables) first.",
        )
        self.module_name = module_name


class InvalidInstanceModuleError(FlaxError, TypeError):
    """`init`, `apply` or another method was called on the class."""

    def __init__(self, method: str = "init") -> None:
        """Keep the method."""
        super().__init__(
            f"{method}() belongs to an instance, and was called on a class of "
            f"modules. Make an instance first: MyModule(...).{method}(...)."
        )
        self.method = method


class ApplyModuleInvalidMethodError(FlaxError, TypeError):
    """A `method` is nothing that takes a module."""

    def __init__(self, method: Any) -> None:
        """Keep the method."""
        super().__init__(
            f"method={method!r} cannot be called with a module. Pass the name of a "
            f"method, a method such as {'MyModule.encode'}, or a function whose first "
            f"argument is the module."
        )
        self.method = method
