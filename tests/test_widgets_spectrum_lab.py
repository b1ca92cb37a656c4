"""The laboratory of spectra, seen from Python."""

import pytest

from rgcourse.widgets import SpectrumLab


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"a": 1.09}, "a must lie between 1.1 and 3, got 1.09"),
        ({"a": 3.01}, "a must lie between 1.1 and 3"),
        ({"b": 1.0}, "b must lie between 1.1 and 8, got 1"),
        ({"b": None}, "b must be one real number"),
        ({"P": 3}, "P must lie between 4 and 128, got 3"),
        ({"P": 129}, "P must lie between 4 and 128"),
        ({"ridge": 6}, "ridge must lie between 0 and 5, got 6"),
        ({"ridge": 0.1}, "ridge must be a whole number"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        SpectrumLab(**wrong)


def test_ends_are_allowed_and_examples_go_to_the_nearest():
    figure = SpectrumLab(a=1.1, b=8, P=100, ridge=5)
    assert (figure.a, figure.b, figure.P, figure.ridge) == (1.1, 8, 128, 5)
    figure.P = 5
    assert figure.P == 4
    assert SpectrumLab(a=3, b=1.1).ridge == 0


def test_the_page_knows_the_ridges_by_the_names_that_are_shown():
    figure = SpectrumLab()
    (shown,) = [c["values"] for c in figure.spec["controls"] if c["trait"] == "ridge"]
    assert [float(x) for x in shown] == figure.spec["constants"]["ridges"]
    most = max(figure.spec["constants"]["examples"])
    assert most < figure.spec["constants"]["D"], "else there is no regression without a ridge"
