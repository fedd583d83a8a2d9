"""Transforms that name their axes make the variables and names of the reference."""

import warnings
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as ours
from ramie.linen import partitioning as our_partitioning

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    theirs = pytest.importorskip("flax.linen", exc_type=ImportError)
    from flax.linen import partitioning as their_partitioning

pytestmark = pytest.mark.filterwarnings("ignore")

KEY = jax.random.key(0)
X = jnp.ones((2, 3))
BOTH = ("params", "stats")
LIBRARIES = ((ours, our_partitioning), (theirs, their_partitioning))


def variables_of(linen: Any, partitioning: Any, name: str, options: Any) -> Any:
    """What a net with a transformed block has, and what a call gives."""

    class Block(linen.Module):
        @linen.compact
        def __call__(self, x: Any, _: Any) -> Any:
            normal = linen.initializers.normal(1.0)
            w = partitioning.param_with_axes("w", normal, (3, 3), axes=("in", "out"))
            n = partitioning.variable_with_axes(
                "stats", "n", jnp.zeros, (3,), axes=("out",)
            )
            return x @ w + n.value, None

    transformed = getattr(partitioning, name)(Block, **options)

    class Net(linen.Module):
        @linen.compact
        def __call__(self, x: Any) -> Any:
            return transformed()(x, None)

    variables = Net().init(KEY, X)
    y, changed = Net().apply(variables, X, mutable=["params_axes"])
    return variables, changed, y[0]


AXES = {"params": 1, "stats": 0}
SPLIT = {"params": True}
SCAN = {"variable_axes": AXES, "split_rngs": SPLIT, "length": 2}
VMAP = {"variable_axes": AXES, "split_rngs": SPLIT, "axis_size": 2, "in_axes": None}

CASES = [
    ("scan_with_axes", SCAN),
    ("scan_with_axes", {**SCAN, "axes_collections": BOTH, "axis_name": "steps"}),
    ("vmap_with_axes", {**VMAP, "partitioning_axis_names": {"params": "heads"}}),
    ("remat", {"static_argnums": (1,)}),
]


@pytest.mark.parametrize(("name", "options"), CASES)
def test_variables_and_names_agree(name, options):
    our, their = (variables_of(*each, name, options) for each in LIBRARIES)

    assert jax.tree.map(str, named(our)) == jax.tree.map(str, named(their))
    for left, right in zip(jax.tree.leaves(our), jax.tree.leaves(their), strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-6)


def named(tree: Any) -> Any:
    """The tree with its arrays left out, so that names can be compared."""
    is_names = lambda x: hasattr(x, "names")  # noqa: E731 (one line)
    return jax.tree.map(
        lambda x: x.names if is_names(x) else None, tree, is_leaf=is_names
    )
