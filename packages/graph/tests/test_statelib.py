from ramie import graph
from ramie.graph import statelib


def test_the_names_are_those_of_the_package():
    names = [name for name in vars(statelib) if not name.startswith("_")]

    assert "create_path_filters" in names
    assert all(
        getattr(graph, name) is getattr(statelib, name)
        for name in names
        if name != "diff"
    )
