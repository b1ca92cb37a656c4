"""The glass of water: many couplings at random, and what zooming out leaves of them.

Near a fixed point a step of zooming out is a matrix, K' = T K for small deviations. Its left
eigenvectors take the couplings apart into directions that mind their own business: the strength of
a direction is multiplied by its eigenvalue in each step, whatever the others do. Directions with an
eigenvalue above 1 grow, all others die.
"""

import math

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._random import uniform

__all__ = ["directions_of"]

# --- Kernels ------------------------------------------------------------------------------------
# couplings: n of them. left: n left eigenvectors, row after row, real and imaginary parts in turn.
# sizes: the moduli of the eigenvalues.


@register_jitable
def shake(n, couplings, state):
    """Draw all couplings anew, evenly between -1 and 1."""
    for i in range(n):
        couplings[i] = 2.0 * uniform(state) - 1.0


@register_jitable
def strength(n, left, couplings, direction):
    """How much of the couplings goes in a direction: |left . couplings|."""
    real, imaginary = 0.0, 0.0
    for i in range(n):
        at = 2 * (direction * n + i)
        real += left[at] * couplings[i]
        imaginary += left[at + 1] * couplings[i]
    return math.sqrt(real * real + imaginary * imaginary)


@register_jitable
def strengths(n, left, couplings, out):
    """The strengths of all n directions."""
    for direction in range(n):
        out[direction] = strength(n, left, couplings, direction)


@register_jitable
def after_zooms(n, start, sizes, zooms, out):
    """What so many steps leave of the strengths at the start."""
    for direction in range(n):
        out[direction] = start[direction]
        for _ in range(zooms):
            out[direction] *= sizes[direction]


@register_jitable
def match_knobs(n, left, first, second, like, couplings):
    """Turn two couplings, `first` and `second`, until directions 0 and 1 are as in `like`.

    Both directions are real. One equation each, for two unknowns.
    """
    a, b = left[2 * first], left[2 * second]
    c, d = left[2 * (n + first)], left[2 * (n + second)]
    miss_0, miss_1 = 0.0, 0.0
    for i in range(n):
        gap = like[i] - couplings[i]
        miss_0 += left[2 * i] * gap
        miss_1 += left[2 * (n + i)] * gap
    determinant = a * d - b * c
    couplings[first] += (d * miss_0 - b * miss_1) / determinant
    couplings[second] += (a * miss_1 - c * miss_0) / determinant


# --- For Python ---------------------------------------------------------------------------------


def directions_of(T: ArrayLike) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """The eigenvalues of a linearized step, the largest first, and its left eigenvectors.

    Parameters
    ----------
    T : array, shape (n, n)
        From `linearized_rg`; T[a, b] = dK'_a / dK_b.

    Returns
    -------
    eigenvalues : ndarray of complex, shape (n,)
    left : ndarray of complex, shape (n, n)
        Row i is the left eigenvector of eigenvalue i, of length 1.

    Raises
    ------
    ValueError
        If T is not a square matrix of finite numbers.

    Examples
    --------
    >>> values, left = directions_of([[0.5, 0.0], [0.0, 2.0]])
    >>> values.real.tolist(), abs(left).tolist()
    ([2.0, 0.5], [[0.0, 1.0], [1.0, 0.0]])
    """
    matrix = _checks.finite_array("T", T)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"T must be a square matrix, got shape {matrix.shape}")
    values, vectors = np.linalg.eig(matrix.T)
    order = np.argsort(-abs(values), kind="stable")
    left = vectors[:, order].T.astype(complex)
    return values[order].astype(complex), left / np.linalg.norm(left, axis=1, keepdims=True)
