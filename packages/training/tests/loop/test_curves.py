import sys

import pytest

from ramie.training.errors import MissingExtraError, NothingToDrawError
from ramie.training.loop import draw_curves

pytest.importorskip("matplotlib")

RECORDS = [
    {"step": n, "train/loss": 1 / n, "test/loss": 2 / n, "rate": 0.1, "n": n}
    for n in range(1, 31)
] + [{"step": 31, "test/accuracy": 0.5}]


def lines(panel):
    return {line.get_label(): line.get_xydata().tolist() for line in panel.lines}


def test_each_quantity_has_a_panel_and_each_name_a_curve():
    figure = draw_curves(RECORDS)

    panels = {panel.get_ylabel(): panel for panel in figure.axes}
    assert list(panels) == ["loss", "rate", "n", "accuracy"]
    assert list(lines(panels["loss"])) == ["train", "test"]
    assert lines(panels["accuracy"]) == {"test": [[31.0, 0.5]]}
    assert lines(panels["loss"])["test"][1] == [2.0, 1.0]
    assert panels["loss"].get_legend() is not None
    assert panels["rate"].get_legend() is None


def test_names_choose_what_is_drawn():
    figure = draw_curves(RECORDS, names=["test/loss", "n"], title="run 7")

    assert [panel.get_ylabel() for panel in figure.axes] == ["loss", "n"]
    assert figure.get_suptitle() == "run 7"


def test_scales_can_be_logarithmic():
    loss, *others = draw_curves(RECORDS, log_scale=["loss"]).axes

    assert loss.get_yscale() == "log"
    assert {panel.get_yscale() for panel in others} == {"linear"}


def test_the_picture_is_saved(tmp_path):
    draw_curves(RECORDS, tmp_path / "curves.png")

    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("records", "names", "named"),
    [([], None, "any name"), (RECORDS, ["n", "accuracy"], "'accuracy'")],
)
def test_what_has_no_point_is_named(records, names, named):
    with pytest.raises(NothingToDrawError, match=named):
        draw_curves(records, names=names)


def test_the_extra_is_named_where_the_library_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)

    with pytest.raises(MissingExtraError, match=r"ramie-training\[plots\]"):
        draw_curves(RECORDS)
