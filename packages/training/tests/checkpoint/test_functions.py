import jax.numpy as jnp

from ramie.training import checkpoint
from ramie.variables import Param


def test_a_run_is_saved_and_restored_in_two_calls(tmp_path):
    model = {"w": Param(jnp.ones(2))}

    for step in (1, 2, 3):
        checkpoint.save(tmp_path, model, step, keep=2, notes={"loss": step / 2})
        model["w"].value += 1.0

    assert checkpoint.steps(tmp_path) == [2, 3]
    assert checkpoint.restore(tmp_path, into=model).notes == {"loss": 1.5}
    assert model["w"].value.tolist() == [3.0, 3.0]
    checkpoint.restore(tmp_path, into=model, step=2)
    assert model["w"].value.tolist() == [2.0, 2.0]


def test_a_part_can_be_restored(tmp_path):
    checkpoint.save(tmp_path, {"w": jnp.ones(2), "x": jnp.ones(1)}, 0)
    node = {"w": jnp.zeros(2)}

    left_out = checkpoint.restore(tmp_path, into=node, strict=False).left_out

    assert left_out.unexpected == (("x",),)
    assert node["w"].tolist() == [1.0, 1.0]


def test_all_arrays_can_be_looked_at(tmp_path):
    checkpoint.save(tmp_path, {"layers": [jnp.ones(2)]}, 0)

    assert checkpoint.load(tmp_path)["layers"][0].tolist() == [1.0, 1.0]
