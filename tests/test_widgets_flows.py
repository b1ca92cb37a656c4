"""The flow diagram seen from Python."""

import base64
import io
import json

import pytest
from PIL import Image

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


def test_still_and_words():
    diagram = FlowDiagram(K1=0.3, K2=0.05)
    data, _ = diagram._repr_mimebundle_()
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert image.width > 500 and len(data["image/png"]) < 60_000
    assert data["text/plain"] == diagram.words()
    assert "ends in order" in diagram.words() and "from K1 = 0.38" in diagram.words()
    assert diagram._repr_mimebundle_()[0] == data


def test_traits_survive_the_way_to_the_page():
    diagram = FlowDiagram()
    assert diagram.fixed_point == pytest.approx(critical_point().couplings, abs=1e-9)
    for name, trait in diagram.get_state().items():
        if name not in ("layout", "_dom_classes"):
            assert json.loads(json.dumps(trait)) == trait, name
