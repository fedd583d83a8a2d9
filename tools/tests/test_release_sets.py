"""Releases are chosen so that none excludes another."""

from packaging.requirements import Requirement
from packaging.version import Version

from release_sets import allowed, fitting


def versions(*numbers):
    return [Version(number) for number in numbers]


def fit(candidates, said):
    """What is chosen, where `said` has the ranges of some releases."""

    def ranges(folder, version):
        texts = said.get(f"{folder} {version}", {})
        return {name: Requirement(name + text) for name, text in texts.items()}

    given = {folder: versions(*numbers) for folder, numbers in candidates.items()}
    found = fitting(given, ranges)
    return found and {folder: str(version) for folder, version in found.items()}


def test_all_of_some_ranges_let_a_version_in():
    ranges = [Requirement("a>=0.2"), Requirement("a<0.4")]
    there = versions("0.4.0", "0.3.0", "0.3.0.dev0", "0.2.0", "0.1.0")

    assert list(map(str, allowed(ranges, there))) == ["0.3.0", "0.2.0"]
    assert allowed([], there) == versions("0.4.0", "0.3.0", "0.2.0", "0.1.0")


def test_without_ranges_everything_is_as_preferred():
    assert fit({"b": ["2", "1"], "a": ["1", "2"]}, {}) == {"b": "2", "a": "1"}


def test_the_first_chooses_and_the_others_follow():
    said = {"b 2": {"a": ">=2"}, "b 1": {"a": ">=1"}}

    assert fit({"b": ["2", "1"], "a": ["1", "2"]}, said) == {"b": "2", "a": "2"}
    assert fit({"a": ["1", "2"], "b": ["2", "1"]}, said) == {"a": "1", "b": "1"}


def test_a_choice_that_leaves_nothing_for_others_is_taken_back():
    said = {"c 2": {"b": ">=2"}, "b 2": {"a": ">=3"}}

    found = fit({"c": ["2", "1"], "b": ["2", "1"], "a": ["2", "1"]}, said)

    assert found == {"c": "1", "b": "1", "a": "2"}


def test_there_may_be_no_such_set():
    assert fit({"b": ["1"], "a": ["1"]}, {"b 1": {"a": ">=2"}}) is None
