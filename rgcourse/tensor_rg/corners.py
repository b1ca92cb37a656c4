"""Corner double lines: what tensor renormalization leaves away from the critical point, exactly.

Far from T_c a block ends with short loops around its corners, which no step of Levin and Nave
removes. A corner's weights are those of Baxter's corner transfer matrix, so the singular values
at which the flow stops are known: two corners stand on a cut, and their weights multiply.
"""

import math

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from .. import _checks
from .._compile import compiled

__all__ = ["baxter_spectrum"]

AGM_STEPS = 60
MOST_LEVELS = 4096
LEAST_K, LARGEST_K = 1e-70, 100.0


@register_jitable
def corner_spectrum(K, n, counts, levels):
    """The n largest of `baxter_spectrum` in `levels`; `counts` has n + 1 numbers."""
    root = 0.5 * (math.exp(2.0 * K) - math.exp(-2.0 * K))  # sinh 2 K
    k = min(root * root, 1.0 / (root * root))
    ordered = 1 if root > 1.0 else 0
    one, a, other, b = 1.0, 1.0, k, math.sqrt(1.0 - k * k)
    for _ in range(AGM_STEPS):  # both arithmetic-geometric means
        one, other = 0.5 * (one + other), math.sqrt(one * other)
        a, b = 0.5 * (a + b), math.sqrt(a * b)
    ratio = math.exp(-0.25 * math.pi * a / one)
    for m in range(n + 1):
        counts[m] = 0.0
    counts[0] = 1.0 + ordered
    for i in range(n + 1):  # the energies, each for two corners
        energy = 1 + ordered + i // 2 * 2
        m = n
        while m >= energy:
            counts[m] += counts[m - energy]
            m -= 1
    m, level = 0, 1.0
    for i in range(n):
        while counts[m] == 0.0:
            m, level = m + 1, level * ratio
        levels[i] = level
        counts[m] -= 1.0


corner_spectrum_compiled = compiled(corner_spectrum)


def baxter_spectrum(K: float, n: int) -> NDArray[np.float64]:
    """The n largest singular values of a tensor of corner double lines, exactly, largest first.

    Two corners of the block stand on the diagonal cut [u l] [d r], and the weights of either are
    x**(sum of energies) with x = exp(-epsilon / 4), epsilon = pi I(k') / I(k) and k = sinh(2K)**2
    or its inverse. The energies of its free fermions are 1, 3, 5, .. above T_c and 2, 4, 6, ..
    below, where every value stands twice, once for each direction of order. Which set belongs to
    which phase depends on where the corner stands, here in the middle of a plaquette of spins.

    Parameters
    ----------
    K : float
        Coupling J / T, 1e-70 to 100. At K_c itself x = 1, and there are no lines to speak of.
    n : int
        How many, 1 to 4096.

    Returns
    -------
    ndarray (n,)
        In units of the largest.

    Raises
    ------
    ValueError
        For a K or an n outside of these ranges, or of another kind.

    References
    ----------
    R. J. Baxter, Exactly Solved Models in Statistical Mechanics (Academic Press, 1982), chapter 13;
    for the energies I. Peschel, M. Kaulke and O. Legeza, Ann. Phys. (Leipzig) 8, 153 (1999).

    Examples
    --------
    >>> baxter_spectrum(1 / 2.4, 6).round(4).tolist()
    [1.0, 0.5444, 0.5444, 0.2964, 0.1614, 0.1614]
    """
    K, n = _checks.finite("K", K), _checks.integer("n", n, minimum=1)
    if not LEAST_K <= K <= LARGEST_K:
        raise ValueError(f"K must lie between {LEAST_K:g} and {LARGEST_K:g}, got {K:g}")
    if n > MOST_LEVELS:
        raise ValueError(f"n must be at most {MOST_LEVELS}, got {n}")
    counts, levels = np.zeros(n + 1), np.zeros(n)
    corner_spectrum_compiled(K, n, counts, levels)
    return levels
