import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from ramie import graph
from ramie.layers import LinearGeneral
from ramie.layers.errors import (
    AxisError,
    BatchAxesError,
    BatchSizeError,
    DuplicateAxisError,
    FeatureAxesError,
    FeatureCountError,
    RngsTypeError,
    SizeError,
)
from ramie.module import Rngs
from ramie.variables import with_metadata

NORMAL = jax.nn.initializers.normal(1.0)


def made(*features, **settings):
    return LinearGeneral(*features, **{"rngs": Rngs(0), **settings})


@pytest.mark.parametrize(
    ("features", "settings", "shape", "equation"),
    [
        ((3, 4), {}, (2, 6, 3), "nta,ac->ntc"),
        (((2, 3), (4, 5)), {"axis": (-2, -1)}, (6, 2, 3), "nab,abcd->ncd"),
        (((2, 3), 4), {"axis": (2, 0)}, (2, 6, 3), "anb,abc->nc"),
        ((3, 4), {"batch_axis": {0: 2}}, (2, 6, 3), "gna,gac->gnc"),
        ((3, 4), {"axis": 2, "batch_axis": {1: 6, 0: 2}}, (2, 6, 3), "gha,ghac->ghc"),
    ],
)
def test_the_formula_is_a_sum_over_the_chosen_axes(features, settings, shape, equation):
    layer = made(*features, bias_init=NORMAL, **settings)
    inputs = jnp.asarray(np.random.default_rng(1).normal(size=shape), jnp.float32)

    outputs = layer(inputs)

    bias = np.asarray(layer.bias[...])
    if equation == "gna,gac->gnc":
        bias = bias[:, None]
    expected = np.einsum(equation, inputs, layer.kernel[...]) + bias
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_initializers_see_a_matrix_and_a_vector():
    seen = []

    def note(key, shape, dtype):
        seen.append((key, shape, dtype))
        return jnp.zeros(shape, dtype)

    layer = made(
        (2, 3), (4, 5), axis=(1, 2), batch_axis={0: 7}, kernel_init=note, bias_init=note
    )

    rngs = Rngs(0)
    assert seen == [
        (rngs.params(), (7 * 2 * 3, 4 * 5), jnp.float32),
        (rngs.params(), (7 * 4 * 5,), jnp.float32),
    ]
    assert layer.kernel.shape == (7, 2, 3, 4, 5)
    assert layer.bias.shape == (7, 4, 5)


def test_without_a_bias_there_is_none():
    layer = made(3, 4, use_bias=False)

    assert layer.bias is None
    assert len(graph.state(layer).flat_state()) == 1


def test_parameters_compute_in_the_dtype_of_the_layer():
    layer = made(3, 4, dtype=jnp.bfloat16)

    assert layer.kernel.dtype == jnp.float32
    assert layer(jnp.ones((2, 3))).dtype == jnp.bfloat16


def test_metadata_reaches_the_variables():
    layer = made(
        3, 4, kernel_metadata={"role": "weights"}, bias_metadata={"role": "offset"}
    )

    assert (layer.kernel.role, layer.bias.role) == ("weights", "offset")


def test_a_class_makes_a_stand_in_for_each_product():
    def doubled(*args, **options):
        return 2 * lax.dot_general(*args, **options)

    made_by_class = made(3, 4, dot_general_cls=lambda: doubled)
    given = made(3, 4, dot_general=doubled)

    inputs = jnp.ones((2, 3))
    np.testing.assert_array_equal(made_by_class(inputs), 2 * made(3, 4)(inputs))
    np.testing.assert_array_equal(given(inputs), 2 * made(3, 4)(inputs))


def test_settings_are_hashable():
    layer = made([2, 3], [4], axis=[1, 2], batch_axis={0: 7})

    assert hash(graph.graphdef(layer)) is not None
    assert dict(layer.batch_axis) == {0: 7}


def test_an_axis_for_each_feature_is_asked_for():
    with pytest.raises(FeatureAxesError, match="LinearGeneral") as caught:
        made((2, 3), 4)

    assert (caught.value.in_features, caught.value.axis) == ((2, 3), (-1,))


@pytest.mark.parametrize("batch_axis", [{1: 2}, {-1: 2}, {0: 2, 2: 3}])
def test_batch_axes_that_do_not_lead_are_refused(batch_axis):
    with pytest.raises(BatchAxesError, match="LinearGeneral"):
        made(3, 4, batch_axis=batch_axis)


@pytest.mark.parametrize(
    ("name", "features", "settings"),
    [
        ("in_features", (-3, 4), {}),
        ("out_features", (3, (4, None)), {}),
        (r"batch_axis\[0\]", (3, 4), {"batch_axis": {0: -1}}),
    ],
)
def test_a_size_that_is_none_is_refused_by_name(name, features, settings):
    with pytest.raises(SizeError, match=name):
        made(*features, **settings)


@pytest.mark.parametrize(
    ("error", "settings", "shape"),
    [
        (AxisError, {"axis": 2}, (2, 3)),
        (DuplicateAxisError, {"axis": 0, "batch_axis": {0: 3}}, (3, 3)),
        (FeatureCountError, {}, (2, 5)),
        (BatchSizeError, {"batch_axis": {0: 2}}, (5, 3)),
    ],
)
def test_inputs_that_do_not_fit_are_refused(error, settings, shape):
    with pytest.raises(error, match=r"^LinearGeneral: "):
        made(3, 4, **settings)(jnp.ones(shape))


def test_anything_but_streams_is_refused():
    with pytest.raises(RngsTypeError, match="LinearGeneral"):
        made(3, 4, rngs=0)


def test_metadata_from_an_initializer_stays_with_the_reshaped_parameter():
    noted = with_metadata(with_metadata(NORMAL, note="inner"), other="outer")

    layer = made((2, 3), (4, 5), axis=(-2, -1), kernel_init=noted, bias_init=noted)

    plain = made((2, 3), (4, 5), axis=(-2, -1), kernel_init=NORMAL, bias_init=NORMAL)
    for given, wanted in ((layer.kernel, plain.kernel), (layer.bias, plain.bias)):
        assert (given.note, given.other) == ("inner", "outer")
        np.testing.assert_array_equal(given[...], wanted[...])
