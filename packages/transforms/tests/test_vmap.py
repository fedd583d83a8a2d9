import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph.errors import SharedInTreeError, TraceLevelError
from ramie.module import Module, Rngs, split_rngs
from ramie.transforms import StateAxes, grad, jit, prefix, scan, vmap
from ramie.transforms.errors import (
    AxesPrefixError,
    AxisSizeError,
    BatchedOutputError,
    PrefixAliasingError,
)
from ramie.variables import BatchStat, Param, Variable

MODES = pytest.mark.parametrize("graph", [True, False])
AXES = StateAxes({Param: 0, ...: None})


class Net(Module):
    def __init__(self, w=None, mean=None):
        self.w = Param(jnp.arange(3.0) if w is None else w)
        self.mean = BatchStat(jnp.zeros(()) if mean is None else mean)

    def __call__(self, x):
        return self.w * x + self.mean

    @vmap(in_axes=(AXES, 0))
    def each(self, x):
        return self.w * x


class Linear(Module):
    def __init__(self, rngs):
        self.rngs = rngs
        self.w = Param(jax.random.normal(rngs.params(), (2,)))


@MODES
def test_variables_are_mapped_as_their_axes_say(graph):
    net, xs = Net(mean=jnp.ones(())), jnp.arange(3.0)

    out = vmap(Net.__call__, in_axes=(AXES, 0), graph=graph)(net, xs)

    raw = jax.vmap(lambda w, m, x: w * x + m, in_axes=(0, None, 0))
    np.testing.assert_array_equal(out, raw(net.w.value, net.mean.value, xs))


@MODES
@pytest.mark.parametrize(
    "axes",
    [AXES, {"w": 0, "mean": None}, prefix(Net(), {Param: 0, ...: None})],
    ids=["StateAxes", "dict", "prefix"],
)
def test_a_prefix_may_be_of_any_kind(graph, axes):
    out = vmap(Net.__call__, in_axes=(axes, None), graph=graph)(Net(), 2.0)

    assert out.tolist() == [0.0, 2.0, 4.0]


@MODES
@pytest.mark.parametrize("axis", [1, -1])
def test_what_is_written_comes_back_along_the_same_axis(graph, axis):
    net = Net(jnp.arange(6.0).reshape(2, 3), jnp.zeros((2, 3)))

    def write(net, x):
        net.mean.value = net.w + x
        return net.w.value

    out = vmap(write, in_axes=(axis, 0), out_axes=axis, graph=graph)(
        net, jnp.array([10.0, 20.0, 30.0])
    )

    assert out.shape == (2, 3)
    assert net.mean.value.tolist() == [[10.0, 21.0, 32.0], [13.0, 24.0, 35.0]]


@MODES
def test_what_all_elements_share_can_be_given_one_new_value(graph):
    net = Net()

    def count(net, _x):
        net.mean.value += 1.0

    vmap(count, in_axes=(None, 0), graph=graph)(net, jnp.ones(3))

    assert net.mean.value.tolist() == 1.0


@MODES
def test_what_all_elements_share_cannot_differ(graph):
    net = Net()

    def write(net, x):
        net.mean.value = net.mean + x

    with pytest.raises(BatchedOutputError, match="argument 0 at mean is None"):
        vmap(write, in_axes=(AXES, 0), graph=graph)(net, jnp.ones(3))
    assert net.mean.value.tolist() == 0.0


def test_what_is_returned_for_all_cannot_differ():
    with pytest.raises(BatchedOutputError, match="the returned value at a is None"):
        vmap(lambda x: {"a": x, "b": 1.0}, out_axes={"a": None, "b": 0})(jnp.ones(2))
    with pytest.raises(BatchedOutputError, match="the returned value at w"):
        vmap(Net, out_axes=None)(jnp.ones(2))


def test_a_reduction_over_a_named_axis_is_the_same_for_all():
    net = Net()

    def norm(net, x):
        net.mean.value = jax.lax.pmean(x, "batch")

    vmap(norm, in_axes=(None, 0), axis_name="batch")(net, jnp.array([1.0, 3.0]))

    assert net.mean.value.tolist() == 2.0


@pytest.mark.parametrize("out_axes", [0, None])
def test_an_error_of_the_function_is_passed_on(out_axes):
    net = Net()

    def fail(net, _x):
        net.w.value = net.w * 2
        raise ValueError("mine")

    with pytest.raises(ValueError, match=r"^mine"):
        vmap(fail, in_axes=(AXES, None), out_axes=out_axes)(net, 1.0)
    assert net.w.value.tolist() == [0.0, 1.0, 2.0]


def test_an_error_of_jax_is_passed_on():
    def returns_no_array(_x):
        return "text"

    with pytest.raises(TypeError, match="text"):
        vmap(returns_no_array, out_axes=None)(jnp.ones(2))


@MODES
def test_modules_are_made_inside(graph):
    keys = jax.random.split(jax.random.key(0), 3)

    net = vmap(
        lambda key: Net(jax.random.normal(key, (2,)), jnp.ones(2)),
        out_axes=StateAxes({Param: 1, ...: None}),
        graph=graph,
    )(keys)

    assert type(net) is Net
    raw = jax.vmap(lambda key: jax.random.normal(key, (2,)), out_axes=1)(keys)
    np.testing.assert_array_equal(net.w.value, raw)
    assert net.mean.shape == (2,)


@MODES
def test_a_class_is_mapped_with_nothing_but_a_size(graph):
    net = vmap(Net, axis_size=2, graph=graph)()

    assert net.w.shape == (2, 3)


def test_split_streams_give_every_element_its_own_keys():
    rngs = Rngs(0)

    @split_rngs(splits=4)
    @vmap
    def create(rngs):
        return Linear(rngs.fork())

    layers = create(rngs)

    assert layers.w.shape == (4, 2)
    assert len(np.unique(layers.w.value)) == 8
    assert layers.rngs.default.count.shape == (4,)
    assert layers.rngs.default.key.shape == (4,)
    assert rngs.default.key.shape == ()


def test_counts_and_keys_of_streams_have_axes_as_well():
    rngs = Rngs(0)

    with split_rngs(rngs, splits=3):
        split = rngs.default.key.value
        out = vmap(lambda rngs: rngs.default.normal(()))(rngs)
        assert rngs.default.count.value.tolist() == [1, 1, 1]

    raw = jax.vmap(lambda k: jax.random.normal(jax.random.fold_in(k, 0), ()))(split)
    np.testing.assert_array_equal(out, raw)


def test_a_shared_variable_is_one_inside():
    net = Net(mean=jnp.zeros(3))

    def both(a, b):
        a.mean.value += 1.0
        return b.mean.value

    assert vmap(both)(net, net).tolist() == [1.0, 1.0, 1.0]
    assert net.mean.value.tolist() == [1.0, 1.0, 1.0]
    with pytest.raises(
        PrefixAliasingError, match="argument 0 at mean and argument 1 at"
    ):
        vmap(both, in_axes=(0, None))(net, net)
    net.again = net.w
    with pytest.raises(SharedInTreeError, match=r"vmap\(\)"):
        vmap(lambda n: n.w * 1, graph=False)(net)


def test_a_returned_argument_is_itself_and_has_its_axis():
    net = Net(mean=jnp.zeros(3))

    assert vmap(lambda n: n)(net) is net
    assert vmap(lambda n: (n.w, n.w * 1))(net)[0] is net.w
    with pytest.raises(
        PrefixAliasingError, match="argument 0 at mean and the returned"
    ):
        vmap(lambda n: n, out_axes=None)(net)


def test_structural_edits_reach_the_caller():
    net = Net(mean=jnp.zeros(3))

    def edit(net, x):
        net.new = Param(net.w + x)
        net.flag = True
        return net.new

    new = vmap(edit, in_axes=(0, 0))(net, jnp.ones(3))

    assert net.flag
    assert new is net.new
    assert net.new.value.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("off", [{"graph": False}, {"graph_updates": False}])
def test_without_updates_edits_stay_inside(off):
    net = Net(mean=jnp.zeros(3))

    def edit(net):
        net.new = Param(net.w * 1)
        net.mean.value += 1
        return net.new

    new = vmap(edit, **off)(net)

    assert new.value.tolist() == [0.0, 1.0, 2.0]
    assert not hasattr(net, "new")
    assert net.mean.value.tolist() == [1.0, 1.0, 1.0]


def test_variables_of_any_kind_are_mapped():
    class Odd(Module):
        def __init__(self):
            self.array = jnp.arange(3.0)
            self.pair = (jnp.arange(3.0), 5)
            self.tree = Variable({"a": jnp.arange(3), "b": jnp.ones((3, 2))})
            self.key = Variable(jax.random.split(jax.random.key(0), 3))

    odd = Odd()

    def use(odd):
        odd.array = odd.array + 1
        tree = odd.tree.value
        odd.tree.value = {**tree, "a": tree["a"] * 2}
        return odd.pair[0] + jax.random.uniform(odd.key.value), odd.pair[1]

    out, five = vmap(use, out_axes=(0, None))(odd)

    assert out.shape == (3,)
    assert five == 5
    assert odd.array.tolist() == [1.0, 2.0, 3.0]
    assert odd.tree.value["a"].tolist() == [0, 2, 4]
    assert odd.tree.value["b"].shape == (3, 2)


def test_variables_on_their_own_and_in_containers():
    a, b = Param(jnp.arange(3.0)), Param(jnp.ones(()))

    def swap(pair, x):
        pair["a"].value += x
        return pair["a"] * pair["b"]

    out = vmap(swap, in_axes=({"a": 0, "b": None}, None))({"a": a, "b": b}, 1.0)

    assert out.tolist() == a.value.tolist() == [1.0, 2.0, 3.0]


def test_keyword_arguments_go_to_their_parameters():
    def scale(x, by=2.0, *, plus=0.0):
        return x * by + plus

    xs = jnp.arange(3.0)

    assert vmap(scale, in_axes=(0, None))(xs).tolist() == [0.0, 2.0, 4.0]
    assert vmap(scale, in_axes=(0, None))(xs, by=3.0).tolist() == [0.0, 3.0, 6.0]
    assert vmap(scale, in_axes=(None, 0))(by=xs, x=3.0).tolist() == [0.0, 3.0, 6.0]
    assert vmap(scale, in_axes=(0,))(xs, plus=xs).tolist() == [0.0, 3.0, 6.0]


def test_arguments_of_different_sizes_are_refused_by_name():
    with pytest.raises(
        AxisSizeError, match=r"argument 1 along axis 0.*argument 0 at w"
    ):
        vmap(Net.__call__, in_axes=(AXES, 0))(Net(), jnp.ones(2))
    with pytest.raises(AxisSizeError, match="argument 0 at mean along axis 0"):
        vmap(Net.__call__)(Net(), jnp.ones(3))
    with pytest.raises(AxisSizeError, match="give axis_size"):
        vmap(lambda x: x, in_axes=None)(1.0)
    with pytest.raises(AxesPrefixError, match="argument 0 at mean: no filter"):
        vmap(Net.__call__, in_axes=(StateAxes({Param: 0}), 0))(Net(), jnp.ones(3))


def test_every_form_of_a_decorator():
    @vmap
    def plain(x):
        return x + 1

    @vmap(in_axes=1)
    def configured(x):
        return x.sum()

    net = Net()

    assert plain(jnp.zeros(2)).tolist() == [1.0, 1.0]
    assert plain.__name__ == "plain"
    assert configured(jnp.ones((2, 3))).tolist() == [2.0, 2.0, 2.0]
    assert net.each(jnp.ones(3)).tolist() == [0.0, 1.0, 2.0]
    assert vmap(net)(jnp.ones(2)).shape == (2, 3)
    assert vmap(net.__call__)(jnp.ones(2)).shape == (2, 3)


def test_a_module_closed_over_is_read_only():
    net = Net()

    def write(x):
        net.mean.value = x

    with pytest.raises(TraceLevelError):
        vmap(write)(jnp.ones(2))
    assert net.mean.value.tolist() == 0.0


@MODES
def test_it_nests_in_other_transforms(graph):
    mode = {"graph": graph}
    net, xs = Net(mean=jnp.zeros(3)), jnp.arange(3.0)

    def loss(net, x):
        net.mean.value += 1.0
        return ((net.w * x) ** 2).sum()

    @jit(**mode)
    def step(net, xs):
        return vmap(loss, **mode)(net, xs).sum()

    grads = grad(step, **mode)(net, xs)

    raw = jax.grad(lambda w: ((w * xs) ** 2).sum())(net.w.value)
    np.testing.assert_allclose(grads.w.value, raw)
    assert net.mean.value.tolist() == [1.0, 1.0, 1.0]


def test_it_maps_itself_gradients_and_loops():
    net = Net(jnp.arange(6.0).reshape(2, 3), jnp.zeros((2, 3)))

    def add(net, x):
        net.mean.value += x
        return net.w * x

    out = vmap(vmap(add, in_axes=(0, None)), in_axes=(0, 0))(net, jnp.array([1.0, 2.0]))
    assert out.tolist() == [[0.0, 1.0, 2.0], [6.0, 8.0, 10.0]]
    assert net.mean.value.tolist() == [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]

    per_example = vmap(grad(lambda n, x: (n.w * x).sum()), in_axes=(None, 0))
    assert per_example(Net(), jnp.arange(2.0))["w"].shape == (2, 3)

    def run(total, net, xs):
        return scan(lambda c, n, x: c + n.w * x, in_axes=(0, None, 0), out_axes=0)(
            total, net, xs
        )

    looped = vmap(run, in_axes=(None, None, 0))
    assert looped(jnp.zeros(2), Net(), jnp.ones((4, 2))).shape == (4, 2, 3)


def test_the_program_is_that_of_jax():
    net = Net()

    ours = jax.make_jaxpr(vmap(lambda x: net.w * x, in_axes=0))(jnp.ones((4, 3)))
    raw = jax.make_jaxpr(jax.vmap(lambda x: net.w.value * x))(jnp.ones((4, 3)))

    assert str(ours) == str(raw)
