"""The plane of the Kondo couplings, seen from Python."""

import pytest

from rgcourse import poor_mans_scaling
from rgcourse.widgets import KondoFlow


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"g_z": 1.5}, "g_z must lie between -1 and 1, got 1.5"),
        ({"g_perp": -0.1}, "g_perp must lie between 0 and 1"),
        ({"loops": [1, 2]}, "loops must be one of 1, 2, got"),
        ({"loops": 3}, "loops must be one of 1, 2, got 3"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        KondoFlow(**wrong)


def test_page_and_package_step_alike():
    spec = KondoFlow().spec
    steps = {"relative_step": poor_mans_scaling.RELATIVE_STEP,
             "max_step": poor_mans_scaling.MAX_STEP}  # fmt: skip
    assert spec["constants"] == {"g_max": 1.0, "decades": 15.0} | steps
    assert [control["keys"] for control in spec["controls"]] == [[], [], ["t"]]
