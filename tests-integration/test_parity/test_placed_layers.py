"""Under a mesh, layers put outputs and gradients where the reference puts them."""

import jax
import pytest
from jax.sharding import AxisType

from .cases import placed
from .comparing import contents, error_of
from .reference import LIBRARIES

# What Flax warns of is not ours to judge.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def mesh():
    explicit = (AxisType.Explicit, AxisType.Explicit)
    with jax.set_mesh(jax.make_mesh((4, 2), ("data", "model"), axis_types=explicit)):
        yield


@pytest.mark.parametrize("case", placed.CASES, ids=str)
def test_both_libraries_spread_a_layer_alike(case):
    (ours, our_places), (theirs, their_places) = (run(nnx, case) for nnx in LIBRARIES)

    assert our_places == their_places
    error_of(ours, theirs, case.inputs.dtype)


def run(nnx, case):
    """Outputs and gradients by name, and the shardings of all of them."""
    structure, learned = nnx.split(case.make(nnx, nnx.Rngs(0)), nnx.Param)
    inputs = jax.device_put(case.inputs, case.spec)

    def program(learned):
        layer = nnx.merge(structure, learned)
        outputs = getattr(layer, case.method)(inputs, **case.shardings)
        return (outputs * outputs).sum(), outputs

    slopes, outputs = jax.jit(jax.grad(program, has_aux=True))(learned)
    found = {path: value for path, _, value in contents(nnx, slopes)}
    found["outputs"] = outputs
    return found, {name: jax.typeof(x).sharding.spec for name, x in found.items()}
