"""Modules for tests of summaries, and a look at a table that fits all of them."""

import jax
import jax.numpy as jnp

from ramie import linen as nn

KEY = jax.random.key(0)
X = jnp.ones((2, 3))
LOOK = {"console_kwargs": {"width": 200, "force_terminal": False}}


class Scale(nn.Module):
    @nn.compact
    def __call__(self, x):
        return x * self.param("scale", nn.initializers.ones, (1, x.shape[-1]))

    @nn.compact
    def doubled(self, x):
        return 2 * x


class Count(nn.Module):
    @nn.compact
    def __call__(self, x):
        count = self.variable("state", "count", jnp.zeros, (), jnp.int32)
        count.value += 1
        return Scale(name="inner")(x)


class Net(nn.Module):
    """Has a layer from its setup that is called twice, and one from a call."""

    def setup(self):
        self.first = Scale()
        self.unused = Scale()

    @nn.compact
    def __call__(self, x, shift=0.0, train=True):
        x = self.first.doubled(self.first(x))
        return {"y": Count(name="last")(x), "train": train, "shift": shift}


def cells(text):
    """The cells of each row, as one line each."""
    rows, lines = [], []
    for line in text.replace("┃", "│").splitlines():
        if line.startswith("│"):
            lines.append([cell.strip() for cell in line.split("│")[1:-1]])
        elif lines:
            rows.append(
                [" ".join(filter(None, cell)) for cell in zip(*lines, strict=True)]
            )
            lines = []
    return rows
