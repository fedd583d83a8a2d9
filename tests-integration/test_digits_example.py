"""The example that the README shows runs, and writes what it says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "digits.py"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One short run: its output and the folder it wrote."""
    folder = tmp_path_factory.mktemp("digits")
    command = [sys.executable, str(EXAMPLE), "--epochs", "1", "--out", "results"]
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


def test_the_last_line_tells_the_accuracy_before_and_after_restoring(run):
    output, _ = run

    words = output.strip().splitlines()[-1].replace(",", "").split()

    assert words[:2] == ["test", "accuracy"]
    assert words[2] == words[4]
    assert 50.0 < float(words[2].rstrip("%")) <= 100.0


def test_every_epoch_is_reported(run):
    output, _ = run

    epochs = [line for line in output.splitlines() if line.startswith("epoch")]

    assert len(epochs) == 1
    assert "train: loss" in epochs[0]
    assert "test: loss" in epochs[0]


def test_a_picture_is_drawn(run):
    _, folder = run

    picture = (folder / "digits.png").read_bytes()

    assert picture.startswith(PNG)
    assert len(picture) > 20_000


def test_a_checkpoint_is_written(run):
    _, folder = run

    assert any((folder / "checkpoint").iterdir())
