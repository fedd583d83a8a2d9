import jax.numpy as jnp
import pytest

from ramie.training.errors import NotAScalarError
from ramie.training.loop import Csv, JsonLines, MetricsLogger


class Kept:
    def __init__(self):
        self.rows = []
        self.closed = False

    def write(self, step, values):
        self.rows.append((step, dict(values)))

    def close(self):
        self.closed = True


def test_every_writer_gets_every_step():
    first, second = Kept(), Kept()

    with MetricsLogger(first, second) as logger:
        logger.log(1, {"loss": jnp.array(0.5)})
        logger.log(jnp.array(2), loss=0.25)

    assert first.rows == second.rows == [(1, {"loss": 0.5}), (2, {"loss": 0.25})]
    assert first.closed
    assert second.closed


def test_nothing_is_written_where_a_value_is_no_number():
    kept = Kept()

    with pytest.raises(NotAScalarError, match="losses"):
        MetricsLogger(kept).log(1, loss=0.5, losses=jnp.ones(3))
    with pytest.raises(NotAScalarError, match="the step"):
        MetricsLogger(kept).log("one", loss=0.5)

    assert kept.rows == []


def test_files_hold_the_same_records(tmp_path):
    with MetricsLogger(JsonLines(tmp_path / "a"), Csv(tmp_path / "b")) as logger:
        logger.log(1, {"train": {"loss": 0.5}})
        logger.log(2, {"train": {"loss": 0.25}, "test": {"loss": 1.0}})

    assert (
        JsonLines.read(tmp_path / "a")
        == Csv.read(tmp_path / "b")
        == [
            {"step": 1, "train/loss": 0.5},
            {"step": 2, "train/loss": 0.25, "test/loss": 1.0},
        ]
    )
