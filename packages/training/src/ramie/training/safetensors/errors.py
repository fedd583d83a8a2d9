"""Every error of safetensors files, besides those of `ramie.training.weights`.

TensorsError                   catch this to catch them all; a TrainingError
├── NoTensorsError             there is no such file, or none in the folder
├── UnreadableTensorsError     a file that is damaged, or of another kind
├── TensorsThereError          a folder that has weights already
└── TensorDtypeError           numbers of a kind that the format has not

What restoring raises where something does not fit, and saving where something is no
array, is here as well: `StoredMismatchError` and `StoredContentError` of
`ramie.training.weights.errors`.
"""

from ..errors import TrainingError
from ..weights.errors import StoredContentError as StoredContentError
from ..weights.errors import StoredMismatchError as StoredMismatchError


class TensorsError(TrainingError):
    """Base class: catch this to catch anything about safetensors files."""


class NoTensorsError(TensorsError, LookupError):
    """There is no file to read."""

    def __init__(self, path: str, problem: str) -> None:
        """Keep the path and what is wrong with it."""
        self.path, self.problem = path, problem
        super().__init__(
            f"Cannot read {path}: {problem}. Nothing was changed. Pass a .safetensors "
            f"file, or a folder with model.safetensors or with shards and "
            f"model.safetensors.index.json."
        )


class UnreadableTensorsError(TensorsError):
    """A file is damaged, or of another kind."""

    def __init__(self, path: str, problem: str) -> None:
        """Keep the path and what is wrong with it."""
        self.path, self.problem = path, problem
        super().__init__(
            f"Cannot read {path}: {problem}. Nothing was changed. It is damaged or no "
            f"safetensors file; fetch or save it again."
        )


class TensorsThereError(TensorsError):
    """A folder to save to has weights already."""

    def __init__(self, path: str, name: str) -> None:
        """Keep the folder and the name of a file in it."""
        self.path, self.name = path, name
        super().__init__(
            f"Cannot save to {path}: it has {name} already, and several files cannot "
            f"be replaced at once. Nothing was written. Choose another folder, or "
            f"remove this one."
        )


class TensorDtypeError(TensorsError, TypeError):
    """The format has no such numbers."""

    def __init__(self, name: str, dtype: str) -> None:
        """Keep the name of the tensor and its dtype."""
        self.name, self.dtype = name, dtype
        super().__init__(
            f"Cannot save {name}: safetensors files have no {dtype}. Nothing was "
            f"written. Convert it, leave it out with a filter, as in "
            f"save(path, nnx.state(model, nnx.Param)), or use "
            f"ramie.training.checkpoint."
        )
