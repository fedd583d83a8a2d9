"""Layers: Linen modules over the mathematics of `ramie.layers.functional`."""

from ramie.graph.extend import publish as _publish
from ramie.layers.functional import avg_pool as avg_pool
from ramie.layers.functional import celu as celu
from ramie.layers.functional import combine_masks as combine_masks
from ramie.layers.functional import elu as elu
from ramie.layers.functional import gelu as gelu
from ramie.layers.functional import glu as glu
from ramie.layers.functional import hard_sigmoid as hard_sigmoid
from ramie.layers.functional import hard_silu as hard_silu
from ramie.layers.functional import hard_swish as hard_swish
from ramie.layers.functional import hard_tanh as hard_tanh
from ramie.layers.functional import leaky_relu as leaky_relu
from ramie.layers.functional import log_sigmoid as log_sigmoid
from ramie.layers.functional import log_softmax as log_softmax
from ramie.layers.functional import logsumexp as logsumexp
from ramie.layers.functional import make_attention_mask as make_attention_mask
from ramie.layers.functional import make_causal_mask as make_causal_mask
from ramie.layers.functional import max_pool as max_pool
from ramie.layers.functional import min_pool as min_pool
from ramie.layers.functional import one_hot as one_hot
from ramie.layers.functional import pool as pool
from ramie.layers.functional import relu as relu
from ramie.layers.functional import relu6 as relu6
from ramie.layers.functional import selu as selu
from ramie.layers.functional import sigmoid as sigmoid
from ramie.layers.functional import silu as silu
from ramie.layers.functional import soft_sign as soft_sign
from ramie.layers.functional import softmax as softmax
from ramie.layers.functional import softplus as softplus
from ramie.layers.functional import standardize as standardize
from ramie.layers.functional import swish as swish
from ramie.layers.functional import tanh as tanh

from ._attention import MultiHeadAttention as MultiHeadAttention
from ._attention import MultiHeadDotProductAttention as MultiHeadDotProductAttention
from ._attention import SelfAttention as SelfAttention
from ._attention_weights import dot_product_attention as dot_product_attention
from ._attention_weights import (
    dot_product_attention_weights as dot_product_attention_weights,
)
from ._batch_norm import BatchNorm as BatchNorm
from ._bidirectional import Bidirectional as Bidirectional
from ._cell_base import RNNCellBase as RNNCellBase
from ._combinators import BatchApply as BatchApply
from ._combinators import Sequential as Sequential
from ._conv import Conv as Conv
from ._conv import ConvLocal as ConvLocal
from ._conv_lstm_cell import ConvLSTMCell as ConvLSTMCell
from ._conv_transpose import ConvTranspose as ConvTranspose
from ._dropout import Dropout as Dropout
from ._dtypes import canonicalize_dtype as canonicalize_dtype
from ._dtypes import promote_dtype as promote_dtype
from ._embed import Embed as Embed
from ._fp8 import Fp8DirectDotGeneralOp as Fp8DirectDotGeneralOp
from ._fp8 import Fp8DotGeneral as Fp8DotGeneral
from ._fp8 import Fp8DotGeneralOp as Fp8DotGeneralOp
from ._fp8 import Fp8Einsum as Fp8Einsum
from ._fp8 import NANOOFp8DotGeneralOp as NANOOFp8DotGeneralOp
from ._group_norm import GroupNorm as GroupNorm
from ._gru_cell import GRUCell as GRUCell
from ._gru_cell import MGUCell as MGUCell
from ._gru_cell import SimpleCell as SimpleCell
from ._layer_norm import InstanceNorm as InstanceNorm
from ._layer_norm import LayerNorm as LayerNorm
from ._layer_norm import RMSNorm as RMSNorm
from ._linear import Dense as Dense
from ._linear import DenseGeneral as DenseGeneral
from ._linear import Einsum as Einsum
from ._lstm_cell import LSTMCell as LSTMCell
from ._lstm_cell import OptimizedLSTMCell as OptimizedLSTMCell
from ._prelu import PReLU as PReLU
from ._rnn import RNN as RNN
from ._rnn import RNNBase as RNNBase
from ._rnn import flip_sequences as flip_sequences
from ._spectral_norm import SpectralNorm as SpectralNorm
from ._weight_norm import WeightNorm as WeightNorm

normalize = standardize

_publish(globals())
