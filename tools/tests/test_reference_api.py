"""What the tool says of a module is what a reader of its signatures would say."""

import enum
import functools
import inspect
import json
import types
import typing

import pytest

import reference_api
from reference_api import describe_module, read, show_call, show_default, write


def module_of(**values):
    module = types.ModuleType("library.part")
    vars(module).update(values)
    return module


def home(value, name):
    value.__module__ = name
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (1.5, "1.5"),
        ("a", "'a'"),
        (True, "True"),
        (..., "..."),
        ((), "()"),
        (int, "int"),
        (float("inf"), "opaque"),
        ([], "opaque"),
        (len, "opaque"),
    ],
)
def test_a_default_is_shown_if_it_is_plain(value, text):
    assert show_default(value) == text


def test_a_signature_has_no_annotations_and_no_private_keywords():
    def call(x: int, /, y: str = "a", *rest: int, z: list[int] = [], _z=1, **more): ...  # noqa: B006

    assert show_call(call) == "(x, /, y='a', *rest, z=opaque, **more)"


def test_a_callable_that_does_not_tell_is_a_question_mark():
    class Silent:
        __signature__ = "none"

        def __call__(self): ...

    assert show_call(Silent()) == "?"


def test_a_class_is_described_by_what_it_defines_itself():
    class Base:
        def inherited(self): ...

    class Part(Base):
        """Every sort of member."""

        data = 1
        _hidden = 2

        def __init__(self, x, *, y=1): ...

        def __call__(self, x): ...

        def __getitem__(self, key): ...

        def method(self, a): ...

        @staticmethod
        def still(a): ...

        @classmethod
        def made(cls, a): ...

        @property
        def read(self): ...

    assert describe_module(module_of(Base=Base, Part=Part), gathering=True)["Part"] == {
        "class": "Base",
        "operators": "__getitem__",
        "members": {
            "__call__": "(x)",
            "__init__": "(x, *, y=1)",
            "made": "class (a)",
            "method": "(a)",
            "read": "property",
            "still": "static (a)",
        },
    }


def test_an_enumeration_has_its_members_only():
    color = enum.Enum("color", ["RED"])

    description = describe_module(module_of(color=home(color, "library.part")))

    assert description["color"]["members"] == {"RED": "property"}


def test_helpers_of_other_modules_are_no_names():
    own, foreign = home(lambda x: x, "library.part"), home(lambda x: x, "library.other")
    values = {
        "_private": own,
        "T": typing.TypeVar("T"),
        "Iterable": typing.Iterable,
        "inspect": inspect,
        "foreign": foreign,
        "own": own,
        "limit": 3,
    }

    assert describe_module(module_of(**values)) == {"limit": "value", "own": "(x)"}


def test_a_gathering_module_answers_for_what_it_imports():
    foreign = home(lambda x, y: x + y, "library.other")
    values = {
        "foreign": foreign,
        "half": functools.partial(foreign, 1),
        "Alias": tuple[int, str],
        "abstract": home(lambda: None, "abc"),
    }

    assert describe_module(module_of(**values), gathering=True) == {
        "Alias": "type",
        "foreign": "(x, y)",
        "half": "(y)",
    }


def test_what_is_written_is_read_back(tmp_path, monkeypatch):
    monkeypatch.setattr(reference_api, "MODULES", ("version",))

    write(tmp_path, "packaging")

    facts = json.loads((tmp_path / "version.json").read_text("utf-8"))
    assert facts["library"].startswith("packaging ")
    assert read("version", tmp_path)["parse"] == "(version)"
