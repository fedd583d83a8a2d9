import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.training import weights
from ramie.training.weights._load import as_numpy
from ramie.training.weights.errors import MappedMismatchError
from ramie.variables import Param

NAMES = weights.NameMap(
    weights.move("fc.{n}.weight", "layers.{n}.kernel", weights.transpose()),
    weights.tie("again", same_as="fc.0.weight"),
)


def make():
    return {"layers": [{"kernel": Param(jnp.zeros((2, 3)))} for _ in range(2)]}


def source():
    draw = np.random.default_rng(0)
    return {f"fc.{n}.weight": draw.normal(size=(3, 2)) for n in range(2)}


def test_arrays_are_renamed_and_changed_on_their_way():
    model, given = make(), source()

    assert weights.load(model, given, NAMES) is None

    for n, layer in enumerate(model["layers"]):
        wanted = given[f"fc.{n}.weight"].T.astype("f4")
        np.testing.assert_array_equal(layer["kernel"].value, wanted)


def test_an_abstract_model_is_filled():
    struct = jax.ShapeDtypeStruct((2, 3), jnp.bfloat16)
    model = {"layers": [{"kernel": Param(struct)} for _ in range(2)]}

    weights.load(model, source(), NAMES)

    assert model["layers"][0]["kernel"].value.dtype == jnp.bfloat16


def test_a_misfit_is_refused_with_the_names_of_both_sides():
    model = make()
    given = {"fc.0.weight": np.ones((3, 3)), "more": np.ones(1)}

    with pytest.raises(MappedMismatchError) as caught:
        weights.load(model, given, NAMES)

    text = str(caught.value)
    assert "Nothing was changed" in text
    assert "layers.1.kernel (should be made of fc.1.weight)" in text
    assert "layers.0.kernel (from fc.0.weight): shape (2, 3) in the model" in text
    assert "no rule for the source: more" in text
    assert float(model["layers"][0]["kernel"].value.sum()) == 0.0


def test_what_fits_is_loaded_if_one_says_so():
    model = make()
    given = {**source(), "fc.0.weight": np.ones((3, 3)), "fc.5.weight": np.ones(1)}

    report = weights.load(model, given, NAMES, strict=False)

    assert report.partial
    assert list(report.wrong) == ["layers.0.kernel"]
    assert report.homeless == {"layers.5.kernel": ("fc.5.weight",)}
    assert float(model["layers"][0]["kernel"].value.sum()) == 0.0
    assert model["layers"][1]["kernel"].value.any()


def test_arrays_that_are_tied_have_to_be_equal():
    given = source()

    weights.load(make(), {**given, "again": given["fc.0.weight"].copy()}, NAMES)
    with pytest.raises(MappedMismatchError, match=r"again .*fc.0.weight.*not equal"):
        weights.load(make(), {**given, "again": given["fc.0.weight"] + 1}, NAMES)


def test_a_step_that_cannot_be_done_is_reported():
    names = weights.NameMap(
        weights.move("fc.{n}.weight", "layers.{n}.kernel", weights.reshape(5))
    )

    with pytest.raises(MappedMismatchError, match=r"layers.0.kernel \(from fc.0"):
        weights.load(make(), source(), names)


def test_another_family_of_numbers_does_not_fit():
    given = {name: value.astype("i4") for name, value in source().items()}

    with pytest.raises(MappedMismatchError, match="dtype float32 in the model, int32"):
        weights.load(make(), given, NAMES)


def test_what_is_no_array_is_reported():
    with pytest.raises(MappedMismatchError, match="object is no array"):
        weights.load(make(), {**source(), "fc.0.weight": object()}, NAMES)


def test_a_tensor_is_detached_and_brought_to_the_host():
    class Tensor:
        dtype = "torch.float32"

        def detach(self):
            return self

        def cpu(self):
            return np.ones(2)

    assert as_numpy(Tensor()).tolist() == [1.0, 1.0]


def test_a_source_that_reads_on_demand_is_asked_once_and_let_go():
    read, gone = [], []

    class Files(dict):
        @property
        def structs(self):
            return {
                name: jax.ShapeDtypeStruct(value.shape, value.dtype)
                for name, value in self.items()
            }

        def __getitem__(self, name):
            read.append(name)
            return super().__getitem__(name)

        def let_go(self, name):
            gone.append(name)

    weights.load(make(), Files(source()), NAMES)

    assert read == gone == ["fc.0.weight", "fc.1.weight"]
