"""A program that is interrupted again and again while it steps a model."""

import signal

import jax.numpy as jnp

from ramie.module import List, Module
from ramie.transforms import jit
from ramie.variables import Param


class Interrupt(BaseException):
    pass


class Stack(Module):
    def __init__(self):
        self.all = List([Param(jnp.zeros((32, 32))) for _ in range(30)])
        self.made = None

    def steps(self):
        """How many steps each Variable has seen."""
        found = [float(each.value[0, 0]) for each in self.all]
        return {*found, found[0] if self.made is None else float(self.made.value)}


def ring(_signal, _frame):
    raise Interrupt


def interrupted_steps(step, stack, seconds):
    """Step until an alarm rings; whether it was heard."""
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        for _ in range(100):
            step(stack)
    except (Interrupt, ValueError) as error:
        # Where JAX compares what it remembers, it makes a ValueError of it.
        if "Interrupt" not in repr(error):
            raise
        return True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return False


def main(edits, donated):
    @jit(donate_argnums=donated)
    def step(stack):
        for each in stack.all:
            each.value = each.value[0, 0] + 1 + 0 * jnp.tanh(each.value @ each.value)
        if edits:
            stack.made = Param(stack.all[0].value[0, 0])

    stack = Stack()
    step(stack)
    step(stack)
    heard = 0
    for n in range(60):
        heard += interrupted_steps(step, stack, 2e-4 + n * 5e-5)
        assert len(stack.steps()) == 1, stack.steps()
        step(stack)
    assert heard


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, ring)
    for donated in ((0,), ()):
        main(edits=False, donated=donated)
        main(edits=True, donated=donated)
