import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.linen import Partitioned, with_partitioning
from ramie.linen.core import _param_shapes
from ramie.linen.core._param_shapes import check_shape
from ramie.linen.errors import ScopeParamShapeError

NORMAL = jax.nn.initializers.normal()


@pytest.fixture
def asked(monkeypatch):
    """How often an initializer was asked for its shape."""
    calls = []
    ask = _param_shapes._ask
    monkeypatch.setattr(_param_shapes, "_answers", {})
    monkeypatch.setattr(_param_shapes, "_ask", lambda *a: calls.append(a) or ask(*a))
    return calls


def zeros_of(n):
    return lambda _: jnp.zeros(n)


def check(value, init_fn, *args, **kwargs):
    check_shape("w", ("net",), value, init_fn, args, kwargs)


def test_an_initializer_is_asked_once_for_its_arguments(asked):
    for _ in range(2):
        check(jnp.ones(2), NORMAL, (2,))
        check(jnp.ones(3), NORMAL, shape=(3,))

    assert len(asked) == 2


def test_the_same_code_is_asked_once(asked):
    for _ in range(2):
        check(jnp.ones(2), lambda _: jnp.zeros(2))
        check(jnp.ones(2), zeros_of(2))

    assert len(asked) == 2


def test_a_function_of_what_can_change_is_asked_each_time(asked):
    size = [2]

    def init(rng):
        return jnp.zeros(size[0])

    check(jnp.ones(2), init)
    size[0] = 3
    check(jnp.ones(3), init)
    check(jnp.ones(3), lambda _, like: like, jnp.ones(3))

    assert len(asked) == 3


def test_a_mismatch_says_both_shapes():
    with pytest.raises(ScopeParamShapeError, match=r"'w' of /net .*\(2,\).*\(3,\)"):
        check(jnp.ones(2), NORMAL, (3,))
    with pytest.raises(ScopeParamShapeError):
        check([1, 2, 3], NORMAL, (3,))
    with pytest.raises(ScopeParamShapeError):
        check({"a": jnp.ones(2), "b": 1}, lambda _: {"a": jnp.ones(3), "b": 1})


def test_other_dtypes_and_kinds_of_arrays_fit():
    check(jnp.ones(2, jnp.bfloat16), NORMAL, (2,))
    check(np.ones(2), NORMAL, (2,))
    check(jax.ShapeDtypeStruct((2,), "float32"), NORMAL, (2,))


def test_boxes_do_not_matter():
    init = with_partitioning(NORMAL, ("x",))

    check(Partitioned(jnp.ones(2), ("x",)), init, (2,))
    check(jnp.ones(2), init, (2,))
    with pytest.raises(ScopeParamShapeError):
        check(Partitioned(jnp.ones(3), ("x",)), init, (2,))


def test_answers_do_not_pile_up(asked, monkeypatch):
    monkeypatch.setattr(_param_shapes, "MANY", 4)

    for n in range(8):
        check(jnp.ones(n), NORMAL, (n,))

    assert len(_param_shapes._answers) <= 6
