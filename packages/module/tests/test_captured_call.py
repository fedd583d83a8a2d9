import copy

import pytest

from ramie.graph import State, graphdef, to_pure_dict
from ramie.graph.extend import view_of
from ramie.module import List, Module, capture, sow
from ramie.module.errors import CaptureInitError
from ramie.variables import Cache, Intermediate, Perturbation

from .sowing import NET, Layer, Net

# ── what is left behind


def test_the_model_is_as_it_was():
    net = Net()
    before, names = graphdef(net), list(vars(net))

    capture(net, Intermediate, Cache)(1)

    assert type(net) is Net
    assert type(net.rest) is List
    assert type(net.rest[1]["deep"]) is Layer
    assert list(vars(net)) == names
    assert graphdef(net) == before


def test_the_model_is_as_it_was_after_an_error():
    net = Net()
    before = graphdef(net)

    def fail(net):
        net(1)
        raise KeyError

    with pytest.raises(KeyError):
        capture(fail, Intermediate)(net)

    assert graphdef(net) == before
    assert not sow(1, "h")
    assert to_pure_dict(capture(net, Intermediate)(1)[1]) == NET


def test_whoever_remembers_the_structure_is_told():
    net = Net()
    view = view_of(net)

    during, _ = capture(view_of, Intermediate)(net)

    assert not view.valid
    assert not during.valid


def test_edits_of_the_call_stay():
    net = Net()

    capture(lambda net: setattr(net, "first", None), Intermediate)(net)

    assert net.first is None


def test_what_a_module_recorded_before_it_was_removed_is_kept():
    def f(net):
        net(1)
        del net.first

    _, state = capture(f, Intermediate)(Net())

    assert to_pure_dict(state) == NET


@pytest.mark.parametrize("f", [copy.copy, copy.deepcopy, lambda net: type(net)()])
def test_copies_that_are_returned_are_plain_modules(f):
    (new, others), _ = capture(lambda net: (f(net), [f(net)]), Intermediate)(Layer())

    assert (type(new), type(others[0])) == (Layer, Layer)
    assert vars(new) == {}


def test_copies_that_are_attached_are_plain_modules():
    net = Net()

    capture(lambda net: setattr(net, "new", copy.copy(net.first)), Intermediate)(net)

    assert type(net.new) is Layer
    assert vars(net.new) == {}


# ── captures inside captures


def test_a_value_goes_to_the_innermost_capture_that_wants_its_type():
    def outer(net):
        net.sow(Intermediate, "h", 1)
        inner = capture(lambda net: net.sow(Intermediate, "h", 2), Intermediate)(net)
        net.sow(Intermediate, "h", 3)
        return inner

    (_, inside), outside = capture(outer, Intermediate)(Module())

    assert to_pure_dict(inside) == {"h": (2,)}
    assert to_pure_dict(outside) == {"h": (1, 3)}


def test_a_value_that_the_inner_capture_does_not_want_goes_to_the_outer_one():
    def outer(net):
        return capture(lambda net: net.sow(Intermediate, "h", 2), Cache)(net)

    (_, inside), outside = capture(outer, Intermediate)(Module())

    assert to_pure_dict(inside) == {}
    assert to_pure_dict(outside) == {"h": (2,)}


def test_a_capture_of_a_part_leaves_the_rest_to_the_outer_one():
    def outer(net):
        _, part = capture(net.first, Intermediate)(1)
        net(1)
        return part

    part, whole = capture(outer, Intermediate)(Net())

    assert to_pure_dict(part) == {"h": (1,)}
    assert to_pure_dict(whole) == NET


# ── values from the start


def test_values_from_the_start_are_reduced_with():
    init = State({"first": {"h": Intermediate((0,))}})

    _, state = capture(Net(), Intermediate, init=init)(1)

    assert state["first"]["h"].value == (0, 1, 8)
    assert init["first"]["h"].value == (0,)


def test_values_from_the_start_need_not_be_captured():
    def f(net):
        net.sow(Intermediate, "h", 1)
        return net.perturb("p", 1.0)

    init = State({"p": Perturbation(2.0)})
    y, state = capture(f, Intermediate, init=init)(Module())

    assert y.item() == 3.0
    assert to_pure_dict(state) == {"h": (1,)}


def test_values_for_no_module_are_refused_before_anything_is_called():
    init = State({"frist": {"h": Intermediate(1)}, "first": {"h": 1}})

    with pytest.raises(CaptureInitError, match=r"frist/h.*first/h") as caught:
        capture(pytest.fail, Intermediate, init=init)(Net())

    assert caught.value.stray == (("frist", "h"),)
    assert caught.value.raw == (("first", "h"),)
