"""Linear maps, convolutions and embeddings in one public module."""

from ramie.layers.functional import default_embed_init as default_embed_init
from ramie.layers.functional import default_kernel_init as default_kernel_init

from .layers import Conv as Conv
from .layers import ConvLocal as ConvLocal
from .layers import ConvTranspose as ConvTranspose
from .layers import Dense as Dense
from .layers import DenseGeneral as DenseGeneral
from .layers import Einsum as Einsum
from .layers import Embed as Embed

__all__ = [
    "Conv",
    "ConvLocal",
    "ConvTranspose",
    "Dense",
    "DenseGeneral",
    "Einsum",
    "Embed",
    "default_embed_init",
    "default_kernel_init",
]
