"""The curves of many impurities, seen from Python."""

import math

import numpy as np
import pytest
from kondo_examples import frozen_spin, stored_values

from rgcourse.nrg import Thermodynamics
from rgcourse.widgets import KondoCurves, kondo_curves


@pytest.fixture(scope="module")
def sweep():
    return kondo_curves.few_couplings()


@pytest.fixture(scope="module")
def frozen():
    return frozen_spin()


def test_stored_numbers_are_the_curves(sweep):
    figure = KondoCurves(sweep)
    for k, J in enumerate(sorted(sweep)):
        T = kondo_curves.grid(figure.lowest[k])
        entropy, t_chi = sweep[J].at(T)
        assert stored_values(figure)[k, 0] == pytest.approx(entropy / math.log(2), abs=2e-5)
        assert stored_values(figure)[k, 1] == pytest.approx(4 * t_chi, abs=2e-5)
    assert len(figure.curves) < 2 * 96 * 2 * 3 * 1.4


def test_others_stand_after_the_kondo_impurities(sweep, frozen):
    T = np.geomspace(1e-7, 0.45, 50)
    free = Thermodynamics(T, np.full(50, math.log(2)), np.full(50, 0.26))
    figure = KondoCurves({"a spin": frozen, -0.4: free} | sweep, J=0.4)
    assert figure.names == ["J = 0.3", "J = 0.4", "J = 0.5", "J = -0.4", "a spin"]
    assert figure.curve == 1
    assert figure.inverse == pytest.approx([2 / 0.3, 2 / 0.4, 2 / 0.5, 0, 0])
    assert figure.temperatures[3] == 0 < figure.temperatures[4]
    assert KondoCurves(sweep | {"a spin": frozen}, J="a spin").curve == 3
    assert KondoCurves(sweep | {"a spin": frozen}).curve == 2


def test_scaling_of_the_page_is_that_of_poor_man(sweep):
    x, one, two = np.array(KondoCurves(sweep).laws).T
    assert (x[0], x[-1]) == pytest.approx((2 / 0.5, 2 / 0.3))
    assert (one[-1], two[-1]) == (0, 0)
    assert 10 ** one[0] == pytest.approx(math.exp(2 / 0.3 - 2 / 0.5))
    assert 10 ** (two[0] - one[0]) == pytest.approx(math.sqrt(0.5 / 0.3))


def test_the_page_gets_the_table_s_sizes_and_the_sweep_s_names(sweep):
    spec = KondoCurves(sweep).spec
    curve, shift, quantity = spec["controls"]
    assert (curve["low"], curve["high"], curve["step"]) == (1, 2, 1)
    assert (shift["low"], shift["high"], shift["fine"]) == (-7, 1, 0.01)
    assert [value for value, _ in quantity["options"]] == ["entropy", "t_chi"]
    assert spec["constants"] == {"points": 96, "highest": 0.4, "edge": 0.01, "unit": 32768}
    assert "3 impurities" in spec["legend"] and "Thick: J = 0.3" in spec["legend"]


def test_refusals(sweep, frozen):
    one = {0.4: sweep[0.4]}
    short = Thermodynamics(*(a[len(a) // 3 :] for a in vars(sweep[0.4]).values()))
    for call, message in [
        (lambda: KondoCurves(one), "at least two J"),
        (lambda: KondoCurves(one | {"a spin": frozen}), "at least two J"),
        (lambda: KondoCurves(sweep, J=1.0), "J must be one of 0.4, 0.5, got 1"),
        (lambda: KondoCurves(sweep, J=0.3), "the thick one"),
        (lambda: KondoCurves(sweep, shift=2), "shift must lie between -7 and 1"),
        (lambda: KondoCurves(sweep, quantity="heat"), "quantity must be one of"),
        (lambda: KondoCurves({0.3: sweep[0.3], 0.4: short}), "use more sites"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
