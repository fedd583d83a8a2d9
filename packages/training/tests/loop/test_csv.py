import math

import pytest

from ramie.training.loop import Csv


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "run.csv"


def write(path, *rows):
    writer = Csv(path)
    for step, values in rows:
        writer.write(step, values)
    writer.close()


def test_a_row_is_in_the_file_at_once(path):
    writer = Csv(path)

    writer.write(1, {"loss": 0.5})

    assert path.read_text() == "step,loss\n1,0.5\n"
    writer.close()


def test_new_names_add_columns_and_fields_may_be_empty(path):
    write(path, (1, {"loss": 0.5}), (2, {"accuracy": 1.0, "n": 3}), (3, {"loss": 0.1}))

    assert path.read_text().splitlines() == [
        "step,loss,accuracy,n",
        "1,0.5,,",
        "2,,1.0,3",
        "3,0.1,,",
    ]
    assert Csv.read(path)[1] == {"step": 2, "accuracy": 1.0, "n": 3}
    assert [file.name for file in path.parent.iterdir()] == ["run.csv"]


def test_a_file_is_continued(path):
    write(path, (1, {"loss": 0.5}))

    write(path, (2, {"loss": 0.25, "accuracy": 1.0}))

    assert Csv.read(path) == [
        {"step": 1, "loss": 0.5},
        {"step": 2, "loss": 0.25, "accuracy": 1.0},
    ]


def test_an_empty_file_gets_columns(path):
    path.parent.mkdir()
    path.touch()

    write(path, (1, {"loss": 0.5}))

    assert Csv.read(path) == [{"step": 1, "loss": 0.5}]


def test_names_and_numbers_of_all_kinds_come_back(path):
    write(path, (1, {'a, "quoted" name': math.inf, "b\nc": -1e-300, "n": 2**60}))

    assert Csv.read(path) == [
        {"step": 1, 'a, "quoted" name': math.inf, "b\nc": -1e-300, "n": 2**60}
    ]


def test_not_a_number_comes_back(path):
    write(path, (1, {"loss": math.nan}))

    assert math.isnan(Csv.read(path)[0]["loss"])
