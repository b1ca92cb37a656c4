"""Regression with a ridge on examples that are drawn: what the equivalent is held to."""

import math

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .._random import random_state, uniform
from .equivalent import checked, checked_target, not_negative

__all__ = ["draw_errors"]

LEAST_PIVOT = 1e-12  # of the sum of the spectrum: below, the errors are those of rounding

# --- Kernels ------------------------------------------------------------------------------------
# spectrum, target: float64, D of each. z: D rows of P normal numbers. gram: P rows of P, of which
# the lower triangle is used. y: P. missed: D.


@register_jitable
def fill_normals(n, out, state):
    """Normal numbers, by Marsaglia's polar method, two at a time."""
    for i in range(0, n, 2):
        size2 = 2.0
        x = y = 0.0
        while size2 >= 1.0 or size2 == 0.0:
            x = 2.0 * uniform(state) - 1.0
            y = 2.0 * uniform(state) - 1.0
            size2 = x * x + y * y
        stretch = math.sqrt(-2.0 * math.log(size2) / size2)
        out[i] = x * stretch
        if i + 1 < n:
            out[i + 1] = y * stretch


@register_jitable
def factorize(P, gram):
    """The lower triangle of a matrix by that of its Cholesky factor; 0 if it has none, else 1."""
    for i in range(P):
        for j in range(i + 1):
            rest = gram[i * P + j]
            for m in range(j):
                rest -= gram[i * P + m] * gram[j * P + m]
            if j < i:
                gram[i * P + j] = rest / gram[j * P + j]
            elif rest > 0.0:
                gram[i * P + i] = math.sqrt(rest)
            else:
                return 0
    return 1


@register_jitable
def solve_factorized(P, gram, y):
    """y by the solution of L L^T x = y."""
    for i in range(P):
        for j in range(i):
            y[i] -= gram[i * P + j] * y[j]
        y[i] /= gram[i * P + i]
    for i in range(P - 1, -1, -1):
        y[i] /= gram[i * P + i]
        for j in range(i):
            y[j] -= gram[i * P + j] * y[i]


@register_jitable
def fit_once(spectrum, target, D, P, ridge, noise, z, gram, y, missed, state):
    """Draw P examples, fit them, and fill `missed` with the squared error of each mode; their sum.

    -1 where the kernel matrix has no Cholesky factor. The signs of the target are drawn as well.
    """
    fill_normals(D * P, z, state)
    fill_normals(P, y, state)
    for i in range(P):
        y[i] *= math.sqrt(noise)
        for j in range(P):
            gram[i * P + j] = 0.0
        gram[i * P + i] = ridge
    for k in range(D):
        amplitude = math.sqrt(target[k])
        if uniform(state) < 0.5:
            amplitude = -amplitude
        missed[k] = amplitude
        row = k * P
        for i in range(P):
            y[i] += amplitude * z[row + i]
            scaled = spectrum[k] * z[row + i]
            for j in range(i + 1):
                gram[i * P + j] += scaled * z[row + j]
    if factorize(P, gram) == 0:
        return -1.0
    solve_factorized(P, gram, y)
    error = 0.0
    for k in range(D):
        found = 0.0
        for i in range(P):
            found += z[k * P + i] * y[i]
        gap = missed[k] - spectrum[k] * found
        missed[k] = gap * gap
        error += missed[k]
    return error


_fit_once = compiled(fit_once)


# --- For Python ---------------------------------------------------------------------------------


def draw_errors(
    spectrum: ArrayLike,
    target: ArrayLike,
    P: int,
    n_draws: int,
    *,
    ridge: float = 0.0,
    noise: float = 0.0,
    rng: int | np.random.Generator,
) -> NDArray[np.float64]:
    """Squared errors of each mode in `n_draws` regressions, each with P fresh examples.

    The sum over modes is the error on new examples, without their noise: the features are normal,
    so that no test set is needed. The signs of the target are drawn anew as well.

    Parameters
    ----------
    spectrum, target : array (D,)
        As for `learning_curve`.
    P, n_draws : int
        Examples, and how often they are drawn.
    ridge, noise : float
        As for `learning_curve`.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    array (n_draws, D)

    Raises
    ------
    ValueError
        As `learning_curve`, or P > D without a ridge, where the kernel matrix has no inverse.
    RuntimeError
        If a kernel matrix is singular but for rounding.

    Examples
    --------
    >>> bool(draw_errors([1.0] * 20, [1.0] * 20, 20, 1, rng=1).max() < 1e-9)
    True
    """
    P = _checks.integer("P", P, minimum=1)
    size = _checks.numbers_only("spectrum", spectrum).size
    variances, _, ridge = checked(spectrum, P, ridge, ends_at=size + 1)
    power, noise = checked_target(target, variances), not_negative("noise", noise)
    n_draws = _checks.integer("n_draws", n_draws, minimum=1)
    state = random_state(rng)
    z, gram, y = np.empty(size * P), np.empty(P * P), np.empty(P)
    missed = np.empty((n_draws, size))
    for row in missed:
        found = _fit_once(variances, power, size, P, ridge, noise, z, gram, y, row, state)
        if found < 0 or gram[:: P + 1].min() ** 2 < LEAST_PIVOT * variances.sum():
            raise RuntimeError(
                f"a kernel matrix of {P} examples is singular; a small ridge, such as "
                f"{10 * LEAST_PIVOT * variances.sum():.1g}, helps"
            )
    return missed
