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


SELDOM = ("ramie.graph._drawing", "ramie.module.summary._watch", "html")
"""What draws and tabulates, and what that needs: imported where it is asked for."""


def test_importing_everything_leaves_out_what_few_programs_need():
    probe = "import jax, sys; before = {*sys.modules}; import ramie.nnx;"
    probe += "print(*({*sys.modules} - before))"

    command = [sys.executable, "-c", probe]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    loaded = done.stdout.split()
    assert "ramie.graph._draw" in loaded
    assert [name for name in loaded if name.startswith(SELDOM)] == []
