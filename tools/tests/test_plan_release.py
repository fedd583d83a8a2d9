"""The plan of a release comes from fragments, tags and sibling ranges."""

import pytest
from packaging.version import Version

import plan_release
import releases
import workspace
from plan_release import MAJOR, MINOR, PATCH
from tests.repository import Repository


@pytest.fixture
def repository(tmp_path):
    """Two released packages; b needs a."""
    repository = Repository(tmp_path)
    repository.add("a", version="0.1.0")
    repository.add("b", "ramie-a>=0.1.0,<0.2", version="0.1.0")
    repository.tag("a/v0.1.0")
    repository.tag("b/v0.1.0")
    return repository


def steps_of(repository):
    """The plan, and what blocks it."""
    packages = workspace.load(repository.root)
    steps = plan_release.plan(packages, repository.root)
    return steps, list(plan_release.blockers(packages, steps, repository.root))


@pytest.mark.parametrize(
    ("version", "position", "expected"),
    [
        ("1.2.3", MAJOR, "2.0.0"),
        ("1.2.3", MINOR, "1.3.0"),
        ("1.2.3", PATCH, "1.2.4"),
        ("0.2.3", MAJOR, "0.3.0"),
        ("0.2.3", MINOR, "0.2.4"),
        ("0.2.3", PATCH, "0.2.4"),
    ],
)
def test_a_bump_raises_one_number(version, position, expected):
    assert plan_release.bumped(Version(version), position) == Version(expected)


def test_nothing_is_released_without_a_fragment(repository):
    assert steps_of(repository) == ({}, [])


def test_the_strongest_fragment_decides(repository):
    repository.set_version("a", "0.2.0.dev0")
    repository.change("a", "fix")
    repository.change("a", "breaking")

    steps, _ = steps_of(repository)

    assert str(steps["a"]).startswith(
        "a: 0.1.0 -> 0.2.0  [+it.breaking.md, +it.fix.md]"
    )


def test_a_first_release_has_the_version_of_its_tree(repository):
    repository.add("c", version="0.5.0.dev0")
    repository.change("c", "feature")

    steps, problems = steps_of(repository)

    assert (steps["c"].version, steps["c"].before) == (Version("0.5.0"), None)
    assert problems == []


def test_dependencies_are_uploaded_first(repository):
    for folder in ("b", "a"):
        repository.set_version(folder, "0.1.1.dev0")
        repository.change(folder, "feature")

    steps, problems = steps_of(repository)

    assert list(steps) == ["a", "b"]
    assert problems == []


def test_the_version_of_the_tree_has_to_be_the_planned_one(repository):
    repository.change("a", "feature")

    assert steps_of(repository)[1] == [
        "a: fragments ask for 0.1.1.dev0 but _version.py says 0.1.0. "
        "Write 0.1.1.dev0 there."
    ]


def test_a_range_that_excludes_a_planned_sibling_blocks(repository):
    repository.set_version("a", "0.2.0.dev0")
    repository.change("a", "breaking")

    (problem,) = steps_of(repository)[1]

    assert problem.startswith("b: ramie-a<0.2,>=0.1.0 excludes the planned a 0.2.0.")


def test_a_floor_that_nobody_releases_blocks(repository):
    repository.add("c", "ramie-a>=0.1.1.dev0,<0.2")
    repository.change("c", "feature")

    (problem,) = steps_of(repository)[1]

    assert "names a version that is not released" in problem
    assert problem.endswith("Release a too, or lower the floor.")


def test_a_floor_whose_release_is_out_blocks_nothing_and_is_written(repository):
    repository.add("c", "ramie-a[more]>=0.1.0.dev0,<0.2")
    repository.change("c", "feature")
    project = (repository.home("c") / "pyproject.toml").read_text()

    assert steps_of(repository)[1] == []
    final = plan_release.with_final_floors(project)
    assert 'dependencies = ["ramie-a[more]>=0.1.0,<0.2"]' in final


def test_sources_that_changed_without_a_fragment_block(repository):
    repository.write("a", "_one.py", "one = 1\n")
    repository.commit()

    assert steps_of(repository)[1] == [
        "a: source files changed since a/v0.1.0, 1 of them (ramie/a/_one.py), and no "
        "fragment tells of it. Add changelog.d/+<word>.<kind>.md, or say "
        "`No-changelog: <why>` in a commit that no user can notice."
    ]
    repository.set_version("a", "0.1.1.dev0")
    repository.change("a", "feature")
    assert steps_of(repository)[1] == []


def test_only_some_of_many_changed_files_are_named(repository):
    for number in range(5):
        repository.write("a", f"_{number}.py", "")
    repository.commit()

    (problem,) = steps_of(repository)[1]

    assert "5 of them (ramie/a/_0.py, ramie/a/_1.py, ramie/a/_2.py, …)" in problem


def test_a_package_without_a_release_owes_no_fragment(repository):
    repository.add("c")
    repository.commit()

    assert steps_of(repository) == ({}, [])


def test_the_ranges_of_extras_and_tests_block_too_and_once(repository):
    repository.add("c", version="0.1.0")
    with (repository.home("c") / "pyproject.toml").open("a") as file:
        file.write('\n[project.optional-dependencies]\nmore = ["ramie-a>=0.1,<0.2"]\n')
        file.write('\n[dependency-groups]\ntest = ["ramie-a>=0.1,<0.2"]\n')
    repository.set_version("a", "0.2.0.dev0")
    repository.change("a", "breaking")

    problems = [text for text in steps_of(repository)[1] if text.startswith("c:")]

    assert problems == [
        "c: ramie-a<0.2,>=0.1 excludes the planned a 0.2.0. "
        "Widen the range and add a fragment."
    ]


def test_nothing_blocks_the_next_release_of_this_tree():
    try:
        tags = releases.git("tag", "--list", "*/v*").split()
    except releases.GitError:
        pytest.skip("this tree is no clone")
    if not tags:
        pytest.skip("this clone has no tags of releases")
    packages = workspace.load()

    found = list(plan_release.blockers(packages, plan_release.plan(packages)))

    assert found == []
