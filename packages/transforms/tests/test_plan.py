"""The compiled program takes what it reads and gives back what it writes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding, PartitionSpec

from ramie.module import Module
from ramie.transforms import jit
from ramie.variables import Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def make_box(size=2):
    return Box(
        read=Param(jnp.ones(size)),
        unread=Param(jnp.ones(size)),
        written=Variable(jnp.ones(size)),
        array=jnp.ones(size),
    )


# ── what is passed


def test_what_is_never_read_is_not_passed():
    read = jit(lambda box: box.read * 2)
    box = make_box()
    read(box)

    for unused in (box.unread.value, box.written.value, box.array):
        unused.delete()

    assert read(box).tolist() == [2.0, 2.0]


def test_what_is_only_overwritten_gets_its_new_value():
    @jit
    def reset(box):
        box.written.value = jnp.zeros(2)

    box = make_box()

    for _ in range(2):
        box.written.value = jnp.ones(2)
        reset(box)

        assert box.written.value.tolist() == [0.0, 0.0]


def test_what_is_read_by_the_result_alone_is_passed():
    get = jit(lambda box: (box.read.value, box.array))
    get(make_box())
    box = make_box()
    box.read.value, box.array = jnp.zeros(2), jnp.full(2, 3.0, jnp.float32)

    read, array = get(box)

    assert read.tolist() == [0.0, 0.0]
    assert array.tolist() == [3.0, 3.0]


def test_what_is_read_inside_an_inner_loop_is_passed():
    @jit
    def loop(box):
        def body(_, total):
            return total + box.read.value

        return jax.lax.fori_loop(0, 3, body, jnp.zeros(2))

    loop(make_box())
    box = make_box()
    box.read.value = jnp.full(2, 2.0, jnp.float32)

    assert loop(box).tolist() == [6.0, 6.0]


def test_the_shape_of_what_is_not_passed_is_right_after_it_changes():
    size = jit(lambda box: jnp.int32(box.unread.shape[0]) + box.read.value.size)
    box = make_box()

    sizes = [size(box).item()]
    box.unread.value = jnp.ones(5)
    sizes.append(size(box).item())
    box.array = jnp.ones(7)
    sizes.append(size(box).item())

    assert sizes == [4, 7, 7]


# ── another shape may use more


def test_another_shape_may_read_and_write_more():
    traces = []

    @jit
    def step(box, x):
        traces.append(x.shape)
        total = box.read.value.sum() + x.sum()
        if x.shape[0] > 1:
            total += box.unread.value.sum()
            box.written.value = box.written.value + 1
        if x.shape[0] > 2:
            box.array = box.array * 10
        return total

    box = make_box()

    totals = [step(box, jnp.zeros(n)).item() for n in (1, 2, 3, 1, 2, 3)]

    assert totals == [2.0, 4.0, 4.0, 2.0, 4.0, 4.0]
    assert box.written.value.tolist() == [5.0, 5.0]
    assert box.array.tolist() == [100.0, 100.0]
    assert traces == [(1,), (2,), (3,)]


def test_a_call_that_reads_less_leaves_the_rest_alone():
    @jit
    def step(box, x):
        if x.shape[0] > 1:
            box.written.value = box.written.value + x.sum()
        return x.sum()

    box = make_box()
    step(box, jnp.ones(2))
    before = box.written.value.tolist()

    step(box, jnp.ones(1))

    assert before == box.written.value.tolist() == [3.0, 3.0]


def test_another_shape_may_edit_the_structure():
    @jit
    def step(box, x):
        if x.shape[0] > 1:
            box.count = x.shape[0]
            box.new = Variable(box.unread.value * 2)
        return x.sum()

    box = make_box()
    step(box, jnp.ones(1))
    step(box, jnp.ones(3))
    step(box, jnp.ones(1))

    assert box.count == 3
    assert box.new.value.tolist() == [2.0, 2.0]


def test_another_shape_may_write_another_type():
    @jit
    def store(box, x):
        box.written.value = x

    box = make_box()

    for shape in [(2,), (3,), (2,), (2, 2)]:
        store(box, jnp.ones(shape))
        assert box.written.shape == shape


# ── contents of every kind


def test_typed_keys_are_read_and_written():
    @jit
    def draw(box):
        box.key.value, key = jax.random.split(box.key.value)
        return jax.random.uniform(key), box.other.value.shape

    box = Box(key=Variable(jax.random.key(0)), other=Variable(jax.random.key(1)))

    first, second = draw(box)[0].item(), draw(box)[0].item()

    assert first != second
    assert box.key.value.dtype == jax.random.key(0).dtype


@pytest.mark.parametrize(
    "content",
    [
        2.0,
        2,
        np.float32(2),
        np.full((), 2, np.int32),
        jnp.asarray(2.0),
        jnp.float32(2),
        jnp.bfloat16(2),
        True,
    ],
    ids=lambda content: f"{type(content).__name__}-{getattr(content, 'dtype', '')}",
)
def test_contents_keep_their_type_and_weakness(content):
    seen = []

    @jit
    def read(box):
        seen.append((jax.typeof(box.v.value), jax.typeof(box.unread.value)))
        return jnp.asarray(box.v.value)

    box = Box(v=Variable(content), unread=Variable(content))

    results = [read(box) for _ in range(2)]

    assert jax.typeof(results[0]) == jax.typeof(results[1])
    assert seen == [(jax.typeof(content),) * 2]
    assert results[1].item() in (1, 2)


def test_a_content_may_be_a_pytree_of_all_kinds():
    @jit
    def step(box):
        content = box.v.value
        box.v.value = {**content, "n": content["n"] + 1}
        return jax.random.uniform(content["key"]) + content["list"][0]

    content = {"n": 1, "key": jax.random.key(0), "list": [np.float32(3)], "none": None}
    box = Box(v=Variable(content))

    values = [step(box).item() for _ in range(2)]

    assert values[0] == values[1] >= 3.0
    assert int(box.v.value["n"]) == 3


def test_a_content_that_jax_has_no_type_for_is_named_with_its_path():
    box = Box(inner=Box(name=Variable("text")))

    with pytest.raises(TypeError, match="inner/name"):
        jit(lambda _: 1)(box)


def test_numpy_arrays_become_jax_arrays_when_they_are_written():
    @jit
    def add(box):
        box.v.value = box.v.value + 1
        box.array = box.array + 1

    box = Box(v=Variable(np.zeros(2, np.float32)), array=np.ones(2, np.float32))
    add(box)
    add(box)

    assert isinstance(box.v.value, jax.Array)
    assert box.v.value.tolist() == [2.0, 2.0]
    assert box.array.tolist() == [3.0, 3.0]


def test_a_variable_without_elements_is_a_variable():
    box = Box(v=Variable(jnp.zeros((0, 3))), none=Variable(None))

    assert jit(lambda box: box.v.value.sum())(box).item() == 0.0


# ── devices


def test_shardings_are_kept():
    mesh = jax.make_mesh((8,), ("data",), axis_types=(AxisType.Auto,))
    sharding = NamedSharding(mesh, PartitionSpec("data"))
    box = make_box(16)
    box.written.value = jax.device_put(box.written.value, sharding)
    box.unread.value = jax.device_put(box.unread.value, sharding)

    @jit
    def step(box):
        box.written.value = box.written.value * 2

    step(box)
    step(box)

    assert box.written.value.sharding.is_equivalent_to(sharding, 1)
    assert box.unread.value.sharding == sharding
    assert float(box.written.value.sum()) == 64.0


def test_an_array_moves_to_another_device_between_calls():
    @jit
    def step(box):
        box.written.value = box.written.value + 1

    box = make_box()
    step(box)
    device = jax.devices()[3]
    box.written.value = jax.device_put(box.written.value, device)
    step(box)

    assert box.written.value.devices() == {device}
    assert box.written.value.tolist() == [3.0, 3.0]
