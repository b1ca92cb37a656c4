"""The figure of Monte Carlo RG seen from Python."""

import numpy as np
import pytest

from rgcourse.operators import EVEN_LABELS, terms_of
from rgcourse.widgets import MonteCarloRG
from rgcourse.widgets.monte_carlo_rg import SECTORS


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


def test_the_page_has_the_same_ranges_and_operators():
    figure = MonteCarloRG(L=32)
    controls = {control["trait"]: control for control in figure.spec["controls"]}
    assert (controls["blocking"]["low"], controls["blocking"]["high"]) == (1, 3)
    assert [value for value, _ in controls["sector"]["options"]] == list(SECTORS)
    even = figure.spec["constants"]["sectors"]["even"]
    assert tuple(even["labels"]) == EVEN_LABELS and even["exact"] == 1.0
    assert np.array_equal(np.ravel(even["terms"]), terms_of(True, 2))
    assert {"even", "odd"} <= set(figure.spec["follows"])
    assert dict(figure.spec["plots"])["exponents"]["x"]["high"] == figure.blockings + 0.5
