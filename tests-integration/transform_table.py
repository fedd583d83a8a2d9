"""Every transform, described once: on a function of objects, and on one of arrays.

Each makes such a function of such a function (see `net_twin`), so that any can be put
around any other.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental import checkify as jax_checkify
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

from ramie import nnx

from .net_twin import LEAVES, MODEL_AXES, PARAMS, STATS, read


@dataclass(frozen=True)
class Transform:
    """A transform of functions of objects, and the same of functions of arrays."""

    objects: Any
    arrays: Any


def total(grads):
    """One number for gradients by name."""
    weights = {name: n + 1.0 for n, name in enumerate(PARAMS)}
    return sum(weights[name] * jnp.square(grads[name]).sum() for name in grads)


def total_of(grads, model):
    names = [name for name in read(model) if name in PARAMS]
    return total({name: LEAVES[name](grads).get_value() for name in names})


def of_params(f, arrays, x):
    """The twin as a function of what is differentiated, which returns the rest."""
    params = {name: arrays[name] for name in arrays if name in PARAMS}
    return params, lambda params, x: f({**arrays, **params}, x)


def grad(f):
    return lambda m, x: total_of(nnx.grad(f)(m, x), m)


def grad_raw(f):
    def run(arrays, x):
        params, fun = of_params(f, arrays, x)
        grads, new = jax.grad(fun, has_aux=True)(params, x)
        return total(grads), new

    return run


def value_and_grad(f):
    def run(m, x):
        y, (grads, x_grad) = nnx.value_and_grad(f, argnums=(0, 1))(m, x)
        return y + total_of(grads, m) + jnp.square(x_grad).sum()

    return run


def value_and_grad_raw(f):
    def run(arrays, x):
        params, fun = of_params(f, arrays, x)
        of_both = jax.value_and_grad(fun, argnums=(0, 1), has_aux=True)
        (y, new), (grads, x_grad) = of_both(params, x)
        return y + total(grads) + jnp.square(x_grad).sum(), new

    return run


def vjp(f):
    def run(m, x):
        y, backward = nnx.vjp(f, m, x)
        grads, x_grad = backward(jnp.full_like(y, 0.5))
        return y + total_of(grads, m) + jnp.square(x_grad).sum()

    return run


def vjp_raw(f):
    def run(arrays, x):
        params, fun = of_params(f, arrays, x)
        y, backward, new = jax.vjp(fun, params, x, has_aux=True)
        grads, x_grad = backward(jnp.full_like(y, 0.5))
        return y + total(grads) + jnp.square(x_grad).sum(), new

    return run


def jvp(f):
    def run(m, x):
        direction = jax.tree.map(jnp.square, nnx.state(m, nnx.Param))
        y, dy = nnx.jvp(f, (m, x), (direction, jnp.square(x)))
        return y + dy

    return run


def jvp_raw(f):
    def run(arrays, x):
        params, fun = of_params(f, arrays, x)
        directions = jax.tree.map(jnp.square, params), jnp.square(x)
        y, dy, new = jax.jvp(fun, (params, x), directions, has_aux=True)
        return y + dy, new

    return run


def custom_vjp(f):
    def backward(x, g):
        g = g[1] if isinstance(g, tuple) else g
        return None, g * jnp.square(x)

    fun = nnx.custom_vjp(f)
    fun.defvjp(lambda m, x: (f(m, x), x), backward)
    return fun


def custom_vjp_raw(f):
    fun = jax.custom_vjp(f)
    fun.defvjp(lambda a, x: (f(a, x), x), lambda x, g: (None, g[0] * jnp.square(x)))
    return fun


def mapped(transform):
    """A transform that maps: over weights that are shared, and statistics of each."""

    def of(f):
        each = transform(f, in_axes=(MODEL_AXES, 0))

        def run(m, x):
            stats = [LEAVES[name](m) for name in STATS]
            for stat in stats:
                stat.set_value(jnp.stack([stat[...]] * 2))
            with nnx.split_rngs(m, splits=2, graph=True, graph_updates=True):
                y = each(m, x.reshape(2, -1, 2))
            for stat in stats:
                stat.set_value(stat[...].mean(0))
            return y.sum()

        return run

    return of


def mapped_raw(transform):
    def of(f):
        def run(arrays, x):
            count, key = arrays["count"], arrays["key"]
            each_own = {name: jnp.stack([arrays[name]] * 2) for name in STATS}
            each_own["key"] = jax.random.split(jax.random.fold_in(key, count))
            each_own["count"] = jnp.stack([count * 0] * 2)
            axes = {name: 0 if name in each_own else None for name in arrays}
            each = transform(f, in_axes=(axes, 0), out_axes=(0, axes))
            y, new = each({**arrays, **each_own}, x.reshape(2, -1, 2))
            new = {**new, **{name: new[name].mean(0) for name in STATS}}
            return y.sum(), {**new, "key": key, "count": count + 1}

        return run

    return of


def scan(f):
    def body(m, x):
        y = f(m, x)
        return x + 0.1 * y, y

    steps = nnx.scan(body, in_axes=(None, nnx.Carry), out_axes=(nnx.Carry, 0), length=2)

    def run(m, x):
        x, y = steps(m, x)
        return x.mean() + y.sum()

    return run


def scan_raw(f):
    def body(carry, _):
        arrays, x = carry
        y, arrays = f(arrays, x)
        return (arrays, x + 0.1 * y), y

    def run(arrays, x):
        (arrays, x), y = jax.lax.scan(body, (arrays, x), length=2)
        return x.mean() + y.sum(), arrays

    return run


def cond(f):
    def other(m, x):
        LEAVES["mean"](m)[...] += 1.0
        return x.mean() + m.w[0, 0]

    return lambda m, x: nnx.cond(x.sum() > 0, f, other, m, x)


def cond_raw(f):
    def other(arrays, x):
        return x.mean() + arrays["w"][0, 0], {**arrays, "mean": arrays["mean"] + 1.0}

    return lambda arrays, x: jax.lax.cond(x.sum() > 0, f, other, arrays, x)


def switch(f):
    branches = [lambda *args: args[1].mean(), f, lambda *args: args[1].sum()]
    return lambda m, x: nnx.switch((x.sum() > 0).astype(int), branches, m, x)


def switch_raw(f):
    branches = [lambda a, x: (x.mean(), a), f, lambda a, x: (x.sum(), a)]
    return lambda a, x: jax.lax.switch((x.sum() > 0).astype(int), branches, a, x)


def while_loop(f):
    def body(carry):
        n, m, x, total = carry
        return n + 1, m, x * 0.5, total + f(m, x)

    def run(m, x):
        start = 0, m, x, jnp.zeros(())
        *_, total = nnx.while_loop(lambda carry: carry[0] < 2, body, start)
        return total

    return run


def while_loop_raw(f):
    def body(carry):
        n, arrays, x, total = carry
        y, arrays = f(arrays, x)
        return n + 1, arrays, x * 0.5, total + y

    def run(arrays, x):
        start = 0, arrays, x, jnp.zeros(())
        _, arrays, _, y = jax.lax.while_loop(lambda carry: carry[0] < 2, body, start)
        return y, arrays

    return run


def fori_loop(f):
    def body(n, carry):
        m, x, total = carry
        return m, x, total + f(m, x * (n + 1))

    return lambda m, x: nnx.fori_loop(0, 2, body, (m, x, jnp.zeros(())))[2]


def fori_loop_raw(f):
    def body(n, carry):
        arrays, x, total = carry
        y, arrays = f(arrays, x * (n + 1))
        return arrays, x, total + y

    def run(arrays, x):
        arrays, _, y = jax.lax.fori_loop(0, 2, body, (arrays, x, jnp.zeros(())))
        return y, arrays

    return run


def mesh():
    return jax.make_mesh((2,), ("d",), axis_types=(AxisType.Auto,))


def shard_map(f):
    def local(m, x):
        y = f(m, x)
        for name in STATS:
            stat = LEAVES[name](m)
            stat.set_value(jax.lax.pmean(stat[...], "d"))
        return jax.lax.psum(y, "d")

    return nnx.shard_map(local, mesh=mesh(), in_specs=(P(), P("d")), out_specs=P())


def shard_map_raw(f):
    def local(arrays, x):
        y, new = f(arrays, x)
        means = {name: jax.lax.pmean(new[name], "d") for name in STATS}
        return jax.lax.psum(y, "d"), {**new, **means}

    return jax.shard_map(
        local, mesh=mesh(), in_specs=(P(), P("d")), out_specs=(P(), P())
    )


def eval_shape(f):
    return lambda m, x: x.mean() + np.size(nnx.eval_shape(f, m, x).shape)


def eval_shape_raw(f):
    return lambda a, x: (x.mean() + np.size(jax.eval_shape(f, a, x)[0].shape), a)


def make_jaxpr(f):
    return lambda m, x: x.mean() + nnx.make_jaxpr(f)(m, x).out_avals[0].size


def make_jaxpr_raw(f):
    return lambda a, x: (x.mean() + jax.make_jaxpr(f)(a, x).out_avals[0].size, a)


def checkify(f):
    return lambda m, x: nnx.checkify(f)(m, x)[1]


def checkify_raw(f):
    return lambda arrays, x: jax_checkify.checkify(f)(arrays, x)[1]


def jit_partial(f):
    return lambda m, x: nnx.jit_partial(f, m)(x)


TABLE = {
    "jit": Transform(nnx.jit, jax.jit),
    "jit_partial": Transform(jit_partial, jax.jit),
    "grad": Transform(grad, grad_raw),
    "value_and_grad": Transform(value_and_grad, value_and_grad_raw),
    "vjp": Transform(vjp, vjp_raw),
    "jvp": Transform(jvp, jvp_raw),
    "custom_vjp": Transform(custom_vjp, custom_vjp_raw),
    "remat": Transform(nnx.remat, jax.checkpoint),
    "vmap": Transform(mapped(nnx.vmap), mapped_raw(jax.vmap)),
    "scan": Transform(scan, scan_raw),
    "cond": Transform(cond, cond_raw),
    "switch": Transform(switch, switch_raw),
    "while_loop": Transform(while_loop, while_loop_raw),
    "fori_loop": Transform(fori_loop, fori_loop_raw),
    "shard_map": Transform(shard_map, shard_map_raw),
    "eval_shape": Transform(eval_shape, eval_shape_raw),
    "make_jaxpr": Transform(make_jaxpr, make_jaxpr_raw),
    "checkify": Transform(checkify, checkify_raw),
}

DEVICES = {"pmap": Transform(mapped(nnx.pmap), mapped_raw(jax.pmap))}
"""What takes the compiler, so it is not put around everything."""
