"""Dream up handwritten digits: a variational autoencoder in one file.

An encoder says where an image lies in a space of a few numbers, as a normal
distribution; a decoder draws what lies at a place of that space. Trained together,
the decoder can draw digits that nobody wrote. The 1797 images (8x8 pixels, grey)
come with scikit-learn. Kingma and Welling, "Auto-Encoding Variational Bayes" (2014).

    python docs/examples/vae.py --epochs 60 --seed 0 --out vae-run

Read it from top to bottom: the data, the model, the loss, training, the picture.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import matplotlib
import numpy as np
import optax
from rich.progress import track
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from ramie import nnx

matplotlib.use("Agg")  # draws into files; no screen is needed
from matplotlib import pyplot as plt

SIDE = 8  # pixels
DOTS = 16  # a pixel counts how many of so many dots are ink
LATENTS = 8  # numbers that describe an image
WIDTH = 256
BATCH_SIZE = 64
LEARNING_RATE = 2e-3


# --- 1. The data ----------------------------------------------------------------


def load_data(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return images `(n, 64)` from 0 to 1: 80 % to learn from, the rest to test on."""
    images = (load_digits().data / DOTS).astype(np.float32)
    train, test = train_test_split(images, test_size=0.2, random_state=seed)
    return train, test


def batches(images: np.ndarray, shuffle: np.random.Generator) -> Iterator[jax.Array]:
    """Yield full batches in a new random order; the short rest waits its turn."""
    order = shuffle.permutation(len(images))
    for start in range(0, len(order) - BATCH_SIZE + 1, BATCH_SIZE):
        yield jnp.asarray(images[order[start : start + BATCH_SIZE]])


# --- 2. The model ---------------------------------------------------------------


class Encoder(nnx.Module):
    """Where an image lies: mean and deviation of a normal distribution."""

    def __init__(self, *, rngs: nnx.Rngs) -> None:
        self.hidden = nnx.Linear(SIDE * SIDE, WIDTH, rngs=rngs)
        self.mean = nnx.Linear(WIDTH, LATENTS, rngs=rngs)
        self.log_deviation = nnx.Linear(WIDTH, LATENTS, rngs=rngs)

    def __call__(self, images: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Map images `(n, 64)` to means and deviations, each `(n, LATENTS)`."""
        x = nnx.gelu(self.hidden(images))
        return self.mean(x), jnp.exp(self.log_deviation(x))


class Decoder(nnx.Module):
    """What lies at a place: the brightness of each pixel, before the sigmoid."""

    def __init__(self, *, rngs: nnx.Rngs) -> None:
        self.hidden = nnx.Linear(LATENTS, WIDTH, rngs=rngs)
        self.pixels = nnx.Linear(WIDTH, SIDE * SIDE, rngs=rngs)

    def __call__(self, places: jax.Array) -> jax.Array:
        """Map places `(n, LATENTS)` to logits of pixels `(n, 64)`."""
        return self.pixels(nnx.gelu(self.hidden(places)))


class VAE(nnx.Module):
    """Encoder and decoder, and the randomness between them."""

    def __init__(self, *, rngs: nnx.Rngs) -> None:
        self.encoder = Encoder(rngs=rngs)
        self.decoder = Decoder(rngs=rngs)
        # A stream of random numbers is part of the model: each call draws new ones.
        self.noise = rngs.noise.fork()

    def __call__(self, images: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
        """Return logits of redrawn images, and the means and deviations used."""
        mean, deviation = self.encoder(images)
        # Noise from outside, scaled and shifted: so gradients reach both.
        noise = jax.random.normal(self.noise(), mean.shape)
        return self.decoder(mean + deviation * noise), mean, deviation

    def sample(self, count: int) -> jax.Array:
        """Draw images `(count, 64)` that lie at random places."""
        places = jax.random.normal(self.noise(), (count, LATENTS))
        return nnx.sigmoid(self.decoder(places))


# --- 3. The loss and the steps --------------------------------------------------


class Loss(NamedTuple):
    """The two things that are weighed against each other, in nats per image."""

    redrawing: jax.Array  # how unlike the images are to what is redrawn
    describing: jax.Array  # how much the encoder says: KL(its normal | unit normal)

    def total(self) -> jax.Array:
        """Return the negative evidence lower bound."""
        return self.redrawing + self.describing


def losses(model: VAE, images: jax.Array) -> Loss:
    """Return both losses, the means over the images."""
    logits, mean, deviation = model(images)
    unlike = DOTS * (jax.nn.softplus(logits) - images * logits)
    said = 0.5 * (mean**2 + deviation**2 - 1) - jnp.log(deviation)
    return Loss(jnp.sum(unlike, axis=-1).mean(), jnp.sum(said, axis=-1).mean())


@nnx.jit
def train_step(model: VAE, optimizer: nnx.Optimizer[VAE], images: jax.Array) -> Loss:
    """Improve the model on one batch, in place; return the losses it had."""

    def loss_fn(model: VAE) -> tuple[jax.Array, Loss]:
        loss = losses(model, images)
        return loss.total(), loss

    loss: Loss
    (_, loss), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    optimizer.update(model, grads)
    return loss


test_step = nnx.jit(losses)


# --- 4. The training loop -------------------------------------------------------


def train(
    model: VAE, images: np.ndarray, held_out: np.ndarray, *, epochs: int, seed: int
) -> list[tuple[float, float]]:
    """Train the model in place and return its learning curve."""
    steps = epochs * (len(images) // BATCH_SIZE)
    schedule = optax.cosine_decay_schedule(LEARNING_RATE, steps)
    optimizer = nnx.Optimizer(model, optax.adam(schedule), wrt=nnx.Param)
    shuffle = np.random.default_rng(seed)
    history: list[tuple[float, float]] = []
    for number in track(range(1, epochs + 1), "training"):
        steps_of_epoch = [
            train_step(model, optimizer, batch).total()
            for batch in batches(images, shuffle)
        ]
        test = test_step(model, jnp.asarray(held_out))
        redrawing, describing = map(float, test)
        learnt = float(np.mean(steps_of_epoch))
        history.append((learnt, redrawing + describing))
        if number % max(epochs // 10, 1) == 0:
            print(
                f"epoch {number:>3}   train {learnt:.1f}   test {history[-1][1]:.1f}"
                f" = {redrawing:.1f} redrawing + {describing:.1f} describing"
            )
    return history


# --- 5. The picture -------------------------------------------------------------


def draw(
    model: VAE, history: list[tuple[float, float]], images: np.ndarray, path: Path
) -> None:
    """Save the learning curve, images redrawn, and images dreamt up, as a PNG."""
    figure = plt.figure(figsize=(13, 5), layout="constrained", dpi=120)
    parts: Any = figure.subfigures(1, 3, width_ratios=(1.2, 1, 1))
    axes = parts[0].subplots()
    for losses_of_epochs, name in zip(
        zip(*history, strict=True), ("training", "test"), strict=True
    ):
        axes.plot(range(1, len(history) + 1), losses_of_epochs, label=name)
    axes.set(xlabel="epoch", ylabel="loss per image (nats)", title="Learning curve")
    axes.legend(frameon=False)

    shown = images[:32]
    redrawn = nnx.sigmoid(model(jnp.asarray(shown))[0])
    # Each image stands above what became of it.
    pairs = np.stack([shown.reshape(4, 8, -1), redrawn.reshape(4, 8, -1)], axis=1)
    draw_grid(parts[1], pairs.reshape(64, -1), "Test images, each above its redrawing")
    draw_grid(parts[2], np.asarray(model.sample(64)), "Nobody wrote these")
    figure.savefig(path)
    plt.close(figure)


def draw_grid(figure: Any, images: np.ndarray, title: str) -> None:
    """Draw 64 images in eight rows."""
    for axis, image in zip(figure.subplots(8, 8).flat, images, strict=True):
        axis.imshow(image.reshape(SIDE, SIDE), cmap="gray_r", vmin=0, vmax=1)
        axis.axis("off")
    figure.suptitle(title)


# --- 6. All of it ---------------------------------------------------------------


def main() -> None:
    """Load, train, draw, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=60, help="passes over the data")
    parser.add_argument("--seed", type=int, default=0, help="start of all randomness")
    parser.add_argument("--out", type=Path, default=Path("vae-run"), help="folder")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()

    images, held_out = load_data(options.seed)
    model = VAE(rngs=nnx.Rngs(options.seed))
    print(f"{len(images)} images to learn from, {len(held_out)} to test on")
    history = train(model, images, held_out, epochs=options.epochs, seed=options.seed)
    draw(model, history, held_out, options.out / "vae.png")
    print(f"picture: {options.out / 'vae.png'}")
    print(
        f"test loss {history[-1][1]:.1f}, after one epoch {history[0][1]:.1f}"
        f", {time.perf_counter() - start:.1f} s in all"
    )


if __name__ == "__main__":
    main()
