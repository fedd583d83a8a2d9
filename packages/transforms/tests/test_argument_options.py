import re

import jax.numpy as jnp
import pytest

from ramie.transforms import grad, jit, make_jaxpr, pmap, remat
from ramie.transforms._argument_options import named_both_ways
from ramie.transforms._specs import DiffState
from ramie.transforms.errors import ArgumentOptionError


def pair(a, b=1):
    return a, b


class Owner:
    def method(self, a, b):
        return self, a, b


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"static_argnums": 2}, "static_argnums has 2: the function takes 2"),
        ({"static_argnums": -3}, "static_argnums has -3: the function takes 2"),
        ({"donate_argnums": (0, 2)}, "donate_argnums has 2: the function takes 2"),
        ({"static_argnums": "b"}, "static_argnums has 'b': it is no integer"),
        ({"static_argnums": 1.0}, "static_argnums has 1.0: it is no integer"),
        ({"static_argnames": "c"}, "static_argnames has 'c': the function has no"),
        ({"donate_argnames": [1]}, "donate_argnames has 1: it is no string"),
        ({"static_argnames": 1}, "static_argnames has 1: it is no string"),
        ({"static_argnums": 1, "donate_argnums": -1}, "has 1: it is static as well"),
        ({"static_argnames": "b", "donate_argnums": 1}, "has 1: it is static as well"),
    ],
)
def test_an_option_that_names_no_argument_is_refused_before_any_call(options, message):
    with pytest.raises(ArgumentOptionError, match=re.escape(message)):
        jit(pair, **options)


@pytest.mark.parametrize(
    "transform",
    [
        lambda: remat(pair, static_argnums=2),
        lambda: make_jaxpr(pair, static_argnums="a"),
        lambda: pmap(pair, static_broadcasted_argnums=2),
        lambda: pmap(pair, static_broadcasted_argnums=0, donate_argnums=0),
        lambda: grad(pair, argnums=("a",)),
        lambda: grad(pair, argnums=()),
        lambda: grad(pair, argnums=None),
        lambda: DiffState("a", ...),
    ],
)
def test_so_it_is_by_the_others(transform):
    with pytest.raises(ArgumentOptionError):
        transform()


def test_a_method_counts_without_its_owner():
    names = named_both_ways(Owner.method, "static", (0, -1), skipped=1)

    assert names == {1, 2, "a", "b"}
    with pytest.raises(ArgumentOptionError, match="takes 2 positional"):
        named_both_ways(Owner.method, "static", -3, skipped=1)


def test_a_function_of_anything_may_be_passed_anything():
    def anything(*args, **kwargs):
        return args, kwargs

    assert named_both_ways(anything, "static", 7, "flag") == {7, "flag"}
    assert named_both_ways(max, "static", 7, "key") == {7, "key"}


def test_an_integer_of_another_kind_is_a_position():
    assert named_both_ways(pair, "static", jnp.array(1)) == {1, "b"}


def test_what_is_static_or_donated_may_be_other_arguments():
    def scale(by, x):
        return by * x

    x = jnp.ones(2)

    scaled = jit(scale, static_argnums=0, donate_argnames="x")(2, x)

    assert scaled.tolist() == [2.0, 2.0]
    assert x.is_deleted()
