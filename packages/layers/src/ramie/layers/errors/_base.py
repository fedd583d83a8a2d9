"""LayerError: the base class of every error of a layer."""

from typing import Self

from ramie.graph.extend import MadeOfFacts


class LayerError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything a layer rejects.

    Its first fact is the place: a layer, or a function of `ramie.layers.functional`.
    """

    place: str = ""

    @property
    def is_of_a_function(self) -> bool:
        """Whether the place is a function, which has a name in lower case."""
        return self.place[:1].islower()

    def at(self, place: str) -> Self:
        """The same error of another place."""
        args, kwargs = self._facts
        if args:
            return type(self)(place, *args[1:], **kwargs)
        return type(self)(**{**kwargs, "place": place})
