"""The edge of chaos, seen from Python."""

import math

import pytest

from rgcourse.widgets import EdgeOfChaos


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"sigma_w": 0.59}, "sigma_w must lie between 0.6 and 2.4, got 0.59"),
        ({"sigma_w": 2.41}, "sigma_w must lie"),
        ({"sigma_b": 0.04}, "sigma_b must lie between 0.05 and 0.8, got 0.04"),
        ({"sigma_b": math.nan}, "sigma_b must be finite"),
        ({"overlap": 1.0}, "overlap must lie between 0 and 0.99, got 1"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        EdgeOfChaos(**wrong)


def test_ends_are_allowed_and_no_two_controls_share_a_key():
    assert EdgeOfChaos(0.6, 0.05, 0).sigma_w == 0.6 and EdgeOfChaos(2.4, 0.8, 0.99).overlap == 0.99
    keys = [key for control in EdgeOfChaos().spec["controls"] for key in control["keys"]]
    assert sorted(keys) == ["c", "n", "o"]
