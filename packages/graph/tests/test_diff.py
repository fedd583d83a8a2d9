import copy

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import clone, diff
from ramie.graph.errors import UnknownNodeError

from .kinds import Box, Cell, Pair, Special


def found(a, b, **options):
    return [(entry.aspect, entry.path) for entry in diff(a, b, **options).entries]


def net(**more):
    root = Box(kernel=Cell(jnp.ones((2, 3)), note="n"), bias=jnp.zeros(3), units=3)
    root.me = root
    for key, value in more.items():
        setattr(root, key, value)
    return root


def test_a_graph_does_not_differ_from_its_copy():
    root = net()

    found = diff(root, clone(root))

    assert not found
    assert len(found) == 0
    assert str(found) == "no difference"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"units": 4}, [("static", ("units",))]),
        ({"units": 3.0}, [("static", ("units",))]),
        ({"units": [3]}, [("type", ("units",))]),
        ({"more": 1}, [("only_b", ("more",))]),
        ({"bias": jnp.ones(3)}, [("value", ("bias",))]),
        ({"bias": jnp.ones(4)}, [("shape", ("bias",))]),
        ({"bias": jnp.zeros(3, jnp.int32)}, [("shape", ("bias",))]),
        ({"kernel": Special(jnp.ones((2, 3)), note="n")}, [("type", ("kernel",))]),
        ({"kernel": Cell(jnp.ones((2, 3)))}, [("metadata", ("kernel",))]),
        ({"kernel": Cell(jnp.zeros((2, 3)), note="n")}, [("value", ("kernel",))]),
        ({"kernel": Cell((1, 2), note="n")}, [("value", ("kernel",))]),
        ({"kernel": Cell(1, note="n")}, [("value", ("kernel",))]),
        ({"me": None}, [("type", ("me",))]),
        ({"me": net()}, [("sharing", ("me",))]),
    ],
)
def test_one_change_is_one_difference(change, expected):
    assert found(net(), net(**change)) == expected


def test_a_key_that_only_the_first_has_is_named_with_what_it_holds():
    found = diff(net(more=jnp.ones(2), rate=0.5), net())

    assert [str(entry) for entry in found.entries] == [
        "more: array float32[2]",
        "rate: 0.5",
    ]


def test_sharing_is_told_once_and_values_below_all_the_same():
    shared = Box(kernel=Cell(jnp.ones(2)), bias=Cell(jnp.ones(2)))
    tied = Box(first=shared, second=shared)
    loose = Box(first=shared, second=clone(shared))
    loose.second.bias.content = jnp.array([1.0, 3.0])

    found = diff(tied, loose)

    sharing, value = found.entries
    assert (sharing.path, sharing.a, sharing.b) == (("second",), ("first",), None)
    assert (value.path, value.distance) == (("second", "bias"), 2.0)


def test_objects_shared_with_different_ones_differ():
    one, two = Cell(1), Cell(1)

    entries = diff([one, two, one], [one, two, two]).entries

    assert [(entry.aspect, entry.a, entry.b) for entry in entries] == [
        ("sharing", (0,), (1,))
    ]


def test_the_static_fields_of_a_pytree_are_compared():
    assert found(Pair(1, 2, name="a"), Pair(1, 2, name="b")) == [("static", ())]


def test_values_may_differ_by_as_much_as_is_said():
    a, b = [jnp.array([1.0, 100.0])], [jnp.array([1.0, 100.5])]

    assert found(a, b) == [("value", (0,))]
    assert found(a, b, atol=1.0) == []
    assert found(a, b, rtol=0.01) == []
    assert found(a, b, rtol=0.001) == [("value", (0,))]


def test_what_is_not_known_is_compared_by_shape_and_dtype():
    known, spec = [jnp.ones(2)], [jax.ShapeDtypeStruct((2,), jnp.float32)]

    assert found(known, spec) == []
    assert found(known, [jax.ShapeDtypeStruct((3,), jnp.float32)]) == [("shape", (0,))]
    assert jax.jit(lambda x: len(diff([x], known)))(jnp.zeros(2)) == 0


def test_static_values_that_are_no_good_at_comparing_differ():
    class Odd:
        def __eq__(self, other):
            return np.array([True, False])

        __hash__ = None

    odd = Odd()

    assert found({"a": odd}, {"a": odd}) == []
    assert found({"a": odd}, {"a": copy.copy(odd)}) == [("static", ("a",))]


def test_a_long_chain_is_no_problem():
    def chain(end):
        node = [end]
        for _ in range(5_000):
            node = [node]
        return node

    (entry,) = diff(chain(1), chain(2)).entries

    assert len(entry.path) == 5_001


def test_what_is_no_graph_is_refused():
    with pytest.raises(UnknownNodeError):
        diff(1, [])
