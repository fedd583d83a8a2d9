"""A small transformer: as a module, and by hand on nested dicts."""

from typing import Any

import jax
import jax.numpy as jnp
import optax

WIDTH, HEADS, TOKENS, LENGTH, BATCH = 32, 4, 64, 8, 2


def make_model(nnx: Any, layers: int) -> Any:
    """Return a transformer of one library."""

    class Block(nnx.Module):  # type: ignore[misc]  # the library is a parameter
        def __init__(self, rngs: Any) -> None:
            self.norm = nnx.LayerNorm(WIDTH, rngs=rngs)
            self.attention = nnx.MultiHeadAttention(
                HEADS, WIDTH, decode=False, rngs=rngs
            )
            self.norm_2 = nnx.LayerNorm(WIDTH, rngs=rngs)
            self.wide = nnx.Linear(WIDTH, 4 * WIDTH, rngs=rngs)
            self.narrow = nnx.Linear(4 * WIDTH, WIDTH, rngs=rngs)

        def __call__(self, x: jax.Array) -> jax.Array:
            x = x + self.attention(self.norm(x))
            y: jax.Array = self.narrow(nnx.gelu(self.wide(self.norm_2(x))))
            return x + y

    class Transformer(nnx.Module):  # type: ignore[misc]  # likewise
        def __init__(self, rngs: Any) -> None:
            self.embed = nnx.Embed(TOKENS, WIDTH, rngs=rngs)
            self.blocks = nnx.List([Block(rngs) for _ in range(layers)])
            self.norm = nnx.LayerNorm(WIDTH, rngs=rngs)
            self.head = nnx.Linear(WIDTH, TOKENS, rngs=rngs)

        def __call__(self, tokens: jax.Array) -> jax.Array:
            x = self.embed(tokens)
            for block in self.blocks:
                x = block(x)
            logits: jax.Array = self.head(self.norm(x))
            return logits

    return Transformer(nnx.Rngs(0))


def module_step(nnx: Any) -> Any:
    """Return a step of training on a module and its optimizer."""

    def step(model: Any, optimizer: Any, tokens: jax.Array, y: jax.Array) -> jax.Array:
        loss: jax.Array
        loss, grads = nnx.value_and_grad(lambda model: loss_of(model(tokens), y))(model)
        optimizer.update(model, grads)
        return loss

    return step


def make_params(nnx: Any, layers: int) -> Any:
    """Return the same parameters as nested dicts; the blocks are a list."""
    pure = nnx.to_pure_dict(nnx.state(make_model(nnx, layers), nnx.Param))
    blocks = [pure["blocks"][number] for number in range(layers)]
    return {**pure, "blocks": blocks}


def dict_step(tx: optax.GradientTransformation) -> Any:
    """Return the same step on nested dicts, written by hand."""

    def step(params: Any, state: Any, tokens: jax.Array, y: jax.Array) -> Any:
        loss, grads = jax.value_and_grad(lambda p: loss_of(apply(p, tokens), y))(params)
        updates, state = tx.update(grads, state, params)
        return optax.apply_updates(params, updates), state, loss

    return step


def apply(params: Any, tokens: jax.Array) -> jax.Array:
    """Return the logits, by hand."""
    x = params["embed"]["embedding"][tokens]
    for block in params["blocks"]:
        x = x + _attention(block["attention"], _norm(block["norm"], x))
        hidden = jax.nn.gelu(_linear(block["wide"], _norm(block["norm_2"], x)))
        x = x + _linear(block["narrow"], hidden)
    return _linear(params["head"], _norm(params["norm"], x))


def loss_of(logits: jax.Array, y: jax.Array) -> jax.Array:
    """Return the mean cross entropy."""
    losses: jax.Array = optax.softmax_cross_entropy_with_integer_labels(logits, y)
    return losses.mean()


def batch() -> tuple[jax.Array, jax.Array]:
    """Return tokens and what comes after them."""
    tokens = jnp.arange(BATCH * LENGTH).reshape(BATCH, LENGTH) % TOKENS
    return tokens, (tokens + 1) % TOKENS


def _linear(params: Any, x: jax.Array) -> jax.Array:
    y: jax.Array = x @ params["kernel"] + params["bias"]
    return y


def _norm(params: Any, x: jax.Array) -> jax.Array:
    mean = x.mean(-1, keepdims=True)
    variance = jnp.maximum(0.0, (x * x).mean(-1, keepdims=True) - mean * mean)
    y = (x - mean) * (jax.lax.rsqrt(variance + 1e-6) * params["scale"])
    shifted: jax.Array = y + params["bias"]
    return shifted


def _attention(params: Any, x: jax.Array) -> jax.Array:
    query, key, value = (
        jnp.einsum("btd,dhk->bthk", x, part["kernel"]) + part["bias"]
        for part in (params["query"], params["key"], params["value"])
    )
    y = jax.nn.dot_product_attention(query, key, value)
    out = params["out"]
    z: jax.Array = jnp.einsum("bthk,hkd->btd", y, out["kernel"]) + out["bias"]
    return z
