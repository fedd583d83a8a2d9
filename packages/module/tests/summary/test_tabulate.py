import jax
import jax.numpy as jnp
import pytest

from ramie.graph import State, graphdef, merge, split
from ramie.module import Module, Rngs, tabulate
from ramie.module.errors import NothingToTabulateError
from ramie.module.summary import _render
from ramie.variables import BatchStat, Param


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    monkeypatch.setattr(_render, "find_spec", lambda _: None)


class Dense(Module):
    def __init__(self, din, dout, rngs):
        self.kernel = Param(rngs.params.normal((din, dout)))
        self.calls = BatchStat(jnp.int32(0))

    def __call__(self, x):
        self.calls.value = self.calls.value + 1
        return x @ self.kernel


class Net(Module):
    def __init__(self, rngs):
        self.hidden = Dense(4, 8, rngs)
        self.out = Dense(8, 4, rngs)
        self.again = self.hidden
        self.rngs = rngs

    def __call__(self, x, scale=1, *, train=False):
        x = self.again(self.out(self.hidden(x)))
        return {"y": x * scale, "key": self.rngs.params() if train else None}

    def encode(self, x):
        return self.hidden(x)


@pytest.fixture
def net():
    return Net(Rngs(0))


def rows(text):
    """The cells of each row; of cells with several lines those of the first."""
    lines = [line for line in text.splitlines() if "│" in line]
    return [[cell.strip() for cell in line.split("│")] for line in lines]


def paths(text):
    return [row[0] for row in rows(text)[1:] if row[1]]


def test_calls_have_rows_and_shared_modules_one():
    net = Net(Rngs(0))

    text = tabulate(net, jnp.ones((2, 4)), train=True)

    assert text.startswith("Net Summary")
    header, first, *_ = rows(text)
    assert header == ["path", "type", "inputs", "outputs", *SEEN]
    assert first[1:4] == ["Net", "- float32[2,4]", "key: key<fry>[]"]
    # `again` comes before `hidden`, which is the same module.
    assert paths(text) == ["", "again", "out"]
    assert "Total Parameters: 68 (276 B)" in text


SEEN = ["BatchStat", "Param", "RngState"]


def test_nothing_is_computed_and_the_module_stays_as_it_is(net):
    before, structure = split(net), graphdef(net)

    tabulate(net, jnp.ones((2, 4)), train=True)

    assert graphdef(net) is structure
    assert type(net) is Net
    assert int(net.hidden.calls.value) == 0
    assert int(net.rngs.params.count.value) == int(before[1].rngs.default.count.value)


def test_shapes_will_do(net):
    structure, state = split(net)
    abstract = jax.eval_shape(lambda: state)
    assert isinstance(abstract, State)
    text = tabulate(
        merge(structure, abstract), jax.ShapeDtypeStruct((2, 4), jnp.float32)
    )

    assert text == tabulate(net, jnp.ones((2, 4)))


def test_depth_and_filter_choose_rows(net):
    x = jnp.ones((2, 4))

    assert paths(tabulate(net, x, depth=0)) == [""]
    chosen = tabulate(net, x, row_filter=lambda info: info.type is Dense)
    assert paths(chosen) == ["again", "out"]
    assert "Total Parameters: 68 (276 B)" in chosen


def test_another_method_has_its_name_for_a_path(net):
    assert paths(tabulate(net, jnp.ones((2, 4)), method="encode")) == [
        "encode",
        "again",
    ]


def test_flops_are_those_of_the_reference(net):
    x = jnp.ones((1, 4))

    both = tabulate(net, x, compute_flops=True, compute_vjp_flops=True)
    header, *_ = rows(both)

    assert header[4:6] == ["flops", "vjp_flops"]
    (again,) = [row for row in rows(both) if row[0] == "again"]
    # A row of 4 times 8 columns; two more products for the gradient.
    assert again[4] == str(2 * 4 * 8)
    assert int(again[5]) >= 3 * 2 * 4 * 8
    assert "vjp_flops" not in tabulate(net, x, compute_flops=True)
    assert "vjp_flops" in tabulate(net, x, compute_vjp_flops=True)


def test_calls_of_modules_that_a_transform_rebuilds_are_seen(net):
    class Outer(Module):
        def __init__(self, net):
            self.net = net

        def __call__(self, x):
            graphdef, state = split(self.net)
            step = jax.vmap(lambda row: merge(graphdef, state, copy=True).encode(row))
            return step(x)

    text = tabulate(Outer(net), jnp.ones((3, 4)))

    assert paths(text) == ["", "net/encode", "net/again"]
    assert rows(text)[2][2] == "float32[4]"


def test_modules_and_numbers_may_be_arguments(net):
    class Calls(Module):
        def __call__(self, other, factor, flag):
            return other(jnp.ones((1, 4)))["y"] * factor if flag else None

    text = tabulate(Calls(), net, 2, flag=True)

    assert rows(text)[1][2] == "- Net"
    assert "- 2" in text
    assert "flag: True" in text


@pytest.mark.parametrize(
    ("thing", "method"), [({}, "__call__"), (Module(), "__call__"), (Module(), "nope")]
)
def test_what_cannot_be_called_is_refused(thing, method):
    with pytest.raises(NothingToTabulateError, match="Pass a module"):
        tabulate(thing, method=method)


def test_an_error_of_the_call_is_that_of_the_module(net):
    with pytest.raises(TypeError, match="dot_general"):
        tabulate(net, jnp.ones((2, 5)))


def test_arguments_for_rich_are_given_on():
    class Same(Module):
        def __call__(self):
            return None

    with pytest.raises(ImportError, match="box, justify, width is for rich"):
        tabulate(
            Same(),
            table_kwargs={"box": None},
            column_kwargs={"justify": "left"},
            console_kwargs={"width": 80},
        )
