"""A Variable whose value was left on a page is like any other."""

import copy
import pickle

import jax
import jax.numpy as jnp
import pytest

from ramie.graph.extend import LeafGroup, Page, carry_out, kind_of
from ramie.graph.testing import check_cell
from ramie.variables import Param, Variable


def leave(variables):
    """Leave values on a page: 0, 1 and so on, of two elements each."""
    group = LeafGroup(variables, list(map(kind_of, variables)))
    page = Page(group)
    values = [jnp.full(2, float(number)) for number in range(len(variables))]
    while (writes := page.writing(values)) is None:
        carry_out([group.writing(values)])
    carry_out([writes])
    assert page.lists
    return page, group


@pytest.fixture
def left():
    """Three Variables whose values were left on a page, that page, and their group."""
    variables = [Param(jnp.zeros(2), note="first"), *(Variable(None) for _ in "ab")]
    return variables, *leave(variables)


def test_variables_keep_the_contract_of_cells_that_can_be_emptied():
    check_cell(Variable(jnp.zeros(2)), jnp.ones(2))


@pytest.mark.parametrize(
    "read",
    [
        lambda v: v.value,
        lambda v: v[...],
        lambda v: v.get_value(),
        lambda v: v.get_raw_value(),
        lambda v: v + 0,
        lambda v: v.copy().value,
        lambda v: v.replace(note="b").value,
        lambda v: copy.copy(v).value,
        lambda v: copy.deepcopy(v).value,
        lambda v: pickle.loads(pickle.dumps(v)).value,
        lambda v: jax.tree.leaves(v)[0],
        lambda v: jnp.stack([v[0], v.reshape(2)[1]]),
        lambda v: v.at[0].add(0.0),
    ],
)
def test_every_way_to_read_finds_it(left, read):
    variables, page, _ = left

    assert read(variables[1]).tolist() == [1.0, 1.0]
    assert page.lists


def test_its_facts_are_those_it_had(left):
    (variable, *_), _, _ = left

    assert (variable.note, variable.shape, variable.dtype) == ("first", (2,), "float32")
    assert "0., 0." in repr(variable)
    assert not hasattr(variable, "other")


@pytest.mark.parametrize(
    "write",
    [
        lambda v: setattr(v, "value", jnp.full(2, 7.0)),
        lambda v: v.set_value(jnp.full(2, 7.0)),
        lambda v: v.set_raw_value(jnp.full(2, 7.0)),
        lambda v: v.__setitem__(..., jnp.full(2, 7.0)),
        lambda v: v.__setitem__(slice(None), 7.0),
        lambda v: v.copy_from(Variable(jnp.full(2, 7.0))),
        lambda v: v.update_from_state(Variable(jnp.full(2, 7.0))),
    ],
)
def test_every_way_to_write_is_seen_and_leaves_the_others(left, write):
    variables, page, group = left

    write(variables[1])

    assert not page.lists
    assert [v.value.tolist()[0] for v in variables] == [0.0, 7.0, 2.0]
    assert [value.tolist()[0] for value in group.read()] == [0.0, 7.0, 2.0]


def test_a_variable_that_is_being_made_has_no_value():
    with pytest.raises(AttributeError):
        object.__new__(Variable).get_raw_value()


def test_metadata_is_edited_without_the_value(left):
    (variable, *_), _, _ = left

    variable.set_metadata(note="second")
    assert (variable.note, variable.value.tolist()) == ("second", [0.0, 0.0])

    variable.set_metadata(on_get_value=lambda _, value: value + 1)
    assert variable.value.tolist() == [1.0, 1.0]


class Plain(Param):
    """A name and no more."""

    unit = "m"


class Scaled(Variable):
    @property
    def value(self):
        return super().value * 10


class Sized(Plain):
    def size_of_slot(self):
        return super().value.size


class Named(Variable):
    @classmethod
    def name(cls):
        return cls.__name__


class Mixin:
    def __getattr__(self, name):
        return f"no {name}"


class Mixed(Mixin, Variable):
    pass


@pytest.mark.parametrize(
    ("cls", "fits"),
    [
        (Variable, True),
        (Param, True),
        (Plain, True),
        (Scaled, False),
        (Sized, False),
        (Named, False),
        (Mixed, False),
    ],
)
def test_a_class_with_code_of_its_own_keeps_its_values(cls, fits):
    variables = [Param(jnp.ones(2)), cls(jnp.ones(2))]
    group = LeafGroup(variables, list(map(kind_of, variables)))

    assert (Page.of(group) is not None) is fits


def test_a_variable_with_a_hook_keeps_its_value():
    variable = Variable(jnp.ones(2), on_get_value=lambda _, value: value + 1)
    group = LeafGroup([variable], [kind_of(variable)])

    assert Page.of(group) is None
