import jax
import jax.numpy as jnp
import pytest

from ramie.graph import State
from ramie.module import Module
from ramie.transforms._packed import Packed
from ramie.transforms.errors import TangentMismatchError
from ramie.variables import Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def make():
    return {"box": Box(w=Param(jnp.ones(2)), n=Variable(jnp.int32(3))), "x": 4.0}


def test_objects_are_made_anew_and_everything_else_is_kept():
    value = make()

    copy = Packed.pack(value).unpack()

    assert copy["box"] is not value["box"]
    assert (copy["box"].n.value.item(), copy["x"]) == (3, 4.0)


def test_it_crosses_a_jax_transform():
    double = jax.jit(lambda packed: jax.tree.map(lambda x: 2 * x, packed))

    out = double(Packed.pack(make())).unpack()

    assert out["box"].w.value.tolist() == [2.0, 2.0]
    assert (out["box"].n.value.item(), out["x"].item()) == (6, 8.0)


def test_tangents_are_fitted_from_types_alone():
    types = Packed.pack({**make(), "x": jnp.float32(4)}).types()

    fitted = types.fit({"box": State({"w": jnp.full(2, 7.0)}), "x": 1.0}, "it").unpack()

    assert fitted["box"].w.value.tolist() == [7.0, 7.0]
    assert fitted["box"].n.value.dtype == jax.dtypes.float0
    assert fitted["x"] == 1.0


def test_a_tangent_that_does_not_fit_is_named():
    with pytest.raises(TangentMismatchError, match="Cannot use it"):
        Packed.pack(make()).types().fit({"box": State({"q": 1.0}), "x": 1.0}, "it")
