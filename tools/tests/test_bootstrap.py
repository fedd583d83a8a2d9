"""The first command of a newcomer works, or says what to do."""

import ast
import os
import sys

import pytest

import bootstrap
import workspace

SOURCE = workspace.ROOT / "tools" / "bootstrap.py"


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """An environment of a workspace that has none yet."""
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    return bootstrap.Environment()


@pytest.fixture
def steps(environment, monkeypatch):
    """The commands that making an environment would run; it makes only files."""
    commands = []

    def run(command, _advice):
        commands.append(command)
        os.makedirs(environment.bin, exist_ok=True)
        open(environment.python, "w").close()

    monkeypatch.setattr(bootstrap, "run", run)
    return commands


def test_an_old_python_can_read_it():
    ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, 6))


def test_it_imports_only_the_standard_library():
    tree = ast.parse(SOURCE.read_text("utf-8"))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import)]
    names = {alias.name for node in imports for alias in node.names}

    assert names <= set(sys.stdlib_module_names)


def test_an_old_python_is_told_which_one_is_needed():
    complaint = bootstrap.complain_about_python((3, 9, 1))

    assert "needs Python 3.11 or newer" in complaint
    assert "this is Python 3.9" in complaint


def test_a_new_enough_python_is_welcome():
    assert bootstrap.complain_about_python((3, 11, 0)) == ""


def test_an_old_python_ends_with_a_message_and_a_code(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 10, 0))

    assert bootstrap.main(["tests"]) == 2
    assert "needs Python 3.11" in capsys.readouterr().err


def test_a_finished_environment_is_used_again(environment, steps):
    environment.make()

    assert steps
    assert environment.is_complete()


def test_half_an_environment_is_made_again(environment, steps):
    environment.make()
    os.remove(environment.stamp)

    assert not environment.is_complete()


def test_an_environment_without_its_python_is_made_again(environment, steps):
    environment.make()
    os.remove(environment.python)

    assert not environment.is_complete()


def test_an_environment_of_another_recipe_is_made_again(
    environment, steps, monkeypatch
):
    environment.make()
    monkeypatch.setattr(bootstrap, "TOOLS", ["nox"])

    assert not environment.is_complete()


def test_a_failed_step_shows_its_output_and_some_advice():
    command = [sys.executable, "-c", "print('no such host'); raise SystemExit(1)"]

    with pytest.raises(bootstrap.StepError, match=r"no such host\s+Check the network"):
        bootstrap.run(command, "Check the network.")


def test_what_follows_two_dashes_goes_to_the_session():
    names, rest = bootstrap.split(["tests", "lint", "--", "-k", "jit"])

    assert names == ["tests", "lint"]
    assert rest == ["--", "-k", "jit"]


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 2), (["--help"], 0), (["nope"], 2)]
)
def test_without_a_known_session_the_sessions_are_listed(
    arguments, code, environment, steps, monkeypatch, capsys
):
    known = {"tests": "All tests.", "isolated(graph)": "One wheel."}
    monkeypatch.setattr(bootstrap, "sessions", lambda _: known)

    assert bootstrap.main(arguments) == code
    printed = "".join(capsys.readouterr())
    assert "tests  All tests." in printed
    assert "isolated(graph)" not in printed
