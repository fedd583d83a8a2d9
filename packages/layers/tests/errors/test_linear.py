from ramie.layers import errors
from ramie.layers.errors import _linear


def test_errors_of_linear_maps_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.FeatureAxesError("LinearGeneral", (3,), (0, 1)),
        errors.BatchAxesError("LinearGeneral", (1,)),
        errors.BatchSizeError("linear_general", (4, 3), (5,)),
        errors.EinsumEquationError("Einsum", "ab", "it has no '->'"),
        errors.EinsumOperandError("einsum", "kernel", "na,ab->nb", "ab", (3,)),
        errors.EinsumBiasError("einsum", "na,ab->nb", (3,), (1, 4)),
        errors.LoRABaseError("LoRA", "an int is not callable"),
    ]

    check_family(_linear, examples)
