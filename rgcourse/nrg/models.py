"""Impurities in a flat band: a spin (Kondo), or an orbital with or without U (Anderson)."""

import math

from .. import _checks
from .bases import Basis
from .discretization import band_correction, flat_chain
from .flow import Impurity, NRGFlow, run

__all__ = ["anderson_flow", "anderson_impurity", "kondo_flow", "kondo_impurity"]


def kondo_impurity(J: float, Lambda: float) -> Impurity:
    """The `Impurity` of H = J S.s, with J multiplied by the band correction.

    Raises
    ------
    ValueError
        If |J| exceeds the bandwidth, 2, or Lambda is not greater than 1.
    """
    J = _checks.finite("J", J)
    if abs(J) > 2:
        raise ValueError(
            f"J must lie between -2 and 2, the bandwidth (D = 1, density 1/2), got {J:g}: beyond, "
            f"the spin binds to site 0 before the band matters; the Kondo effect needs J << 2"
        )
    return Impurity(exchange=J * band_correction(Lambda))


def anderson_impurity(U: float, Gamma: float, Lambda: float, *, delta: float = 0.0) -> Impurity:
    """The `Impurity` of H = U/2 (n - 1)**2 + delta (n - 1), with width Gamma = pi V**2 / 2.

    Parameters
    ----------
    U : float
        Repulsion, in units of D, not negative.
    Gamma : float
        Half width of the level, in units of D, not negative; V**2 is multiplied by the band
        correction.
    Lambda : float
        Discretization of the band, greater than 1.
    delta : float
        Distance from particle-hole symmetry, eps_d + U/2, in units of D.

    Raises
    ------
    ValueError
        If U or Gamma is negative, the orbital lies outside the band, or Lambda is not greater
        than 1.
    """
    U, Gamma = _checks.finite("U", U), _checks.finite("Gamma", Gamma)
    delta = _checks.finite("delta", delta)
    if U < 0 or Gamma < 0:
        raise ValueError(f"U and Gamma must not be negative, got U = {U:g}, Gamma = {Gamma:g}")
    if max(U / 2 + abs(delta), Gamma) > 1:
        raise ValueError(
            f"the orbital must lie inside the band (D = 1): U/2 + |delta| and Gamma at most 1, got "
            f"{U / 2 + abs(delta):g} and {Gamma:g}"
        )
    V = math.sqrt(2 * Gamma / math.pi * band_correction(Lambda))
    return Impurity(orbital=(U / 2 - delta, 0.0, U / 2 + delta), coupling=V)


def kondo_flow(
    J: float,
    *,
    Lambda: float,
    n_sites: int,
    n_keep: int,
    z: float = 1.0,
    basis: Basis | None = None,
) -> NRGFlow:
    """The `NRGFlow` of the Kondo model, H = J S.s + band.

    s is the spin of the band at the impurity, of density rho0 = 1/2 per spin and half bandwidth
    D = 1, so that g = rho0 J = J / 2. J is multiplied by `band_correction(Lambda)`.

    Parameters
    ----------
    J : float
        In units of D, between -2 and 2. J > 0 is antiferromagnetic and flows to strong coupling;
        J < 0 is ferromagnetic and flows to a free spin.
    Lambda : float
        Discretization, greater than 1; usually 2 to 3.
    n_sites : int
        Sites of the chain: the lowest temperature falls like Lambda**(-n_sites / 2).
    n_keep : int
        Multiplets kept after each site; a few hundred, see `run`.
    z : float
        Shift of the discretization, 0 < z <= 1.
    basis : Basis, optional
        As for `run`.

    Raises
    ------
    ValueError
        For parameters out of range, or n_keep too small for `run`.

    Examples
    --------
    After site 0 there are a singlet, a triplet, and two doublets where site 0 is empty or full.

    >>> flow = kondo_flow(0.4, Lambda=2.5, n_sites=3, n_keep=100)
    >>> flow.spin[0].tolist(), flow.charge[0].tolist()
    ([0.0, 0.5, 0.5, 1.0], [0, -1, 1, 0])
    """
    impurity = kondo_impurity(J, Lambda)
    return run(impurity, flat_chain(Lambda, n_sites, z=z), n_keep=n_keep, basis=basis)


def anderson_flow(
    U: float,
    Gamma: float,
    *,
    delta: float = 0.0,
    Lambda: float,
    n_sites: int,
    n_keep: int,
    z: float = 1.0,
    basis: Basis | None = None,
) -> NRGFlow:
    """The `NRGFlow` of the single-impurity Anderson model.

        H = U/2 (n_d - 1)**2 + delta (n_d - 1) + V sum_s (d^+_s f_0s + h.c.) + band,

    Gamma = pi rho0 V**2 with rho0 = 1/2. With U = 0 it is the resonant level model. V**2 is
    multiplied by `band_correction(Lambda)`.

    Parameters
    ----------
    U : float
        Repulsion, in units of D, not negative.
    Gamma : float
        Half width of the level, in units of D.
    delta : float
        Distance from particle-hole symmetry, eps_d + U/2.
    Lambda, n_sites, n_keep, z, basis
        As for `kondo_flow`.

    Raises
    ------
    ValueError
        For parameters out of range, or n_keep too small for `run`.
    """
    impurity = anderson_impurity(U, Gamma, Lambda, delta=delta)
    return run(impurity, flat_chain(Lambda, n_sites, z=z), n_keep=n_keep, basis=basis)
