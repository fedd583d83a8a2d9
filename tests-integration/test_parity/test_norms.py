"""Further norms, transposed convolution and PReLU give the reference's numbers.

As in `test_layers`: the same variables bit for bit, outputs and gradients within a few
roundings. What differs on purpose has a test of its own below.
"""

import inspect
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ramie.layers as layers
from ramie import graph
from ramie.layers.errors import PaddingError
from ramie.module import Rngs

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    nnx = pytest.importorskip("flax.nnx", exc_type=ImportError)

from .test_layers import (
    FLOATS,
    Case,
    _comparable,
    assert_close,
    assert_same_variables,
)

pytestmark = pytest.mark.filterwarnings("default")

NAMES = (
    "ConvTranspose",
    "GroupNorm",
    "InstanceNorm",
    "PReLU",
    "RMSNorm",
    "SpectralNorm",
    "WeightNorm",
)
NORMAL = nnx.initializers.normal(1.0)
IMAGES = (2, 5, 4, 6)
SELECTED = jax.random.bernoulli(jax.random.key(3), 0.7, IMAGES)
KERNEL_MASK = jax.random.bernoulli(jax.random.key(4), 0.5, (3, 3, 2, 5))


@pytest.fixture(autouse=True)
def lenient_promotion():
    """Both libraries run as users run them, without the strict test settings."""
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        yield


def transposed(*inputs, size=(3, 3), features=(2, 5), **settings):
    return Case("ConvTranspose", (*features, size), settings, inputs)


DTYPES = (
    {"dtype": jnp.bfloat16},
    {"dtype": jnp.float16},
    {"param_dtype": jnp.bfloat16},
)
CASES = [
    # ── RMSNorm
    *(
        Case("RMSNorm", (size,), settings, inputs, call=call)
        for size, settings, inputs, call in (
            (3, {}, (2, 5, 4, 3), {}),
            (3, {"epsilon": 1e-2, "use_fast_variance": False}, (4, 3), {}),
            (3, {"use_scale": False}, (4, 3), {}),
            (3, {"reduction_axes": (-1, -2)}, (5, 4, 3), {}),
            (4, {"feature_axes": -2, "scale_init": NORMAL}, (5, 4, 3), {}),
            (12, {"feature_axes": (1, 2), "scale_init": NORMAL}, (5, 4, 3), {}),
            (6, {}, IMAGES, {"mask": SELECTED}),
            *((3, settings, (4, 3), {}) for settings in DTYPES),
        )
    ),
    Case("RMSNorm", (3,), {"param_dtype": jnp.bfloat16}, dtype=jnp.bfloat16),
    # ── GroupNorm
    *(
        Case("GroupNorm", args, settings, inputs, call=call)
        for args, settings, inputs, call in (
            ((6, 3), {}, IMAGES, {}),
            ((6, 1), {"use_fast_variance": False}, IMAGES, {}),
            ((6, 6), {"epsilon": 1e-2}, IMAGES, {}),
            ((6, 3), {}, (7, 6), {}),
            ((64,), {}, (2, 3, 64), {}),
            ((6, None, 2), {"scale_init": NORMAL, "use_bias": False}, IMAGES, {}),
            ((6, 3), {"use_scale": False, "bias_init": NORMAL}, IMAGES, {}),
            ((6, 3), {"reduction_axes": [-3, -2, -1]}, IMAGES, {}),
            ((6, 3), {}, IMAGES, {"mask": SELECTED}),
            *(((6, 3), settings, IMAGES, {}) for settings in DTYPES),
        )
    ),
    # ── InstanceNorm
    *(
        Case("InstanceNorm", (size,), settings, inputs, call=call)
        for size, settings, inputs, call in (
            (6, {}, (3, 7, 6), {}),
            (6, {"epsilon": 1e-2, "use_bias": False}, IMAGES, {}),
            (6, {"use_scale": False, "bias_init": NORMAL}, IMAGES, {}),
            (6, {"use_fast_variance": False}, IMAGES, {}),
            (5, {"feature_axes": 1, "scale_init": NORMAL}, IMAGES, {}),
            (30, {"feature_axes": (1, -1), "scale_init": NORMAL}, IMAGES, {}),
            (6, {}, IMAGES, {"mask": SELECTED}),
            *((6, settings, IMAGES, {}) for settings in DTYPES),
        )
    ),
    # ── ConvTranspose
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
    transposed(2, 6, 7, 2, dtype=jnp.bfloat16),
    transposed(2, 6, 7, 2, dtype=jnp.bfloat16, preferred_element_type=jnp.float32),
    transposed(2, 6, 7, 2, param_dtype=jnp.bfloat16),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_layer_starts_with_the_same_variables(case):
    seeds = {"params": 1, "noise": 3}
    ours_rngs, theirs_rngs = Rngs(**seeds), nnx.Rngs(**seeds)

    ours, theirs = case.make(layers, ours_rngs), case.make(nnx, theirs_rngs)

    assert_same_variables(ours, theirs)
    assert_same_variables(ours_rngs, theirs_rngs)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_layer_gives_the_same_outputs_and_gradients(case):
    def evaluate(library, core, rngs):
        layer = case.make(library, rngs)
        structure, params, rest = core.split(layer, library_param(core), ...)

        def loss(params, inputs):
            outputs = core.merge(structure, params, rest)(inputs, **case.call)
            weights = jnp.cos(jnp.arange(outputs.size)).reshape(outputs.shape)
            return (outputs * weights).sum().astype(jnp.float32), outputs

        differentiate = jax.grad(loss, argnums=(0, 1), has_aux=True)
        slopes, outputs = jax.jit(differentiate)(params, case.data())
        return outputs, slopes

    ours, our_slopes = evaluate(layers, graph, Rngs(0))
    theirs, their_slopes = evaluate(nnx, nnx, nnx.Rngs(0))

    # Gradients pass through the precision that a layer computes in.
    narrowest = case.settings.get("dtype", jnp.float32)
    for our, their in zip(
        jax.tree.leaves((ours, our_slopes)),
        jax.tree.leaves((theirs, their_slopes)),
        strict=True,
    ):
        assert_rounded(our, their, narrowest)


def assert_rounded(ours, theirs, *dtypes):
    """As `assert_close`, of numbers that were rounded to these dtypes on their way."""
    tolerance = max(FLOATS[jnp.dtype(each).name] for each in (theirs.dtype, *dtypes))
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
    ours, theirs = np.asarray(ours, np.float32), np.asarray(theirs, np.float32)
    scale = max(1.0, np.abs(theirs).max(initial=0))
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * scale)


def rounding(kind, settings):
    return jnp.bfloat16 if kind == "narrow" else settings.get("dtype", jnp.float32)


def library_param(core):
    from ramie.variables import Param

    return nnx.Param if core is nnx else Param


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["__init__", "__call__"])
def test_a_layer_is_called_the_same_way(name, method):
    def parameters(library):
        function = getattr(getattr(library, name), method)
        return [
            (p.name, p.kind, _comparable(p.default))
            for p in inspect.signature(function).parameters.values()
            if p.name != "variable_filter"
        ]

    assert parameters(layers) == parameters(nnx)


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_has_the_same_attributes(name):
    def made(library, rngs):
        if name in ("SpectralNorm", "WeightNorm"):
            inner = library.Linear(2, 3, rngs=rngs)
            return getattr(library, name)(inner, rngs=rngs)
        if name == "PReLU":
            return library.PReLU()
        args = {"ConvTranspose": (3, 4, 3), "GroupNorm": (4, 2)}.get(name, (1,))
        return getattr(library, name)(*args, rngs=rngs)

    ours, theirs = vars(made(layers, Rngs(0))), vars(made(nnx, nnx.Rngs(0)))

    assert {key for key in ours if not key.startswith("_")} == {
        key for key in theirs if not key.startswith("_")
    }


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize(
    "settings", [{}, {"dtype": jnp.bfloat16}, {"param_dtype": jnp.bfloat16}], ids=str
)
def test_prelu_gives_the_same_numbers(dtype, settings):
    inputs = jax.random.normal(jax.random.key(0), (4, 3)).astype(dtype)

    ours, theirs = layers.PReLU(0.3, **settings), nnx.PReLU(0.3, **settings)

    assert_same_variables(ours, theirs)
    assert_close(ours(inputs), theirs(inputs))


def inner_of(library, kind, rngs):
    if kind == "Conv":
        return library.Conv(4, 5, (3, 3), bias_init=NORMAL, rngs=rngs)
    if kind == "narrow":
        return library.Linear(4, 5, param_dtype=jnp.bfloat16, rngs=rngs)
    return getattr(library, kind)(4, 5, rngs=rngs)


def inputs_of(kind):
    if kind == "Embed":
        return jnp.array([[0, 3], [1, 1]])
    return jax.random.normal(jax.random.key(5), (2, 6, 6, 4))


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("Linear", {"dtype": jnp.bfloat16}),
        ("Linear", {"param_dtype": jnp.bfloat16}),
        ("Linear", {"update_stats": False}),
        ("Conv", {}),
        ("Conv", {"n_steps": 4, "epsilon": 1e-2}),
        ("Embed", {}),
        ("narrow", {}),
    ],
    ids=str,
)
def test_spectral_norm_begins_and_answers_the_same(kind, settings):
    def made(library, rngs):
        inner = inner_of(library, kind, rngs)
        return library.SpectralNorm(inner, **settings, rngs=rngs)

    ours, theirs = made(layers, Rngs(0)), made(nnx, nnx.Rngs(0))
    assert_same_variables(ours, theirs)

    narrowest = rounding(kind, settings)
    assert_rounded(ours(inputs_of(kind)), theirs(inputs_of(kind)), narrowest)
    for path, stat in theirs.batch_stats.items():
        assert_close(ours.batch_stats[path].get_value(), stat.get_value())


def test_spectral_norm_keeps_the_kernel_where_the_reference_overwrites_it():
    def made(library, rngs):
        inner = library.Linear(4, 5, use_bias=False, rngs=rngs)
        return library.SpectralNorm(inner, rngs=rngs)

    ours, theirs = made(layers, Rngs(0)), made(nnx, nnx.Rngs(0))
    before = ours.layer_instance.kernel.get_value()

    ours(inputs_of("Linear")), theirs(inputs_of("Linear"))

    np.testing.assert_array_equal(ours.layer_instance.kernel.get_value(), before)
    assert not np.array_equal(theirs.layer_instance.kernel.get_value(), before)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("Conv", {}),
        ("Conv", {"feature_axes": None, "epsilon": 1e-2}),
        ("Conv", {"feature_axes": -2}),
        ("Conv", {"feature_axes": (-1, -2)}),
        ("Linear", {"use_scale": False}),
        ("Linear", {"dtype": jnp.bfloat16}),
        ("Linear", {"param_dtype": jnp.bfloat16}),
        ("Linear", {"variable_filter": None}),
        ("narrow", {}),
    ],
    ids=str,
)
def test_weight_norm_begins_and_answers_the_same(kind, settings):
    def made(library, rngs):
        inner = inner_of(library, kind, rngs)
        outer = library.WeightNorm(inner, **settings, rngs=rngs)
        return outer, library.Linear(2, 3, rngs=rngs)

    (ours, our_next), (theirs, their_next) = (
        made(layers, Rngs(0)),
        made(nnx, nnx.Rngs(0)),
    )

    assert_same_variables(our_next, their_next)
    our_paths = [path for path, _ in graph.state(ours).flat_state()]
    assert our_paths == [path for path, _ in nnx.state(theirs).flat_state()]
    narrowest = rounding(kind, settings)
    assert_rounded(ours(inputs_of(kind)), theirs(inputs_of(kind)), narrowest)


def test_weight_norm_learns_its_scales_where_the_reference_keeps_plain_arrays():
    ours = layers.WeightNorm(layers.Linear(2, 3, rngs=Rngs(0)), rngs=Rngs(0))
    theirs = nnx.WeightNorm(nnx.Linear(2, 3, rngs=nnx.Rngs(0)), rngs=nnx.Rngs(0))

    assert type(ours.scales[("kernel",)]).__name__ == "Param"
    assert isinstance(theirs.scales[("kernel",)], jax.Array)


def test_names_of_paddings_are_in_capitals_where_the_reference_pads_otherwise():
    inputs = jnp.ones((1, 5, 1))

    theirs = {
        padding: nnx.ConvTranspose(1, 1, (4,), padding=padding, rngs=nnx.Rngs(0))
        for padding in ("valid", "VALID")
    }

    assert theirs["valid"](inputs).shape == (1, 2, 1)
    assert theirs["VALID"](inputs).shape == (1, 8, 1)
    with pytest.raises(PaddingError, match="'SAME'"):
        layers.ConvTranspose(1, 1, (4,), padding="valid", rngs=Rngs(0))


def test_same_lower_spreads_inputs_where_the_reference_refuses():
    def spread(library, rngs, padding):
        layer = library.ConvTranspose(1, 1, (4,), 2, padding=padding, rngs=rngs)
        return layer(jnp.arange(5.0)[:, None])

    assert_close(
        spread(layers, Rngs(0), "SAME_LOWER"), spread(nnx, nnx.Rngs(0), "SAME")
    )
    with pytest.raises(ValueError, match="padding"):
        spread(nnx, nnx.Rngs(0), "SAME_LOWER")
