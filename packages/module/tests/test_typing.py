"""Types as users see them; needs mypy, and is skipped without it."""

import os
from pathlib import Path

import pytest

import ramie.graph
import ramie.module
import ramie.variables

api = pytest.importorskip("mypy.api")

HERE = Path(__file__).parent


def test_user_code_is_checked_as_it_should(request, tmp_path, monkeypatch):
    packages = (ramie.graph, ramie.variables, ramie.module)
    sources = [Path(package.__path__[0]).parents[1] for package in packages]
    monkeypatch.setenv("MYPYPATH", os.pathsep.join(map(str, sources)))
    config = tmp_path / "mypy.ini"
    config.write_text(
        "[mypy]\nnamespace_packages = True\nexplicit_package_bases = True"
    )

    report, errors, status = api.run(
        [
            "--strict",
            f"--config-file={config}",
            f"--cache-dir={request.config.cache.mkdir('mypy')}",
            "--follow-imports=silent",
            str(HERE / "typed_objects.py"),
        ]
    )

    assert status == 0, report + errors
