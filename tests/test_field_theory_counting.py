"""Landau's minimum, power counting and the Ginzburg criterion, against algebra done elsewhere."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from rgcourse.field_theory import (
    coupling_dimension,
    ginzburg_r,
    ginzburg_ratio,
    landau_magnetization,
    upper_critical_dimension,
)


@pytest.mark.parametrize("d", [1, 2, 2.5, 3, 4, 5])
@pytest.mark.parametrize("power, derivatives", [(1, 0), (2, 0), (2, 2), (4, 0), (4, 2), (6, 0)])
def test_dimension_from_rescaling(d, power, derivatives):
    """The lattice of b-blocks: volume b**d, lengths b, and fields such that the gradient stays."""
    b, zeta = 2.0, 2.0 ** ((d - 2) / 2)  # phi -> phi / zeta
    grown = b**d * zeta**-power * b**-derivatives
    assert coupling_dimension(d, power, derivatives) == pytest.approx(np.log2(grown), abs=1e-14)


@pytest.mark.parametrize("power", [3, 4, 5, 6, 8])
def test_marginal_at_the_upper_critical_dimension(power):
    d = upper_critical_dimension(power)
    assert d == pytest.approx(float(Fraction(2 * power, power - 2)), abs=1e-15)
    assert coupling_dimension(d, power) == pytest.approx(0, abs=1e-14)
    assert coupling_dimension(d - 0.1, power) > 0 > coupling_dimension(d + 0.1, power)


@pytest.mark.parametrize("r, u", [(-1.0, 6.0), (-0.37, 0.2), (0.5, 3.0)])
def test_landau_is_the_minimum(r, u):
    found = minimize_scalar(lambda m: r / 2 * m**2 + u / 24 * m**4, bounds=(0, 20),
                            method="bounded", options={"xatol": 1e-10})  # fmt: skip
    assert landau_magnetization(r, u) == pytest.approx(found.x, abs=1e-6)
    assert landau_magnetization(np.array([r, 1.0]), u)[1] == 0


@pytest.mark.parametrize("d, solid_angle", [(1, 2), (2, 2 * np.pi), (3, 4 * np.pi)])
def test_ginzburg_ratio_is_fluctuation_over_order(d, solid_angle):
    """chi = integral of G(x) and xi from the propagator of fluctuations around Landau's minimum."""
    r, u = -0.08, 0.3
    m2 = landau_magnetization(r, u) ** 2
    curvature = r + u / 2 * m2
    chi, xi = 1 / curvature, curvature**-0.5
    assert ginzburg_ratio(r, u, d) == pytest.approx(chi / xi**d / m2, rel=1e-13)
    # the second moment of exp(-x / xi) / x**(d - 1) ... in d = 1 and 3 gives back the same xi
    if d != 2:
        decay = [quad(lambda x, k=k: x**k * np.exp(-x / xi) / x ** ((d - 1) / 2) * x ** (d - 1),
                      0, np.inf)[0] for k in (0, 2)]  # fmt: skip
        assert decay[1] / decay[0] / (2 * d) == pytest.approx(xi**2, rel=1e-6)


def test_ginzburg_r_is_where_the_ratio_is_one():
    for u, d in [(0.3, 1), (6.0, 2), (0.01, 3), (0.5, 3.5)]:
        assert ginzburg_ratio(ginzburg_r(u, d), u, d) == pytest.approx(1, rel=1e-12)
    assert ginzburg_ratio(-1e-9, 0.3, 5) < ginzburg_ratio(-1e-3, 0.3, 5)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: coupling_dimension(0, 4), "d must be above 0, got 0"),
        (lambda: coupling_dimension(3, 0), "power must be at least 1"),
        (lambda: coupling_dimension(3, 2, -1), "derivatives must be at least 0"),
        (lambda: upper_critical_dimension(2), "power must be at least 3"),
        (lambda: landau_magnetization(-1.0, 0.0), "u must be above 0"),
        (lambda: ginzburg_ratio(0.1, 1.0, 3), "r must be below 0"),
        (lambda: ginzburg_r(1.0, 4), "below four dimensions only, got d = 4; use ginzburg_ratio"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
