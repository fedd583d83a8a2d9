from ramie.graph import State

from .kinds import Box


class Printer:
    """What IPython hands to an object that is echoed."""

    def __init__(self):
        self.written = ""

    def text(self, text):
        self.written += text


def echo(thing, *, cycle=False):
    printer = Printer()
    thing._repr_pretty_(printer, cycle)
    return printer.written


def test_whatever_is_tracked_has_a_text_without_doing_anything():
    assert repr(Box(n=1)) == "Box(\n  n=1\n)"


def test_ipython_echoes_the_text():
    assert echo(State({"n": 1})) == "State({\n  'n': 1\n})"


def test_ipython_echoes_a_cycle_in_short():
    assert echo(Box(n=1), cycle=True) == "Box(...)"


def test_an_echo_has_colours_where_they_are_wanted(monkeypatch):
    monkeypatch.setenv("RAMIE_COLOR", "always")

    assert "\x1b[33m1" in echo(State({"n": 1}))
    assert "\x1b" not in repr(State({"n": 1}))


def test_a_class_is_echoed_as_a_class():
    printer = Printer()
    Box._repr_pretty_(printer, False)
    assert printer.written == repr(Box)


def test_an_object_is_echoed_by_its_class_too():
    printer = Printer()
    Box._repr_pretty_(Box(n=1), printer, False)
    assert printer.written == "Box(\n  n=1\n)"
