"""Errors of modules that a layer is given, or made of."""

from ._base import LayerError


class ModuleTypeError(LayerError, TypeError):
    """A module of a certain kind was expected and something else was given.

    Example:
        >>> print(ModuleTypeError("RNN", "cell", "Linear", "RNNCellBase"))
        RNN: cell must be an object of type RNNCellBase, got one of type Linear.
        Pass an instance of RNNCellBase or of a class derived from it.
    """

    def __init__(self, place: str, argument: str, given: str, needed: str) -> None:
        """Keep the layer, the argument, the type given and the one needed."""
        super().__init__(
            f"{place}: {argument} must be an object of type {needed}, got one of "
            f"type {given}.\n"
            f"Pass an instance of {needed} or of a class derived from it."
        )
        self.place, self.argument = place, argument
        self.given, self.needed = given, needed


class NoVariableError(LayerError, TypeError):
    """What a call writes must be a Variable; a pure copy of a module has none.

    Example:
        >>> print(NoVariableError("BatchNorm", "mean", "to be written"))
        BatchNorm: mean must be a Variable to be written, and is none.
        Call the module itself and not what as_pure() made of it, or choose a mode
        that needs no Variables, as model.eval() does for most layers.
    """

    def __init__(self, place: str, attribute: str, purpose: str) -> None:
        """Keep the layer, the attribute and what it must be a Variable for."""
        super().__init__(
            f"{place}: {attribute} must be a Variable {purpose}, and is none.\n"
            f"Call the module itself and not what as_pure() made of it, or choose a "
            f"mode\nthat needs no Variables, as model.eval() does for most layers."
        )
        self.place, self.attribute, self.purpose = place, attribute, purpose
