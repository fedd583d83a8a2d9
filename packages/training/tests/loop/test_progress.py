import io
import sys

import jax.numpy as jnp
import pytest

from ramie.training.errors import MissingExtraError, NotAScalarError
from ramie.training.loop import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def no_rich(monkeypatch):
    monkeypatch.setitem(sys.modules, "rich", None)


def test_it_hands_out_the_items():
    assert list(Progress([3, 1, 2], file=io.StringIO())) == [3, 1, 2]


def test_the_last_line_says_how_it_ended():
    page = io.StringIO()
    steps = Progress(range(3), label="epoch 1", file=page)

    for step in steps:
        steps.show(loss=jnp.array(step / 4), best=0.125)

    (line,) = page.getvalue().splitlines()
    assert line.startswith("epoch 1: 3/3, ")
    assert line.endswith(" per second, loss 0.5, best 0.125")


def test_lines_are_written_every_so_many_seconds():
    page = io.StringIO()

    for _ in Progress(iter("ab"), seconds=0.0, file=page):
        pass

    assert [line.partition(",")[0] for line in page.getvalue().splitlines()] == [
        "1",
        "2",
    ]


def test_numbers_are_not_read_before_they_are_drawn():
    page = io.StringIO()
    steps = Progress(range(2), seconds=1e9, file=page)

    reads = []

    class Costly:
        def __array__(self, dtype=None, copy=None):
            reads.append(dtype)
            return jnp.ones(()).__array__()

    for _ in steps:
        steps.show(loss=Costly())
        assert reads == []

    assert len(reads) == 1


def test_a_loop_that_is_left_has_its_last_line():
    page = io.StringIO()

    iterator = iter(Progress(range(9), total=9, file=page))
    next(iterator)
    next(iterator)
    iterator.close()

    assert page.getvalue().startswith("1/9, ")


def test_what_is_no_number_is_refused():
    steps = Progress(range(1), file=io.StringIO())
    steps.show(loss=jnp.ones(2))

    with pytest.raises(NotAScalarError, match="loss"):
        list(steps)


def test_on_a_terminal_there_is_a_bar():
    pytest.importorskip("rich")
    page = Terminal()
    steps = Progress(range(3), label="training", file=page)

    for _ in steps:
        steps.show(loss=0.25)

    text = page.getvalue()
    assert "training" in text
    assert "3/3" in text
    assert "loss 0.25" in text


def test_bars_of_nested_loops_stand_together():
    pytest.importorskip("rich")
    page = Terminal()

    for _ in Progress(range(2), label="epochs", file=page):
        for _ in Progress(range(2), label="steps", file=page, seconds=0.0):
            pass

    text = page.getvalue()
    assert "epochs" in text
    assert "steps" in text
    last = text[text.rindex("epochs") :]
    assert "2/2" in last
    assert "steps" not in last


def test_lines_can_be_asked_for(no_rich):
    page = Terminal()

    list(Progress(range(2), rich=False, file=page))

    assert page.getvalue().startswith("2/2, ")


def test_without_rich_a_terminal_gets_lines(no_rich):
    page = Terminal()

    list(Progress(range(2), file=page))

    assert page.getvalue().startswith("2/2, ")


def test_the_extra_is_named_where_a_bar_is_asked_for(no_rich):
    with pytest.raises(MissingExtraError, match=r"ramie-training\[progress\]"):
        Progress(range(2), rich=True)


def test_it_writes_to_standard_error(capsys):
    list(Progress(range(2)))

    assert capsys.readouterr().err.startswith("2/2, ")
