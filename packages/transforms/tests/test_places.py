import jax.numpy as jnp

from ramie.graph.extend import view_of
from ramie.module import Module
from ramie.transforms._places import other_paths
from ramie.variables import Param


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def found(box):
    paths = view_of(box).graphdef.paths
    return {(paths[number], again) for number, again in other_paths(box, paths)}


def test_a_tree_has_one_path_for_each_leaf():
    assert found(Box(a=Param(jnp.ones(2)), b=Param(jnp.ones(2)))) == set()


def test_a_shared_module_gives_other_paths_to_what_it_holds():
    part = Box(w=Param(jnp.ones(2)))

    assert found(Box(a=part, b=[part], w=part.w)) == {
        (("a", "w"), ("b", 0, "w")),
        (("a", "w"), ("w",)),
    }
