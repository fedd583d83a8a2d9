import inspect

import jax.numpy as jnp
import pytest

from ramie.graph import compat, set_graph_mode, set_graph_updates, split
from ramie.graph.errors import SharedInTreeError
from ramie.graph.extend import in_graph_mode

NAMES = [name for name in vars(compat) if name.isidentifier() and name[0] != "_"]


def both(x, *, graph=None, graph_updates=None):
    """Say in which mode it runs."""
    return x, graph, graph_updates


def test_both_modes_are_on_unless_said_otherwise():
    old = in_graph_mode(both, __name__)

    assert old(1) == (1, True, True)
    assert old(1, graph=False) == (1, False, True)
    assert old(1, graph_updates=None) == (1, True, None)


def test_a_function_keeps_its_looks():
    old = in_graph_mode(both, "some.compat")

    assert old.__name__ == "both"
    assert old.__doc__.startswith(f"`{__name__}.both` with graph and graph_updates on.")
    assert old.__doc__.endswith("Say in which mode it runs.")
    assert old.__module__ == "some.compat"
    assert str(inspect.signature(old)) == "(x, *, graph=True, graph_updates=True)"


def test_only_modes_that_a_function_has_are_given():
    def one(x, *, graph=None):
        return x, graph

    assert in_graph_mode(one, __name__)(1) == (1, True)


@pytest.mark.parametrize("name", NAMES)
def test_every_function_runs_in_graph_mode(name):
    parameters = inspect.signature(vars(compat)[name]).parameters

    assert parameters["graph"].default is True
    assert vars(compat)[name].__module__ == "ramie.graph.compat"


def test_the_settings_do_not_matter():
    shared = [jnp.ones(2)]

    with set_graph_mode(False), set_graph_updates(False):
        _, state = compat.split({"a": shared, "b": shared})
        with pytest.raises(SharedInTreeError):
            split({"a": (cell := _cell()), "b": cell})

    assert len(state.flat_state()) == 1


def _cell():
    import jax

    return jax.new_ref(jnp.ones(2))
