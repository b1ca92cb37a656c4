"""The figures of the field, seen from Python."""

import pytest

from rgcourse.widgets import FieldLab, PowerCounting
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


def test_power_counting_words():
    figure = PowerCounting(d=3)
    assert "φ⁴ is relevant (y = 1), φ⁶ is marginal (y = 0)" in figure.words()
    figure.d = 5
    assert "φ⁴ is irrelevant (y = -1)" in figure.words()


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"r": -9.0}, "r must lie between -8 and 2, got -9"),
        ({"u": 0.0}, "u must lie between 1 and 48"),
        ({"L": 256}, "at most 128"),
        ({"L": 24}, "multiple of 16"),
        ({"seed": -1}, "seed must be at least 0"),
    ],
)
def test_lab_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        FieldLab(**wrong)


def test_the_page_has_the_ranges_of_python():
    r, u = FieldLab(L=32).spec["controls"]
    assert (r["low"], r["high"], u["low"], u["high"]) == (-8, 2, 1, 48)
    assert r["marks"] == [(0, "Landau", "")]
