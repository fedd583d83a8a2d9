import sys

import jax.numpy as jnp
import orbax.checkpoint as ocp
import pytest

from ramie.training import checkpoint
from ramie.training.checkpoint._files import Step, absolute, steps_in
from ramie.training.checkpoint.errors import (
    NoCheckpointError,
    UnreadableCheckpointError,
)
from ramie.training.errors import MissingExtraError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    for step in (3, 20):
        checkpoint.save(folder, {"w": jnp.full(2, step)}, step)
    return str(folder)


def test_the_last_step_is_taken_if_none_is_named(folder):
    assert Step(folder, None).step == 20
    assert Step(folder, 3).step == 3


def test_steps_are_in_order_of_number(folder):
    assert steps_in(folder) == [3, 20]


def test_a_step_that_is_not_there_is_answered_with_those_that_are(folder):
    with pytest.raises(NoCheckpointError, match=r"of step 4 .*steps 3, 20"):
        Step(folder, 4)


def test_looking_makes_no_folder(tmp_path):
    with pytest.raises(NoCheckpointError, match="it has none"):
        Step(str(tmp_path / "new"), None)

    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("lost", ["ramie/metadata", "arrays/manifest.ocdbt"])
def test_damage_is_told_with_the_other_steps(tmp_path, lost):
    for step in (1, 2):
        checkpoint.save(tmp_path, {"w": jnp.ones(2)}, step)
    (tmp_path / "2" / lost).unlink()

    with pytest.raises(UnreadableCheckpointError, match="there is steps 1"):
        checkpoint.load(tmp_path)


@pytest.mark.parametrize(
    ("facts", "match"),
    [
        ({"what": "else"}, "no list of its arrays"),
        ({"leaves": [], "format": 2}, "format 2, of a later ramie"),
    ],
)
def test_a_checkpoint_of_another_program_is_told(tmp_path, facts, match):
    args = ocp.args.Composite(ramie=ocp.args.JsonSave(facts))
    with ocp.CheckpointManager(tmp_path) as manager:
        manager.save(0, args=args)

    with pytest.raises(UnreadableCheckpointError, match=match):
        checkpoint.load(tmp_path)


def test_paths_with_a_scheme_are_left_as_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert absolute("gs://bucket/run") == "gs://bucket/run"
    assert absolute("run") == str(tmp_path / "run")


def test_without_orbax_the_command_to_get_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "orbax.checkpoint", None)

    with pytest.raises(MissingExtraError, match=r"ramie-training\[checkpoint\]"):
        checkpoint.save(tmp_path, {"w": jnp.ones(2)}, 0)
