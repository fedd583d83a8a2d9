import jax.numpy as jnp
import pytest
from jax.sharding import PartitionSpec as P

from ramie.graph import PathContains, State
from ramie.module import Module
from ramie.transforms import StateSharding
from ramie.transforms._spec_trees import broadcast, per_argument, specs_of
from ramie.transforms.errors import PrefixAliasingError, ShardingPrefixError
from ramie.variables import Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def make():
    return Box(below=[Box(w=Param(jnp.ones(2)))], w=Param(jnp.ones(2)))


def test_arguments_that_nobody_wrote_about_have_nothing():
    args = [("owner", True), ("x", False), ("y", False)]

    assert per_argument("one for all", args, "in_specs") == [None, *["one for all"] * 2]
    assert per_argument(("a", "b"), args, "in_specs") == [None, "a", "b"]
    with pytest.raises(
        ShardingPrefixError, match="at in_specs: it has 1 entries for 2"
    ):
        per_argument(("a",), args, "in_specs")


def test_what_stands_in_one_place_is_for_all_below():
    box = make()
    tree = {"a": [1, box], "b": 2}

    assert broadcast({"a": "x", "b": "y"}, tree, ("in_specs", 0)) == [
        (("a", 0), 1, "x"),
        (("a", 1), box, "x"),
        (("b",), 2, "y"),
    ]
    with pytest.raises(ShardingPrefixError, match="at in_specs/0:"):
        broadcast({"a": "x"}, tree, ("in_specs", 0))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("all", ["all", "all"]),
        (None, [None, None]),
        (StateSharding({Param: P("all")}), [P("all"), P("all")]),
        ({"below": "b", "w": "w"}, ["b", "w"]),
        (Box(below=StateSharding({...: P("b")}), w=Variable("w")), [P("b"), "w"]),
        (Box(below=[Box(w="b")], w="w"), ["b", "w"]),
    ],
)
def test_an_object_has_one_or_one_for_each_leaf(spec, expected):
    said = specs_of(spec, make(), ())

    assert list(said) == [
        (("below", 0, "w"), expected[0]),
        (("w",), expected[1]),
    ]


def test_a_variable_has_its_own():
    assert [*specs_of(StateSharding({...: P("x")}), Param(1.0), ())] == [((), P("x"))]
    assert [*specs_of("x", Param(1.0), ())] == [((), "x")]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"w": "w"}, "at in_specs/below/0/w: the module of shardings has no such"),
        (Box(below=Variable("b"), w="w"), "below/0/w: the module of shardings has no"),
        (StateSharding({"none": P("w")}), "at in_specs/below/0/w: no filter of"),
    ],
)
def test_what_is_not_there_is_named(spec, message):
    with pytest.raises(ShardingPrefixError, match=message):
        list(specs_of(spec, make(), ("in_specs",)))


def tied():
    shared = Param(jnp.ones(2))
    return Box(a=shared, b=shared, below=[Box(w=shared)])


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            StateSharding({PathContains("a"): P("x"), ...: P("y")}),
            "argument 0 at a and argument 0 at b are one Variable, but in_shardings",
        ),
        (
            StateSharding({PathContains("below"): P("y"), ...: P("x")}),
            "argument 0 at a and argument 0 at below/0/w are one Variable",
        ),
        (
            Box(a=P("x"), b=P("y"), below=[Box(w=P("x"))]),
            r"has P.*x.* for the first and P.*y.* for",
        ),
    ],
)
def test_all_paths_to_a_variable_have_one(spec, message):
    with pytest.raises(PrefixAliasingError, match=message):
        list(specs_of(spec, tied(), ("in_shardings", 0)))


@pytest.mark.parametrize(
    "spec",
    [
        StateSharding({PathContains("a"): None, ...: P("x")}),
        StateSharding(State({"a": Param(P("x"))})),
        Box(a=P("x"), b=P("x"), below=[Box(w=None)]),
    ],
)
def test_a_path_of_which_nothing_is_said_has_that_of_the_others(spec):
    assert list(specs_of(spec, tied(), ("in_shardings", 0))) == [(("a",), P("x"))]


def test_a_returned_object_is_named_as_one():
    spec = StateSharding({PathContains("b"): P("x"), ...: P("y")})

    with pytest.raises(PrefixAliasingError, match="the returned value at 1/a and the"):
        list(specs_of(spec, tied(), ("out_shardings", 1)))
