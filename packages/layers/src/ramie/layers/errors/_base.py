"""LayerError: the base class of every error of a layer."""

from ramie.graph.extend import MadeOfFacts


class LayerError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything a layer rejects."""
