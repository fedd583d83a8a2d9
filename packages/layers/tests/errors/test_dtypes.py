from ramie.layers import errors
from ramie.layers.errors import _dtypes


def test_errors_of_dtypes_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.InputDtypeError("embed", "float32", "integer"),
        errors.InputTypeError("Linear", "NoneType"),
        errors.ComputeDtypeError("promote_dtype", "int32"),
        errors.NothingToPromoteError("promote_dtype"),
        errors.PolicyDtypeError("PrecisionPolicy", "compute_dtype", "int8"),
    ]

    check_family(_dtypes, examples)
