"""The polymer under the reader's hand, seen from Python."""

import pytest

from rgcourse.walks import lattice_symmetries
from rgcourse.widgets import PivotLab


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"length": 16}, "length must lie between 32 and 2048, got 16"),
        ({"length": None}, "length must be one real number"),
        ({"pivot": 0.0}, "pivot must lie between 0.02 and 0.98"),
        ({"pivot": float("nan")}, "pivot must be finite"),
        ({"grow": True}, "grow must be one of"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        PivotLab(**wrong)


def test_a_length_between_two_goes_to_the_nearer_one_and_the_page_gets_the_group():
    assert PivotLab(length=300).length == 256
    group = PivotLab().spec["constants"]["group"]
    assert len(group) == 4 * len(lattice_symmetries(2))
    assert group[:4] == [0, 1, 1, 1]
