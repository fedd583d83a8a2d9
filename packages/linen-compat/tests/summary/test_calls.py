import jax
import jax.numpy as jnp
import numpy as np

from ramie import linen as nn
from ramie.linen.summary._calls import shapes_of, watch

from .example_modules import KEY, Net, Scale, X


def seen(module, *args, rngs=KEY, costs=False, mutable=True, method=None, **kwargs):
    found = watch(
        module, rngs, args, kwargs, costs=costs, mutable=mutable, method=method
    )
    return found[1]


def shape(*dims, dtype=jnp.float32):
    return jax.ShapeDtypeStruct(dims, dtype)


def test_calls_come_in_the_order_in_which_they_begin():
    calls = seen(Net(), X)

    assert [(call.path, call.method) for call in calls] == [
        ((), "__call__"),
        (("first",), "__call__"),
        (("first",), "doubled"),
        (("last",), "__call__"),
        (("last", "inner"), "__call__"),
    ]


def test_modules_of_calls_are_bound_to_nothing():
    calls = seen(Net(), X)

    assert [type(call.module).__name__ for call in calls[:2]] == ["Net", "Scale"]
    assert all(call.module.scope is None for call in calls)


def test_variables_are_shapes():
    variables, _ = watch(Net(), KEY, (X,), {}, costs=False, mutable=True, method=None)

    scale = {"scale": shape(1, 3)}
    assert variables == {
        "params": {"first": scale, "last": {"inner": scale}},
        "state": {"last": {"count": shape(dtype=jnp.int32)}},
    }


def test_only_the_collections_asked_for_are_made():
    class Sown(nn.Module):
        def __call__(self, x):
            self.sow("intermediates", "x", x)
            return self.sow("other", "x", x)

    options = {"costs": False, "method": None}
    variables, _ = watch(Sown(), KEY, (X,), {}, mutable="other", **options)

    assert variables == {"other": {"x": (shape(2, 3),)}}


def test_arrays_are_traced_and_the_rest_decides():
    traced = []

    class Branch(nn.Module):
        def __call__(self, x, sure, *, y, steps):
            traced.extend(isinstance(each, jax.core.Tracer) for each in (x, y["y"]))
            return [x] * steps if sure else x

    (call,) = seen(Branch(), X, True, y={"y": np.ones(2, np.float32)}, steps=2)

    assert all(traced)
    assert call.inputs == [shape(2, 3), True, {"y": {"y": shape(2)}, "steps": 2}]
    assert call.outputs == [shape(2, 3), shape(2, 3)]


def test_shapes_will_do_in_place_of_arrays():
    calls = seen(Scale(), shape(4, 5), rngs={"params": KEY})

    assert calls[0].outputs == shape(4, 5)


def test_inputs_are_as_short_as_they_can_be():
    class Any(nn.Module):
        def __call__(self, *args, **kwargs):
            return len(args), len(kwargs)

    def inputs(*args, **kwargs):
        return seen(Any(), *args, **kwargs)[0].inputs

    assert inputs() == []
    assert inputs(1) == 1
    assert inputs(1, None) == [1, None]
    assert inputs(a=1) == {"a": 1}
    assert inputs(1, a=2) == [1, {"a": 2}]


def test_another_method_can_be_watched():
    by_name = seen(Scale(), X, method="doubled")
    by_function = seen(Scale(), X, method=lambda module, x: module(x))

    assert [call.method for call in by_name] == ["doubled"]
    assert [call.method for call in by_function] == ["__call__"]


def test_boxes_do_not_show_in_what_is_passed():
    class Boxed(nn.Module):
        def __call__(self, x):
            return x

    box = nn.Partitioned(X, ("a", "b"))

    (call,) = seen(Boxed(), box)

    assert call.inputs == call.outputs == shape(2, 3)


def test_costs_are_kept_only_if_asked_for():
    assert seen(Scale(), X)[0].cost is None
    assert seen(Scale(), X, costs=True)[0].cost.flops() > 0


def test_shapes_of_keeps_what_is_no_array():
    tree = {"a": [X, None, 1.5], "b": jax.ShapeDtypeStruct((2,), jnp.int8), "c": "text"}

    assert shapes_of(tree) == {
        "a": [shape(2, 3), None, 1.5],
        "b": shape(2, dtype=jnp.int8),
        "c": "text",
    }
    assert shapes_of(np.ones(2, np.int16)) == shape(2, dtype=jnp.int16)
