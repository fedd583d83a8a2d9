"""nn.scan and nn.vmap: against the loop or the map written by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.linen import errors

KEY = jax.random.key(0)
X = jnp.arange(6.0).reshape(3, 2)


class Layer(nn.Module):
    @nn.compact
    def __call__(self, x):
        w = self.param("w", nn.initializers.normal(), (x.shape[-1],))
        return x * w + jax.random.normal(self.make_rng("noise"))


class Step(nn.Module):
    @nn.compact
    def __call__(self, c, x):
        c = c + Layer()(x)
        return c, c


class Outer(nn.Module):
    """Calls a function with itself."""

    run: object

    @nn.compact
    def __call__(self, *args):
        return self.run(self, *args)


RNGS = {"params": KEY, "noise": jax.random.key(1)}
SPLIT = {"params": True, "noise": True}


def test_vmap_gives_each_slice_its_own_parameters_and_keys():
    model = nn.vmap(Layer, variable_axes={"params": 0}, split_rngs=SPLIT)()
    y, variables = model.init_with_output(RNGS, X)
    w = variables["params"]["w"]
    assert w.shape == (3, 2)
    assert len(np.unique(np.asarray(y - X * w).round(4)[:, 0])) == 3


def test_vmap_with_none_shares_parameters():
    axes, split = {"params": None}, {"params": False, "noise": False}
    model = nn.vmap(Layer, variable_axes=axes, split_rngs=split)()
    y, variables = model.init_with_output(RNGS, X)
    assert variables["params"]["w"].shape == (2,)
    alone = [Layer().apply(variables, x, rngs=RNGS) for x in X]
    np.testing.assert_allclose(y, alone, rtol=1e-6)


def test_transformed_classes_name_their_modules():
    vmapped = nn.vmap(Layer, variable_axes={"params": 0}, split_rngs=SPLIT)
    variables = Outer(lambda _, x: vmapped()(x)).init(RNGS, X)
    assert list(variables["params"]) == ["VmapLayer_0"]


def test_scan_with_axes_is_a_loop_over_layers():
    model = nn.scan(Step, variable_axes={"params": 0}, split_rngs=SPLIT, length=3)()
    (c, ys), variables = model.init_with_output(RNGS, jnp.zeros(2), X)
    w = variables["params"]["Layer_0"]["w"]
    assert w.shape == (3, 2)
    assert ys.shape == (3, 2)
    np.testing.assert_array_equal(ys[-1], c)


def test_scan_with_broadcast_has_one_set_of_parameters_for_all_steps():
    split = {"params": False, "noise": False}
    model = nn.scan(Step, variable_broadcast="params", split_rngs=split)()
    (c, _), variables = model.init_with_output(RNGS, jnp.zeros(2), X)
    assert variables["params"]["Layer_0"]["w"].shape == (2,)
    again, _ = model.apply(variables, jnp.zeros(2), X, rngs=RNGS)
    assert again.shape == c.shape


def test_scan_hands_carried_variables_on():
    def step(module, c, x):
        count = module.get_variable("counts", "n") + 1
        module.put_variable("counts", "n", count)
        return c + x, count

    def run(module, x):
        n = module.variable("counts", "n", lambda: jnp.zeros((), int))
        _, counts = nn.scan(step, variable_carry="counts")(module, 0.0, x)
        return n.value, counts

    (last, counts), _ = Outer(run).init_with_output(KEY, X[:, 0])
    assert int(last) == 3
    assert counts.tolist() == [1, 2, 3]


def test_boxes_get_and_lose_the_axis():
    class Boxed(nn.Module):
        @nn.compact
        def __call__(self, x):
            init = nn.with_partitioning(nn.initializers.ones, ("embed",))
            return x * self.param("w", init, x.shape)

    axis = {nn.PARTITION_NAME: "layers"}
    mapped = nn.vmap(
        Boxed, variable_axes={"params": 0}, split_rngs=SPLIT, metadata_params=axis
    )
    variables = mapped().init(KEY, X)
    assert variables["params"]["w"].names == ("layers", "embed")
    mapped().apply(variables, X)


@pytest.mark.parametrize("length", [None, 5])
def test_a_scan_without_a_certain_length_is_refused(length):
    model = nn.scan(Step, length=length)()
    xs = None if length is None else X
    with pytest.raises(errors.LiftedAxesError, match="scan of /"):
        model.init(RNGS, jnp.zeros(2), xs)


def test_axes_that_are_none_are_refused_when_the_class_is_made():
    with pytest.raises(errors.LiftedAxesError, match="variable_axes"):
        nn.scan(Step, variable_axes={"params": None})
    with pytest.raises(errors.LiftedAxesError, match="2 arguments"):
        nn.vmap(Layer, in_axes=(0, 0))().init(RNGS, X)
    with pytest.raises(errors.LiftedAxesError, match="no axis 4"):
        nn.vmap(Layer, in_axes=4)().init(RNGS, X)


def test_a_body_that_returns_no_pair_or_another_carry_is_refused():
    def run(step):
        return lambda module, x: nn.scan(step)(module, jnp.zeros(2), x)

    with pytest.raises(errors.LiftedCarryError, match="Return a pair"):
        Outer(run(lambda _, c, x: c + x)).apply({}, X)
    with pytest.raises(errors.LiftedCarryError, match="shape"):
        Outer(run(lambda _, _c, x: (jnp.zeros(3), x))).apply({}, X)
    with pytest.raises(errors.LiftedCarryError, match="structure"):
        Outer(run(lambda _, c, x: ((c, c), x))).apply({}, X)


def test_constants_made_of_what_differs_by_step_are_refused():
    model = nn.scan(Step, variable_broadcast="params", split_rngs=SPLIT)()
    with pytest.raises(errors.LoopInvariantError, match="same for all steps"):
        model.init(RNGS, jnp.zeros(2), X)


def test_in_axes_may_broadcast_and_results_too():
    def step(module, c, x, shift):
        return c + x + shift, shift

    def run(module, x):
        axes = (0, nn.broadcast)
        scanned = nn.scan(step, in_axes=axes, out_axes=nn.broadcast)
        return scanned(module, jnp.zeros(2), x, jnp.ones(2))

    c, shift = Outer(run).apply({}, X)
    np.testing.assert_array_equal(c, X.sum(0) + 3)
    assert shift.tolist() == [1.0, 1.0]
