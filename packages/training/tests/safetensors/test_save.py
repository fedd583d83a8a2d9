import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

from ramie.training import safetensors
from ramie.training.errors import MissingExtraError
from ramie.training.safetensors.errors import TensorDtypeError, TensorsThereError
from ramie.training.weights.errors import StoredContentError
from ramie.variables import Param, Variable


def model():
    tied = Param(jnp.arange(6.0).reshape(2, 3))
    return {"layers": [{"kernel": tied}, {"kernel": tied}], "scale": Param(jnp.ones(3))}


def test_names_are_paths_with_dots_and_what_is_shared_is_there_once(tmp_path):
    safetensors.save(tmp_path / "a.safetensors", model(), metadata={"by": "me"})

    arrays = load_file(tmp_path / "a.safetensors")
    assert sorted(arrays) == ["layers.0.kernel", "scale"]
    np.testing.assert_array_equal(arrays["layers.0.kernel"], np.arange(6).reshape(2, 3))
    with safe_open(tmp_path / "a.safetensors", framework="numpy") as opened:
        assert opened.metadata() == {"format": "pt", "by": "me"}


def test_a_file_that_is_there_is_replaced(tmp_path):
    for fill in (1.0, 2.0):
        safetensors.save(tmp_path / "a.safetensors", {"a": jnp.full(2, fill)})

    assert load_file(tmp_path / "a.safetensors")["a"].tolist() == [2.0, 2.0]
    assert [file.name for file in tmp_path.iterdir()] == ["a.safetensors"]


def test_a_folder_gets_one_file_if_that_is_enough(tmp_path):
    safetensors.save(tmp_path / "new" / "folder", model())

    (file,) = (tmp_path / "new" / "folder").iterdir()
    assert file.name == "model.safetensors"


def test_shards_have_an_index_as_hugging_face_writes_it(tmp_path):
    arrays = {"a": jnp.ones(4), "b": jnp.ones(2), "c": jnp.ones(2), "d": jnp.ones(9)}

    safetensors.save(tmp_path, arrays, shard_bytes=16)

    index = json.loads((tmp_path / "model.safetensors.index.json").read_text("utf-8"))
    first, second, third = (
        f"model-{number:05}-of-00003.safetensors" for number in (1, 2, 3)
    )
    assert index == {
        "metadata": {"total_size": 68},
        "weight_map": {"a": first, "b": second, "c": second, "d": third},
    }
    assert sorted(load_file(tmp_path / second)) == ["b", "c"]


def test_a_folder_with_weights_is_not_written_to(tmp_path):
    safetensors.save(tmp_path, {"a": jnp.ones(4)})

    with pytest.raises(TensorsThereError, match=r"it has model.safetensors already"):
        safetensors.save(tmp_path, {"b": jnp.ones(4)}, shard_bytes=1)

    assert list(safetensors.Tensors(tmp_path)) == ["a"]


@pytest.mark.parametrize("array", [jnp.ones(2, jnp.int4), np.ones(2, "c16")])
def test_numbers_that_the_format_has_not_are_refused(tmp_path, array):
    with pytest.raises(TensorDtypeError, match=r"Cannot save a.b: .* have no "):
        safetensors.save(tmp_path, {"w": jnp.ones(1), "a": {"b": array}})

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", ["text", jax.ShapeDtypeStruct((2,), "f4")])
def test_what_is_no_array_is_refused(tmp_path, content):
    with pytest.raises(StoredContentError, match="at a:"):
        safetensors.save(tmp_path, {"a": Variable(content)})


def test_an_array_that_is_spread_is_saved_as_a_whole(tmp_path):
    mesh = jax.make_mesh((4,), ("x",), (jax.sharding.AxisType.Auto,))
    spread = jax.sharding.NamedSharding(mesh, jax.P(None, "x"))
    array = np.arange(8.0, dtype="f4").reshape(2, 4)

    safetensors.save(tmp_path, {"a": jax.device_put(array, spread), "b": array.T})

    arrays = load_file(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(arrays["a"], array)
    np.testing.assert_array_equal(arrays["b"], array.T)


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path, monkeypatch):
    file = tmp_path / "a.safetensors"
    safetensors.save(file, {"a": jnp.ones(2)})

    def full(arrays, name, metadata):
        name.write_bytes(b"half")
        raise OSError("no space left")

    monkeypatch.setattr("safetensors.numpy.save_file", full)
    with pytest.raises(OSError, match="no space"):
        safetensors.save(file, {"a": jnp.zeros(2)})

    assert [each.name for each in tmp_path.iterdir()] == ["a.safetensors"]
    assert load_file(file)["a"].tolist() == [1.0, 1.0]


def test_without_the_library_the_command_to_get_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)

    with pytest.raises(MissingExtraError, match=r"ramie-training\[safetensors\]"):
        safetensors.save(tmp_path, {"w": jnp.ones(2)})
