import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph.errors import SharedInTreeError, TraceLevelError
from ramie.module import Module, Rngs
from ramie.transforms import Carry, StateAxes, grad, jit, scan, vmap
from ramie.transforms.errors import (
    AxesPrefixError,
    AxisSizeError,
    CarryError,
    CarryMismatchError,
    LoopEditError,
    PrefixAliasingError,
)
from ramie.variables import BatchStat, Param, Variable

MODES = pytest.mark.parametrize("graph", [True, False])
XS = jnp.arange(3.0)


class Net(Module):
    def __init__(self, w=None, mean=None):
        self.w = Param(jnp.arange(3.0) if w is None else w)
        self.mean = BatchStat(jnp.zeros(()) if mean is None else mean)

    @scan(in_axes=(None, Carry, 0))
    def run(self, carry, x):
        return carry + self.w.sum() * x, carry


def add(carry, x):
    return carry + x, carry * x


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"reverse": True},
        {"unroll": 2},
        {"unroll": True},
        {"_split_transpose": True},
    ],
    ids=str,
)
def test_arrays_are_looped_over_as_jax_does(options):
    carry, ys = scan(add, **options)(0.0, XS)

    raw_carry, raw_ys = jax.lax.scan(add, 0.0, XS, **options)
    assert carry == raw_carry
    np.testing.assert_array_equal(ys, raw_ys)


@pytest.mark.parametrize("axis", [1, -1])
def test_elements_may_be_along_any_axis(axis):
    xs = jnp.arange(6.0).reshape(2, 3)

    def body(carry, x):
        return carry + x.sum(), x * 2

    carry, ys = scan(body, in_axes=(Carry, axis), out_axes=(Carry, axis))(0.0, xs)

    assert carry == 15.0
    np.testing.assert_array_equal(ys, xs * 2)


def test_the_carry_may_be_anywhere():
    def body(x, shared, total):
        return {"y": x * shared}, total + x

    loop = scan(body, in_axes=(0, None, Carry), out_axes=({"y": 0}, Carry))
    ys, total = loop(XS, 2.0, 0.0)

    assert total == 3.0
    assert ys["y"].tolist() == [0.0, 2.0, 4.0]
    ys, total = loop(XS, total=0.0, shared=2.0)
    assert total == 3.0


def test_there_may_be_nothing_but_a_carry_or_none():
    count = scan(lambda c: c + 1, in_axes=Carry, out_axes=Carry, length=4)

    assert count(0) == 4
    assert scan(lambda x: x + 1, in_axes=0, out_axes=0)(XS).tolist() == [1.0, 2.0, 3.0]
    assert scan(lambda c, x: c + x, out_axes=Carry)(0.0, jnp.ones(0)) == 0.0


@MODES
def test_a_module_that_is_handed_on_comes_back_as_it_was_at_last(graph):
    net, count = Net(), Variable(jnp.zeros((), int))

    def body(carry, x):
        net, (count, total) = carry
        net.mean.value += x
        count.value += 1
        return (net, (count, total + net.mean)), net.mean.value

    carry, ys = scan(body, graph=graph)((net, (count, 0.0)), XS)

    assert carry[0] is net
    assert carry[1][0] is count
    assert carry[1][1] == 4.0
    assert ys.tolist() == [0.0, 1.0, 3.0]
    assert (net.mean.value, count.value) == (3.0, 3)
    assert net.w.value.tolist() == [0.0, 1.0, 2.0]


@MODES
def test_each_iteration_takes_its_part_of_a_module(graph):
    net = Net(mean=jnp.zeros(3))

    def body(net, total):
        net.mean.value = total
        return total + net.w

    loop = scan(body, in_axes=(0, Carry), out_axes=Carry, graph=graph)

    assert loop(net, 0.0) == 3.0
    assert net.mean.value.tolist() == [0.0, 0.0, 1.0]


@MODES
def test_parts_of_one_module_have_different_roles(graph):
    net = Net()
    net.total = Variable(jnp.zeros(()))
    axes = StateAxes({Param: 0, BatchStat: None, ...: Carry})

    def body(net, x):
        net.total.value += net.w + net.mean
        net.w.value = net.w * 2
        return x + net.total

    out = scan(body, in_axes=(axes, 0), out_axes=0, graph=graph)(net, XS)

    assert out.tolist() == [0.0, 2.0, 5.0]
    assert net.total.value == 3.0
    assert net.w.value.tolist() == [0.0, 2.0, 4.0]


@MODES
def test_what_all_share_is_handed_on_where_it_is_written(graph):
    net, traces = Net(), []

    def body(net, x):
        traces.append(x)
        net.mean.value += x
        return net.mean * net.w.sum()

    out = scan(body, in_axes=(None, 0), out_axes=0, graph=graph)(net, XS)

    assert out.tolist() == [0.0, 3.0, 9.0]
    assert net.mean.value == 3.0
    assert len(traces) == 2


def test_the_program_is_that_of_jax():
    def raw(w, xs):
        return jax.lax.scan(lambda c, x: (c + w.sum() * x, c), 0.0, xs)

    ours = jax.make_jaxpr(lambda w, xs: Net(w).run(0.0, xs))(XS, XS)

    assert str(ours) == str(jax.make_jaxpr(raw)(XS, XS))


def test_streams_of_random_keys_go_on():
    carried, shared = Rngs(0), Rngs(0)

    def draw(rngs, x):
        return rngs, rngs.default.normal(()) + x

    _, ours = scan(draw)(carried, XS)
    loop = scan(lambda r, x: draw(r, x)[1], in_axes=(None, 0), out_axes=0)

    same = Rngs(0)
    python = [same.default.normal(()) + x for x in XS]
    np.testing.assert_allclose(ours, python)
    np.testing.assert_allclose(loop(shared, XS), python)
    assert int(carried.default.count.value) == int(shared.default.count.value) == 3


@MODES
def test_modules_made_inside_are_stacked(graph):
    keys = jax.random.split(jax.random.key(0), 3)

    def create(total, key):
        return total + 1, Net(jax.random.normal(key, (2,)), total)

    axes = (Carry, StateAxes({Param: 1, ...: 0}))
    total, net = scan(create, out_axes=axes, graph=graph)(0.0, keys)

    assert total == 3.0
    raw = jax.vmap(lambda key: jax.random.normal(key, (2,)), out_axes=1)(keys)
    np.testing.assert_allclose(net.w.value, raw)
    assert net.mean.value.tolist() == [0.0, 1.0, 2.0]


def test_several_modules_and_variables_of_any_kind():
    class Odd(Module):
        def __init__(self):
            self.array = jnp.arange(3.0)
            self.tree = Variable({"a": jnp.arange(3), "b": jnp.ones((3, 2))})

    odd, total = Odd(), Variable({"sum": jnp.zeros(())})
    key = Variable(jax.random.split(jax.random.key(0), (2, 3)))

    def body(odd, total, key):
        total.value = {"sum": total.value["sum"] + odd.array}
        odd.array = odd.array * 2
        odd.tree.value = {**odd.tree.value, "a": odd.tree.value["a"] + 1}
        return jax.vmap(jax.random.uniform)(key.value)

    out = scan(body, in_axes=(0, None, 1), out_axes=1)(odd, total, key)

    assert out.shape == (2, 3)
    assert total.value["sum"] == 3.0
    assert odd.array.tolist() == [0.0, 2.0, 4.0]
    assert odd.tree.value["a"].tolist() == [1, 2, 3]


def test_new_variables_are_stacked_where_there_is_an_axis():
    net = Net(mean=jnp.zeros(3))

    def body(net, x):
        net.seen = Variable(x * 2)
        net.flag = True

    scan(body, in_axes=(0, 0), out_axes=0)(net, XS)

    assert net.flag
    assert net.seen.value.tolist() == [0.0, 2.0, 4.0]


def add_variable(net):
    net.new = Variable(jnp.zeros(()))


def set_static(net):
    net.flag = True


@pytest.mark.parametrize("edit", [add_variable, set_static])
@pytest.mark.parametrize("role", [Carry, None])
def test_what_iterations_share_keeps_its_structure(edit, role):
    net = Net()

    def body(net, x):
        edit(net)
        return (net, x) if role is Carry else x

    out_axes = (Carry, 0) if role is Carry else 0
    with pytest.raises(LoopEditError, match="the structure of argument 0"):
        scan(body, in_axes=(role, 0), out_axes=out_axes)(net, XS)
    assert not hasattr(net, "new")
    assert not hasattr(net, "flag")


def test_a_new_variable_needs_an_axis():
    axes = StateAxes({Param: 0, ...: None})

    with pytest.raises(LoopEditError, match="argument 0 at new"):
        scan(lambda net, _x: add_variable(net), in_axes=(axes, 0), out_axes=0)(
            Net(), XS
        )


@pytest.mark.parametrize("off", [{"graph": False}, {"graph_updates": False}])
def test_without_updates_edits_stay_inside(off):
    net = Net()

    def body(net, x):
        net.flag = True
        net.mean.value += x
        return net, x

    scan(body, **off)(net, XS)

    assert not hasattr(net, "flag")
    assert net.mean.value == 3.0


@pytest.mark.parametrize(
    ("in_axes", "out_axes", "why"),
    [
        ((Carry, 0), 0, "only one of"),
        ((0, 0), (Carry, 0), "only one of"),
        ((Carry, Carry), (Carry, 0), "in_axes has 2"),
        (((Carry, 0), 0), (Carry, 0), "entry 0 of in_axes has it inside"),
        ((Carry, 0), {"a": Carry}, "entry 0 of out_axes has it inside"),
        (Carry, (Carry, 0), "has 2 positional arguments"),
        ((0, 0, Carry), (Carry, 0), "has 2 positional arguments"),
        ((Carry, StateAxes({...: Carry})), (Carry, 0), "argument 1 is no Variable"),
    ],
)
def test_a_carry_has_one_place_on_both_sides(in_axes, out_axes, why):
    with pytest.raises(CarryError, match=why):
        scan(lambda *args: args, in_axes=in_axes, out_axes=out_axes)(XS, XS)


@pytest.mark.parametrize("body", [lambda c, _x: c, lambda c, _x: [c][1:]])
def test_the_carry_is_an_entry_of_what_is_returned(body):
    with pytest.raises(CarryError, match="out_axes has it as entry 0 of"):
        scan(body)(0.0, XS)


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (lambda c: [c], "is float32.* before"),
        (lambda c: {**c, "b": c["a"]}, "at b is nothing before"),
        (lambda c: c.clear() or c, "at a is .* and nothing after"),
        (lambda _c: {"a": jnp.ones(2)}, r"at a is float32\[\] .* float32\[2\] after"),
        (lambda _c: {"a": jnp.int32(1)}, r"at a is float32\[\] .* int32\[\] after"),
        (lambda _c: {"a": Net()}, "the Net object after"),
    ],
)
def test_the_carry_that_comes_out_is_like_the_one_that_went_in(after, why):
    with pytest.raises(CarryMismatchError, match=why):
        scan(lambda c, x: (after(c), x))({"a": jnp.zeros((), "float32")}, XS)


@pytest.mark.parametrize("after", [lambda _c: Net(), lambda c: c.w.value])
def test_a_module_that_is_handed_on_is_the_same_one(after):
    with pytest.raises(CarryMismatchError, match="is the Net object before"):
        scan(lambda c, x: (after(c), x))(Net(), XS)


@pytest.mark.parametrize("after", [lambda c: (c, c), lambda c: [c]])
def test_a_number_cannot_become_a_container_of_numbers(after):
    with pytest.raises(CarryMismatchError, match=r"is float32\[\] before .* after"):
        scan(lambda c, x: (after(c), x))(1.0, XS)


def test_weakly_typed_numbers_become_what_they_are_added_to():
    total, _ = scan(add)(jnp.array(0), XS)

    assert total.dtype == XS.dtype
    assert scan(add)(0, XS)[0] == 3.0


@pytest.mark.parametrize(
    "value", [jnp.zeros(2), jnp.zeros((), int), {"a": jnp.zeros(())}], ids=str
)
def test_a_variable_that_is_handed_on_keeps_its_type(value):
    net = Net(mean=jnp.zeros((), "float32"))

    def body(net, x):
        net.mean.value = value
        return net, x

    with pytest.raises(CarryMismatchError, match="Variable at argument 0 at mean is"):
        scan(body)(net, XS)
    assert net.mean.value == 0.0


@pytest.mark.parametrize(
    ("body", "out_axes", "where"),
    [
        (lambda c, x: (c, x), (Carry, None), "returned value at 1"),
        (lambda c, _x: (c, Net()), (Carry, None), "returned value at 1/mean"),
        (
            lambda c, _x: (c, Net()),
            (Carry, StateAxes({Param: 0, ...: Carry})),
            "returned value at 1/mean",
        ),
    ],
)
def test_what_is_returned_is_stacked_or_handed_on(body, out_axes, where):
    with pytest.raises(AxesPrefixError, match=where):
        scan(body, out_axes=out_axes)(0.0, XS)


def test_nothing_returned_needs_no_axis():
    net = Net()

    def body(net):
        net.mean.value += 1

    axes = StateAxes({...: Carry})
    assert scan(body, in_axes=axes, out_axes=None, length=5)(net) is None
    assert net.mean.value == 5.0


@pytest.mark.parametrize("role", [0, None])
def test_a_variable_has_one_role(role):
    net, other = Net(), Net(mean=jnp.zeros(3))
    other.w = net.w
    loop = scan(lambda a, _b, x: (a, x), in_axes=(Carry, role, 0))

    with pytest.raises(
        PrefixAliasingError, match="argument 0 at w and argument 1 at w"
    ):
        loop(net, other, XS)


def test_tree_mode_refuses_a_shared_variable():
    net = Net()
    net.again = net.w

    with pytest.raises(SharedInTreeError, match=r"scan\(\)"):
        scan(lambda n, x: (n, x), graph=False)(net, XS)


def test_arguments_of_different_lengths_are_refused_by_name():
    with pytest.raises(AxisSizeError, match=r"argument 1 along axis 0.*length says 5"):
        scan(add, length=5)(0.0, XS)
    with pytest.raises(AxisSizeError, match="give length"):
        scan(lambda c: c, in_axes=Carry, out_axes=Carry)(0.0)


def test_an_exception_changes_nothing():
    net = Net()

    def body(net, x):
        net.mean.value += x
        raise RuntimeError

    with pytest.raises(RuntimeError):
        scan(body, in_axes=(None, 0), out_axes=0)(net, XS)
    assert net.mean.value == 0.0


def test_a_module_closed_over_is_read_only():
    net = Net()

    def body(carry, x):
        net.mean.value += 1
        return carry, x

    with pytest.raises(TraceLevelError):
        scan(body)(0.0, XS)


def test_a_method_is_a_loop():
    total, before = Net().run(0.0, XS)

    assert total == 9.0
    assert before.tolist() == [0.0, 0.0, 3.0]
    assert Net.run.__name__ == "run"


@MODES
def test_layers_that_vmap_made_are_run_by_a_loop(graph):
    mode = {"graph": graph}
    keys = jax.random.split(jax.random.key(0), 4)
    layers = vmap(lambda k: Net(jax.random.normal(k, (2, 2))), **mode)(keys)

    @jit(**mode)
    def loss(layers, x):
        def layer(x, net):
            net.mean.value += 1
            return jnp.tanh(x @ net.w)

        return scan(layer, in_axes=(Carry, 0), out_axes=Carry, **mode)(x, layers).sum()

    def raw(ws, x):
        return jax.lax.scan(lambda x, w: (jnp.tanh(x @ w), None), x, ws)[0].sum()

    x = jnp.ones(2)
    grads = grad(loss, **mode)(layers, x)

    np.testing.assert_allclose(
        grads.w.value, jax.grad(raw)(layers.w.value, x), rtol=1e-6
    )
    assert layers.mean.value.tolist() == [1.0, 1.0, 1.0, 1.0]


def test_loops_nest():
    net = Net(jnp.arange(6.0).reshape(2, 3), jnp.zeros(2))

    def inner(total, w, seen):
        seen.value += 1
        return total + w

    def outer(total, net, seen):
        net.mean.value = total
        return scan(inner, in_axes=(Carry, 0, None), out_axes=Carry)(
            total, net.w.value, seen
        )

    seen = Variable(jnp.zeros((), int))
    loop = jit(scan(outer, in_axes=(Carry, 0, None), out_axes=Carry))

    assert loop(0.0, net, seen) == 15.0
    assert net.mean.value.tolist() == [0.0, 3.0]
    assert seen.value == 6


def test_gradients_inside_of_a_loop_train():
    w = Param(jnp.zeros(()))

    def step(w, x):
        w -= 0.5 * grad(lambda w: (w.value - x) ** 2)(w)
        return w, w.value

    scan(step)(w, jnp.array([2.0, 4.0]))

    assert w.value == 4.0
