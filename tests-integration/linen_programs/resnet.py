"""A small ResNet: convolutions, BatchNorm in two modes, and a TrainState of its own."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import optax

from ramie import linen as nn
from ramie.linen.training import train_state

ModuleDef = Any


class Block(nn.Module):
    filters: int
    conv: ModuleDef
    norm: ModuleDef
    act: Callable[..., Any]
    strides: tuple[int, int] = (1, 1)

    @nn.compact
    def __call__(self, x):
        y = self.conv(self.filters, (3, 3), self.strides)(x)
        y = self.norm()(y)
        y = self.act(y)
        y = self.conv(self.filters, (3, 3))(y)
        y = self.norm(scale_init=nn.initializers.zeros_init())(y)
        if x.shape != y.shape:
            x = self.conv(self.filters, (1, 1), self.strides, name="conv_proj")(x)
            x = self.norm(name="norm_proj")(x)
        return self.act(x + y)


class ResNet(nn.Module):
    stages: tuple[int, ...] = (1, 1)
    filters: int = 4
    classes: int = 3
    act: Callable[..., Any] = nn.relu

    @nn.compact
    def __call__(self, x, train: bool = True):
        conv = partial(nn.Conv, use_bias=False)
        norm = partial(nn.BatchNorm, use_running_average=not train, momentum=0.9)
        x = conv(self.filters, (3, 3), name="conv_init")(x)
        x = self.act(norm(name="bn_init")(x))
        x = nn.max_pool(x, (2, 2), strides=(2, 2), padding="SAME")
        for stage, blocks in enumerate(self.stages):
            for number in range(blocks):
                strides = (2, 2) if stage > 0 and number == 0 else (1, 1)
                x = Block(self.filters * 2**stage, conv, norm, self.act, strides)(x)
        x = jnp.mean(x, axis=(1, 2))
        return nn.Dense(self.classes)(x)


class TrainState(train_state.TrainState):
    batch_stats: Any


def batch():
    """Images of three kinds: a bright part at the top, in the middle, at the bottom."""
    labels = jnp.arange(6) % 3
    rows = jax.nn.one_hot(labels, 3).repeat(3, axis=1)[:, :8, None, None]
    noise = jax.random.normal(jax.random.key(1), (6, 8, 8, 1))
    return rows + 0.3 * noise, labels


MODEL = ResNet()
OPTIMIZER = optax.sgd(0.1, momentum=0.9)


def make():
    variables = jax.jit(MODEL.init)(jax.random.key(0), batch()[0])
    return TrainState.create(
        apply_fn=MODEL.apply,
        params=variables["params"],
        batch_stats=variables["batch_stats"],
        tx=OPTIMIZER,
    )


@jax.jit
def step(state, images, labels):
    def loss_of(params):
        variables = {"params": params, "batch_stats": state.batch_stats}
        logits, updates = state.apply_fn(variables, images, mutable=["batch_stats"])
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
        return losses.mean(), updates

    (loss, updates), grads = jax.value_and_grad(loss_of, has_aux=True)(state.params)
    state = state.apply_gradients(grads=grads, batch_stats=updates["batch_stats"])
    return state, loss


def train(steps):
    """The state after some steps, and the loss of each."""
    state, losses = make(), []
    for _ in range(steps):
        state, loss = step(state, *batch())
        losses.append(float(loss))
    return state, losses
