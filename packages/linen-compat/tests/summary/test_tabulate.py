import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie.module import errors

from .example_modules import KEY, LOOK, Count, Net, Scale, X, cells

pytest.importorskip("rich")


def test_a_function_of_the_arguments_makes_the_table():
    text = nn.tabulate(Net(), KEY, train=False, **LOOK)(X, shift=1.5)

    head, top, *below, totals = cells(text)
    assert head == ["path", "module", "inputs", "outputs", "params", "state"]
    assert top[:3] == ["", "Net", "- float32[2,3] - shift: 1.5 train: False"]
    assert [row[0] for row in below] == ["first", "last", "last/inner"]
    assert totals[-2:] == ["6 (24 B)", "1 (4 B)"]
    assert "Total Parameters: 7 (28 B)" in text


def test_a_module_makes_the_same_table():
    shape = jax.ShapeDtypeStruct(X.shape, X.dtype)
    options = {"depth": 1, "show_repeated": True, "mutable": ["params", "state"]}

    method = Net().tabulate({"params": KEY}, shape, train=False, **options, **LOOK)
    function = nn.tabulate(Net(), {"params": KEY}, **options, **LOOK)

    assert method == function(shape, train=False)


def test_collections_are_in_the_order_of_their_names():
    class Sown(nn.Module):
        def __call__(self, x):
            self.sow("intermediates", "x", x)
            return Count(parent=None).apply({}, x, mutable=True, rngs={"params": KEY})

    table = Sown().tabulate(KEY, X, mutable=True, **LOOK)

    assert cells(table)[0][4:] == ["intermediates"]
    assert cells(Count().tabulate(KEY, X, **LOOK))[0][4:] == ["params", "state"]


def test_another_method_can_be_tabulated():
    table = Scale().tabulate(KEY, X, method="doubled", **LOOK)

    assert cells(table)[1] == ["", "Scale (doubled)", "float32[2,3]", "float32[2,3]"]


def test_costs_have_columns():
    costs = {"compute_flops": True, "compute_vjp_flops": True}

    head, row, totals = cells(Scale().tabulate(KEY, X, **costs, **LOOK))

    assert head[4:] == ["flops", "vjp_flops", "params"]
    assert 6 == int(row[4]) < int(row[5])
    assert totals[4:] == ["", "Total", "3 (12 B)"]


def test_nothing_is_computed():
    class Runs(nn.Module):
        def __call__(self, x):
            assert isinstance(x, jax.core.Tracer)
            return jnp.zeros((10**6, 10**7)) * x

    assert "float32[1000000,10000000]" in Runs().tabulate(KEY, jnp.ones(()), **LOOK)


def test_rich_takes_more_words():
    table = Scale().tabulate(
        KEY,
        X,
        table_kwargs={"title": "Own"},
        column_kwargs={"justify": "right"},
        **LOOK,
    )

    assert table.split()[0] == "Own"


def test_without_rich_there_is_a_plain_table(monkeypatch):
    monkeypatch.setattr("ramie.module.summary._render.find_spec", lambda _: None)

    assert "scale: float32[1,3]" in Scale().tabulate(KEY, X)
    with pytest.raises(errors.RichMissingError, match="width"):
        Scale().tabulate(KEY, X, console_kwargs={"width": 3})


def test_an_instance_is_needed():
    with pytest.raises(nn.errors.InvalidInstanceModuleError):
        Scale.tabulate(KEY, X)
