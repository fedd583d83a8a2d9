"""Training on many devices, and in many processes, is training on one."""

import json
import os
import socket
import subprocess
import sys

import jax
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from ramie import nnx

from . import small_training
from .small_training import loss_of, losses, make, make_batch, step

SECONDS = 240
"""For processes that start, find each other and compile, on a machine that is busy."""


@pytest.fixture(scope="module")
def expected():
    return losses(nnx.jit(step), *make(), *make_batch())


@pytest.fixture(scope="module")
def mesh():
    return jax.make_mesh((4, 2), ("data", "model"), axis_types=(AxisType.Auto,) * 2)


def named(mesh, *specs):
    """Shardings of a model, by path; what has none is on every device."""
    by_path = {path: NamedSharding(mesh, spec) for path, spec in specs}
    filters = [(nnx.PathIn(path), sharding) for path, sharding in by_path.items()]
    return nnx.StateSharding([*filters, (..., NamedSharding(mesh, P()))])


FIRST, LAST = ("first", "kernel"), ("last", "kernel")
LAYOUTS = {
    "data": [],
    "tensor": [
        (FIRST, P(None, "model")),
        (("first", "bias"), P("model")),
        (("norm", "scale"), P("model")),
        (LAST, P("model", None)),
    ],
    "fsdp": [(FIRST, P("data", None)), (LAST, P("data", None))],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_sharded_step_has_the_losses_of_one_device(layout, mesh, expected):
    shardings = named(mesh, *LAYOUTS[layout])
    on_batch = NamedSharding(mesh, P("data"))
    sharded = nnx.jit(step, in_shardings=(shardings, None, on_batch, on_batch))
    model, optimizer = make()

    found = losses(sharded, model, optimizer, *make_batch())

    np.testing.assert_allclose(found, expected, rtol=1e-4)
    kernels = [model.first.kernel, model.last.kernel]
    specs = dict(LAYOUTS[layout])
    for path, kernel in zip((FIRST, LAST), kernels, strict=True):
        wanted = NamedSharding(mesh, specs.get(path, P()))
        assert kernel.sharding.is_equivalent_to(wanted, kernel.ndim)


def test_a_model_is_made_where_it_will_be(mesh):
    shardings = named(mesh, *LAYOUTS["tensor"])

    model, _ = nnx.jit(make, out_shardings=(shardings, None))()

    assert model.first.kernel.sharding.spec == P(None, "model")
    assert model.first.bias.sharding.spec == P("model")


def test_a_step_on_every_device_with_its_shard_has_those_losses(mesh, expected):
    def local_step(model, optimizer, x, y):
        # JAX sums the gradients of what is on every device.
        loss, grads = nnx.value_and_grad(loss_of)(model, x, y)
        grads = jax.tree.map(lambda g: g / jax.lax.axis_size("data"), grads)
        optimizer.update(model, grads)
        return jax.lax.pmean(loss, "data")

    everywhere, rows = P(), P("data")
    sharded = nnx.jit(
        nnx.shard_map(
            local_step,
            mesh=mesh,
            in_specs=(everywhere, everywhere, rows, rows),
            out_specs=everywhere,
        )
    )

    found = losses(sharded, *make(axis_name="data"), *make_batch())

    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_two_processes_have_the_losses_of_one(expected):
    for devices, found in run_together(2):
        assert devices == 4
        np.testing.assert_allclose(found, expected, rtol=1e-4)


def run_together(count):
    """What each of several processes prints, which have two devices each."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {
        **os.environ,
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    command = [sys.executable, small_training.__file__, address, str(count)]
    processes = [
        subprocess.Popen(
            [*command, str(number)], env=environment, stdout=subprocess.PIPE, text=True
        )
        for number in range(count)
    ]
    try:
        outputs = [process.communicate(timeout=SECONDS)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    return [json.loads(output.splitlines()[-1]) for output in outputs]
