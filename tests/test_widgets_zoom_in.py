"""The figure that grows a magnet, seen from Python."""

import numpy as np
import pytest

from rgcourse.results import stored_run
from rgcourse.widgets import ZoomIn
from rgcourse.widgets.zoom_in import TRAINED, TRUE_ENERGY


@pytest.mark.parametrize("wrong, message", [
    ({"parent": 4.1}, "parent must lie between 0 and 4, got 4.1"),
    ({"near": -0.1}, "near must lie between 0 and 1.5"),
    ({"fine": float("nan")}, "fine must be finite"),
    ({"seed": -1}, "seed must be at least 0"),
])  # fmt: skip
def test_figure_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        ZoomIn(**wrong)


def test_doublings_are_bounded():
    with pytest.raises(Exception, match="doublings"):
        ZoomIn(doublings=10)
    assert ZoomIn(doublings=9).doublings == 9


@pytest.mark.parametrize("value, message", [
    (10, "doublings must be at most 9, got 10"),
    (-1, "doublings must be at least 0, got -1"),
    (2.5, "doublings must be a whole number, got 2.5"),
    (True, "doublings must be a whole number, got True"),
    ("many", "doublings must be a whole number"),
    (None, "doublings must be a whole number"),
])  # fmt: skip
def test_doublings_say_what_was_got(value, message):
    figure = ZoomIn()
    with pytest.raises(ValueError, match=message):
        ZoomIn(doublings=value)
    with pytest.raises(ValueError, match=message):
        figure.doublings = value
    for fine in (0, 9, np.int64(9), np.uint8(3)):
        figure.doublings = fine
        assert figure.doublings == fine and type(figure.doublings) is int


def test_the_marks_are_the_rule_that_the_long_run_has_trained():
    run = stored_run("zoom_rules")
    drawn, parent, near = run["trained rule"].mean(axis=0)
    assert TRAINED == pytest.approx({"parent": parent, "near": near, "fine": drawn}, abs=0.002)
    assert TRUE_ENERGY == pytest.approx(run["true E"].mean(), abs=0.001)
    assert "\u22121.39" in ZoomIn().legend
