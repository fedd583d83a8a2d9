"""The packages share the namespace `ramie`, and none of them owns it."""

import importlib
import importlib.metadata
import sys
from collections import Counter

import pytest

import workspace

PACKAGES = list(workspace.load().values())
each_package = pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.folder)


def test_nobody_owns_the_shared_namespace():
    ramie = importlib.import_module("ramie")

    assert ramie.__file__ is None
    assert not list(workspace.ROOT.glob("packages/*/src/ramie/*.*"))


def test_each_import_name_has_one_owner():
    modules = [package.module for package in PACKAGES]

    assert len(set(modules)) == len(modules)


def test_no_file_is_imported_under_two_names():
    modules = [getattr(module, "__file__", None) for module in sys.modules.values()]
    sources = Counter(file for file in modules if file and "/src/ramie/" in file)

    assert [file for file, count in sources.items() if count > 1] == []


@each_package
def test_a_package_brings_one_module_and_its_types(package):
    homes = [package.path / "src" / m.replace(".", "/") for m in package.modules]
    folders = [
        *package.path.glob("src/ramie/*/"),
        *package.path.glob("src/ramie/experimental/*/"),
    ]
    brought = [f for f in folders if f.name not in ("experimental", "__pycache__")]

    assert package.source in brought
    assert set(brought) <= set(homes)
    for folder in brought:
        assert (folder / "__init__.py").is_file()
        assert (folder / "py.typed").is_file()


@each_package
def test_module_and_metadata_say_the_same_version(package):
    module = importlib.import_module(package.module)

    assert module.__version__ == str(package.version)
    assert importlib.metadata.version(package.dist) == module.__version__
