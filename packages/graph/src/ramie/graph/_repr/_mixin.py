"""Shown: a class whose text, and whose look in a notebook, follow from its kind."""

import sys
from typing import Any


class _Echo:
    """What IPython asks for the text of an object: coloured, where that is wanted.

    Some ask the class and pass the object, some ask whatever they show, a class too.
    """

    def __get__(self, thing: Any, cls: type) -> Any:
        """A function of a printer, and whether the object is inside itself."""

        def echo(*args: Any) -> None:
            from ._colour import coloured_for

            *passed, printer, cycle = args
            shown = passed[0] if passed else cls if thing is None else thing
            with coloured_for(sys.stdout):
                printer.text(f"{type(shown).__name__}(...)" if cycle else repr(shown))

        return echo


class Shown:
    """Mixin of nodes, cells and states: people see what they are made of."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Say what the object is made of, with the size of all it holds."""
        from ._text import show

        return show(self)

    def __treescope_repr__(self, path: str | None, subtree_renderer: Any) -> Any:
        """The object for treescope: parts that unfold, sizes, shared references."""
        from ._treescope import render

        return render(self, path, subtree_renderer)

    _repr_pretty_ = _Echo()
