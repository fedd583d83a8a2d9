"""How a small model looks to people, from all packages together."""

import jax
import optax
import pytest

from ramie import nnx


class Net(nnx.Module):
    def __init__(self, rngs):
        self.conv = nnx.Conv(1, 4, (3, 3), rngs=rngs)
        self.norm = nnx.BatchNorm(4, rngs=rngs)
        self.dropout = nnx.Dropout(0.1, rngs=rngs)
        self.head = nnx.Linear(4, 2, rngs=rngs)


@pytest.fixture
def net():
    return Net(nnx.Rngs(0))


def test_a_model_shows_layers_sizes_and_settings(net):
    lines = repr(net).splitlines()

    assert lines[:5] == [
        "Net( # Param: 58 (232 B), BatchStat: 8 (32 B), RngState: 2 (12 B), "
        "Total: 68 (276 B)",
        "  conv=Conv( # Param: 40 (160 B)",
        "    kernel_size=(3, 3),",
        "    kernel_shape=(3, 3, 1, 4),",
        "    kernel=Param(value=Array(shape=(3, 3, 1, 4), dtype=float32)),"
        "  # 36 (144 B)",
    ]
    sizes = "Param: 8 (32 B), BatchStat: 8 (32 B), Total: 16 (64 B)"
    assert f"  norm=BatchNorm( # {sizes}" in lines
    assert "    param_dtype=float32," in lines
    assert "    dot_general=<function dot_general>," in lines


def test_an_optimizer_shows_its_state():
    model = nnx.Linear(2, 3, rngs=nnx.Rngs(0))

    text = repr(nnx.Optimizer(model, optax.sgd(0.1, 0.9), wrt=nnx.Param))

    assert text.startswith(
        "Optimizer( # OptVariable: 9 (36 B), OptState: 1 (4 B), Total: 10 (40 B)\n"
        "  graph=None,\n"
        "  step=OptState(value=Array(0, dtype=uint32)),  # 1 (4 B)\n"
    )
    assert text[text.index("  opt_state") :].splitlines() == [
        "  opt_state=(",
        "    TraceState(",
        "      trace=OptTree({",
        "        'bias': OptVariable(value=Array(shape=(3,), dtype=float32)),"
        "  # 3 (12 B)",
        "        'kernel': OptVariable( # 6 (24 B)",
        "          value=Array(shape=(2, 3), dtype=float32)",
        "        )",
        "      })",
        "    ),",
        "    EmptyState()",
        "  ),",
        "  wrt=Param",
        ")",
    ]


def test_a_state_shows_values():
    model = nnx.Linear(1, 2, use_bias=False, rngs=nnx.Rngs(0))
    model.kernel[...] = model.kernel[...] * 0 + 1

    assert repr(nnx.state(model)).splitlines() == [
        "State({ # Param: 2 (8 B)",
        "  'kernel': Param(value=Array([[1., 1.]], dtype=float32))  # 2 (8 B)",
        "})",
    ]


def test_a_structure_shows_types_settings_and_numbers(net):
    lines = repr(nnx.graphdef(net)).splitlines()

    assert lines[:3] == [
        "GraphDef( # 9 nodes, 10 cells",
        "  Net #0",
        "    conv: Conv #1",
    ]
    assert lines[-10:] == [
        "    norm: BatchNorm #14",
        "      axis=-1, axis_index_groups=None, axis_name=None, dtype=None,",
        "      epsilon=1e-05, momentum=0.99, num_features=4, param_dtype=float32,",
        "      promote_dtype=<function promote_dtype>, use_bias=True,",
        "      use_fast_variance=True, use_running_average=False, use_scale=True",
        "      bias: Param #15",
        "      mean: BatchStat #16",
        "      scale: Param #17",
        "      var: BatchStat #18",
        ")",
    ]


def test_an_abstract_model_is_short():
    graphdef, state = nnx.split(nnx.Linear(2, 3, rngs=nnx.Rngs(0)))
    model = nnx.merge(graphdef, jax.eval_shape(lambda: state))

    assert (
        "kernel=Param(value=ShapeDtypeStruct(shape=(2, 3), dtype=float32)),  # 6 (24 B)"
        in repr(model)
    )


def test_a_traced_model_is_short():
    texts = []

    nnx.jit(lambda model: texts.append(repr(model)))(nnx.Linear(2, 3, rngs=nnx.Rngs(0)))

    assert "  kernel=Param(value=Tracer(float32[2,3])),  # 6 (24 B)" in texts[0]
