import pytest

from ramie.variables import (
    BatchStat,
    Cache,
    Intermediate,
    Param,
    Perturbation,
    Variable,
    register_variable_name,
    variable_name_from_type,
    variable_type_from_name,
)
from ramie.variables.errors import (
    NameTakenError,
    NotAVariableTypeError,
    UnknownVariableNameError,
    UnregisteredTypeError,
)

NAMES = {
    "params": Param,
    "batch_stats": BatchStat,
    "cache": Cache,
    "intermediates": Intermediate,
    "perturbations": Perturbation,
}


@pytest.mark.parametrize(("name", "kind"), NAMES.items())
def test_each_kind_has_the_name_of_its_collection(name, kind):
    assert variable_name_from_type(kind) == name
    assert variable_type_from_name(name) is kind


def test_a_type_is_registered_and_keeps_its_first_name():
    class Seen(Variable):
        pass

    assert register_variable_name("seen", Seen) is Seen
    assert register_variable_name("seen_too", Seen) is Seen

    assert variable_name_from_type(Seen) == "seen"
    assert variable_type_from_name("seen_too") is Seen
    assert variable_name_from_type(type(Seen(1.0, ref=True))) == "seen"


def test_registering_again_changes_nothing():
    assert register_variable_name("params", Param) is Param


def test_it_decorates_a_class():
    @register_variable_name("decorated")
    class Decorated(Param):
        pass

    assert variable_type_from_name("decorated") is Decorated


def test_unknown_names_are_refused_or_made():
    with pytest.raises(
        UnknownVariableNameError, match=r"'fresh' is not the name .* params"
    ):
        variable_type_from_name("fresh")

    fresh = variable_type_from_name("fresh", base=Param, allow_register=True)

    assert issubclass(fresh, Param)
    assert fresh.__name__ == "fresh"
    assert variable_type_from_name("fresh") is fresh


def test_unregistered_types_are_refused_or_named_after_their_class():
    class Nameless(Variable):
        pass

    with pytest.raises(UnregisteredTypeError, match="The type Nameless has no name"):
        variable_name_from_type(Nameless)

    assert variable_name_from_type(Nameless, allow_register=True) == "Nameless"
    assert variable_type_from_name("Nameless") is Nameless


def test_a_name_is_taken_once_unless_overwritten():
    class First(Variable):
        pass

    class Second(Variable):
        pass

    register_variable_name("contested", First)
    with pytest.raises(NameTakenError, match=r"Cannot name Second 'contested'.*First"):
        register_variable_name("contested", Second)
    assert variable_type_from_name("contested") is First

    register_variable_name("contested", Second, overwrite=True)

    assert variable_type_from_name("contested") is Second
    with pytest.raises(UnregisteredTypeError):
        variable_name_from_type(First)


def test_overwriting_a_second_name_leaves_the_first():
    class Owner(Variable):
        pass

    register_variable_name("owner_one", Owner)
    register_variable_name("owner_two", Owner)
    register_variable_name("owner_two", type("Taker", (Variable,), {}), overwrite=True)

    assert variable_name_from_type(Owner) == "owner_one"


@pytest.mark.parametrize(("name", "typ"), [("x", int), ("x", 3), (3, Param)])
def test_only_types_of_variables_are_named(name, typ):
    with pytest.raises(NotAVariableTypeError, match="a subclass of Variable"):
        register_variable_name(name, typ)
