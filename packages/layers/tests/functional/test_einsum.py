import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.errors import (
    EinsumBiasError,
    EinsumEquationError,
    EinsumOperandError,
)
from ramie.layers.functional import einsum


def array(*shape, seed=0):
    values = np.random.default_rng(seed).normal(size=shape)
    return jnp.asarray(values, jnp.float32)


@pytest.mark.parametrize(
    ("equation", "inputs", "kernel", "bias"),
    [
        ("nta,hab->nthb", (6, 5, 2), (8, 2, 4), (8, 4)),
        ("nta,ahb->hntb", (6, 5, 2), (2, 8, 4), (8, 1, 1, 4)),
        ("...a,ab->...b", (6, 5, 2), (2, 4), (4,)),
        ("n...a,...ab->n...b", (6, 5, 2), (5, 2, 4), (5, 4)),
        ("a,ab->", (2,), (2, 4), ()),
    ],
)
def test_products_are_summed_and_a_bias_is_added(equation, inputs, kernel, bias):
    inputs, kernel, bias = array(*inputs), array(*kernel), array(*bias, seed=1)

    outputs = einsum(inputs, kernel, jnp.squeeze(bias), equation=equation)

    expected = np.einsum(equation, inputs, kernel) + np.asarray(bias)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_a_stand_in_is_asked_with_all_settings():
    asked = {}

    def stand_in(equation, *operands, **options):
        asked.update(options, equation=equation)
        return jnp.einsum(equation, *operands)

    einsum(
        array(3, 2),
        array(2, 4),
        equation="n a, a b -> n b",
        einsum_op=stand_in,
        precision="highest",
        preferred_element_type=jnp.float32,
    )

    assert asked == {
        "equation": "na,ab->nb",
        "precision": "highest",
        "preferred_element_type": jnp.float32,
        "out_sharding": None,
    }


@pytest.mark.parametrize(
    ("equation", "reason"),
    [
        (None, "no str"),
        ("na,ab", "no '->'"),
        ("na->n", "two operands"),
        ("na,ab,bc->nc", "two operands"),
        ("n1,ab->nb", "no list of axes"),
        ("na,ab->nc", "that of an operand"),
        ("na,ab->nn", "named once"),
        ("na,ab->...b", "that of an operand"),
    ],
)
def test_a_malformed_equation_is_refused_with_a_reason(equation, reason):
    with pytest.raises(EinsumEquationError, match=reason):
        einsum(array(3, 2), array(2, 4), equation=equation)


@pytest.mark.parametrize(
    ("operand", "inputs", "kernel"),
    [
        ("kernel", (3, 2), (2,)),
        ("inputs", (3, 5), (2, 4)),
        ("inputs", (3, 2, 1), (2, 4)),
    ],
)
def test_an_operand_with_other_axes_is_refused(operand, inputs, kernel):
    with pytest.raises(EinsumOperandError, match=f"the {operand} is") as caught:
        einsum(array(*inputs), array(*kernel), equation="na,ab->nb")

    assert caught.value.operand == operand


def test_a_bias_of_another_size_is_refused():
    with pytest.raises(EinsumBiasError, match="order of the result"):
        einsum(array(3, 2), array(2, 4), array(3), equation="na,ab->nb")
