import jax
import jax.numpy as jnp
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from ramie import graph
from ramie.graph.extend import NodeKind, register_node
from ramie.variables import (
    Param,
    Variable,
    get_named_sharding,
    get_partition_spec,
    get_var_pspec,
    logical_axis_rules,
    use_eager_sharding,
)
from ramie.variables.errors import (
    MissingMeshError,
    TooManyAxisNamesError,
    UnknownMeshAxisError,
)


class Model:
    def __init__(self):
        self.kernel = Param(jnp.ones((8, 4)), out_sharding=("data", "model"))
        self.tied = self.kernel
        self.bias = Param(jnp.ones(4))
        self.table = jnp.ones(3)
        self.steps = 3


register_node(
    Model,
    NodeKind(
        lambda node: (sorted(vars(node).items()), None),
        create=lambda cls, _: cls.__new__(cls),
        fill=lambda node, items: vars(node).update(items),
    ),
)


@pytest.fixture(autouse=True)
def _not_eager():
    with use_eager_sharding(False):
        yield


@pytest.fixture
def mesh():
    kinds = (AxisType.Auto, AxisType.Auto)
    return jax.make_mesh((4, 2), ("data", "model"), axis_types=kinds)


def test_a_variable_has_the_spec_of_its_names():
    assert get_var_pspec(Param(jnp.ones(2), out_sharding=("data",))) == P("data")


def test_an_array_without_names_has_an_empty_spec():
    assert get_var_pspec(Param(jnp.ones(2))) == P()


def test_what_is_no_array_has_no_spec():
    assert get_var_pspec(Variable({"a": jnp.ones(2)})) is None
    assert get_var_pspec(Variable(None, out_sharding=("data",))) == P("data")


def test_a_model_of_specs_has_the_structure_of_the_model():
    model = Model()

    specs = get_partition_spec(model)

    assert isinstance(specs, Model)
    assert specs.tied is specs.kernel
    assert specs.kernel.value == P("data", "model")
    assert specs.kernel.out_sharding == ("data", "model")
    assert (specs.bias.value, specs.table, specs.steps) == (P(), P(), 3)
    assert isinstance(model.bias.value, jax.Array)


def test_a_state_of_specs_is_a_state():
    specs = get_partition_spec(graph.state(Model()))

    assert isinstance(specs, graph.State)
    assert specs.kernel.value == P("data", "model")


def test_leaves_of_containers_are_specs_or_none():
    shared = Param(jnp.ones(2))
    tree = {
        "array": jnp.ones(2),
        "struct": jax.ShapeDtypeStruct((2,), jnp.float32),
        "number": 3,
        "none": None,
        "pair": (shared, shared),
    }

    specs = get_partition_spec(tree)

    assert (specs["array"], specs["struct"]) == (P(), P())
    assert (specs["number"], specs["none"]) == (None, None)
    assert specs["pair"][0] is specs["pair"][1]


def test_a_lone_variable_is_a_tree_as_well(mesh):
    kernel = Param(jnp.ones((8, 4)), out_sharding=("data",))

    assert get_partition_spec(kernel).value == P("data")
    assert get_named_sharding(kernel, mesh).value == NamedSharding(mesh, P("data"))


def test_a_variable_in_a_ref_has_a_spec(mesh):
    kernel = Param(jnp.ones((8, 4)), ref=True, out_sharding=("data",))

    assert get_var_pspec(kernel) == P("data")
    assert get_partition_spec([kernel])[0].value == P("data")
    assert get_named_sharding(kernel, mesh).value == NamedSharding(mesh, P("data"))


def test_specs_follow_the_rules_in_context():
    with logical_axis_rules({"data": "expert", "model": None}):
        specs = get_partition_spec(Model())

    assert specs.kernel.value == P("expert", None)


def test_specs_constrain_a_state_inside_jit(mesh):
    @jax.jit
    def create():
        state = graph.state(Model())
        return jax.lax.with_sharding_constraint(state, get_partition_spec(state))

    with jax.set_mesh(mesh):
        state = create()

    assert state.kernel.value.sharding.spec == P("data", "model")


def test_shardings_place_a_state(mesh):
    state = graph.state(Model())

    placed = jax.device_put(state, get_named_sharding(state, mesh))

    assert placed.kernel.value.sharding == NamedSharding(mesh, P("data", "model"))
    assert placed.bias.value.sharding == NamedSharding(mesh, P())


def test_leaves_of_containers_are_shardings_or_none(mesh):
    tree = {"array": jnp.ones(2), "number": 3, "dict": Variable({"a": 1})}

    shardings = get_named_sharding(tree, mesh)

    assert shardings["array"] == NamedSharding(mesh, P())
    assert shardings["number"] is None
    assert shardings["dict"].value is None


def test_an_abstract_mesh_will_do(mesh):
    sharding = get_named_sharding(jnp.ones(2), mesh.abstract_mesh)

    assert sharding == NamedSharding(mesh.abstract_mesh, P())


def test_shardings_need_a_mesh():
    with pytest.raises(MissingMeshError):
        get_named_sharding(jnp.ones(2), None)


def test_shardings_need_axes_of_the_mesh(mesh):
    with pytest.raises(UnknownMeshAxisError):
        get_named_sharding(Param(jnp.ones(2), out_sharding=("embed",)), mesh)


def test_shardings_need_a_dimension_for_each_name(mesh):
    with pytest.raises(TooManyAxisNamesError):
        get_named_sharding(Param(jnp.ones(2), out_sharding=("data", None)), mesh)
