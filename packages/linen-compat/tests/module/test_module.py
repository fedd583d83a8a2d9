import pickle

import jax
import pytest

from ramie import linen as nn

from .example_modules import KEY, Chain, Dense, Two, X


def test_modules_with_equal_fields_are_equal():
    assert Dense(3) == Dense(3)
    assert Dense(3) != Dense(4)
    assert Dense(3) != Dense(3, name="a")
    assert Dense(3) != 3
    assert hash(Dense(3)) == hash(Dense(3))


def test_a_module_can_be_static_under_jit():
    compiled = jax.jit(lambda m, x: m.init(KEY, x), static_argnums=0)

    assert compiled.trace(Dense(3), X).out_info["params"]["bias"].shape == (3,)


def test_a_hash_that_cannot_be_says_what_to_do():
    with pytest.raises(TypeError, match=r"This Chain cannot be hashed.*Use tuples"):
        hash(Chain([Dense()]))


def test_places_distinguish_bound_modules():
    variables = Two().init(KEY, X)

    bound, other = Two().bind(variables), Two().bind(variables)

    assert bound != other
    assert bound == bound.clone(parent=bound.scope)


LAYERS = [nn.Dense(3), nn.Embed(2, 3), nn.RNN(nn.GRUCell(3)), nn.BatchNorm()]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_layers_with_their_own_initializers_are_pickled(layer):
    assert pickle.loads(pickle.dumps(layer)) == layer


def test_the_base_class_is_a_module_too():
    assert repr(nn.Module()) == "Module()"
    assert nn.Module.__module__ == "ramie.linen.module"
    assert nn.Module(name="a").name == "a"


def test_subclasses_pass_keywords_to_other_bases():
    class Named:
        def __init_subclass__(cls, tag=None, **kwargs):
            super().__init_subclass__(**kwargs)
            cls.tag = tag

    class Net(nn.Module, Named, tag="net"):
        pass

    assert Net.tag == "net"
