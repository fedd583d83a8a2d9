"""Activations, and PReLU, in one public module."""

from .layers import PReLU as PReLU
from .layers import celu as celu
from .layers import elu as elu
from .layers import gelu as gelu
from .layers import glu as glu
from .layers import hard_sigmoid as hard_sigmoid
from .layers import hard_silu as hard_silu
from .layers import hard_swish as hard_swish
from .layers import hard_tanh as hard_tanh
from .layers import leaky_relu as leaky_relu
from .layers import log_sigmoid as log_sigmoid
from .layers import log_softmax as log_softmax
from .layers import logsumexp as logsumexp
from .layers import normalize as normalize
from .layers import one_hot as one_hot
from .layers import relu as relu
from .layers import relu6 as relu6
from .layers import selu as selu
from .layers import sigmoid as sigmoid
from .layers import silu as silu
from .layers import soft_sign as soft_sign
from .layers import softmax as softmax
from .layers import softplus as softplus
from .layers import standardize as standardize
from .layers import swish as swish
from .layers import tanh as tanh

__all__ = [
    "PReLU",
    "celu",
    "elu",
    "gelu",
    "glu",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "normalize",
    "one_hot",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_sign",
    "softmax",
    "softplus",
    "standardize",
    "swish",
    "tanh",
]
