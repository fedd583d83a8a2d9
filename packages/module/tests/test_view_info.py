import textwrap

import pytest

from ramie.graph.errors import SharedInTreeError
from ramie.module import Module, Pytree, view_info
from ramie.variables import Param


class Dropout(Module):
    def set_view(self, deterministic: bool | None = None, rate: float = 0.5) -> None:
        """Choose the mode.

        More about it: this is no argument.

        Args:
            deterministic: whether to leave the inputs
                as they are: all of them.
            rate (float): how much to drop.

        Returns:
            nothing: really.
        """


class Attention(Pytree):
    def set_view(self, size: "int | Shape", **others):  # noqa: F821 (a text)
        """Say nothing of the arguments."""


class Undocumented(Module):
    def set_view(self, mode=None): ...


class PartlyDocumented(Module):
    def set_view(self, mode=None, size=1):
        """Choose.

        Args:
            mode: which.
        """


DROPOUT = """\
Dropout:
  deterministic: bool | None = None
    whether to leave the inputs
    as they are: all of them.
  rate: float = 0.5
    how much to drop."""


def test_arguments_come_with_their_types_defaults_and_descriptions():
    assert view_info(Dropout()) == DROPOUT


def test_each_type_is_told_of_once_in_the_order_of_names():
    text = view_info([Undocumented(), {"a": Dropout()}, Dropout(), Attention()])

    assert text == "\n".join(
        [
            "Attention:",
            "  set_view(self, size: 'int | Shape', **others)",
            DROPOUT,
            "Undocumented:",
            "  set_view(self, mode=None)",
        ]
    )


def test_arguments_that_are_not_all_described_are_shown_as_a_signature():
    assert view_info(PartlyDocumented()) == "PartlyDocumented:\n" + textwrap.indent(
        "set_view(self, mode=None, size=1)", "  "
    )


def test_types_written_as_text_are_shown_without_quotes():
    class Sized(Module):
        def set_view(self, size: "int | Shape" = 1):  # noqa: F821 (a text)
            """Choose.

            Args:
                size:
                    how many.
                    Not few.
            """

    assert view_info(Sized()).splitlines() == [
        f"{Sized.__qualname__}:",
        "  size: int | Shape = 1",
        "    how many.",
        "    Not few.",
    ]


def test_only_selected_nodes_are_told_of():
    assert view_info([Dropout(), Undocumented()], only=Dropout) == DROPOUT


def test_where_nothing_can_be_set_the_text_is_empty():
    assert view_info(Module()) == ""


def test_tree_mode_refuses_a_shared_variable():
    w = Param(1.0)

    with pytest.raises(SharedInTreeError):
        view_info([w, w], graph=False)


def test_an_argument_without_type_and_default_is_its_name():
    class Bare(Module):
        def set_view(self, size):
            """Choose.

            Args:
                size: how many.
            """

    assert view_info(Bare()).splitlines()[1:] == ["  size", "    how many."]
