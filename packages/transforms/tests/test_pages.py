"""What a program wrote stays on a page until somebody asks, and nobody can tell."""

import gc
import pickle
import weakref

import jax.numpy as jnp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.graph import clone
from ramie.graph.extend import Page
from ramie.module import List, Module
from ramie.transforms import _groups, jit
from ramie.variables import Param, Variable


class Model(Module):
    def __init__(self, count, shared=()):
        self.all = List([Param(jnp.zeros(()) + n) for n in range(count)])
        self.shared = List(shared)


@jit
def add_one(model):
    for v in [*model.all, *model.shared]:
        v.value += 1


@jit(donate_argnums=0)
def double(model):
    for v in [*model.all, *model.shared]:
        v.value *= 2


@jit
def add_to_some(model):
    for v in list(model.all)[::2]:
        v.value += 10


@jit
def swap_sums(one, other):
    total = one.all[0].value + other.all[1].value
    for v in [*one.all, *other.all, *other.shared]:
        v.value += total


def is_on_a_page(variable):
    page = variable._page
    return page is not None and bool(page.lists)


def test_what_is_written_twice_stays_on_a_page():
    model = Model(5)

    for _ in range(4):
        add_one(model)

    assert all(map(is_on_a_page, model.all))
    assert [v.value.item() for v in model.all] == [4, 5, 6, 7, 8]


def test_one_value_read_after_each_call_costs_no_page():
    model = Model(5)

    for number in range(6):
        add_one(model)
        assert model.all[2].value.item() == number + 3

    assert is_on_a_page(model.all[2])


def test_a_value_written_between_two_calls_is_seen():
    model = Model(3)
    for _ in range(4):
        double(model)

    model.all[0].value = jnp.asarray(5.0)
    double(model)

    assert [v.value.item() for v in model.all] == [10, 32, 64]


@pytest.mark.parametrize(
    "look",
    [
        lambda model: [v.value.item() for v in model.all],
        lambda model: setattr(model.all[1], "value", jnp.asarray(7.0)),
    ],
)
def test_who_looks_in_the_last_moment_makes_nothing_stale(monkeypatch, look):
    def interrupted(pages, contents):
        look(model)
        return write_pages(pages, contents)

    write_pages = _groups.write_pages
    model = Model(Page.most_peeks + 4)
    for _ in range(5):
        add_one(model)

    monkeypatch.setattr(_groups, "write_pages", interrupted)
    add_one(model)
    monkeypatch.undo()

    assert [v.value.item() for v in model.all] == [n + 6 for n in range(20)]
    for _ in range(4):
        add_one(model)
    assert [v.value.item() for v in model.all] == [n + 10 for n in range(20)]


def test_another_program_writes_the_same_variables():
    model = Model(4)

    for _ in range(6):
        add_one(model)
        add_to_some(model)

    assert [v.value.item() for v in model.all] == [66, 7, 68, 9]


def test_a_variable_is_there_when_the_model_is_not():
    model = Model(3)
    kept = model.all[1]
    for _ in range(4):
        add_one(model)
    assert is_on_a_page(kept)

    del model
    gc.collect()

    assert not is_on_a_page(kept)
    assert kept.value.item() == 5


def test_a_variable_is_there_when_a_model_in_a_cycle_is_not():
    model = Model(3)
    other = Model(1, [model.all[1]])
    add_one(other)
    model.itself = model
    for _ in range(4):
        add_one(model)
    kept, array = model.all[1], weakref.ref(model.all[0].value)
    assert is_on_a_page(kept)

    del model
    gc.collect()

    assert array() is None
    add_one(other)
    assert [kept.value.item(), other.all[0].value.item()] == [7, 2]


def test_an_edit_of_the_structure_fills_the_variables():
    model = Model(3)
    for _ in range(4):
        add_one(model)

    model.more = Variable(0)

    assert not any(map(is_on_a_page, model.all))
    assert [v.value.item() for v in model.all] == [4, 5, 6]


def test_a_model_on_a_page_is_freed_without_a_collection():
    model = Model(3)
    for _ in range(4):
        add_one(model)
    references = [weakref.ref(model), weakref.ref(model.all[0])]
    arrays = weakref.ref(model.all[0].value)

    gc.disable()
    try:
        del model
        assert [reference() for reference in references] == [None, None]
        assert arrays() is None
    finally:
        gc.enable()


def test_a_call_that_fails_leaves_what_is_on_the_page():
    @jit
    def fail(model):
        model.all[0].value += 1
        raise RuntimeError("no")

    model = Model(3)
    for _ in range(4):
        add_one(model)

    with pytest.raises(RuntimeError, match="no"):
        fail(model)

    assert [v.value.item() for v in model.all] == [4, 5, 6]


def test_a_page_serves_calls_inside_another_trace():
    @jit
    def outer(model):
        add_one(model)
        add_one(model)

    model = Model(3)
    for _ in range(4):
        add_one(model)
    outer(model)
    outer(model)

    assert [v.value.item() for v in model.all] == [8, 9, 10]


ACTIONS = st.sampled_from(
    [
        "add_one",
        "double",
        "add_to_some",
        "swap_sums",
        "swap_sums back",
        "read",
        "read all",
        "write",
        "swap arrays",
        "edit",
        "clone",
        "pickle",
        "drop",
        "run eagerly",
    ]
)


class Mirror:
    """Two models that share a Variable, and what they should hold."""

    def __init__(self, count):
        self.one = Model(count)
        self.make_other()
        self.values = [float(n) for n in range(count)]

    def make_other(self):
        self.other = Model(2, self.one.all[:1])
        self.others = [0.0, 1.0]

    def act(self, action, which, value):
        which %= len(self.values)
        match action:
            case "add_one":
                add_one(self.one)
                self.values = [v + 1 for v in self.values]
            case "double":
                double(self.other)
                self.others = [2 * v for v in self.others]
                self.values[0] *= 2
            case "add_to_some":
                add_to_some(self.one)
                self.values[::2] = [v + 10 for v in self.values[::2]]
            case "swap_sums":
                swap_sums(self.one, self.other)
                total = self.values[0] + self.others[1]
                self.values = [v + total for v in self.values]
                self.others = [v + total for v in self.others]
                self.values[0] += total
            case "swap_sums back":
                swap_sums(self.other, self.one)
                total = self.others[0] + self.values[1]
                self.values = [v + total for v in self.values]
                self.others = [v + total for v in self.others]
            case "read":
                assert self.one.all[which].value.item() == self.values[which]
            case "read all":
                self.check()
            case "write":
                self.one.all[which].value = jnp.asarray(value)
                self.values[which] = value
            case "swap arrays":
                first, last = self.one.all[0], self.one.all[which]
                first.value, last.value = last.value, first.value
                held = self.values
                held[0], held[which] = held[which], held[0]
            case "edit":
                self.one.steps = value
            case "clone":
                self.one = clone(self.one)
                self.make_other()
            case "pickle":
                self.one = pickle.loads(pickle.dumps(self.one))
                self.make_other()
            case "drop":
                self.make_other()
            case "run eagerly":
                for v in self.one.all:
                    v.value += 1
                self.values = [v + 1 for v in self.values]
        # Sixteen bits are exact in every order of additions.
        if max(map(abs, self.values + self.others)) > 1e4:
            for v, number in zip(self.one.all, range(100), strict=False):
                v.value = jnp.asarray(float(number))
            self.values = [float(n) for n in range(len(self.values))]
            self.make_other()

    def check(self):
        assert [v.value.item() for v in self.one.all] == self.values
        assert [v.value.item() for v in self.other.all] == self.others
        assert self.other.shared[0] is self.one.all[0]


@pytest.mark.parametrize("count", [3, Page.most_peeks + 4])
@settings(deadline=None, max_examples=40)
@given(
    actions=st.lists(
        st.tuples(ACTIONS, st.integers(0, 40), st.integers(-9, 9).map(float)),
        min_size=8,
        max_size=40,
    )
)
def test_no_sequence_of_calls_reads_and_edits_can_tell(count, actions):
    mirror = Mirror(count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Page, "most_patience", 1)
        for action in actions:
            for _ in range(3 if action[0] in ("add_one", "double", "swap_sums") else 1):
                mirror.act(*action)
    mirror.check()
