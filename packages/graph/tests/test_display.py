import subprocess
import sys
from types import SimpleNamespace

import jax.numpy as jnp
import treescope

from ramie.graph import State, display

from .kinds import Box


class Own(Box):
    def __repr__(self):
        return "my own text"


def notebook(monkeypatch, **attributes):
    shell = SimpleNamespace(**attributes)
    ipython = SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)


def test_each_object_is_written(capsys):
    display(Box(n=1), 3, jnp.ones(1))

    assert capsys.readouterr().out == (
        "Box(\n  n=1\n)\n3\nArray([1.], dtype=float32)\n"
    )


def test_a_text_of_its_own_is_respected(capsys):
    display(Own(n=1))

    assert capsys.readouterr().out == "my own text\n"


def test_colours_are_written_where_they_are_wanted(capsys, monkeypatch):
    monkeypatch.setenv("RAMIE_COLOR", "always")

    display(State({"n": 1}))

    assert "\x1b[33m1\x1b[0m" in capsys.readouterr().out


def test_a_notebook_shows_trees(capsys, monkeypatch):
    shown = []
    notebook(monkeypatch, kernel=object())
    monkeypatch.setattr(treescope, "display", shown.append)
    box = Box(n=1)

    display(box, 3)

    assert shown == [box, 3]
    assert capsys.readouterr().out == ""


def test_a_notebook_without_treescope_shows_text(capsys, monkeypatch):
    notebook(monkeypatch, kernel=object())
    monkeypatch.setitem(sys.modules, "treescope", None)

    display(3)

    assert capsys.readouterr().out == "3\n"


def test_ipython_in_a_terminal_is_no_notebook(capsys, monkeypatch):
    notebook(monkeypatch)

    display(3)

    assert capsys.readouterr().out == "3\n"


def test_showing_text_imports_neither_treescope_nor_ipython():
    code = (
        "import sys; from ramie.graph import display, State; display(State({'n': 1}));"
        "sys.exit('treescope' in sys.modules or 'IPython' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (0, "State({\n  'n': 1\n})\n")
