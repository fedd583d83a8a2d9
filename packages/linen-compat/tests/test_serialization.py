from collections import namedtuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.linen import FrozenDict, serialization
from ramie.linen.errors import (
    MPACheckpointingRequiredError,
    SerializationError,
    StateDictError,
)
from ramie.linen.serialization import (
    from_bytes,
    from_state_dict,
    msgpack_restore,
    msgpack_serialize,
    to_bytes,
    to_state_dict,
)

Pair = namedtuple("Pair", "left right")

TREE = {
    "list": [1, (2.0,)],
    "pair": Pair(1, FrozenDict({"z": True})),
    "none": None,
    3: "text",
    "complex": 1 + 2j,
}

STATE = {
    "list": {"0": 1, "1": {"0": 2.0}},
    "pair": {"left": 1, "right": {"z": True}},
    "none": None,
    "3": "text",
    "complex": 1 + 2j,
}


def test_state_dicts_are_dicts_by_name():
    assert to_state_dict(TREE) == STATE
    assert from_state_dict(TREE, STATE) == TREE
    assert type(from_state_dict(TREE, STATE)["pair"].right) is FrozenDict
    assert to_state_dict(3) == 3


def test_bytes_come_back_as_they_were():
    assert from_bytes(TREE, to_bytes(TREE)) == TREE
    assert from_bytes(None, to_bytes(TREE)) == STATE


@pytest.mark.parametrize(
    "array",
    [
        jnp.arange(6).reshape(2, 3),
        jnp.ones(2, jnp.bfloat16),
        np.float32(3),
        jnp.ones(()),
        np.zeros((0, 2)),
    ],
    ids=["ints", "bfloat16", "numpy scalar", "scalar", "empty"],
)
def test_arrays_keep_shape_and_dtype(array):
    again = msgpack_restore(msgpack_serialize({"a": array}))["a"]

    assert again.dtype == array.dtype
    assert again.shape == array.shape
    assert (np.asarray(again) == np.asarray(array)).all()


def test_the_layout_is_that_of_flax():
    # What Flax 0.12 writes for {'a': np.ones(1), 'c': np.int64(4), 'z': 1 + 2j}.
    data = bytes.fromhex(
        "83a161c71501939101a7666c6f61743634c408000000000000f03f"
        "a163c712039390a5696e743634c4080400000000000000"
        "a17ac7130292cb3ff0000000000000cb4000000000000000"
    )

    assert to_bytes({"a": np.ones(1), "c": np.int64(4), "z": 1 + 2j}) == data


def test_large_arrays_are_kept_in_pieces(monkeypatch):
    monkeypatch.setattr(serialization, "MAX_CHUNK_SIZE", 16)
    array = np.arange(10.0).reshape(5, 2)

    data = to_bytes({"a": [array]})

    assert data.count(b"float64") == 5
    assert (msgpack_restore(data)["a"]["0"] == array).all()


@pytest.mark.parametrize(
    ("target", "state", "problem"),
    [
        ({"a": 1}, {"b": 2}, r"Cannot restore \.: the state lacks 'a'"),
        ({"a": [1]}, {"a": {"0": 1, "1": 2}}, r"restore \./a: the target lacks '1'"),
        ([1, 2], {"0": 1}, "the state lacks '1'"),
        (Pair(1, 2), {"left": 1, "up": 2}, "lacks 'right'; the target lacks 'up'"),
        ({"a": 1}, 3, "the state is a int, and a dict needs a dict"),
        (Pair(1, 2), 3, "a named tuple needs a dict"),
    ],
)
def test_a_state_that_does_not_fit_says_where(target, state, problem):
    with pytest.raises(StateDictError, match=problem):
        from_state_dict(target, state)


def test_a_dict_takes_what_it_has():
    assert from_state_dict({"a": 1}, {"a": 2, "b": 3}) == {"a": 2}


def test_named_tuples_of_older_versions_are_read():
    state = {
        "name": "Pair",
        "fields": {"0": "left", "1": "right"},
        "values": {"0": 1, "1": 2},
    }

    assert from_state_dict(Pair(0, 0), state) == Pair(1, 2)


def test_other_types_can_be_registered(monkeypatch):
    monkeypatch.setattr(serialization, "_types", dict(serialization._types))
    paths = []

    class Own:
        def __init__(self, value):
            self.value = value

    def restore(_, state):
        paths.append(serialization.current_path())
        return Own(state["value"])

    register = serialization.register_serialization_state
    register(Own, lambda own: {"value": own.value}, restore)

    assert to_state_dict([Own(3)]) == {"0": {"value": 3}}
    assert from_state_dict([Own(3)], {"0": {"value": 4}})[0].value == 4
    assert paths == ["./0"]
    assert serialization.is_serializable(Own)
    assert serialization.is_serializable(Own(3))
    assert not serialization.is_serializable(3)
    with pytest.raises(SerializationError, match="override=True"):
        register(Own, None, None)
    register(Own, lambda _: {3: 1}, restore, override=True)
    with pytest.raises(SerializationError, match="the key 3"):
        to_state_dict(Own(3))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (object(), "A object has no bytes"),
        ({1, 2}, "A set has no bytes"),
        (jax.random.key(0), "key_data"),
        (np.array([None]), "array of object"),
    ],
)
def test_not_everything_has_bytes(value, problem):
    with pytest.raises(SerializationError, match=problem):
        to_bytes({"a": value})


def test_arrays_of_several_processes_have_no_bytes_in_one(monkeypatch):
    array = jnp.ones(2)
    monkeypatch.setattr(type(array), "is_fully_addressable", False)
    assert from_bytes(None, to_bytes(array)).shape == (2,)  # each process has it all

    monkeypatch.setattr(type(array), "is_fully_replicated", False)
    with pytest.raises(MPACheckpointingRequiredError, match="spread over processes"):
        to_bytes({"w": array})


def test_keys_that_are_spelled_alike_are_refused():
    with pytest.raises(SerializationError, match="spelled alike"):
        to_state_dict({3: 1, "3": 2})


@pytest.mark.parametrize("data", [b"garbage", b"", b"\x81"])
def test_other_bytes_are_no_state(data):
    with pytest.raises(SerializationError, match="bytes are no state dict"):
        msgpack_restore(data)


def test_in_place_changes_nothing():
    tree = {"a": jnp.ones(2)}

    msgpack_serialize(tree, in_place=True)

    assert isinstance(tree["a"], jax.Array)
