"""The designer's figure and the glass of water seen from Python."""

import pytest

from rgcourse.mcrg import PRESET_MAGNETS, PRESET_RULES
from rgcourse.widgets import DesignRG, GlassOfWater
from rgcourse.widgets.design_rg import MAGNETS

STEPS = [[2.0, 0.1], [0.0, 0.3]], [[3.7]]


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"rule": "minority"}, "rule must be one of majority"),
        ({"rule": [0, 1]}, "rule must be 16 numbers"),
        ({"rule": [0.25] * 16}, "0.5 for a coin"),
        ({"magnet": "cubic"}, "magnet must be one of 'square'"),
        ({"ratio": 2}, "ratio must lie between 0.9 and 1.1, got 2"),
        ({"h": -1}, "h must lie between 0 and 0.05, got -1"),
        ({"zoom": 4}, "zoom must lie between 1 and 3"),
        ({"plane": "K"}, "plane must be one of"),
    ],
)
def test_designs_that_are_none_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        DesignRG(**wrong)


def test_a_rule_is_checked_on_assignment_too():
    figure = DesignRG("max-pool")
    assert figure.rule == PRESET_RULES["max-pool"].tolist()
    with pytest.raises(ValueError, match="rule must be 16 numbers"):
        figure.rule = [1.0]


def test_every_magnet_has_words():
    assert set(MAGNETS) == set(PRESET_MAGNETS)


def test_a_glass_needs_two_directions_that_grow():
    with pytest.raises(ValueError, match="odd step must have one eigenvalue above 1"):
        GlassOfWater(STEPS[0], [[0.5]])
    with pytest.raises(ValueError, match="even step must have one eigenvalue above 1"):
        GlassOfWater([[2.0, 0.0], [0.0, 1.5]], STEPS[1])
    with pytest.raises(ValueError, match="T must be a square matrix"):
        GlassOfWater([1.0], STEPS[1])
    assert GlassOfWater(*STEPS).constants["kinds"] == ["odd", "even", "even"]
