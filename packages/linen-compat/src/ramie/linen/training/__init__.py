"""What training needs besides a model: the state of it."""

from . import train_state as train_state
