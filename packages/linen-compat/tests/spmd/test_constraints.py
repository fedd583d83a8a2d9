import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie.linen.errors import LogicalAxisError
from ramie.linen.spmd import RulesFallback

X = jnp.ones((2, 4))
RULES = (("batch", "a"),)


@pytest.fixture
def mesh():
    return jax.make_mesh((2,), ("a",), axis_types=(jax.sharding.AxisType.Auto,))


def constrain(names, mesh, **kwargs):
    return nn.with_logical_constraint(X, names, RULES, mesh, **kwargs)


def test_an_array_is_split_by_its_names(mesh):
    assert constrain(("batch", None), mesh).sharding.spec == jax.P("a", None)
    assert constrain(("batch", "unknown"), mesh).sharding.spec == jax.P("a", None)


def test_without_mesh_or_rules_nothing_happens(mesh):
    assert constrain(("batch", None), None) is X
    assert constrain(None, mesh) is X
    assert nn.with_logical_constraint(X, ("batch", None), mesh=mesh) is X


def test_names_without_a_rule_have_a_choice(mesh):
    names = ("unknown", None)

    assert constrain(names, mesh, fallback=RulesFallback.NO_CONSTRAINT) is X
    with pytest.raises(LogicalAxisError, match=r"'unknown' of .* has no rule"):
        constrain(names, mesh, fallback=RulesFallback.RAISE_ERROR)


def test_trees_are_constrained_part_by_part(mesh):
    made = nn.with_logical_constraint(
        {"a": X, "b": X}, {"a": ("batch", None), "b": None}, RULES, mesh
    )

    assert made["a"].sharding.spec == jax.P("a", None)
    assert made["b"] is X
