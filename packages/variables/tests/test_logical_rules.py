import threading

import pytest

from ramie.variables import get_logical_axis_rules, logical_axis_rules
from ramie.variables._logical_rules import to_mesh_axes
from ramie.variables.errors import ConflictingRulesError, LogicalRulesError


def test_without_rules_a_name_is_a_mesh_axis():
    assert to_mesh_axes("Param", ("data", None), None) == ("data", None)


def test_rules_hold_inside_the_block_only():
    with logical_axis_rules([("embed", "data"), ("mlp", None)]):
        inside = to_mesh_axes("Param", ("embed", "mlp", "model"), None)

    assert inside == ("data", None, "model")
    assert to_mesh_axes("Param", ("embed",), None) == ("embed",)
    assert get_logical_axis_rules() == ()


def test_an_inner_block_replaces_the_rules_of_an_outer_one():
    with logical_axis_rules({"embed": "data"}):
        with logical_axis_rules({"mlp": "model"}):
            inner = get_logical_axis_rules()
        outer = get_logical_axis_rules()

    assert inner == (("mlp", "model"),)
    assert outer == (("embed", "data"),)


def test_rules_decorate_a_function():
    @logical_axis_rules([("embed", "data")])
    def ask():
        return get_logical_axis_rules()

    assert ask() == ask() == (("embed", "data"),)
    assert get_logical_axis_rules() == ()


def test_rules_end_with_an_error_too():
    with pytest.raises(RuntimeError), logical_axis_rules({"embed": "data"}):
        raise RuntimeError

    assert get_logical_axis_rules() == ()


def test_another_thread_has_no_rules():
    seen = []
    with logical_axis_rules({"embed": "data"}):
        thread = threading.Thread(target=lambda: seen.append(get_logical_axis_rules()))
        thread.start()
        thread.join()

    assert seen == [()]


def test_the_last_rule_for_a_name_counts():
    rules = (("embed", "data"), ("embed", "model"))

    assert to_mesh_axes("Param", ("embed",), rules) == ("model",)


def test_a_name_can_stand_for_several_axes():
    rules = (("embed", ("data", "model")), ("mlp", ["data"]))

    axes = to_mesh_axes("Param", ("embed", "mlp"), rules)

    assert axes == (("data", "model"), ("data",))


def test_names_that_share_a_dimension_are_looked_up_one_by_one():
    rules = (("embed", ("data", "model")), ("mlp", None), ("heads", "expert"))

    axes = to_mesh_axes("Param", (("embed", "mlp", "heads"), ("mlp",)), rules)

    assert axes == (("data", "model", "expert"), None)


def test_own_rules_and_those_of_the_context_are_used_together():
    with logical_axis_rules({"embed": "data", "mlp": "model"}):
        axes = to_mesh_axes("Param", ("embed", "mlp"), (("mlp", "model"),))

    assert axes == ("data", "model")


def test_rules_that_disagree_are_refused():
    with (
        logical_axis_rules({"embed": "data"}),
        pytest.raises(ConflictingRulesError, match="Leave it out of one") as caught,
    ):
        to_mesh_axes("Param", ("embed",), (("embed", None),))

    assert (caught.value.own, caught.value.shared) == (None, "data")


def test_none_is_no_rules():
    with logical_axis_rules(None):
        assert get_logical_axis_rules() == ()


@pytest.mark.parametrize(
    "rules",
    ["embed", 3, ["embed"], [("embed",)], [("embed", 3)], [(3, "data")], [("a", (1,))]],
)
def test_anything_but_pairs_is_refused(rules):
    with (
        pytest.raises(LogicalRulesError, match="is no logical axis rule"),
        logical_axis_rules(rules),
    ):
        pass
