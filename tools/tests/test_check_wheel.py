"""A wheel may hold its own package and nothing beside it."""

from zipfile import ZipFile

import pytest

import check_wheel

NAME = "ramie_a-0.1.0-py3-none-any.whl"
INFO = "ramie_a-0.1.0.dist-info"
MODULES = {"ramie-a": ("ramie.a", "ramie.experimental.a")}
GOOD = [
    "ramie/a/__init__.py",
    "ramie/a/_version.py",
    "ramie/a/py.typed",
    f"{INFO}/METADATA",
    f"{INFO}/licenses/LICENSE",
]


@pytest.fixture
def problems(tmp_path):
    """A way to check a wheel with the given files."""

    def check(files):
        wheel = tmp_path / NAME
        with ZipFile(wheel, "w") as archive:
            for file in files:
                archive.writestr(file, "")
        return list(check_wheel.problems(wheel, MODULES))

    return check


def test_a_good_wheel_passes(problems):
    assert problems(GOOD) == []


def test_a_wheel_may_hold_experiments_under_its_own_name(problems):
    assert problems([*GOOD, "ramie/experimental/a/__init__.py"]) == []


@pytest.mark.parametrize(
    "stray",
    [
        "ramie/__init__.py",
        "ramie/b/x.py",
        "ramie/experimental/__init__.py",
        "ramie/experimental/b/x.py",
        "tests/t.py",
    ],
)
def test_a_stray_file_is_refused(problems, stray):
    (text,) = problems([*GOOD, stray])

    assert f"{stray} is outside of ramie/a/" in text


@pytest.mark.parametrize("missing", [GOOD[0], GOOD[1], GOOD[2]])
def test_a_missing_file_is_refused(problems, missing):
    (text,) = problems([name for name in GOOD if name != missing])

    assert f"{missing} is missing" in text


def test_a_wheel_without_a_license_is_refused(problems):
    (text,) = problems(GOOD[:-1])

    assert "license" in text


def test_a_wheel_of_another_project_is_told(tmp_path):
    other = tmp_path / "other-1.0-py3-none-any.whl"

    (text,) = check_wheel.problems(other, MODULES)

    assert text == f"{other.name}: is no wheel of ramie-a"


def test_too_few_wheels_are_told(tmp_path, capsys):
    assert check_wheel.main([str(tmp_path / "other-1.0-py3-none-any.whl")]) == 1

    assert "wheels, one of each package" in capsys.readouterr().out
