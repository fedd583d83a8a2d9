import jax
import jax.numpy as jnp
import numpy as np

from ramie import linen as nn
from ramie.linen.summary import Table
from ramie.linen.summary._calls import watch
from ramie.linen.summary._rows import make_rows, measure

from .example_modules import KEY, Net, X


def rows_of(module, *args, depth=None, show_repeated=False, costs=()):
    wanted = {f"compute_{name}": name in costs for name in ("flops", "vjp_flops")}
    variables, calls = watch(
        module, KEY, args, {}, costs=bool(costs), mutable=True, method=None
    )
    shown = {"depth": depth, "show_repeated": show_repeated, **wanted}
    return make_rows(variables, calls, **shown)


def paths(rows):
    return ["/".join(row.path) for row in rows]


def test_a_module_has_one_row_with_its_own_variables():
    rows = rows_of(Net(), X)

    assert paths(rows) == ["", "first", "last", "last/inner"]
    assert [set(row.module_variables) for row in rows] == [
        set(),
        {"params"},
        {"state"},
        {"params"},
    ]
    assert all(row.module_variables == row.counted_variables for row in rows)


def test_later_calls_have_rows_without_variables_if_asked_for():
    rows = rows_of(Net(), X, show_repeated=True)

    assert paths(rows) == ["", "first", "first", "last", "last/inner"]
    assert [row.method for row in rows[1:3]] == ["__call__", "doubled"]
    assert rows[1].counted_variables != {} == rows[2].counted_variables


def test_what_is_too_deep_is_counted_above():
    top, first, last = rows_of(Net(), X, depth=1)

    assert top.counted_variables == {}
    assert first.module_variables == first.counted_variables
    assert set(last.module_variables) == {"state"}
    assert last.counted_variables["params"] == {
        "inner": {"scale": jax.ShapeDtypeStruct((1, 3), jnp.float32)}
    }
    (whole,) = rows_of(Net(), X, depth=0)
    assert whole.size_and_bytes(["params", "state", "none"]) == {
        "params": (6, 24),
        "state": (1, 4),
        "none": (0, 0),
    }


def test_costs_are_computed_if_asked_for():
    flops = rows_of(Net(), X, costs=["flops"])[0]
    gradient = rows_of(Net(), X, depth=0, costs=["vjp_flops"])[0]

    assert flops.flops > 0 == flops.vjp_flops
    assert gradient.vjp_flops > flops.flops > gradient.flops == 0


def test_names_of_variables_may_be_those_of_modules_elsewhere():
    class Tree(nn.Module):
        @nn.compact
        def __call__(self, x):
            self.param("first", lambda _: {"inner": jnp.ones(2), "empty": {}})
            self.variable("plain", "number", lambda: 3)
            return Net(name="net")(x)

    top = rows_of(Tree(), X)[0]

    assert measure(top.counted_variables["params"]) == (2, 8)
    assert set(top.counted_variables) == {"params", "plain"}


def test_measure_counts_elements_and_bytes():
    tree = {"a": np.ones((2, 3), np.float32), "b": [jnp.ones(5, jnp.bfloat16), 1.0]}

    assert measure(tree) == (11, 34)
    assert measure({"box": nn.Partitioned(jnp.ones(2), ("a",))}) == (2, 8)
    assert measure(None) == (0, 0)


def texts(module, *args, costs=(), collections=("params",), **options):
    rows = rows_of(module, *args, costs=costs, **options)
    return Table(module, collections, rows).as_texts(costs)


def test_a_table_has_a_column_for_each_cost_and_each_collection():
    table = texts(Net(), X, costs=["flops"], collections=["params", "state"])

    assert table.title == "Net Summary"
    assert table.columns == [
        *("path", "module", "inputs", "outputs", "flops"),
        *("params", "state"),
    ]
    assert table.totals == ["", "", "", "", "Total", "6 (24 B)", "1 (4 B)"]
    assert table.caption == "Total Parameters: 7 (28 B)"


def test_cells_are_texts_of_trees():
    table = texts(Net(), X, collections=["params", "state"], show_repeated=True)

    assert table.rows[0] == [
        *("", "Net", "float32[2,3]"),
        "shift: 0.0\ntrain: True\ny: float32[2,3]",
        *("", ""),
    ]
    assert table.rows[1][4:] == ["scale: float32[1,3]\n\n3 (12 B)", ""]
    assert table.rows[2][:2] == ["first", "Scale (doubled)"]
    assert table.rows[3][4:] == ["", "count: int32[]\n\n1 (4 B)"]


def test_counted_variables_of_others_are_an_amount_only():
    assert texts(Net(), X, depth=0).rows[0][4] == "6 (24 B)"


def test_boxes_show_what_they_say():
    def boxed(box, *names):
        made = nn.initializers.ones
        return nn.with_partitioning(made, names) if box == "P" else logical(made, names)

    logical = nn.with_logical_partitioning

    class Boxes(nn.Module):
        @nn.compact
        def __call__(self, x):
            self.param("b", boxed("P", "rows", None), (2, 2))
            self.param("a", boxed("L", "q"), (3,))
            return x

    cell = texts(Boxes(), X).rows[0][4]

    assert cell == ("a: float32[3] P(q)\nb: float32[2,2] P(rows, None)\n\n7 (28 B)")


def test_a_module_without_variables_has_no_sum():
    class Same(nn.Module):
        def __call__(self, x):
            return x

    table = texts(Same(), X, collections=())

    assert table.totals == ["", "", "", "Total"]
    assert table.caption == "Total Parameters: 0 (0 B)"
