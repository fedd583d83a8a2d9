import importlib
import subprocess
import sys

import jax.numpy as jnp
import pytest

from ramie import nnx

HOMES = {
    "ramie.graph": ["split", "merge", "state", "update", "clone", "State", "GraphDef"],
    "ramie.variables": ["Variable", "Param", "BatchStat", "Cache", "Intermediate"],
    "ramie.module": ["Module", "List", "Dict", "Rngs", "RngStream", "iter_modules"],
    "ramie.transforms": ["jit", "grad", "value_and_grad", "DiffState"],
    "ramie.layers": ["Linear", "Conv", "BatchNorm", "LayerNorm", "Dropout", "Embed"],
    "ramie.training": ["Optimizer", "metrics"],
}


@pytest.mark.parametrize(
    ("home", "name"), [(home, name) for home, names in HOMES.items() for name in names]
)
def test_a_name_that_users_know_is_that_of_its_package(home, name):
    package = importlib.import_module(home)

    assert getattr(nnx, name) is getattr(package, name)


def test_a_model_is_made_run_and_differentiated_with_this_namespace_alone():
    class Net(nnx.Module):
        def __init__(self, *, rngs: nnx.Rngs):
            self.layers = [nnx.Linear(2, 3, rngs=rngs), nnx.BatchNorm(3, rngs=rngs)]

        def __call__(self, x):
            for layer in self.layers:
                x = nnx.tanh(layer(x))
            return x

    @nnx.jit
    def step(net, x):
        return nnx.value_and_grad(lambda net: net(x).sum())(net)

    net = Net(rngs=nnx.Rngs(0))
    mean = net.layers[1].mean.value

    loss, grads = step(net, jnp.ones((4, 2)))

    assert jnp.isfinite(loss)
    paths = nnx.state(net, nnx.Param).flat_state().paths
    assert grads.flat_state().paths == paths
    assert not bool(jnp.array_equal(net.layers[1].mean.value, mean))


def test_a_model_can_be_made_inside_jit():
    net = nnx.jit(lambda: nnx.Linear(2, 3, rngs=nnx.Rngs(0)))()
    same = nnx.Linear(2, 3, rngs=nnx.Rngs(0))

    assert bool(jnp.allclose(net.kernel.value, same.kernel.value))


def test_the_bridge_is_there_without_an_import_of_its_own():
    pytest.importorskip("ramie.linen")
    code = "from ramie import nnx; print(nnx.bridge.ToNNX.__name__)"

    assert run_python(code) == "ToNNX"


def test_without_the_linen_package_the_bridge_says_what_to_install():
    code = (
        "import sys; sys.modules['ramie.linen'] = None\n"
        "from ramie import nnx\n"
        "try: nnx.bridge\n"
        "except AttributeError as error: print(error)"
    )

    assert run_python(code).endswith("pip install ramie-nnx[linen]")


def test_a_name_that_is_not_there_is_missing_as_in_any_module():
    assert not hasattr(nnx, "brige")


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
