import jax
import jax.numpy as jnp
import pytest

from ramie.linen import core
from ramie.linen.errors import (
    ApplyScopeInvalidVariablesStructureError,
    ApplyScopeInvalidVariablesTypeError,
    InvalidFilterError,
    InvalidScopeError,
)

KEY = jax.random.key(0)


def scale(scope, x):
    return x * scope.param("w", jax.nn.initializers.ones, ())


def test_a_function_of_a_scope_becomes_one_of_variables():
    y, variables = core.init(scale)(KEY, 3.0)

    assert y == 3.0
    assert variables == {"params": {"w": 1.0}}
    assert core.apply(scale)({"params": {"w": jnp.array(2.0)}}, 3.0) == 6.0
    assert core.apply(scale, mutable=["params"])(variables, 3.0) == (y, variables)


def test_init_says_that_it_is_running():
    def ask(scope):
        return scope.get_flag("initializing", False), scope.get_flag("other", 0)

    assert core.init(ask, flags={"other": 1})(KEY) == ((True, 1), {})
    assert core.apply(ask)({}) == (False, 0)


def test_scopes_end_with_the_call():
    kept = core.apply(lambda scope: scope)({})

    with pytest.raises(InvalidScopeError):
        kept.push("a")
    assert core.bind({}).push("a").path == ("a",)


@pytest.mark.parametrize("wrong", [3, [1], {"params": 3}, {3: {}}])
def test_variables_are_collections(wrong):
    with pytest.raises(ApplyScopeInvalidVariablesTypeError, match="'params': params"):
        core.bind(wrong)


def test_params_hold_no_collections():
    with pytest.raises(ApplyScopeInvalidVariablesStructureError, match="'params'"):
        core.bind({"params": {"params": {"w": 1}}})

    assert core.bind({"params": {"params": 1}})


def test_what_is_mutable_is_a_filter():
    with pytest.raises(InvalidFilterError):
        core.bind({"params": {}}, mutable=3)


def test_variables_are_made_of_shapes_alone():
    shape = jax.ShapeDtypeStruct((), "float32")

    assert core.lazy_init(scale)(KEY, shape) == {"params": {"w": 1.0}}
    assert core.lazy_init(lambda _: 1, mutable=False)(KEY) == {}
