"""The figures of the field, seen from Python."""

import pytest

from rgcourse.field_theory import propagator
from rgcourse.widgets import FieldLab, PowerCounting


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"d": 0.5}, "d must lie between 1 and 6, got 0.5"),
        ({"start": 5}, "start must lie between -2 and 4"),
        ({"term": 23}, "term must lie between 1 and 22"),
        ({"d": float("nan")}, "d must be finite"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_power_counting_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        PowerCounting(**wrong)


def test_power_counting_gives_the_page_its_terms_and_lattices():
    spec = PowerCounting().spec
    terms = spec["constants"]["terms"]
    assert len(terms) == 22 and terms[5] == ["φ⁶", 6, 0]
    assert ["φ²(∇φ)²", 4, 2] in terms and ["(∇²φ)²", 2, 4] in terms
    assert not any(fields == 1 and gradients for _, fields, gradients in terms)
    shifts = spec["constants"]["shifts"]
    assert [b for b, _ in shifts["3"]] == [2, 3, 4, 6, 8]
    assert [b for b, _ in shifts["6"]] == [2, 3, 4]
    for d, pairs in shifts.items():
        for b, shift in pairs:
            without_mean = propagator(b, 1e-6, int(d)).ravel()[0] - 1e6 / b ** int(d)
            assert shift == pytest.approx(without_mean / 2, abs=1e-6)
    one_site = spec["constants"]["one_site"]
    assert one_site == sorted(one_site) and one_site[-1] == [3, 0]
    d, start, term = (c for c in spec["controls"] if c["kind"] == "slider")
    assert (d["low"], d["high"], start["values"][2], term["values"][3]) == (1, 6, "1", "φ⁴")


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
    assert r["marks"] == [[0, "Landau", ""]]
