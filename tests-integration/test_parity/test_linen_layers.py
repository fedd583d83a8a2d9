"""Layers of Linen give what the reference gives, from the same keys.

Each case makes a layer of both libraries, calls it, and compares all variables bit for
bit, and outputs and changed collections within a few roundings.
"""

import warnings
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as ours

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    theirs = pytest.importorskip("flax.linen", exc_type=ImportError)

pytestmark = pytest.mark.filterwarnings("ignore")

KEY = jax.random.key(0)
RNGS = {"dropout": jax.random.key(1)}
NORMAL = jax.nn.initializers.normal(1.0)


def array(*shape: int, dtype: Any = np.float32) -> jax.Array:
    """Numbers for a case, by numpy, which compiles nothing."""
    return jnp.asarray(np.random.default_rng(7).normal(size=shape).astype(dtype))


X, IMAGE = array(2, 6, 8), array(2, 5, 5, 4)
MASK = X > -0.5
TRAIN = {"use_running_average": False}
PAIR = (array(2, 4), array(2, 4) + 1)
IMAGES = (array(2, 5, 5, 4), array(2, 5, 5, 4) + 1)
LENGTHS = jnp.array([3, 6])

CASES: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[Any, ...], Any]] = [
    ("Dense", (4,), {}, (X,), {}),
    ("Dense", (4,), {"dtype": jnp.bfloat16}, (X,), {}),
    ("DenseGeneral", ((4, 3),), {"axis": (-2, -1)}, (X,), {}),
    ("DenseGeneral", ((4, 3),), {"batch_dims": (0,)}, (X,), {}),
    ("Einsum", ((8, 3, 4), "nta,ahb->nthb"), {}, (X,), {}),
    ("Embed", (10, 4), {}, (jnp.array([[1, 9]]),), {}),
    ("Embed", (10, 8), {}, (X,), {"method": "attend"}),
    ("PReLU", (), {}, (X,), {}),
    ("Dropout", (0.5,), {"broadcast_dims": (1,)}, (X,), {"deterministic": False}),
    ("Conv", (3, (3, 3)), {"strides": 2}, (IMAGE,), {}),
    ("Conv", (4, (3,)), {"feature_group_count": 2, "padding": "CIRCULAR"}, (X,), {}),
    ("Conv", (4, 3), {"padding": "CAUSAL", "kernel_dilation": 2}, (X,), {}),
    ("ConvLocal", (3, 3), {"strides": 2}, (X,), {}),
    ("ConvLocal", (3, (2, 3)), {"padding": "VALID"}, (IMAGE,), {}),
    ("ConvTranspose", (3, (3,)), {"strides": (2,), "padding": "CIRCULAR"}, (X,), {}),
    ("ConvTranspose", (3, (3,)), {"transpose_kernel": True}, (X,), {}),
    ("BatchNorm", (), {}, (X,), TRAIN),
    ("BatchNorm", (), {"axis": 1, "dtype": jnp.bfloat16}, (X,), TRAIN),
    ("BatchNorm", (), {}, (X,), {**TRAIN, "mask": MASK}),
    ("LayerNorm", (), {"use_fast_variance": False}, (X,), {"mask": MASK}),
    ("LayerNorm", (), {"reduction_axes": (1, 2), "feature_axes": (2, 1)}, (X,), {}),
    (
        "LayerNorm",
        (),
        {"force_float32_reductions": False},
        (array(2, 8, dtype=np.float16),),
        {},
    ),
    ("RMSNorm", (), {"dtype": jnp.float16}, (X,), {}),
    ("GroupNorm", (2,), {}, (IMAGE,), {}),
    ("GroupNorm", (None, 4), {}, (X,), {"mask": MASK}),
    ("InstanceNorm", (), {}, (IMAGE,), {}),
    ("MultiHeadAttention", (2,), {"normalize_qk": True}, (X, X[:, :3]), {}),
    ("MultiHeadAttention", (2,), {"decode": True}, (X,), {}),
    (
        "MultiHeadDotProductAttention",
        (2,),
        {"dropout_rate": 0.5, "out_features": 3},
        (X,),
        {"deterministic": False, "sow_weights": True},
    ),
    ("SelfAttention", (2,), {"dtype": jnp.bfloat16}, (X,), {}),
    ("LSTMCell", (4,), {}, (PAIR, array(2, 3)), {}),
    ("OptimizedLSTMCell", (4,), {}, (PAIR, array(2, 3)), {}),
    ("GRUCell", (4,), {}, (PAIR[0], array(2, 3)), {}),
    ("MGUCell", (4,), {}, (PAIR[0], array(2, 3)), {}),
    ("SimpleCell", (4,), {"residual": True}, (PAIR[0], array(2, 3)), {}),
    ("ConvLSTMCell", (4, (3, 3)), {}, (IMAGES, IMAGE), {}),
]


def run(make: Any, args: tuple[Any, ...], call: dict[str, Any]) -> tuple[Any, Any]:
    """The variables of a layer; and what a call gives, with what it changes."""
    layer = make()
    variables = layer.init({"params": KEY, **RNGS}, *args, **call)
    if "cache" in variables:
        args = tuple(each[:, :1] for each in args)
    y = layer.apply(
        variables,
        *args,
        **call,
        rngs=RNGS,
        mutable=["batch_stats", "cache", "intermediates"],
    )
    return variables, y


def check(make: Any, args: tuple[Any, ...], call: dict[str, Any]) -> None:
    """Compare a layer that is made of either library."""
    (our_variables, our_y), (their_variables, their_y) = (
        run(lambda lib=lib: make(lib), args, call) for lib in (ours, theirs)
    )
    jax.tree.map(np.testing.assert_array_equal, our_variables, dict(their_variables))
    assert jax.tree.structure(our_y) == jax.tree.structure(their_y)
    for our, their in zip(
        jax.tree.leaves(our_y), jax.tree.leaves(their_y), strict=True
    ):
        assert (our.dtype, our.shape) == (their.dtype, their.shape)
        wide = [np.asarray(each, np.float64) for each in (our, their)]
        tolerance = 3e-6 if their.dtype == np.float32 else 1e-2
        np.testing.assert_allclose(*wide, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("name", "args", "settings", "inputs", "call"), CASES)
def test_a_layer_gives_the_same(name, args, settings, inputs, call):
    check(lambda lib: getattr(lib, name)(*args, **settings), inputs, call)


def test_layers_in_a_row_agree():
    def make(lib):
        return lib.Sequential([lib.Dense(4), lib.relu, lib.LayerNorm()])

    check(make, (X,), {})


@pytest.mark.parametrize(
    "cell", ["LSTMCell", "OptimizedLSTMCell", "GRUCell", "MGUCell", "SimpleCell"]
)
def test_a_cell_run_over_time_gives_the_same(cell):
    def make(lib):
        made = getattr(lib, cell)(4, carry_init=NORMAL)
        return lib.RNN(made, return_carry=True, reverse=True, keep_order=True)

    check(make, (X,), {"seq_lengths": LENGTHS})


def test_two_directions_give_the_same():
    def make(lib):
        layers = (lib.RNN(lib.GRUCell(4, carry_init=NORMAL)) for _ in range(2))
        return lib.Bidirectional(*layers, return_carry=True)

    check(make, (X,), {})
    check(make, (X,), {"init_key": KEY, "seq_lengths": LENGTHS})


@pytest.mark.parametrize(
    ("name", "settings", "call"),
    [
        ("WeightNorm", {}, {}),
        ("WeightNorm", {"feature_axes": None, "dtype": jnp.bfloat16}, {}),
        ("WeightNorm", {"variable_filter": None, "use_scale": False}, {}),
        ("SpectralNorm", {"n_steps": 3}, {"update_stats": True}),
        ("SpectralNorm", {"dtype": jnp.bfloat16}, {"update_stats": False}),
    ],
)
def test_layers_around_a_layer_agree(name, settings, call):
    def make(lib):
        return getattr(lib, name)(lib.Conv(4, (2,)), **settings)

    check(make, (X,), call)
