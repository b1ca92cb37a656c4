"""The flow diagram seen from Python."""

import pytest

from rgcourse.widgets import FlowDiagram
from rgcourse.widgets.flow_diagram import critical_point


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


def test_words():
    diagram = FlowDiagram(K1=0.3, K2=0.05)
    assert "ends in order" in diagram.words() and "from K1 = 0.38" in diagram.words()


def test_the_fixed_point_of_the_page_is_the_package_s():
    assert FlowDiagram().fixed_point == pytest.approx(critical_point().couplings, abs=1e-9)
