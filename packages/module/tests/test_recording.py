import abc

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import graphdef
from ramie.module import List, Module, capture
from ramie.module._recording import original_type, recording_type
from ramie.variables import Intermediate, Param


class Base(Module):
    def inherited(self, x):
        return x + 1

    def __call__(self, x):
        return x


class Layer(Base):
    """A layer."""

    def __init__(self):
        self.kept = Param(jnp.ones(2))

    def __call__(self, x):
        return super().__call__(x) * 2

    def __len__(self):
        return 3

    @staticmethod
    def static(x):
        return x

    @classmethod
    def of_class(cls, x):
        return x

    @property
    def computed(self):
        return jnp.ones(1)


def outputs(f, net=None):
    """The names by which the outputs of methods are recorded while `f` runs."""
    net = Layer() if net is None else net
    _, state = capture(f, Intermediate, method_outputs=Intermediate)(net)
    return {path: variable.value for path, variable in state.flat_state()}


def test_a_recording_type_looks_like_the_type():
    layer = Layer()

    made = recording_type(layer)

    assert issubclass(made, Layer)
    assert (made.__name__, made.__qualname__) == (Layer.__name__, Layer.__qualname__)
    assert (made.__module__, made.__doc__) == (__name__, "A layer.")
    assert (original_type(made), original_type(Layer)) == (Layer, None)


def test_a_type_has_one_recording_type_and_its_subclasses_have_theirs():
    made = recording_type(Base())

    assert recording_type(Base()) is made
    assert original_type(recording_type(Layer())) is Layer


def test_a_module_of_a_recording_type_keeps_it():
    layer = Layer()
    made = recording_type(layer)
    object.__setattr__(layer, "__class__", made)

    assert recording_type(layer) is made


def test_a_capture_is_part_of_the_structure():
    layer = Layer()
    before = graphdef(layer)

    first, _ = capture(graphdef, Intermediate)(layer)
    again, _ = capture(graphdef, Intermediate)(Layer())

    assert first == again
    assert first != before
    assert graphdef(layer) == before


def test_hooks_of_users_classes_do_not_run_for_recording_types():
    seen = []

    class Watched(Module):
        def __init_subclass__(cls, *, needed, **kwargs):
            super().__init_subclass__(**kwargs)
            seen.append(needed)

    class Sub(Watched, needed=1):
        pass

    recording_type(Sub())

    assert seen == [1]


def test_abstract_methods_and_containers_have_recording_types():
    class Abstract(Module, abc.ABC):
        @abc.abstractmethod
        def f(self, x): ...

    class Concrete(Abstract):
        def f(self, x):
            return x

    class Stack(List):
        def __call__(self, x):
            self.append(0)
            return x

    assert outputs(lambda net: net.f(jnp.ones(1)), Concrete()).keys() == {("f",)}
    assert outputs(lambda net: net(jnp.ones(1)), Stack()).keys() == {("__call__",)}


def test_jax_sees_a_recording_type_as_it_sees_the_type():
    class Leaf(Module, pytree=False):
        pass

    def f(net):
        return [jax.tree_util.all_leaves([item]) for item in net]

    found, _ = capture(f, Intermediate)([Leaf(), Layer()])

    assert found == [True, False]


def test_every_method_records_what_it_returns():
    def f(net):
        net(jnp.ones(1))
        net.inherited(x=jnp.zeros(1))

    found = outputs(f)

    assert found.keys() == {("__call__",), ("inherited",)}
    assert [value.tolist() for value in found[("__call__",)]] == [[2.0]]


def test_what_is_no_method_is_not_recorded():
    def f(net):
        net.static(jnp.ones(1))
        net.of_class(jnp.ones(1))
        return len(net), net.computed

    assert outputs(f) == {}


@pytest.mark.parametrize(
    ("value", "recorded"),
    [
        (jnp.ones(1), True),
        (np.ones(1), True),
        (np.float32(1), True),
        ({"a": (jnp.ones(1),)}, True),
        (None, False),
        ((), False),
        (1.0, False),
        ("text", False),
        ((jnp.ones(1), "text"), False),
        (iter([1]), False),
        (Layer(), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_arrays_are_outputs(value, recorded):
    class Returning(Module):
        def give(self):
            return value

    assert bool(outputs(lambda net: net.give(), Returning())) is recorded


def test_a_variable_that_is_returned_is_recorded_as_its_value():
    class Returning(Layer):
        def give(self):
            return {"kept": self.kept}

    found = outputs(lambda net: net.give(), Returning())

    assert found[("give",)][0]["kept"].tolist() == [1.0, 1.0]


def test_a_method_that_raises_leaves_the_module_that_called_it_running():
    from ramie.module import sow

    class Failing(Module):
        def fail(self):
            raise KeyError

    def f(net):
        with pytest.raises(KeyError):
            net[0].fail()
        sow(1, "after")

    _, state = capture(f, Intermediate)([Failing()])

    assert list(state.flat_state().paths) == [("after",)]
