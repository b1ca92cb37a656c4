"""What is known exactly: the Anderson model at T = 0 by Bethe ansatz; the level without U.

References
----------
V. Zlatic and B. Horvatic, Phys. Rev. B 28, 6904 (1983), doi:10.1103/PhysRevB.28.6904.
N. Andrei and J. H. Lowenstein, Phys. Rev. Lett. 46, 356 (1981), doi:10.1103/PhysRevLett.46.356.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .. import _checks
from ..nrg import (
    Thermodynamics,
    WilsonChain,
    anderson_impurity,
    free_levels,
    free_thermodynamics,
)

__all__ = ["WILSON_NUMBER", "FermiLiquid", "bethe_ansatz", "resonant_level"]

WILSON_NUMBER = math.exp(np.euler_gamma + 0.25) / math.pi**1.5  # 0.4107 = 4 T_K chi(T = 0)
MIN_TERMS = 80  # of the series, beyond 4 u: they fall like (u pi**2 / 8 n)**n


@dataclass(frozen=True)
class FermiLiquid:
    """An impurity at T = 0: spin susceptibility, specific-heat coefficient, Wilson ratio.

    Parameters
    ----------
    chi : float
        chi(T = 0), in (g mu_B)**2 / D.
    gamma : float
        lim C / T, in 1 / D, k_B = 1.
    """

    chi: float
    gamma: float

    @property
    def wilson_ratio(self) -> float:
        """R = (4 pi**2 / 3) chi / gamma: 1 without interaction, 2 for the Kondo model."""
        return 4 * math.pi**2 / 3 * self.chi / self.gamma


def bethe_ansatz(U: float, Gamma: float) -> FermiLiquid:
    """The exact `FermiLiquid` of the symmetric Anderson model in a wide band.

        chi = sum_n C_n u**n / (2 pi Gamma),  gamma = (2 pi / 3 Gamma) sum_{n even} C_n u**n,
        C_n = (2n - 1) C_{n-1} - (pi/2)**2 C_{n-2},  C_0 = C_1 = 1,  u = U / (pi Gamma).

    The C_n fall off so fast that the series converges for every u, but the recursion must be run
    downwards: upwards it picks up a second solution that grows.

    Parameters
    ----------
    U, Gamma : float
        Repulsion, not negative, and half width, positive; in the same unit.

    Raises
    ------
    ValueError
        If U is negative, Gamma not positive, or U / (pi Gamma) > 30.

    Examples
    --------
    Without interaction chi = 1 / (2 pi Gamma) and R = 1.

    >>> level = bethe_ansatz(0.0, 0.5)
    >>> round(level.chi * math.pi, 12), round(level.wilson_ratio, 12)
    (1.0, 1.0)
    """
    U, Gamma = _checks.finite("U", U), _checks.finite("Gamma", Gamma)
    if U < 0 or Gamma <= 0:
        raise ValueError(f"U must not be negative and Gamma positive, got U = {U}, Gamma = {Gamma}")
    u = U / (math.pi * Gamma)
    if u > 30:
        raise ValueError(f"U / (pi Gamma) must be at most 30, got {u:g}")
    n_terms = MIN_TERMS + int(4 * u)
    ratio = np.zeros(n_terms + 1)  # C_n / C_{n-1}, down from where it is practically zero
    for n in range(n_terms, 1, -1):
        ratio[n - 1] = (math.pi / 2) ** 2 / (2 * n - 1 - ratio[n])
    terms = np.concatenate([[1.0], np.cumprod(u * ratio[1:])])
    return FermiLiquid(
        float(terms.sum() / (2 * math.pi * Gamma)),
        float(2 * math.pi / (3 * Gamma) * terms[::2].sum()),
    )


def resonant_level(
    Gamma: float, chain: WilsonChain, T: ArrayLike, *, delta: float = 0.0
) -> Thermodynamics:
    """The exact `Thermodynamics` of a level without interaction at the end of the given chain.

    All levels of the quadratic Hamiltonian are calculated, with and without the impurity, and
    filled at each temperature: no truncation, no average over even and odd.

    Parameters
    ----------
    Gamma : float
        Half width, in units of D; V**2 gets the same band correction as in `anderson_flow`.
    chain : WilsonChain
        Long enough that its level spacing is below the lowest T.
    T : array
        Temperatures, in units of D, in any order: row i of the result belongs to T[i].
    delta : float
        Energy of the level.

    Raises
    ------
    ValueError
        If Gamma is negative, or T is not positive or below what the chain resolves, or there is
        none.
    """
    if not isinstance(chain, WilsonChain):
        raise ValueError(
            f"chain must be a WilsonChain, such as flat_chain(2.5, 30), got {type(chain).__name__}"
        )
    temperatures = np.atleast_1d(_checks.finite_array("T", T))
    if temperatures.size == 0:
        raise ValueError("T must hold at least one temperature, got none")
    if temperatures.min() < 4 * chain.scale[-1]:
        raise ValueError(
            f"T = {temperatures.min():.3g} is below 4 times the chain's last energy "
            f"{chain.scale[-1]:.3g}; use more sites"
        )
    V = anderson_impurity(0.0, Gamma, chain.Lambda, delta=delta).coupling
    with_level = free_levels([V, *chain.hoppings], [delta, *chain.onsite])
    without = chain.levels(chain.n_sites)
    share = [
        np.subtract(free_thermodynamics(with_level, t), free_thermodynamics(without, t))
        for t in temperatures.ravel()
    ]
    entropy, t_chi = np.array(share).T.reshape(2, *temperatures.shape)
    return Thermodynamics(temperatures, entropy, t_chi)
