import copy
import pickle

import jax

from ramie.experimental import nnx


def test_there_is_one_empty():
    assert nnx.EmptyType() is nnx.Empty
    assert copy.deepcopy(nnx.Empty) is nnx.Empty
    assert pickle.loads(pickle.dumps(nnx.Empty)) is nnx.Empty
    assert repr(nnx.Empty) == "Empty"


def test_to_jax_it_holds_nothing():
    assert jax.tree.leaves(nnx.Empty) == []
    assert jax.jit(lambda value: value)(nnx.Empty) is nnx.Empty
