"""Ratios of several runs stand side by side if the runs were made alike."""

import json

import pytest

from bench import spread


def run(minute, ratio, **surroundings):
    given = {
        "when": f"2031-02-03T04:{minute:02}:00+00:00",
        "load": minute,
        "machine": "Linux",
        "backend": "cpu",
        "cpus": 2,
        "python": "3.11.7",
        "versions": {"jax": "0.10.2"},
    }
    cases = [
        {"name": "step", "ratio": ratio, "goal": 1.1},
        {"name": "weight", "ratio": None, "goal": None},
        {"name": f"only in {minute}", "ratio": 1.0, "goal": None},
    ]
    return {"surroundings": given | surroundings, "cases": cases}


def test_a_case_has_the_ratios_of_all_runs_and_the_surroundings_of_the_last():
    found = spread.gathered([run(9, 1.25), run(1, 1.0), run(5, 1.0624)])

    assert found["cases"] == [
        {"name": "step", "goal": 1.1, "ratios": [1.0, 1.062, 1.25]}
    ]
    assert found["surroundings"]["when"].endswith("04:09:00+00:00")


def test_runs_with_different_versions_are_refused():
    with pytest.raises(spread.DifferentSurroundingsError, match="differ in versions"):
        spread.gathered([run(1, 1.0), run(2, 1.0, versions={"jax": "0.12.0"})])


def test_the_table_goes_from_the_lowest_to_the_highest():
    text = spread.section(spread.gathered([run(1, 1.5), run(2, 1.0), run(3, 1.2)]))

    assert "| step | 3 | 1.00 | 1.20 | 1.50 |" in text
    assert text.startswith("Measured on 2031-02-03")


def test_one_run_has_no_spread(tmp_path):
    file = tmp_path / "one.json"
    file.write_text(json.dumps(run(1, 1.0)))

    with pytest.raises(SystemExit, match="two runs or more"):
        spread.main([str(file)])


def test_the_files_of_runs_become_the_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(spread, "SPREAD", tmp_path / "spread.json")
    files = []
    for minute in (1, 2):
        files.append(tmp_path / f"{minute}.json")
        files[-1].write_text(json.dumps(run(minute, float(minute))))

    spread.main(list(map(str, files)))

    kept = json.loads(spread.SPREAD.read_text("utf-8"))
    assert kept["cases"][0]["ratios"] == [1.0, 2.0]
    assert spread.section(kept) in capsys.readouterr().out
