"""Run a traced program one instruction at a time, without compiling it.

A loop that runs twice costs its body twice and no compilation, so that hundreds of
small programs run in the time in which XLA compiles some.
"""

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal, jaxpr_as_fun


def run(closed, args):
    """The outputs of a closed jaxpr for these arrays."""
    values = dict(zip(closed.jaxpr.constvars, closed.consts, strict=True))
    values.update(zip(closed.jaxpr.invars, args, strict=True))

    def read(var):
        return var.val if isinstance(var, Literal) else values[var]

    for eqn in closed.jaxpr.eqns:
        step = CONTROL_FLOW.get(eqn.primitive.name, inline)
        outs = step(eqn, *map(read, eqn.invars))
        values.update(zip(eqn.outvars, outs, strict=True))
    return list(map(read, closed.jaxpr.outvars))


def inline(eqn, *args):
    """An instruction; a call of another program is that program."""
    if eqn.primitive.name in ("custom_jvp_call", "custom_vjp_call"):
        return run(eqn.params["call_jaxpr"], args)
    for part in eqn.params.values():
        if isinstance(part, Jaxpr | ClosedJaxpr):
            return run(part if hasattr(part, "consts") else ClosedJaxpr(part, ()), args)
    out = eqn.primitive.bind(*args, **eqn.params)
    return out if eqn.primitive.multiple_results else [out]


def shard_map(eqn, *args):
    """Several devices at once, which takes the compiler."""
    mapped = jax.shard_map(
        jaxpr_as_fun(ClosedJaxpr(eqn.params["jaxpr"], ())),
        mesh=eqn.params["mesh"],
        in_specs=tuple(eqn.params["in_specs"]),
        out_specs=list(eqn.params["out_specs"]),
        check_vma=eqn.params["check_vma"],
    )
    return jax.jit(mapped)(*args)


def scan(eqn, *args):
    consts, carries = eqn.params["num_consts"], eqn.params["num_carry"]
    const, carry, xs = (
        args[:consts],
        args[consts : consts + carries],
        args[consts + carries :],
    )
    steps = range(eqn.params["length"])
    stacked = []
    for n in reversed(steps) if eqn.params["reverse"] else steps:
        out = run(eqn.params["jaxpr"], (*const, *carry, *(x[n] for x in xs)))
        carry = out[:carries]
        stacked.append(out[carries:])
    if eqn.params["reverse"]:
        stacked.reverse()
    return [*carry, *(jax.numpy.stack(column) for column in zip(*stacked, strict=True))]


def while_(eqn, *args):
    tests, bodies = eqn.params["cond_nconsts"], eqn.params["body_nconsts"]
    in_test, in_body = args[:tests], args[tests : tests + bodies]
    carry = args[tests + bodies :]
    while run(eqn.params["cond_jaxpr"], (*in_test, *carry))[0]:
        carry = run(eqn.params["body_jaxpr"], (*in_body, *carry))
    return carry


def cond(eqn, which, *args):
    return run(eqn.params["branches"][int(which)], args)


CONTROL_FLOW = {"scan": scan, "while": while_, "cond": cond, "shard_map": shard_map}
