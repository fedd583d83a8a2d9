"""GPT-2 with the weights of PyTorch: a model, a name map, and one call.

The map says which arrays of a PyTorch state dict become which of this model: what is
called otherwise, cut into parts and given another shape. What is left over on either
side, or does not fit, is an error that names it on both.

With the weights that Hugging Face has as `gpt2` (a folder with model.safetensors) it
continues a list of tokens:

    python docs/examples/gpt2_weights.py FOLDER 464 3280 318

Without arguments it does the same with a small model of random numbers, which it
saves first the way GPT-2 is saved.
"""

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ramie import nnx
from ramie.training import safetensors, weights


@dataclass(frozen=True)
class Config:
    """Sizes; those of the smallest GPT-2 if nothing is said."""

    vocab: int = 50257
    positions: int = 1024
    width: int = 768
    heads: int = 12
    depth: int = 12


# --- The model ------------------------------------------------------------------


class Block(nnx.Module):
    """Attention, then two layers for each position by itself."""

    def __init__(self, config: Config, rngs: nnx.Rngs) -> None:
        """Make the layers."""
        width = config.width
        self.norm_1 = nnx.LayerNorm(width, epsilon=1e-5, rngs=rngs)
        self.attention = nnx.MultiHeadAttention(
            config.heads, width, decode=False, rngs=rngs
        )
        self.norm_2 = nnx.LayerNorm(width, epsilon=1e-5, rngs=rngs)
        self.up = nnx.Linear(width, 4 * width, rngs=rngs)
        self.down = nnx.Linear(4 * width, width, rngs=rngs)

    def __call__(self, x: jax.Array, mask: jax.Array) -> jax.Array:
        """Apply the block to `(batch, position, width)`."""
        x = x + self.attention(self.norm_1(x), mask=mask)
        y: jax.Array = x + self.down(nnx.gelu(self.up(self.norm_2(x))))
        return y


class GPT2(nnx.Module):
    """A transformer that says which token comes next."""

    def __init__(self, config: Config, rngs: nnx.Rngs) -> None:
        """Make the layers."""
        self.tokens = nnx.Embed(config.vocab, config.width, rngs=rngs)
        self.positions = nnx.Embed(config.positions, config.width, rngs=rngs)
        self.blocks = nnx.List([Block(config, rngs) for _ in range(config.depth)])
        self.norm = nnx.LayerNorm(config.width, epsilon=1e-5, rngs=rngs)

    def __call__(self, tokens: jax.Array) -> jax.Array:
        """Logits `(batch, position, vocab)` for tokens `(batch, position)`."""
        x = self.tokens(tokens)
        x = x + self.positions(jnp.arange(tokens.shape[1]))[None]
        mask = nnx.make_causal_mask(tokens)
        for block in self.blocks:
            x = block(x, mask)
        logits: jax.Array = self.tokens.attend(self.norm(x))
        return logits


# --- What its arrays are called in PyTorch --------------------------------------


def names_of_gpt2(config: Config, prefix: str = "") -> weights.NameMap:
    """The map from a state dict of GPT-2 to the model above.

    Args:
        config: the sizes of the model.
        prefix: what stands before the names; "transformer." if the state dict is that
            of a model with a head.
    """
    width, heads = config.width, config.heads
    parts = ("query", "key", "value")
    here, there = f"{prefix}h.{{n}}", "blocks.{n}"

    def moved(source: str, target: str) -> list[weights.Rule]:
        return [
            weights.move(f"{source}.weight", f"{target}.kernel"),
            weights.move(f"{source}.bias", f"{target}.bias"),
        ]

    def norm(source: str, target: str) -> list[weights.Rule]:
        return [
            weights.move(f"{source}.weight", f"{target}.scale"),
            weights.move(f"{source}.bias", f"{target}.bias"),
        ]

    return weights.NameMap(
        weights.move(f"{prefix}wte.weight", "tokens.embedding"),
        weights.move(f"{prefix}wpe.weight", "positions.embedding"),
        *norm(f"{here}.ln_1", f"{there}.norm_1"),
        # One array for queries, keys and values, side by side; here it is three,
        # and each head has an axis of its own.
        weights.split(
            f"{here}.attn.c_attn.weight",
            [f"{there}.attention.{part}.kernel" for part in parts],
            weights.reshape(width, heads, -1),
            axis=1,
        ),
        weights.split(
            f"{here}.attn.c_attn.bias",
            [f"{there}.attention.{part}.bias" for part in parts],
            weights.reshape(heads, -1),
        ),
        weights.move(
            f"{here}.attn.c_proj.weight",
            f"{there}.attention.out.kernel",
            weights.reshape(heads, -1, width),
        ),
        weights.move(f"{here}.attn.c_proj.bias", f"{there}.attention.out.bias"),
        *norm(f"{here}.ln_2", f"{there}.norm_2"),
        *moved(f"{here}.mlp.c_fc", f"{there}.up"),
        *moved(f"{here}.mlp.c_proj", f"{there}.down"),
        *norm(f"{prefix}ln_f", "norm"),
        # The head is the table of tokens once more.
        weights.tie("lm_head.weight", same_as=f"{prefix}wte.weight"),
        # Causal masks, which are no weights.
        weights.skip(f"{here}.attn.bias"),
        weights.skip(f"{here}.attn.masked_bias"),
    )


def load_gpt2(state_dict: Mapping[str, Any], config: Config) -> GPT2:
    """A model with the weights of a state dict, or of safetensors files.

    Raises:
        MappedMismatchError: naming on both sides everything that does not fit.
    """
    # Shapes alone: no numbers are drawn that the weights would replace at once.
    model: GPT2 = nnx.eval_shape(lambda: GPT2(config, nnx.Rngs(0)))
    prefix = "transformer." if "transformer.wte.weight" in state_dict else ""
    params = nnx.state(model, nnx.Param)
    weights.load(params, state_dict, names_of_gpt2(config, prefix))
    return model


# --- Use it ---------------------------------------------------------------------


def random_state_dict(config: Config) -> dict[str, np.ndarray[Any, Any]]:
    """Random numbers under the names and in the shapes of a PyTorch GPT-2."""
    width = config.width
    shapes = {
        "wte.weight": (config.vocab, width),
        "wpe.weight": (config.positions, width),
        "ln_f.weight": (width,),
        "ln_f.bias": (width,),
    }
    for n in range(config.depth):
        for norm in ("ln_1", "ln_2"):
            shapes |= {f"h.{n}.{norm}.{part}": (width,) for part in ("weight", "bias")}
        for name, size, out in [
            ("attn.c_attn", width, 3 * width),
            ("attn.c_proj", width, width),
            ("mlp.c_fc", width, 4 * width),
            ("mlp.c_proj", 4 * width, width),
        ]:
            shapes |= {
                f"h.{n}.{name}.weight": (size, out),
                f"h.{n}.{name}.bias": (out,),
            }
    draw = np.random.default_rng(0)
    return {
        name: draw.normal(scale=0.02, size=shape).astype(np.float32)
        for name, shape in shapes.items()
    }


@nnx.jit
def logits_of(model: GPT2, tokens: jax.Array) -> jax.Array:
    """What the model says of each position; compiled once for each length."""
    return model(tokens)


def continued(model: GPT2, tokens: list[int], count: int) -> list[int]:
    """Tokens and the most likely ones after them."""
    # One length for all, so that one program does: nothing looks at what comes after.
    line = np.zeros((1, len(tokens) + count), np.int32)
    line[0, : len(tokens)] = tokens
    for place in range(len(tokens), line.shape[1]):
        line[0, place] = logits_of(model, jnp.array(line))[0, place - 1].argmax()
    return [int(token) for token in line[0]]


def main(arguments: list[str]) -> None:
    """Load weights from a folder, or from one that is made for it."""
    if arguments:
        folder, *rest = arguments
        model = load_gpt2(safetensors.Tensors(folder), Config())
        print(*continued(model, [int(token) for token in rest], 8))
        return
    config = Config(vocab=50, positions=16, width=8, heads=2, depth=2)
    with tempfile.TemporaryDirectory() as folder:
        safetensors.save(folder, random_state_dict(config))
        model = load_gpt2(safetensors.Tensors(folder), config)
    print("tokens:", *continued(model, [1, 2, 3], 4))


if __name__ == "__main__":
    main(sys.argv[1:])
