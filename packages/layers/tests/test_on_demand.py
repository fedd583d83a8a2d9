import ast
import pickle
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from ramie import layers
from ramie.layers._on_demand import on_demand


def run(program):
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def package(monkeypatch, tmp_path):
    """The globals of a package with two names that wait, and a file that logs."""
    (tmp_path / "waiting").mkdir()
    for name, text in {
        "__init__": "loaded = []",
        "_one": "class One: pass\nfrom . import loaded; loaded.append('one')",
        "_two": "class Two: pass\nfrom . import loaded; loaded.append('two')",
    }.items():
        (tmp_path / "waiting" / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield vars(import_module("waiting"))
    for name in ("waiting", "waiting._one", "waiting._two"):
        sys.modules.pop(name, None)


def test_the_first_name_brings_all_and_they_are_at_home_in_the_package(package):
    find, names = on_demand(package, {"_one": "One", "_two": "Two"})
    assert package["loaded"] == []
    assert {"One", "Two", "loaded"} <= {*names()}

    one = find("One")

    assert package["loaded"] == ["one", "two"]
    assert (one, one.__module__) == (package["One"], "waiting")
    assert package["Two"].__module__ == "waiting"


def test_a_name_that_does_not_wait_is_an_attribute_error_and_loads_nothing(package):
    find, _ = on_demand(package, {"_one": "One"})

    with pytest.raises(AttributeError, match="'waiting' has no attribute 'Three'"):
        find("Three")

    assert package["loaded"] == []


def test_a_star_import_brings_names_that_wait(package):
    on_demand(package, {"_one": "One"})

    assert package["__all__"] == ["One", "loaded"]


def test_what_waits_is_what_type_checkers_see():
    tree = ast.parse(Path(layers.__file__).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = [(node.module, a.name) for node in block.body for a in node.names]

    (table,) = [node for node in ast.walk(block) if isinstance(node, ast.Dict)]

    waiting = ast.literal_eval(table).items()
    assert seen == [(file, name) for file, names in waiting for name in names.split()]


def test_a_pickled_layer_names_the_package_though_none_was_asked_for():
    pickled = pickle.dumps(layers.Linear)
    assert b"_linear" not in pickled

    program = f"import pickle; print(pickle.loads({pickled!r}).__module__)"

    assert run(program) == "ramie.layers\n"


def test_layers_are_seen_before_they_are_imported():
    program = (
        "import sys; from ramie import layers; print('Linear' in dir(layers));"
        "print('Linear' in vars(layers), 'ramie.module' in sys.modules);"
        "exec('from ramie.layers import *'); print(Linear.__module__, relu.__module__)"
    )

    seen = run(program).split()

    home, functions = "ramie.layers", "ramie.layers.functional"
    assert seen == ["True", "False", "False", home, functions]
