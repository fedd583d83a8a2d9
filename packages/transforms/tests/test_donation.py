"""Only what a call writes loses its memory, and only if its argument is donated."""

import jax
import jax.numpy as jnp
import pytest

from ramie.module import Module
from ramie.transforms import jit
from ramie.transforms.errors import SharedArrayError, SharedDonationError
from ramie.variables import Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def make_box():
    return Box(
        written=Variable(jnp.ones(4)),
        read=Param(jnp.ones(4)),
        unread=Param(jnp.ones(4)),
        array=jnp.ones(4),
    )


def add(box, *more):
    box.written.value = box.written.value + box.read.value
    box.array = box.array + 1
    for other in more:
        other.written.value = other.written.value + 1


def arrays(box):
    return (box.written.value, box.array, box.read.value, box.unread.value)


@pytest.mark.parametrize(
    "options",
    [{"donate_argnums": 0}, {"donate_argnames": "box"}, {"donate_argnums": (0, 1)}],
)
def test_only_what_is_written_is_donated(options):
    step = jit(add, **options)
    box = make_box()

    for _ in range(2):
        before = arrays(box)
        step(box)

        assert [array.is_deleted() for array in before] == [True, True, False, False]

    assert box.written.value.tolist() == [3.0] * 4
    assert box.array.tolist() == [3.0] * 4


def test_without_donation_nothing_is_lost():
    box = make_box()
    before = arrays(box)

    jit(add)(box)

    assert not any(array.is_deleted() for array in before)


def test_of_two_arguments_only_the_donated_one_loses_memory():
    first, second = make_box(), make_box()
    before = [first.written.value, second.written.value]

    jit(add, donate_argnums=0)(first, second)

    assert [array.is_deleted() for array in before] == [True, False]
    assert second.written.value.tolist() == [2.0] * 4


def test_an_argument_passed_by_name_can_be_donated():
    box = make_box()
    before = arrays(box)

    jit(add, donate_argnames="box")(box=box)

    assert [array.is_deleted() for array in before] == [True, True, False, False]


def test_modules_in_a_container_are_donated_with_it():
    first, second = make_box(), make_box()
    before = [first.written.value, second.written.value]

    @jit(donate_argnums=0)
    def step(boxes):
        for box in boxes["all"]:
            add(box)

    step({"all": [first, second]})

    assert [array.is_deleted() for array in before] == [True, True]


def test_a_plain_array_can_be_donated():
    x, y = jnp.ones(4), jnp.ones(4)

    total = jit(lambda x, y: x + y, donate_argnums=1)(x, y)

    assert total.tolist() == [2.0] * 4
    assert (x.is_deleted(), y.is_deleted()) == (False, True)


def test_a_donated_variable_passed_on_its_own():
    v, w = Variable(jnp.ones(4)), Variable(jnp.ones(4))
    before = [v.value, w.value]

    @jit(donate_argnums=0)
    def step(v, w):
        v.value = v.value + w.value

    step(v, w)

    assert [array.is_deleted() for array in before] == [True, False]
    assert v.value.tolist() == [2.0] * 4


def test_a_variable_passed_beside_a_donated_one_keeps_its_memory():
    v, w = Variable(jnp.ones(4)), Variable(jnp.ones(4))
    kept = w.value

    @jit(donate_argnums=0)
    def step(v, w):
        v.value, w.value = v.value + 1, w.value + 1

    step(v, w)

    assert not kept.is_deleted()


def test_donation_follows_when_another_shape_writes_more():
    @jit(donate_argnums=0)
    def step(box, x):
        if x.shape[0] > 1:
            box.written.value = box.written.value + x.sum()
        return box.read.value + x.sum()

    box = make_box()
    before = box.written.value
    step(box, jnp.ones(1))
    kept = not before.is_deleted()
    step(box, jnp.ones(2))

    assert kept
    assert before.is_deleted()
    assert box.written.value.tolist() == [3.0] * 4


def test_a_variable_shared_with_an_argument_that_is_not_donated_is_refused():
    first = make_box()
    second = Box(inner=Box(tied=first.written))
    before = arrays(first)

    with pytest.raises(
        SharedDonationError,
        match=r"0 at written is .*1 at inner/tied.*Donate both",
    ):
        jit(lambda first, _: add(first), donate_argnums=0)(first, second)
    with pytest.raises(
        SharedDonationError, match=r"1 at inner/tied is donated.*0 at written.*"
    ):
        jit(lambda first, _: add(first), donate_argnums=1)(first, second)

    assert not any(array.is_deleted() for array in before)
    assert first.written.value.tolist() == [1.0] * 4


@pytest.mark.parametrize(
    ("other", "places"),
    [
        (lambda x: Box(written=Variable(x)), "argument 0 at written and argument 1 at"),
        (lambda x: {"in": [Variable(x)]}, "argument 0 at written and argument 1 hold"),
        (Variable, "argument 0 at written and argument 1 hold"),
        (lambda x: [x], "argument 0 at written and argument 1 hold"),
        (lambda _x: None, None),
    ],
    ids=["module", "container", "Variable", "values", "nothing"],
)
def test_an_array_that_is_donated_cannot_be_passed_twice(other, places):
    x = jnp.ones(4)
    box, more = Box(written=Variable(x)), other(x)

    @jit(donate_argnums=0)
    def double(box, more):
        box.written.value = box.written.value * 2
        leaves = jax.tree.leaves(more, is_leaf=lambda each: isinstance(each, Box))
        return sum(getattr(leaf, "written", leaf)[...].sum() for leaf in leaves)

    if places is None:
        double(box, more)
    else:
        with pytest.raises(SharedArrayError, match=places):
            double(box, more)
        assert not x.is_deleted()
        assert box.written.value is x


def test_an_array_cannot_be_donated_twice():
    x = jnp.ones(4)
    box = Box(written=Variable(x), array=jnp.ones(4), read=Variable(x))

    @jit(donate_argnums=(0, 1))
    def double(box, y):
        box.written.value, box.read.value = box.written * 2, box.read * 3
        return y * 2

    with pytest.raises(SharedArrayError, match="0 at read and argument 0 at written"):
        double(box, 1.0)
    box.read.value = y = jnp.ones(4)
    with pytest.raises(SharedArrayError, match="argument 0 at read and argument 1"):
        double(box, y)


def test_another_fault_of_the_program_is_its_own():
    def fail(x):
        raise RuntimeError("in a callback")

    @jit(donate_argnums=0)
    def run(box):
        box.written.value = jax.pure_callback(fail, box.written[...], box.written[...])
        return box.written.value

    with pytest.raises(jax.errors.JaxRuntimeError, match="in a callback"):
        jax.block_until_ready(run(Box(written=Variable(jnp.ones(4)))))


def test_a_variable_shared_by_two_donated_arguments_is_fine():
    first = make_box()
    second = Box(tied=first.written)

    jit(lambda first, _: add(first), donate_argnums=(0, 1))(first, second)

    assert second.tied.value.tolist() == [2.0] * 4


def test_an_exception_while_tracing_loses_no_memory():
    box = make_box()
    before = arrays(box)

    @jit(donate_argnums=0)
    def step(box):
        add(box)
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        step(box)

    assert not any(array.is_deleted() for array in before)
