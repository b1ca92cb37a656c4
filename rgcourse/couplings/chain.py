"""The Ising chain: decimation that keeps the partition function, and exact samples.

Keep every b-th spin and sum over those between: the chain that remains has the same form, with
other couplings and a constant. Nothing is approximated, so that the step is exact to rounding.

References
----------
D. R. Nelson and M. E. Fisher, Ann. Phys. 91, 226 (1975), doi:10.1016/0003-4916(75)90284-5.
"""

import math

import numpy as np
from numba import int8, njit
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._random import next_word, random_state, threshold

__all__ = ["correlation_length", "decimate_chain", "sample_chain"]

compiled = njit(cache=True, nogil=True, error_model="numpy")


@register_jitable
def add_logs(x, y):
    """ln(exp(x) + exp(y))."""
    return max(x, y) + math.log1p(math.exp(-abs(x - y)))


@register_jitable
def decimate_step(K, h, b, result):
    """Write K', h' and the constant per old spin of a chain of which every b-th spin is kept.

    The logarithms of the elements of T**b, T(s, s') = exp(K s s' + h (s + s') / 2), give h' and the
    constant. K' would cancel in them where it is small; it comes from det(T**b) = (2 sinh 2K)**b,
    for exp(4 K') - 1 = det(T**b) / T**b(+, -)**2.
    """
    up, across, down = K + h, -K, K - h
    for _ in range(b - 1):
        up, across, down = (
            add_logs(up + K + h, across - K),
            add_logs(up - K, across + K - h),
            add_logs(across - K, down + K - h),
        )
    result[1] = (up - down) / 2
    result[2] = (up + down + 2 * across) / (4 * b)
    result[0] = 0.0
    if K != 0.0:
        log_sinh = 2 * abs(K) + math.log1p(-math.exp(-4 * abs(K)))  # ln(2 sinh 2|K|)
        ratio = b * log_sinh - 2 * across
        if K > 0 or b % 2 == 0:
            result[0] = add_logs(0.0, ratio) / 4
        elif ratio < -1:
            result[0] = math.log1p(-math.exp(ratio)) / 4
        else:
            result[0] = (up + down - 2 * across) / 4


@register_jitable
def sample_segment(K, h, n, spins, state):
    """Fill n spins with a piece of the infinite chain, an exact and independent sample.

    The chain is a Markov chain in space: a spin depends on its left neighbour, on nothing beyond.
    """
    e = math.exp(h)
    cosh, sinh = (e + 1 / e) / 2, (e - 1 / e) / 2
    weak = math.exp(-4 * K)
    root = math.sqrt(sinh * sinh + weak)
    norm = cosh + root  # largest eigenvalue over exp(K)
    # root - |sinh|, in a form in which nothing cancels: a difference could come out below zero
    small = weak / (root + abs(sinh))
    up_after_down = (root + sinh if sinh > 0 else small) / norm
    down_after_up = (small if sinh > 0 else root - sinh) / norm
    up = threshold(up_after_down / (up_after_down + down_after_up))
    after_up, after_down = threshold(1 - down_after_up), threshold(up_after_down)
    for i in range(n):
        is_up = next_word(state) < up
        spins[i] = int8(1) if is_up else int8(-1)
        up = after_up if is_up else after_down


@register_jitable
def correlation_length_at(K, h):
    """1 / ln(lambda_+ / lambda_-) of the chain, K >= 0."""
    e = math.exp(h)
    cosh, sinh = (e + 1 / e) / 2, (e - 1 / e) / 2
    ratio = min(math.sqrt(sinh * sinh + math.exp(-4 * K)) / cosh, 1.0)
    return 1 / math.log1p(2 * ratio / (1 - ratio))


@compiled
def decimate_all(K, h, b, results):
    """`decimate_step` for every pair of couplings."""
    for i in range(K.size):
        decimate_step(K[i], h[i], b, results[i])


@compiled
def correlation_lengths(K, h, lengths):
    """`correlation_length_at` for every pair of couplings."""
    for i in range(K.size):
        lengths[i] = correlation_length_at(K[i], h[i])


@compiled
def sample_all(K, h, spins, state):
    """`sample_segment` for every row."""
    for row in range(spins.shape[0]):
        sample_segment(K, h, spins.shape[1], spins[row], state)


def decimate_chain(
    K: ArrayLike, h: ArrayLike = 0.0, b: int = 2
) -> tuple[float | NDArray[np.float64], float | NDArray[np.float64], float | NDArray[np.float64]]:
    """`(K', h', g)` of the Ising chain of which every b-th spin is kept, exactly.

    ln Z_N(K, h) = N g + ln Z_(N / b)(K', h'). At h = 0, tanh K' = tanh(K)**b.

    Parameters
    ----------
    K : float or array
        Coupling of neighbours, of either sign; weight exp(K sum s s' + h sum s).
    h : float or array
        Field, dimensionless (beta H); broadcast against K.
    b : int
        Rescaling factor, at least 2.

    Returns
    -------
    K, h, g : float or array
        New coupling and field, and the constant per *old* spin.

    Raises
    ------
    ValueError
        If a coupling is not finite, or b no whole number of at least 2.

    References
    ----------
    D. R. Nelson and M. E. Fisher, Ann. Phys. 91, 226 (1975), doi:10.1016/0003-4916(75)90284-5.

    Examples
    --------
    >>> K, h, g = decimate_chain(1.0)
    >>> round(float(np.tanh(K) / np.tanh(1.0) ** 2), 12)
    1.0
    """
    K, h = _broadcast(K, h)
    b = _checks.integer("b", b, minimum=2)
    results = np.empty((K.size, 3))
    decimate_all(K.ravel(), h.ravel(), b, results)
    K_new, h_new, g = (results[:, k].reshape(K.shape)[()] for k in range(3))
    return K_new, h_new, g


def correlation_length(K: ArrayLike, h: ArrayLike = 0.0) -> float | NDArray[np.float64]:
    """Distance over which <s s'> - <s><s'> falls by e on the infinite chain, in lattice spacings.

    xi = 1 / ln(lambda_+ / lambda_-), the eigenvalues of the transfer matrix. At h = 0,
    exp(-1 / xi) = tanh K.

    Parameters
    ----------
    K : float or array
        Coupling of neighbours, not negative.
    h : float or array
        Field, dimensionless (beta H); broadcast against K.

    Raises
    ------
    ValueError
        If a coupling is not finite, or K negative.

    Examples
    --------
    >>> K = np.arctanh(np.exp(-0.5))
    >>> float(correlation_length(K).round(12))
    2.0
    """
    K, h = _broadcast(K, h)
    if np.any(K < 0):
        raise ValueError(f"K must not be negative, got {np.min(K):g}; use abs(K) at h = 0")
    lengths = np.empty(K.size)
    correlation_lengths(K.ravel(), h.ravel(), lengths)
    return lengths.reshape(K.shape)[()]


def sample_chain(
    K: float, n_spins: int, n_samples: int, *, h: float = 0.0, rng: int | np.random.Generator
) -> NDArray[np.int8]:
    """Independent pieces of the infinite chain, int8 of +-1, shape (n_samples, n_spins).

    Parameters
    ----------
    K, h : float
        Coupling and field, |K| <= 100 and |h| <= 100.
    n_spins, n_samples : int
        Length of a piece and number of pieces, at least 1.
    rng : int or numpy.random.Generator
        Seed or generator.

    Raises
    ------
    ValueError
        If a coupling is not finite or too large, or a number not positive.

    Examples
    --------
    >>> sample_chain(0.0, 3, 2, h=50.0, rng=1).tolist()
    [[1, 1, 1], [1, 1, 1]]
    """
    K, h = _checks.finite("K", K), _checks.finite("h", h)
    for name, value in (("K", K), ("h", h)):
        if abs(value) > 100:
            raise ValueError(f"{name} must lie between -100 and 100, got {value:g}")
    n_spins = _checks.integer("n_spins", n_spins, minimum=1)
    n_samples = _checks.integer("n_samples", n_samples, minimum=1)
    spins = np.empty((n_samples, n_spins), np.int8)
    sample_all(K, h, spins, random_state(rng))
    return spins


def _broadcast(K: ArrayLike, h: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """K and h as arrays of one shape; ValueError unless they are finite and fit together."""
    K, h = _checks.finite_array("K", K), _checks.finite_array("h", h)
    try:
        K, h = np.broadcast_arrays(K, h)
        return K, h
    except ValueError:
        raise ValueError(
            f"K and h must have shapes that broadcast, got {K.shape} and {h.shape}"
        ) from None
