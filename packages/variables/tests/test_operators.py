import math
import operator

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.variables import Param, Variable
from ramie.variables.errors import AbstractValueError

ARITHMETIC = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow"]
BITWISE = ["and_", "or_", "xor", "lshift", "rshift"]
COMPARISON = ["eq", "ne", "lt", "le", "gt", "ge"]
BINARY = [*ARITHMETIC, *BITWISE, *COMPARISON, "matmul", "divmod"]
IN_PLACE = [f"i{name.rstrip('_')}" for name in [*ARITHMETIC, *BITWISE, "matmul"]]
UNARY = ["neg", "pos", "abs", "invert"]


def function(name):
    return divmod if name == "divmod" else getattr(operator, name)


def operands(name):
    if name.strip("_") in {n.strip("_") for n in BITWISE} or name == "invert":
        return jnp.array([6, 1]), jnp.array([3, 2])
    return jnp.array([6.0, 1.5]), jnp.array([2.5, 3.0])


def same(one, other):
    assert type(one) is type(other)
    assert jax.tree.structure(one) == jax.tree.structure(other)
    for mine, theirs in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        assert mine.dtype == theirs.dtype
        assert np.array_equal(mine, theirs)


@pytest.mark.parametrize("name", BINARY)
def test_an_operator_is_that_of_the_array(name):
    apply, (a, b) = function(name), operands(name)
    expected = apply(a, b)

    same(apply(Variable(a), b), expected)
    same(apply(Variable(a), Variable(b)), expected)


@pytest.mark.parametrize("name", BINARY)
def test_a_reflected_operator_is_that_of_the_array(name):
    apply, (a, b) = function(name), operands(name)

    same(apply(a, Variable(b)), apply(a, b))
    same(apply(np.asarray(a), Variable(b)), apply(np.asarray(a), b))


@pytest.mark.parametrize("name", [n for n in BINARY if n != "matmul"])
def test_a_number_may_stand_on_either_side(name):
    apply, (a, _) = function(name), operands(name)
    number = 2 if a.dtype == jnp.int32 else 2.0

    same(apply(Variable(a), number), apply(a, number))
    same(apply(number, Variable(a)), apply(number, a))


@pytest.mark.parametrize("name", IN_PLACE)
def test_an_in_place_operator_writes_the_variable(name):
    apply, (a, b) = getattr(operator, name), operands(name[1:])
    v, w = Param(a), Param(a)

    result, other = apply(v, b), apply(w, Variable(b))

    assert result is v
    assert other is w
    same(v.value, apply(a, b))
    same(w.value, apply(a, b))


@pytest.mark.parametrize("name", UNARY)
def test_a_unary_operator_is_that_of_the_array(name):
    apply, (a, _) = getattr(operator, name), operands(name)

    same(apply(Variable(a)), apply(a))


@pytest.mark.parametrize(
    ("convert", "value"),
    [
        (bool, 2.0),
        (bool, 0.0),
        (int, 2.5),
        (float, 2),
        (complex, 2.5),
        (operator.index, 3),
        (round, 2.5),
    ],
)
def test_a_conversion_is_that_of_the_array(convert, value):
    array = jnp.asarray(value)

    result = convert(Variable(array))

    assert type(result) is type(convert(array))
    assert result == convert(array)


def test_rounding_takes_digits():
    assert round(Variable(jnp.array(2.567)), 1).item() == pytest.approx(2.6)


def test_length_iteration_and_membership_are_those_of_the_array():
    a = jnp.array([1.0, 2.0])
    v = Variable(a)

    assert len(v) == 2
    assert [x.item() for x in v] == [1.0, 2.0]
    assert 2.0 in v
    assert 3.0 not in v
    assert [x.item() for x in reversed(v)] == [2.0, 1.0]


def test_formatting_is_that_of_the_array():
    v = Variable(jnp.array(2.0))

    assert f"{v:.2f}" == "2.00"
    assert f"{v}" == str(v)


def test_a_call_goes_to_the_value():
    assert Variable(lambda x, y: x - y)(5, y=2) == 3


def test_a_variable_may_be_an_index_of_a_list():
    assert [10, 20, 30][Variable(jnp.array(1))] == 20


def test_the_truth_of_many_values_is_as_ambiguous_as_the_arrays():
    with pytest.raises(ValueError, match=r"ambiguous"):
        bool(Variable(jnp.ones(2)))


def test_a_variable_is_not_hashable():
    with pytest.raises(TypeError, match=r"unhashable"):
        hash(Variable(jnp.ones(1)))


def test_numpy_reads_the_value():
    v = Variable(jnp.array([1.0, 2.0]))

    assert np.asarray(v).tolist() == [1.0, 2.0]
    assert np.asarray(v, dtype=np.float16).dtype == np.float16
    assert np.add(v, v).tolist() == [2.0, 4.0]


def test_what_numpy_gets_is_a_copy():
    v = Variable(np.ones(2))

    np.array(v)[0] = 5.0

    assert v.value.tolist() == [1.0, 1.0]


def test_operators_work_on_tracers():
    @jax.jit
    def f(x):
        v = Variable(x)
        v *= 2.0
        return 1.0 - v

    assert f(jnp.ones(2)).tolist() == [-1.0, -1.0]


def test_no_operator_of_an_array_is_missing():
    skipped = {
        # What Python and NumPy ask of storage, not of a value.
        "__array_module__",
        "__array_namespace__",
        "__buffer__",
        "__release_buffer__",
        "__cuda_array_interface__",
        "__dlpack__",
        "__dlpack_device__",
        "__numpy_dtype__",
        # What Variable does by other means, or has no use for.
        "__deepcopy__",
        "__del__",
        "__dict__",
        "__hex__",
        "__oct__",
        "__reversed__",
    }

    array = {name for name in dir(type(jnp.ones(1))) if name.startswith("__")}

    assert array - set(dir(Variable)) <= skipped


def test_operators_have_their_own_names():
    assert Variable.__radd__.__name__ == "__radd__"
    assert Variable.__iadd__.__qualname__ == "ArrayOperators.__iadd__"


@pytest.mark.parametrize("rounded", [math.trunc, math.floor, math.ceil, round])
def test_numbers_are_rounded(rounded):
    assert rounded(Variable(1.5)) == rounded(1.5)


def test_the_value_is_reversed():
    assert [x.item() for x in reversed(Variable(jnp.arange(2)))] == [1, 0]


def test_a_power_may_have_a_modulus():
    assert pow(Variable(2), 3, 5) == 3


ABSTRACT_USES = {
    "left": lambda v: v + 1,
    "right": lambda v: 1 - v,
    "both": lambda v: jnp.ones(2) * v,
    "another": lambda v: Variable(jnp.ones(2)) * v,
    "in place": lambda v: v.__iadd__(1),
    "unary": lambda v: -v,
    "number": float,
    "loop": list,
    "part": lambda v: v[0],
    "write": lambda v: v.__setitem__(0, 1.0),
    "numpy": np.asarray,
    "jax": lambda v: v.__jax_array__(),
}


@pytest.mark.parametrize("use", ABSTRACT_USES)
def test_a_shape_is_no_array(use):
    v = Param(jax.ShapeDtypeStruct((2,), jnp.float32))

    with pytest.raises(AbstractValueError, match="This Param is abstract"):
        ABSTRACT_USES[use](v)


def test_an_operator_that_does_not_fit_says_what_the_array_says():
    for apply in (lambda v: v + "a", lambda v: "a" - v, lambda v: ~v):
        with pytest.raises(TypeError) as caught:
            apply(Variable(1.5))
        assert not isinstance(caught.value, AbstractValueError)
