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
    errors.MetadataNameError: (
        lambda: errors.MetadataNameError("Param", "value"),
        ["'value' cannot be metadata of a Param", "Choose another name"],
    ),
    errors.MissingMetadataError: (
        lambda: errors.MissingMetadataError("Param", "note", ("a", "b")),
        ["This Param has no metadata 'note'", "it has a, b", "has_metadata()"],
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
    assert all(issubclass(cls, errors.VariableError) for cls in CLASSES)
    assert issubclass(errors.VariableError, ValueError)


def test_each_is_also_what_python_would_raise():
    assert issubclass(errors.MetadataAssignmentError, AttributeError)
    assert issubclass(errors.MissingMetadataError, KeyError)


def test_the_drawing_shows_every_class():
    missing = [cls.__name__ for cls in CLASSES if cls.__name__ not in errors.__doc__]

    assert missing == []


def test_no_metadata_at_all_is_said_so():
    assert "it has none" in str(errors.MissingMetadataError("Param", "note", ()))
