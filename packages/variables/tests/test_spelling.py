import warnings

import pytest

from ramie.variables import Variable, use_eager_sharding
from ramie.variables._spelling import current_spelling


@pytest.fixture(autouse=True)
def _not_eager():
    with use_eager_sharding(False):
        yield


@pytest.mark.parametrize("name", ["sharding", "sharding_names"])
def test_early_names_are_understood_and_warn(name):
    match = "call the metadata 'out_sharding'"
    with pytest.warns(DeprecationWarning, match=match) as caught:
        variable = Variable(1.0, **{name: ()}, note="n")

    assert caught[0].filename == __file__
    assert variable.get_metadata() == {"note": "n", "out_sharding": ()}


def test_early_names_are_understood_when_metadata_is_set():
    variable = Variable(1.0)

    with pytest.warns(DeprecationWarning, match="'sharding'"):
        variable.set_metadata(sharding=("data",))

    assert variable.out_sharding == ("data",)


def test_an_early_name_goes_before_the_current_one():
    with pytest.warns(DeprecationWarning, match="'sharding'"):
        renamed = current_spelling({"sharding": ("a",), "out_sharding": ("b",)})

    assert renamed == {"out_sharding": ("a",)}


@pytest.mark.parametrize("names", [("data",), None])
def test_the_names_can_be_read_by_their_early_name(names):
    variable = Variable(1.0, out_sharding=names, eager_sharding=False)

    with pytest.warns(DeprecationWarning, match="'sharding_names'") as caught:
        assert variable.sharding_names == names

    assert caught[0].filename == __file__


def test_other_metadata_is_left_alone():
    metadata = {"out_sharding": ("a",)}

    with warnings.catch_warnings():
        assert current_spelling(metadata) is metadata
