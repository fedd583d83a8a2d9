import copy
import functools
import io
import pickle

import jax
import numpy as np
import optax
import pytest

from ramie.training import Portable
from ramie.training._portable import _Pickler
from ramie.training.errors import ForeignCodeError, UnportableFunctionError


def copied(value):
    return pickle.loads(pickle.dumps(Portable(value)))


def make_adder(number, *, twice=False):
    if twice:

        def add(x):
            return x + 2 * number

    else:

        def add(x):
            return x + number

    return add


def make_countdown():
    def count(n):
        return [n, *count(n - 1)] if n else []

    return count


def make_with_defaults():
    def call(x, y=2, *, z=3):
        return x, y, z

    call.note = "kept"
    return call


def make_nested():
    def middle(a):
        return lambda b: a - b

    return middle


def make_unassigned():
    def call():
        return later

    if call is None:
        later = 1
    return call


def once(f):
    @functools.wraps(f)
    def call(*args):
        return f(*args)

    return call


@once
def make_decorated(x):
    def call():
        return x

    return call


at_the_top = lambda: 1  # noqa: E731 (that is the point)


class Plain:
    def method(self):
        def call():
            return type(self).__name__

        return call


def test_what_a_function_closes_over_comes_along():
    assert copied(make_adder(3))(4) == 7


def test_functions_of_one_name_are_told_apart():
    assert copied(make_adder(3, twice=True))(4) == 10


def test_a_function_may_close_over_itself():
    assert copied(make_countdown())(3) == [3, 2, 1]


def test_defaults_and_attributes_come_along():
    twin = copied(make_with_defaults())

    assert twin(1) == (1, 2, 3)
    assert twin.note == "kept"
    assert twin.__qualname__ == "make_with_defaults.<locals>.call"


def test_functions_in_functions_in_functions():
    assert copied(make_nested()(5))(3) == 2


def test_what_was_not_assigned_yet_stays_so():
    with pytest.raises(NameError, match="later"):
        copied(make_unassigned())()


def test_decorators_are_looked_through():
    assert copied(make_decorated(4))() == 4


def test_functions_made_by_methods():
    assert copied(Plain().method())() == "Plain"


def test_functions_of_a_module_are_the_same():
    assert copied(make_adder) is make_adder


def test_one_function_in_two_places_stays_one():
    add = make_adder(1)

    first, second = copied((add, [add]))

    assert first is second[0]


def test_deep_copies_keep_the_value():
    tx = optax.adam(0.1)

    assert copy.deepcopy({"tx": Portable(tx)})["tx"] is tx


def test_transformations_of_optax_do_what_they_did():
    tx = optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.adamw(optax.cosine_decay_schedule(0.1, 10)),
    )
    params = {"w": np.ones(2, np.float32)}

    with jax.numpy_dtype_promotion("standard"):  # optax mixes ints and floats
        ours, theirs = (
            one.update(params, one.init(params), params)[0] for one in (copied(tx), tx)
        )

    np.testing.assert_array_equal(ours["w"], theirs["w"])


def test_pickles_name_the_package_not_the_file():
    payload = pickle.dumps(Portable(make_adder(1)))

    assert b"ramie.training" in payload
    assert b"ramie.training._portable" not in payload


def test_a_lambda_at_the_top_of_a_module_is_refused():
    with pytest.raises(UnportableFunctionError, match=r"<lambda> .*Write it with def"):
        copied(at_the_top)


def test_a_function_whose_module_is_gone_is_refused():
    add = make_adder(1)
    add.__module__ = "no_such_module"

    with pytest.raises(UnportableFunctionError, match="no_such_module"):
        copied(add)


@pytest.mark.parametrize(
    ("around", "place", "names", "qualified"),
    [
        ("gone", (0,), ("number",), "gone.<locals>.add"),
        ("make_adder", (99,), ("number",), "make_adder.<locals>.add"),
        ("make_adder", None, ("digit",), "make_adder.<locals>.add"),
        ("make_adder", None, ("number",), "make_adder.<locals>.other"),
    ],
)
def test_other_code_in_its_place_is_refused(around, place, names, qualified):
    if place is None:
        _, (_, _, place, *_), *_ = reduced(make_adder(1))

    with pytest.raises(ForeignCodeError, match="versions"):
        Portable.rebuild(__name__, around, place, names, qualified)


def reduced(function):
    return _Pickler(io.BytesIO()).reducer_override(function)
