import jax
import jax.numpy as jnp

from ramie.module import CallInfo, Module
from ramie.module.summary._rows import make_table
from ramie.module.summary._sizes import Size
from ramie.variables import BatchStat, Param

X = jax.ShapeDtypeStruct((2,), jnp.float32)


def size(*path, cls=Param, owner=()):
    return Size(path, cls, owner, X, 2, 8)


def call(number, *path, **costs):
    known = {"flops": None, "vjp_flops": None, **costs}
    return CallInfo(0, number, Module, path, "in", X, **known)


def test_a_row_has_own_variables_by_name_and_the_sum_of_all_below():
    sizes = [
        size("w"),
        size("inner", "w", owner=("inner",)),
        size("inner", "mean", cls=BatchStat, owner=("inner",)),
    ]

    table = make_table(
        "Net", [call(0), call(1, "inner")], {0: (), 1: ("inner",)}, sizes
    )

    assert table.title == "Net Summary"
    assert table.columns == ["path", "type", "inputs", "outputs", "BatchStat", "Param"]
    assert table.rows == [
        ["", "Module", "in", "float32[2]", "2 (8 B)", "w: float32[2]\n\n4 (16 B)"],
        [
            "inner",
            "Module",
            "in",
            "float32[2]",
            "mean: float32[2]\n\n2 (8 B)",
            "w: float32[2]\n\n2 (8 B)",
        ],
    ]
    assert table.totals == ["", "", "", "Total", "2 (8 B)", "4 (16 B)"]
    assert table.caption == "Total Parameters: 6 (24 B)"


def test_a_row_of_another_method_has_the_sum_alone():
    table = make_table("Net", [call(0, "encode")], {0: ()}, [size("w")])

    assert table.rows[0][0] == "encode"
    assert table.rows[0][-1] == "2 (8 B)"


def test_costs_have_columns_where_they_are_known():
    calls = [call(0, flops=1234), call(0, "encode")]

    table = make_table("Net", calls, {0: ()}, [])

    assert table.columns[-1] == "flops"
    assert [row[-1] for row in table.rows] == ["1234", ""]
    assert table.totals[-1] == "Total"
    assert table.caption == "Total Parameters: 0 (0 B)"
