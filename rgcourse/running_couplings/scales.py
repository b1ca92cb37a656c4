"""Couplings of the world: alpha_s in GeV through the thresholds of the quarks, alpha with leptons.

References
----------
K. G. Chetyrkin, B. A. Kniehl and M. Steinhauser, Phys. Rev. Lett. 79, 2184 (1997),
doi:10.1103/PhysRevLett.79.2184.
M. Gell-Mann and F. E. Low, Phys. Rev. 95, 1300 (1954), doi:10.1103/PhysRev.95.1300.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .beta import checked_loops, run_coupling

__all__ = ["ALPHA_S_M_Z", "M_Z", "QUARK_MASSES", "alpha_s", "qed_inverse_alpha"]

M_Z = 91.1876  # GeV, mass of the Z boson
ALPHA_S_M_Z = 0.1180  # five flavours, MS-bar
QUARK_MASSES = (1.27, 4.18, 163.0)  # GeV: charm, bottom, top, each running mass at itself
MATCHING = 11.0 / 72.0  # second order, at Q = m(m), in units of (alpha / pi)**2
FINE_STRUCTURE = 137.035999  # 1 / alpha at rest
LEPTON_MASSES = (0.51099895e-3, 0.1056583755, 1.77686)  # GeV: electron, muon, tau


def alpha_s(
    Q: ArrayLike,
    *,
    alpha_M_Z: float = ALPHA_S_M_Z,
    loops: int = 3,
    masses: Sequence[float] = QUARK_MASSES,
) -> NDArray[np.float64]:
    """The strong coupling at the scales Q (GeV), from five flavours at M_Z, through thresholds.

    Below a quark's mass the quark is left out. At one and two loops alpha is continuous there; at
    three it is matched to second order, with a = alpha / pi and the running mass m(m),

        alpha(with the quark) = alpha(without) (1 - 11/72 a(without)**2)      at Q = m(m).

    Parameters
    ----------
    Q : float or array, any shape
        Scales in GeV, 0.6 or more, where the coupling is no more than 4.
    alpha_M_Z : float
        alpha of five flavours at Q = 91.1876 GeV.
    loops : int
        1, 2 or 3.
    masses : three floats
        Running masses of charm, bottom and top in GeV, rising, with M_Z between the last two.

    Returns
    -------
    array, shape of Q

    Raises
    ------
    ValueError
        For scales or couplings out of range, masses that do not rise or do not enclose M_Z.

    References
    ----------
    K. G. Chetyrkin, B. A. Kniehl and M. Steinhauser, Phys. Rev. Lett. 79, 2184 (1997),
    doi:10.1103/PhysRevLett.79.2184.

    Examples
    --------
    >>> alpha_s([91.1876, 10.0]).round(6).tolist()
    [0.118, 0.178145]
    """
    scales = _checks.finite_array("Q", Q)
    if scales.size == 0 or scales.min() < 0.6:
        least = f"{scales.min():g}" if scales.size else "none"
        raise ValueError(f"Q must be 0.6 GeV or more, where alpha_s has a meaning, got {least}")
    m = _checks.finite_array("masses", masses).tolist()
    if np.ndim(masses) != 1 or len(m) != 3 or not 0 < m[0] < m[1] < M_Z < m[2]:
        raise ValueError(f"masses must be charm < bottom < {M_Z:g} GeV < top, got {masses!r}")
    loops = checked_loops(loops)
    found = np.empty(scales.shape)
    for up, edges in ((False, [(m[1], 4), (m[0], 3)]), (True, [(m[2], 6)])):
        here = (scales >= M_Z) if up else (scales < M_Z)
        away = np.unique(scales[here])  # rising
        values = _walk(alpha_M_Z, away if up else away[::-1], edges, up, loops)
        found[here] = [values[Q] for Q in scales[here]]
    return found


def _walk(alpha, scales, edges, up, loops):
    """{Q: alpha} for scales met one after the other on the way from M_Z.

    `edges` are the masses on the way with the number of flavours beyond each.
    """
    here, n_f, found, edges = M_Z, 5, {}, list(edges)
    for Q in scales:
        while edges and (edges[0][0] < Q if up else edges[0][0] > Q):
            edge, beyond = edges.pop(0)
            alpha = run_coupling(alpha, here, edge, loops=loops, n_f=n_f)
            alpha = _matched(alpha, up) if loops == 3 else alpha
            here, n_f = edge, beyond
        alpha = run_coupling(alpha, here, float(Q), loops=loops, n_f=n_f)
        here, found[Q] = float(Q), alpha
    return found


def _matched(alpha, up):
    """alpha with one flavour more (`up`) or one less, at the quark's running mass."""
    c = MATCHING / math.pi**2
    if up:
        return alpha * (1 - c * alpha**2)
    light = alpha
    for _ in range(20):  # alpha = light (1 - c light**2), solved: c alpha**2 is below 0.02
        light = alpha / (1 - c * light**2)
    return light


def qed_inverse_alpha(Q: ArrayLike, *, leptons: int = 3) -> NDArray[np.float64]:
    """1 / alpha of electrodynamics at the scales Q (GeV), to one loop in so many leptons.

    Each lepton takes (2 / 3 pi) ln(Q / m) off 1 / alpha(0) = 137.035999 above its mass m. Quarks
    and the constants of any scheme are left out.

    Parameters
    ----------
    Q : float or array, any shape
        Scales in GeV, positive.
    leptons : int
        1 (electron), 2 (and muon) or 3 (and tau).

    Returns
    -------
    array, shape of Q

    Raises
    ------
    ValueError
        For scales that are not positive, other numbers of leptons, or scales beyond the pole.

    References
    ----------
    M. Gell-Mann and F. E. Low, Phys. Rev. 95, 1300 (1954), doi:10.1103/PhysRev.95.1300.

    Examples
    --------
    >>> round(float(qed_inverse_alpha(91.1876)), 5)
    132.19968
    """
    Q = _checks.finite_array("Q", Q)
    if Q.size == 0 or Q.min() <= 0:
        raise ValueError("Q must be positive, in GeV")
    leptons = _checks.integer("leptons", leptons, minimum=1)
    if leptons > 3:
        raise ValueError(f"leptons must be 1, 2 or 3, got {leptons}")
    above = [np.maximum(np.log(Q) - math.log(m), 0) for m in LEPTON_MASSES[:leptons]]
    inverse = FINE_STRUCTURE - 2 / (3 * math.pi) * np.sum(above, axis=0)
    if np.min(inverse) <= 0:
        raise ValueError(f"Q = {Q.max():g} GeV lies beyond the Landau pole of {leptons} leptons")
    return np.asarray(inverse)
