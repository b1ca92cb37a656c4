"""The trial lab, seen from Python."""

import pytest

from rgcourse import exact, variational
from rgcourse.widgets import TrialLab


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"K": -0.1}, "K must lie between 0 and 0.7"),
        ({"h": 0.6}, "h must lie between -0.5 and 0.5"),
        ({"B": float("nan")}, "B must be finite"),
        ({"B": 4.0}, "B must lie between -3 and 3"),
        ({"block": 3}, "block must be one of 1, 2, 4, 16, got 3"),
        ({"block": 2.5}, "block must be one of 1, 2, 4, 16, got 2.5"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        TrialLab(**wrong)


def test_assignment_is_checked_too():
    lab = TrialLab()
    with pytest.raises(ValueError, match="between 0 and 0.7"):
        lab.K = 1.0
    assert lab.K == 0.3


def test_the_page_is_told_the_blocks_and_the_critical_coupling():
    constants = TrialLab().spec["constants"]
    assert constants["blocks"] == [[n, *shape] for n, shape in variational.BLOCKS.items()]
    assert constants["critical"] == exact.CRITICAL_K
    assert (constants["sites"], constants["max_B"], constants["rate"]) == (16, 3, 0.2)
