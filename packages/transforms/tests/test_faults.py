"""What goes wrong inside of a transform changes nothing, and the next call works."""

import signal
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import graphdef
from ramie.graph.errors import TraceLevelError
from ramie.graph.extend import is_object, view_of
from ramie.variables import Param

from .every_transform import LOOKING, TRANSFORMS, Model, X


class BoomError(Exception):
    pass


class Interrupt(BaseException):
    """Stands for a KeyboardInterrupt, which would end the test run if it were lost."""


def state_of(model):
    """All that a fault must leave alone, and the very same objects."""
    view = view_of(model)
    return graphdef(model), list(map(id, view.objects)), list(map(id, view.read()))


def edit(model):
    model.n.value += 1
    model.w.value = jnp.zeros(3)
    model.made = Param(jnp.array(1.0))
    model.parts.append(model.w)
    model.n.set_metadata(tag="other")
    del model.note


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("error", [BoomError, Interrupt])
def test_a_fault_while_tracing_leaves_everything_as_it_was(name, error):
    fails = True

    def fun(m, x):
        if fails:
            edit(m)
            raise error("here")
        m.n.value = m.n.value + 1.0
        return m.w.value * x

    model = Model()
    before = state_of(model)
    transformed = TRANSFORMS[name](fun)

    for _ in range(2):
        with pytest.raises(error, match="here"):
            transformed(model, X)
        assert state_of(model) == before

    fails = False
    transformed(model, X)

    assert graphdef(model) == before[0]
    assert (model.n.value.item() > 0) == (name not in LOOKING)


def raises_there(x):
    raise BoomError("in a callback")


# What a program was given to overwrite is gone when it fails, as with jax.jit.
RUNNING = sorted(TRANSFORMS.keys() - LOOKING - {"pmap", "jit that donates"})


@pytest.mark.parametrize("name", RUNNING)
def test_a_fault_in_a_callback_leaves_everything_as_it_was(name):
    fails = True

    def fun(m, x):
        m.n.value = m.n.value + 1.0
        if fails:
            # Of what is written, so that nothing can be written before.
            m.n.value = m.n.value + jax.pure_callback(
                raises_there,
                x,
                jax.lax.stop_gradient(m.n.value),
                vmap_method="sequential",
            )
        return m.w.value * x

    model = Model()
    before = state_of(model)

    with pytest.raises(Exception, match="in a callback"):
        jax.block_until_ready(TRANSFORMS[name](fun)(model, X))
    assert state_of(model) == before

    fails = False
    TRANSFORMS[name](fun)(model, X)
    assert model.n.value.item() > 0


# JAX runs the rule of a custom_vjp on the arrays themselves, where writing is safe.
@pytest.mark.parametrize("name", sorted(TRANSFORMS.keys() - {"custom_vjp"}))
def test_what_a_function_closes_over_cannot_be_written(name):
    closed = Model()
    before = state_of(closed)

    def fun(m, x):
        closed.n.value = m.w.value * x
        return m.w.value * x

    with pytest.raises(TraceLevelError, match="Variable"):
        TRANSFORMS[name](fun)(Model(), X)
    assert state_of(closed) == before


RETURNING = sorted(
    TRANSFORMS.keys()
    - LOOKING
    # They return numbers, or what they return is stacked or of another model.
    - {"grad", "value_and_grad", "custom_vjp", "scan", "scan that hands on", "pmap"}
    - {"while_loop", "fori_loop", "jvp", "vjp", "vmap", "shard_map"}
)


@pytest.mark.parametrize("name", RETURNING)
def test_a_returned_part_is_the_part_that_went_in(name):
    model = Model()

    out = TRANSFORMS[name](lambda m, _x: (m.parts[0], m.w))(model, X)

    found = [
        leaf for leaf in jax.tree.leaves(out, is_leaf=is_object) if is_object(leaf)
    ]
    assert [id(leaf) for leaf in found] == [id(model.parts[0]), id(model.w)]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no alarm")
def test_an_interrupt_loses_nothing_that_was_donated_and_makes_no_half_of_a_step():
    # In a process of its own: what an interrupt does to JAX is not for other tests.
    program = Path(__file__).with_name("interrupts.py")

    done = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
