import contextvars

import jax.numpy as jnp
import pytest

from ramie.graph import graphdef, paranoid
from ramie.graph.errors import StaleViewError

from .kinds import Box, Cell

HIDDEN = {
    "an attribute more": lambda box: vars(box).update(new=1),
    "an attribute less": lambda box: vars(box).pop("b"),
    "another static": lambda box: vars(box).update(b=2),
    "another cell": lambda box: vars(box).update(a=Cell(jnp.ones(1))),
    "a cell shared": lambda box: vars(box).update(b=box.a),
    "other metadata": lambda box: box.a.metadata.update(note="n"),
}


@pytest.mark.parametrize("edit", HIDDEN)
def test_a_hidden_edit_is_found(edit):
    box = Box(a=Cell(jnp.ones(1)), b=1)

    with paranoid():
        graphdef(box)
        HIDDEN[edit](box)
        with pytest.raises(
            StaleViewError, match=r"A Box was edited.*`obj.name = value`"
        ):
            graphdef(box)


def test_without_the_switch_a_hidden_edit_stays_hidden():
    box = Box(b=1)

    with paranoid(False):
        before = graphdef(box)
        vars(box)["b"] = 2
        assert graphdef(box) is before


def test_an_honest_edit_is_no_offence():
    box = Box(a=Cell(1), b=1)

    with paranoid():
        graphdef(box)
        box.b = 2
        assert graphdef(box) is graphdef(Box(a=Cell(1), b=2))


def test_the_switch_goes_back_after_an_exception():
    box = Box(b=1)

    with paranoid(False):
        with pytest.raises(RuntimeError), paranoid(True):
            raise RuntimeError
        graphdef(box)
        vars(box)["b"] = 2
        graphdef(box)


def test_the_switch_belongs_to_its_context():
    box = Box(b=1)
    with paranoid():
        elsewhere = contextvars.copy_context()

    with paranoid(False):
        graphdef(box)
        vars(box)["b"] = 2
        graphdef(box)
        with pytest.raises(StaleViewError):
            elsewhere.run(graphdef, box)
