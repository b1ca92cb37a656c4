"""The laboratory of tensors, seen from Python."""

import pytest

from rgcourse.exact import CRITICAL_T
from rgcourse.tensor_rg import live
from rgcourse.widgets import TensorLab


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"T": 1.79}, "T must lie between 1.8 and 2.8, got 1.79"),
        ({"T": 2.81}, "T must lie between 1.8 and 2.8"),
        ({"T": None}, "T must be one real number"),
        ({"chi": 1}, "chi must lie between 2 and 16, got 1"),
        ({"chi": 17}, "chi must lie between 2 and 16, got 17"),
        ({"chi": 8.0}, "chi must be a whole number"),
        ({"corners": "yes"}, "corners must be one of False, True"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        TensorLab(**wrong)


@pytest.mark.parametrize("T", [1.8, 2.0, CRITICAL_T, 2.8])
@pytest.mark.parametrize("chi", [2, 16])
def test_ends_of_the_ranges(T, chi):
    lab = TensorLab(T=T, chi=chi)
    assert (lab.T, lab.chi, lab.corners) == (T, chi, False)


def test_page_and_package_know_the_same_sizes():
    lab = TensorLab(corners=True)
    constants = lab.spec["constants"]
    assert (constants["most"], constants["legs"]) == (live.MOST, 2 * live.NEW)
    assert constants["exact"] == [["1/8", 0.125], ["1", 1.0], ["9/8", 1.125]]
    assert constants["T_c"] == lab.T == CRITICAL_T
    marks = lab.spec["controls"][0]["marks"]
    assert [(mark[1], mark[2]) for mark in marks] == [("Tc", "c"), ("2.0", "o"), ("2.5", "d")]
    keys = [key for control in lab.spec["controls"] for key in control["keys"]]
    assert keys == ["+", "-", "l"]
