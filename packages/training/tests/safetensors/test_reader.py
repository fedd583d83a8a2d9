import json
import sys

import jax.numpy as jnp
import pytest
from safetensors.numpy import save_file

from ramie.training import safetensors
from ramie.training.errors import MissingExtraError
from ramie.training.safetensors import Tensors
from ramie.training.safetensors.errors import NoTensorsError, UnreadableTensorsError


@pytest.fixture
def folder(tmp_path):
    arrays = {"a": jnp.arange(3), "b": jnp.ones((2, 2)), "e": jnp.ones((0, 2))}
    safetensors.save(tmp_path, arrays, shard_bytes=12, metadata={"by": "me"})
    return tmp_path


def test_tensors_of_all_files_are_one_mapping(folder):
    tensors = Tensors(folder)

    assert (len(tensors), sorted(tensors)) == (3, ["a", "b", "e"])
    assert tensors["a"].tolist() == [0, 1, 2]
    assert tensors["e"].shape == (0, 2)
    assert tensors.structs["b"].shape == (2, 2)
    assert tensors.metadata == {"format": "pt", "by": "me"}


def test_views_cannot_be_written_to(folder):
    with pytest.raises(ValueError, match="read-only"):
        Tensors(folder)["a"][0] = 1


def test_what_was_let_go_can_be_read_again(folder):
    tensors = Tensors(folder)
    for name in tensors:
        tensors.let_go(name)

    assert tensors["a"].tolist() == [0, 1, 2]


def test_a_name_that_is_not_there_is_no_tensor(folder):
    assert "c" not in Tensors(folder)


@pytest.mark.parametrize("name", ["no.safetensors", "no"])
def test_a_file_that_is_not_there_is_told(tmp_path, name):
    with pytest.raises(NoTensorsError, match="there is no such file or folder"):
        Tensors(tmp_path / name)


def test_a_folder_without_weights_is_told(tmp_path):
    with pytest.raises(NoTensorsError, match="the folder has no weights"):
        Tensors(tmp_path)


def test_a_shard_that_is_not_there_is_told(folder):
    next(iter(folder.glob("*.safetensors"))).unlink()

    with pytest.raises(NoTensorsError, match=r"model-0000. *.*no such file"):
        Tensors(folder)


@pytest.mark.parametrize("size", [0, 5, 20, -1])
def test_a_file_that_is_cut_off_is_told(tmp_path, size):
    file = tmp_path / "a.safetensors"
    safetensors.save(file, {"a": jnp.ones(100)})
    file.write_bytes(file.read_bytes()[:size])

    with pytest.raises(UnreadableTensorsError, match="It is damaged"):
        Tensors(file)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"weight_map": ["a"]}'])
def test_an_index_that_is_none_is_told(folder, text):
    (folder / "model.safetensors.index.json").write_text(text, "utf-8")

    with pytest.raises(UnreadableTensorsError, match="no index"):
        Tensors(folder)


def test_an_index_that_promises_too_much_is_told(folder):
    index = folder / "model.safetensors.index.json"
    facts = json.loads(index.read_text("utf-8"))
    facts["weight_map"]["z"] = facts["weight_map"]["a"]
    index.write_text(json.dumps(facts), "utf-8")

    with pytest.raises(UnreadableTensorsError, match="promises z, which no file has"):
        Tensors(folder)


def test_numbers_of_an_unknown_kind_are_told(tmp_path, monkeypatch):
    save_file({"a": jnp.ones(2, jnp.int16).__array__()}, tmp_path / "a.safetensors")
    monkeypatch.delitem(safetensors._reader.DTYPES, "I16")

    with pytest.raises(UnreadableTensorsError, match=r"a has numbers .* unknown.*I16"):
        Tensors(tmp_path / "a.safetensors")


def test_without_the_library_the_command_to_get_it_is_told(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)

    with pytest.raises(MissingExtraError, match=r"ramie-training\[safetensors\]"):
        Tensors(folder)
