"""The trial lab, seen from Python."""

import pytest

from rgcourse.exact import enumerate_ising
from rgcourse.variational import block_trial
from rgcourse.widgets import TrialLab


def test_trial_and_truth():
    trial, exact = TrialLab(K=0.4, h=0.1, B=0.7, block=2).trial()
    assert trial == block_trial(0.4, 0.7, h=0.1, block=2)
    assert exact == pytest.approx(-enumerate_ising(4, 0.4, h=0.1).log_z, abs=1e-13)


def test_words():
    lab = TrialLab(K=0.3, B=0.2)
    assert "K = 0.3, h = 0" in lab.words()


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
