import jax
import jax.numpy as jnp
import pytest

from ramie.linen import Partitioned
from ramie.linen.core import Scope, freeze
from ramie.linen.errors import (
    ApplyScopeInvalidVariablesTypeError,
    JaxTransformError,
    ModifyScopeVariableError,
    NameInUseError,
    ScopeCollectionNotFound,
    ScopeParamNotFoundError,
    ScopeVariableNotFoundError,
)

KEY = jax.random.key(0)


def test_variables_below_are_found_by_path():
    root = Scope(freeze({"params": {"a": {"w": 1}}}), mutable=["stats"])
    inner = root.push("a")

    inner.put_variable("stats", "n", 2)

    assert inner.variables() == {"params": {"w": 1}, "stats": {"n": 2}}
    assert root.mutable_variables() == {"stats": {"a": {"n": 2}}}
    assert inner.collections_in("params") == {"params": {"w": 1}}
    assert inner.get_variable("params", "none") is None
    assert inner.get_variable("none", "w", 3) == 3
    assert root.push("b").variables() == {}


def test_what_was_given_does_not_change():
    given = {"stats": {"a": {"n": 1}}}
    root = Scope(given, mutable=True)

    root.push("a").put_variable("stats", "n", 2)

    assert given == {"stats": {"a": {"n": 1}}}


def test_a_write_from_above_is_seen_below():
    root = Scope({"stats": {"a": {"n": 1}}}, mutable=True)
    inner = root.push("a")
    assert inner.get_variable("stats", "n") == 1

    root.put_variable("stats", "a", {"n": 2})

    assert inner.get_variable("stats", "n") == 2


def test_a_variable_is_made_once():
    scope = Scope({}, mutable="stats")

    variable = scope.variable("stats", "n", lambda by: by, by=3)
    variable.value += 1

    assert variable.value == 4
    assert variable.is_mutable()
    assert scope.rewound().variable("stats", "n", None).value == 4
    with pytest.raises(NameInUseError):
        scope.variable("stats", "n", None)


def test_a_missing_variable_says_what_is_missing():
    scope = Scope({"stats": {"a": {"m": 1}}, "params": {"b": 1}}).push("a")

    with pytest.raises(ScopeCollectionNotFound, match=r"/a reads 'n' .* 'other'"):
        scope.variable("other", "n", lambda: 0)
    with pytest.raises(ScopeVariableNotFoundError, match=r"'n' .* 'stats' in /a"):
        scope.variable("stats", "n", lambda: 0)
    with pytest.raises(ScopeParamNotFoundError, match="parameter 'w' in /a"):
        scope.param("w", lambda _: 0)
    with pytest.raises(ScopeCollectionNotFound):
        Scope({}).param("w", lambda _: 0)
    # A collection that may change, and nothing to fill it with.
    with pytest.raises(ScopeCollectionNotFound):
        Scope({}, mutable=True).variable("stats", "n")


def test_an_immutable_collection_is_not_written():
    scope = Scope({"stats": {"n": 1}}).push("a")

    with pytest.raises(ModifyScopeVariableError, match=r"mutable=\['stats'\]"):
        scope.put_variable("stats", "n", 2)
    variable = Scope({"stats": {"n": 1}}).variable("stats", "n")
    with pytest.raises(ModifyScopeVariableError):
        variable.value = 2

    assert variable.value == 1
    assert not variable.is_mutable()


def test_an_array_where_a_module_belongs_is_an_error():
    scope = Scope({"params": {"a": jnp.ones(2)}}).push("a")

    with pytest.raises(ApplyScopeInvalidVariablesTypeError, match="at /a of 'params'"):
        scope.get_variable("params", "w")


def test_boxes_stay_around_new_values():
    scope = Scope({}, KEY, mutable=True)

    def init(*_):
        return Partitioned(1.0, ("x",))

    variable = scope.variable("stats", "n", init)
    variable.value = variable.value + 1
    boxed = scope.rewound().variable("stats", "n", unbox=False)

    assert boxed.value == Partitioned(2.0, ("x",))
    boxed.value = 3.0
    assert variable.value == 3.0
    assert scope.param("w", init) == 1.0
    assert scope.rewound().param("w", init, unbox=False).names == ("x",)


def test_a_value_may_take_another_structure():
    variable = Scope({}, mutable=True).variable("stats", "n", lambda: {"a": 1})

    variable.value = (1, 2)

    assert variable.value == (1, 2)


def test_a_tracer_does_not_get_out_of_a_transform():
    scope = Scope({}, KEY, mutable=True)

    def write(x):
        scope.push("a", reuse=True).put_variable("stats", "n", x)
        return x

    with pytest.raises(JaxTransformError, match=r"(?s)stats/n of /a .*nn\.jit"):
        jax.make_jaxpr(write)(1.0)
    # A value that is not traced is no leak.
    jax.vmap(lambda x: scope.put_variable("stats", "n", 2) or x)(jnp.ones(2))

    assert scope.variables() == {"stats": {"n": 2}}


def test_a_scope_of_the_transform_itself_is_free():
    def body(x):
        scope = Scope({}, mutable=True)
        scope.put_variable("stats", "n", x)
        return scope.mutable_variables()

    assert jax.eval_shape(body, 1.0)["stats"]["n"].shape == ()
