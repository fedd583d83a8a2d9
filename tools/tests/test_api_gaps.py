"""A gap is found wherever a call that works there would fail here."""

import tomllib
import types

import pytest

import api_gaps
import reference_api
from api_gaps import call_gaps, name_gaps, parse_call, part_gaps, settle, summary


@pytest.mark.parametrize(
    ("theirs", "ours", "gaps"),
    [
        ("(a, b=1)", "(a, b=1)", []),
        ("(a, b=1)", "(a, b=1, c=2, *, d=3)", []),
        ("(a, /)", "(b, /)", []),
        ("(a, /)", "(b)", []),
        ("(a)", "(a, /)", ["(a)"]),
        ("(a)", "(b)", ["(a)"]),
        ("(a, b)", "(b, a)", ["(a)", "(b)"]),
        ("(a, b)", "(a, *, b)", ["(b)"]),
        ("(a, b)", "(a, *rest, b)", ["(b)"]),
        ("(a, b)", "(*rest, **more)", []),
        ("(*, a)", "(a)", []),
        ("(*, a)", "(**more)", []),
        ("(*, a)", "(*more)", ["(a)"]),
        ("(a, *, b=1)", "(a)", ["(b)"]),
        ("(*rest)", "()", ["(*)"]),
        ("(**more)", "()", ["(**)"]),
        ("(a=1)", "(a)", ["(a=)"]),
        ("(a=1)", "(a=2)", ["(a=)"]),
        ("(a)", "(a=2)", []),
        ("(a=opaque)", "(a=2)", []),
        ("(*, a=opaque)", "(*, a)", ["(a=)"]),
        ("(a)", "(a, b)", ["()"]),
    ],
)
def test_a_call_is_accepted_or_the_argument_is_named(theirs, ours, gaps):
    assert list(call_gaps(parse_call(theirs), parse_call(ours))) == gaps


def test_parsing_a_signature_gives_back_what_was_written():
    text = "(a, /, b, c=-1, *rest, d, e='x y', f=..., g=(), **more)"

    signature = reference_api.inspect.Signature(parse_call(text))

    assert str(signature) == text


class Base:
    """A base."""


class Thing(Base):
    """Every sort of member."""

    def __new__(cls, _x): ...

    def __add__(self, other): ...

    def method(self, a): ...

    @staticmethod
    def still(a): ...

    @property
    def read(self): ...


def gaps_of(name, description, **values):
    owner = types.SimpleNamespace(**values)
    return list(name_gaps(name, description, owner, values))


def described(base="", operators="", **members):
    return {"class": base, "operators": operators, "members": members}


@pytest.mark.parametrize(
    ("description", "gaps"),
    [
        (described("Base Elsewhere", "__add__ __or__"), ["Thing[__or__]"]),
        (described("Other"), ["Thing<Other"]),
        (described(__init__="(_x)"), []),
        (described(__init__="(_x, y)"), ["Thing(y)"]),
        (described(method="(a)", still="static (a)", read="property"), []),
        (described(method="property"), ["Thing.method()"]),
        (described(read="(a)"), ["Thing.read()"]),
        (described(method="static (a)"), ["Thing.method()"]),
        (described(still="(a, b)"), ["Thing.still(b)"]),
        (described(still="class (a, b)"), ["Thing.still(b)"]),
        (described(method="?"), []),
        (described(absent="(a)"), ["Thing.absent"]),
        (described(__call__="(a)"), ["Thing.__call__"]),
    ],
)
def test_a_class_is_compared_with_its_members(description, gaps):
    found = gaps_of("Thing", description, Thing=Thing, Base=Base, Other=int)

    assert found == gaps


@pytest.mark.parametrize(
    ("description", "value", "gaps"),
    [
        ("(a)", lambda a: a, []),
        ("(a)", 3, ["f()"]),
        ("value", 3, []),
        ("type", int, []),
        (described(), len, ["f()"]),
    ],
)
def test_a_name_is_compared_by_what_it_is_there(description, value, gaps):
    assert gaps_of("f", description, f=value) == gaps


def test_a_name_that_is_not_there_is_its_own_gap():
    assert gaps_of("f", "(a)") == ["f"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Tables and data in which `json` stands for both libraries."""
    tmp_path.joinpath("parts.toml").write_text(
        '[dump]\nreference = "json"\nmodule = "json"\nnames = "dumps gone kept"\n'
        '[all]\nreference = "json"\nmodule = "json.decoder"\n'
        '[absent]\nreference = "json"\nmodule = "json.no_such_module"\n'
    )
    tmp_path.joinpath("differences.toml").write_text('[dump]\nkept = "Why."\n')
    tmp_path.joinpath("not_yet.toml").write_text(
        'dump = "gone loads dumps(sort)"\nabsent = "*"'
    )
    tmp_path.joinpath("json.json").write_text(
        '{"names": {"dumps": "(obj, *, sort=1)", "gone": "()", "kept": "()"}}'
    )
    monkeypatch.setattr(
        api_gaps, "read", lambda name: reference_api.read(name, tmp_path)
    )
    return tmp_path


def test_a_part_is_compared_with_the_module_that_answers_for_it(folder):
    parts = api_gaps.parts(folder)

    assert part_gaps(parts["dump"]) == ["gone", "kept"]
    assert part_gaps(parts["all"]) == ["*"]
    assert part_gaps(parts["absent"]) == ["*"]


def test_settling_removes_what_is_there_and_adds_nothing(folder):
    settle(folder)

    text = folder.joinpath("not_yet.toml").read_text("utf-8")
    assert {title: text.split() for title, text in tomllib.loads(text).items()} == {
        "dump": ["gone"],
        "absent": ["*"],
    }


def test_the_summary_counts_and_names_what_is_missing(folder):
    lines = summary(folder).splitlines()

    assert lines[1].split() == ["dump", "3", "1", "0", "json"]
    assert lines[3].split() == ["absent", "3", "0", "0", "json.no_such_module"]
    assert "dump, missing:" in lines
    assert "  gone kept" in lines


def test_an_import_error_inside_a_module_is_not_taken_for_its_absence(
    tmp_path, monkeypatch
):
    monkeypatch.syspath_prepend(tmp_path)
    tmp_path.joinpath("outer_part").mkdir()
    tmp_path.joinpath("outer_part", "__init__.py").touch()
    tmp_path.joinpath("outer_part", "inner.py").write_text("import no_such_thing")

    with pytest.raises(ModuleNotFoundError, match="no_such_thing"):
        api_gaps.find("outer_part.inner")
