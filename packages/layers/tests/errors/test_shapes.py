from ramie.layers import errors
from ramie.layers.errors import _shapes


def test_errors_of_shapes_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.FeatureCountError("linear", (8, 4), (-1,), 3),
        errors.InputRankError("conv", (8,), 3, "spatial and features"),
        errors.AxisError("normalize", 5, 3),
        errors.DuplicateAxisError("linear_general", (0, -1, 1), 2),
        errors.AxisCountError("conv", "strides", (2, 2, 2), 2),
    ]

    check_family(_shapes, examples)
