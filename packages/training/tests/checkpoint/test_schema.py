import pytest

from ramie.training.checkpoint import Schema
from ramie.training.checkpoint.errors import (
    MissingUpgradeError,
    NewerSchemaError,
    UpgradeConflictError,
    UpgradeResultError,
)


def test_upgrades_follow_each_other():
    schema = Schema(3)
    schema.upgrade(2)(lambda arrays: {**arrays, "twice": arrays["once"]})
    schema.upgrade(1)(lambda arrays: {"once": arrays["a"]})

    assert schema.forward({"a": 1}, 1) == {"once": 1, "twice": 1}
    assert schema.forward({"once": 2}, 2) == {"once": 2, "twice": 2}
    assert schema.forward({"x": 3}, 3) == {"x": 3}


def test_the_function_can_still_be_called():
    @Schema(2).upgrade(1)
    def same(arrays):
        return arrays

    assert same({}) == {}


def test_a_later_version_is_refused():
    with pytest.raises(NewerSchemaError, match=r"pass schema=Schema\(4\)"):
        Schema(3).check(4, "here")


def test_versions_without_a_way_are_named():
    schema = Schema(4)
    schema.upgrade(2)(dict)

    with pytest.raises(MissingUpgradeError, match="from version 1, 3") as caught:
        schema.check(1, "here")

    assert caught.value.missing == (1, 3)


def test_a_version_has_one_upgrade():
    schema = Schema(2)
    schema.upgrade(1)(dict)

    with pytest.raises(UpgradeConflictError, match=r"dict\(\) does that"):
        schema.upgrade(1)


@pytest.mark.parametrize("version", [0, 2, 3])
def test_an_upgrade_starts_from_an_earlier_version(version):
    with pytest.raises(UpgradeConflictError, match="leads nowhere"):
        Schema(2).upgrade(version)


def test_versions_count_from_one():
    with pytest.raises(UpgradeConflictError, match="count from 1"):
        Schema(0)


def test_an_upgrade_that_forgets_to_return_is_told():
    schema = Schema(2)
    schema.upgrade(1)(lambda _: None)

    with pytest.raises(UpgradeResultError, match="returned a NoneType at <root>"):
        schema.forward({}, 1)
