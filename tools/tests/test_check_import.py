"""An import that loads more than it promised is told by name."""

import json
import subprocess
import sys

import pytest

import workspace

CHECK = workspace.ROOT / "tools" / "check_import.py"


@pytest.fixture
def check(tmp_path):
    """A way to check one of a few small packages."""
    files = {
        "ramie/lower/__init__.py": "",
        "ramie/upper/__init__.py": "import ramie.lower, helper.part, json, colorsys",
        "helper/__init__.py": "",
        "helper/part.py": "",
        "friend.py": "import helper",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(*allowed):
        command = [sys.executable, str(CHECK), "ramie.upper"]
        command += [f"--allow={name}" for name in allowed]
        environment = {"PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, json.loads(done.stdout)["surprises"]

    return run


def test_undeclared_modules_are_surprises(check):
    assert check() == (1, ["helper", "helper.part", "ramie.lower"])


def test_declared_modules_are_none(check):
    assert check("helper", "ramie.lower") == (0, [])


def test_what_a_declared_module_loads_is_none(check):
    assert check("friend", "ramie.lower") == (0, [])


def test_an_undeclared_sibling_is_one_even_when_another_is_declared(check):
    assert check("helper", "ramie.other") == (1, ["ramie.lower"])
