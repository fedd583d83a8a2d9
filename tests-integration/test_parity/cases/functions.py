"""Functions by name: activations with their derivatives, and initializers."""

import jax
import jax.numpy as jnp

from ..case import Case, array, function, whole, words

HALF = jnp.bfloat16
ELEMENTWISE = (
    "celu",
    "elu",
    "gelu",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "identity",
    "leaky_relu",
    "log_sigmoid",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_sign",
    "softplus",
    "swish",
    "tanh",
)
ALONG_AN_AXIS = ("glu", "log_softmax", "logsumexp", "softmax", "standardize")
EDGES = jnp.array([-jnp.inf, -30, -6, -3, -1, -0.0, 0, 1e-8, 1, 3, 6, 30, jnp.inf])


def activation(name, *inputs, **settings):
    dtype = settings.pop("of", jnp.float32)
    arrays = [x.astype(dtype) if x.dtype == jnp.float32 else x for x in inputs]
    return function(name, *arrays, row="activations", dtype=dtype, **settings)


ACTIVATIONS = [
    *(activation(name, EDGES) for name in ELEMENTWISE),
    *(activation(name, array(2, 4), of=HALF) for name in ELEMENTWISE),
    *(activation(name, array(3, 4)) for name in ALONG_AN_AXIS),
    *(activation(name, array(4, 3), axis=0) for name in ALONG_AN_AXIS),
    *(activation(name, array(3, 4), of=HALF) for name in ALONG_AN_AXIS),
    activation("gelu", array(9), approximate=False),
    activation("celu", array(9), alpha=0.5),
    activation("elu", array(9), alpha=0.5),
    activation("leaky_relu", array(9), negative_slope=0.2),
    activation("softmax", array(3, 4), where=array(3, 4) > 0),
    activation("log_softmax", array(3, 4), where=array(3, 4) > 0),
    activation("logsumexp", array(3, 4), b=array(3, 4, seed=1) ** 2, keepdims=True),
    activation("one_hot", whole(5, below=4), num_classes=4),
    function("one_hot", whole(5, below=4), row="activations", num_classes=3),
    activation("relu", whole(5, below=4) - 2),
]


def initializer(name, *shape, dtype=jnp.float32, factory=True, **settings):
    """What an initializer draws. The key is made inside, as it is no float."""

    def run(nnx, _, seed):
        init = getattr(nnx.initializers, name)
        init = init(**settings) if factory else init
        return init(jax.random.key(seed), shape, dtype)

    label = words([name, shape, jnp.dtype(dtype).name], settings)
    return Case("initializers", label, (jnp.array(3),), run, dtype=dtype)


SCALED = (
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "kaiming_normal",
    "kaiming_uniform",
    "lecun_normal",
    "lecun_uniform",
    "xavier_normal",
    "xavier_uniform",
)
SPREAD = ("normal", "uniform", "truncated_normal")

INITIALIZERS = [
    *(initializer(name, 3, 4) for name in (*SCALED, *SPREAD)),
    *(initializer(name, 3, 4, dtype=HALF) for name in (*SCALED, *SPREAD)),
    *(initializer(name, 2, 3, 4) for name in SCALED),
    # In half precision those of the reference cannot be drawn.
    initializer("orthogonal", 3, 4),
    *(initializer(name, 3, factory=False) for name in ("ones", "zeros")),
    *(initializer(name, 3) for name in ("ones_init", "zeros_init")),
    initializer("constant", 3, value=0.5),
    initializer("normal", 3, stddev=2.0),
    initializer("uniform", 3, scale=2.0),
    initializer("truncated_normal", 3, stddev=2.0, lower=-1.0, upper=0.5),
    initializer("orthogonal", 2, 3, 5, scale=2.0, column_axis=1),
    initializer("delta_orthogonal", 3, 3, 4, 5),
    *(
        initializer(
            "variance_scaling", 4, 5, scale=2.0, mode=mode, distribution=distribution
        )
        for mode in ("fan_in", "fan_out", "fan_avg")
        for distribution in ("normal", "uniform", "truncated_normal")
    ),
    initializer(
        "variance_scaling",
        4,
        5,
        6,
        scale=1.0,
        mode="fan_in",
        distribution="normal",
        in_axis=0,
        out_axis=2,
        batch_axis=1,
    ),
]

CASES = [*ACTIVATIONS, *INITIALIZERS]
