from ramie.module import Module, Pytree
from ramie.module._view_setters import find_setters


class Plain(Module):
    def set_view(self, a=None, *, b=None):
        self.got = {"a": a, "b": b}


class Passing(Pytree):
    def set_view(self, a=None, **others):
        self.got = {"a": a, **others}
        return {name: value for name, value in others.items() if name != "kept"}


class Blind(Module):
    set_view = None


def test_every_node_with_the_method_is_found():
    nodes = [Plain(), {"deep": Passing()}, Module(), Blind()]

    found = [setter.node for setter in find_setters(nodes, ...)]

    assert found == [nodes[0], nodes[1]["deep"]]


def test_a_filter_selects_nodes():
    nodes = [Plain(), Passing(), Plain()]

    found = [setter.node for setter in find_setters(nodes, Plain)]

    assert found == [nodes[0], nodes[2]]


def test_names_are_those_that_can_be_passed():
    plain, passing = find_setters([Plain(), Passing()], ...)

    assert (plain.names, passing.names) == (("a", "b"), ("a",))


def test_the_method_gets_what_it_takes():
    (setter,) = find_setters(Plain(), ...)

    used = setter.use({"b": 1, "unknown": 2})

    assert used == {"b"}
    assert setter.node.got == {"a": None, "b": 1}


def test_the_method_is_not_called_with_nothing():
    (setter,) = find_setters(Plain(), ...)

    assert setter.use({"unknown": 2}) == set()
    assert not hasattr(setter.node, "got")


def test_a_method_that_takes_everything_returns_what_it_has_no_use_for():
    (setter,) = find_setters(Passing(), ...)

    used = setter.use({"a": 1, "kept": 2, "other": 3})

    assert used == {"a", "kept"}
    assert setter.node.got == {"a": 1, "kept": 2, "other": 3}
