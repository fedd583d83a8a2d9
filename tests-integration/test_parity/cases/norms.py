"""Norms of activations and of weights, and Dropout: what changes while it is called."""

import jax
import jax.numpy as jnp

from ..case import Case, array, chosen, layer, nothing, whole, words
from ..reference import theirs

NORMAL = theirs.initializers.normal(1.0)
HALF = jnp.bfloat16
IMAGES = (2, 5, 4, 6)
SELECTED = chosen(*IMAGES)
MASK_ROWS = jnp.array([[True], [True], [False], [True]])
MASK_ALL = chosen(4, 3)
MASK_FEATURES = jnp.array([True, False, True])

PLAIN = {"use_bias": False, "use_scale": False}
LEARNED = {"scale_init": NORMAL, "bias_init": NORMAL}
DTYPES = ({"dtype": HALF}, {"dtype": jnp.float16}, {"param_dtype": HALF})
SLOW = {"use_fast_variance": False}


def norm(name, *args, fast=(True, False), **settings):
    """The norm with the fast formula of the variance, and with the exact one."""
    ways = [{} if way else SLOW for way in fast]
    return [layer(name, *args, **settings, **way) for way in ways]


def batch(*, inputs=(4, 3), **settings):
    return norm("BatchNorm", 3, inputs=inputs, calls=2, **settings)


BATCH = [
    *batch(),
    *batch(inputs=(2, 5, 4, 3)),
    *batch(inputs=(3,)),
    *batch(axis=1, inputs=(4, 3, 5)),
    *batch(axis=-2, inputs=(4, 3, 5)),
    *batch(momentum=0.6, epsilon=1e-2),
    *batch(use_bias=False, scale_init=NORMAL),
    *batch(use_scale=False, bias_init=NORMAL),
    *batch(**PLAIN),
    *batch(call={"mask": MASK_ROWS}),
    *batch(call={"mask": MASK_ALL}),
    *(case for settings in DTYPES for case in batch(**settings)),
    *batch(of=HALF, fast=[True]),
    *batch(use_running_average=True, fast=[True]),
    *batch(use_running_average=True, of=HALF, fast=[True]),
    *batch(use_running_average=True, dtype=HALF, fast=[True]),
    *batch(call={"use_running_average": True}, fast=[True]),
    *batch(use_running_average=None, call={"use_running_average": False}, fast=[True]),
]

LAYER = [
    *norm("LayerNorm", 3),
    *norm("LayerNorm", 3, inputs=(2, 5, 4, 3)),
    *norm("LayerNorm", 3, inputs=(3,)),
    *norm("LayerNorm", 3, epsilon=1e-2, use_bias=False),
    *norm("LayerNorm", 3, **PLAIN),
    *norm("LayerNorm", 3, **LEARNED),
    *norm("LayerNorm", 3, reduction_axes=(-1, -2), inputs=(5, 4, 3)),
    *norm("LayerNorm", 3, reduction_axes=0, inputs=(5, 4, 3)),
    *norm("LayerNorm", 4, reduction_axes=-1, feature_axes=-2, inputs=(5, 4, 3)),
    *norm(
        "LayerNorm",
        12,
        reduction_axes=[2, 1],
        feature_axes=[2, 1],
        inputs=(5, 4, 3),
        **LEARNED,
    ),
    *norm("LayerNorm", 3, call={"mask": MASK_FEATURES}),
    *norm("LayerNorm", 3, call={"mask": MASK_FEATURES.reshape(1, 3)}),
    *(case for settings in DTYPES for case in norm("LayerNorm", 3, **settings)),
    layer("LayerNorm", 3, of=jnp.float16, **PLAIN),
    layer("LayerNorm", 3, of=HALF),
]

ROOT_MEAN_SQUARE = [
    layer("RMSNorm", 3, inputs=(2, 5, 4, 3)),
    layer("RMSNorm", 3, epsilon=1e-2, **SLOW),
    layer("RMSNorm", 3, use_scale=False),
    layer("RMSNorm", 3, reduction_axes=(-1, -2), inputs=(5, 4, 3)),
    layer("RMSNorm", 4, feature_axes=-2, scale_init=NORMAL, inputs=(5, 4, 3)),
    layer("RMSNorm", 12, feature_axes=(1, 2), scale_init=NORMAL, inputs=(5, 4, 3)),
    layer("RMSNorm", 6, inputs=IMAGES, call={"mask": SELECTED}),
    *(layer("RMSNorm", 3, **settings) for settings in DTYPES),
    layer("RMSNorm", 3, param_dtype=HALF, of=HALF),
]

GROUP = [
    layer("GroupNorm", 6, 3, inputs=IMAGES),
    layer("GroupNorm", 6, 1, inputs=IMAGES, **SLOW),
    layer("GroupNorm", 6, 6, epsilon=1e-2, inputs=IMAGES),
    layer("GroupNorm", 12, 3, inputs=(7, 12)),
    layer("GroupNorm", 64, inputs=(2, 3, 64)),
    layer("GroupNorm", 6, None, 2, scale_init=NORMAL, use_bias=False, inputs=IMAGES),
    layer("GroupNorm", 6, 3, use_scale=False, bias_init=NORMAL, inputs=IMAGES),
    layer("GroupNorm", 6, 3, reduction_axes=[-3, -2, -1], inputs=IMAGES),
    layer("GroupNorm", 6, 3, inputs=IMAGES, call={"mask": SELECTED}),
    *(layer("GroupNorm", 6, 3, inputs=IMAGES, **settings) for settings in DTYPES),
]

INSTANCE = [
    layer("InstanceNorm", 6, inputs=(3, 7, 6)),
    layer("InstanceNorm", 6, epsilon=1e-2, use_bias=False, inputs=IMAGES),
    layer("InstanceNorm", 6, use_scale=False, bias_init=NORMAL, inputs=IMAGES),
    layer("InstanceNorm", 6, inputs=IMAGES, **SLOW),
    layer("InstanceNorm", 5, feature_axes=1, scale_init=NORMAL, inputs=IMAGES),
    layer("InstanceNorm", 30, feature_axes=(1, -1), inputs=IMAGES, **LEARNED),
    layer("InstanceNorm", 6, inputs=IMAGES, call={"mask": SELECTED}),
    *(layer("InstanceNorm", 6, inputs=IMAGES, **settings) for settings in DTYPES),
]


def inner(nnx, kind, rngs):
    """The layer whose weights are normalized."""
    match kind:
        case "Conv":
            return nnx.Conv(4, 5, (3, 3), bias_init=NORMAL, rngs=rngs)
        case "narrow Linear":
            return nnx.Linear(4, 5, param_dtype=HALF, rngs=rngs)
    return getattr(nnx, kind)(4, 5, rngs=rngs)


def around(name, kind, **settings):
    """A norm of weights.

    What it leaves in the weights differs (see `test_differences`), so each run makes
    its own; and the scales of WeightNorm are no variables in the reference.
    """

    def make(nnx, rngs):
        return getattr(nnx, name)(inner(nnx, kind, rngs), **settings, rngs=rngs)

    def run(nnx, _, *arrays):
        made = make(nnx, nnx.Rngs(0))
        outputs = made(*arrays)
        stats = getattr(made, "batch_stats", {})
        return outputs, {str(path): stat.get_value() for path, stat in stats.items()}

    ids = whole(2, 2, below=4) if kind == "Embed" else array(2, 6, 6, 4, seed=5)
    narrow = HALF if kind == "narrow Linear" else settings.get("dtype") or jnp.float32
    begin = make if name == "SpectralNorm" else nothing
    label = words([kind], settings)
    return Case(name, label, (ids,), run, begin, dtype=narrow)


OF_WEIGHTS = [
    *(
        around("SpectralNorm", kind, **settings)
        for kind, settings in (
            ("Linear", {}),
            ("Linear", {"dtype": HALF}),
            ("Linear", {"param_dtype": HALF}),
            ("Linear", {"update_stats": False}),
            ("Conv", {}),
            ("Conv", {"n_steps": 4, "epsilon": 1e-2}),
            ("Embed", {}),
            ("narrow Linear", {}),
        )
    ),
    *(
        around("WeightNorm", kind, **settings)
        for kind, settings in (
            ("Conv", {}),
            ("Conv", {"feature_axes": None, "epsilon": 1e-2}),
            ("Conv", {"feature_axes": -2}),
            ("Conv", {"feature_axes": (-1, -2)}),
            ("Linear", {"use_scale": False}),
            ("Linear", {"dtype": HALF}),
            ("Linear", {"param_dtype": HALF}),
            ("Linear", {"variable_filter": None}),
            ("narrow Linear", {}),
        )
    ),
]


def drop(*args, inputs=(4, 3), **settings):
    return layer("Dropout", *args, inputs=inputs, calls=2, **settings)


DROPOUT = [
    drop(0.3),
    drop(0.5, broadcast_dims=(0,), inputs=(6, 4)),
    drop(0.5, broadcast_dims=(-1, 0), inputs=(6, 4, 2)),
    drop(0.5, broadcast_dims=[1], inputs=(6, 4, 2)),
    drop(0.0),
    drop(1.0),
    drop(0.3, deterministic=True),
    drop(0.3, call={"deterministic": True}),
    drop(0.3, deterministic=None, call={"deterministic": False}),
    drop(0.3, rng_collection="noise"),
    drop(0.3, of=HALF),
    drop(0.3, of=jnp.float16),
    drop(0.3, call={"rngs": jax.random.key(5)}),
]

CASES = [*BATCH, *LAYER, *ROOT_MEAN_SQUARE, *GROUP, *INSTANCE, *OF_WEIGHTS, *DROPOUT]
