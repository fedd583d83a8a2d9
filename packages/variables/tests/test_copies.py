import copy
import pickle

import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph.extend import view_of
from ramie.variables import Param, Variable
from ramie.variables.errors import HijaxError, MetadataNameError


def travel_by_pickle(v):
    return pickle.loads(pickle.dumps(v))


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": travel_by_pickle,
    "method": lambda v: v.copy(),
    "replace": lambda v: v.replace(),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_independent(name):
    v = Param(jnp.ones(2), note="n")
    view_of([v])

    twin = COPIES[name](v)
    twin.value = twin.value + 1
    twin.set_metadata(note="m")

    assert type(twin) is Param
    assert (v.value.tolist(), v.note) == ([1.0, 1.0], "n")
    assert (twin.value.tolist(), twin.note) == ([2.0, 2.0], "m")
    assert twin._watchers is None


def test_shared_variables_stay_shared_in_a_copy():
    v = Param(jnp.ones(2))

    twin = copy.deepcopy([v, {"again": v}])

    assert twin[0] is twin[1]["again"]
    assert twin[0] is not v


def test_replace_changes_what_is_given():
    v = Param(jnp.ones(2), note="n")

    twin = v.replace(3, axes=1)

    assert (twin.value, twin.get_metadata()) == (3, {"note": "n", "axes": 1})
    assert v.replace(Param(4)).value == 4
    assert v.get_metadata() == {"note": "n"}


def test_pickles_name_the_package_not_the_file():
    payload = pickle.dumps(Param(np.ones(2), note="n"))

    assert b"ramie.variables" in payload
    assert b"ramie.variables._" not in payload


def test_names_of_metadata_are_checked_in_copies_too():
    v = Variable(1)

    with pytest.raises(MetadataNameError):
        v.replace(shape=2)


def test_a_state_is_a_copy():
    v = Param(1, note="n")

    twin = v.to_state(axes=2)

    assert twin is not v
    assert (twin.value, twin.get_metadata()) == (1, {"note": "n", "axes": 2})


@pytest.mark.parametrize(
    "make",
    [
        lambda v: v.replace(hijax=True),
        lambda v: type(v).from_metadata(1, {"hijax": True}),
    ],
)
def test_a_copy_is_no_type_of_jax_either(make):
    with pytest.raises(HijaxError):
        make(Variable(1))
