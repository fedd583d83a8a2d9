from ramie.layers import errors
from ramie.layers.errors import _recurrent


def test_errors_of_recurrent_layers_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.SequenceLengthsError("RNN", "int32", (3,), (2,)),
        errors.CarryTypeError("LSTMCell", "str", 2),
        errors.CarryBatchError("GRUCell", (3, 4), (2, 5)),
    ]

    check_family(_recurrent, examples)
