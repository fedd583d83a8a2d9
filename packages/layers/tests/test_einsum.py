import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.layers import Einsum
from ramie.layers.errors import (
    EinsumBiasError,
    EinsumEquationError,
    EinsumOperandError,
    RngsTypeError,
    SizeError,
)
from ramie.module import Rngs

NORMAL = jax.nn.initializers.normal(1.0)
INPUTS = jnp.asarray(np.random.default_rng(1).normal(size=(6, 5, 2)), jnp.float32)


def made(*args, **settings):
    return Einsum(*args, **{"rngs": Rngs(0), **settings})


@pytest.mark.parametrize(
    ("equation", "kernel", "bias", "aligned"),
    [
        ("nta,hab->nthb", (8, 2, 4), (8, 4), (8, 4)),
        ("nta,ahb->hntb", (2, 8, 4), (8, 4), (8, 1, 1, 4)),
        ("...a,ab->...b", (2, 4), (4,), (4,)),
    ],
)
def test_the_formula_is_a_sum_and_a_bias(equation, kernel, bias, aligned):
    layer = made(equation, kernel, bias, bias_init=NORMAL)

    outputs = layer(INPUTS)

    added = np.asarray(layer.bias[...]).reshape(aligned)
    expected = np.einsum(equation, INPUTS, layer.kernel[...]) + added
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_each_parameter_takes_one_key_the_kernel_first():
    seen = []

    def note(key, shape, dtype):
        seen.append((key, shape))
        return jnp.zeros(shape, dtype)

    made("na,ab->nb", [2, 4], [4], kernel_init=note, bias_init=note)

    rngs = Rngs(0)
    assert seen == [(rngs.params(), (2, 4)), (rngs.params(), (4,))]


def test_without_the_shape_of_a_bias_there_is_none():
    layer = made("na,ab->nb", (2, 4))

    assert layer.bias is None
    assert len(graph.state(layer).flat_state()) == 1


def test_a_call_may_use_another_equation():
    layer = made("nta,ab->ntb", (2, 4))

    outputs = layer(INPUTS, "nta,ab->nb")

    np.testing.assert_allclose(outputs, layer(INPUTS).sum(1), rtol=1e-4, atol=1e-5)


def test_parameters_compute_in_the_dtype_of_the_layer():
    layer = made("nta,ab->ntb", (2, 4), dtype=jnp.bfloat16)

    assert layer.kernel.dtype == jnp.float32
    assert layer(INPUTS).dtype == jnp.bfloat16


def test_metadata_reaches_the_variables():
    layer = made(
        "na,ab->nb",
        (2, 4),
        (4,),
        kernel_metadata={"role": "weights"},
        bias_metadata={"role": "offset"},
    )

    assert (layer.kernel.role, layer.bias.role) == ("weights", "offset")


def test_spaces_in_an_equation_mean_nothing():
    spaced, plain = (
        graph.graphdef(made(equation, (2, 4)))
        for equation in ("n a, a b -> n b", "na,ab->nb")
    )

    assert spaced == plain


@pytest.mark.parametrize("equation", ["na,ab", "na->n", None])
def test_a_malformed_equation_is_refused_before_there_are_parameters(equation):
    rngs = Rngs(0)

    with pytest.raises(EinsumEquationError, match="Einsum"):
        made(equation, (2, 4), rngs=rngs)

    assert rngs.params.count[...] == 0


def test_a_malformed_equation_is_refused_in_a_call():
    with pytest.raises(EinsumEquationError, match="no '->'"):
        made("nta,ab->ntb", (2, 4))(INPUTS, "nta,ab")


def test_a_kernel_with_other_axes_is_refused_when_it_is_made():
    with pytest.raises(EinsumOperandError, match="kernel"):
        made("na,ab->nb", (2, 4, 1))


def test_inputs_with_other_axes_are_refused():
    with pytest.raises(EinsumOperandError, match="inputs"):
        made("na,ab->nb", (2, 4))(INPUTS)


def test_a_bias_of_another_size_is_refused():
    with pytest.raises(EinsumBiasError, match="order of the result"):
        made("nta,ab->ntb", (2, 4), (3,))(INPUTS)


@pytest.mark.parametrize(
    ("name", "shapes"),
    [("kernel_shape", [(-2, 4)]), ("bias_shape", [(2, 4), (None,)])],
)
def test_a_size_that_is_none_is_refused_by_name(name, shapes):
    with pytest.raises(SizeError, match=name):
        made("na,ab->nb", *shapes)


def test_anything_but_streams_is_refused():
    with pytest.raises(RngsTypeError, match="Einsum"):
        made("na,ab->nb", (2, 4), rngs=None)
