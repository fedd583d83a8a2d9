from ramie.layers import errors
from ramie.layers.errors import _attention


def test_errors_of_attention_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.HeadCountError("MultiHeadAttention", "qkv_features", 16, "num_heads", 3),
        errors.MissingKeysError("MultiHeadAttention"),
        errors.AttentionShapeError(
            "dot_product_attention", "all must match", (4, 2, 8), (4, 3, 8), (4, 3, 8)
        ),
        errors.AttentionBiasError(
            "dot_product_attention", "mask", (2, 5, 5), (2, 4, 5, 5)
        ),
        errors.MaskCombinationError("combine_masks", ((5, 5), (2, 5, 5))),
    ]

    check_family(_attention, examples)
