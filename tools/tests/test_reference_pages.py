"""Reference pages are written from the packages."""

import re

import pytest

import public_names
import reference_pages
import workspace
from ramie import nnx

PACKAGES = workspace.load()
LINK = re.compile(r"\{py:obj\}`\w+ <([\w.]+)>`")
DIRECTIVE = re.compile(r"^\.\. auto(?:class|exception|function):: (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All pages, written over what an older tree has left."""
    folder = tmp_path_factory.mktemp("reference")
    (folder / "ramie.gone.md").write_text("# It was renamed\n")
    reference_pages.write(folder)
    return folder


@pytest.fixture(scope="module")
def pages(folder):
    """The text of every page, by its name."""
    return {file.stem: file.read_text("utf-8") for file in folder.glob("*.md")}


def test_each_public_module_has_a_page_that_another_leads_to(pages):
    led_to = "\n".join(pages.values())
    for package in PACKAGES.values():
        for module in public_names.modules_of(package):
            assert f".. automodule:: {module}\n" in pages[module]
            assert f"\n{module}\n" in led_to or f" <{module}>\n" in led_to


def test_each_class_and_function_is_described_once_and_every_link_leads_to_one(pages):
    described = [name for text in pages.values() for name in DIRECTIVE.findall(text)]
    linked = {name for text in pages.values() for name in LINK.findall(text)}

    assert len(described) == len(set(described))
    assert linked - set(described) == set()


def test_each_name_of_the_facades_has_a_row(pages):
    for module in ("ramie.nnx", "ramie.linen"):
        rows = re.findall(r"^\| (?:\{py:obj\})?`(\w+)", pages[module], re.MULTILINE)
        assert rows == list(public_names.names_of(module))
    assert nnx.Linear.__name__ in pages["ramie.nnx"]


def test_values_say_what_they_are(pages):
    typing = pages["ramie.graph.typing"]

    assert "| `Key` | One step of a path: an attribute name or a position. |" in typing
    assert r"| `PathParts` | `tuple[str \| int, ...]` |" in typing
    assert "| `zeros` | from `jax" in pages["ramie.linen.initializers"]


def test_errors_stand_in_one_table_for_each_module(pages):
    name = "ramie.variables.errors.FrozenVariableError"

    row = (
        f"| {{py:obj}}`FrozenVariableError <{name}>` | A frozen Variable was written. |"
    )
    assert row in pages["errors"]
    assert "`ramie.graph.errors`" in pages["errors"]
    assert "`Sequence`" not in pages["errors"]  # what the module imports


def test_the_class_of_all_errors_of_a_module_is_the_first_of_its_table(pages):
    table = pages["errors"].partition("`ramie.transforms.errors`")[2].partition("##")[0]

    assert "TransformError" in table.splitlines()[4]


def test_a_page_of_what_is_gone_goes_as_well(pages):
    assert "ramie.gone" not in pages


def test_of_things_with_one_name_the_nearest_is_meant(folder):
    known = reference_pages.write(folder)

    nearest = known.nearest("SettingError", "ramie.layers")
    assert nearest == "ramie.layers.errors.SettingError"
    assert known.nearest("type", "ramie.layers") is None
