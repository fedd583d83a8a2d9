import inspect

import pytest

from ramie.graph import set_graph_mode
from ramie.module import Module, compat

NAMES = [name for name in vars(compat) if not name.startswith("_")]


@pytest.mark.parametrize("name", NAMES)
def test_every_function_runs_in_graph_mode(name):
    parameters = inspect.signature(vars(compat)[name]).parameters

    assert parameters["graph"].default is True
    assert vars(compat)[name].__module__ == "ramie.module.compat"


def test_shared_modules_are_met_once_whatever_the_setting():
    class Box(Module):
        pass

    root = Box()
    root.a = root.b = Box()

    with set_graph_mode(False):
        met = [path for path, _ in compat.iter_modules(root)]

    assert sorted(met) == [(), ("a",)]
