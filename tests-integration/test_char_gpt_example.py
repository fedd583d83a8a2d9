"""The example of a language model runs, learns, and writes the same in both ways."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import nnx

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "char_gpt.py"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One short run: its output and the folder it wrote."""
    folder = tmp_path_factory.mktemp("char-gpt")
    command = [sys.executable, str(EXAMPLE), "--size", "small", "--out", "results"]
    # Paranoid checks and fake devices are for the other tests.
    surroundings = {**os.environ, "RAMIE_PARANOID": "0", "XLA_FLAGS": ""}
    done = subprocess.run(
        command,
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, folder / "results"


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("char_gpt", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_loss_falls_and_stands_beside_that_of_pairs_of_characters(run):
    output, _ = run

    steps = [line.split() for line in output.splitlines() if line.startswith("step")]
    *_, last = output.strip().splitlines()

    held_out = [float(words[5]) for words in steps]
    assert len(held_out) == 10
    assert held_out[-1] < 3.2 < 3.6 < held_out[0]
    assert f"validation loss {held_out[-1]:.3f}, pairs of characters 2." in last


def test_both_ways_of_sampling_write_the_same_text(run):
    output, _ = run

    _, cached, slow = output.split("--- sample")

    texts = [part.split("\n--- ")[0].partition("\n")[2] for part in (cached, slow)]
    assert texts[0].strip() == texts[1].strip()
    assert texts[0].startswith("def ")


def test_a_learning_curve_is_drawn(run):
    _, folder = run

    picture = (folder / "char_gpt.png").read_bytes()

    assert picture.startswith(PNG)
    assert len(picture) > 20_000


def test_steps_with_caches_score_as_the_whole_context_does(example):
    size = example.Size(layers=2, features=16, context=6, steps=0, files=0)
    model = example.CharGPT(size, rngs=nnx.Rngs(0))
    numbers = jnp.asarray(example.encode("return"))[None]
    expected = nnx.jit(lambda model, numbers: model(numbers))(model, numbers)

    decoder = nnx.view(model, decode=True, batch_size=1, max_length=6)
    step = nnx.jit(lambda model, numbers: model(numbers))
    scores = [step(decoder, numbers[:, i : i + 1]) for i in range(6)]

    np.testing.assert_allclose(jnp.hstack(scores), expected, rtol=1e-4, atol=1e-5)


def test_the_table_of_pairs_knows_what_follows_what(example):
    text = example.encode("abababab" * 100)

    loss = example.bigram_loss(text, text)

    # One count is added to each of the pairs, so that none is impossible.
    seen, others = 400, len(example.ALPHABET)
    assert abs(loss + np.log((seen + 1) / (seen + others))) < 0.01


def test_only_printable_characters_are_read(example):
    numbers = example.encode("a\tü\n~")

    assert [example.ALPHABET[number] for number in numbers] == ["a", "\n", "~"]
    assert jax.dtypes.issubdtype(numbers.dtype, np.integer)
