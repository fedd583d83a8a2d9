"""Attention in one public module."""

from .layers import MultiHeadAttention as MultiHeadAttention
from .layers import MultiHeadDotProductAttention as MultiHeadDotProductAttention
from .layers import SelfAttention as SelfAttention
from .layers import combine_masks as combine_masks
from .layers import dot_product_attention as dot_product_attention
from .layers import dot_product_attention_weights as dot_product_attention_weights
from .layers import make_attention_mask as make_attention_mask
from .layers import make_causal_mask as make_causal_mask

__all__ = [
    "MultiHeadAttention",
    "MultiHeadDotProductAttention",
    "SelfAttention",
    "combine_masks",
    "dot_product_attention",
    "dot_product_attention_weights",
    "make_attention_mask",
    "make_causal_mask",
]
