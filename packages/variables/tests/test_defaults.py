import pytest

from ramie.variables import Param, VarDefaults, var_defaults
from ramie.variables.errors import DefaultTypeError, HijaxError


@pytest.fixture(autouse=True)
def _as_before():
    before = var_defaults().ref
    yield
    var_defaults(ref=before)


def test_the_defaults_are_asked_for():
    assert var_defaults() == VarDefaults(hijax=False, ref=False)
    assert dict(var_defaults()) == {"hijax": False, "ref": False}
    assert len(var_defaults()) == 2
    assert not var_defaults()["ref"]
    with pytest.raises(KeyError):
        var_defaults()["other"]


def test_a_context_sets_them_for_a_while():
    with var_defaults(ref=True):
        assert var_defaults().ref
        assert Param(1.0).ref
        assert not Param(1.0, ref=False).ref

    assert not Param(1.0).ref


def test_they_come_back_after_an_error():
    with pytest.raises(RuntimeError), var_defaults(ref=True):
        raise RuntimeError

    assert not var_defaults().ref


def test_contexts_nest():
    with var_defaults(ref=True):
        with var_defaults(ref=False):
            assert not var_defaults().ref
        assert var_defaults().ref


def test_a_call_sets_them_for_good():
    var_defaults(ref=True)

    assert Param(1.0).ref


def test_a_decorator_sets_them_for_each_call():
    @var_defaults(ref=True)
    def make(value):
        return Param(value)

    assert not var_defaults().ref
    assert make(1.0).ref
    assert make.__name__ == "make"
    assert not var_defaults().ref


def test_a_default_is_a_bool():
    with pytest.raises(DefaultTypeError, match="True or False for ref, not 3"):
        var_defaults(ref=3)
    with pytest.raises(HijaxError):
        var_defaults(hijax=True)

    assert var_defaults() == VarDefaults()
    with var_defaults(hijax=False):
        assert not var_defaults().hijax
