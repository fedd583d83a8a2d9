"""A layout is no part of the mathematics: each trains to the losses of one device."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from ramie import nnx

WORDS, WIDTH, HEADS, LENGTH, BATCH, STEPS = 16, 8, 4, 6, 8, 3

COPIED = dict.fromkeys(("vocab", "embed", "heads", "mlp"))
LAYOUTS = {
    "data": ((8, 1), COPIED, P(None, None)),
    "tensor": ((2, 4), COPIED | {"heads": "model", "mlp": "model"}, P(None, "model")),
    "FSDP": ((8, 1), COPIED | {"embed": "data"}, P("data", None)),
}
"""The mesh (data, model), what names of axes stand for, and where one kernel goes."""

pytestmark = pytest.mark.skipif(jax.device_count() < 8, reason="needs 8 devices")


def named(*names):
    """Metadata of an array whose axes have these names."""
    return {"out_sharding": names}


class Transformer(nnx.Module):
    """One block, with a table of words that is used at both ends."""

    def __init__(self, rngs):
        self.embed = nnx.Embed(
            WORDS, WIDTH, embedding_metadata=named("vocab", "embed"), rngs=rngs
        )
        self.norm = nnx.LayerNorm(WIDTH, use_bias=False, use_scale=False, rngs=rngs)
        self.attention = nnx.MultiHeadAttention(
            HEADS,
            WIDTH,
            decode=False,
            use_bias=False,
            kernel_metadata=named("embed", "heads", None),
            out_kernel_metadata=named("heads", None, "embed"),
            rngs=rngs,
        )
        self.up, self.down = (
            nnx.Linear(*sizes, use_bias=False, kernel_metadata=named(*names), rngs=rngs)
            for sizes, names in (
                ((WIDTH, 4 * WIDTH), ("embed", "mlp")),
                ((4 * WIDTH, WIDTH), ("mlp", "embed")),
            )
        )

    def __call__(self, tokens):
        x = self.embed(tokens)
        x = x + self.attention(self.norm(x), is_causal=True)
        x = x + self.down(nnx.gelu(self.up(self.norm(x))))
        return self.embed.attend(x)


def start(mesh, rules):
    """What a run begins with, each array made in its place."""
    with nnx.logical_axis_rules(list(rules.items())), jax.set_mesh(mesh):
        model = Transformer(nnx.Rngs(0))
        optimizer = nnx.Optimizer(model, optax.adam(0.05), wrt=nnx.Param)
    return {"model": model, "optimizer": optimizer}


def train_step(model, optimizer, tokens):
    def loss_fn(model):
        scores = model(tokens[:, :-1])
        losses = optax.softmax_cross_entropy_with_integer_labels(scores, tokens[:, 1:])
        return losses.mean()

    loss, grads = nnx.value_and_grad(loss_fn)(model)
    optimizer.update(model, grads)
    return loss


def trained(run, mesh):
    """The losses of a few steps, on batches that are spread over `data`."""
    step, rows = nnx.jit(train_step), NamedSharding(mesh, P("data"))
    draw = np.random.default_rng(0)
    losses = []
    with jax.set_mesh(mesh):
        for _ in range(STEPS):
            tokens = draw.integers(WORDS, size=(BATCH, LENGTH), dtype=np.int32)
            losses.append(float(step(**run, tokens=jax.device_put(tokens, rows))))
    return losses


def mesh_of(sizes):
    devices = np.array(jax.devices()[: np.prod(sizes)]).reshape(sizes)
    return jax.sharding.Mesh(
        devices, ("data", "model"), axis_types=(AxisType.Auto,) * 2
    )


@pytest.fixture(scope="module")
def alone():
    """The losses on one device."""
    mesh = mesh_of((1, 1))
    losses = trained(start(mesh, COPIED), mesh)
    assert losses[-1] < losses[0]
    return losses


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_reproduces_the_losses_of_one_device(layout, alone):
    sizes, rules, spec = LAYOUTS[layout]
    mesh = mesh_of(sizes)
    run = start(mesh, rules)

    losses = trained(run, mesh)

    np.testing.assert_allclose(losses, alone, rtol=2e-5)
    # Nothing was gathered on the way: weights and moments are where they were put.
    wanted = NamedSharding(mesh, spec)
    moments = run["optimizer"].opt_state[0].mu
    for kernel in (run["model"].up.kernel, moments.up.kernel):
        assert kernel.value.sharding.is_equivalent_to(wanted, 2)
    assert jnp.isfinite(run["model"].up.kernel.value).all()
