import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.module import Module, Rngs
from ramie.transforms import grad, jit, scan_layers, stack
from ramie.transforms.errors import AxisSizeError, CarryMismatchError
from ramie.variables import Param, Variable, use_eager_sharding


class Block(Module):
    def __init__(self, width, *, rngs, scale=1.0):
        self.scale = scale
        self.w = Param(
            jax.random.normal(rngs.params(), (width, width)), out_sharding=("a", "b")
        )
        self.calls = Variable(jnp.zeros((), int))
        self.rngs = rngs.fork()

    def __call__(self, x, shift=0.0):
        self.calls.value += 1
        noise = self.rngs.dropout.uniform(())
        return jnp.tanh(x @ self.w) * self.scale + shift + noise


@pytest.fixture(autouse=True)
def names_only():
    with use_eager_sharding(False):
        yield


def part(blocks, number):
    """One block with values of the stack."""
    block = Block(2, rngs=Rngs(0), scale=blocks.scale)
    block.w.value = blocks.w.value[number]
    for name, stream in block.rngs.items():
        stream.key.value = blocks.rngs[name].key.value[number]
        stream.count.value = blocks.rngs[name].count.value[number]
    return block


def test_copies_have_their_own_keys_and_common_statics():
    rngs = Rngs(0)

    blocks = stack(Block, 3, 2, rngs=rngs, scale=0.5)

    assert blocks.w.shape == (3, 2, 2)
    assert len(np.unique(blocks.w.value)) == 12
    assert blocks.scale == 0.5
    assert blocks.calls.value.tolist() == [0, 0, 0]
    assert blocks.rngs.default.key.shape == (3,)
    assert rngs.default.key.shape == ()
    assert blocks.w.out_sharding == ("a", "b")


@pytest.mark.parametrize("wrap", [lambda key: key, Variable], ids=["array", "Variable"])
def test_a_key_of_jax_is_split_too(wrap):
    key = jax.random.key(0)

    w = stack(lambda key: Param(jax.random.normal(key, (2,))), 3, wrap(key))

    raw = jax.vmap(lambda key: jax.random.normal(key, (2,)))(jax.random.split(key, 3))
    np.testing.assert_array_equal(w.value, raw)


def test_without_keys_all_copies_are_alike():
    assert stack(lambda: Param(jnp.ones(2)), 3).value.tolist() == [[1.0, 1.0]] * 3


def test_layers_run_one_after_the_other():
    blocks, x = stack(Block, 3, 2, rngs=Rngs(0)), jnp.ones(2)
    expected = x
    for number in range(3):
        expected = part(blocks, number)(expected, 1.0)

    out = jit(scan_layers)(blocks, x, 1.0)

    np.testing.assert_allclose(out, expected, rtol=1e-6)
    assert blocks.calls.value.tolist() == [1, 1, 1]


def test_layers_can_run_backwards_and_unrolled():
    blocks, x = stack(Block, 3, 2, rngs=Rngs(0)), jnp.ones(2)
    expected = x
    for number in (2, 1, 0):
        expected = part(blocks, number)(expected)

    out = scan_layers(blocks, x, reverse=True, unroll=True)

    np.testing.assert_allclose(out, expected, rtol=1e-6)


@pytest.mark.parametrize(
    "remat", [True, jax.checkpoint_policies.dots_saveable], ids=["all", "policy"]
)
def test_layers_can_be_computed_again_for_the_gradient(remat):
    def loss(w, x, remat):
        return scan_layers({"w": Param(w)}, x, call=layer, remat=remat).sum()

    def layer(layer, x):
        return jnp.tanh(x @ layer["w"])

    w, x = jax.random.normal(jax.random.key(0), (3, 2, 2)), jnp.ones(2)
    gradient = jax.grad(loss)

    np.testing.assert_allclose(gradient(w, x, remat), gradient(w, x, False), rtol=1e-5)
    assert "remat" in str(jax.make_jaxpr(lambda w: loss(w, x, remat))(w))
    assert "remat" not in str(jax.make_jaxpr(lambda w: loss(w, x, False))(w))


def test_what_a_layer_writes_while_it_is_computed_again_is_written_once():
    blocks = stack(Block, 3, 2, rngs=Rngs(0))

    grad(lambda blocks, x: scan_layers(blocks, x, remat=True).sum())(
        blocks, jnp.ones(2)
    )

    assert blocks.calls.value.tolist() == [1, 1, 1]


def test_keyword_arguments_and_objects_are_for_all_layers():
    rngs = Rngs(0)
    layers = {"w": Param(jnp.ones(3))}

    def call(layer, x, *, rngs):
        return x + layer["w"] * rngs.default.uniform(())

    out = scan_layers(layers, 0.0, call=call, rngs=rngs)

    same = Rngs(0)
    np.testing.assert_allclose(out, sum(same.default.uniform(()) for _ in range(3)))
    assert int(rngs.default.count.value) == 3


def test_the_axis_has_a_name_outside_of_the_layers():
    blocks = stack(Block, 3, 2, rngs=Rngs(0), partition="layers")
    seen = []

    def call(block, x):
        seen.append(block.w.out_sharding)
        return block(x)

    scan_layers(blocks, jnp.ones(2), call=call, partition="layers")

    assert blocks.w.out_sharding == ("layers", "a", "b")
    assert seen == [("a", "b")]


def test_layers_that_do_not_fit_are_refused():
    layers = {"w": Param(jnp.ones(3)), "b": Param(jnp.ones(2))}

    with pytest.raises(AxisSizeError, match="argument 1 at w"):
        scan_layers(layers, 0.0, call=lambda _layer, x: x)
    with pytest.raises(CarryMismatchError, match=r"is float32\[2\] before"):
        scan_layers(
            {"w": Param(jnp.ones(3))}, jnp.ones(2), call=lambda _layer, x: x.sum()
        )
