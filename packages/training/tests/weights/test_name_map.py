import pytest

from ramie.training import weights
from ramie.training.weights.errors import RuleConflictError

NAMES = weights.NameMap(
    weights.move("h.{n}.w", "blocks.{n}.kernel"),
    weights.concatenate(["h.{n}.q", "h.{n}.k"], "blocks.{n}.qk"),
    weights.tie("head", same_as="h.0.w"),
    weights.skip("mask"),
)


def test_a_plan_has_a_job_for_each_match():
    plan = NAMES.plan(
        ["h.0.w", "h.1.w", "h.0.q", "h.0.k", "head", "mask"],
        ["blocks.0.kernel", "blocks.1.kernel", "blocks.0.qk"],
    )

    assert [job.targets for job in plan.jobs] == [
        ("blocks.0.kernel",),
        ("blocks.1.kernel",),
        ("blocks.0.qk",),
        (),
        (),
    ]
    assert (plan.absent, plan.unused, plan.homeless) == ({}, [], {})


def test_what_may_be_absent_is_not_missed():
    plan = NAMES.plan(["h.0.w"], ["blocks.0.kernel"])

    assert len(plan.jobs) == 1
    assert plan.absent == {}


def test_names_without_a_counterpart_are_known_on_both_sides():
    plan = NAMES.plan(["h.0.w", "h.1.q", "extra"], ["blocks.3.kernel", "other"])

    assert plan.absent == {
        "blocks.1.qk": ("h.1.k",),
        "blocks.3.kernel": ("h.3.w",),
        "other": (),
    }
    assert plan.unused == ["extra"]
    assert plan.homeless == {"blocks.0.kernel": ("h.0.w",)}


def test_a_source_belongs_to_one_rule():
    names = weights.NameMap(weights.move("a", "x"), weights.move("{n}", "{n}"))

    with pytest.raises(RuleConflictError, match=r"'a' in the source.*narrower"):
        names.plan(["a"], ["x"])


def test_a_target_is_made_by_one_rule():
    names = weights.NameMap(weights.move("a", "x"), weights.move("b", "x"))

    with pytest.raises(RuleConflictError, match="'x' in the model"):
        names.plan(["a", "b"], ["x"])
