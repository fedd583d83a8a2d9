"""The example of an autoencoder runs, learns, and draws what it says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "vae.py"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One short run: its output and the folder it wrote."""
    folder = tmp_path_factory.mktemp("vae")
    command = [sys.executable, str(EXAMPLE), "--epochs", "10", "--out", "results"]
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


def test_the_loss_falls_and_is_the_sum_of_its_parts(run):
    output, _ = run

    epochs = [line.split() for line in output.splitlines() if line.startswith("epoch")]
    *_, last = output.strip().splitlines()

    losses = [float(words[5]) for words in epochs]
    assert len(losses) == 10
    assert losses[-1] < 330 < 400 < losses[0]
    for words in epochs:
        total, redrawing, describing = (float(words[i]) for i in (5, 7, 10))
        assert abs(total - redrawing - describing) < 0.2
        assert describing > 1
    assert f"test loss {losses[-1]}, after one epoch {losses[0]}" in last


def test_a_picture_is_drawn(run):
    _, folder = run

    picture = (folder / "vae.png").read_bytes()

    assert picture.startswith(PNG)
    assert len(picture) > 20_000
