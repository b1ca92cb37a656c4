"""The flow near four dimensions, seen from Python."""

import json

import pytest

from rgcourse.widgets import EpsilonFlow, FieldLab, PowerCounting
from rgcourse.widgets.power_counting import TERMS


@pytest.mark.parametrize(
    "figure, wrong, message",
    [
        (EpsilonFlow, {"d": 5.0}, "d must lie between 2.5 and 4.5, got 5"),
        (EpsilonFlow, {"N": 1.5}, "N must be a whole number"),
        (EpsilonFlow, {"N": 9}, "N must lie between 0 and 4"),
        (EpsilonFlow, {"u": -0.1}, "u must lie between 0 and 0.45"),
        (EpsilonFlow, {"r": float("nan")}, "r must be finite"),
    ],
)
def test_figures_refuse(figure, wrong, message):
    with pytest.raises(ValueError, match=message):
        figure(**wrong)


def test_assignment_is_checked_too():
    flow = EpsilonFlow()
    with pytest.raises(ValueError, match="between 2.5 and 4.5"):
        flow.d = 1.0
    assert flow.d == 4.2


@pytest.mark.parametrize(
    "figure, said",
    [
        (EpsilonFlow(d=4.3), "Gauss's rules, with exponents 2.000 and -0.300"),
        (EpsilonFlow(d=3.0, N=2), "r = -0.250, u = 0.300; Wilson and Fisher's rules"),
    ],
)
def test_words(figure, said):
    assert said in figure.words()


@pytest.mark.parametrize("figure", [EpsilonFlow, FieldLab, PowerCounting])
def test_the_page_has_ranges_and_sizes_from_python(figure):
    (line,) = [x for x in figure._esm.splitlines() if x.startswith("const GIVEN = ")]
    given = json.loads(line.removeprefix("const GIVEN = ").removesuffix(";"))
    if figure is PowerCounting:
        assert given["terms"] == [list(term) for term in TERMS]
    for name in {"b", "d", "lam", "r", "u"} & set(given):  # sliders end where Python refuses
        low, high = given[name]
        assert getattr(figure(**{name: low}), name) == low
        with pytest.raises(ValueError, match="must lie between"):
            figure(**{name: high + 0.01})
