"""mypy and pyright see in a user's program what is there, and the mistakes in it.

What they have to see stands in `typed_program.py`. pyright comes as basedpyright,
which brings the node that it needs; it checks by pyright's own standard rules.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import ramie.graph
import ramie.layers
import ramie.module
import ramie.nnx
import ramie.training
import ramie.transforms
import ramie.variables

PROGRAM = Path(__file__).parent / "typed_program.py"
PACKAGES = (
    ramie.graph,
    ramie.layers,
    ramie.module,
    ramie.nnx,
    ramie.training,
    ramie.transforms,
    ramie.variables,
)
# Installed editable, a package is found by a hook that no type checker runs.
SOURCES = [str(Path(package.__path__[0]).parents[1]) for package in PACKAGES]

MYPY = """
[mypy]
strict = True
namespace_packages = True
explicit_package_bases = True
[mypy-optax.*]
ignore_missing_imports = True
"""
PYRIGHT = {
    "typeCheckingMode": "standard",
    "enableTypeIgnoreComments": True,
    "reportUnnecessaryTypeIgnoreComment": "error",
    "extraPaths": SOURCES,
}


def checked_by_mypy(program, folder):
    (folder / "mypy.ini").write_text(MYPY)
    config = f"--config-file={folder / 'mypy.ini'}"
    return ["mypy", config, f"--cache-dir={folder}", "--follow-imports=silent", program]


def checked_by_pyright(program, folder):
    config = folder / "pyrightconfig.json"
    config.write_text(json.dumps({**PYRIGHT, "include": [str(program)]}))
    return ["basedpyright", f"--pythonpath={sys.executable}", f"--project={config}"]


@pytest.fixture(scope="module")
def folder(request, tmp_path_factory):
    """A folder for settings, and for what a checker remembers of jax."""
    if hasattr(request.config, "cache"):
        return request.config.cache.mkdir("typing")
    return tmp_path_factory.mktemp("typing")


@pytest.mark.parametrize("check", [checked_by_mypy, checked_by_pyright])
def test_a_program_is_seen_as_it_is(check, folder):
    command = [sys.executable, "-m", *map(str, check(PROGRAM, folder))]
    env = {**os.environ, "MYPYPATH": os.pathsep.join(SOURCES)}

    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
