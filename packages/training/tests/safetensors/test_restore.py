import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.module import Rngs
from ramie.training import safetensors
from ramie.training.weights.errors import NameClashError, StoredMismatchError
from ramie.variables import BatchStat, Param, Variable


def model(fill):
    return {
        "layers": [{"kernel": Param(jnp.full((2, 3), fill))}],
        "stats": BatchStat(jnp.full(3, fill, jnp.bfloat16)),
        "streams": Rngs(int(fill)),
        "table": Variable({"a": jnp.full(1, fill), "n": 2}),
        "empty": jnp.zeros((0, 2)),
    }


@pytest.mark.parametrize("options", [{}, {"shard_bytes": 1}], ids=["one", "shards"])
def test_a_model_comes_back(tmp_path, options):
    safetensors.save(tmp_path, model(3.0), **options)
    fresh = model(1.0)

    assert safetensors.restore(tmp_path, into=fresh) is None

    assert fresh["layers"][0]["kernel"].value.tolist() == [[3.0] * 3] * 2
    assert fresh["stats"].value.dtype == jnp.bfloat16
    assert (fresh["streams"].params() == Rngs(3).params()).all()
    assert fresh["table"].value["a"].tolist() == [3.0]


def test_arrays_go_where_the_model_says(tmp_path):
    mesh = jax.make_mesh((2,), ("x",), (jax.sharding.AxisType.Auto,))
    rows = jax.sharding.NamedSharding(mesh, jax.P("x"))
    safetensors.save(tmp_path, {"w": jnp.arange(8.0).reshape(4, 2)})
    abstract = {
        "w": Param(jax.ShapeDtypeStruct((4, 2), jnp.bfloat16, sharding=rows)),
    }

    safetensors.restore(tmp_path, into=abstract)

    array = abstract["w"].value
    assert (array.sharding, array.dtype) == (rows, jnp.bfloat16)
    np.testing.assert_array_equal(array, np.arange(8).reshape(4, 2))


def test_a_model_does_not_change_with_its_file(tmp_path):
    file = tmp_path / "a.safetensors"
    nodes = [{"a": jnp.zeros(4096 + n)} for n in range(4)]
    for node in nodes:
        safetensors.save(file, {"a": jnp.ones_like(node["a"])})
        safetensors.restore(file, into=node)
        size = file.stat().st_size
        with file.open("r+b") as opened:
            opened.seek(size - 4096)
            opened.write(b"\xff" * 4096)

    assert all(float(node["a"].max()) == 1.0 for node in nodes)


def test_what_does_not_fit_is_named_and_nothing_is_changed(tmp_path):
    saved = {"a": jnp.ones(2), "b": jnp.ones(2), "c": jnp.ones(2), "e": jnp.ones(1)}
    safetensors.save(tmp_path, saved)
    node = {
        "a": Param(jnp.zeros(3)),
        "b": Param(jnp.zeros(2, int)),
        "d": Param(jnp.zeros(1)),
        "e": Param(jnp.zeros(1)),
    }

    with pytest.raises(StoredMismatchError) as caught:
        safetensors.restore(tmp_path, into=node)

    error = caught.value
    assert error.missing == (("d",),)
    assert error.unexpected == (("c",),)
    assert error.shapes == {("a",): ((3,), (2,))}
    assert error.dtypes == {("b",): (jnp.int32, jnp.float32)}
    assert str(tmp_path) in str(error)
    assert node["e"].value.tolist() == [0.0]


def test_what_fits_is_restored_if_one_says_so(tmp_path):
    safetensors.save(tmp_path, {"a": jnp.ones(2), "b": jnp.ones(2)})
    node = {"a": Param(jnp.zeros(3)), "b": Param(jnp.zeros(2)), "c": Param(2.0)}

    report = safetensors.restore(tmp_path, into=node, strict=False)

    assert (report.missing, list(report.shapes)) == ((("c",),), [("a",)])
    assert node["a"].value.tolist() == [0.0] * 3
    assert node["b"].value.tolist() == [1.0] * 2


def tied():
    table = Param(jnp.zeros(2))
    return {"embed": {"table": table}, "head": {"table": table}}


@pytest.mark.parametrize("names", [["head"], ["embed", "head"], ["embed"]], ids=str)
def test_a_shared_array_is_found_under_any_of_its_names(tmp_path, names):
    safetensors.save(tmp_path, {name: {"table": np.ones(2)} for name in names})
    node = tied()

    safetensors.restore(tmp_path, into=node)

    assert node["head"]["table"] is node["embed"]["table"]
    assert node["head"]["table"].value.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("other", [np.zeros(2), np.ones(3), np.ones(2, "f4")])
def test_a_shared_array_that_is_there_twice_has_to_be_the_same(tmp_path, other):
    safetensors.save(tmp_path, {"embed": {"table": np.ones(2)}, "head.table": other})

    with pytest.raises(StoredMismatchError) as caught:
        safetensors.restore(tmp_path, into=tied())

    assert caught.value.unexpected == (("head.table",),)


def test_keys_of_another_generator_do_not_fit(tmp_path):
    safetensors.save(tmp_path, {"key": jax.random.key(0, impl="rbg")})

    with pytest.raises(StoredMismatchError, match=r"dtype at key: .*fry.*rbg"):
        safetensors.restore(tmp_path, into={"key": jax.random.key(0)})


def test_names_that_clash_are_refused(tmp_path):
    node = {"a.b": jnp.ones(1), "a": {"b": jnp.ones(1)}}

    with pytest.raises(NameClashError, match=r"'a\.b'"):
        safetensors.save(tmp_path, node)


def test_all_tensors_can_be_had_in_a_dict(tmp_path):
    key = jax.random.key(3)
    safetensors.save(
        tmp_path, {"a": [jnp.ones(2, jnp.bfloat16)], "key": key, "wide": np.ones(2)}
    )

    arrays = safetensors.load(tmp_path)

    assert sorted(arrays) == ["a.0", "key", "wide"]
    assert arrays["a.0"].dtype == jnp.bfloat16
    assert arrays["key"] == key
    assert (type(arrays["wide"]), arrays["wide"].dtype) == (np.ndarray, np.float64)
