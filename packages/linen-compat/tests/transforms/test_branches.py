"""nn.cond, nn.switch and nn.while_loop."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.linen import errors


class Outer(nn.Module):
    run: object

    @nn.compact
    def __call__(self, *args):
        return self.run(self, *args)


def test_one_of_the_branches_runs_and_may_write():
    def add(by):
        def branch(module, x):
            module.put_variable("state", "n", x + by)
            return x * by

        return branch

    def run(module, x):
        n = module.variable("state", "n", lambda: jnp.zeros(()))
        y = nn.cond(x > 0, add(1.0), add(2.0), module, x)
        return y, n.value, nn.switch(2, [add(1.0), add(2.0), add(3.0)], module, x)

    (y, n, switched), variables = Outer(run).init_with_output(
        jax.random.key(0), jnp.array(-1.0)
    )
    assert (float(y), float(n), float(switched)) == (-2.0, 1.0, -3.0)
    assert float(variables["state"]["n"]) == 2.0


def test_a_loop_carries_variables_and_has_a_key_for_each_step():
    def go_on(module, carry):
        return module.get_variable("state", "n") < 3

    def step(module, carry):
        n = module.get_variable("state", "n")
        module.put_variable("state", "n", n + 1)
        key = jax.random.key_data(module.make_rng("noise"))
        return carry.at[n].set(key)

    def run(module):
        module.variable("state", "n", lambda: jnp.zeros((), int))
        start = jnp.zeros((3, 2), jnp.uint32)
        split = {"noise": True}
        return nn.while_loop(
            go_on, step, module, start, carry_variables="state", split_rngs=split
        )

    keys, variables = Outer(run).init_with_output({"noise": jax.random.key(0)})
    assert int(variables["state"]["n"]) == 3
    assert len(np.unique(np.asarray(keys), axis=0)) == 3


def test_a_step_that_changes_the_carry_is_refused():
    def run(module):
        return nn.while_loop(lambda _, c: c < 1, lambda _, c: (c, c), module, 0)

    with pytest.raises(errors.LiftedCarryError, match="while_loop of /"):
        Outer(run).apply({})
