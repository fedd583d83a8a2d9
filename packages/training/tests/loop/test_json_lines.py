import json
import math
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.training.loop import JsonLines

numbers = st.one_of(st.integers(-(2**40), 2**40), st.floats(allow_nan=False))
records = st.lists(st.dictionaries(st.text(min_size=1).filter("step".__ne__), numbers))


@settings(max_examples=20)
@given(records)
def test_what_is_read_is_what_was_written(rows):
    with tempfile.TemporaryDirectory() as folder:
        writer = JsonLines(Path(folder) / "run.jsonl")
        for step, values in enumerate(rows):
            writer.write(step, values)
        writer.close()

        found = JsonLines.read(Path(folder) / "run.jsonl")

    assert found == [{"step": step, **values} for step, values in enumerate(rows)]


def test_lines_are_strict_json_even_without_a_number(tmp_path):
    path = tmp_path / "run.jsonl"
    writer = JsonLines(path)
    writer.write(1, {"a": math.nan, "b": math.inf, "c": -math.inf})
    writer.close()

    parsed = json.loads(path.read_text(), parse_constant=refuse)
    (record,) = JsonLines.read(path)

    assert parsed == {"step": 1, "a": "NaN", "b": "Infinity", "c": "-Infinity"}
    assert math.isnan(record.pop("a"))
    assert record == {"step": 1, "b": math.inf, "c": -math.inf}


def refuse(constant):
    raise AssertionError(constant)


def test_each_step_is_in_the_file_at_once(tmp_path):
    writer = JsonLines(tmp_path / "run.jsonl")

    writer.write(1, {"loss": 0.5})

    assert JsonLines.read(tmp_path / "run.jsonl") == [{"step": 1, "loss": 0.5}]
    writer.close()


def test_a_file_is_continued_after_a_line_that_was_cut_off(tmp_path):
    path = tmp_path / "deep" / "run.jsonl"
    writer = JsonLines(path)
    writer.write(1, {"loss": 0.5})
    writer.close()
    with path.open("a") as file:
        file.write('{"step": 2, "lo')

    writer = JsonLines(path)
    writer.write(2, {"loss": 0.25})
    writer.close()

    assert [record["loss"] for record in JsonLines.read(path)] == [0.5, 0.25]
