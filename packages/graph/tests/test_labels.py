import jax
import pytest

from ramie.graph._labels import shorten, show_bytes, show_link, size_of


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (5 * 1024**2, "5 MiB"),
        (1024**4, "1 TiB"),
        (1000 * 1024**4, "1e+03 TiB"),
    ],
)
def test_bytes_are_shown_in_the_unit_that_fits(count, text):
    assert show_bytes(count) == text


def test_a_long_path_is_shown_by_its_end():
    link = None
    for number in range(1000):
        link = (link, f"layer_{number}")

    text = show_link(link)

    assert text.startswith("…")
    assert text.endswith("layer_998/layer_999")
    assert len(text) < 50


def test_a_text_of_several_lines_becomes_one():
    assert shorten("a\n  b") == "a b"


def test_the_size_of_what_has_no_memory_yet_is_known():
    assert size_of([jax.ShapeDtypeStruct((2, 3), "int8")]) == (6, True)
