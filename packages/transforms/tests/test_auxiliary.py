import jax.numpy as jnp
import pytest

from ramie.transforms import grad, jvp, vjp
from ramie.transforms._auxiliary import value_and_aux
from ramie.transforms.errors import AuxMissingError
from ramie.variables import Variable


def test_a_list_is_a_pair_too():
    assert value_and_aux([1, 2], has_aux=True) == (1, 2)


@pytest.mark.parametrize(
    ("out", "what"),
    [(1.0, "float"), ((1, 2, 3), "tuple of 3"), ([1], "list of 1"), ("ab", "str")],
)
def test_what_is_no_pair_is_named(out, what):
    with pytest.raises(AuxMissingError, match=f"but the function returned a {what}"):
        value_and_aux(out, has_aux=True)


@pytest.mark.parametrize(
    "transformed",
    [
        lambda f, w: grad(f, has_aux=True)(w),
        lambda f, w: vjp(f, w, has_aux=True),
        lambda f, w: jvp(f, (w,), (jnp.ones(()),), has_aux=True),
    ],
    ids=["grad", "vjp", "jvp"],
)
def test_a_function_without_one_changes_nothing(transformed):
    w = Variable(jnp.array(2.0))

    def fun(w):
        w.value = 3 * w.value
        return w.value

    with pytest.raises(AuxMissingError):
        transformed(fun, w)
    assert w.value.item() == 2.0
