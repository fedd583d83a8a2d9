from ramie.layers import errors
from ramie.layers.errors import _randomness


def test_errors_of_random_numbers_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.MissingDropoutKeyError("dot_product_attention", 0.5),
        errors.MissingRngsError("Dropout", "dropout"),
        errors.MissingCarryRngsError("GRUCell"),
        errors.RngsTypeError("Linear", "int", "an Rngs"),
    ]

    check_family(_randomness, examples)
