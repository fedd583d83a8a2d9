import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from ramie.graph.errors import SharedInTreeError
from ramie.variables import Param, as_abstract, use_eager_sharding
from ramie.variables.errors import MissingMeshError, TooManyAxisNamesError
from ramie.variables.spmd import abstract_with_sharding

STRUCT = jax.ShapeDtypeStruct((8, 4), jnp.float32)


@pytest.fixture(autouse=True)
def _not_eager():
    with use_eager_sharding(False):
        yield


@pytest.fixture
def mesh():
    kinds = (AxisType.Auto, AxisType.Auto)
    return jax.make_mesh((4, 2), ("data", "model"), axis_types=kinds)


def test_names_become_the_sharding_of_an_abstract_value(mesh):
    kernel = Param(STRUCT, out_sharding=("data",))

    with jax.set_mesh(mesh):
        abstract = as_abstract({"kernel": kernel})["kernel"]

    assert abstract.value.sharding == NamedSharding(mesh, P("data"))
    assert abstract.out_sharding == ("data",)
    assert kernel.value is STRUCT


def test_inside_a_trace_the_mesh_is_abstract(mesh):
    seen = []

    @jax.jit
    def trace(value):
        seen.append(as_abstract(Param(value, out_sharding=("data",))))
        seen.append(as_abstract(value))

    with jax.set_mesh(mesh):
        trace(jnp.ones((8, 4)))

    assert seen[0].value.sharding == NamedSharding(mesh.abstract_mesh, P("data"))
    assert seen[1] == STRUCT


def test_arrays_become_shapes_that_know_where_they_were(mesh):
    array = jax.device_put(jnp.ones((8, 4)), NamedSharding(mesh, P("model")))

    abstract = as_abstract({"a": array, "b": Param(array), "c": np.ones(2), "d": 3})

    assert abstract["a"].sharding == array.sharding
    assert abstract["b"].value.sharding == array.sharding
    assert abstract["c"] == jax.ShapeDtypeStruct((2,), np.float64)
    assert abstract["d"] == 3


def test_a_variable_in_a_ref_becomes_a_shape(mesh):
    kernel = Param(jnp.ones((8, 4)), ref=True, out_sharding=("data",), mesh=mesh)

    abstract = as_abstract(kernel)

    assert abstract.value.sharding == NamedSharding(mesh, P("data"))
    assert kernel.value.shape == (8, 4)


def test_a_mesh_of_its_own_will_do(mesh):
    kernel = Param({"q": STRUCT}, out_sharding=("data",), mesh=mesh)
    named = Param({"q": STRUCT, "name": "q"}, out_sharding=(), mesh=mesh)

    assert as_abstract(kernel).value["q"].sharding == NamedSharding(mesh, P("data"))
    assert as_abstract(named).value["name"] == "q"


def test_an_abstract_variable_with_names_needs_a_mesh():
    with pytest.raises(MissingMeshError):
        as_abstract(Param(STRUCT, out_sharding=("data",)))


def test_what_is_somewhere_needs_no_mesh():
    array = jnp.ones((8, 4))

    abstract = as_abstract(Param(array, out_sharding=("data",)))

    assert abstract.value.sharding == array.sharding
    assert as_abstract(Param(STRUCT, out_sharding=(None,))).value == STRUCT


def test_there_are_not_more_names_than_dimensions(mesh):
    kernel = Param(STRUCT, out_sharding=("data", None, None))

    with jax.set_mesh(mesh), pytest.raises(TooManyAxisNamesError):
        as_abstract(kernel)


def test_a_tree_shares_nothing_in_tree_mode():
    shared = Param(STRUCT)

    assert as_abstract((shared, shared))[0] is not shared
    with pytest.raises(SharedInTreeError):
        as_abstract((shared, shared), graph=False)


def test_the_old_name_warns():
    with pytest.warns(DeprecationWarning, match="as_abstract"):
        assert abstract_with_sharding(STRUCT) == STRUCT
