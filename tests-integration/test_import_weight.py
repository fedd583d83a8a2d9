"""Importing a package loads nothing that it did not promise.

All optional dependencies are installed where this runs, so an import of one of
them that should have waited would succeed here, and be seen.
"""

import json
import subprocess
import sys

import pytest

import check_layers
import workspace

PACKAGES = workspace.load()
CHECK = workspace.ROOT / "tools" / "check_import.py"


@pytest.mark.parametrize("package", PACKAGES.values(), ids=lambda p: p.folder)
def test_importing_loads_only_what_is_declared(package):
    promised = check_layers.promised(package, PACKAGES)
    allowed = [f"--allow={name}" for name in promised]

    command = [sys.executable, str(CHECK), package.module, *allowed]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.stdout, done.stderr
    assert json.loads(done.stdout)["surprises"] == []


SELDOM = {
    "ramie.nnx": ("ramie.graph._drawing", "ramie.module.summary._watch", "html"),
    "ramie.linen": ("ramie.module", "ramie.transforms", "ramie.variables"),
    "ramie.layers.functional": ("ramie.layers._linear", "ramie.module"),
}
"""What draws and tabulates, what nnx modules need: imported where it is asked for."""


@pytest.mark.parametrize("module", SELDOM)
def test_importing_leaves_out_what_few_programs_need(module):
    probe = f"import jax, sys; before = {{*sys.modules}}; import {module};"
    probe += "print(*({*sys.modules} - before))"

    command = [sys.executable, "-c", probe]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    loaded = done.stdout.split()
    assert {module, "ramie.graph._registry"} <= {*loaded}
    assert [name for name in loaded if name.startswith(SELDOM[module])] == []
