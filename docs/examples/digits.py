"""Read handwritten digits: a whole training run in one file.

A small convolutional network with BatchNorm and Dropout learns the 1797 images
of digits (8x8 pixels, grey) that come with scikit-learn. Nothing is downloaded.
The run ends with a checkpoint, a fresh model restored from it, and a picture:

    python docs/examples/digits.py --epochs 12 --seed 0 --out digits-run

Read it from top to bottom; every part of a usual training run appears once.
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
import orbax.checkpoint as ocp
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from ramie import nnx

matplotlib.use("Agg")  # draws into files; no screen is needed
from matplotlib import pyplot as plt

BATCH_SIZE = 64
LEARNING_RATE = 4e-3


# --- 1. The data ----------------------------------------------------------------


class Examples(NamedTuple):
    """Images `(n, 8, 8, 1)` with values from 0 to 1, and labels `(n,)`."""

    images: np.ndarray
    labels: np.ndarray


def load_data(seed: int) -> tuple[Examples, Examples]:
    """Return 80 % of the digits for training and 20 % for the test."""
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)[..., None]
    labels = digits.target.astype(np.int32)
    train_images, test_images, train_labels, test_labels = train_test_split(
        images, labels, test_size=0.2, stratify=labels, random_state=seed
    )
    return Examples(train_images, train_labels), Examples(test_images, test_labels)


def batches(data: Examples, shuffle: np.random.Generator) -> Iterator[Examples]:
    """Yield full batches in a new random order; the short rest waits its turn."""
    order = shuffle.permutation(len(data.labels))
    for start in range(0, len(order) - BATCH_SIZE + 1, BATCH_SIZE):
        chosen = order[start : start + BATCH_SIZE]
        yield Examples(data.images[chosen], data.labels[chosen])


# --- 2. The model ---------------------------------------------------------------


class DigitReader(nnx.Module):
    """Two convolutions, then one linear layer that scores the ten digits."""

    def __init__(self, *, rngs: nnx.Rngs) -> None:
        self.conv1 = nnx.Conv(1, 32, kernel_size=(3, 3), rngs=rngs)
        self.norm1 = nnx.BatchNorm(32, momentum=0.9, rngs=rngs)
        self.conv2 = nnx.Conv(32, 64, kernel_size=(3, 3), rngs=rngs)
        self.norm2 = nnx.BatchNorm(64, momentum=0.9, rngs=rngs)
        self.dropout = nnx.Dropout(0.4, rngs=rngs)
        self.scores = nnx.Linear(4 * 4 * 64, 10, rngs=rngs)

    def __call__(self, images: jax.Array) -> jax.Array:
        """Map images `(n, 8, 8, 1)` to scores `(n, 10)`."""
        x = nnx.relu(self.norm1(self.conv1(images)))
        x = nnx.relu(self.norm2(self.conv2(x)))
        x = nnx.max_pool(x, window_shape=(2, 2), strides=(2, 2))
        x = self.dropout(x.reshape(x.shape[0], -1))
        return self.scores(x)


# --- 3. The two steps -----------------------------------------------------------


def losses_and_scores(
    model: DigitReader, images: jax.Array, labels: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Return one loss per image and the scores they come from."""
    scores = model(images)
    return optax.softmax_cross_entropy_with_integer_labels(scores, labels), scores


@nnx.jit
def train_step(
    model: DigitReader,
    optimizer: nnx.Optimizer[DigitReader],
    metrics: nnx.metrics.MultiMetric,
    images: jax.Array,
    labels: jax.Array,
) -> None:
    """Improve the model on one batch. Everything is changed in place."""

    def loss_fn(model: DigitReader) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
        losses, scores = losses_and_scores(model, images, labels)
        return losses.mean(), (losses, scores)

    (_, (losses, scores)), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    optimizer.update(model, grads)
    metrics.update(loss=losses, logits=scores, labels=labels)


@nnx.jit
def test_step(
    model: DigitReader,
    metrics: nnx.metrics.MultiMetric,
    images: jax.Array,
    labels: jax.Array,
) -> jax.Array:
    """Measure the model on a batch and return the digits it reads."""
    losses, scores = losses_and_scores(model, images, labels)
    metrics.update(loss=losses, logits=scores, labels=labels)
    return scores.argmax(axis=-1)


def measure(model: DigitReader, data: Examples) -> tuple[dict[str, float], np.ndarray]:
    """Return loss and accuracy of `model` on `data`, and what it read."""
    model.eval()  # BatchNorm uses its averages, Dropout lets everything through
    metrics = new_metrics()
    digits = test_step(model, metrics, *map(jnp.asarray, data))
    return as_floats(metrics), np.asarray(digits)


def new_metrics() -> nnx.metrics.MultiMetric:
    """Return counters for the mean loss and the accuracy."""
    return nnx.metrics.MultiMetric(
        loss=nnx.metrics.Average("loss"), accuracy=nnx.metrics.Accuracy()
    )


def as_floats(metrics: nnx.metrics.MultiMetric) -> dict[str, float]:
    """Read the counters as Python numbers."""
    return {name: float(value) for name, value in metrics.compute().items()}


# --- 4. The training loop -------------------------------------------------------


class Epoch(NamedTuple):
    """What one epoch measured: loss and accuracy of both parts of the data."""

    train: dict[str, float]
    test: dict[str, float]


def train(
    model: DigitReader,
    train_data: Examples,
    test_data: Examples,
    *,
    epochs: int,
    seed: int,
    console: Console,
) -> list[Epoch]:
    """Train `model` in place and return its learning curve."""
    steps = len(train_data.labels) // BATCH_SIZE
    schedule = optax.cosine_decay_schedule(LEARNING_RATE, epochs * steps)
    optimizer = nnx.Optimizer(model, optax.adamw(schedule), wrt=nnx.Param)
    metrics = new_metrics()
    shuffle = np.random.default_rng(seed)
    history: list[Epoch] = []
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} steps"),
        TimeElapsedColumn(),
        console=console,
    )
    with bar:
        task = bar.add_task("training", total=epochs * steps)
        for number in range(1, epochs + 1):
            model.train()
            metrics.reset()
            for batch in batches(train_data, shuffle):
                train_step(model, optimizer, metrics, *map(jnp.asarray, batch))
                bar.advance(task)
            epoch = Epoch(as_floats(metrics), measure(model, test_data)[0])
            history.append(epoch)
            bar.console.print(
                f"epoch {number:>2}"
                f"   train: loss {epoch.train['loss']:.4f},"
                f" {epoch.train['accuracy']:7.2%} right"
                f"   test: loss {epoch.test['loss']:.4f},"
                f" {epoch.test['accuracy']:7.2%} right"
            )
    return history


# --- 5. The checkpoint ----------------------------------------------------------


def save(model: DigitReader, folder: Path) -> None:
    """Write all arrays of `model` into `folder`, as nested dicts."""
    with ocp.StandardCheckpointer() as checkpointer:
        contents = nnx.to_pure_dict(nnx.state(model))
        checkpointer.save(folder.absolute(), contents, force=True)


def restore(folder: Path) -> DigitReader:
    """Build a fresh model and give it what `folder` holds."""
    model = DigitReader(rngs=nnx.Rngs(12345))  # any seed: all of it is replaced
    with ocp.StandardCheckpointer() as checkpointer:
        form = nnx.to_pure_dict(nnx.state(model))
        contents = checkpointer.restore(folder.absolute(), form)
    nnx.update(model, contents)
    return model


# --- 6. The picture -------------------------------------------------------------


def draw(history: list[Epoch], test: Examples, read: np.ndarray, path: Path) -> None:
    """Save the learning curves and a grid of test digits as a PNG."""
    figure = plt.figure(figsize=(13, 6.5), layout="constrained", dpi=120)
    halves: Any = figure.subfigures(1, 2, width_ratios=(1, 1.25))
    draw_curves(halves[0], history)
    draw_digits(halves[1], test, read)
    figure.savefig(path)
    plt.close(figure)


def draw_curves(figure: Any, history: list[Epoch]) -> None:
    """Draw loss and accuracy, one above the other."""
    numbers = range(1, len(history) + 1)
    axes = figure.subplots(2, 1, sharex=True)
    for axis, name in zip(axes, ("loss", "accuracy"), strict=True):
        axis.plot(numbers, [e.train[name] for e in history], "o-", label="training")
        axis.plot(numbers, [e.test[name] for e in history], "s-", label="test")
        axis.set_ylabel(name)
        axis.grid(alpha=0.3)
        axis.legend(frameon=False)
    axes[0].set_yscale("log")
    axes[1].yaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1.0))
    axes[1].xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(integer=True))
    axes[1].set_xlabel("epoch")
    figure.align_ylabels(axes)
    figure.suptitle("Learning curves", fontweight="bold")


def draw_digits(figure: Any, test: Examples, read: np.ndarray) -> None:
    """Draw test images under what the model read; the wrong ones come first."""
    wrong = int((read != test.labels).sum())
    shown = np.argsort(read == test.labels, kind="stable")[:48]
    axes = figure.subplots(6, 8).flat
    for axis, index in zip(axes, shown, strict=True):
        axis.imshow(test.images[index, ..., 0], cmap="gray_r", vmin=0, vmax=1)
        axis.set(xticks=[], yticks=[])
        right = read[index] == test.labels[index]
        colour = "tab:green" if right else "tab:red"
        text = f"{read[index]}" if right else f"{read[index]} (is {test.labels[index]})"
        axis.set_title(text, color=colour, fontsize=10, pad=3)
        for spine in axis.spines.values():
            spine.set(color=colour, linewidth=1.5)
    title = f"Test digits and what the model read ({wrong} of {len(read)} wrong)"
    figure.suptitle(title, fontweight="bold")


# --- 7. All of it ---------------------------------------------------------------


def main() -> None:
    """Load, train, save, restore, draw, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=12, help="passes over the data")
    parser.add_argument("--seed", type=int, default=0, help="start of all randomness")
    parser.add_argument(
        "--out", type=Path, default=Path("digits-run"), help="folder to write into"
    )
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    console = Console()
    start = time.perf_counter()

    train_data, test_data = load_data(options.seed)
    model = DigitReader(rngs=nnx.Rngs(options.seed))
    weights = sum(leaf.size for leaf in jax.tree.leaves(nnx.state(model, nnx.Param)))
    console.print(
        f"{len(train_data.labels)} digits to learn from, {len(test_data.labels)} to "
        f"test on; a model with {weights:,} weights"
    )
    history = train(
        model,
        train_data,
        test_data,
        epochs=options.epochs,
        seed=options.seed,
        console=console,
    )

    measured, read = measure(model, test_data)
    save(model, options.out / "checkpoint")
    restored, _ = measure(restore(options.out / "checkpoint"), test_data)
    if restored != measured:
        raise SystemExit(f"restored model differs: {restored} instead of {measured}")
    console.print(f"restored from {options.out / 'checkpoint'}: same loss and accuracy")

    picture = options.out / "digits.png"
    draw(history, test_data, read, picture)
    console.print(f"picture: {picture}")
    console.print(
        f"test accuracy {measured['accuracy']:.2%}, restored {restored['accuracy']:.2%}"
        f", {time.perf_counter() - start:.1f} s in all"
    )


if __name__ == "__main__":
    main()
