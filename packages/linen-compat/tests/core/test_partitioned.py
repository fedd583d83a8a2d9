import jax
import jax.numpy as jnp
import pytest
from jax.sharding import NamedSharding, PartitionSpec

from ramie import linen as nn
from ramie.linen.core import meta
from ramie.linen.errors import PartitioningNameError, PartitioningUnspecifiedError

NAME = nn.PARTITION_NAME
BOX = nn.Partitioned(jnp.ones((2, 4)), ("x", None))


@pytest.fixture
def mesh():
    types = (jax.sharding.AxisType.Auto,)
    return jax.make_mesh((2,), ("x",), axis_types=types)


@pytest.mark.parametrize(
    ("index", "names"),
    [
        (0, ("new", "x", None)),
        (2, ("x", None, "new")),
        (-1, ("x", None, "new")),
        (-3, ("new", "x", None)),
        (4, ("x", None, None, None, "new")),
    ],
)
def test_an_axis_is_named_where_it_is_added(index, names):
    added = BOX.add_axis(index, {NAME: "new"})

    assert added.names == names
    assert added.remove_axis(index, {NAME: "new"}).names[:2] == BOX.names


def test_an_axis_is_removed_by_its_name():
    with pytest.raises(PartitioningNameError, match="axis 'y' at 0 from"):
        BOX.remove_axis(0, {NAME: "y"})
    with pytest.raises(PartitioningNameError):
        BOX.remove_axis(5, {NAME: "x"})


def test_a_transform_says_the_name_of_its_axis():
    for change in (BOX.add_axis, BOX.remove_axis):
        with pytest.raises(PartitioningUnspecifiedError, match="metadata_params"):
            change(0, {})


def test_metadata_goes_to_variables_and_back():
    box = BOX.replace(value=1.0)

    metadata = box.to_nnx_metadata()

    assert metadata["out_sharding"] == ("x", None)
    assert nn.Partitioned.from_nnx_metadata({**metadata, "more": 1}) == box


def test_initializers_put_values_into_boxes(mesh):
    init = nn.with_partitioning(nn.initializers.ones, ("x",), mesh=mesh)

    box = init(jax.random.key(0), (2,))

    assert (box.names, box.mesh) == (("x",), mesh)
    assert init.__name__ == "ones"


def test_specs_and_shardings_of_a_tree(mesh):
    tree = {"box": BOX, "array": jnp.ones(2), "number": 3}

    specs = nn.get_partition_spec(tree)

    assert specs == {"box": PartitionSpec("x", None), "array": jax.P(), "number": None}
    assert nn.get_sharding(tree, mesh)["box"] == BOX.get_sharding(mesh)
    assert nn.get_sharding(3, mesh) is None


def test_a_box_is_split_as_it_says(mesh):
    expected = NamedSharding(mesh, PartitionSpec("x", None))
    with_mesh = BOX.replace(mesh=mesh)

    assert with_mesh.unbox().sharding == expected
    assert with_mesh.unbox(apply_constraint=False) is BOX.value
    assert BOX.unbox() is BOX.value
    assert BOX.replace(value=3, mesh=mesh).unbox() == 3
    with jax.set_mesh(mesh):
        assert meta.global_mesh_defined()
        split = jax.jit(BOX.unbox)()
    assert split.sharding.is_equivalent_to(expected, 2)
    assert not meta.global_mesh_defined()
