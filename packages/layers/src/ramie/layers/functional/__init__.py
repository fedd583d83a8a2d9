"""The mathematics of layers: pure functions of arrays, without any state.

Features are the last axis, any number of batch axes come first. Functions that
take several arrays expect them in one dtype; `promote_dtype` brings them there.
"""

from ramie.graph.extend import publish as _publish

from ._activations import celu as celu
from ._activations import elu as elu
from ._activations import gelu as gelu
from ._activations import glu as glu
from ._activations import hard_sigmoid as hard_sigmoid
from ._activations import hard_silu as hard_silu
from ._activations import hard_swish as hard_swish
from ._activations import hard_tanh as hard_tanh
from ._activations import identity as identity
from ._activations import leaky_relu as leaky_relu
from ._activations import log_sigmoid as log_sigmoid
from ._activations import log_softmax as log_softmax
from ._activations import logsumexp as logsumexp
from ._activations import one_hot as one_hot
from ._activations import relu as relu
from ._activations import relu6 as relu6
from ._activations import selu as selu
from ._activations import sigmoid as sigmoid
from ._activations import silu as silu
from ._activations import soft_sign as soft_sign
from ._activations import softmax as softmax
from ._activations import softplus as softplus
from ._activations import standardize as standardize
from ._activations import swish as swish
from ._activations import tanh as tanh
from ._attention import dot_product_attention as dot_product_attention
from ._attention_weights import (
    dot_product_attention_weights as dot_product_attention_weights,
)
from ._cache_step import CacheStep as CacheStep
from ._cache_step import cache_step as cache_step
from ._conv import conv as conv
from ._conv import mask_kernel as mask_kernel
from ._conv_local import conv_local as conv_local
from ._conv_local import local_kernel_shape as local_kernel_shape
from ._conv_transpose import conv_transpose as conv_transpose
from ._dropout import dropout as dropout
from ._dropout import is_random as is_random
from ._dtypes import common_dtype as common_dtype
from ._dtypes import promote_dtype as promote_dtype
from ._einsum import einsum as einsum
from ._embed import attend as attend
from ._embed import embed as embed
from ._fp8 import Fp8Scaling as Fp8Scaling
from ._fp8 import fp8_round as fp8_round
from ._fp8 import fp8_round_gradient as fp8_round_gradient
from ._fp8_product import fp8_dot_general as fp8_dot_general
from ._group_norm import group_norm as group_norm
from ._initializers import default_embed_init as default_embed_init
from ._initializers import default_kernel_init as default_kernel_init
from ._initializers import default_recurrent_init as default_recurrent_init
from ._linear import linear as linear
from ._linear_general import linear_general as linear_general
from ._low_rank import low_rank as low_rank
from ._masks import combine_masks as combine_masks
from ._masks import make_attention_mask as make_attention_mask
from ._masks import make_causal_mask as make_causal_mask
from ._norm import normalize as normalize
from ._pooling import avg_pool as avg_pool
from ._pooling import max_pool as max_pool
from ._pooling import min_pool as min_pool
from ._pooling import pool as pool
from ._prelu import prelu as prelu
from ._recurrent import conv_lstm_step as conv_lstm_step
from ._recurrent import flip_sequences as flip_sequences
from ._recurrent import gru_step as gru_step
from ._recurrent import lstm_step as lstm_step
from ._recurrent import mgu_step as mgu_step
from ._recurrent import simple_step as simple_step
from ._rotary import rotary_embedding as rotary_embedding
from ._statistics import mean_and_variance as mean_and_variance
from ._statistics import mean_square as mean_square
from ._statistics import moving_average as moving_average
from ._weights import power_iteration as power_iteration
from ._weights import weight_norm as weight_norm

_publish(globals())
