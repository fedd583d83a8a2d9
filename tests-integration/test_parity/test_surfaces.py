"""Layers and functions are made and called as in the reference, Flax NNX."""

import inspect
from collections.abc import Mapping
from operator import attrgetter

import pytest

from .cases.surfaces import NAMES, plain
from .reference import ours, theirs

pytestmark = pytest.mark.filterwarnings("ignore")

# Parameters of other versions of the reference than the one that is installed.
LATER = {"input_positions"}
# Ours takes the dtype and sharding of the layer where they are not given.
OUR_OWN = {
    "WeightNorm.__init__": {"variable_filter"},
    "MultiHeadAttention.init_cache": {"dtype", "out_sharding"},
}

FUNCTIONS = (
    "MultiHeadAttention.set_view",
    "MultiHeadAttention.init_cache",
    "BatchNorm.set_view",
    "Dropout.set_view",
    "Embed.attend",
    "avg_pool",
    "combine_masks",
    "dot_product_attention",
    "make_attention_mask",
    "make_causal_mask",
    "max_pool",
    "min_pool",
    "pool",
)
METHODS = tuple(f"{name}.{each}" for name in NAMES for each in ("__init__", "__call__"))


@pytest.mark.parametrize("name", [*METHODS, *FUNCTIONS])
def test_it_is_called_the_same_way(name):
    def parameters(nnx):
        left_out = LATER | OUR_OWN.get(name, set())
        return [
            (p.kind is p.VAR_POSITIONAL or p.name, p.kind, comparable(p.default))
            for p in inspect.signature(attrgetter(name)(nnx)).parameters.values()
            if p.name not in left_out
        ]

    assert parameters(ours) == parameters(theirs)


def comparable(default):
    if isinstance(default, Mapping):
        return dict(default)
    if inspect.isclass(default):
        return default.__name__
    # Functions are the libraries' own, or the same one of JAX under another name.
    return "function" if callable(default) else default


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_has_the_same_attributes(name):
    def attributes(nnx):
        return {key for key in vars(plain(nnx, name)) if not key.startswith("_")}

    assert attributes(ours) == attributes(theirs)


def test_no_initializer_is_missing():
    names = {name for name in dir(theirs.initializers) if not name.startswith("_")}

    # `tp` is the module typing, imported there under this name.
    assert names - {"tp"} == set(ours.initializers.__all__)
