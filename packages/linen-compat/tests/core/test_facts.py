"""Facts are equal where values are the same, for programs that are used again."""

from functools import partial

import jax.numpy as jnp
import pytest

from ramie.linen.core._facts import facts_of


def scaled(by):
    return lambda x: x * by


SAME = {
    "numbers": lambda: 1.5,
    "lists": lambda: [1, ("a", None)],
    "dicts": lambda: {"b": 1, "a": [jnp.float32]},
    "functions made anew": lambda: scaled(2),
    "partial functions": lambda: partial(scaled(2), 1, flag=[True]),
}


@pytest.mark.parametrize("name", SAME)
def test_facts_of_what_is_made_alike_are_equal(name):
    one, other = facts_of(SAME[name]()), facts_of(SAME[name]())

    assert one == other
    assert hash(one) == hash(other)


def test_facts_tell_what_is_equal_and_not_the_same():
    values = [1, 1.0, True, 0.0, -0.0, [1], (1,), scaled(2), scaled(3), scaled(2.0)]

    assert len(set(map(facts_of, values))) == len(values)


def test_a_function_over_what_may_change_is_itself_alone():
    one = scaled([2])

    assert facts_of(one) == facts_of(one)
    assert facts_of(one) != facts_of(scaled([2]))


@pytest.mark.parametrize("value", [jnp.ones(2), {1: 0, "a": 0}], ids=["array", "dict"])
def test_what_cannot_be_compared_has_no_facts(value):
    with pytest.raises(TypeError):
        facts_of([value])


def test_some_values_have_facts_of_another_kind():
    def special(value):
        return "short" if isinstance(value, str) else None

    assert facts_of(["a"], special) == facts_of(["b"], special)
