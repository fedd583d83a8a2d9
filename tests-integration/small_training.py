"""A small model and its training, on whatever devices; run by itself, in a cluster.

As a program it prints its losses as JSON. Its arguments are the address of the first
process, how many there are, and which one this is.
"""

import json
import sys

import jax
import jax.numpy as jnp
import optax
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from ramie import nnx


class Net(nnx.Module):
    def __init__(self, axis_name=None):
        rngs = nnx.Rngs(0)
        self.first = nnx.Linear(4, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, axis_name=axis_name, rngs=rngs)
        self.last = nnx.Linear(8, 2, rngs=rngs)

    def __call__(self, x):
        return self.last(nnx.relu(self.norm(self.first(x))))


def make(axis_name=None):
    model = Net(axis_name)
    return model, nnx.Optimizer(model, optax.adam(0.1), wrt=nnx.Param)


def make_batch():
    x = jnp.linspace(-1.0, 1.0, 32).reshape(8, 4)
    return x, jnp.stack([jnp.sum(x**2, axis=1), x[:, 0]], axis=1)


def loss_of(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def step(model, optimizer, x, y):
    loss, grads = nnx.value_and_grad(loss_of)(model, x, y)
    optimizer.update(model, grads)
    return loss


def losses(step, *args):
    return [float(step(*args)) for _ in range(3)]


def spread(array, sharding):
    """An array of which each process makes the shards of its devices."""
    return jax.make_array_from_callback(array.shape, sharding, array.__getitem__)


def losses_of_a_cluster():
    """With the model on every device, and the batch spread over all of them."""
    mesh = jax.make_mesh((jax.device_count(),), ("data",), axis_types=(AxisType.Auto,))
    nodes = make()
    for node in nodes:
        place = lambda array: spread(array, NamedSharding(mesh, P()))  # noqa: E731
        nnx.update(node, jax.tree.map(place, nnx.state(node)))
    batch = [spread(each, NamedSharding(mesh, P("data"))) for each in make_batch()]
    return losses(nnx.jit(step), *nodes, *batch)


if __name__ == "__main__":
    address, count, number = sys.argv[1:]
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(address, int(count), int(number))
    json.dump([jax.device_count(), losses_of_a_cluster()], sys.stdout)
