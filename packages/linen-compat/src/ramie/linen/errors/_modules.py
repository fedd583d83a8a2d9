"""Classes of modules, and what happens in `setup` and in methods."""

from collections.abc import Sequence
from typing import Any

from ._base import FlaxError


class DeclaredOutsideSetupError(FlaxError, ValueError):
    """A variable was declared outside of `setup` and compact methods."""

    def __init__(self, kind: str, name: object, module_name: str) -> None:
        """Keep what was declared, its name and the type of the module."""
        super().__init__(
            f"The {kind} {name!r} of {module_name} is declared outside of setup() and "
            f"of compact methods, where names would depend on who calls first. "
            f"Declare it in setup(), or decorate the method with @nn.compact."
        )
        self.kind, self.name, self.module_name = kind, name, module_name


class AssignSubModuleError(FlaxError, ValueError):
    """A submodule was made outside of `setup` and compact methods."""

    def __init__(self, cls: str, parent: str = "its parent") -> None:
        """Keep the type of the submodule and that of its parent."""
        super().__init__(
            f"A {cls} is made in {parent} outside of the places where submodules get "
            f"names. Make it in a method decorated with @nn.compact, or assign it to "
            f"an attribute in setup(). With parent=None it belongs to no module."
        )
        self.cls, self.parent = cls, parent


class SetAttributeInModuleSetupError(FlaxError, AttributeError):
    """A field of the dataclass was assigned in `setup`."""

    def __init__(self, module_name: str = "module", attr_name: str = "") -> None:
        """Keep the type of the module and the field."""
        super().__init__(
            f"{module_name}.{attr_name} is a field, and setup() assigned to it: what "
            f"a module was made with does not change. Assign to another attribute, or "
            f"change fields with module.clone({attr_name}=...)."
        )
        self.module_name, self.attr_name = module_name, attr_name


class SetAttributeFrozenModuleError(FlaxError, AttributeError):
    """An attribute of a bound module was assigned outside of `setup`."""

    def __init__(self, module_cls: str, attr_name: str, attr_val: Any) -> None:
        """Keep the type of the module, the attribute and the value."""
        super().__init__(
            f"Cannot set {module_cls}.{attr_name}: a bound module is frozen outside "
            f"of setup(), so that calls leave no traces in it. Assign it in setup(), "
            f"keep state in self.variable(...), or use a local variable."
        )
        self.module_cls, self.attr_name, self.attr_val = module_cls, attr_name, attr_val


class MultipleMethodsCompactError(FlaxError, ValueError):
    """Two compact methods gave their submodules the same automatic name."""

    def __init__(
        self, module_name: str = "module", methods: Sequence[str] = (), name: str = ""
    ) -> None:
        """Keep the type of the module, both methods and the name."""
        super().__init__(
            f"The compact methods {' and '.join(methods) or 'of one class'} of "
            f"{module_name} both make a submodule that is named {name or 'alike'} "
            f"automatically, and would share its parameters unseen. Name the "
            f"submodules, make them in setup(), or use @nn.compact_name_scope."
        )
        self.module_name, self.methods, self.name = module_name, tuple(methods), name


class NameInUseError(FlaxError, ValueError):
    """A submodule, parameter or variable has a name that is taken."""

    def __init__(self, key_type: str, value: str, module_name: str) -> None:
        """Keep what was made, its name and the module or scope it is in."""
        super().__init__(
            f"Cannot make the {key_type} {value!r} in {module_name}: the name is in "
            f"use there. Within a module, submodules and the variables of each "
            f"collection have different names; choose another one."
        )
        self.key_type, self.value, self.module_name = key_type, value, module_name


class ReservedModuleAttributeError(FlaxError, ValueError):
    """A field has a name that modules use themselves."""

    def __init__(self, annotations: Any) -> None:
        """Keep the names or annotations."""
        names = ", ".join(map(repr, annotations))
        super().__init__(
            f"{names} cannot be declared as a field: every module has parent, name "
            f"and scope already. Rename the field; pass a name with name=... when the "
            f"module is made."
        )
        self.annotations = annotations


class IncorrectPostInitOverrideError(FlaxError, TypeError):
    """`__post_init__` of a module does not call that of its base."""

    def __init__(self, module_name: str = "module") -> None:
        """Keep the type of the module."""
        super().__init__(
            f"__post_init__ of {module_name} did not call super().__post_init__(), "
            f"which connects a module to its parent. Add the call as its last line."
        )
        self.module_name = module_name


class DescriptorAttributeError(FlaxError):
    """A property or other descriptor raised AttributeError."""

    def __init__(self, module_name: str = "module", name: str = "") -> None:
        """Keep the type of the module and the name of the descriptor."""
        super().__init__(
            f"Reading {module_name}.{name} failed inside: its code looked for an "
            f"attribute that is not there; see the error above. Attributes from "
            f"setup() exist in bound modules only."
        )
        self.module_name, self.name = module_name, name


class ParentTypeError(FlaxError, ValueError):
    """The parent of a module is neither a module nor a scope."""

    def __init__(self, module_name: str, given: str) -> None:
        """Keep the type of the module and that of the parent."""
        super().__init__(
            f"parent of a {module_name} is a {given}. Pass a module, a Scope, or None "
            f"for a module on its own."
        )
        self.module_name, self.given = module_name, given
