"""What all errors of the package have in common."""

from ramie.graph.extend import MadeOfFacts


class TrainingError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything this package rejects."""
