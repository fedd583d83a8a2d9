from ramie.layers import errors
from ramie.layers.errors import _positions


def test_errors_of_positions_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.RotarySizeError("RoPE", 7),
        errors.PositionsError("rotary_embedding", (3,), (2, 5)),
        errors.PositionRangeError("RoPE", 9, 8),
    ]

    check_family(_positions, examples)
