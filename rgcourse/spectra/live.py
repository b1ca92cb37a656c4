"""Kernels by which a page takes a small matrix apart: noise, a spike, and Jacobi's rotations.

The rows of a matrix A (n, m) are turned in pairs until all are orthogonal. Turning rows changes no
singular value, so these are then the lengths of the rows, and the directions of the rows are the
right singular vectors.

References
----------
M. R. Hestenes, J. Soc. Ind. Appl. Math. 6, 51 (1958), doi:10.1137/0106005 (one-sided rotations).
G. Marsaglia and T. A. Bray, SIAM Rev. 6, 260 (1964), doi:10.1137/1006063 (Gaussian numbers).
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .._random import uniform

__all__ = ["singular_values"]

SWEEPS = 40  # more than are ever needed: they converge quadratically
LEAST_ROW = 1e-60  # of the largest: the fourth power of rows must not underflow


def fill_gaussian(n, x, scale, state):
    """Fill x with n independent Gaussian numbers of mean 0 and standard deviation `scale`."""
    i = 0
    while i < n:
        a = 2.0 * uniform(state) - 1.0
        b = 2.0 * uniform(state) - 1.0
        square = a * a + b * b
        if square < 1.0:
            factor = scale * math.sqrt(-2.0 * math.log(square) / square)
            x[i] = a * factor
            if i + 1 < n:
                x[i + 1] = b * factor
            i += 2


def normalize(n, x):
    """Scale x to length 1."""
    square = 0.0
    for i in range(n):
        square += x[i] * x[i]
    length = math.sqrt(square)
    for i in range(n):
        x[i] /= length


def add_spike(n, m, theta, noise, u, v, a):
    """a = noise + theta u v^T, of n rows and m columns."""
    for i in range(n):
        for j in range(m):
            a[i * m + j] = noise[i * m + j] + theta * u[i] * v[j]


def turn_rows(n, m, most, a):
    """Turn the rows of a until they are orthogonal; the sweeps over all pairs that it took."""
    for sweep in range(most):
        turned = 0
        for p in range(n - 1):
            for q in range(p + 1, n):
                pp = 0.0
                qq = 0.0
                pq = 0.0
                for j in range(m):
                    x = a[p * m + j]
                    y = a[q * m + j]
                    pp += x * x
                    qq += y * y
                    pq += x * y
                if pq * pq > 1e-28 * pp * qq:
                    turned += 1
                    ratio = (qq - pp) / (2.0 * pq)
                    tangent = 1.0 / (abs(ratio) + math.sqrt(1.0 + ratio * ratio))
                    if ratio < 0.0:
                        tangent = -tangent
                    cosine = 1.0 / math.sqrt(1.0 + tangent * tangent)
                    sine = cosine * tangent
                    for j in range(m):
                        x = a[p * m + j]
                        y = a[q * m + j]
                        a[p * m + j] = cosine * x - sine * y
                        a[q * m + j] = sine * x + cosine * y
        if turned == 0:
            return sweep + 1
    return most


def read_rows(n, m, a, values):
    """Write the lengths of the rows, longest first; the place of the longest row."""
    longest = 0
    for i in range(n):
        square = 0.0
        for j in range(m):
            square += a[i * m + j] * a[i * m + j]
        length = math.sqrt(square)
        k = i
        while k > 0 and values[k - 1] < length:
            values[k] = values[k - 1]
            k -= 1
        values[k] = length
        if k == 0:
            longest = i
    return longest


def read_overlaps(n, m, row, theta, noise, u, v, a, found):
    """Squared overlaps of u and v with the singular vectors of one turned row of a."""
    square = 0.0
    right = 0.0
    for j in range(m):
        x = a[row * m + j]
        square += x * x
        right += x * v[j]
    left = 0.0
    for i in range(n):
        along = theta * u[i] * right
        for j in range(m):
            along += noise[i * m + j] * a[row * m + j]
        left += u[i] * along
    found[0] = left * left / (square * square)
    found[1] = right * right / square


_turn_rows = compiled(turn_rows)
_read_rows = compiled(read_rows)


def singular_values(matrix: ArrayLike) -> NDArray[np.float64]:
    """Singular values by Jacobi's rotations of rows, as the live figure finds them, largest first.

    For small matrices: NumPy's are faster. The relative error is some 1e-14, of small ones too, as
    long as they are no smaller than 1e-60 of the largest.

    Parameters
    ----------
    matrix : array_like, shape (n, m)
        With n <= m.

    Raises
    ------
    ValueError
        For anything but a table of finite numbers that has no more rows than columns, and for rows
        that differ by a factor of more than 1e60.

    References
    ----------
    M. R. Hestenes, J. Soc. Ind. Appl. Math. 6, 51 (1958), doi:10.1137/0106005.

    Examples
    --------
    >>> singular_values([[3.0, 0.0], [0.0, 4.0]])
    array([4., 3.])
    """
    a = _checks.finite_array("matrix", matrix)
    if a.ndim != 2 or not 0 < a.shape[0] <= a.shape[1]:
        raise ValueError(
            f"matrix must have rows and columns, and no more rows than columns, got shape "
            f"{a.shape}; its transpose has the same singular values"
        )
    rows = np.abs(a).max(axis=1)
    largest = float(rows.max())
    if np.any((rows > 0) & (rows < largest * LEAST_ROW)):
        raise ValueError(
            f"rows must be 0, or at least {LEAST_ROW:g} of the largest, got "
            f"{rows[rows > 0].min():g} and {largest:g}: products of smaller ones are lost"
        )
    power = math.frexp(largest)[1]  # of 2: scaling rounds nothing, and keeps squares in range
    flat, values = np.ascontiguousarray(np.ldexp(a, -power)).ravel(), np.empty(a.shape[0])
    n, m = a.shape
    _turn_rows(n, m, SWEEPS, flat)
    _read_rows(n, m, flat, values)
    with np.errstate(over="ignore"):
        values = np.ldexp(values, power)
    if not np.isfinite(values).all():
        raise ValueError(f"singular values overflow, the largest entry is {largest:g}; divide it")
    return values
