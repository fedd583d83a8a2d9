import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie.linen import partitioning
from ramie.linen.errors import LogicalAxisError, MissingAxesError
from ramie.linen.partitioning import AxisMetadata, RulesFallback

KEY = jax.random.key(0)
ones = nn.initializers.ones
RULES = (("embed", "a"),)


class Net(nn.Module):
    fallback: RulesFallback = RulesFallback.AXIS_IS_UNSHARDED

    @nn.compact
    def __call__(self):
        w = partitioning.param_with_axes("w", ones, (2, 4), axes=("embed", "mlp"))
        plain = partitioning.param_with_axes("p", ones, (), module=self)
        count = partitioning.variable_with_axes(
            *("stats", "n", jnp.zeros, (2,)), axes=("embed",), fallback=self.fallback
        )
        if count.is_mutable():
            count.value = count.value + plain
        return w, count.value


VARIABLES = Net().init(KEY)


def test_names_are_kept_beside_the_variables():
    assert VARIABLES["params_axes"] == {"w_axes": AxisMetadata(("embed", "mlp"))}
    assert VARIABLES["stats_axes"] == {"n_axes": AxisMetadata(("embed",))}
    assert VARIABLES["stats"]["n"].tolist() == [1.0, 1.0]
    assert jax.tree.leaves(VARIABLES["params_axes"]) == []


def test_names_come_as_specs_by_variable():
    class Outer(nn.Module):
        @nn.compact
        def __call__(self):
            return Net(name="net")()

    axes = Outer().init(KEY)["params_axes"]

    assert partitioning.get_axis_names(axes) == {"net": {"w": jax.P("embed", "mlp")}}
    for wrong in ({"w_axes": 3}, {"w": AxisMetadata(("embed",))}):
        with pytest.raises(MissingAxesError, match="no names of axes for w"):
            partitioning.get_axis_names(wrong)


def test_values_are_split_by_the_rules():
    types = (jax.sharding.AxisType.Auto,)
    mesh = jax.make_mesh((2,), ("a",), axis_types=types)

    with jax.set_mesh(mesh), partitioning.axis_rules(RULES):
        w, count = jax.jit(Net().apply)(VARIABLES)
    strict = Net(RulesFallback.RAISE_ERROR)
    with (
        jax.set_mesh(mesh),
        partitioning.axis_rules((("mlp", "a"),)),
        pytest.raises(LogicalAxisError, match="'embed'"),
    ):
        strict.apply(VARIABLES)

    assert w.sharding.is_equivalent_to(jax.NamedSharding(mesh, jax.P("a")), 2)
    assert count.tolist() == [1.0, 1.0]


def test_a_module_has_to_run():
    with pytest.raises(MissingAxesError, match="pass module="):
        partitioning.param_with_axes("w", ones, (2,), axes=("embed",))


def test_a_variable_without_names_is_one_as_any_other():
    class Plain(nn.Module):
        @nn.compact
        def __call__(self):
            n = partitioning.variable_with_axes("stats", "n", jnp.ones, (2,))
            return n.value.sum()

    assert Plain().init_with_output(KEY)[0] == 2.0
    assert list(Plain().init(KEY)) == ["stats"]
