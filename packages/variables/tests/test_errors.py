import copy
import inspect
import pickle

import pytest

from ramie.variables import errors

EXAMPLES = {
    errors.VariableError: (
        lambda: errors.VariableError("what, and what to do"),
        ["do"],
    ),
    errors.MetadataAssignmentError: (
        lambda: errors.MetadataAssignmentError("Param", "note"),
        ["'note' of a Param", "a value and metadata", "set_metadata(note=…)"],
    ),
    errors.AttributeDeletionError: (
        lambda: errors.AttributeDeletionError("Param", "note"),
        ["delete attribute 'note' of a Param", "variable.del_metadata('note')"],
    ),
    errors.MetadataNameError: (
        lambda: errors.MetadataNameError("Param", "value"),
        ["'value' cannot be metadata of a Param", "Choose another name"],
    ),
    errors.UnknownHookError: (
        lambda: errors.UnknownHookError("Param", "on_foo_value", ("on_get_value",)),
        ["'on_foo_value' is no hook of a Param", "Use one of on_get_value"],
    ),
    errors.HookTypeError: (
        lambda: errors.HookTypeError("Param", "on_get_value", "int"),
        ["on_get_value of a Param", "given a int", "Pass one, or a sequence"],
    ),
    errors.HijaxError: (
        errors.HijaxError,
        ["hijax=True", "objects of Python", "Leave it out"],
    ),
    errors.AbstractValueError: (
        lambda: errors.AbstractValueError("Param", "a shape"),
        ["This Param is abstract: it holds a shape", "variable.value = …"],
    ),
    errors.FrozenVariableError: (
        lambda: errors.FrozenVariableError("Param"),
        ["write this Param", "it is frozen", "Call unfreeze()"],
    ),
    errors.TypeKeptError: (
        lambda: errors.TypeKeptError("Param", "float32[3]", "int32[2]"),
        ["write int32[2] into this Param of float32[3]", "del_metadata('keeps_type')"],
    ),
    errors.LostUpdateWarning: (
        lambda: errors.LostUpdateWarning("Param", "model/w", "step", "a.py:3, in step"),
        ["Update lost: step got", "the Param model/w", "a.py:3", "Return the module"],
    ),
    errors.RefValueError: (
        lambda: errors.RefValueError("Param", "dict"),
        ["A Param with ref=True", "a dict is none", "Leave ref out"],
    ),
    errors.RefMismatchError: (
        lambda: errors.RefMismatchError("Param", "float32[3]", "int32[2]"),
        ["write int32[2] into a Param", "holds float32[3]", "Convert the value"],
    ),
    errors.VariableTypeMismatchError: (
        lambda: errors.VariableTypeMismatchError("Param", "Cache"),
        ["A Param cannot copy from a Cache", "variable.value = other.value"],
    ),
    errors.UnknownVariableNameError: (
        lambda: errors.UnknownVariableNameError("moments", ("params", "cache")),
        ["'moments'", "there are params, cache", "register_variable_name()"],
    ),
    errors.UnregisteredTypeError: (
        lambda: errors.UnregisteredTypeError("Moment"),
        ["The type Moment has no name", "allow_register=True"],
    ),
    errors.NameTakenError: (
        lambda: errors.NameTakenError("params", "Param", "Moment"),
        ["Cannot name Moment 'params'", "the name of Param", "overwrite=True"],
    ),
    errors.NotAVariableTypeError: (
        lambda: errors.NotAVariableTypeError("params", "int"),
        ["register 'params' for int", "a subclass of Variable"],
    ),
    errors.DefaultTypeError: (
        lambda: errors.DefaultTypeError("ref", 3),
        ["True or False for ref, not 3", "Leave it out"],
    ),
    errors.MissingMetadataError: (
        lambda: errors.MissingMetadataError("Param", "note", ("a", "b")),
        ["This Param has no metadata 'note'", "it has a, b", "has_metadata()"],
    ),
    errors.SharedVariableError: (
        lambda: errors.SharedVariableError("with_vars()", [[("a",), ("b", 0)]]),
        ["with_vars() replaces", "1 of them: a, b/0", "allow_duplicates=True"],
    ),
    errors.ShardingError: (
        lambda: errors.ShardingError("what, and what to do"),
        ["do"],
    ),
    errors.AxisNamesTypeError: (
        lambda: errors.AxisNamesTypeError("Param", "data"),
        ["out_sharding of a Param is 'data'", "Give a tuple"],
    ),
    errors.TooManyAxisNamesError: (
        lambda: errors.TooManyAxisNamesError("Param", ("a", "b"), (2,)),
        ["A Param of shape (2,)", "1 dimensions", "('a', 'b')", "Give one name"],
    ),
    errors.UnknownMeshAxisError: (
        lambda: errors.UnknownMeshAxisError("Param", "a", ("a",), ("data", "model")),
        ["'a', in out_sharding=('a',) of a Param", "'data', 'model'", "Use one"],
    ),
    errors.RepeatedMeshAxisError: (
        lambda: errors.RepeatedMeshAxisError("Param", "x", ("a", "b"), ("x", "x")),
        ["('a', 'b') of a Param", "('x', 'x')", "axis 'x'", "the other None"],
    ),
    errors.MissingMeshError: (
        lambda: errors.MissingMeshError("Param", ("data",)),
        ["no mesh for a Param", "('data',)", "jax.set_mesh(mesh)", "mesh=…"],
    ),
    errors.LogicalRulesError: (
        lambda: errors.LogicalRulesError("embed"),
        ["'embed' is no logical axis rule", "Give pairs"],
    ),
    errors.ConflictingRulesError: (
        lambda: errors.ConflictingRulesError("Param", "embed", "data", None),
        ["'embed' stands for 'data'", "a Param", "None in", "Leave it out"],
    ),
    errors.MissingPartitionNameError: (
        lambda: errors.MissingPartitionNameError(("nick",)),
        ["has 'nick', and no 'partition_name'", "Add {PARTITION_NAME: name}"],
    ),
    errors.AxisNameMismatchError: (
        lambda: errors.AxisNameMismatchError("Param", "out_sharding", "L", 0, ("a",)),
        ["remove 'L' at 0", "out_sharding=('a',) of a Param", "Pass the index"],
    ),
}
CLASSES = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, Exception)
]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_the_text_names_the_place_the_rule_and_the_next_step(cls):
    make, parts = EXAMPLES[cls]

    text = str(make())

    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize(
    "travel",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_an_error_crosses_process_borders(cls, travel):
    error = EXAMPLES[cls][0]()

    twin = travel(error)

    assert type(twin) is cls
    assert str(twin) == str(error)
    assert vars(twin) == vars(error)


def test_one_class_catches_them_all():
    raised = [cls for cls in CLASSES if not issubclass(cls, Warning)]

    assert all(issubclass(cls, errors.VariableError) for cls in raised)
    assert issubclass(errors.VariableError, ValueError)


def test_each_is_also_what_python_would_raise():
    assert issubclass(errors.MetadataAssignmentError, AttributeError)
    assert issubclass(errors.MissingMetadataError, KeyError)


def test_the_drawing_shows_every_class():
    missing = [cls.__name__ for cls in CLASSES if cls.__name__ not in errors.__doc__]

    assert missing == []


def test_no_metadata_at_all_is_said_so():
    assert "it has none" in str(errors.MissingMetadataError("Param", "note", ()))
