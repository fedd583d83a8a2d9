import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie.linen import partitioning
from ramie.linen.errors import LogicalAxisError
from ramie.linen.partitioning import AxisMetadata, ScanOut

KEY = jax.random.key(0)
ones = nn.initializers.ones


class Block(nn.Module):
    @nn.compact
    def __call__(self, x, _=None):
        w = partitioning.param_with_axes("w", ones, (2, 3), axes=("in", "out"))
        n = partitioning.variable_with_axes(
            "stats", "n", jnp.zeros, (3,), axes=("out",)
        )
        return x + w.sum() + n.value.sum(), None


X = jnp.ones(3)
BOTH = ("params", "stats")


def scanned(variable_axes, **options):
    return partitioning.scan_with_axes(
        Block, variable_axes, split_rngs={"params": True}, length=4, **options
    )()


def mapped(variable_axes, names):
    return partitioning.vmap_with_axes(
        Block,
        variable_axes,
        split_rngs={"params": True},
        in_axes=None,
        axis_size=4,
        partitioning_axis_names=names,
    )()


def names_of(variables):
    """The names in each collection that keeps some."""
    return {
        collection.removesuffix("_axes"): next(iter(kept.values())).names
        for collection, kept in variables.items()
        if collection.endswith("_axes")
    }


AXES = {"params": 1, "stats": -1}


@pytest.mark.parametrize(
    "module",
    [scanned(AXES, axes_collections=BOTH), mapped(AXES, dict.fromkeys(BOTH, "layers"))],
    ids=["scan", "vmap"],
)
def test_the_new_axis_has_a_name_where_it_is(module):
    variables = module.init(KEY, X, None)
    _, changed = module.apply(variables, X, None, mutable=["params_axes"])

    assert variables["params"]["w"].shape == (2, 4, 3)
    assert names_of(variables) == {
        "params": ("in", "layers", "out"),
        "stats": ("out", "layers"),
    }
    assert names_of(changed) == {"params": ("in", "layers", "out")}


def test_collections_that_all_steps_share_have_no_new_axis():
    module = scanned({"stats": 0}, variable_broadcast="params", axes_collections=BOTH)

    assert names_of(module.init(KEY, X, None)) == {
        "params": ("in", "out"),
        "stats": ("layers", "out"),
    }
    module = mapped({"params": None, "stats": 0}, dict.fromkeys(BOTH, "heads"))
    assert names_of(module.init(KEY, X)) == {
        "params": ("in", "out"),
        "stats": ("heads", "out"),
    }


def test_names_are_not_kept_for_other_collections():
    module = scanned({"params": 0, "stats": 0})

    assert names_of(module.init(KEY, X, None)) == {"params": ("layers", "in", "out")}
    assert names_of(mapped({"params": 0, "stats": 0}, {}).init(KEY, X)) == {}


def test_an_axis_that_only_comes_out_is_named():
    axes = {"params": ScanOut(0), "stats": 0}

    class Fresh(nn.Module):
        @nn.compact
        def __call__(self, x, _):
            return x, partitioning.param_with_axes("w", ones, (2,), axes=("in",))

    module = partitioning.scan_with_axes(
        Fresh, axes, split_rngs={"params": True}, length=4
    )()

    assert names_of(module.init(KEY, X, None)) == {"params": ("layers", "in")}


@pytest.mark.parametrize("wrong", [("in", "out"), ("out",), ()])
def test_names_without_the_axis_are_refused(wrong):
    module = scanned({"params": 1, "stats": 0})
    variables = module.init(KEY, X, None)
    variables["params_axes"] = {"w_axes": AxisMetadata(wrong)}

    with pytest.raises(LogicalAxisError, match="no 'layers' at 1"):
        module.apply(variables, X, None)
