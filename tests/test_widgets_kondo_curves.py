"""The curves of many impurities, seen from Python."""

import base64
import math

import numpy as np
import pytest

from rgcourse.nrg import Thermodynamics
from rgcourse.widgets import KondoCurves, kondo_curves


@pytest.fixture(scope="module")
def sweep():
    return kondo_curves.few_couplings()


def stored_values(figure):
    """Entropy / ln 2 and t_chi of every curve as the page gets them, shape (n, 2, POINTS)."""
    data = np.frombuffer(base64.b64decode(figure.curves), "<u2") / kondo_curves.UNIT
    return data.reshape(len(figure.couplings), 2, kondo_curves.POINTS)


def test_stored_numbers_are_the_curves(sweep):
    figure = KondoCurves(sweep)
    for k, J in enumerate(sorted(sweep)):
        T = kondo_curves.grid(figure.temperatures[k])
        entropy, t_chi = sweep[J].at(T)
        assert stored_values(figure)[k, 0] == pytest.approx(entropy / math.log(2), abs=2e-5)
        assert stored_values(figure)[k, 1] == pytest.approx(t_chi, abs=2e-5)
        assert sweep[J].at(figure.halves[k])[0] == pytest.approx(math.log(2) / 2, abs=2e-3)
    assert len(figure.curves) < 2 * 96 * 2 * 3 * 1.4


def test_they_collapse_at_power_one_only(sweep):
    figure = KondoCurves(sweep)
    spreads = [figure.spread(power) for power in (0, 0.5, 0.9, 1)]
    assert np.all(np.diff(spreads) < 0) and spreads[0] > 1 and spreads[-1] < 0.02


def test_the_page_gets_the_table_s_sizes_and_the_sweep_s_couplings(sweep):
    spec = KondoCurves(sweep).spec
    J, power = spec["controls"]
    assert (J["low"], J["high"], J["step"], J["fine"]) == (0.3, 0.5, 0.1, 0.1)
    assert [(mark[0], mark[2]) for mark in power["marks"]] == [(0, "t"), (1, "k")]
    assert spec["constants"] == {"points": 96, "lowest": 0.01, "highest": 0.4, "unit": 32768}
    assert "3 Kondo impurities, J = 0.3 to 0.5" in spec["legend"]


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
