import jax
import pytest
from jax.sharding import PartitionSpec as P

from ramie import linen as nn
from ramie.linen.errors import LogicalAxisError
from ramie.linen.spmd import _logical

RULES = (
    ("embed", "a"),
    ("mlp", "b"),
    ("mlp", "a"),
    ("heads", None),
    ("both", ("a", "b")),
)


@pytest.mark.parametrize(
    ("names", "axes"),
    [
        (("embed", "mlp"), P("a", "b")),
        (("mlp", "embed"), P("b", "a")),
        (("both", "embed"), P(None, "a")),
        (("both", None), P(("a", "b"), None)),
        (("heads", "unknown"), P(None, None)),
        ((), P()),
        (None, None),
    ],
)
def test_rules_are_tried_in_order_and_axes_used_once(names, axes):
    assert nn.logical_to_mesh_axes(names, RULES) == axes


def test_rules_come_from_the_context():
    with nn.logical_axis_rules(RULES):
        assert nn.get_logical_axis_rules() == RULES
        assert nn.logical_to_mesh_axes(("embed",)) == P("a")
    assert nn.logical_to_mesh_axes(("embed",)) == P(None)


def test_rules_can_be_set_for_good(monkeypatch):
    monkeypatch.setattr(_logical, "_held", [])
    nn.set_logical_axis_rules((("embed", "b"),))

    try:
        assert nn.logical_to_mesh_axes(("embed",)) == P("b")
    finally:
        _logical._held.pop().__exit__(None, None, None)
    assert nn.get_logical_axis_rules() == ()


def test_trees_of_specs_are_translated():
    mesh = jax.make_mesh((2, 2), ("a", "b"))
    tree = {"w": P("embed", None), "none": None}

    assert nn.logical_to_mesh(tree, RULES) == {"w": P("a", None), "none": None}
    sharding = nn.logical_to_mesh_sharding(tree, mesh, RULES)["w"]
    assert (sharding.spec, sharding.mesh) == (P("a", None), mesh)


def test_a_name_appears_once_in_an_array():
    with pytest.raises(LogicalAxisError, match="'embed' twice"):
        nn.logical_to_mesh_axes(("embed", "embed"), RULES)


@pytest.mark.parametrize("rules", [3, ["embed"], [("embed",)]])
def test_rules_are_pairs(rules):
    with pytest.raises(LogicalAxisError, match=r"no logical axis rules\. Give pairs"):
        nn.logical_to_mesh_axes(("embed",), rules)
