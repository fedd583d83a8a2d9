from ramie.layers import errors
from ramie.layers.errors import _cache


def test_errors_of_the_cache_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.MissingCacheError("MultiHeadAttention"),
        errors.CacheShapeError("MultiHeadAttention", (2, 3, 4, 8), (2, 1, 4, 8)),
        errors.CacheFullError("MultiHeadAttention", 5, 5),
        errors.CacheSizeError("MultiHeadAttention", "max_length", "batch_size"),
    ]

    check_family(_cache, examples)
