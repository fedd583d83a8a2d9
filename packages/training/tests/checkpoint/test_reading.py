import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.training import checkpoint
from ramie.training.checkpoint import Schema
from ramie.training.checkpoint.errors import MissingUpgradeError, UpgradeResultError
from ramie.training.weights.errors import StoredMismatchError
from ramie.variables import Param


def old_model():
    return {
        "layers": [{"weight": Param(jnp.arange(6.0).reshape(2, 3))}],
        "key": jax.random.key(5),
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("old")
    checkpoint.save(folder, old_model(), 0, notes={"epoch": 2})
    return folder


def new_model():
    return {
        "blocks": [{"kernel": Param(jnp.zeros((3, 2), jnp.bfloat16))}],
        "key": jax.random.key(0),
    }


SCHEMA = Schema(2)


@SCHEMA.upgrade(1)
def layers_are_blocks(arrays):
    (layer,) = arrays.pop("layers").values()
    arrays["blocks"] = {0: {"kernel": layer["weight"].T}}
    return arrays


def test_an_old_checkpoint_is_upgraded_into_a_new_model(folder):
    model = new_model()

    restored = checkpoint.restore(folder, into=model, schema=SCHEMA)

    kernel = model["blocks"][0]["kernel"].value
    assert restored.notes == {"epoch": 2}
    assert kernel.dtype == jnp.bfloat16
    np.testing.assert_array_equal(kernel, np.arange(6).reshape(2, 3).T)
    assert (model["key"] == jax.random.key(5)).all()


def test_an_upgraded_checkpoint_is_checked_like_any_other(folder):
    model = {**new_model(), "more": jnp.ones(1)}

    with pytest.raises(StoredMismatchError) as caught:
        checkpoint.restore(folder, into=model, schema=SCHEMA)

    assert caught.value.missing == (("more",),)


def test_what_is_loaded_has_the_paths_of_now(folder):
    arrays = checkpoint.load(folder, schema=SCHEMA)

    assert arrays["blocks"][0]["kernel"].shape == (3, 2)


def test_a_version_without_an_upgrade_is_refused(folder):
    with pytest.raises(MissingUpgradeError, match=r"schema.upgrade\(1\)"):
        checkpoint.restore(folder, into=new_model(), schema=Schema(2))


def test_an_upgrade_returns_arrays(folder):
    schema = Schema(2)
    schema.upgrade(1)(lambda _: {"blocks": {"0": "kernel"}})

    with pytest.raises(UpgradeResultError, match="a str at blocks/0"):
        checkpoint.load(folder, schema=schema)


def test_new_checkpoints_have_the_new_version(tmp_path):
    checkpoint.save(tmp_path, new_model(), 1, schema=SCHEMA)

    model = new_model()
    model["key"] = jax.random.key(9)
    checkpoint.restore(tmp_path, into=model, schema=SCHEMA)

    assert (model["key"] == jax.random.key(0)).all()
