import copy
import pickle
from typing import Any

import pytest

from ramie import linen as nn

from .example_modules import KEY, Chain, Dense, Two, X, names


def test_a_clone_has_the_fields_and_no_variables():
    bound = Two().bind(Two().init(KEY, X))

    clone = bound.first.clone(features=5)

    assert clone.scope is None
    assert clone.parent is None
    assert (clone.features, clone.name) == (5, "first")
    assert bound.first.features == 3


def test_a_clone_has_no_other_fields():
    with pytest.raises(TypeError, match="no field 'feature'; it has 'features'"):
        Dense().clone(feature=3)


def test_a_copy_is_made_where_it_stands():
    class Net(nn.Module):
        template: Any

        @nn.compact
        def __call__(self, x):
            return self.template.copy(features=3)(x), self.template.copy(name="mine")(x)

    assert names(Net(Dense()).init(KEY, X)) == ["Dense_0", "mine"]
    assert Dense(name="a").copy().name is None


def test_a_clone_can_be_deep():
    inner = Dense()
    chain = Chain([inner, inner])

    shallow = chain.clone()
    deep = chain.clone(_deep_clone=True)

    assert shallow.layers[0] is inner
    assert deep.layers[0] is deep.layers[1] is not inner
    assert deep == Chain((inner, inner))


def test_modules_are_pickled_and_copied_with_their_fields():
    bound = Two().bind(Two().init(KEY, X))

    again = pickle.loads(pickle.dumps(Chain((Two(), abs), name="a")))

    assert again == Chain((Two(), abs), name="a")
    assert copy.deepcopy(Chain([Dense(3)])) == Chain([Dense(3)])
    assert (copy.copy(bound)(X) == bound(X)).all()
    assert copy.deepcopy(bound).scope is None
