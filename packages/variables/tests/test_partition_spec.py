import jax
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from ramie.variables._partition_spec import (
    check_rank,
    current_mesh,
    mesh_axes_of,
    mesh_for,
    sharding_on,
    spec_of,
)
from ramie.variables.errors import (
    AxisNamesTypeError,
    RepeatedMeshAxisError,
    TooManyAxisNamesError,
    UnknownMeshAxisError,
)

AUTO = (AxisType.Auto, AxisType.Auto)


@pytest.fixture
def mesh():
    return jax.make_mesh((4, 2), ("data", "model"), axis_types=AUTO)


@pytest.mark.parametrize(
    ("names", "spec"),
    [
        (("data", None), P("data", None)),
        ([None, "model"], P(None, "model")),
        (P("data"), P("data")),
        ((("data", "model"), None), P(("data", "model"), None)),
        ((P.UNCONSTRAINED, "data"), P(P.UNCONSTRAINED, "data")),
        ((), P()),
        (None, None),
    ],
)
def test_names_become_a_spec(names, spec):
    assert spec_of("Param", {"out_sharding": names}) == spec


def test_without_metadata_there_is_no_spec():
    assert spec_of("Param", {}) is None


def test_own_rules_are_applied():
    metadata = {"out_sharding": ("embed", "mlp"), "sharding_rules": (("mlp", "model"),)}

    assert spec_of("Param", metadata) == P("embed", "model")


def test_a_spec_keeps_what_is_unreduced():
    names = P("embed", unreduced={"model"})
    metadata = {"out_sharding": names, "sharding_rules": (("embed", "data"),)}

    assert spec_of("Param", metadata) == P("data", unreduced={"model"})


@pytest.mark.parametrize("names", ["data", 3, (3,), (("data", None),), {"data": 0}])
def test_names_are_a_sequence_of_names(names):
    with pytest.raises(AxisNamesTypeError, match="Give a tuple"):
        spec_of("Param", {"out_sharding": names})


def test_a_named_sharding_is_taken_as_it_is(mesh):
    sharding = NamedSharding(mesh, P("data"))
    metadata = {"out_sharding": sharding}

    assert spec_of("Param", metadata) == P("data")
    assert sharding_on(mesh, "Param", metadata) is sharding
    assert mesh_for(metadata) is mesh


def test_a_named_sharding_moves_to_another_mesh(mesh):
    other = jax.make_mesh((2, 4), ("data", "model"), axis_types=AUTO)
    metadata = {"out_sharding": NamedSharding(mesh, P("data"))}

    assert sharding_on(other, "Param", metadata) == NamedSharding(other, P("data"))


def test_without_names_all_of_it_is_everywhere(mesh):
    assert sharding_on(mesh, "Param", {}) == NamedSharding(mesh, P())


def test_a_name_that_is_no_axis_of_the_mesh_is_refused(mesh):
    with pytest.raises(UnknownMeshAxisError, match="logical_axis_rules") as caught:
        sharding_on(mesh, "Param", {"out_sharding": (None, ("data", "embed"))})

    assert (caught.value.axis, caught.value.mesh_axes) == ("embed", ("data", "model"))


def test_rules_that_split_two_dimensions_over_one_axis_are_refused(mesh):
    rules = (("embed", "data"), ("mlp", ("model", "data")))
    metadata = {"out_sharding": ("embed", "mlp"), "sharding_rules": rules}

    with pytest.raises(RepeatedMeshAxisError, match="more than once") as caught:
        sharding_on(mesh, "Param", metadata)

    assert caught.value.axis == "data"
    assert caught.value.spec == ("data", ("model", "data"))


def test_more_names_than_dimensions_are_refused():
    check_rank("Param", P("data"), ("data",), (4, 2))

    with pytest.raises(TooManyAxisNamesError, match=r"shape \(4,\) has 1 dim"):
        check_rank("Param", P("data", None), ("data", None), (4,))


def test_the_axes_of_a_spec_are_all_it_mentions():
    spec = P(("data", "model"), None, P.UNCONSTRAINED, "expert")

    assert mesh_axes_of(spec) == ["data", "model", "expert"]


def test_the_mesh_in_context_has_devices_outside_of_traces(mesh):
    assert current_mesh() is None

    with jax.set_mesh(mesh):
        inside = []
        jax.jit(lambda: inside.append(current_mesh()))()

        assert current_mesh() == mesh

    assert inside == [mesh.abstract_mesh]


def test_an_abstract_mesh_in_context_is_one_without_devices(mesh):
    with jax.sharding.use_abstract_mesh(mesh.abstract_mesh):
        assert current_mesh() == mesh.abstract_mesh


def test_a_mesh_of_its_own_goes_before_the_one_in_context(mesh):
    other = jax.make_mesh((8,), ("data",), axis_types=(AxisType.Auto,))

    with jax.set_mesh(other):
        assert mesh_for({"mesh": mesh}) is mesh
        assert mesh_for({"mesh": None}) == other
