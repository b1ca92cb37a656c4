"""The running coupling, seen from Python."""

import math

import pytest

from rgcourse.reference import entry
from rgcourse.running_couplings import M_Z
from rgcourse.widgets import RunningCoupling


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"n_f": 24.5}, "n_f must lie between 0 and 24, got 24.5"),
        ({"n_f": -0.5}, "n_f must lie between 0 and 24"),
        ({"n_f": math.nan}, "n_f must be finite"),
        ({"n_c": 6}, "n_c must lie between 2 and 5, got 6"),
        ({"n_c": 2.5}, "n_c must be a whole number"),
        ({"alpha": 0.05}, "alpha must lie between 0.06 and 0.3"),
        ({"alpha": None}, "alpha must be one real number"),
        ({"loops": 4}, "loops must be one of 1, 2, 3, got 4"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        RunningCoupling(**wrong)


def test_flavours_come_in_halves_and_ends_are_allowed():
    assert RunningCoupling(n_f=16.4).n_f == 16.5
    assert (
        RunningCoupling(n_f=24, n_c=5, alpha=0.3).n_f == 24
        and RunningCoupling(n_f=0, n_c=2).n_f == 0
    )


def test_measurements_are_the_ledger_s():
    points = RunningCoupling().spec["constants"]["measured"]
    z = entry("running.measured_z")
    assert [M_Z, z.value, z.error] in points and len(points) == 7
    assert [control["keys"] for control in RunningCoupling().spec["controls"]] == [
        [],
        ["c"],
        [],
        ["l"],
    ]
