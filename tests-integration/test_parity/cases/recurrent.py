"""Cells, and what runs them over time."""

import jax
import jax.numpy as jnp

from ..case import Case, array, words
from ..reference import theirs

CELLS = ("SimpleCell", "LSTMCell", "OptimizedLSTMCell", "GRUCell")
NORMAL = theirs.initializers.normal(1.0)
LENGTHS = jnp.array([2, 5, 1])
SEQUENCES = (3, 5, 3)


def stepping(name, **settings):
    """A first carry and two steps of a cell."""

    def make(nnx, rngs):
        return getattr(nnx, name)(3, 4, **settings, rngs=rngs)

    def run(nnx, cell, x):
        rngs = None if cell.rngs else nnx.Rngs(params=1, carry=2)
        carry = first = cell.initialize_carry(x.shape, rngs)
        outputs = []
        for _ in range(2):
            carry, output = cell(carry, x)
            outputs.append(output)
        drawn = None if rngs is None else rngs.carry.count[...]
        return first, carry, outputs, drawn

    dtype = settings.get("dtype") or jnp.float32
    label = words(["step"], settings)
    return Case(name, label, (array(2, 3),), run, make, dtype=dtype)


def over_time(name, row="", cell=(), rnn=(), shape=SEQUENCES, **call):
    """A cell run over time from a carry that is given, both differentiated."""

    def make(nnx, rngs):
        made = getattr(nnx, name)(3, 4, **dict(cell), rngs=rngs)
        options = {"return_carry": True, "rngs": False, **dict(rnn)}
        return nnx.RNN(made, **options)

    def run(nnx, layer, x):
        batch = x.shape[1] if "time_major" in call else x.shape[0]
        carry = layer.cell.initialize_carry((batch, 3), nnx.Rngs(1), NORMAL)
        return layer(x, initial_carry=carry, **call)

    label = "-".join([name, *map(str, (*cell, *rnn)), *call]) or "plain"
    return Case(row or "RNN", label, (array(*shape),), run, make)


def from_nothing(*shape):
    """Any number of batch axes, from the carry that the cell begins with."""

    def make(nnx, rngs):
        return nnx.RNN(nnx.GRUCell(3, 4, rngs=rngs), return_carry=True)

    def run(_nnx, layer, x):
        return layer(x)

    return Case("RNN", f"shape {shape}", (array(*shape),), run, make)


def drawing(own, at_call):
    """First carries that are drawn: from which stream, and how many keys."""

    def make(nnx, rngs):
        cell = nnx.LSTMCell(3, 4, carry_init=NORMAL, rngs=rngs)
        return nnx.RNN(cell, rngs=nnx.Rngs(5) if own else True)

    def run(nnx, layer, x):
        given = nnx.Rngs(carry=7)
        outputs = layer(x, **({"rngs": given} if at_call else {}))
        return outputs, given.carry.count[...]

    label = f"drawn-own={own}-at_call={at_call}"
    return Case("RNN", label, (array(2, 3, 3),), run, make, calls=2)


def dropping(broadcast, graph, updates):
    """Dropout in a cell that a user wrote."""

    def make(nnx, rngs):
        class Dropping(nnx.RNNCellBase):
            num_feature_axes = 1

            def __init__(self):
                self.drop = nnx.Dropout(0.5, rngs=rngs)

            def initialize_carry(self, input_shape, *_):
                return jnp.zeros(input_shape)

            def __call__(self, carry, inputs):
                return carry + 1, self.drop(inputs)

        return nnx.RNN(Dropping(), broadcast_rngs=broadcast)

    def run(nnx, layer, x):
        with nnx.set_graph_mode(graph), nnx.set_graph_updates(updates):
            return layer(x)

    label = f"dropout-{broadcast}-{graph}-{updates}"
    return Case("RNN", label, (array(2, 4, 5),), run, make, calls=2)


def both_ways(rngs, **call):
    """Two directions; a first carry of each is drawn."""

    def make(nnx, _):
        ahead, back = (
            nnx.RNN(nnx.GRUCell(3, 4, carry_init=NORMAL, rngs=nnx.Rngs(seed)))
            for seed in (0, 1)
        )
        own = nnx.Rngs(9) if rngs == "own" else rngs is True
        return nnx.Bidirectional(ahead, back, rngs=own)

    def run(nnx, layer, x):
        given = nnx.Rngs(carry=4)
        extra = {"rngs": given} if rngs == "call" else {}
        return layer(x, **call, **extra), given.carry.count[...]

    label = "-".join([str(rngs), *call])
    return Case("Bidirectional", label, (array(*SEQUENCES),), run, make)


def merged(merge):
    """Two directions of other cells, whose outputs are merged otherwise."""

    def make(nnx, rngs):
        ahead = nnx.RNN(nnx.SimpleCell(3, 4, rngs=rngs))
        back = nnx.RNN(nnx.OptimizedLSTMCell(3, 4, rngs=rngs))
        return nnx.Bidirectional(ahead, back, merge_fn=merge)

    def run(_nnx, layer, x):
        return layer(x)

    label = f"merge {merge.__name__}"
    return Case("Bidirectional", label, (array(*SEQUENCES),), run, make)


SETTINGS = [
    {},
    {"kernel_init": NORMAL, "recurrent_kernel_init": NORMAL, "bias_init": NORMAL},
    {"carry_init": NORMAL},
    {"keep_rngs": True, "carry_init": NORMAL},
    {"activation_fn": jax.nn.relu},
    {"dtype": jnp.float16},
]

CASES = [
    *(stepping(name, **settings) for name in CELLS for settings in SETTINGS),
    # The other cells of the reference cannot draw orthogonal kernels so narrow.
    stepping("LSTMCell", param_dtype=jnp.bfloat16),
    *(stepping(name, gate_fn=jax.nn.hard_sigmoid) for name in CELLS[1:]),
    stepping("SimpleCell", residual=True),
    *(over_time(name, row=name) for name in CELLS),
    over_time("GRUCell", seq_lengths=LENGTHS),
    over_time("GRUCell", reverse=True),
    over_time("GRUCell", reverse=True, keep_order=True),
    over_time("GRUCell", reverse=True, seq_lengths=LENGTHS),
    over_time("LSTMCell", reverse=True, keep_order=True, seq_lengths=LENGTHS),
    over_time(
        "GRUCell", time_major=True, reverse=True, seq_lengths=jnp.arange(5) % 3 + 1
    ),
    over_time("OptimizedLSTMCell", rnn=(("unroll", 2), ("reverse", True))),
    over_time(
        "SimpleCell",
        rnn=(("time_major", True),),
        cell=(("residual", False),),
        time_major=True,
    ),
    *(from_nothing(*shape) for shape in ((5, 3), (2, 5, 3), (2, 6, 5, 3), (2, 0, 3))),
    *(drawing(own, at_call) for own in (True, False) for at_call in (True, False)),
    *(
        dropping(broadcast, graph, updates)
        for broadcast in (None, True)
        for graph, updates in ((True, True), (True, False), (False, False))
    ),
    both_ways(True),
    both_ways(False, return_carry=True),
    both_ways("own", seq_lengths=LENGTHS, return_carry=True),
    both_ways("call", reverse=True, keep_order=False),
    both_ways("call", time_major=True),
    merged(jnp.add),
]
