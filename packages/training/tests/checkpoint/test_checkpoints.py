import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.graph.extend import content_of
from ramie.module import Rngs
from ramie.training import metrics
from ramie.training.checkpoint import Checkpoints
from ramie.training.checkpoint.errors import NotesError, StepNotNewError
from ramie.training.weights.errors import StoredContentError, StoredMismatchError
from ramie.variables import BatchStat, Cache, Param, Variable


class Own(Variable):
    """A type of Variable that nobody here has heard of."""


def everything(fill):
    """One of each kind of leaf, with contents that depend on a number."""
    tied = Param(jnp.full((2, 3), fill, jnp.float32))
    return {
        "params": [tied, {"tied": tied}, Param(jnp.full(3, fill, jnp.bfloat16))],
        "stats": BatchStat(jnp.full(2, fill), note="kept"),
        "cache": Cache(jnp.zeros((0, 4))),
        "own": Own({"a": jnp.full(1, fill), "n": (fill, np.full(2, fill))}),
        "in ref": Variable(jnp.full(2, fill), ref=True),
        "ref": jax.new_ref(jnp.full(2, fill)),
        "weak": Variable(jnp.asarray(float(fill))),
        "streams": Rngs(int(fill), dropout=int(fill) + 1),
        "keys": Variable(jax.random.split(jax.random.key(int(fill), impl="rbg"))),
        "metric": metrics.Average("loss"),
        "array": jnp.full(2, int(fill), jnp.int8),
        "0": jnp.full(1, fill),
        "a.b": {"c/d": jnp.full(1, fill)},
        "host": np.full(2, fill, "f8"),
        "static": "text",
    }


def contents(node):
    """What all leaves hold, in a form that can be compared bit by bit."""
    found = []
    for path, leaf in graph.to_flat_state(graph.state(node)):
        for value in jax.tree.leaves(content_of(leaf)):
            is_array = isinstance(value, jax.Array)
            is_key = is_array and jnp.issubdtype(value.dtype, jax.dtypes.prng_key)
            bits = np.asarray(jax.random.key_data(value) if is_key else value)
            kind = value.aval if is_array else type(value)
            found.append((path, str(kind), bits.tobytes()))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    with Checkpoints(folder) as run:
        run.save(everything(3.0), 1)
    return folder


def test_every_kind_of_leaf_is_restored_bit_for_bit(folder):
    node = everything(5.0)
    tied = node["params"][0]

    restored = Checkpoints(folder).restore(node)

    assert (restored.step, restored.notes, restored.left_out) == (1, {}, None)
    assert contents(node) == contents(everything(3.0))
    assert node["params"][0] is node["params"][1]["tied"] is tied
    assert node["stats"].note == "kept"


def test_streams_go_on_where_they_were(tmp_path):
    streams, others = Rngs(0, dropout=1), Rngs(7, dropout=8)
    streams.dropout()
    with Checkpoints(tmp_path) as run:
        run.save(streams, 0)
        run.restore(others)

    assert (streams.dropout() == others.dropout()).all()
    assert (streams.params() == others.params()).all()


def test_without_a_graph_arrays_come_as_nested_dicts(folder):
    arrays = Checkpoints(folder).load()
    node = everything(3.0)

    assert list(arrays["params"]) == [0, 2]
    assert arrays["0"].tolist() == [3.0]
    assert arrays["a.b"]["c/d"].tolist() == [3.0]
    assert arrays["cache"].shape == (0, 4)
    assert arrays["weak"].weak_type
    assert (arrays["keys"] == node["keys"].value).all()
    assert arrays["host"].dtype == np.float64


def test_a_list_and_a_dict_of_numbers_as_text_are_told_apart(tmp_path):
    def make(fill):
        part = {0: Param(jnp.full(1, fill)), "1": Param(jnp.full(1, fill + 1))}
        return {"mixed": part, "list": [Param(jnp.full(1, fill + 2))]}

    with Checkpoints(tmp_path) as run:
        run.save(make(1.0), 0)
        node = make(7.0)
        graph.update(node, run.load())

    assert contents(node) == contents(make(1.0))


def test_a_lone_variable_can_be_saved(tmp_path):
    variable = Param(jnp.ones(2))
    with Checkpoints(tmp_path) as run:
        run.save(variable, 0)
        variable.value = jnp.zeros(2)
        run.restore(variable)

    assert variable.value.tolist() == [1.0, 1.0]


def test_a_graph_without_numbers_can_be_saved(tmp_path):
    with Checkpoints(tmp_path) as run:
        run.save({"empty": jnp.zeros((0,))}, 0)

        assert run.load()["empty"].shape == (0,)


def test_what_does_not_fit_is_named_and_nothing_is_changed(folder):
    node = everything(5.0)
    node["params"][2] = Param(jnp.zeros(4, jnp.bfloat16))
    node["array"] = jnp.zeros(2)
    node["new"] = Param(jnp.zeros(1))
    del node["stats"]
    before = contents(node)

    with pytest.raises(StoredMismatchError) as caught:
        Checkpoints(folder).restore(node)

    error = caught.value
    assert error.missing == (("new",),)
    assert error.unexpected == (("stats",),)
    assert error.shapes == {("params", 2): ((4,), (3,))}
    assert error.dtypes == {("array",): (jnp.float32, jnp.int8)}
    assert "Step 1 in" in str(error)
    assert contents(node) == before


def test_what_fits_is_restored_if_one_says_so(folder):
    node = {"stats": BatchStat(jnp.zeros(2)), "array": jnp.zeros(2)}

    report = Checkpoints(folder).restore(node, strict=False).left_out

    assert list(report.dtypes) == [("array",)]
    assert node["stats"].value.tolist() == [3.0, 3.0]
    assert node["array"].tolist() == [0.0, 0.0]


def test_the_model_says_where_arrays_go_and_of_which_dtype(folder):
    mesh = jax.make_mesh((2,), ("x",), (jax.sharding.AxisType.Auto,))
    spread = jax.sharding.NamedSharding(mesh, jax.P("x"))
    node = {
        "params": [
            Param(jax.ShapeDtypeStruct((2, 3), jnp.bfloat16, sharding=spread)),
            {},
            Param(jax.ShapeDtypeStruct((3,), jnp.float32)),
        ],
        "keys": jax.device_put(jax.random.split(jax.random.key(0, impl="rbg")), spread),
        "stats": BatchStat(jax.device_put(jnp.zeros(2), jax.devices()[5])),
    }

    Checkpoints(folder).restore(node, strict=False)

    first, _, last = node["params"]
    assert (first.value.sharding, first.value.dtype) == (spread, jnp.bfloat16)
    assert not last.value.committed
    assert node["keys"].sharding.is_equivalent_to(spread, 1)
    assert node["stats"].value.device == jax.devices()[5]


def test_only_the_last_ones_are_kept(tmp_path):
    with Checkpoints(tmp_path, keep=2) as run:
        for step in (1, 5, 9):
            run.save({"w": jnp.full(1, step)}, step, notes={"step": step})

        assert run.steps == [5, 9]
        assert run.restore({"w": jnp.zeros(1, int)}, step=5).notes == {"step": 5}


@pytest.mark.parametrize("step", [3, 4])
def test_a_step_comes_after_the_last_one(tmp_path, step):
    with Checkpoints(tmp_path) as run:
        run.save({"w": jnp.ones(1)}, 4)

        with pytest.raises(StepNotNewError, match="step 4 is there already"):
            run.save({"w": jnp.zeros(1)}, step)

    assert run.load()["w"].tolist() == [1.0]


def test_what_cannot_be_stored_leaves_no_files(tmp_path):
    with (
        Checkpoints(tmp_path / "run") as run,
        pytest.raises(StoredContentError, match="at b: it is a str"),
    ):
        run.save({"a": jnp.ones(1), "b": Variable("text")}, 0)

    assert not (tmp_path / "run").exists()


def test_notes_that_json_cannot_hold_are_refused_at_once(tmp_path):
    with (
        Checkpoints(tmp_path / "run") as run,
        pytest.raises(NotesError, match="set is not JSON serializable"),
    ):
        run.save({"a": jnp.ones(1)}, 0, notes={"seen": {1, 2}})

    assert not (tmp_path / "run").exists()


def test_arrays_of_the_host_are_saved_as_they_were(tmp_path):
    array = np.zeros(10_000)
    with Checkpoints(tmp_path) as run:
        run.save({"a": array}, 0)
        array += 1.0

    assert not Checkpoints(tmp_path).load()["a"].any()


def test_a_folder_that_was_closed_can_be_saved_to_again(tmp_path):
    run = Checkpoints(tmp_path)
    run.save({"a": jnp.ones(1)}, 0)
    run.close()
    run.close()
    run.save({"a": jnp.ones(1)}, 1)
    run.close()

    assert run.steps == [0, 1]


def test_importing_it_does_not_import_orbax():
    probe = (
        "import sys, ramie.training.checkpoint, ramie.training.safetensors;"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    )

    assert not {"orbax", "safetensors", "tensorstore"} & set(done.stdout.split())
