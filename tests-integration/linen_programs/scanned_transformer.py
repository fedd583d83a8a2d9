"""A small transformer whose blocks are one scanned block, with dropout and remat."""

import jax
import jax.numpy as jnp
import optax

from ramie import linen as nn

VOCABULARY, LENGTH, WIDTH = 7, 6, 8


class Block(nn.Module):
    heads: int = 2
    rate: float = 0.1

    @nn.compact
    def __call__(self, x, mask, deterministic):
        h = nn.LayerNorm()(x)
        h = nn.MultiHeadDotProductAttention(
            num_heads=self.heads, dropout_rate=self.rate, deterministic=deterministic
        )(h, mask=mask)
        x = x + nn.Dropout(self.rate, deterministic=deterministic)(h)
        h = nn.gelu(nn.Dense(2 * x.shape[-1])(nn.LayerNorm()(x)))
        self.sow("intermediates", "active", jnp.mean(h > 0))
        return x + nn.Dense(x.shape[-1])(h), None


class Transformer(nn.Module):
    layers: int = 3

    @nn.compact
    def __call__(self, tokens, deterministic=False):
        embed = nn.Embed(VOCABULARY, WIDTH)
        places = self.param("places", nn.initializers.normal(0.02), (LENGTH, WIDTH))
        x = embed(tokens) + places
        blocks = nn.scan(
            nn.remat(Block, prevent_cse=False, static_argnums=(3,)),
            variable_axes={"params": 0, "intermediates": 0},
            split_rngs={"params": True, "dropout": True},
            in_axes=(nn.broadcast, nn.broadcast),
            length=self.layers,
            metadata_params={nn.PARTITION_NAME: "layers"},
        )
        x, _ = blocks(name="blocks")(x, nn.make_causal_mask(tokens), deterministic)
        return embed.attend(nn.LayerNorm()(x))


def batch():
    """Runs of numbers, each the one before plus one."""
    rows = jnp.arange(4)[:, None] + jnp.arange(LENGTH + 1)
    tokens = rows % VOCABULARY
    return tokens[:, :-1], tokens[:, 1:]


MODEL = Transformer()
OPTIMIZER = optax.adamw(0.02)


def make():
    keys = {"params": jax.random.key(0), "dropout": jax.random.key(1)}
    params = jax.jit(MODEL.init)(keys, batch()[0])["params"]
    return params, OPTIMIZER.init(params)


@jax.jit
def step(params, moments, key, tokens, targets):
    def loss_of(params):
        logits = MODEL.apply({"params": params}, tokens, rngs={"dropout": key})
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, targets)
        return losses.mean()

    loss, grads = jax.value_and_grad(loss_of)(params)
    updates, moments = OPTIMIZER.update(grads, moments, params)
    return optax.apply_updates(params, updates), moments, loss


def train(steps):
    """The parameters after some steps, and the loss of each."""
    params, moments = make()
    losses = []
    for key in jax.random.split(jax.random.key(2), steps):
        params, moments, loss = step(params, moments, key, *batch())
        losses.append(float(loss))
    return params, losses
