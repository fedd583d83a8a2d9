from ramie.layers import errors
from ramie.layers.errors import _recurrent


def test_errors_of_recurrent_layers_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.SequenceLengthsError("RNN", "int32", (3,), (2,)),
    ]

    check_family(_recurrent, examples)
