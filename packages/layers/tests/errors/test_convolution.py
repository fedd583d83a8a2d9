from ramie.layers import errors
from ramie.layers.errors import _convolution


def test_errors_of_convolutions_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.GroupCountError("Conv", "in_features", 4, 3),
        errors.PaddingError("conv", "FULL", 2, "'SAME'"),
        errors.CausalPaddingError("conv", 2),
        errors.DilatedPaddingError("conv", "SAME", 2),
        errors.LocalShapeError("conv_local", "kernel", (2, 3, 4), (5, 6, 4)),
        errors.KernelMaskError("Conv", (3, 3), (3, 3, 2, 8)),
    ]

    check_family(_convolution, examples)
