"""What the impurity adds to entropy and susceptibility, from the levels of all shells.

The chain with sites 0 .. N stands for the whole band at temperatures near scale_N: higher levels
are frozen out, lower ones have not been resolved. So every N gives one temperature,
T_N = scale_N / beta_bar, and the impurity's share is the chain with impurity minus the chain
alone. Even and odd chains scatter around the truth from opposite sides. Each parity is
interpolated by itself, and the two are averaged at equal temperature; averaging over neighbouring
N instead would multiply T chi, which grows like T, by (2 + sqrt(Lambda) + 1/sqrt(Lambda)) / 4.

References
----------
K. G. Wilson, Rev. Mod. Phys. 47, 773 (1975), doi:10.1103/RevModPhys.47.773.
W. C. Oliveira and L. N. Oliveira, Phys. Rev. B 49, 11986 (1994), doi:10.1103/PhysRevB.49.11986
(averages over z).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq
from scipy.special import expit

from .. import _checks
from .flow import NRGFlow

__all__ = [
    "NoKondoTemperature",
    "Thermodynamics",
    "free_thermodynamics",
    "impurity_thermodynamics",
    "kondo_temperature",
    "shell_thermodynamics",
    "z_average",
]

BETA_BAR = 1.5  # 1.3 to 1.8 do; below, dropped levels are missed, above, the end of the chain shows
POINTS_PER_SHELL = 4  # for every factor sqrt(Lambda) in T
T_CHI_AT_T_K = 0.0701


class NoKondoTemperature(RuntimeError):
    """T chi does not come down to 0.0701 within the temperatures that were calculated."""


@dataclass(frozen=True, eq=False)
class Thermodynamics:
    """Contribution of the impurity: row i belongs to T[i], in whatever order the T are.

    Parameters
    ----------
    T : array
        In units of D, k_B = 1.
    entropy : array
        In units of k_B: ln 2 for a free spin.
    t_chi : array
        T times the susceptibility, in units of (g mu_B)**2: 1/4 for a free spin.
    """

    T: NDArray[np.float64]
    entropy: NDArray[np.float64]
    t_chi: NDArray[np.float64]

    def at(self, T: ArrayLike) -> tuple[Any, Any]:
        """(entropy, t_chi) at other temperatures, by cubic splines in ln T.

        Raises
        ------
        ValueError
            If T leaves the range of `self.T`, or that has fewer than two temperatures.
        """
        T = _checks.finite_array("T", T)
        known, *curves = self._ascending()
        low, high = known[[0, -1]]
        slack = 1e-12
        if np.any(T < low * (1 - slack)) or np.any(T > high * (1 + slack)):
            wrong = np.min(T) if np.min(T) < low else np.max(T)
            way_out = "use more sites" if wrong < low else "higher ones lie outside the band"
            raise ValueError(
                f"T = {wrong:.3g} is outside of {low:.3g} to {high:.3g}, the "
                f"temperatures of this chain; {way_out}"
            )
        x = np.log(T)
        return tuple(CubicSpline(np.log(known), y)(x)[()] for y in curves)

    def _ascending(self):
        """T, entropy and t_chi with each temperature once, ascending, for a curve through them."""
        T, first = np.unique(self.T, return_index=True)
        if len(T) < 2:
            raise ValueError(
                f"a curve needs at least two different temperatures, got {len(T)}; leave out T in "
                f"impurity_thermodynamics(flow) for all that the chain resolves"
            )
        return T, np.ravel(self.entropy)[first], np.ravel(self.t_chi)[first]


def shell_thermodynamics(flow: NRGFlow, *, beta_bar: float = BETA_BAR) -> Thermodynamics:
    """The raw contribution of the impurity, shell by shell: at T_N = scale_N / beta_bar, falling.

    Parameters
    ----------
    flow : NRGFlow
    beta_bar : float
        Inverse temperature in units of the shell's scale, positive, of order 1.

    Returns
    -------
    Thermodynamics
        One entry for each N, not averaged over even and odd.

    Raises
    ------
    ValueError
        If beta_bar is not positive, or the chain has one site only.
    """
    _be_a_flow(flow)
    if flow.n_sites < 2:
        raise ValueError("the scale of a chain needs at least 2 sites, got 1; use more sites")
    beta_bar = _checks.finite("beta_bar", beta_bar)
    if beta_bar <= 0:
        raise ValueError(f"beta_bar must be positive, got {beta_bar:g}; usual are 1 to 2")
    # 1; on a grid shifted by z the levels, like the hoppings, are Lambda**(1 - z) times as high
    beta = beta_bar * flow.scale[-1] / flow.chain.hoppings[flow.n_sites - 2]
    values = []
    for N, scale in enumerate(flow.scale):
        spin_squared = flow.basis.spin_squared(2 * flow.spin[N])
        weight = flow.multiplicity(N) * np.exp(-beta * flow.energies[N])
        z = weight.sum()
        entropy = math.log(z) + beta * (weight @ flow.energies[N]) / z
        band_entropy, band_t_chi = free_thermodynamics(flow.chain.levels(N + 1), scale / beta)
        values.append((entropy - band_entropy, weight @ spin_squared / z - band_t_chi))
    entropy, t_chi = np.array(values).T
    return Thermodynamics(flow.scale / beta, entropy, t_chi)


def free_thermodynamics(levels: ArrayLike, T: float) -> tuple[float, float]:
    """(entropy, t_chi) of electrons with spin in the given levels, at one temperature T.

        S = 2 sum_k [ln(1 + e**-x) + x f],  T chi = sum_k f (1 - f) / 2,  x = level / T

    Raises
    ------
    ValueError
        If T is not positive.

    Examples
    --------
    A level at the Fermi energy has four states, two of them with spin.

    >>> entropy, t_chi = free_thermodynamics([0.0], 1.0)
    >>> bool(np.isclose(entropy, np.log(4))), float(t_chi)
    (True, 0.125)
    """
    if not T > 0:
        raise ValueError(f"T must be positive, got {T}")
    x = np.abs(np.asarray(levels, dtype=float)) / T  # electrons and holes count alike
    f = expit(-x)
    return 2 * np.sum(np.log1p(np.exp(-x)) + x * f), np.sum(f * (1 - f)) / 2


def impurity_thermodynamics(
    flow: NRGFlow, T: ArrayLike | None = None, *, beta_bar: float = BETA_BAR
) -> Thermodynamics:
    """The `Thermodynamics` of the impurity, averaged over even and odd chains.

    Parameters
    ----------
    flow : NRGFlow
    T : array, optional
        Temperatures, in any order: row i of the result belongs to T[i]. If left out, all that the
        chain resolves, ascending, four for each factor sqrt(Lambda).
    beta_bar : float
        Each chain is used at T = scale / beta_bar. With 1.5, entropies are right to 2e-4 with 400
        multiplets at Lambda = 2, or 300 at Lambda = 2.5. Smaller values need more multiplets; at
        larger ones it shows that the chain ends.

    Raises
    ------
    ValueError
        If the chain has fewer than 8 sites, or T is outside of the range it resolves.

    Examples
    --------
    >>> from rgcourse.nrg import kondo_flow
    >>> free = impurity_thermodynamics(kondo_flow(0.0, Lambda=3.0, n_sites=12, n_keep=100))
    >>> bool(np.allclose(free.t_chi, 0.25, atol=1e-3))
    True
    """
    _be_a_flow(flow)
    if flow.n_sites < 8:
        raise ValueError(
            f"even and odd chains are interpolated separately, which needs at least 8 sites, got "
            f"{flow.n_sites}; the lowest temperature is about Lambda**(-n_sites / 2)"
        )
    shells = shell_thermodynamics(flow, beta_bar=beta_bar)
    ln_T = np.log(shells.T)
    steps = POINTS_PER_SHELL * (flow.n_sites - 3)
    grid = np.linspace(ln_T[-2], ln_T[1], steps + 1)  # where both parities have data
    both = [
        np.mean([CubicSpline(ln_T[p::2][::-1], y[p::2][::-1])(grid) for p in (0, 1)], axis=0)
        for y in (shells.entropy, shells.t_chi)
    ]
    whole = Thermodynamics(np.exp(grid), *both)
    if T is None:
        return whole
    T = np.atleast_1d(_checks.finite_array("T", T))
    return Thermodynamics(T, *whole.at(T))


def _be_a_flow(flow):
    if not isinstance(flow, NRGFlow):
        raise ValueError(f"flow must be an NRGFlow, got {type(flow).__name__}")


def z_average(parts: Iterable[Thermodynamics]) -> Thermodynamics:
    """The mean of several `Thermodynamics`, such as those of chains with different z.

    Taken at those temperatures of the first one that lie in the range of all.

    Raises
    ------
    ValueError
        If there are none, or they have no temperature in common.
    """
    if isinstance(parts, Thermodynamics):
        raise ValueError("pass a list of several Thermodynamics, got one that is not in a list")
    parts = list(parts)
    if not parts:
        raise ValueError("nothing to average: pass at least one Thermodynamics")
    for part in parts:
        if not isinstance(part, Thermodynamics):
            raise ValueError(f"each part must be a Thermodynamics, got {type(part).__name__}")
    low = max(np.min(p.T, initial=math.inf) for p in parts)
    high = min(np.max(p.T, initial=0.0) for p in parts)
    T = parts[0].T[(parts[0].T >= low) & (parts[0].T <= high)]
    if len(T) == 0:
        raise ValueError(f"no common temperatures: the ranges meet nowhere ({low:g} > {high:g})")
    return Thermodynamics(T, *np.mean([p.at(T) for p in parts], axis=0))


def kondo_temperature(thermodynamics: Thermodynamics) -> float:
    """T_K, where T chi = 0.0701 (Wilson's definition), in the units of T.

    The last crossing on the way down in temperature, from a cubic spline in ln T.

    Parameters
    ----------
    thermodynamics : Thermodynamics
        From `impurity_thermodynamics`.

    Raises
    ------
    ValueError
        If it is no `Thermodynamics`, such as the flow itself, or has only one temperature.
    NoKondoTemperature
        If T chi stays above or below 0.0701.
    """
    if not isinstance(thermodynamics, Thermodynamics):
        kind = type(thermodynamics).__name__
        way_out = "; use kondo_temperature(impurity_thermodynamics(flow))"
        raise ValueError(
            f"thermodynamics must be a Thermodynamics, got {kind}"
            + (way_out if isinstance(thermodynamics, NRGFlow) else "")
        )
    temperatures, _, t_chi = thermodynamics._ascending()
    T, y = np.log(temperatures), t_chi - T_CHI_AT_T_K
    below = np.flatnonzero((y[:-1] <= 0) & (y[1:] > 0))
    if len(below) == 0:
        side = "above" if y[0] > 0 else "below"
        raise NoKondoTemperature(
            f"T chi stays {side} {T_CHI_AT_T_K} from T = {temperatures[0]:.3g} to "
            f"{temperatures[-1]:.3g}: for J > 0 use more sites; a ferromagnetic or vanishing "
            f"J has no Kondo temperature"
        )
    k = below[0]
    spline = CubicSpline(T, y)
    return math.exp(brentq(spline, T[k], T[k + 1], xtol=1e-12))
