"""The figures of the field, seen from Python."""

import pytest

from rgcourse.widgets import FieldLab, PowerCounting


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


def test_power_counting_gives_the_page_its_terms_and_ranges():
    spec = PowerCounting().spec
    assert [(power, gradients) for _, power, gradients in spec["constants"]["terms"]] == [
        (1, 0), (2, 0), (4, 0), (6, 0), (2, 4)
    ]  # fmt: skip
    d, zoom = spec["controls"]
    assert (d["low"], d["high"], zoom["high"]) == (1, 6, spec["constants"]["zoom_max"])


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
