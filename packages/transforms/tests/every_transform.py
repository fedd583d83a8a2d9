"""Every transform, each around a function of a model and an array."""

import jax
import jax.numpy as jnp
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

from ramie.module import Module
from ramie.transforms import (
    Carry,
    cached_partial,
    checkify,
    cond,
    custom_vjp,
    eval_shape,
    fori_loop,
    grad,
    jit,
    jit_partial,
    jvp,
    make_jaxpr,
    pmap,
    remat,
    scan,
    shard_map,
    switch,
    value_and_grad,
    vjp,
    vmap,
    while_loop,
)
from ramie.variables import Param, Variable

X = jnp.array(2.0)


class Model(Module):
    def __init__(self):
        self.w = Param(jnp.array(3.0))
        self.n = Variable(jnp.array(0.0))
        self.parts = [Variable(jnp.array(1.0))]
        self.note = "as it was"


def custom(f):
    fun = custom_vjp(f)
    fun.defvjp(lambda m, x: (f(m, x), None), lambda *_: (None, None))
    return grad(fun)


def repeat(f):
    def body(carry):
        m, x, total = carry
        return m, x, total + f(m, x)

    return body


def while_of(f):
    start = jnp.zeros(())
    return lambda m, x: while_loop(lambda c: c[2] < 1, repeat(f), (m, x, start))


def mapped(transform):
    def of(f):
        fun = transform(f, in_axes=(None, 0))
        return lambda m, x: fun(m, jnp.stack([x, x]))

    return of


def mesh():
    return jax.make_mesh((1,), ("d",), axis_types=(AxisType.Auto,))


TRANSFORMS = {
    "jit": jit,
    "jit that donates": lambda f: jit(f, donate_argnums=0),
    "jit with shardings": lambda f: jit(f, in_shardings=(None, None)),
    "jit, lowered": lambda f: jit(f).lower,
    "jit_partial": lambda f: lambda m, x: jit_partial(f, m)(x),
    "cached_partial": lambda f: lambda m, x: cached_partial(jit(f), m)(x),
    "grad": grad,
    "value_and_grad": value_and_grad,
    "vjp": lambda f: lambda m, x: vjp(f, m, x),
    "jvp": lambda f: lambda m, x: jvp(f, (m, x), (None, jnp.ones_like(x))),
    "custom_vjp": custom,
    "remat": remat,
    "vmap": mapped(vmap),
    "pmap": mapped(pmap),
    "scan": lambda f: scan(f, in_axes=(None, None), out_axes=0, length=2),
    "scan that hands on": lambda f: scan(
        lambda m, c: (c, f(m, c)), in_axes=(None, Carry), length=2
    ),
    "cond": lambda f: lambda m, x: cond(x > 0, f, f, m, x),
    "switch": lambda f: lambda m, x: switch(0, [f, f], m, x),
    "while_loop": while_of,
    "fori_loop": lambda f: (
        lambda m, x: fori_loop(0, 2, lambda _, c: repeat(f)(c), (m, x, jnp.zeros(())))
    ),
    "shard_map": lambda f: shard_map(f, mesh=mesh(), in_specs=P(), out_specs=P()),
    "eval_shape": lambda f: lambda m, x: eval_shape(f, m, x),
    "make_jaxpr": make_jaxpr,
    "checkify": checkify,
}
LOOKING = {"jit, lowered", "eval_shape", "make_jaxpr"}
