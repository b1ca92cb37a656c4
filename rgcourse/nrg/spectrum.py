"""From lines to curves: broadening, averages over z, and the self-energy of the impurity.

A finite chain has lines where a metal has a continuum. Each line is drawn as a Gaussian of
ln|omega|, about as wide as the distance to its neighbours; several shifted grids make that
distance smaller. The Green function G and F, that of the commutator, give the self-energy

    Sigma(omega) = F(omega) / G(omega),   G = 1 / (omega - Delta(omega) - Sigma).

The broadening nearly cancels in the ratio, and Delta, the exact influence of the band, knows
nothing of the discretization. So U = 0 comes out exactly.

References
----------
R. Bulla, A. C. Hewson and T. Pruschke, J. Phys.: Condens. Matter 10, 8365 (1998),
doi:10.1088/0953-8984/10/37/021.
A. Weichselbaum and J. von Delft, Phys. Rev. Lett. 99, 076402 (2007),
doi:10.1103/PhysRevLett.99.076402 (the kernel).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from .. import _checks
from .discretization import energy_unit, flat_chain
from .models import anderson_impurity
from .poles import merge_lines, spectral_poles

__all__ = ["Spectrum", "anderson_spectrum", "broadening", "flat_hybridization", "green_function"]

POINTS_PER_DECADE = 40
MERGE_WIDTH = 0.01  # lines closer than this in ln|omega| are drawn as one
MIN_ENERGY = 10  # in units of the chain's last scale: what lies lower is not resolved
MAX_ENERGY = 8.0  # in units of D: the broadened tails end before
MIN_WIDTH = math.log(10) / POINTS_PER_DECADE  # narrower lines fall between the points of the curve


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Spectral function of an impurity orbital, for each spin, energies in units of D.

    Parameters
    ----------
    omega : array, shape (n,)
        Ascending, symmetric about 0, logarithmic on either side.
    A : array, shape (n,)
        -Im G / pi from the self-energy.
    A_lines : array, shape (n,)
        The lines, broadened and nothing else.
    self_energy : complex array, shape (n,)
        Of the whole H_orbital, so that its real part contains the level itself.
    occupation : float
        n_d, electrons in the orbital, both spins.
    """

    omega: NDArray[np.float64]
    A: NDArray[np.float64]
    A_lines: NDArray[np.float64]
    self_energy: NDArray[np.complex128]
    occupation: float

    def at(self, omega: ArrayLike, *, lines: bool = False) -> NDArray[np.float64]:
        """A, or A_lines, at other energies: linear between those of the grid."""
        omega = _checks.finite_array("omega", omega)
        return np.interp(omega, self.omega, self.A_lines if lines else self.A)

    @property
    def half_width(self) -> float:
        """The energy above 0 at which A has fallen to half of A(0); inf if it does not."""
        above = self.omega > 0
        omega, A = self.omega[above], self.A[above]
        low = np.flatnonzero(A < A[0] / 2)
        if len(low) == 0:
            return math.inf
        k = low[0]
        return float(np.interp(-A[0] / 2, -A[k - 1 : k + 1], omega[k - 1 : k + 1]))


def anderson_spectrum(
    U: float,
    Gamma: float,
    *,
    delta: float = 0.0,
    Lambda: float,
    n_sites: int,
    n_keep: int,
    T: float = 0.0,
    shifts: Sequence[float] = (0.25, 0.5, 0.75, 1.0),
    width: float = 0.3,
) -> Spectrum:
    """The `Spectrum` of the single-impurity Anderson model, as `anderson_flow` defines it.

    Parameters
    ----------
    U, Gamma, delta, Lambda, n_sites, n_keep
        As for `anderson_flow`. The curve begins at ten times the chain's last energy, which must
        lie inside the band: at least 6 sites at Lambda = 3, 8 at Lambda = 2.
    T : float
        Temperature, in units of D, at most 1; 0 is the ground state of the chain.
    shifts : sequence of float
        Values of z, each a run of its own, to average over.
    width : float
        Of the lines in ln|omega|, at least 0.058, the distance of the points of the curve: the
        fewer shifts, the wider; 0.3 for four at Lambda = 2.5, 0.7 for one.

    Raises
    ------
    ValueError
        For parameters out of range, no shift, a chain too short to have a spectrum, or a T that it
        does not resolve.

    Examples
    --------
    At the Fermi energy of a symmetric impurity, pi Gamma A = 1 whatever U.

    >>> spectrum = anderson_spectrum(0.1, 0.02, Lambda=3.0, n_sites=24, n_keep=99, shifts=(0.5, 1))
    >>> bool(abs(np.pi * 0.02 * spectrum.at(0.0) - 1) < 0.02)
    True
    """
    width, T = _checks.finite("width", width), _checks.finite("T", T)
    if width < MIN_WIDTH:
        raise ValueError(
            f"width must be positive, and at least {MIN_WIDTH:.3f}, the distance of the points of "
            f"the curve, got {width:g}; usual are 0.2 to 0.7"
        )
    positions = np.atleast_1d(_checks.finite_array("shifts", shifts))
    if len(positions) == 0:
        raise ValueError("nothing to average: pass at least one shift, such as shifts=(1.0,)")
    if not 0 <= T <= 1:
        raise ValueError(f"T must lie between 0 and the edge of the band, 1, got {T:g}")
    impurity = anderson_impurity(U, Gamma, Lambda, delta=delta)
    n_sites = _checks.integer("n_sites", n_sites, minimum=1)
    last = energy_unit(Lambda, n_sites - 1)
    if MIN_ENERGY * last >= 1:
        enough = n_sites + 1 + math.floor(2 * math.log(MIN_ENERGY * last) / math.log(Lambda))
        raise ValueError(
            f"a chain of {n_sites} sites is too short for a spectrum: its curve begins at "
            f"{MIN_ENERGY} times the last energy, {MIN_ENERGY * last:.3g}, outside of the band "
            f"(D = 1); use n_sites = {enough} or more; a resonance of width w takes about "
            f"2 ln(10 D / w) / ln(Lambda) sites"
        )
    if 0 < T < MIN_ENERGY * last:
        raise ValueError(
            f"T = {T:g} is below {MIN_ENERGY} times the last energy of the chain, {last:.3g}; use "
            f"more sites, or T = 0"
        )
    grids = [_lines_of_grid(impurity, Lambda, n_sites, z, n_keep, T) for z in positions]
    energies, *columns = merge_lines(np.concatenate(grids, axis=1), MERGE_WIDTH)
    weights = np.transpose(columns) / len(positions)  # line which
    lowest = max(MIN_ENERGY * last, T / 10)
    n = math.ceil(POINTS_PER_DECADE * math.log10(MAX_ENERGY / lowest))
    omega = np.geomspace(lowest, MAX_ENERGY, n)
    omega = np.concatenate([-omega[::-1], omega])
    curves = broadening(omega, energies, width, T) @ weights  # omega [line] [line] which
    A_lines, A_commutator = curves.T
    self_energy = green_function(omega, A_commutator) / green_function(omega, A_lines)
    full = 1 / (omega - flat_hybridization(omega, Gamma) - self_energy)
    filled = weights[:, 0] @ expit(-energies / max(T, last / 100))
    return Spectrum(omega, -full.imag / math.pi, A_lines, self_energy, 2 * float(filled))


def _lines_of_grid(impurity, Lambda, n_sites, z, n_keep, T):
    """Energies, weights and commutator's weights of one chain, shape (3, n)."""
    chain = flat_chain(Lambda, n_sites, z=z)
    poles = spectral_poles(impurity, chain, n_keep=n_keep, T=T, merge=MERGE_WIDTH)
    return np.stack([poles.energies, poles.weights, poles.commutator])


def broadening(
    omega: NDArray[np.float64], energies: NDArray[np.float64], width: float, T: float = 0.0
) -> NDArray[np.float64]:
    """What a line of weight 1 at each energy e contributes at each omega.

        exp(-(ln|omega / e| / width - width / 4)**2) / (sqrt(pi) width |omega|)

    where omega has the sign of e, else 0; for T > 0 it goes over into a Gaussian of width T / 2
    where |e| < T / 2.

    Parameters
    ----------
    omega : array, shape (n_omega,)
        Where the curve is wanted, none of them 0.
    energies : array, shape (n_energies,)
        Where the lines lie.
    width : float
        Of the lines in ln|omega|.
    T : float
        Temperature, in the unit of omega.

    Returns
    -------
    array, shape (n_omega, n_energies)
    """
    omega, e = omega[:, None], np.where(energies == 0, 1e-300, energies)
    steps = np.log(np.abs(omega / e)) / width - width / 4
    lines = np.exp(-(steps**2)) / (math.sqrt(math.pi) * width * np.abs(omega)) * (omega * e > 0)
    if T == 0:
        return lines
    inside = np.minimum(np.log(np.abs(2 * e / T)), 0.0)
    share = np.exp(-((inside / width) ** 2))
    plain = np.exp(-((2 * (omega - e) / T) ** 2)) * 2 / (math.sqrt(math.pi) * T)
    return share * lines + (1 - share) * plain


def green_function(omega: NDArray[np.float64], A: NDArray[np.float64]) -> NDArray[np.complex128]:
    """G = principal value of integral A(e) / (omega - e) de - i pi A(omega), at each omega.

    Kramers and Kronig's relation for a spectral function that is linear between the points omega.

    Examples
    --------
    >>> e = np.sinh(np.linspace(-15, 15, 2000))
    >>> lorentzian = 1 / (np.pi * (e**2 + 1))
    >>> bool(np.allclose(green_function(e, lorentzian), 1 / (e + 1j), atol=1e-4))
    True
    """
    distance = omega[:, None] - omega
    log = np.log(np.abs(np.where(distance == 0, 1.0, distance)))  # 0: the two sides cancel
    step = np.diff(omega)
    slope = np.diff(A) / step
    # omega interval
    pieces = (A[:-1] + slope * distance[:, :-1]) * (log[:, :-1] - log[:, 1:]) - slope * step
    return pieces.sum(axis=1) - 1j * math.pi * A


def flat_hybridization(omega: NDArray[np.float64], Gamma: float) -> NDArray[np.complex128]:
    """Delta(omega) = Gamma / pi ln|(1 + omega) / (1 - omega)| - i Gamma; outside the band real."""
    real = Gamma / math.pi * np.log(np.abs((1 + omega) / (1 - omega)))
    return real - 1j * Gamma * (np.abs(omega) < 1)
