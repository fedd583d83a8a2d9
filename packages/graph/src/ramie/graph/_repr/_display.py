"""display: show anything, in the best way the place it is shown in has."""

import sys
from typing import Any

from ._colour import coloured_for
from ._parts import has_own_text
from ._text import show


def display(*args: Any) -> None:
    """Show objects: as trees that unfold in a notebook, as text elsewhere.

    A notebook needs treescope for trees: `pip install "ramie-graph[display]"`. Text has
    colours if it goes to a terminal that wants them; see `coloured`.

    Args:
        *args: modules, Variables, states, arrays or anything else.

    Example:
        >>> from ramie.graph import State, display
        >>> display(State({"n": 3}), (1, 2))
        State({
          'n': 3
        })
        (
          1,
          2
        )
    """
    draw = _tree_of_notebook()
    for thing in args:
        if draw is not None:
            draw(thing)
            continue
        with coloured_for(sys.stdout):
            text = repr(thing) if has_own_text(thing) else show(thing)
        sys.stdout.write(text + "\n")


def _tree_of_notebook() -> Any:
    """How treescope shows things, if it is installed and this is a notebook."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if not hasattr(shell, "kernel"):
        return None
    try:
        import treescope
    except ImportError:
        return None
    return treescope.display
