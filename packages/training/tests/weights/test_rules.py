import jax.numpy as jnp
import numpy as np
import pytest

from ramie.training import weights
from ramie.training.weights._rules import fill
from ramie.training.weights.errors import RulePatternError


def test_a_field_stands_for_one_part_of_a_name():
    rule = weights.move("h.{n}.w", "blocks.{n}.kernel")

    found = rule.bindings(["h.0.w", "h.12.w", "h.1.x.w", "g.0.w", "hx0.w"])

    assert found == [{"n": "0"}, {"n": "12"}]


def test_a_field_that_is_there_twice_stands_for_the_same():
    rule = weights.move("{n}.{n}.w", "{n}")

    assert rule.bindings(["1.1.w", "1.2.w"]) == [{"n": "1"}]


def test_sources_of_one_rule_share_their_fields():
    rule = weights.concatenate(["{n}.q", "{n}.k"], "{n}.qk")

    assert rule.bindings(["0.q", "0.k", "1.k"]) == [{"n": "0"}, {"n": "1"}]
    assert fill(rule.sources, {"n": "1"}) == ("1.q", "1.k")


def test_a_target_tells_what_it_is_made_of():
    rule = weights.move("h.{n}.w", "blocks.{n}.kernel")

    (binding,) = rule.bindings_of_targets(["blocks.7.kernel"])

    assert fill(rule.sources, binding) == ("h.7.w",)


def test_a_field_on_one_side_only_is_refused():
    with pytest.raises(RulePatternError, match=r"move\('h.{n}.w', 'w'\)"):
        weights.move("h.{n}.w", "w")


@pytest.mark.parametrize("numpy", [np, jnp])
def test_splitting_undoes_concatenating(numpy):
    parts = [numpy.full((2, 3), n) for n in range(4)]
    join = weights.concatenate(["a", "b", "c", "d"], "all", axis=-1)
    cut = weights.split("all", ["a", "b", "c", "d"], axis=-1)

    back = cut.apply(join.apply(parts))

    np.testing.assert_array_equal(back, parts)


def test_steps_are_applied_to_each_part():
    cut = weights.split("all", ["a", "b"], weights.transpose())

    assert [part.shape for part in cut.apply([np.ones((4, 3))])] == [(3, 2), (3, 2)]


def test_what_cannot_be_cut_into_equal_parts_is_refused():
    with pytest.raises(ValueError, match=r"axis 0 of \(3,\) is not 2 equal parts"):
        weights.split("all", ["a", "b"]).apply([np.ones(3)])


def test_tied_arrays_have_to_be_equal():
    rule = weights.tie("head", same_as="table")

    assert rule.apply([np.ones(2), np.ones(2)]) == []
    with pytest.raises(ValueError, match="not equal"):
        rule.apply([np.ones(2), np.zeros(2)])


def test_a_rule_reads_as_it_is_written():
    assert str(weights.skip("h.{n}.mask")) == "skip('h.{n}.mask')"
