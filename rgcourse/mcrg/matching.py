"""Two lattices that look alike: the critical coupling from one blocking more and one less.

References
----------
K. G. Wilson, in Recent Developments in Gauge Theories (Plenum, 1980), p. 363,
doi:10.1007/978-1-4684-7571-5.
A. M. Ferrenberg and R. H. Swendsen, Phys. Rev. Lett. 61, 2635 (1988),
doi:10.1103/PhysRevLett.61.2635 (weights).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._threads import one_blas_thread

__all__ = ["NoMatch", "matching_shift"]

MIN_SHARE = 0.1  # of the samples must still count after weighting
MAX_STEPS = 50


class NoMatch(RuntimeError):
    """No coupling within reach of the samples makes the two lattices agree."""


@one_blas_thread()
def matching_shift(
    S: ArrayLike, S_small: ArrayLike, bonds: ArrayLike, bonds_small: ArrayLike
) -> NDArray[np.float64]:
    """The change of coupling that makes two lattices look alike, one number for each operator.

    A lattice of edge L is blocked n times, one of edge L / 2 is blocked n - 1 times: both end with
    the same size. Sampled at the same coupling K they agree, up to what n blockings have not yet
    made irrelevant, where K does not flow: at K_c. So dK solves

        <S_a>(K + dK) = <S_small_a>(K + dK),

    with averages at K + dK from samples at K by weights exp(dK bonds); and K_c = K + dK.

    Parameters
    ----------
    S, S_small : array, shape (n_samples, n_operators)
        Even operators of the two lattices after blocking; the numbers of samples may differ.
    bonds, bonds_small : array, shape (n_samples,)
        Sum of s s' over nearest neighbours of the same lattices *before* blocking.

    Raises
    ------
    NoMatch
        If the larger lattice does not react more strongly to K, or the solution is so far that
        fewer than a tenth of the samples would count; says where to sample instead.
    ValueError
        If shapes do not fit, values are not finite, or there are fewer than 10 samples.

    References
    ----------
    K. G. Wilson, in Recent Developments in Gauge Theories (Plenum, 1980), p. 363,
    doi:10.1007/978-1-4684-7571-5.

    Examples
    --------
    Two lattices that agree as they are were sampled at K_c:

    >>> bonds = np.tile([-1.0, 1.0], 8)
    >>> matching_shift(2 * bonds[:, np.newaxis], bonds[:, np.newaxis], 2 * bonds, bonds)
    array([0.])
    """
    S, bonds = _lattice("S", "bonds", S, bonds)
    S_small, bonds_small = _lattice("S_small", "bonds_small", S_small, bonds_small)
    if S.shape[1] != S_small.shape[1]:
        raise ValueError(
            f"both lattices need the same operators, got {S.shape[1]} and {S_small.shape[1]}"
        )
    return np.array(
        [_shift(a, S[:, a], S_small[:, a], bonds, bonds_small) for a in range(S.shape[1])]
    )


def _shift(a, S, S_small, bonds, bonds_small):
    """The change of coupling at which operator a agrees, by Newton's method."""
    dK = 0.0
    for _ in range(MAX_STEPS):
        mean, slope, share = _response(S, bonds, dK)
        mean_small, slope_small, share_small = _response(S_small, bonds_small, dK)
        gain = slope - slope_small
        if dK == 0.0 and not gain > 0:
            raise NoMatch(
                f"operator {a} does not react more strongly to the coupling on the larger lattice: "
                f"take more samples, or check which lattice is which"
            )
        step = -(mean - mean_small) / gain if gain > 0 else 0.0
        if min(share, share_small) < MIN_SHARE or gain <= 0:
            raise NoMatch(
                f"operator {a} matches only about dK = {dK + step:+.4f} away, where fewer than "
                f"{MIN_SHARE:.0%} of the samples would count: sample both lattices at about that "
                f"coupling and match again"
            )
        dK += step
        if abs(step) <= 1e-12:
            return dK
    raise NoMatch(f"operator {a} did not settle within {MAX_STEPS} steps; take more samples")


def _response(S, bonds, dK):
    """<S>, d<S>/dK at K + dK, and the effective share of the samples there."""
    exponent = dK * (bonds - bonds.mean())
    weight = np.exp(exponent - exponent.max())
    p = weight / weight.sum()
    mean = p @ S
    return mean, (p * (S - mean)) @ (bonds - p @ bonds), 1 / (len(p) * (p @ p))


def _lattice(
    name: str, name_bonds: str, S: ArrayLike, bonds: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    S, bonds = _checks.finite_array(name, S), _checks.finite_array(name_bonds, bonds)
    if S.ndim != 2 or S.size == 0:
        raise ValueError(
            f"{name} must have shape (n_samples, n_operators), got {S.shape}; for one operator use "
            f"{name}[:, np.newaxis]"
        )
    if bonds.shape != S.shape[:1] or len(S) < 10:
        raise ValueError(
            f"{name_bonds} must have one number for each of at least 10 rows of {name}, got shapes "
            f"{bonds.shape} and {S.shape}"
        )
    return S, bonds
