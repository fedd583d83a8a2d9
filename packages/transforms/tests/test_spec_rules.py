import jax
import jax.numpy as jnp
import pytest
from jax.sharding import AbstractMesh, AxisType
from jax.sharding import PartitionSpec as P

from ramie.transforms._spec_rules import SpecRules
from ramie.transforms.errors import ShardingPrefixError, SpecMismatchError

MESH = AbstractMesh((2, 3), ("a", "b"))


def require(spec, content, *, rules=None, divides=True):
    rules = rules or SpecRules(MESH, ())
    return rules.require("in_specs", ("argument 0",), spec, content, divides=divides)


@pytest.mark.parametrize(
    "spec",
    [P(), P("a"), P(None, "b"), P("a", "b"), P(("b", "a")), P(("a", "b"), None), None],
    ids=str,
)
def test_what_divides_fits(spec):
    assert require(spec, jax.ShapeDtypeStruct((6, 3), "float32")) is None


@pytest.mark.parametrize(
    ("spec", "shape", "why"),
    [
        (P("c"), (6,), r"'c' is none of the mapped axes \('a', 'b'\)"),
        (P("a", None), (6,), r"it has 2 entries, and the shape is \(6,\)"),
        (P("a"), (), r"it has 1 entries, and the shape is \(\)"),
        (P(None, "b"), (6, 2), r"3 does not divide dimension 1 of shape \(6, 2\)"),
        (P(("a", "b")), (3,), "6 does not divide dimension 0"),
        (P("a", ("b", "a")), (6, 6), "'a' is there twice"),
        ("a", (6,), "it is no PartitionSpec"),
    ],
    ids=["axis", "entries", "scalar", "size", "product", "twice", "type"],
)
def test_what_does_not_fit_is_named(spec, shape, why):
    with pytest.raises(SpecMismatchError, match=f"in_specs has .*argument 0: .*{why}"):
        require(spec, jax.ShapeDtypeStruct(shape, "float32"))


def test_a_result_is_not_divided():
    assert require(P("a"), jnp.ones(3), divides=False) is None


def test_a_tree_of_specs_is_for_a_tree():
    tree = {"x": jnp.ones(6), "y": [jnp.ones(3), None]}

    assert require({"x": P("a"), "y": None}, tree) is None
    assert require(P("b"), tree) is None
    with pytest.raises(SpecMismatchError, match="argument 0 at y/0: 2 does not"):
        require({"x": P("a"), "y": P("a")}, tree)
    with pytest.raises(SpecMismatchError, match="argument 0 at x: 'c' is none"):
        require(P("c"), tree)
    with pytest.raises(ShardingPrefixError, match="at in_specs/argument 0:"):
        require({"x": P("a")}, tree)


def test_only_axes_that_are_manual_are_named():
    rules = SpecRules(MESH, {"a"})

    assert require(P("a"), jnp.ones(2), rules=rules) is None
    with pytest.raises(SpecMismatchError, match=r"'b' is none of .*\('a',\)"):
        require(P("b"), jnp.ones(3), rules=rules)


def test_without_a_mesh_it_is_that_of_the_context():
    mesh = jax.make_mesh((1,), ("data",), axis_types=(AxisType.Auto,))
    with jax.set_mesh(mesh):
        rules = SpecRules(None, ())

    with pytest.raises(SpecMismatchError, match="'a' is none of"):
        require(P("a"), jnp.ones(2), rules=rules)


@pytest.mark.parametrize("mesh", [None, "mesh"])
def test_of_what_is_no_mesh_jax_speaks(mesh):
    assert require(P("a"), 1.0, rules=SpecRules(mesh, ())) is None
