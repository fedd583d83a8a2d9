"""The layers give the numbers of the reference library, Flax NNX.

Same seed, same settings: the variables must agree bit for bit in path, kind, dtype
and value, outputs and gradients within a few roundings. Flax is called, never read.
"""

import inspect
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ramie.layers as layers
from ramie import graph
from ramie.module import Rngs

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    nnx = pytest.importorskip("flax.nnx", exc_type=ImportError)

# What Flax warns of is not ours to judge.
pytestmark = pytest.mark.filterwarnings("default")

LAYERS = ("Linear", "Conv", "BatchNorm", "LayerNorm", "Dropout", "Embed")
FLOATS = {"float32": 2e-6, "bfloat16": 1e-2, "float16": 2e-3}


@pytest.fixture(autouse=True)
def lenient_promotion():
    """Both libraries run as users run them, without the strict test settings."""
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        yield


@dataclass(frozen=True)
class Case:
    """One layer with its settings, and inputs for it."""

    layer: str
    args: tuple[Any, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[int, ...] = (4, 3)
    dtype: Any = jnp.float32
    call: dict[str, Any] = field(default_factory=dict)

    def make(self, library, rngs):
        return getattr(library, self.layer)(*self.args, **self.settings, rngs=rngs)

    def data(self):
        if self.layer == "Embed":
            return jax.random.randint(jax.random.key(7), self.inputs, 0, self.args[0])
        data = jax.random.normal(jax.random.key(7), self.inputs) * 3 + 1
        return data.astype(self.dtype)

    def __str__(self):
        settings = {**self.settings, **self.call}
        words = [f"{name}={_word(value)}" for name, value in settings.items()]
        sizes = ",".join(map(str, self.inputs))
        return "-".join([self.layer, sizes, jnp.dtype(self.dtype).name, *words])


def _word(value):
    if isinstance(value, jax.Array):
        return f"array{value.shape}"
    return getattr(value, "__qualname__", str(value)).partition(".")[0]


def conv(*inputs, size=(3, 3), features=(2, 5), **settings):
    return Case("Conv", (*features, size), settings, inputs)


MASK_ROWS = jnp.array([1, 1, 0, 1], bool)[:, None]
MASK_ALL = jax.random.bernoulli(jax.random.key(3), 0.7, (4, 3))
KERNEL_MASK = jax.random.bernoulli(jax.random.key(4), 0.5, (3, 3, 2, 5))

CASES = [
    # ── Linear
    Case("Linear", (3, 5)),
    Case("Linear", (3, 5), inputs=(3,)),
    Case("Linear", (3, 5), inputs=(2, 1, 4, 3)),
    Case("Linear", (3, 5), {"use_bias": False}),
    Case("Linear", (3, 5), {"precision": "highest"}),
    Case("Linear", (3, 5), {"bias_init": nnx.initializers.normal(1.0)}),
    Case("Linear", (3, 5), {"kernel_init": nnx.initializers.orthogonal()}),
    Case("Linear", (3, 5), {"dtype": jnp.bfloat16}),
    Case("Linear", (3, 5), {"param_dtype": jnp.bfloat16}),
    Case("Linear", (3, 5), {"param_dtype": jnp.bfloat16}, dtype=jnp.bfloat16),
    Case(
        "Linear",
        (3, 5),
        {"dtype": jnp.bfloat16, "preferred_element_type": jnp.float32},
    ),
    Case("Linear", (3, 5), {"param_dtype": jnp.float16}, dtype=jnp.bfloat16),
    # ── Conv
    conv(2, 6, 7, 2),
    conv(6, 7, 2),
    conv(2, 3, 6, 7, 2),
    conv(2, 6, 7, 2, size=[3, 3], use_bias=False),
    conv(2, 9, 2, size=3),
    conv(2, 9, 2, size=(4,), bias_init=nnx.initializers.normal(1.0)),
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
    conv(2, 6, 7, 2, mask=KERNEL_MASK),
    conv(2, 6, 7, 2, mask=KERNEL_MASK.astype(jnp.float32) * 0.5),
    conv(2, 6, 7, 2, dtype=jnp.bfloat16),
    conv(2, 6, 7, 2, dtype=jnp.bfloat16, preferred_element_type=jnp.float32),
    conv(2, 6, 7, 2, param_dtype=jnp.bfloat16),
    # ── BatchNorm
    *(
        Case("BatchNorm", (3,), {**settings, **fast}, inputs, call=call)
        for settings, inputs, call in (
            ({}, (4, 3), {}),
            ({}, (2, 5, 4, 3), {}),
            ({}, (3,), {}),
            ({"axis": 1}, (4, 3, 5), {}),
            ({"axis": -2}, (4, 3, 5), {}),
            ({"momentum": 0.6, "epsilon": 1e-2}, (4, 3), {}),
            ({"use_bias": False}, (4, 3), {}),
            ({"use_scale": False}, (4, 3), {}),
            ({"use_bias": False, "use_scale": False}, (4, 3), {}),
            ({"scale_init": nnx.initializers.normal(1.0)}, (4, 3), {}),
            ({"bias_init": nnx.initializers.normal(1.0)}, (4, 3), {}),
            ({}, (4, 3), {"mask": MASK_ROWS}),
            ({}, (4, 3), {"mask": MASK_ALL}),
            ({"dtype": jnp.bfloat16}, (4, 3), {}),
            ({"dtype": jnp.float16}, (4, 3), {}),
            ({"param_dtype": jnp.bfloat16}, (4, 3), {}),
        )
        for fast in ({}, {"use_fast_variance": False})
    ),
    Case("BatchNorm", (3,), dtype=jnp.bfloat16),
    Case("BatchNorm", (3,), {"use_running_average": True}),
    Case("BatchNorm", (3,), {"use_running_average": True}, dtype=jnp.bfloat16),
    Case("BatchNorm", (3,), {"use_running_average": True, "dtype": jnp.bfloat16}),
    Case("BatchNorm", (3,), call={"use_running_average": True}),
    Case(
        "BatchNorm",
        (3,),
        {"use_running_average": None},
        call={"use_running_average": False},
    ),
    # ── LayerNorm
    *(
        Case("LayerNorm", (size,), {**settings, **fast}, inputs, call=call)
        for size, settings, inputs, call in (
            (3, {}, (4, 3), {}),
            (3, {}, (2, 5, 4, 3), {}),
            (3, {}, (3,), {}),
            (3, {"epsilon": 1e-2}, (4, 3), {}),
            (3, {"use_bias": False}, (4, 3), {}),
            (3, {"use_bias": False, "use_scale": False}, (4, 3), {}),
            (3, {"scale_init": nnx.initializers.normal(1.0)}, (4, 3), {}),
            (3, {"bias_init": nnx.initializers.normal(1.0)}, (4, 3), {}),
            (3, {"reduction_axes": (-1, -2)}, (5, 4, 3), {}),
            (3, {"reduction_axes": 0}, (5, 4, 3), {}),
            (4, {"reduction_axes": -1, "feature_axes": -2}, (5, 4, 3), {}),
            (
                12,
                {
                    "reduction_axes": [2, 1],
                    "feature_axes": [2, 1],
                    "scale_init": nnx.initializers.normal(1.0),
                },
                (5, 4, 3),
                {},
            ),
            (3, {}, (4, 3), {"mask": jnp.array([True, False, True])}),
            (3, {}, (4, 3), {"mask": jnp.array([True, False, True])[None]}),
            (3, {"dtype": jnp.bfloat16}, (4, 3), {}),
            (3, {"param_dtype": jnp.bfloat16}, (4, 3), {}),
        )
        for fast in ({}, {"use_fast_variance": False})
    ),
    Case("LayerNorm", (3,), {"use_bias": False, "use_scale": False}, dtype=jnp.float16),
    # ── Dropout
    Case("Dropout", (0.3,)),
    Case("Dropout", (0.5,), {"broadcast_dims": (0,)}, (6, 4)),
    Case("Dropout", (0.5,), {"broadcast_dims": (-1, 0)}, (6, 4, 2)),
    Case("Dropout", (0.0,)),
    Case("Dropout", (1.0,)),
    Case("Dropout", (0.3,), {"deterministic": True}),
    Case("Dropout", (0.3,), call={"deterministic": True}),
    Case("Dropout", (0.3,), {"deterministic": None}, call={"deterministic": False}),
    Case("Dropout", (0.3,), {"rng_collection": "noise"}),
    Case("Dropout", (0.3,), dtype=jnp.bfloat16),
    Case("Dropout", (0.3,), call={"rngs": jax.random.key(5)}),
    # ── Embed
    Case("Embed", (7, 5)),
    Case("Embed", (7, 5), inputs=(2, 3, 2)),
    Case("Embed", (7, 5), inputs=()),
    Case("Embed", (1, 5)),
    Case("Embed", (7, 5), {"dtype": jnp.bfloat16}),
    Case("Embed", (7, 5), {"param_dtype": jnp.bfloat16}),
    Case("Embed", (7, 5), {"embedding_init": nnx.initializers.normal(1.0)}),
]


def variables(state):
    """Path, kind and value of every variable of a state."""
    return {
        path: (type(leaf).__name__, _plain(leaf)) for path, leaf in state.flat_state()
    }


def _plain(leaf):
    value = leaf.get_value() if hasattr(leaf, "get_value") else leaf
    if jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        return jax.random.key_data(value)
    return value


def assert_same_variables(ours, theirs):
    ours, theirs = variables(graph.state(ours)), variables(nnx.state(theirs))
    assert ours.keys() == theirs.keys()
    for path, (kind, value) in theirs.items():
        assert ours[path][0] == kind
        assert ours[path][1].dtype == value.dtype
        np.testing.assert_array_equal(ours[path][1], value, err_msg=str(path))


def assert_close(ours, theirs):
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    tolerance = FLOATS[str(theirs.dtype)]
    ours, theirs = np.asarray(ours, np.float32), np.asarray(theirs, np.float32)
    scale = max(1.0, np.abs(theirs).max(initial=0))
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * scale)


@pytest.fixture(params=[{"default": 0}, {"params": 1, "dropout": 2, "noise": 3}])
def seeds(request):
    return request.param


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_layer_starts_with_the_same_variables(case, seeds):
    ours_rngs, theirs_rngs = Rngs(**seeds), nnx.Rngs(**seeds)

    ours, theirs = case.make(layers, ours_rngs), case.make(nnx, theirs_rngs)

    assert_same_variables(ours, theirs)
    assert_same_variables(ours_rngs, theirs_rngs)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_layer_gives_the_same_outputs_and_ends_in_the_same_state(case):
    ours, theirs = case.make(layers, Rngs(0)), case.make(nnx, nnx.Rngs(0))

    for _ in range(2):
        assert_close(ours(case.data(), **case.call), theirs(case.data(), **case.call))

    assert_same_variables(ours, theirs)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_layer_has_the_same_gradients(case):
    def gradients(library, core, rngs):
        structure, state = core.split(case.make(library, rngs))
        leaves = [leaf for _, leaf in state.flat_state()]
        values = {
            index: leaf.get_value()
            for index, leaf in enumerate(leaves)
            if type(leaf).__name__ == "Param"
        }
        data = case.data()

        def loss(values, inputs):
            layer = core.merge(structure, state, copy=True)
            for index, (_, leaf) in enumerate(core.state(layer).flat_state()):
                if index in values:
                    leaf.set_value(values[index])
            outputs = layer(inputs, **case.call)
            weights = jnp.cos(jnp.arange(outputs.size)).reshape(outputs.shape)
            return (outputs * weights).sum().astype(jnp.float32)

        if case.layer == "Embed":
            return jax.grad(loss)(values, data), data
        return jax.grad(loss, argnums=(0, 1))(values, data)

    ours = gradients(layers, graph, Rngs(0))
    theirs = gradients(nnx, nnx, nnx.Rngs(0))

    for our, their in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        if jnp.issubdtype(our.dtype, jnp.inexact):
            assert_close(our, their)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("method", ["__init__", "__call__"])
def test_a_layer_is_called_the_same_way(name, method):
    def parameters(library):
        function = getattr(getattr(library, name), method)
        return [
            (p.name, p.kind, _comparable(p.default))
            for p in inspect.signature(function).parameters.values()
        ]

    assert parameters(layers) == parameters(nnx)


def _comparable(default):
    if isinstance(default, Mapping):
        return dict(default)
    # Functions are the libraries' own, or the same one of JAX under another name.
    return "function" if inspect.isfunction(default) else default


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_has_the_same_attributes(name):
    args = {"Conv": (3, 4, 3), "Linear": (3, 4), "Embed": (3, 4)}.get(name, (1,))

    ours = vars(getattr(layers, name)(*args, rngs=Rngs(0)))
    theirs = vars(getattr(nnx, name)(*args, rngs=nnx.Rngs(0)))

    assert {key for key in ours if not key.startswith("_")} == {
        key for key in theirs if not key.startswith("_")
    }


POOLED = [
    ((2, 6, 7, 3), (2, 2), {}),
    ((6, 7, 3), (2, 2), {"strides": (2, 1)}),
    ((2, 2, 6, 7, 3), (3, 2), {"strides": (2, 2), "padding": "SAME"}),
    ((2, 6, 3), (3,), {"padding": "SAME_LOWER"}),
    ((2, 6, 7, 3), (3, 3), {"padding": ((1, 1), (0, 2))}),
    ((2, 6, 7, 3), (7, 8), {}),
]


@pytest.mark.parametrize("name", ["avg_pool", "max_pool", "min_pool"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int32"])
@pytest.mark.parametrize(("shape", "window", "settings"), POOLED)
def test_pooling_gives_the_same_outputs(name, dtype, shape, window, settings):
    inputs = (jax.random.normal(jax.random.key(0), shape) * 5).astype(dtype)

    ours = getattr(layers, name)(inputs, window, **settings)
    theirs = getattr(nnx, name)(inputs, window, **settings)

    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(("shape", "window", "settings"), POOLED)
def test_pooling_can_leave_padding_out_of_the_mean(shape, window, settings):
    inputs = jax.random.normal(jax.random.key(0), shape)

    ours = layers.avg_pool(inputs, window, **settings, count_include_pad=False)
    theirs = nnx.avg_pool(inputs, window, **settings, count_include_pad=False)

    np.testing.assert_array_equal(ours, theirs)


FUNCTIONS = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "identity",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
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


@pytest.mark.parametrize("name", FUNCTIONS)
def test_activations_are_the_same_objects(name):
    assert getattr(layers, name) is getattr(nnx, name)


def test_no_initializer_is_missing():
    theirs = {name for name in dir(nnx.initializers) if not name.startswith("_")}

    # `tp` is the module typing, imported there under this name.
    assert theirs - {"tp"} == set(layers.initializers.__all__)
