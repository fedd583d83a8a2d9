"""Write Python, one character at a time: a small GPT on the standard library.

A transformer reads the sources that come with every Python and learns to continue
them. Nothing is downloaded. The run ends with a text it wrote and a picture:

    python docs/examples/char_gpt.py --size full --seed 0 --out char-gpt-run

A few minutes on two cores; `--size small` takes seconds and writes nonsense. Read it
from top to bottom: the data, the model, training, sampling with a cache.
"""

import argparse
import sysconfig
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import matplotlib
import numpy as np
import optax

from ramie import nnx

matplotlib.use("Agg")  # draws into files; no screen is needed
from matplotlib import pyplot as plt
from rich.progress import track


class Size(NamedTuple):
    """What decides how long a run takes and how good it gets."""

    layers: int
    features: int
    context: int  # how many characters the model sees at once
    steps: int
    files: int  # how many sources to read


SIZES = {"small": Size(2, 32, 32, 60, 20), "full": Size(4, 96, 128, 600, 1000)}
BATCH_SIZE, HEADS, TEMPERATURE = 16, 4, 0.8


# --- 1. The data: sources as numbers ----------------------------------------------

# The printable characters of ASCII and the end of a line; all others are left out.
ALPHABET = "\n" + "".join(map(chr, range(32, 127)))
NUMBERS = np.full(256, -1, np.int32)
NUMBERS[np.frombuffer(ALPHABET.encode(), np.uint8)] = np.arange(len(ALPHABET))


def encode(text: str) -> np.ndarray:
    """Return the number of each character that is in the alphabet."""
    numbers: np.ndarray = NUMBERS[np.frombuffer(text.encode(), np.uint8)]
    return numbers[numbers >= 0]


def read_sources(files: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the standard library as numbers; the end of each file is held out."""
    paths = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[:files]
    texts = [encode(path.read_text("utf-8", errors="ignore")) for path in paths]
    parts = [np.split(text, [len(text) * 9 // 10]) for text in texts]
    train, validation = map(np.concatenate, zip(*parts, strict=True))
    return train, validation


def windows(text: np.ndarray, size: Size, random: np.random.Generator) -> jax.Array:
    """Return a batch of pieces of the text, one character longer than the context."""
    starts = random.integers(0, len(text) - size.context, BATCH_SIZE)
    return jnp.asarray(text[starts[:, None] + np.arange(size.context + 1)])


def bigram_loss(train: np.ndarray, validation: np.ndarray) -> float:
    """Return what a table of pairs of characters reaches: the number to beat."""
    counts = np.ones((len(ALPHABET), len(ALPHABET)))
    np.add.at(counts, (train[:-1], train[1:]), 1)
    chances = counts / counts.sum(axis=1, keepdims=True)
    return float(-np.log(chances[validation[:-1], validation[1:]]).mean())


# --- 2. The model -----------------------------------------------------------------

# Attention learns from distances: queries and keys are rotated by their positions.
attend = partial(nnx.dot_product_attention_with_rope, rope=nnx.RoPE())


class Block(nnx.Module):
    """Look at what came before, then think about it; add both to what was there."""

    def __init__(self, size: Size, *, rngs: nnx.Rngs) -> None:
        width = size.features
        self.norm1 = nnx.LayerNorm(width, rngs=rngs)
        self.attention = nnx.MultiHeadAttention(
            HEADS, width, attention_fn=attend, decode=False, rngs=rngs
        )
        self.norm2 = nnx.LayerNorm(width, rngs=rngs)
        self.up = nnx.Linear(width, 4 * width, rngs=rngs)
        self.down = nnx.Linear(4 * width, width, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        """Map an array `(batch, length, features)` to one of the same shape."""
        x = x + self.attention(self.norm1(x), is_causal=True)
        return x + self.down(nnx.gelu(self.up(self.norm2(x))))


class CharGPT(nnx.Module):
    """Scores for the next character, at every position of a text."""

    def __init__(self, size: Size, *, rngs: nnx.Rngs) -> None:
        self.characters = nnx.Embed(len(ALPHABET), size.features, rngs=rngs)
        self.blocks = nnx.List([Block(size, rngs=rngs) for _ in range(size.layers)])
        self.norm = nnx.LayerNorm(size.features, rngs=rngs)
        self.scores = nnx.Linear(size.features, len(ALPHABET), rngs=rngs)

    def __call__(self, numbers: jax.Array) -> jax.Array:
        """Map numbers `(batch, length)` to scores `(batch, length, alphabet)`."""
        x = self.characters(numbers)
        for block in self.blocks:
            x = block(x)
        return self.scores(self.norm(x))


# --- 3. Training ------------------------------------------------------------------


def mean_loss(model: CharGPT, batch: jax.Array) -> jax.Array:
    """Return how surprised the model is by each next character, on average."""
    scores = model(batch[:, :-1])
    losses = optax.softmax_cross_entropy_with_integer_labels(scores, batch[:, 1:])
    return jnp.mean(losses)


@nnx.jit
def train_step(
    model: CharGPT, optimizer: nnx.Optimizer[CharGPT], batch: jax.Array
) -> jax.Array:
    """Improve the model on one batch, in place; return the loss it had."""
    loss: jax.Array
    loss, grads = nnx.value_and_grad(mean_loss)(model, batch)
    optimizer.update(model, grads)
    return loss


validation_step = nnx.jit(mean_loss)
Point = tuple[int, float, float]  # step, loss in training, loss in validation


def train(
    model: CharGPT, size: Size, text: np.ndarray, held_out: np.ndarray, seed: int
) -> list[Point]:
    """Train the model in place; return its learning curve."""
    rate = optax.warmup_cosine_decay_schedule(0.0, 3e-3, size.steps // 10, size.steps)
    chain = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate))
    optimizer = nnx.Optimizer(model, chain, wrt=nnx.Param)

    random = np.random.default_rng(seed)
    checks = [windows(held_out, size, random) for _ in range(8)]
    curve: list[Point] = []
    losses = []
    for step in track(range(1, size.steps + 1), "training"):
        losses.append(train_step(model, optimizer, windows(text, size, random)))
        if step % (size.steps // 10) == 0:
            held = np.mean([validation_step(model, each) for each in checks])
            curve.append((step, float(np.mean(losses)), float(held)))
            losses = []
            print("step {:>4}   train {:.3f}   validation {:.3f}".format(*curve[-1]))
    return curve


# --- 4. Sampling ------------------------------------------------------------------


@nnx.jit
def next_character(
    model: CharGPT, number: jax.Array, key: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Draw what follows one more character; the caches remember those before."""
    key, now = jax.random.split(key)
    return jax.random.categorical(now, model(number)[:, -1] / TEMPERATURE), key


def sample(model: CharGPT, prompt: str, length: int, key: jax.Array) -> str:
    """Continue the prompt until the text has this length."""
    # A view shares the weights, and has a mode and caches of its own.
    decoder = nnx.view(model, decode=True, batch_size=1, max_length=length)
    numbers = encode(prompt).tolist()
    for number in numbers[:-1]:
        next_character(decoder, jnp.array([[number]]), key)
    while len(numbers) < length:
        drawn, key = next_character(decoder, jnp.array([[numbers[-1]]]), key)
        numbers.append(int(drawn[0]))
    return "".join(ALPHABET[number] for number in numbers)


def sample_slowly(model: CharGPT, prompt: str, length: int, key: jax.Array) -> str:
    """The same without caches: all characters are computed again for each new one."""
    numbers = np.zeros((1, length), np.int32)  # what comes later is not looked at
    numbers[0, : len(prompt)] = encode(prompt)
    scores_of = nnx.jit(lambda model, numbers: model(numbers))
    for position in range(len(prompt), length):
        key, now = jax.random.split(key)
        scores = scores_of(model, numbers)[:, position - 1]
        numbers[0, position] = int(jax.random.categorical(now, scores / TEMPERATURE)[0])
    return "".join(ALPHABET[number] for number in numbers[0])


# --- 5. All of it -----------------------------------------------------------------


def draw(curve: list[Point], baseline: float, path: Path) -> None:
    """Save the learning curve as a PNG."""
    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained", dpi=120)
    steps, *losses = zip(*curve, strict=True)
    for values, name in zip(losses, ("training", "validation"), strict=True):
        axes.plot(steps, values, "o-", label=name)
    axes.axhline(baseline, color="grey", linestyle="--", label="pairs of characters")
    axes.set(xlabel="step", ylabel="loss per character (nats)", title="Learning Python")
    axes.legend(frameon=False)
    figure.savefig(path)


def main() -> None:
    """Train, draw, and write a text in both ways."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=SIZES, default="full", help="of the run")
    parser.add_argument("--seed", type=int, default=0, help="start of all randomness")
    parser.add_argument("--out", type=Path, default=Path("char-gpt-run"), help="folder")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    size, start = SIZES[options.size], time.perf_counter()

    model = CharGPT(size, rngs=nnx.Rngs(options.seed))
    text, held_out = read_sources(size.files)
    baseline = bigram_loss(text, held_out)
    print(f"{len(text):,} characters to learn from, {len(held_out):,} held out")
    curve = train(model, size, text, held_out, options.seed)
    draw(curve, baseline, options.out / "char_gpt.png")
    for sampler in (sample, sample_slowly):
        written = sampler(model, "def ", size.context, jax.random.key(options.seed))
        print(f"--- {sampler.__name__}\n{written}")
    print(
        f"--- validation loss {curve[-1][-1]:.3f}, pairs of characters "
        f"{baseline:.3f}, {time.perf_counter() - start:.1f} s in all"
    )


if __name__ == "__main__":
    main()
