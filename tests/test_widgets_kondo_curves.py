"""The curves of many impurities, seen from Python."""

import math
import re

import numpy as np
import pytest

from rgcourse.nrg import Thermodynamics
from rgcourse.widgets import KondoCurves, kondo_curves


@pytest.fixture(scope="module")
def sweep():
    return kondo_curves.few_couplings()


def test_stored_numbers_are_the_curves(sweep):
    figure = KondoCurves(sweep)
    for k, J in enumerate(sorted(sweep)):
        T = kondo_curves.grid(figure.temperatures[k])
        entropy, t_chi = sweep[J].at(T)
        assert figure.values()[k, 0] == pytest.approx(entropy / math.log(2), abs=2e-5)
        assert figure.values()[k, 1] == pytest.approx(t_chi, abs=2e-5)
        assert sweep[J].at(figure.halves[k])[0] == pytest.approx(math.log(2) / 2, abs=2e-3)
    assert len(figure.curves) < 2 * 96 * 2 * 3 * 1.4


def test_they_collapse_at_power_one_only(sweep):
    figure = KondoCurves(sweep)
    spreads = [figure.spread(power) for power in (0, 0.5, 0.9, 1)]
    assert np.all(np.diff(spreads) < 0) and spreads[0] > 1 and spreads[-1] < 0.02


def test_words(sweep):
    figure = KondoCurves(sweep, J=0.5, power=1.0)
    assert "against T / T_K" in figure.words() and "thick: J = 0.5" in figure.words()


def test_page_and_package_place_the_points_alike():
    constants = dict(re.findall(r"^const (\w+) = ([\d.]+);", KondoCurves._esm, re.MULTILINE))
    pair = re.search(r"\[LOWEST, HIGHEST\] = \[([\d.]+), ([\d.]+)\]", KondoCurves._esm).groups()
    assert int(constants["POINTS"]) == kondo_curves.POINTS
    assert int(constants["UNIT"]) == kondo_curves.UNIT
    assert tuple(map(float, pair)) == (kondo_curves.LOWEST, kondo_curves.HIGHEST)


def test_refusals(sweep):
    one = {0.4: sweep[0.4]}
    short = Thermodynamics(*(a[len(a) // 3 :] for a in vars(sweep[0.4]).values()))
    for call, message in [
        (lambda: KondoCurves(one), "at least two J"),
        (lambda: KondoCurves(sweep, J=1.0), "J must lie between 0.3 and 0.5"),
        (lambda: KondoCurves(sweep, power=2), "power must lie between 0 and 1"),
        (lambda: KondoCurves({0.3: sweep[0.3], 0.4: short}), "use more sites"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
