"""Runs of the bench are kept, and compared with the last of their kind."""

import json

import pytest

from bench import history


def run(when, machine="Linux", **ratios):
    """What is kept of a run."""
    surroundings = {"when": f"2031-02-{when}T00:00:00+00:00", "machine": machine}
    cases = [{"name": name, "ratio": ratio} for name, ratio in ratios.items()]
    return {"surroundings": surroundings, "cases": cases}


def test_a_run_is_kept_in_a_file_of_its_own(tmp_path):
    first, second = run("01", a=1.0), run("02", a=1.0)

    list(history.keep(first, tmp_path / "new"))
    list(history.keep(second, tmp_path / "new"))

    files = sorted((tmp_path / "new").iterdir())
    assert [file.name for file in files] == [
        "2031-02-01T000000.json",
        "2031-02-02T000000.json",
    ]
    assert json.loads(files[0].read_text()) == first


def test_a_kept_run_is_never_written_again(tmp_path):
    list(history.keep(run("01", a=1.0), tmp_path))

    with pytest.raises(FileExistsError):
        list(history.keep(run("01", a=2.0), tmp_path))


def test_a_first_run_has_nothing_to_be_compared_with(tmp_path):
    said = list(history.keep(run("01", a=1.0), tmp_path))

    assert said[1] == "there is no earlier run on such a machine with these versions"


def test_ratios_that_changed_much_are_told(tmp_path):
    list(history.keep(run("01", slow=1.0, fast=2.0, same=3.0, gone=1.0), tmp_path))

    said = list(
        history.keep(run("02", slow=1.5, fast=1.0, same=3.1, new=9.0), tmp_path)
    )

    assert said[1:] == [
        "slow: slower since 2031-02-01T00:00:00+00:00, ratio 1 -> 1.5",
        "fast: faster since 2031-02-01T00:00:00+00:00, ratio 2 -> 1",
    ]


def test_it_is_said_that_nothing_changed(tmp_path):
    list(history.keep(run("01", a=1.0, b=None), tmp_path))

    said = list(history.keep(run("02", a=1.1, b=None), tmp_path))

    assert said[1].startswith("no ratio has changed by a factor of 1.25 since")


def test_other_machines_and_other_cases_are_no_measure(tmp_path):
    list(history.keep(run("01", a=1.0), tmp_path))
    list(history.keep(run("02", machine="Another", a=5.0), tmp_path))
    list(history.keep(run("03", b=5.0), tmp_path))

    last = history.last_like(run("04", a=1.0), tmp_path)

    assert last is not None
    assert last["surroundings"]["when"].startswith("2031-02-01")
