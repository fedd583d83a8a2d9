"""The graph core is of use without any other package of ramie."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

import workspace

PACKAGES = workspace.load()
GRAPH = PACKAGES["graph"]


def run(*command: str | Path) -> str:
    """The output of a command; where it fails, the output is in the error."""
    # No PYTHONPATH of ours may help the new environment.
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, env=clean, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the graph package alone."""
    home = tmp_path_factory.mktemp("alone") / "env"
    run(find_uv_bin(), "venv", "--quiet", f"--python={sys.executable}", home)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(find_uv_bin(), "pip", "install", "--quiet", f"--python={python}", GRAPH.path)
    return python


def test_no_other_package_comes_along(python):
    probe = (
        "import ramie, os; print(*(n for p in ramie.__path__ for n in os.listdir(p)))"
    )

    assert run(python, "-c", probe).split() == ["graph"]


def test_it_imports_from_the_installed_wheel(python):
    where = run(python, "-c", "import ramie.graph; print(ramie.graph.__file__)")

    assert Path(where.strip()).is_relative_to(python.parent.parent)


def test_its_readme_example_runs(python):
    readme = GRAPH.path / "README.md"

    assert ">>>" in readme.read_text("utf-8")
    run(python, "-m", "doctest", readme)
