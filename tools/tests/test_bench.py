"""The bench runs, and reports each case beside its limit."""

import json
import subprocess
import sys
from pathlib import Path

import workspace


def test_a_case_is_reported_beside_its_limit(tmp_path: Path):
    report = tmp_path / "report.json"
    command = [sys.executable, str(workspace.ROOT / "tools" / "bench"), "--quick"]

    done = subprocess.run(
        [*command, "--only", "variable/read", "--json", str(report)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "variable/read" in done.stdout
    (case,) = json.loads(report.read_text("utf-8"))["cases"]
    assert case["ratio"] > 0
