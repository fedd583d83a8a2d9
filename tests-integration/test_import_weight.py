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
