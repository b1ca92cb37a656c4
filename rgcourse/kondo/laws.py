"""From thermodynamics to the numbers that are compared: T = 0 limits, Wilson ratio, laws for T_K.

References
----------
K. G. Wilson, Rev. Mod. Phys. 47, 773 (1975), doi:10.1103/RevModPhys.47.773.
H. R. Krishna-murthy, J. W. Wilkins and K. G. Wilson, Phys. Rev. B 21, 1003 (1980),
doi:10.1103/PhysRevB.21.1003.
"""

import math

from .. import _checks
from ..nrg import Thermodynamics, kondo_temperature
from .exact import FermiLiquid

__all__ = ["anderson_law", "fermi_liquid"]


def fermi_liquid(thermodynamics: Thermodynamics, *, T: float | None = None) -> FermiLiquid:
    """The measured `FermiLiquid`: chi = t_chi / T and gamma = entropy / T at low temperature.

    Parameters
    ----------
    thermodynamics : Thermodynamics
    T : float, optional
        Where to read them off; if left out, at 0.02 T_K. That is low enough, since the next term is
        of order (T / T_K)**2, and still far above where rounding and truncation show.

    Raises
    ------
    ValueError
        If T is outside of the calculated temperatures.
    NoKondoTemperature
        If T is left out and there is no T_K.
    """
    T = 0.02 * kondo_temperature(thermodynamics) if T is None else _checks.finite("T", T)
    entropy, t_chi = thermodynamics.at(T)
    return FermiLiquid(float(t_chi / T), float(entropy / T))


def anderson_law(U: float, Gamma: float) -> float:
    """T_K = 0.182 U sqrt(g) e**(-1/g), g = 8 Gamma / (pi U): the symmetric model with U >> Gamma.

    Raises
    ------
    ValueError
        If U or Gamma is not positive.
    """
    U, Gamma = _checks.finite("U", U), _checks.finite("Gamma", Gamma)
    if U <= 0 or Gamma <= 0:
        raise ValueError(f"U and Gamma must be positive, got U = {U:g}, Gamma = {Gamma:g}")
    g = 8 * Gamma / (math.pi * U)
    return 0.182 * U * math.sqrt(g) * math.exp(-1 / g)
