"""The bench runs, and reports each case beside its limit."""

import json
import subprocess
import sys
from pathlib import Path

import workspace


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "tools.bench", *arguments],
        cwd=workspace.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_case_is_reported_beside_its_limit_and_kept(tmp_path: Path):
    report = tmp_path / "report.json"
    case = ("--quick", "--only", "variable/read")

    done = bench(*case, "--json", str(report), "--save", str(tmp_path / "kept"))

    assert done.returncode == 0, done.stderr
    assert "variable/read" in done.stdout
    (case,) = json.loads(report.read_text("utf-8"))["cases"]
    assert case["ratio"] > 0
    (kept,) = (tmp_path / "kept").iterdir()
    assert kept.read_text() + "\n" == report.read_text()


def test_cases_are_listed_by_any_of_several_patterns():
    done = bench("--list", "--only", "rngs/*", "--only", "variable/wr")

    assert done.stdout.split() == [
        "variable/write",
        "rngs/key",
        "rngs/sample",
        "rngs/split",
    ]


def test_a_pattern_that_fits_nothing_is_an_error():
    done = bench("--only", "no such case")

    assert done.returncode == 1
    assert "no case has 'no such case' in its name" in done.stderr
