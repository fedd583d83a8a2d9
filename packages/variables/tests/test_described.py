import jax.numpy as jnp
import pytest

from ramie.variables import Variable
from ramie.variables.errors import (
    MetadataNameError,
    MissingMetadataError,
)


def test_metadata_is_read_by_name():
    v = Variable(1, note="n", axes=("a", "b"))

    assert v.note == "n"
    assert v.get_metadata("axes") == ("a", "b")
    assert v.get_metadata() == {"note": "n", "axes": ("a", "b")}
    assert v.has_metadata("note")
    assert not v.has_metadata("other")


def test_metadata_goes_before_attributes_of_the_value():
    assert Variable(jnp.ones(1), dtype="mine").dtype == "mine"


def test_metadata_is_set_by_pair_or_by_keyword():
    v = Variable(1, note="n")

    v.set_metadata("note", "m")
    v.set_metadata(axes=2, more=3)

    assert v.get_metadata() == {"note": "m", "axes": 2, "more": 3}


def test_metadata_is_deleted():
    v = Variable(1, note="n", axes=2)

    v.del_metadata("note")

    assert v.get_metadata() == {"axes": 2}


def test_what_is_handed_out_is_a_copy():
    v = Variable(1, note="n")

    v.get_metadata()["note"] = "m"

    assert v.note == "n"


def test_variables_without_metadata_do_not_share_it():
    one, other = Variable(1), Variable(2)

    one.set_metadata(note="n")

    assert other.get_metadata() == {}


def test_missing_metadata_has_a_default_or_an_error():
    v = Variable(1, note="n")

    assert v.get_metadata("other", None) is None
    with pytest.raises(MissingMetadataError, match=r"no metadata 'other'; it has note"):
        v.get_metadata("other")
    with pytest.raises(MissingMetadataError, match=r"'other'"):
        v.del_metadata("other")
    assert v.get_metadata() == {"note": "n"}


@pytest.mark.parametrize("name", ["shape", "set_value", "type", "_metadata"])
def test_metadata_hides_nothing_that_variables_have(name):
    v = Variable(1)

    with pytest.raises(MetadataNameError, match=r"Choose another name"):
        Variable(1, **{name: 2})
    with pytest.raises(MetadataNameError, match=rf"'{name}' cannot be metadata"):
        v.set_metadata("good", 1, **{name: 2})
    assert v.get_metadata() == {}


def test_a_lone_mapping_replaces_the_metadata():
    v = Variable(1, note="n")

    v.set_metadata({"axes": 2}, more=3)

    assert v.get_metadata() == {"axes": 2, "more": 3}
    with pytest.raises(MetadataNameError):
        v.set_metadata({"shape": 2})


def test_no_metadata_is_required():
    assert Variable(1, note="n").get_metadata(exclude_required=True) == {"note": "n"}
