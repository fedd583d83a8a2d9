"""Attention and recurrent cells give what the formulas in papers say.

As in `test_oracles`: numpy and scipy alone, from the definition, in float64.
"""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit, softmax

from ramie import nnx

from .formulas import assert_near, called, double, numbers

NORMAL = nnx.initializers.normal(1.0)

# ── Attention


def attended(query, key, value, mask):
    logits = np.einsum("bqhd,bkhd->bhqk", query, key) / np.sqrt(query.shape[-1])
    weights = softmax(np.where(mask, logits, -np.inf), axis=-1)
    return np.einsum("bhqk,bkhd->bqhd", weights, value)


def rotated(x, theta):
    """Pairs of features as complex numbers, turned by an angle that grows in time."""
    half = x.shape[-1] // 2
    angles = np.outer(np.arange(x.shape[1]), theta ** (-np.arange(half) / half))
    turned = (x[..., :half] + 1j * x[..., half:]) * np.exp(1j * angles)[:, None]
    return np.concatenate([turned.real, turned.imag], axis=-1)


@pytest.mark.parametrize("kv_heads", [4, 2])
def test_attention_is_a_weighted_mean_of_values(kv_heads):
    x = numbers(2, 5, 8)
    layer = nnx.MultiHeadAttention(
        4,
        8,
        16,
        num_kv_heads=kv_heads,
        decode=False,
        bias_init=NORMAL,
        rngs=nnx.Rngs(0),
    )

    outputs = called(layer, x, is_causal=True)

    def projected(part):
        heads = np.einsum("btc,chd->bthd", x, double(part.kernel)) + double(part.bias)
        return np.repeat(heads, 4 // heads.shape[2], axis=2)

    seen = np.tril(np.ones((5, 5), bool))
    y = attended(*map(projected, (layer.query, layer.key, layer.value)), seen)
    out = layer.out
    assert_near(
        outputs, np.einsum("bthd,hdc->btc", y, double(out.kernel)) + double(out.bias)
    )


def test_rotary_attention_rotates_queries_and_keys_only():
    query, key, value = (numbers(2, 5, 3, 8, seed=seed) for seed in range(3))

    outputs = nnx.dot_product_attention_with_rope(
        *map(jnp.asarray, (query, key, value)), rope=nnx.RoPE(theta=100.0)
    )

    turned = (rotated(each, 100.0) for each in (query, key))
    assert_near(outputs, attended(*turned, value, np.ones((5, 5), bool)))


# ── Cells


def lstm(cell, carry, x, gates):
    i, f, g, o = gates(cell, carry[1], x)
    kept = expit(f) * carry[0] + expit(i) * np.tanh(g)
    shown = expit(o) * np.tanh(kept)
    return (kept, shown), shown


def apart(cell, h, x):
    for gate in "ifgo":
        to_gate = getattr(cell, "if_" if gate == "f" else f"i{gate}")
        of_hidden = getattr(cell, f"h{gate}")
        yield (
            x @ double(to_gate.kernel)
            + h @ double(of_hidden.kernel)
            + double(of_hidden.bias)
        )


def together(cell, h, x):
    to_hidden = h @ double(cell.dense_h.kernel) + double(cell.dense_h.bias)
    return np.split(x @ double(cell.dense_i.kernel) + to_hidden, 4, axis=-1)


def gru(cell, h, x):
    of_x = np.split(x @ double(cell.dense_i.kernel) + double(cell.dense_i.bias), 3, -1)
    of_h = np.split(h @ double(cell.dense_h.kernel), 3, axis=-1)
    r, z = (expit(a + b) for a, b in zip(of_x[:2], of_h[:2], strict=True))
    h = (1 - z) * np.tanh(of_x[2] + r * of_h[2]) + z * h
    return h, h


def simple(cell, h, x):
    of_x = x @ double(cell.dense_i.kernel) + double(cell.dense_i.bias)
    h = np.tanh(of_x + h @ double(cell.dense_h.kernel))
    return h, h


CELLS = {
    "LSTMCell": lambda cell, carry, x: lstm(cell, carry, x, apart),
    "OptimizedLSTMCell": lambda cell, carry, x: lstm(cell, carry, x, together),
    "GRUCell": gru,
    "SimpleCell": simple,
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_over_time_is_its_formula_step_by_step(name):
    x = numbers(2, 6, 3)
    cell = getattr(nnx, name)(3, 4, bias_init=NORMAL, rngs=nnx.Rngs(0))

    outputs = called(nnx.RNN(cell), x)

    zeros = np.zeros((2, 4))
    carry = (zeros, zeros) if "LSTM" in name else zeros
    expected = []
    for now in x.swapaxes(0, 1):
        carry, shown = CELLS[name](cell, carry, now)
        expected.append(shown)
    assert_near(outputs, np.stack(expected, axis=1))
