"""The workflows run sessions that there are, and the job that uploads runs nothing."""

import re
from pathlib import Path

import pytest

import workspace

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

FOLDER = workspace.ROOT / ".github" / "workflows"
SESSIONS = re.compile(r"^@nox\.session(?:\(.*\))?\n(?:@.*\n)*def (\w+)", re.MULTILINE)
NAMED = re.compile(r'^@nox\.session\(name="([\w-]+)"\)', re.MULTILINE)


@pytest.fixture(scope="module")
def sessions():
    """The names of all sessions, as the noxfile spells them."""
    text = (workspace.ROOT / "noxfile.py").read_text("utf-8")
    return {*SESSIONS.findall(text), *NAMED.findall(text)}


def read(name: str):
    """A workflow."""
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


def steps_of(workflow):
    """Every step of every job."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yml")), ids=lambda f: f.stem)
def test_every_command_calls_a_tool_that_is_there(file: Path):
    for step in steps_of(read(file.name)):
        assert ("run" in step) != ("uses" in step)
        if "run" in step:
            python, tool = step["run"].split()[:2]
            assert python == "python"
            assert (workspace.ROOT / tool).is_file()


def test_checks_run_sessions_that_there_are(sessions):
    jobs = read("checks.yml")["jobs"]

    entries = [e["sessions"] for e in jobs["checks"]["strategy"]["matrix"]["include"]]
    nightly = jobs["nightly"]["strategy"]["matrix"]["sessions"]
    asked = {name for entry in [*entries, *nightly] for name in entry.split()}
    assert asked - sessions == set()


def test_every_supported_python_at_the_ends_runs_the_tests():
    entries = read("checks.yml")["jobs"]["checks"]["strategy"]["matrix"]["include"]
    pythons = {e["python"] for e in entries if "tests" in e["sessions"].split()}
    text = (workspace.ROOT / "packages/graph/pyproject.toml").read_text("utf-8")
    named = re.findall(r"Python :: (3\.\d+)", text)

    assert pythons == {named[0], named[-1]}


def test_only_the_job_that_uploads_may_publish_and_it_builds_nothing(sessions):
    workflow = read("publish.yml")
    build, upload = workflow["jobs"]["build"], workflow["jobs"]["upload"]

    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in build
    assert upload["permissions"] == {"id-token": "write"}
    assert upload["needs"] == "build"
    assert [step for step in upload["steps"] if "run" in step] == []
    called = {
        step["run"].split()[2].strip('"') for step in build["steps"] if "run" in step
    }
    assert {name.partition("(")[0] for name in called} <= sessions


def test_the_files_that_are_uploaded_are_those_that_one_session_made_and_tested():
    jobs = read("publish.yml")["jobs"]
    kept = [s["with"] for s in jobs["build"]["steps"] if "upload-artifact" in str(s)]
    (got,) = (
        s["with"] for s in jobs["upload"]["steps"] if "download-artifact" in str(s)
    )

    commands = [step["run"] for step in jobs["build"]["steps"] if "run" in step]
    assert commands == ['python tools/bootstrap.py release -- "$GITHUB_REF_NAME"']
    assert [each["path"] for each in kept] == ["dist/*"]
    assert got == {"name": kept[0]["name"], "path": "dist"}


def test_tags_that_publish_are_those_of_releases():
    # YAML reads the word `on` as true.
    assert read("publish.yml")[True]["push"]["tags"] == ["*/v*"]


def test_nothing_needs_a_secret():
    for file in FOLDER.glob("*.yml"):
        assert "secrets." not in file.read_text("utf-8")
