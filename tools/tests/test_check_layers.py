"""Each rule of the workspace is enforced, with file and line."""

import pytest

import check_layers
import workspace

PYPROJECT = """
[project]
name = "ramie-{folder}"
dependencies = {dependencies}

[project.optional-dependencies]
checkpoint = ["orbax-checkpoint"]

[dependency-groups]
test = ["pytest"]
"""


@pytest.fixture
def tree(tmp_path):
    """Two packages: `upper` declares jax and `lower`."""
    for folder, dependencies in {"lower": [], "upper": ["jax", "ramie-lower"]}.items():
        home = tmp_path / "packages" / folder
        source = home / "src" / "ramie" / folder
        source.mkdir(parents=True)
        (home / "tests").mkdir()
        (source / "_version.py").write_text('__version__ = "0.1.0"\n')
        text = PYPROJECT.format(folder=folder, dependencies=dependencies)
        (home / "pyproject.toml").write_text(text)
    return tmp_path


def complaints(tree, source, *, file="upper/src/ramie/upper/_file.py"):
    """What the check says about a tree with one more file."""
    (tree / "packages" / file).write_text(source)
    packages = workspace.load(tree)
    found = (check_layers.problems(p, packages) for p in packages.values())
    return [text for each in found for text in each]


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import jax.numpy",
        "from ramie import lower",
        "from ramie.lower import name",
        "from ramie.lower import __version__",
        "from ramie.lower.extend import name",
        "from ._other import name",
        "def f():\n    import orbax.checkpoint",
        "if TYPE_CHECKING:\n    import orbax.checkpoint",
        "# needs the extra checkpoint\nimport orbax.checkpoint",
    ],
)
def test_declared_imports_are_fine(tree, source):
    assert complaints(tree, source) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import scipy", "scipy is not a declared dependency"),
        ("def f():\n    import scipy", "scipy is not a declared dependency"),
        ("from ramie import other", "ramie.other is not a declared dependency"),
        ("from ..other import name", "ramie.other is not a declared dependency"),
        ("from ramie.lower import _file", "private to ramie.lower"),
        ("from ramie.lower._file import name", "private to ramie.lower"),
        ("import orbax.checkpoint", "import it inside a function"),
        ("# needs the extra other\nimport orbax", "import it inside a function"),
        ("try:\n    import orbax\nfinally:\n    pass", "import it inside a function"),
    ],
)
def test_other_imports_are_refused(tree, source, message):
    (text,) = complaints(tree, source)

    assert text.startswith("packages/upper/src/ramie/upper/_file.py:")
    assert message in text


def test_a_lower_package_may_not_import_an_upper_one(tree):
    file = "lower/src/ramie/lower/_file.py"

    (text,) = complaints(tree, "import ramie.upper", file=file)

    assert "ramie.upper is not a declared dependency" in text


def test_tests_may_import_what_their_group_names(tree):
    file = "upper/tests/test_file.py"
    source = "import pytest\nfrom ramie.upper import _file\nimport scipy"

    (text,) = complaints(tree, source, file=file)

    assert text.endswith("test_file.py:3: scipy: scipy is not a declared dependency")


def test_sources_may_not_import_what_tests_need(tree):
    (text,) = complaints(tree, "import pytest")

    assert "pytest is not a declared dependency" in text


def test_the_complaint_names_the_line(tree):
    (text,) = complaints(tree, "import os\n\nimport scipy\n")

    assert "_file.py:3:" in text


def test_a_long_file_needs_a_reason(tree):
    long = "\n" * (check_layers.MAX_LINES + 1)

    (text,) = complaints(tree, long)

    assert "401 lines" in text
    assert complaints(tree, f"# long file: one table, easier whole\n{long}") == []
    assert complaints(tree, f"# long file:\n{long}") != []


def test_the_shared_namespace_has_no_init(tree):
    (text,) = complaints(tree, "", file="upper/src/ramie/__init__.py")

    assert "no __init__.py" in text


def test_an_experiment_belongs_to_the_package_of_its_name(tree):
    for folder in ("lower", "upper"):
        home = tree / "packages" / folder / "src" / "ramie" / "experimental" / folder
        home.mkdir(parents=True)
    file = "upper/src/ramie/experimental/upper/_file.py"
    allowed = (
        "from ramie.experimental.lower import name\n"
        "from ramie.upper._file import name\n"
        "from ._other import name\n"
    )

    assert complaints(tree, allowed, file=file) == []
    (text,) = complaints(tree, "from ramie.lower import _file", file=file)
    assert "private to ramie.lower" in text
    (text,) = complaints(
        tree,
        "import ramie.experimental.upper",
        file="lower/src/ramie/experimental/lower/_file.py",
    )[:1]
    assert "ramie.upper is not a declared dependency" in text


def test_the_namespace_of_experiments_has_no_init(tree):
    (tree / "packages/upper/src/ramie/experimental").mkdir()

    (text,) = complaints(tree, "", file="upper/src/ramie/experimental/__init__.py")

    assert "experimental/__init__.py:1: the shared namespace" in text


def test_a_range_must_admit_the_sibling_beside_it(tree):
    pyproject = tree / "packages" / "upper" / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("-lower", "-lower>=0.2"))

    (text,) = complaints(tree, "")

    assert "does not admit 0.1.0" in text


def test_a_file_without_a_test_is_listed_but_no_problem(tree):
    assert complaints(tree, "") == []

    (listed,) = check_layers.untested(workspace.load(tree)["upper"])

    assert listed.endswith("_file.py: has no test_file.py")


def test_promises_include_what_the_siblings_need(tree):
    packages = workspace.load(tree)

    assert check_layers.promised(packages["upper"], packages) == ["jax", "ramie.lower"]


def test_this_workspace_is_clean(capsys):
    assert check_layers.main() == 0, capsys.readouterr().out
