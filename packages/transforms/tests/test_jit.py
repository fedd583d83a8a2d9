import functools
import gc
import inspect
import threading
import weakref

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import clone, graphdef, state, to_pure_dict
from ramie.graph.errors import TraceLevelError, UnhashableStaticError
from ramie.module import Module, Rngs
from ramie.transforms import jit
from ramie.variables import Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def scalar(value, kind=Variable):
    return kind(jnp.asarray(value, jnp.float32))


def counting(fun):
    """The compiled function, and a list that grows by one with each trace."""
    traces = []

    @jit
    @functools.wraps(fun)
    def counted(*args, **kwargs):
        traces.append(1)
        return fun(*args, **kwargs)

    return counted, traces


# ── forms


def test_a_bare_decorator():
    @jit
    def double(box):
        return box.v * 2

    assert double(Box(v=scalar(2))).item() == 4.0


def test_a_decorator_with_options():
    @jit(static_argnames="times")
    def multiply(box, times):
        assert type(times) is int
        return box.v * times

    assert multiply(Box(v=scalar(2)), times=3).item() == 6.0


def test_a_call_with_the_function():
    assert jit(lambda box: box.v * 2)(Box(v=scalar(2))).item() == 4.0


def test_a_method():
    class Counter(Module):
        def __init__(self):
            self.count = scalar(0)

        @jit
        def add(self, n):
            """Count on."""
            self.count.value += n
            return self.count.value

    counter = Counter()

    counter.add(2.0)
    counter.add(3.0)

    assert counter.count.value.item() == 5.0
    assert Counter.add.__doc__ == "Count on."


def test_it_looks_like_the_function():
    def step(box, *, n=1):
        """Do one step."""

    compiled = jit(step)

    assert compiled.__name__ == "step"
    assert compiled.__doc__ == "Do one step."
    assert list(inspect.signature(compiled).parameters) == ["box", "n"]
    assert "step" in repr(compiled)


def test_plain_functions_of_arrays_are_compiled_too():
    sums = jit(lambda x, y=1.0: {"sum": x + y, "n": None})

    assert sums(2.0, y=3.0)["sum"].item() == 5.0
    assert sums(2.0)["sum"].item() == 3.0


# ── static arguments


@pytest.mark.parametrize(
    "options",
    [
        {"static_argnums": 1},
        {"static_argnums": (1,)},
        {"static_argnums": -1},
        {"static_argnames": "act"},
        {"static_argnames": ["act"]},
    ],
)
@pytest.mark.parametrize("by_name", [False, True])
def test_an_argument_is_static_by_number_or_name_however_it_is_passed(options, by_name):
    apply = jit(lambda box, act: act(box.v.value), **options)
    box = Box(v=scalar(0))

    args, kwargs = ((box,), {"act": jnp.cos}) if by_name else ((box, jnp.cos), {})

    assert apply(*args, **kwargs).item() == 1.0


def test_a_keyword_only_argument_can_be_static():
    @jit(static_argnames="n")
    def repeat(x, *, n):
        return jnp.stack([x] * n)

    assert repeat(1.0, n=3).shape == (3,)


def test_another_static_argument_compiles_anew_and_an_equal_one_does_not():
    traces = []

    @jit(static_argnums=1)
    def scale(box, factor):
        traces.append(factor)
        return box.v * factor

    box = Box(v=scalar(1))
    results = [scale(box, factor).item() for factor in (2, 3, 2, 3)]

    assert results == [2.0, 3.0, 2.0, 3.0]
    assert traces == [2, 3]


@pytest.mark.parametrize("call", [lambda f: f(1.0, [1]), lambda f: f(1.0, names=[1])])
def test_an_unhashable_static_argument_is_named(call):
    @jit(static_argnames="names")
    def compiled(x, names):
        return x

    with pytest.raises(UnhashableStaticError, match=r"(1|names) is a list.*tuple"):
        call(compiled)


def test_an_unhashable_static_attribute_is_named():
    box = Box(v=scalar(1), inner=Box(names={"a"}))

    def write(box):
        box.v.value += 1

    with pytest.raises(UnhashableStaticError, match=r"inner/names is a set"):
        jit(write)(box)

    assert box.v.value.item() == 1.0


# ── how often it traces


def test_equal_structures_of_other_objects_share_a_trace():
    read, traces = counting(lambda box: box.a.v + box.b)

    results = [read(Box(a=Box(v=scalar(n)), b=jnp.float32(1))).item() for n in range(3)]

    assert results == [1.0, 2.0, 3.0]
    assert len(traces) == 1


def test_another_value_does_not_trace_again():
    read, traces = counting(lambda box: box.v * 2)
    box = Box(v=scalar(1))

    read(box)
    box.v.value = jnp.float32(5)

    assert read(box).item() == 10.0
    assert len(traces) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda box: setattr(box, "n", 2),
        lambda box: setattr(box.v, "value", jnp.ones(3)),
        lambda box: setattr(box.v, "value", jnp.int32(1)),
        lambda box: setattr(box, "other", jnp.ones(1)),
        lambda box: setattr(box, "v", Param(jnp.float32(1))),
        lambda box: box.v.set_metadata(name="v"),
    ],
    ids=["static", "shape", "dtype", "more", "type", "metadata"],
)
def test_another_structure_or_type_traces_again(change):
    read, traces = counting(lambda box: box.v * 2)
    box = Box(v=scalar(1), n=1)

    read(box)
    change(box)
    read(box)
    read(box)

    assert len(traces) == 2


def test_another_shape_of_a_plain_argument_traces_again():
    add, traces = counting(lambda box, x: box.v.value + x.sum())
    box = Box(v=scalar(1))

    results = [add(box, jnp.ones(n)).item() for n in (2, 3, 2, 3)]

    assert results == [3.0, 4.0, 3.0, 4.0]
    assert len(traces) == 2


def test_train_and_eval_trace_once_each():
    read, traces = counting(lambda net: jnp.asarray(net.drop.deterministic))
    net = Box(drop=Box(deterministic=False, v=scalar(1)))

    seen = []
    for _ in range(3):
        net.eval()
        seen.append(bool(read(net)))
        net.train()
        seen.append(bool(read(net)))

    assert seen == [True, False] * 3
    assert len(traces) == 2


def test_writing_another_shape_each_time_traces_each_shape_once():
    def grow(box):
        box.v.value = jnp.concatenate([box.v.value, jnp.ones(1)])

    grow, traces = counting(grow)

    for _ in range(2):
        box = Box(v=Variable(jnp.ones(1)))
        grow(box)
        grow(box)

    assert box.v.shape == (3,)
    assert len(traces) == 2


# ── faults


def snapshot(node):
    return graphdef(node), to_pure_dict(state(node))


def make_box():
    return Box(v=scalar(1), array=jnp.ones(2), n=1, layers=[Box(w=scalar(2, Param))])


def change_everything(box):
    box.v.value = box.v.value + 1
    box.array = jnp.zeros(3)
    box.n = 2
    box.new = Variable(box.v.value)
    box.layers[0].w.set_metadata(name="w")
    box.layers.append(Box())
    del box.layers[0].w


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_an_exception_leaves_everything_as_it_was_and_the_next_call_works(error):
    fail = [True]

    @jit
    def step(box):
        change_everything(box)
        if fail:
            raise error("stop")

    box = make_box()
    before, v = snapshot(box), box.v.value

    with pytest.raises(error, match="stop"):
        step(box)

    assert snapshot(box) == before
    assert box.v.value is v
    fail.clear()
    step(box)
    assert (box.v.value.item(), box.n, len(box.layers)) == (2.0, 2, 2)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_exception_in_a_later_trace_leaves_everything_as_it_was(error):
    @jit
    def step(box, x):
        change_everything(box)
        if x.shape == (3,):
            raise error("stop")
        return x.sum()

    step(make_box(), jnp.ones(2))
    box = make_box()
    before = snapshot(box)

    with pytest.raises(error, match="stop"):
        step(box, jnp.ones(3))

    assert snapshot(box) == before
    assert step(box, jnp.ones(2)).item() == 2.0
    assert box.n == 2


def test_a_result_that_jax_cannot_return_changes_nothing():
    @jit
    def step(box):
        change_everything(box)
        return "text"

    box = make_box()
    before = snapshot(box)

    with pytest.raises(TypeError, match="str"):
        step(box)

    assert snapshot(box) == before


@pytest.mark.parametrize(
    "write",
    [
        lambda box: setattr(box.v, "value", box.v * 2),
        lambda box: setattr(box, "n", 2),
        lambda box: setattr(box, "array", jnp.zeros(2)),
        lambda box: box.layers.append(1),
        lambda box: box.v.set_metadata(name="v"),
    ],
    ids=["value", "static", "array", "append", "metadata"],
)
def test_an_object_that_is_closed_over_cannot_be_changed(write):
    box = make_box()
    before = snapshot(box)

    @jit
    def step(x):
        write(box)
        return x

    with pytest.raises(TraceLevelError, match=r"argument instead of closing over"):
        step(1.0)

    assert snapshot(box) == before


def test_an_object_that_is_closed_over_can_be_read():
    box = make_box()

    assert jit(lambda x: x + box.v.value)(1.0).item() == 2.0


# ── nesting


def add_one(box):
    box.v.value = box.v.value + 1
    return box.v.value


def test_a_compiled_function_in_a_compiled_function():
    @jit
    def twice(box):
        first = jit(add_one)(box)
        return first + jit(add_one)(box)

    box = Box(v=scalar(0))

    assert twice(box).item() == 3.0
    assert box.v.value.item() == 2.0


def test_structural_edits_pass_through_both():
    @jit
    def inner(box):
        box.layers.append(Variable(box.v.value))
        box.n = 7

    @jit
    def outer(box):
        inner(box)
        box.layers.append(box.layers[-1])

    box = Box(v=scalar(3), layers=[], n=0)

    outer(box)

    assert box.layers[0] is box.layers[1]
    assert (box.layers[0].value.item(), box.n) == (3.0, 7)


def test_inside_of_jax_jit_on_objects_made_there():
    @jax.jit
    def run(x):
        box = Box(v=Variable(x))
        for _ in range(2):
            jit(add_one)(box)
        return box.v.value

    assert run(1.0).item() == 3.0
    assert run(5.0).item() == 7.0


def test_inside_of_jax_jit_an_object_from_outside_is_read_but_not_written():
    box = Box(v=scalar(1))
    read = jax.jit(lambda x: jit(lambda box, x: box.v * x)(box, x))

    with pytest.raises(TraceLevelError, match="Variable"):
        jax.jit(lambda x: jit(add_one)(box) + x)(1.0)

    assert read(2.0).item() == 2.0
    assert box.v.value.item() == 1.0


def test_inside_of_jax_grad_and_vmap():
    def loss(w):
        box = Box(v=Variable(w))
        jit(add_one)(box)
        return jit(lambda box: box.v.value**2)(box)

    assert jax.grad(loss)(2.0).item() == 6.0
    assert jax.vmap(jax.grad(loss))(jnp.arange(3.0)).tolist() == [2.0, 4.0, 6.0]


def test_a_jax_transform_inside():
    @jit
    def losses(box, x):
        return jax.vmap(jax.grad(lambda x: x**2 * box.v.value))(x)

    assert losses(Box(v=scalar(2)), jnp.arange(3.0)).tolist() == [0.0, 4.0, 8.0]


# ── memory and threads


def test_no_tracer_leaks():
    @jit
    def step(box):
        change_everything(box)
        return box.v.value

    with jax.checking_leaks():
        box = make_box()
        step(box)

    assert not any(isinstance(x, jax.core.Tracer) for x in jax.tree.leaves(state(box)))


def make_cycle():
    box = make_box()
    box.me = box
    return box


@pytest.mark.parametrize("step", [add_one, change_everything], ids=["values", "edits"])
def test_a_dropped_model_is_freed_without_the_collector(step):
    step = jit(step)
    step(make_box())
    box = make_box()
    references = list(map(weakref.ref, (box, box.v, box.layers, box.layers[0])))
    gc.collect()
    gc.disable()
    try:
        step(box)
        jit(lambda a, b: a.v + b.v.value)(box, make_box())
        del box
        alive = [reference() is not None for reference in references]
    finally:
        gc.enable()

    assert alive == [False] * 4


def test_a_dropped_cycle_is_freed_by_the_collector():
    step = jit(add_one)
    box = make_cycle()
    step(box)
    reference = weakref.ref(box)

    del box
    gc.collect()

    assert reference() is None


def test_what_a_compiled_function_holds_goes_with_it():
    def compile_and_run():
        big = Box(v=scalar(1))
        jit(lambda x: x + big.v.value)(1.0)
        return weakref.ref(big)

    reference = compile_and_run()

    gc.collect()

    assert reference() is None


def test_threads_may_call_one_function_on_models_of_their_own():
    @jit
    def step(box, x):
        box.v.value = box.v.value + x.sum()
        if x.shape[0] > 2:
            box.layers[0].w.value = box.layers[0].w.value + 1
        if x.shape[0] > 4:
            box.layers.append(Variable(box.v.value))
        return x.sum()

    sizes = [1, 3, 5, 2, 4, 6]
    boxes = [make_box() for _ in range(8)]
    failures = []
    barrier = threading.Barrier(len(boxes))

    def work(box, turn):
        barrier.wait()
        try:
            for size in sizes[turn % 6 :] + sizes[: turn % 6]:
                assert step(box, jnp.ones(size)).item() == size
        except BaseException as error:  # shown by the main thread
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=(box, turn))
        for turn, box in enumerate(boxes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    for box in boxes:
        assert box.v.value.item() == 1.0 + sum(sizes)
        assert box.layers[0].w.value.item() == 2.0 + 4
        assert len(box.layers) == 1 + 2


def test_random_streams_go_on_where_they_were():
    draw = jit(lambda rngs: jax.random.normal(rngs.noise(), (2,)))
    rngs, expected = Rngs(0), Rngs(0)

    drawn = [draw(rngs) for _ in range(3)]

    for values in drawn:
        again = jax.random.normal(expected.noise(), (2,))
        assert bool((values == again).all())


def test_a_clone_and_its_source_do_not_touch_each_other():
    box = Box(v=scalar(0))
    jit(add_one)(box)
    other = clone(box)

    jit(add_one)(other)

    assert (box.v.value.item(), other.v.value.item()) == (1.0, 2.0)
