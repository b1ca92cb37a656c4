"""The figure of Monte Carlo RG seen from Python."""

import pytest

from rgcourse.widgets import MonteCarloRG


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"L": 48}, "L must be one of 16, 32, 64, got 48"),
        ({"K": 0.5}, "K must lie between 0.42 and 0.46, got 0.5"),
        ({"L": 16, "blocking": 3}, "blocking must lie between 1 and 2, got 3"),
        ({"sector": "strange"}, "sector must be one of 'even', 'odd'"),
        ({"even": ["m"]}, "each of even must be one of 'nn'"),
        ({"odd": []}, "odd must name at least one operator of m, corner"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"predict": ("why?",)}, "question, answer, other answer"),
    ],
)
def test_figure_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        MonteCarloRG(**wrong)


def test_assignment_is_checked_too():
    figure = MonteCarloRG()
    with pytest.raises(ValueError, match="between 1 and 4"):
        figure.blocking = 5
    figure.even = ["(2,1)", "nn"]
    assert figure.even == ["nn", "(2,1)"]  # in the order of the labels


def test_words():
    figure = MonteCarloRG(L=32, sector="odd")
    assert "y_h" in figure.words() and "4 odd operators" in figure.words()


def test_spectra_of_the_still_are_near_the_exact_exponent(z_within):
    for eigenvalues, first in MonteCarloRG(L=32).spectra()[1:2]:
        z_within([first.z_score(1.0)])
        assert sum(abs(eigenvalues) > 1) == 1
