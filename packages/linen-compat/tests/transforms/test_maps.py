"""nn.map_variables, nn.add_metadata_axis, nn.remat_scan and nn.named_call."""

import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie.linen import errors
from ramie.linen.core import init, lift

KEY = jax.random.key(0)


class Scale(nn.Module):
    @nn.compact
    def __call__(self, x):
        return x * self.param("w", nn.initializers.ones, ())


def doubled(collections):
    return jax.tree.map(lambda v: v * 2, collections)


def halved(collections):
    return jax.tree.map(lambda v: v / 2, collections)


def test_mapped_variables_are_made_and_seen():
    model = nn.map_variables(Scale, "params", doubled, halved, init=True)()
    y, variables = model.init_with_output(KEY, 3.0)
    assert (float(y), float(variables["params"]["w"])) == (3.0, 0.5)
    assert float(model.apply({"params": {"w": 5.0}}, 1.0)) == 10.0


def test_without_leave_mapped_variables_are_not_made():
    with pytest.raises(errors.ScopeCollectionNotFound):
        nn.map_variables(Scale, "params")().init(KEY, 1.0)


def test_collections_can_be_swapped():
    def body(scope):
        return scope.param("w", lambda _: 1.0)

    _, variables = init(lift.swap_collection(body, "params", "other"))(KEY)
    assert variables == {"other": {"w": 1.0}}


def test_metadata_gets_an_axis():
    class Boxed(nn.Module):
        @nn.compact
        def __call__(self, x):
            ones = nn.with_partitioning(nn.initializers.ones, ("a",))
            return x * self.param("w", ones, (2,))

    axis = {nn.PARTITION_NAME: "new"}
    variables = nn.add_metadata_axis(Boxed, {"params": 0}, axis)().init(KEY, 1.0)
    assert variables["params"]["w"].names == ("new", "a")


def test_remat_scan_nests_loops():
    y, variables = nn.remat_scan(Scale, lengths=(2, 3))().init_with_output(KEY, 2.0)
    assert variables["params"]["w"].shape == (2, 3)
    assert float(y) == 2.0


def test_a_named_method_has_its_name_in_programs():
    class Model(nn.Module):
        @nn.nowrap
        @nn.named_call
        def __call__(self, x):
            return jnp.sin(x)

    jaxpr = jax.make_jaxpr(lambda x: Model().apply({}, x))(1.0)
    assert "Model.__call__" in str(jaxpr.eqns[0].source_info.name_stack)
