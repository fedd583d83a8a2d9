import jax
import jax.numpy as jnp
import pytest

from ramie.module import Module
from ramie.transforms import Carry, StateAxes, scan, transform_metadata, vmap
from ramie.variables import PARTITION_NAME, BatchStat, Param, use_eager_sharding
from ramie.variables.errors import AxisNameMismatchError

LAYERS = {PARTITION_NAME: "layers"}
KEYS = jax.random.split(jax.random.key(0), 4)


@pytest.fixture(autouse=True)
def names_only():
    with use_eager_sharding(False):
        yield


class Layer(Module):
    def __init__(self, key):
        self.w = Param(jax.random.normal(key, (2, 3)), out_sharding=("in", "out"))
        self.mean = BatchStat(jnp.zeros(3), out_sharding=("out",))


def names(layer):
    return layer.w.out_sharding, layer.mean.out_sharding


@pytest.mark.parametrize(
    ("out_axes", "expected"),
    [
        (0, (("layers", "in", "out"), ("layers", "out"))),
        (1, (("in", "layers", "out"), ("out", "layers"))),
        (-1, (("in", "out", "layers"), ("out", "layers"))),
        (StateAxes({Param: 0, ...: None}), (("layers", "in", "out"), ("out",))),
    ],
)
@pytest.mark.parametrize("graph", [True, False])
def test_what_is_made_inside_gets_the_name_of_the_axis(out_axes, expected, graph):
    options = {"out_axes": out_axes, "graph": graph}

    layer = vmap(Layer, transform_metadata=LAYERS, **options)(KEYS)

    assert names(layer) == expected


@pytest.mark.parametrize("graph", [True, False])
def test_inside_the_name_is_gone_and_afterwards_it_is_back(graph):
    layer = vmap(Layer, transform_metadata=LAYERS)(KEYS)
    seen = []

    def use(layer, x):
        seen.append(names(layer))
        layer.mean.value += 1
        return x + layer.w.sum()

    options = {"transform_metadata": LAYERS, "graph": graph}
    vmap(use, in_axes=(0, None), **options)(layer, 1.0)
    scan(use, in_axes=(0, Carry), out_axes=Carry, **options)(layer, 1.0)

    assert seen == [(("in", "out"), ("out",))] * 2
    assert names(layer) == (("layers", "in", "out"), ("layers", "out"))
    assert layer.mean.value[0].tolist() == [2.0, 2.0, 2.0]


def test_a_variable_added_to_an_argument_gets_the_name():
    layer = vmap(Layer, transform_metadata=LAYERS)(KEYS)

    def extend(layer):
        layer.new = Param(layer.w.value, out_sharding=("in", "out"))
        return layer.new

    new = vmap(extend, transform_metadata=LAYERS)(layer)

    assert new is layer.new
    assert new.out_sharding == ("layers", "in", "out")


@pytest.mark.parametrize("metadata", [None, {}, {"other": "layers"}])
def test_without_a_partition_name_names_stay(metadata):
    layer = vmap(Layer, transform_metadata=metadata)(KEYS)

    assert names(layer) == (("in", "out"), ("out",))


def test_the_decorator_does_it_inside_of_any_transform():
    axes = StateAxes({Param: 0, ...: None})
    create = transform_metadata(Layer, out_axes=axes, partition="layers")
    layer = vmap(create, out_axes=axes)(KEYS)
    seen = []

    @vmap(in_axes=(axes,), out_axes=0)
    @transform_metadata(in_axes=(axes,), partition="layers")
    def use(layer):
        seen.append(names(layer))
        return layer.w.sum()

    use(layer)

    assert names(layer) == (("layers", "in", "out"), ("out",))
    assert seen == [(("in", "out"), ("out",))]


def test_a_wrong_name_is_refused_and_nothing_is_renamed():
    layer = vmap(Layer, transform_metadata=LAYERS)(KEYS)
    before = names(layer)

    with pytest.raises(AxisNameMismatchError):
        transform_metadata(lambda _layer: None, partition="other")(layer)
    assert names(layer) == before


def test_an_exception_brings_the_names_back():
    layer = vmap(Layer, transform_metadata=LAYERS)(KEYS)
    before = names(layer)

    def fail(layer):
        assert names(layer) != before
        raise RuntimeError

    with pytest.raises(RuntimeError):
        transform_metadata(fail, partition="layers")(layer)
    assert names(layer) == before
