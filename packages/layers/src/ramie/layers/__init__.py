"""Layers, and the pure functions behind them.

A layer is a Module that makes its parameters and calls a function of
`ramie.layers.functional`, which can be used without it. So Modules, and what they need,
are imported when the first of them is asked for.
"""

from typing import TYPE_CHECKING

from ramie.graph.extend import publish as _publish

from . import errors as errors
from . import functional as functional
from . import initializers as initializers
from ._on_demand import on_demand as _on_demand
from ._version import __version__ as __version__
from .functional import avg_pool as avg_pool
from .functional import celu as celu
from .functional import combine_masks as combine_masks
from .functional import dot_product_attention as dot_product_attention
from .functional import elu as elu
from .functional import gelu as gelu
from .functional import glu as glu
from .functional import hard_sigmoid as hard_sigmoid
from .functional import hard_silu as hard_silu
from .functional import hard_swish as hard_swish
from .functional import hard_tanh as hard_tanh
from .functional import identity as identity
from .functional import leaky_relu as leaky_relu
from .functional import log_sigmoid as log_sigmoid
from .functional import log_softmax as log_softmax
from .functional import logsumexp as logsumexp
from .functional import make_attention_mask as make_attention_mask
from .functional import make_causal_mask as make_causal_mask
from .functional import max_pool as max_pool
from .functional import min_pool as min_pool
from .functional import one_hot as one_hot
from .functional import pool as pool
from .functional import relu as relu
from .functional import relu6 as relu6
from .functional import selu as selu
from .functional import sigmoid as sigmoid
from .functional import silu as silu
from .functional import soft_sign as soft_sign
from .functional import softmax as softmax
from .functional import softplus as softplus
from .functional import standardize as standardize
from .functional import swish as swish
from .functional import tanh as tanh
from .typing import Initializer as Initializer

if TYPE_CHECKING:
    from ._attention import MultiHeadAttention as MultiHeadAttention
    from ._batch_norm import BatchNorm as BatchNorm
    from ._bidirectional import Bidirectional as Bidirectional
    from ._cell_base import RNNCellBase as RNNCellBase
    from ._conv import Conv as Conv
    from ._conv_transpose import ConvTranspose as ConvTranspose
    from ._dropout import Dropout as Dropout
    from ._einsum import Einsum as Einsum
    from ._embed import Embed as Embed
    from ._group_norm import GroupNorm as GroupNorm
    from ._gru_cell import GRUCell as GRUCell
    from ._instance_norm import InstanceNorm as InstanceNorm
    from ._layer_norm import LayerNorm as LayerNorm
    from ._linear import Linear as Linear
    from ._linear_general import LinearGeneral as LinearGeneral
    from ._lora import LoRA as LoRA
    from ._lora import LoRALinear as LoRALinear
    from ._lora import LoRAParam as LoRAParam
    from ._lstm_cell import LSTMCell as LSTMCell
    from ._optimized_lstm_cell import OptimizedLSTMCell as OptimizedLSTMCell
    from ._precision_policy import PrecisionPolicy as PrecisionPolicy
    from ._prelu import PReLU as PReLU
    from ._rms_norm import RMSNorm as RMSNorm
    from ._rnn import RNN as RNN
    from ._rope import RoPE as RoPE
    from ._rope import (
        dot_product_attention_with_rope as dot_product_attention_with_rope,
    )
    from ._simple_cell import SimpleCell as SimpleCell
    from ._spectral_norm import SpectralNorm as SpectralNorm
    from ._weight_norm import WeightNorm as WeightNorm
else:
    __getattr__, __dir__ = _on_demand(
        globals(),
        {
            "_attention": "MultiHeadAttention",
            "_batch_norm": "BatchNorm",
            "_bidirectional": "Bidirectional",
            "_cell_base": "RNNCellBase",
            "_conv": "Conv",
            "_conv_transpose": "ConvTranspose",
            "_dropout": "Dropout",
            "_einsum": "Einsum",
            "_embed": "Embed",
            "_group_norm": "GroupNorm",
            "_gru_cell": "GRUCell",
            "_instance_norm": "InstanceNorm",
            "_layer_norm": "LayerNorm",
            "_linear": "Linear",
            "_linear_general": "LinearGeneral",
            "_lora": "LoRA LoRALinear LoRAParam",
            "_lstm_cell": "LSTMCell",
            "_optimized_lstm_cell": "OptimizedLSTMCell",
            "_precision_policy": "PrecisionPolicy",
            "_prelu": "PReLU",
            "_rms_norm": "RMSNorm",
            "_rnn": "RNN",
            "_rope": "RoPE dot_product_attention_with_rope",
            "_simple_cell": "SimpleCell",
            "_spectral_norm": "SpectralNorm",
            "_weight_norm": "WeightNorm",
        },
    )

_publish(globals())
