"""The flow diagram seen from Python."""

import math

import pytest

from rgcourse.couplings import niemeijer_van_leeuwen
from rgcourse.widgets import FlowDiagram


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"K1": 0.6}, "K1 must lie between 0 and 0.5, got 0.6"),
        ({"K2": -0.2}, "K2 must lie between -0.16 and 0.16"),
        ({"K3": float("nan")}, "K3 must be finite"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_diagram_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        FlowDiagram(**wrong)


def test_assignment_is_checked_too():
    diagram = FlowDiagram()
    with pytest.raises(ValueError, match="between 0 and 0.5"):
        diagram.K1 = -0.1
    assert diagram.K1 == 0.1


def test_the_fixed_point_of_the_page_is_a_fixed_point():
    constants = FlowDiagram().spec["constants"]
    K = constants["fixed_point"]
    assert niemeijer_van_leeuwen(K, order=2) == pytest.approx(K, abs=1e-8)
    assert K[0] == pytest.approx(0.279, abs=1e-3)
    assert constants["exact_K1"] == pytest.approx(math.log(3) / 4, abs=1e-15)
