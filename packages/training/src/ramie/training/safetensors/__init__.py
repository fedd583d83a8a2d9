"""safetensors files: weights under names with dots, as Hugging Face keeps them.

The extra `safetensors` brings the library: `pip install
'ramie-training[safetensors]'`. To load the weights of a model that is written
otherwise, pass `Tensors(path)` to `ramie.training.weights`.
"""

from ramie.graph.extend import publish as _publish

from . import errors as errors
from ._reader import Tensors as Tensors
from ._restore import load as load
from ._restore import restore as restore
from ._save import save as save

_publish(globals())
