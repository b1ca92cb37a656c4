"""The flow near four dimensions and the Borel sums, seen from Python."""

import json

import pytest

from rgcourse.epsilon_expansion import omega_series, shell
from rgcourse.reference import entry
from rgcourse.resummation import borel_resum, lipatov_a
from rgcourse.widgets import BorelSum, EpsilonFlow


@pytest.mark.parametrize(
    "figure, wrong, message",
    [
        (EpsilonFlow, {"d": 5.0}, "d must lie between 2.5 and 4.5, got 5"),
        (EpsilonFlow, {"N": 1.5}, "N must be a whole number"),
        (EpsilonFlow, {"N": 9}, "N must lie between 0 and 4"),
        (EpsilonFlow, {"u": -0.1}, "u must lie between 0 and 0.45"),
        (EpsilonFlow, {"r": float("nan")}, "r must be finite"),
        (BorelSum, {"quantity": "gamma"}, "quantity must be one of 'nu', 'eta', 'omega'"),
        (BorelSum, {"N": 4}, "N must lie between 0 and 3"),
        (BorelSum, {"order": 7}, "order must lie between 3 and 6"),
        (BorelSum, {"b": 31.0}, "b must lie between 0 and 30"),
        (BorelSum, {"lam": -2.0}, "lam must lie between -1 and 4"),
        (BorelSum, {"d": 4.2}, "d must lie between 2 and 3.9"),
    ],
)
def test_figures_refuse(figure, wrong, message):
    with pytest.raises(ValueError, match=message):
        figure(**wrong)


def test_assignment_is_checked_too():
    flow, borel = EpsilonFlow(), BorelSum()
    with pytest.raises(ValueError, match="between 2.5 and 4.5"):
        flow.d = 1.0
    with pytest.raises(ValueError, match="one of"):
        borel.quantity = "alpha"
    assert (flow.d, borel.quantity) == (4.2, "nu")


@pytest.mark.parametrize(
    "figure, said",
    [
        (BorelSum("omega", N=3, d=2.4), "from 5 loops at d = 2.4"),
        (BorelSum("eta", order=4), "The exponent eta for N = 1 from 4 loops"),
    ],
)
def test_words(figure, said):
    assert said in figure.words()


def test_the_flow_gets_ranges_and_step_from_python():
    spec = EpsilonFlow().spec
    ends = {c["trait"]: (c["low"], c["high"]) for c in spec["controls"] if c["kind"] == "slider"}
    assert ends == {"d": (2.5, 4.5), "N": (0, 4), "r": (-0.5, 0.5), "u": (0, 0.45)}
    assert spec["constants"] == {"dl": shell.DL, "u_range": ends["u"]}


@pytest.mark.parametrize("figure", [BorelSum])
def test_the_page_has_ranges_and_sizes_from_python(figure):
    (line,) = [x for x in figure._esm.splitlines() if x.startswith("const GIVEN = ")]
    given = json.loads(line.removeprefix("const GIVEN = ").removesuffix(";"))
    if figure is BorelSum:
        assert given["growth"] == [lipatov_a(N) for N in range(4)]
    for name in {"b", "d", "lam", "r", "u"} & set(given):  # sliders end where Python refuses
        low, high = given[name]
        assert getattr(figure(**{name: low}), name) == low
        with pytest.raises(ValueError, match="must lie between"):
            figure(**{name: high + 0.01})


def test_the_page_gets_the_package_s_series_and_the_ledger_s_values():
    figure = BorelSum("omega", N=1)
    assert figure.series["omega"][1] == omega_series(1, 6).tolist()
    assert len(figure.series["omega"][2]) == 6
    item = entry("resummation.omega_1")
    assert figure.known["omega"][1] == [[3.0, item.value, item.error]]
    found = borel_resum(omega_series(1, 6), 1)
    assert figure.rule(3.0) == (found.value, found.error)
