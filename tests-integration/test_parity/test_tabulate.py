"""Tables of calls have the cells of the reference library, Flax NNX.

Flax is called, never read. Its tables are drawn by rich, so rich is needed too.
"""

import warnings

import jax.numpy as jnp
import pytest

from ramie import nnx as ours
from ramie.module import Sequential, tabulate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    theirs = pytest.importorskip("flax.nnx", exc_type=ImportError)

pytest.importorskip("rich")
# What Flax warns of is not ours to judge.
pytestmark = pytest.mark.filterwarnings("default")

LOOK = {"console_kwargs": {"width": 250, "force_terminal": False}}


def cells(text):
    """The cells of each row, as one line each, and what stands below the table."""
    rows, lines = [], text.splitlines()
    parts = []
    for line in lines:
        if line.strip()[:1] in ("│", "┃"):
            parts.append(
                [cell.strip() for cell in line.strip()[1:-1].split(line.strip()[0])]
            )
        elif parts:
            rows.append(
                [" ".join(filter(None, cell)) for cell in zip(*parts, strict=True)]
            )
            parts = []
    return rows, lines[-1].strip()


def model(nnx, sequential):
    class Block(nnx.Module):
        def __init__(self, din, dout, rngs):
            self.linear = nnx.Linear(din, dout, rngs=rngs)
            self.norm = nnx.BatchNorm(dout, rngs=rngs)
            self.dropout = nnx.Dropout(0.2, rngs=rngs)

        def __call__(self, x):
            return nnx.relu(self.dropout(self.norm(self.linear(x))))

    class Net(nnx.Module):
        def __init__(self, rngs):
            self.first = Block(4, 8, rngs)
            self.second = Block(8, 4, rngs)
            self.tied = self.first
            self.tail = sequential(nnx.Linear(4, 4, rngs=rngs), nnx.relu)
            self.tail.layers[0].kernel = nnx.Param(jnp.ones((4, 4)))
            self.head = nnx.Linear(4, 4, rngs=rngs)
            self.head.kernel = self.tail.layers[0].kernel
            self.scale = nnx.Param(jnp.ones(4))
            self.unused = nnx.Linear(3, 5, rngs=rngs)

        def __call__(self, x, y):
            x = self.tied(self.second(self.first(x)))
            return {"x": self.head(self.tail(x[:, :4])) * self.scale, "y": y}

    return Net(nnx.Rngs(0))


@pytest.mark.parametrize("options", [{}, {"depth": 1}], ids=str)
def test_the_cells_are_those_of_the_reference(options):
    x, y = jnp.ones((2, 4)), jnp.ones(3)

    mine = tabulate(model(ours, Sequential), x, y=y, **options, **LOOK)
    other = theirs.tabulate(model(theirs, theirs.Sequential), x, y=y, **options, **LOOK)

    assert cells(mine) == cells(other)


def test_the_flops_are_nearly_those_of_the_reference():
    inputs = jnp.ones((2, 4)), jnp.ones(3)
    wanted = {"compute_flops": True, "compute_vjp_flops": True, "depth": 1}

    mine, _ = cells(tabulate(model(ours, Sequential), *inputs, **wanted, **LOOK))
    other, _ = cells(
        theirs.tabulate(model(theirs, theirs.Sequential), *inputs, **wanted, **LOOK)
    )

    assert mine[0][4:6] == other[0][4:6] == ["flops", "vjp_flops"]
    assert [row[:4] for row in mine] == [row[:4] for row in other]
    for own, theirs_ in zip(mine[1:-1], other[1:-1], strict=True):
        # XLA counts what it sees; counters and masks may be written another way.
        for cost, reference in zip(own[4:6], theirs_[4:6], strict=True):
            assert int(cost) == pytest.approx(int(reference), rel=0.02)
