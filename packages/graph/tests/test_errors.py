import copy
import inspect
import pickle

import pytest

from ramie.graph import errors

EXAMPLES = {
    errors.GraphError: (lambda: errors.GraphError("what, and what to do"), ["do"]),
    errors.FilterError: (lambda: errors.FilterError("what, and what to do"), ["do"]),
    errors.UnknownNodeError: (
        lambda: errors.UnknownNodeError({1, 2}, ("a", 0)),
        ["a set at a/0", "neither", "register_node()"],
    ),
    errors.UnhashableStaticError: (
        lambda: errors.UnhashableStaticError({1, 2}, ("a", 0)),
        ["at a/0", "cannot be hashed", "Use a hashable value"],
    ),
    errors.ImmutableContainerError: (
        lambda: errors.ImmutableContainerError((1, 2), ("a", 0)),
        ["at a/0", "a tuple, which is immutable", "Wrap the array"],
    ),
    errors.PopFromImmutableError: (
        lambda: errors.PopFromImmutableError("tuple", [("a", 0), ("a", 1)]),
        ["take out a/0, a/1", "a tuple is immutable", "Nothing was changed", "a list"],
    ),
    errors.PopRootError: (
        lambda: errors.PopRootError("Cell"),
        ["pop from a Cell", "nothing holds it", "Pass the module"],
    ),
    errors.CyclicGraphError: (
        lambda: errors.CyclicGraphError("Box", (), ("a", "b"), "recursive_map()"),
        ["recursive_map() cannot", "the Box at <root>", "at a/b", "Use map()"],
    ),
    errors.SharedInTreeError: (
        lambda: errors.SharedInTreeError("split()", "Cell", ("a",), ("b", 0)),
        ["split() runs in tree mode", "a and b/0 lead", "Cell", "pass graph=True"],
    ),
    errors.UnreachableFilterError: (
        lambda: errors.UnreachableFilterError(bool, int),
        ["'bool'", "after <class 'int'>", "Put the narrower filter first"],
    ),
    errors.ForeignReferenceError: (
        lambda: errors.ForeignReferenceError(3),
        ["object #3", "an earlier graph", "in a merge_context"],
    ),
    errors.UnknownContextError: (
        lambda: errors.UnknownContextError("step", ["other"]),
        ["update_context('step')", "open now: 'other'", "Enter one"],
    ),
    errors.ContextOrderError: (
        lambda: errors.ContextOrderError("step", "A merge", "the split outside"),
        ["A merge in update_context('step')", "the split outside", "Split outside,"],
    ),
    errors.SettingError: (
        lambda: errors.SettingError("set_graph_mode", bool, "yes"),
        ["set_graph_mode() takes a bool, not 'yes'", "as it was"],
    ),
    errors.LoneLeafError: (
        lambda: errors.LoneLeafError("Cell"),
        ["a lone Cell without keys", "Use split()"],
    ),
    errors.NotAMappingError: (
        lambda: errors.NotAMappingError("int", "a (nested) mapping"),
        ["in a value of type int", "Pass a (nested) mapping"],
    ),
    errors.PathConflictError: (
        lambda: errors.PathConflictError(("a", 0), ("a", 0, "b")),
        ["The path a/0 has a value", "to a/0/b too", "would be lost", "Leave out"],
    ),
    errors.UnsortableKeyError: (
        lambda: errors.UnsortableKeyError(["builtins.complex"], ("a", 0)),
        ["mapping at a/0", "no order", "type builtins.complex", "Use str or int"],
    ),
    errors.RefContentError: (
        lambda: errors.RefContentError("text"),
        ["cannot hold a str", "one array", "Pass an array"],
    ),
    errors.RefMetadataError: (
        lambda: errors.RefMetadataError(("x",)),
        ["A jax.Ref has no metadata", "('x',)", "select Variables only"],
    ),
    errors.UnjoinableKeyError: (
        lambda: errors.UnjoinableKeyError(("a", 0), "/"),
        ["('a', 0)", "separator '/'", "Pass sep=None"],
    ),
    errors.UnhashableLeafError: (
        lambda: errors.UnhashableLeafError("list", ("a", 0)),
        ["the list at a/0", "has no hash", "Map the state"],
    ),
    errors.NonExhaustiveFilterError: (
        lambda: errors.NonExhaustiveFilterError([("a", 0)], [int]),
        ["a/0", "None of the filters", "`...` as the last one"],
    ),
    errors.StateMismatchError: (
        lambda: errors.StateMismatchError(
            "update()",
            missing=[("m",)],
            unexpected=[("u", n) for n in range(9)],
            shapes={("s", n): ((1,), (2,)) for n in range(7)},
            dtypes={("d",): ("float32", "int32")},
        ),
        [
            "Cannot update()",
            "Nothing was changed",
            "missing (1): m",
            "unexpected (9): u/0, u/1, u/2, u/3, u/4 and 4 more",
            "shape at s/4: the structure has (1,), the state (2,)",
            "and 2 more with another shape",
            "dtype at d: the structure has float32, the state int32",
            "filter_state()",
        ],
    ),
    errors.TraceLevelError: (
        lambda: errors.TraceLevelError("Cell", ("a", 0)),
        ["the Cell at a/0", "another JAX trace", "as an argument"],
    ),
    errors.DrawingFormatError: (
        lambda: errors.DrawingFormatError("net.png", ("svg", "dot")),
        ["'net.png'", "Use svg, dot", "suffix of the file"],
    ),
    errors.DrawingDepthError: (
        lambda: errors.DrawingDepthError(-1),
        ["the depth -1", "root is at depth 0", "None to draw everything"],
    ),
    errors.CyclicContainerError: (
        lambda: errors.CyclicContainerError("Pair"),
        ["A Pair contains itself", "rebuilt as a whole", "a list or a dict"],
    ),
    errors.StaleViewError: (
        lambda: errors.StaleViewError("Box"),
        ["A Box was edited", "could not see", "obj.name = value"],
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


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_one_class_catches_them_all(cls):
    assert issubclass(cls, errors.GraphError)
    assert issubclass(cls, ValueError)


def test_the_drawing_shows_every_class():
    missing = [cls.__name__ for cls in CLASSES if cls.__name__ not in errors.__doc__]

    assert missing == []


def test_a_mistake_in_a_type_is_a_type_error_too():
    for cls in (
        errors.UnhashableStaticError,
        errors.ImmutableContainerError,
        errors.FilterError,
        errors.PopFromImmutableError,
        errors.PopRootError,
    ):
        assert issubclass(cls, TypeError)


def test_an_unknown_place_is_not_invented():
    assert "Cannot change the Cell here" in str(errors.TraceLevelError("Cell"))
    assert "at <root> here" in str(errors.TraceLevelError("Cell", ()))
