from functools import partial

import jax
import pytest

from ramie import linen as nn

from .example_modules import KEY, Dense, Two, X

VARIABLES = Two().init(KEY, X)


def noting(log, tag=""):
    def interceptor(call, args, kwargs, context):
        log.append(f"{tag}{type(context.module).__name__}.{context.method_name}")
        return call(*args, **kwargs)

    return interceptor


def test_each_call_passes_the_interceptors_in_order():
    log = []

    with nn.intercept_methods(noting(log, "a:")), nn.intercept_methods(noting(log)):
        Two().apply(VARIABLES, X, method="encode")

    assert log == [
        *("a:Two.setup", "Two.setup", "a:Two.encode", "Two.encode"),
        *("a:Dense.__call__", "Dense.__call__"),
    ]


def test_arguments_and_results_can_be_changed():
    def doubled(call, args, kwargs, context):
        return (
            2 * call(*args, **kwargs)
            if context.method_name == "encode"
            else call(*args, **kwargs)
        )

    plain = Two().apply(VARIABLES, X, method="encode")
    with nn.intercept_methods(doubled):
        changed = Two().apply(VARIABLES, X, method="encode")

    assert (changed == 2 * plain).all()


def test_the_method_itself_is_past_the_other_interceptors():
    log = []

    def direct(call, args, kwargs, context):
        return context.orig_method(*args, **kwargs)

    with nn.intercept_methods(direct), nn.intercept_methods(noting(log)):
        Two().apply(VARIABLES, X)

    assert log == []


def test_an_interceptor_sees_the_bound_module():
    seen = []

    def look(call, args, kwargs, context):
        seen.append((context.module.path, context.orig_method.__name__))
        return call(*args, **kwargs)

    with nn.intercept_methods(look):
        Two().bind(VARIABLES).first(X)

    assert seen == [((), "setup"), (("first",), "__call__")]


def test_not_all_that_a_module_has_is_intercepted():
    class Net(nn.Module):
        act: object = staticmethod(abs)

        @nn.nowrap
        def bare(self):
            return 1

        @property
        def value(self):
            return 2

        @staticmethod
        def static():
            return 3

        @classmethod
        def of_class(cls):
            return 4

        def __len__(self):
            return 5

        def __call__(self):
            return self.bare() + self.value + self.static() + self.of_class()

    log = []
    with nn.intercept_methods(noting(log)):
        assert Net()() == 10
        assert (Net() == Net()) and hash(Net()) and repr(Net())  # noqa: PT018
        assert len(Net()) == 5

    assert log == ["Net.__call__", "Net.__len__"]


def test_an_interceptor_ends_with_its_block():
    log = []
    with pytest.raises(ZeroDivisionError), nn.intercept_methods(noting(log)):
        raise ZeroDivisionError

    Two().apply(VARIABLES, X)

    assert log == []


def names_in(function, *args):
    # A partial function is a new one, which has not been traced before.
    text = jax.jit(partial(function)).lower(*args).as_text(debug_info=True)
    known = ("Two/first", "/Two.encode/", "Two/Dense_0")
    return {name for name in known if name in text}


def test_calls_have_names_in_profiles():
    def encode(variables):
        return Two().apply(variables, X, method="encode")

    def call(variables):
        return Two().apply(variables, X)

    assert names_in(encode, VARIABLES) == {"/Two.encode/"}
    assert names_in(call, VARIABLES) == {"Two/first", "Two/Dense_0"}
    with nn.override_named_call(False):
        assert names_in(call, VARIABLES) == set()
        nn.enable_named_call()
        nn.disable_named_call()
        assert names_in(encode, VARIABLES) == set()
    assert names_in(encode, VARIABLES) == {"/Two.encode/"}


def test_a_module_with_a_name_is_called_that():
    text = jax.jit(lambda v: Dense(name="mine").apply(v, X)).lower(
        VARIABLES and Dense().init(KEY, X)
    )

    assert "mine/dot_general" in text.as_text(debug_info=True)
