import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from ramie.variables._placement import place
from ramie.variables.errors import MissingMeshError, TooManyAxisNamesError

AUTO, EXPLICIT = AxisType.Auto, AxisType.Explicit
KINDS = {
    "auto": (AUTO, AUTO),
    "explicit": (EXPLICIT, EXPLICIT),
    "mixed": (EXPLICIT, AUTO),
}
NAMES = {"out_sharding": ("data", "model")}


def mesh_of(*kinds):
    return jax.make_mesh((4, 2), ("data", "model"), axis_types=kinds)


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def mesh(request):
    return mesh_of(*request.param)


def parts(array):
    """The shape of what each device holds."""
    return {shard.data.shape for shard in array.addressable_shards}


def test_an_array_made_outside_of_the_mesh_is_moved(mesh):
    value = jnp.ones((8, 4))

    with jax.set_mesh(mesh):
        placed = place("Param", value, NAMES)

    assert placed.sharding == NamedSharding(mesh, P("data", "model"))


def test_an_array_made_in_a_trace_is_placed(mesh):
    with jax.set_mesh(mesh):
        placed = jax.jit(lambda: place("Param", jnp.ones((8, 4)), NAMES))()

    assert parts(placed) == {(2, 2)}


def test_a_dimension_can_be_split_over_two_axes_in_a_trace(mesh):
    names = {"out_sharding": (("data", "model"), None)}

    with jax.set_mesh(mesh):
        placed = jax.jit(lambda: place("Param", jnp.ones((8, 4)), names))()

    assert parts(placed) == {(1, 4)}


def test_explicit_axes_become_part_of_the_type():
    with jax.set_mesh(mesh_of(EXPLICIT, EXPLICIT)):
        placed = jax.eval_shape(lambda: place("Param", jnp.ones((8, 4)), NAMES))

    assert placed.sharding.spec == P("data", "model")


def test_a_placed_array_has_the_sharding_that_a_compiled_one_has():
    metadata = {"out_sharding": ("data",)}

    with jax.set_mesh(mesh_of(EXPLICIT, EXPLICIT)):
        placed = place("Param", jnp.ones((8, 4)), metadata)
        compiled = jax.jit(lambda: place("Param", jnp.ones((8, 4)), metadata))()

    assert placed.sharding == compiled.sharding


def test_a_mesh_of_its_own_needs_no_context(mesh):
    placed = place("Param", jnp.ones((8, 4)), {**NAMES, "mesh": mesh})

    assert parts(placed) == {(2, 2)}


def test_a_mesh_of_its_own_works_in_a_trace():
    metadata = {**NAMES, "mesh": mesh_of(AUTO, AUTO)}

    placed = jax.jit(lambda: place("Param", jnp.ones((8, 4)), metadata))()

    assert parts(placed) == {(2, 2)}


def test_a_mapped_axis_is_not_one_of_the_named():
    rows = jnp.ones((3, 4))

    with jax.set_mesh(mesh_of(AUTO, AUTO)):
        placed = jax.vmap(
            lambda row: place("Param", row, {"out_sharding": ("model",)})
        )(rows)

    assert parts(placed) == {(3, 2)}


def test_a_gradient_flows_through(mesh):
    def loss(value):
        return place("Param", value, NAMES).sum()

    with jax.set_mesh(mesh):
        gradient = jax.grad(loss)(jnp.ones((8, 4)))

    np.testing.assert_array_equal(gradient, jnp.ones((8, 4)))


def test_a_manual_axis_is_split_already():
    mesh = mesh_of(AUTO, AUTO)

    def body(part):
        return place("Param", part, {"out_sharding": (("data", "model"), None)})

    with jax.set_mesh(mesh):
        mapped = jax.shard_map(body, in_specs=P("data"), out_specs=P("data"))
        placed = jax.jit(mapped)(jnp.ones((8, 4)))

    assert parts(placed) == {(2, 4)}


def test_an_axis_that_is_not_manual_is_left_to_the_compiler():
    def body(part):
        return place("Param", part, NAMES)

    with jax.set_mesh(mesh_of(AUTO, AUTO)):
        specs = {"in_specs": P("data"), "out_specs": P("data")}
        mapped = jax.shard_map(body, axis_names={"data"}, **specs)
        placed = jax.jit(mapped)(jnp.ones((8, 4)))

    assert parts(placed) == {(2, 2)}


def test_every_array_of_a_pytree_is_placed():
    value = {"a": np.ones((4, 2)), "b": jnp.ones((8,)), "name": "both", "none": None}

    placed = place("Param", value, {"out_sharding": (), "mesh": mesh_of(AUTO, AUTO)})

    assert parts(placed["a"]) == {(4, 2)}
    assert len(placed["b"].sharding.device_set) == 8
    assert (placed["name"], placed["none"]) == ("both", None)


def test_random_keys_are_placed():
    keys = jax.random.split(jax.random.key(0), 8)

    with jax.set_mesh(mesh_of(AUTO, AUTO)):
        placed = place("Variable", keys, {"out_sharding": ("data",)})

    assert placed.sharding.spec == P("data")


@pytest.mark.parametrize("dtype", [jnp.float32, jax.random.key(0).dtype], ids=str)
def test_an_abstract_value_gets_the_sharding_as_a_fact(dtype):
    mesh = mesh_of(AUTO, AUTO)
    value = jax.ShapeDtypeStruct((8, 4), dtype)

    with jax.sharding.use_abstract_mesh(mesh.abstract_mesh):
        placed = place("Param", value, NAMES)

    assert placed.sharding == NamedSharding(mesh.abstract_mesh, P("data", "model"))
    assert (placed.shape, placed.dtype) == ((8, 4), dtype)


@pytest.mark.parametrize("names", [None, (), (None, None), P()])
def test_names_that_split_nothing_need_no_mesh(names):
    value = jnp.ones((8, 4))

    assert place("Param", value, {"out_sharding": names}) is value


def test_names_that_split_need_a_mesh():
    with pytest.raises(MissingMeshError, match=r"jax\.set_mesh"):
        place("Param", jnp.ones((8, 4)), NAMES)


def test_an_abstract_mesh_has_no_place_for_an_array():
    mesh = mesh_of(AUTO, AUTO).abstract_mesh

    with jax.sharding.use_abstract_mesh(mesh), pytest.raises(MissingMeshError):
        place("Param", jnp.ones((8, 4)), NAMES)


@pytest.mark.parametrize("value", [np.ones(3), 3.0, {"a": np.ones((2, 2)), "b": 1.0}])
def test_there_are_not_more_names_than_dimensions(value):
    with pytest.raises(TooManyAxisNamesError):
        place("Param", value, NAMES)
