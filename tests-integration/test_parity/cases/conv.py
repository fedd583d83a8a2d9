"""Convolutions and poolings: sizes, paddings, strides, dilations, groups, masks."""

import jax
import jax.numpy as jnp

from ..case import array, chosen, function, layer
from ..reference import theirs

NORMAL = theirs.initializers.normal(1.0)
KERNEL_MASK = chosen(3, 3, 2, 5)
HALF = {"dtype": jnp.bfloat16}
WIDER = {**HALF, "preferred_element_type": jnp.float32}


def conv(*inputs, size=(3, 3), features=(2, 5), of=jnp.float32, **settings):
    return layer("Conv", *features, size, inputs=inputs, of=of, **settings)


def transposed(*inputs, size=(3, 3), features=(2, 5), **settings):
    return layer("ConvTranspose", *features, size, inputs=inputs, **settings)


CONVOLUTIONS = [
    conv(2, 6, 7, 2),
    conv(6, 7, 2),
    conv(2, 3, 6, 7, 2),
    conv(2, 6, 7, 2, size=[3, 3], use_bias=False),
    conv(2, 9, 2, size=3),
    conv(2, 9, 2, size=(4,), bias_init=NORMAL),
    conv(2, 4, 5, 6, 2, size=(2, 3, 2)),
    *(
        conv(2, 6, 7, 2, size=size, padding=padding, strides=strides)
        for padding in ("SAME", "VALID", "SAME_LOWER", "CIRCULAR", "REFLECT", 0, 1)
        for size, strides in (((3, 3), 1), ((2, 4), (1, 2)), ((4, 1), (1, 3)))
    ),
    conv(2, 6, 7, 2, padding=(1, 2)),
    conv(2, 6, 7, 2, padding=[(1, 0), 2]),
    conv(2, 6, 7, 2, padding=((1, 0), (0, 2)), strides=(2, 1)),
    *(
        conv(2, 9, 2, size=size, padding="CAUSAL", strides=strides, kernel_dilation=d)
        for size, strides, d in ((3, 1, 1), (2, 2, 1), (3, 2, 2), (1, 1, 1))
    ),
    *(
        conv(2, 8, 7, 2, size=(3, 2), padding=padding, kernel_dilation=dilation)
        for padding in ("SAME", "VALID", "CIRCULAR", "REFLECT", 2)
        for dilation in (2, (1, 3))
    ),
    conv(2, 6, 7, 2, padding="SAME", strides=None, kernel_dilation=None),
    conv(2, 5, 4, 2, padding=1, input_dilation=2),
    conv(2, 5, 4, 2, padding=((1, 2), (0, 1)), input_dilation=(1, 2)),
    conv(2, 6, 7, 4, features=(4, 6), feature_group_count=2),
    conv(2, 6, 7, 4, features=(4, 4), feature_group_count=4),
    conv(2, 9, 4, features=(4, 6), size=3, feature_group_count=2, padding="CAUSAL"),
    conv(2, 6, 7, 2, mask=KERNEL_MASK),
    conv(2, 6, 7, 2, mask=KERNEL_MASK.astype(jnp.float32) * 0.5),
    conv(2, 6, 7, 2, **HALF),
    conv(2, 6, 7, 2, dtype=jnp.float16),
    conv(2, 6, 7, 2, **WIDER),
    conv(2, 6, 7, 2, param_dtype=jnp.bfloat16),
    conv(2, 6, 7, 2, param_dtype=jnp.bfloat16, of=jnp.bfloat16),
    conv(2, 6, 7, 2, of=jnp.bfloat16),
]

TRANSPOSED = [
    transposed(2, 6, 7, 2),
    transposed(6, 7, 2),
    transposed(2, 3, 6, 7, 2),
    transposed(2, 9, 2, size=3),
    transposed(2, 9, 2, size=[4], bias_init=NORMAL),
    transposed(2, 3, 4, 5, 2, size=(2, 3, 2)),
    *(
        transposed(2, 6, 5, 2, size=size, padding=padding, strides=strides, **settings)
        for padding in ("SAME", "VALID", "CIRCULAR", 2)
        for size, strides, settings in (
            ((3, 3), 1, {}),
            ((2, 4), (1, 2), {"kernel_dilation": 2}),
            ((5, 1), (2, 3), {"transpose_kernel": True}),
        )
    ),
    transposed(2, 6, 5, 2, size=(3, 4), padding="SAME_LOWER", kernel_dilation=(1, 2)),
    transposed(2, 2, 3, 2, size=(7, 5), padding="CIRCULAR", kernel_dilation=(2, 3)),
    transposed(2, 6, 7, 2, padding=(1, 2)),
    transposed(2, 6, 7, 2, padding=[(1, 0), 2], strides=[2, 1]),
    transposed(2, 6, 7, 2, use_bias=False),
    transposed(2, 6, 7, 2, mask=KERNEL_MASK),
    transposed(2, 6, 7, 5, features=(5, 2), mask=KERNEL_MASK, transpose_kernel=True),
    transposed(2, 6, 7, 2, **HALF),
    transposed(2, 6, 7, 2, **WIDER),
    transposed(2, 6, 7, 2, param_dtype=jnp.bfloat16),
    transposed(2, 6, 7, 2, of=jnp.bfloat16),
]

WINDOWS = [
    ((2, 6, 7, 3), (2, 2), {}),
    ((6, 7, 3), (2, 2), {"strides": (2, 1)}),
    ((2, 2, 6, 7, 3), (3, 2), {"strides": (2, 2), "padding": "SAME"}),
    ((2, 6, 3), (3,), {"padding": "SAME_LOWER"}),
    ((2, 6, 7, 3), (3, 3), {"padding": ((1, 1), (0, 2))}),
    ((2, 6, 7, 3), (7, 8), {}),
]
PADDED = [window for window in WINDOWS if "padding" in window[2]]

POOLINGS = [
    *(
        function(name, array(*shape), args=(window,), **settings)
        for name in ("avg_pool", "max_pool", "min_pool")
        for shape, window, settings in WINDOWS
    ),
    *(
        function(
            name, (array(2, 6, 7, 3) * 5).astype(dtype), args=((3, 2),), dtype=dtype
        )
        for name in ("avg_pool", "max_pool", "min_pool")
        for dtype in (jnp.bfloat16, jnp.int32)
    ),
    *(
        function(
            "avg_pool",
            array(*shape),
            args=(window,),
            count_include_pad=False,
            **settings,
        )
        for shape, window, settings in PADDED
    ),
    *(
        function("pool", array(2, 6, 7, 3), args=(0.0, jax.lax.add, *window))
        for window in (((2, 2), (1, 2), "VALID"), ((3, 2), (2, 1), "SAME"))
    ),
]

CASES = [*CONVOLUTIONS, *TRANSPOSED, *POOLINGS]
