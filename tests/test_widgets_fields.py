"""The flow near four dimensions, seen from Python."""

import pytest

from rgcourse.epsilon_expansion import shell
from rgcourse.widgets import EpsilonFlow


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"d": 5.0}, "d must lie between 2.5 and 4.5, got 5"),
        ({"N": 1.5}, "N must be a whole number"),
        ({"N": 9}, "N must lie between 0 and 4"),
        ({"u": -0.1}, "u must lie between 0 and 0.45"),
        ({"u": 0.46}, "u must lie between 0 and 0.45"),
        ({"r": float("nan")}, "r must be finite"),
        ({"r": 0.51}, "r must lie between -0.5 and 0.5"),
    ],
)
def test_flow_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        EpsilonFlow(**wrong)


def test_assignment_is_checked_too():
    flow = EpsilonFlow()
    with pytest.raises(ValueError, match="between 2.5 and 4.5"):
        flow.d = 1.0
    assert flow.d == 4.2


def test_the_page_gets_ranges_and_step_from_python():
    spec = EpsilonFlow().spec
    ends = {c["trait"]: (c["low"], c["high"]) for c in spec["controls"] if c["kind"] == "slider"}
    assert ends == {"d": (2.5, 4.5), "N": (0, 4), "r": (-0.5, 0.5), "u": (0, 0.45)}
    assert spec["constants"] == {"dl": shell.DL, "u_range": ends["u"]}
