import jax.numpy as jnp
import pytest

from ramie.graph._text_keys import FileSpellings, as_known, number_in

from .kinds import Cell


@pytest.mark.parametrize(
    ("key", "number"),
    [("0", 0), ("12", 12), ("-1", -1), ("01", None), (" 1", None), ("1_0", None)],
)
def test_text_stands_for_an_int_that_python_spells_so(key, number):
    assert number_in(key) == number


def test_what_is_no_text_stands_for_itself():
    assert number_in(3) is None
    assert as_known(3, {"3"}) == 3


def test_a_key_that_is_known_is_not_read_as_another():
    assert as_known("0", {"0", 0}) == "0"
    assert as_known("0", {0}) == 0
    assert as_known("1", {0}) == "1"


def test_paths_are_found_however_a_file_spelled_them():
    where = {("layers", 0, "kernel"): 0, ("layers", 1): 1, ("0",): 2}
    leaves = [Cell(jnp.ones(1)), Cell({"value": jnp.ones(1)}), jnp.ones(1)]
    found = FileSpellings(where)

    assert found.find(("layers", "0", "kernel"), leaves) == 0
    assert found.find(("layers", "0", "kernel", "value"), leaves) == 0
    assert found.find(("layers", "1"), leaves) == 1
    assert found.find(("0",), leaves) == 2


def test_a_level_is_not_skipped_below_dicts_and_arrays():
    where = {("cell",): 0, ("array",): 1}
    leaves = [Cell({"value": jnp.ones(1)}), jnp.ones(1)]
    found = FileSpellings(where)

    assert found.find(("cell", "value"), leaves) is None
    assert found.find(("array", "value"), leaves) is None
    assert found.find((), leaves) is None
    assert found.find(("cell", "value", "value"), leaves) is None
