"""Examples of the documentation of Linen modules: what there is to see of them."""

from itertools import chain

import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn


@pytest.fixture(autouse=True)
def _biases_broadcast():
    """The examples add rows to batches, as JAX allows by default."""
    with jax.numpy_rank_promotion("allow"):
        yield


# ruff: noqa: E501  (the table is as wide as it is shown)
TABLE = """
                                      Foo Summary
┏━━━━━━━━━┳━━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┓
┃ path    ┃ module ┃ inputs        ┃ outputs       ┃ flops ┃ vjp_flops ┃ params          ┃
┡━━━━━━━━━╇━━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━┩
│         │ Foo    │ float32[16,9] │ float32[16,2] │ 1504  │ 4460      │                 │
├─────────┼────────┼───────────────┼───────────────┼───────┼───────────┼─────────────────┤
│ Dense_0 │ Dense  │ float32[16,9] │ float32[16,4] │ 1216  │ 3620      │ bias:           │
│         │        │               │               │       │           │ float32[4]      │
│         │        │               │               │       │           │ kernel:         │
│         │        │               │               │       │           │ float32[9,4]    │
│         │        │               │               │       │           │                 │
│         │        │               │               │       │           │ 40 (160 B)      │
├─────────┼────────┼───────────────┼───────────────┼───────┼───────────┼─────────────────┤
│ Dense_1 │ Dense  │ float32[16,4] │ float32[16,2] │ 288   │ 840       │ bias:           │
│         │        │               │               │       │           │ float32[2]      │
│         │        │               │               │       │           │ kernel:         │
│         │        │               │               │       │           │ float32[4,2]    │
│         │        │               │               │       │           │                 │
│         │        │               │               │       │           │ 10 (40 B)       │
├─────────┼────────┼───────────────┼───────────────┼───────┼───────────┼─────────────────┤
│         │        │               │               │       │     Total │ 50 (200 B)      │
└─────────┴────────┴───────────────┴───────────────┴───────┴───────────┴─────────────────┘

                              Total Parameters: 50 (200 B)
"""


def content(table):
    """The words of each row by column, and those around the table."""
    rows, cells, around = [], [], []
    for line in table.splitlines():
        if line[:1] in ("│", "┃"):
            cells.append([cell.split() for cell in line.replace("┃", "│").split("│")])
        elif cells:
            rows.append([list(chain(*column)) for column in zip(*cells, strict=True)])
            cells = []
        if line[:1] in ("", " ") and line.strip():
            around.append(line.strip())
    return rows, around


class Foo(nn.Module):
    @nn.compact
    def __call__(self, x):
        h = nn.Dense(4)(x)
        return nn.Dense(2)(h)


def test_module_paths_names_every_module():
    x = jnp.ones((16, 9))
    modules = Foo().module_paths(jax.random.key(0), x)

    shown = {p: type(m).__name__ for p, m in modules.items()}
    assert str(shown) == "{'': 'Foo', 'Dense_0': 'Dense', 'Dense_1': 'Dense'}"


def test_tabulate_shows_modules_shapes_and_costs():
    pytest.importorskip("rich")
    x = jnp.ones((16, 9))

    shown = Foo().tabulate(
        jax.random.key(0),
        x,
        compute_flops=True,
        compute_vjp_flops=True,
        console_kwargs={"force_terminal": False, "width": 120},
    )

    assert content(shown) == content(TABLE)
