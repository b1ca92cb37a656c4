"""Grids shifted by z: every one of them gives the same impurity, at its own temperatures."""

import numpy as np
import pytest

from rgcourse.kondo import impurity_thermodynamics, kondo_flow, kondo_temperature
from rgcourse.nrg import shell_thermodynamics


@pytest.mark.parametrize("z", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("Lambda, n_sites, within", [(3.0, 25, 0.003), (5.0, 18, 0.008)])
def test_universal_curve_does_not_know_the_shift(Lambda, n_sites, within, z):
    """S(T_K) = 0.5525 ln 2, S(10 T_K) = 0.8981 ln 2 and T chi (10 T_K) = 0.1522, whatever z."""
    shifted = impurity_thermodynamics(
        kondo_flow(0.4, Lambda=Lambda, n_sites=n_sites, n_keep=400, z=z)
    )
    T_K = kondo_temperature(shifted)
    assert T_K == pytest.approx(3.4e-3, rel=0.25)
    entropy, t_chi = shifted.at(np.array([1, 10]) * T_K)
    assert entropy / np.log(2) == pytest.approx([0.5525, 0.8981], abs=within)
    assert t_chi[1] == pytest.approx(0.1522, abs=within / 4)


def test_temperatures_follow_the_grid():
    base, shifted = (
        shell_thermodynamics(kondo_flow(0.4, Lambda=3.0, n_sites=20, n_keep=50, z=z))
        for z in (1.0, 0.4)
    )
    assert np.allclose(shifted.T / base.T, 3.0**0.6, rtol=1e-6)
