"""The figures of the field, seen from Python."""

import base64
import io
import json

import pytest
from PIL import Image

from rgcourse.widgets import PowerCounting
from rgcourse.widgets.power_counting import kind


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"d": 0.5}, "d must lie between 1 and 6, got 0.5"),
        ({"zoom": 3}, "zoom must lie between 0 and 2"),
        ({"d": float("nan")}, "d must be finite"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_power_counting_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        PowerCounting(**wrong)


def test_kinds():
    assert [kind(y) for y in (1e-3, 0.0, -2)] == ["relevant", "marginal", "irrelevant"]


def test_power_counting_still_and_words():
    figure = PowerCounting(d=3)
    data, _ = figure._repr_mimebundle_()
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert image.width > 500 and len(data["image/png"]) < 60_000
    assert "φ⁴ is relevant (y = 1), φ⁶ is marginal (y = 0)" in figure.words()
    assert data["text/plain"] == figure.words()
    figure.d = 5
    assert "φ⁴ is irrelevant (y = -1)" in figure.words()


@pytest.mark.parametrize("figure", [PowerCounting()])
def test_traits_survive_the_way_to_the_page(figure):
    for name, trait in figure.get_state().items():
        if name not in ("layout", "_dom_classes"):
            assert json.loads(json.dumps(trait)) == trait, name
