import jax
import jax.numpy as jnp
import pytest

from ramie.graph.errors import UnhashableStaticError
from ramie.module import Module
from ramie.transforms import StateAxes, _pmap, jit, pmap, vmap
from ramie.transforms.errors import AxisSizeError
from ramie.variables import BatchStat, Param

N = jax.local_device_count()
AXES = StateAxes({Param: 0, ...: None})


class Net(Module):
    def __init__(self):
        self.w = Param(jnp.ones((N, 2)))
        self.mean = BatchStat(jnp.zeros(()))


@pytest.mark.parametrize("graph", [True, False])
def test_a_module_is_mapped_over_devices(graph):
    net = Net()

    @pmap(in_axes=(AXES, 0), axis_name="devices", graph=graph)
    def step(net, x):
        net.mean.value = jax.lax.pmean(x, "devices")
        net.w.value = net.w * 2
        return net.w + x

    out = step(net, jnp.arange(float(N)))

    assert out.shape == (N, 2)
    assert net.w.value.tolist() == [[2.0, 2.0]] * N
    assert net.mean.value == (N - 1) / 2


def test_it_is_compiled_once_for_each_layout():
    traces = []

    @pmap
    def double(x):
        traces.append(x)
        return x * 2

    for _ in range(2):
        double(Param(jnp.ones((N, 2))))
    assert len(traces) == 1
    double(jnp.ones((N, 3)))
    assert len(traces) == 2


def test_static_and_donated_arguments():
    @pmap(static_broadcasted_argnums=1, donate_argnums=0, in_axes=(0, None, None))
    def scale(x, by, extra):
        return x * (2 if by == "two" else 3) + extra

    assert scale(jnp.ones((N, 1)), "two", 1.0).tolist() == [[3.0]] * N
    assert scale(jnp.ones((N, 1)), "three", 0.0).tolist() == [[3.0]] * N
    with pytest.raises(UnhashableStaticError):
        scale(jnp.ones((N, 1)), [], 1.0)


def test_modules_are_made_on_devices():
    net = pmap(lambda _x: Net(), out_axes=StateAxes({Param: 1, ...: 0}))(jnp.ones(N))

    assert net.w.shape == (N, N, 2)
    assert net.mean.shape == (N,)


def test_programs_are_forgotten_at_last(monkeypatch):
    monkeypatch.setattr(_pmap, "MOST_PROGRAMS", 1)
    traces = []

    @pmap(static_broadcasted_argnums=1)
    def first(x, number):
        traces.append(number)
        return x

    for number in (0, 1, 1, 0):
        first(jnp.ones((N, 1)), number)
    assert traces == [0, 1, 0]


def test_arguments_of_different_sizes_are_refused_by_name():
    with pytest.raises(AxisSizeError, match="argument 1 along axis 0"):
        pmap(lambda x, _y: x)(jnp.ones(N), jnp.ones(N + 1))


def test_what_was_written_may_go_in_again():
    net = vmap(lambda _x: Net())(jnp.ones(N))

    @pmap
    def double(net):
        net.mean.value = net.mean.value + 1

    for call in (double, double, jit(double), double):
        call(net)

    assert net.mean.value.tolist() == [4.0] * N
