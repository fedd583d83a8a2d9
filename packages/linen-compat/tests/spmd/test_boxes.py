import jax
import jax.numpy as jnp

from ramie import linen as nn

RULES = (("embed", "a"),)
BOX = nn.LogicallyPartitioned(jnp.ones((2, 4)), ("embed", None), rules=RULES)


def test_a_box_is_split_by_its_rules():
    mesh = jax.make_mesh((2,), ("a",), axis_types=(jax.sharding.AxisType.Auto,))

    assert BOX.unbox() is BOX.value
    assert BOX.replace(mesh=mesh).unbox().sharding.spec == jax.P("a", None)
    assert BOX.get_partition_spec() == jax.P("embed", None)


def test_metadata_goes_to_variables_and_back():
    box = BOX.replace(value=1.0)

    metadata = box.to_nnx_metadata()

    assert metadata["sharding_rules"] == RULES
    assert metadata["out_sharding"] == ("embed", None)
    assert nn.LogicallyPartitioned.from_nnx_metadata(metadata) == box


def test_parameters_can_have_logical_names():
    init = nn.with_logical_partitioning(nn.initializers.ones, ("embed", "mlp"))

    class Dense(nn.Module):
        @nn.compact
        def __call__(self, x):
            return x @ self.param("kernel", init, (3, 2))

    variables = Dense().init(jax.random.key(0), jnp.ones(3))

    specs = nn.get_partition_spec(variables)
    assert specs["params"]["kernel"] == jax.P("embed", "mlp")
    assert nn.logical_to_mesh(specs, RULES)["params"]["kernel"] == jax.P("a", None)
    assert Dense().apply(variables, jnp.ones(3)).tolist() == [3.0, 3.0]
