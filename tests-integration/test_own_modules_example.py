"""The example of a library over Variables: it learns, and imports nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "own_modules.py"
ALONE = {"graph", "variables"}


@pytest.fixture(scope="module")
def output():
    """What a run prints, with the packages of ramie that it has imported at the end."""
    probe = (
        "import runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__');"
        "print(*{name.split('.')[1] for name in sys.modules if name[:6] == 'ramie.'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe, EXAMPLE],
        env={**os.environ, "XLA_FLAGS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_it_learns(output):
    assert "exclusive or: [0, 1, 1, 0]" in output


def test_its_state_comes_out_of_the_step(output):
    assert "calls of the first layer: 400" in output


def test_the_text_of_a_model_shows_its_variables(output):
    assert output[0].startswith("Mlp(")
    assert any("kernel=Param(" in line for line in output)


def test_it_imports_the_graph_core_and_variables_alone(output):
    assert set(output[-1].split()) == ALONE
