from functools import partial

import jax.numpy as jnp
import pytest

from ramie.graph import graphdef
from ramie.module import Dict, List, Module
from ramie.module.summary._watch import Watch, let_watch


class Scale(Module):
    def __init__(self, by):
        self.by = by

    def __call__(self, x):
        return self.helper(x) + self._hidden(x)

    def helper(self, x, *, times=1):
        return x * self.by * times

    def _hidden(self, x):
        return x


class Chain(Module):
    def __init__(self):
        self.layers = [Scale(1), Scale(2)]
        self.layers.append(self.layers[0])
        self.more = {"a": Scale(3)}

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.more.a.helper(x, times=2)

    def fails(self):
        raise RuntimeError("no")


@pytest.fixture
def chain():
    model = Chain()
    let_watch(model)
    return model


def test_the_first_call_of_each_method_is_noted_in_order(chain):
    with Watch(costs=False) as watch:
        chain(jnp.ones(2))

    calls = [info for info, _ in watch.calls]
    assert [(info.call_order, info.path) for info in calls] == [
        (0, ()),
        (1, ("layers", 0)),
        (2, ("layers", 0, "helper")),
        (3, ("layers", 1)),
        (4, ("layers", 1, "helper")),
        (5, ("more", "a", "helper")),
    ]
    assert calls[0].type is Chain
    assert calls[1].object_id == calls[2].object_id != calls[3].object_id
    assert calls[0].inputs_repr == "float32[2]"
    assert calls[5].inputs_repr == "- float32[2]\ntimes: 2"
    assert calls[0].outputs.shape == (2,)


def test_outside_of_a_watch_nothing_is_noted(chain):
    watch = Watch(costs=False)

    chain(jnp.ones(2))

    assert watch.calls == []


def test_a_hidden_method_is_noted_if_it_is_what_was_called(chain):
    with Watch(costs=False) as watch:
        chain.layers[0]._hidden(1.0)

    assert [info.path for info, _ in watch.calls] == [("layers", 0, "_hidden")]


def test_a_call_that_raises_is_not_noted_and_ends_the_watch(chain):
    with pytest.raises(RuntimeError), Watch(costs=False) as watch:
        chain.fails()

    chain(jnp.ones(1))

    assert watch.calls == []


def test_containers_are_not_watched(chain):
    assert type(chain.layers) is List
    assert type(chain.more) is Dict


def test_a_type_is_watched_by_one_type(chain):
    assert type(chain.layers[0]) is type(chain.more.a) is not Scale
    assert isinstance(chain.more.a, Scale)


def test_a_module_that_is_made_meanwhile_is_not_watched(chain):
    with Watch(costs=False) as watch:
        type(chain.more.a)(2)(1.0)

    assert watch.calls == []


def test_a_method_that_a_decorator_made_is_noted_and_traced_each_time():
    class Compiled:
        """What a decorator may make of a method."""

        def __init__(self, method):
            self.method, self.traced = method, set()

        def __get__(self, module, cls=None):
            return self if module is None else partial(self, module)

        def __call__(self, module, x):
            structure = graphdef(module)
            if structure in self.traced:
                return x
            self.traced.add(structure)
            return self.method(module, x)

    class Net(Module):
        by = staticmethod(abs)

        def __init__(self):
            self.inner = Scale(2)

        @Compiled
        def __call__(self, x):
            return self.inner(x)

    for _ in range(2):
        net = Net()
        let_watch(net)
        with Watch(costs=False) as watch:
            net(jnp.ones(2))
        assert [info.path for info, _ in watch.calls][:2] == [(), ("inner",)]


def test_costs_are_kept_where_they_are_wanted(chain):
    with Watch(costs=True) as watch:
        chain.layers[1].helper(jnp.ones(2))

    ((_, cost),) = watch.calls
    assert cost.flops() >= 2
