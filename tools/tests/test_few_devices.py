import subprocess
import sys

import workspace

TESTS = """
import pytest

FEW = "Number of devices 1 must be >= the product of mesh_shape (8,)"


@pytest.fixture
def mesh():
    raise ValueError(FEW)


def test_skipped_for_a_fixture(mesh):
    pass


def test_skipped_for_itself():
    raise ValueError(FEW)


def test_failed():
    raise ValueError("another number")


def test_passed():
    pass
"""


def test_only_what_wants_more_devices_is_skipped(tmp_path):
    (tmp_path / "test_some.py").write_text(TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "few_devices",
        "-rs",
        "test_some.py",
    ]

    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": str(workspace.ROOT / "tools"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "1 failed, 1 passed, 2 skipped" in done.stdout
    assert "Number of devices 1" in done.stdout
