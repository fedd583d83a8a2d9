"""What is differentiated where Variables stand outside of modules."""

import jax.numpy as jnp

from ramie.graph import PathContains, State
from ramie.module import Module
from ramie.transforms import DiffState, grad
from ramie.variables import BatchStat, Param


class Scale(Module):
    def __init__(self, value):
        self.w = Param(jnp.asarray(value))


def test_a_filter_sees_the_path_inside_a_state():
    state = State({"a": {"w": Param(jnp.ones(()))}, "b": {"w": Param(jnp.ones(()))}})

    grads = grad(
        lambda s: s.a.w.value * 2 + s.b.w.value * 3,
        argnums=DiffState(0, PathContains("b")),
    )(state)

    assert [path for path, _ in grads.flat_state()] == [("b", "w")]
    assert float(grads.b.w.value) == 3.0


def test_a_container_keeps_its_shape_around_what_is_not_selected():
    pair = (Param(jnp.ones(())), BatchStat(jnp.ones(())))

    grads = grad(lambda p: p[0].value * 2 + p[1].value, argnums=DiffState(0, Param))(
        pair
    )

    assert float(grads[0].value) == 2.0
    assert grads[1] is None


def test_a_tied_weight_belongs_to_the_first_target_that_holds_it():
    first, second = Scale(1.0), Scale(2.0)
    second.w = first.w

    grads = grad(lambda a, b: a.w.value * 2 + b.w.value * 3, argnums=(1, 0))(
        first, second
    )

    assert float(grads[0].w.value) == 5.0
    assert dict(grads[1]) == {}
