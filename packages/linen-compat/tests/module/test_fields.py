import dataclasses
import inspect
from typing import Any, ClassVar, Generic, Optional, TypeVar

import pytest

from ramie import linen as nn
from ramie.linen.errors import ReservedModuleAttributeError

from .example_modules import KEY, Dense, X, names

T = TypeVar("T")


class Base(nn.Module):
    a: int
    b: int = 2


def test_a_subclass_has_the_fields_of_its_bases_and_its_own():
    class Child(Base):
        c: tuple[int, ...] = dataclasses.field(default_factory=tuple)
        constant: ClassVar[int] = 4
        plain = 5

    child = Child(1, c=(3,))

    assert (child.a, child.b, child.c, child.name) == (1, 2, (3,), None)
    fields = [field.name for field in dataclasses.fields(Child)]
    assert fields == ["a", "b", "c", "parent", "name"]


def test_parent_and_name_are_given_by_keyword():
    parameters = inspect.signature(Base).parameters

    kinds = {name: p.kind for name, p in parameters.items()}
    assert list(kinds)[:2] == ["a", "b"]
    assert kinds["parent"] is kinds["name"] is inspect.Parameter.KEYWORD_ONLY
    with pytest.raises(TypeError, match="positional"):
        Base(1, 2, None, "name")
    with pytest.raises(TypeError, match="'a'"):
        Base()


def test_keyword_only_fields_may_follow_defaults():
    class Child(Base, kw_only=True):
        c: int

    class Grandchild(Child):
        d: int = 4

    assert Child(1, c=3).c == 3
    assert (Grandchild(1, 2, 5, c=3).d, Grandchild(1, c=3).d) == (5, 4)
    with pytest.raises(TypeError, match="default argument"):

        class _Wrong(Base):
            c: int


def test_generic_classes_can_be_given_types():
    class Box(nn.Module, Generic[T]):
        held: T

    assert Box[int](3) == Box(3)


def test_a_default_may_be_a_module():
    class Net(nn.Module):
        inner: Any = Dense()

        def __call__(self, x):
            return self.inner(x)

    for _ in range(2):
        assert names(Net().init(KEY, X)) == ["inner"]
    assert Net.inner.scope is None


def test_a_class_that_annotates_name_has_the_same_field():
    class Net(nn.Module):
        name: str = "fixed"

    assert Net().name is None
    assert Net(name="given").name == "given"


@pytest.mark.parametrize(
    "annotation",
    [
        str | None,
        Optional[str],  # noqa: UP045 (what older programs say)
        "str",
        "'str'",
        "str | None",
        "None|str",
        "Optional[str]",
        "typing.Union[str, None]",
        "t.Union[None, str]",
    ],
    ids=str,
)
def test_the_name_may_be_annotated_as_what_it_is(annotation):
    net = type("Net", (nn.Module,), {"__annotations__": {"name": annotation}})

    assert net(name="given").name == "given"


@pytest.mark.parametrize(
    "annotation",
    [
        int,
        list[str],
        ClassVar[str],
        dataclasses.InitVar[str],
        "int",
        "None",
        "strange",
        "my.str",
        "dict[str, int]",
        "ClassVar[str]",
        "dataclasses.InitVar[str]",
        "Optional[int]",
    ],
    ids=str,
)
def test_a_field_of_another_kind_cannot_be_called_name(annotation):
    with pytest.raises(ReservedModuleAttributeError, match="'name' cannot be declared"):
        type("Net", (nn.Module,), {"__annotations__": {"name": annotation}})


@pytest.mark.parametrize("name", ["parent", "scope"])
def test_names_that_modules_use_are_no_fields(name):
    with pytest.raises(ReservedModuleAttributeError, match=f"'{name}' cannot be decl"):
        type("Net", (nn.Module,), {"__annotations__": {name: int}})


def test_a_dataclass_decorator_does_no_harm():
    @dataclasses.dataclass
    class Net(nn.Module):
        features: int

        @nn.compact
        def __call__(self, x):
            return Dense(self.features)(x)

    assert names(Net(3).init(KEY, X)) == ["Dense_0"]


def test_equality_of_a_subclass_counts():
    class Own(nn.Module):  # noqa: PLW1641 (it has none)
        a: int

        def __eq__(self, other):
            return True

    class WithHash(Own):
        def __hash__(self):
            return 4

    assert Own(1) == Own(2)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Own(1))
    assert hash(WithHash(1)) == 4


def test_a_constructor_of_ones_own_is_kept():
    class Odd(nn.Module):
        a: int

        def __repr__(self):
            return "odd"

        def __post_init__(self):
            self.double = 2 * self.a
            super().__post_init__()

        def __call__(self):
            return self.double

    assert repr(Odd(1)) == "odd"
    assert Odd(2).apply({}) == 4
