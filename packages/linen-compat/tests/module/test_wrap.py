import functools

import jax
import pytest

from ramie import linen as nn
from ramie.linen.errors import (
    CallCompactUnboundModuleError,
    DescriptorAttributeError,
    UnboundModuleError,
)

from .example_modules import KEY, Dense, Two, X, names


def test_a_compact_method_needs_variables():
    with pytest.raises(CallCompactUnboundModuleError, match=r"Dense\.__call__ is comp"):
        Dense()(X)
    assert issubclass(CallCompactUnboundModuleError, UnboundModuleError)


def test_other_methods_run_on_any_module():
    class Plain(nn.Module):
        by: int = 2

        def __call__(self, x):
            return self.scaled(x)

        def scaled(self, x):
            return self.by * x

    assert Plain()(3) == 6
    assert Plain.scaled(Plain(3), 3) == 9


def test_wrapped_methods_keep_name_and_signature():
    assert Dense.__call__.__name__ == "__call__"
    assert Dense.__call__.__qualname__ == "Dense.__call__"
    assert Two.encode.__wrapped__.__code__.co_varnames[:2] == ("self", "x")


def test_a_method_of_a_module_takes_other_objects():
    class Like:
        def first(self, x):
            return x

    assert Two.encode(Like(), 3) == 3


def test_helpers_declare_what_the_compact_method_may():
    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            return self.plain(self.bare(x))

        def plain(self, x):
            return Dense(3, name="plain")(x)

        @nn.nowrap
        def bare(self, x):
            return Dense(3, name="bare")(x)

    assert names(Net().init(KEY, X)) == ["bare", "plain"]


def test_a_method_without_wrapping_runs_before_setup():
    class Net(nn.Module):
        def setup(self):
            self.ready = True

        @nn.nowrap
        def is_set_up(self):
            return "ready" in self.__dict__

        def wrapped(self):
            return self.is_set_up()

    bound = Net().bind({})

    assert not bound.is_set_up()
    assert bound.wrapped()


def test_a_call_that_fails_leaves_the_module_usable():
    class Net(nn.Module):
        @nn.compact
        def __call__(self, x, fail=False):
            x = Dense(3)(x)
            if fail:
                raise ZeroDivisionError
            return x

    variables = Net().init(KEY, X)
    bound = Net().bind(variables)
    with pytest.raises(ZeroDivisionError):
        bound(X, fail=True)

    assert bound(X).shape == (3,)
    assert Dense().parent is None


def test_properties_see_what_setup_made():
    class Net(nn.Module):
        def setup(self):
            self.value = 3

        @property
        def doubled(self):
            return 2 * self.value

        @functools.cached_property
        def cached(self):
            return 4

        @property
        def weight(self):
            return self.param("w", nn.initializers.ones, ())

        @nn.compact
        def __call__(self):
            return self.weight

    bound = Net().bind({}, rngs=KEY, mutable=True)

    assert bound.doubled == 6
    assert bound() == 1.0
    with pytest.raises(DescriptorAttributeError, match=r"Net\.doubled failed inside"):
        _ = Net().doubled
    assert Net().cached == 4


def test_a_property_without_wrapping_fails_as_it_does():
    class Net(nn.Module):
        @property
        @nn.nowrap
        def missing(self):
            return self.nothing

    with pytest.raises(AttributeError, match="missing"):
        _ = Net().missing


def test_a_property_can_be_set():
    class Net(nn.Module):
        @property
        def value(self):
            return self.__dict__["kept"]

        @value.setter
        def value(self, value):
            self.__dict__["kept"] = value

    net = Net()
    net.value = 3

    assert net.value == 3


def test_compiling_a_whole_apply_is_fine():
    variables = Two().init(KEY, X)

    traced = jax.jit(Two().apply).trace(variables, X)

    assert traced.out_info.shape == (2,)
