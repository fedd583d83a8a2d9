from collections import namedtuple

import jax
import jax.numpy as jnp
import pytest

from ramie.module.summary import show_tree
from ramie.variables import Param

Pair = namedtuple("Pair", "left right")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (jnp.ones((2, 3)), "float32[2,3]"),
        (jax.ShapeDtypeStruct((), jnp.bfloat16), "bfloat16[]"),
        ("text", "text"),
        (None, "None"),
        (3, "3"),
        (Param, "type[Param]"),
        ([], "[]"),
        ({}, "{}"),
        ([1, [2, {"k": 3}]], "- 1\n- - 2\n  - k: 3"),
        ({"a": [1, 2], "b": ()}, "a:\n  - 1\n  - 2\nb: ()"),
        ({"a": {"b": {"c": 1}}}, "a:\n  b:\n    c: 1"),
        (Pair(1, [2]), "left: 1\nright:\n  - 2"),
        ({"a": "two\nlines"}, "a: two\n  lines"),
    ],
)
def test_a_tree_is_a_text(value, shown):
    assert show_tree(value) == shown
