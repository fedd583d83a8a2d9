from functools import partial

import jax

from ramie import linen as nn

from .example_modules import KEY, Two, X, names

VARIABLES = Two().init(KEY, X)


def encode(module, x):
    return module.encode(x)


def test_functions_of_a_module_become_functions_of_variables():
    y = nn.apply(encode, Two())(VARIABLES, X)

    made, variables = nn.init_with_output(encode, Two())(KEY, X)

    assert (made == y).all()
    assert names(variables) == names(nn.init(encode, Two())(KEY, X)) == ["first"]


def test_mutable_collections_come_back():
    _, changed = nn.apply(encode, Two(), mutable=["params"])(VARIABLES, X)

    assert names(changed) == ["Dense_0", "first"]


def test_they_can_be_compiled():
    compiled = jax.jit(nn.apply(encode, Two()))

    assert compiled.eval_shape(VARIABLES, X).shape == (3,)


def test_a_partial_function_will_do():
    assert Two().apply(VARIABLES, X, method=partial(encode)).shape == (3,)
