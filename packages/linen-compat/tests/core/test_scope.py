import jax
import pytest

from ramie.linen import core
from ramie.linen.core import Scope
from ramie.linen.errors import InvalidScopeError, NameInUseError

KEY = jax.random.key(0)


def test_scopes_below_have_the_names_from_the_root():
    root = Scope({})

    inner = root.push("a").push(prefix="b_")

    assert inner.path == ("a", "b_0")
    assert inner.path_text == "/a/b_0"
    assert inner.root is root
    assert inner.parent.name == "a"
    assert inner == inner.rewound()
    assert hash(inner) == hash(inner.rewound())
    assert inner != root


def test_automatic_names_pass_over_those_in_use():
    root = Scope({})
    root.push("b_0")

    assert root.push(prefix="b_").name == "b_1"


def test_a_name_is_used_once():
    root = Scope({}, mutable=True)
    root.push("a")
    root.reserve("w", "params")

    with pytest.raises(NameInUseError, match="'a' in /"):
        root.push("a")
    with pytest.raises(NameInUseError):
        root.push("w")
    with pytest.raises(NameInUseError, match="variable of 'params'"):
        root.reserve("w", "params")
    with pytest.raises(TypeError, match="Pass a str"):
        root.push(3)

    root.reserve("w", "batch_stats")
    assert root.push("a", reuse=True).path == ("a",)
    assert root.name_reserved("w")
    assert not root.name_reserved("w", "other")


def test_names_are_free_again_in_a_rewound_scope():
    root = Scope({}, KEY)
    root.push("a")
    first = root.make_rng()

    again = root.rewound(rewind_rngs=True)

    assert again.push("a").path == ("a",)
    assert (again.make_rng() == first).all()
    assert (root.rewound().make_rng() != first).all()


def test_flags_are_those_of_the_tree():
    scope = Scope({}, flags={"initializing": True}).push("a")

    assert scope.has_flag("initializing")
    assert scope.get_flag("initializing")
    assert scope.get_flag("other", 3) == 3
    with pytest.raises(KeyError, match="no flag 'other'"):
        scope.get_flag("other")


def test_a_scope_ends_with_its_root():
    with Scope({}, KEY, mutable=True).temporary() as root:
        inner = root.push("a")
    for use in (
        inner.make_rng,
        lambda: inner.push("b"),
        lambda: inner.put_variable("c", "v", 1),
        lambda: inner.param("w", None),
        inner.rewound,
    ):
        with pytest.raises(InvalidScopeError, match="scope /a is over"):
            use()
    assert root.invalid
    assert inner.invalid


def test_a_scope_below_can_end_alone():
    root = Scope({}, mutable=True)
    with root.push("a").temporary() as inner:
        pass

    root.put_variable("c", "v", 1)
    assert inner.invalid
    assert not root.invalid


def test_a_child_is_a_function_with_its_scope():
    def dense(scope, x, by):
        return x * scope.param("w", lambda _: by)

    def net(scope, x):
        named = scope.child(dense, "first", named_call=False)
        return named(x, 2) + scope.child(dense, by=3)(x)

    y, variables = core.init(net)(KEY, 1)

    assert y == 5
    assert variables == {"params": {"first": {"w": 2}, "dense_0": {"w": 3}}}
