"""The exact universal curves of the spin-1/2 Kondo model, from two nonlinear integral equations.

The thermodynamic Bethe ansatz gives the impurity's free energy from infinitely many functions
eta_n. Two complex functions b_+ and b_- say the same [3, 4]: 1 + eta_1 is their (1 + b_+)(1 + b_-)
on shifted lines. On the line z + i pi / 4, which is far from every singularity, with y = h / 2T,

    ln b_s(z) = s y + 2i exp(z + i pi/4) + int K(z - z') A_s(z') dz'
                                         - int K(z - z' + i pi/2) conj A_{-s}(z') dz',
    A_s = ln(1 + b_s),    K(z) = int exp(ikz) / (1 + exp(pi |k|)) dk / 2 pi,    s = +, -,
    ln Z(T, y) = sum_s Re int A_s(z) / (2 pi cosh(ln(T_0 / T) - z + i pi/4)) dz,

Z being the partition function of the impurity, b_- here the conjugate of what the papers call
bar b. All else is a derivative of ln Z: entropy = d(T ln Z) / dT, t_chi = (d/dy)**2 ln Z / 4.
For z -> -inf, high temperature, b_s is exp(2 s y) and Z that of a free spin, 2 cosh y. At low T
the dilogarithm gives ln Z = (T / T_0) (pi / 12 + y**2 / 2 pi), hence gamma = pi / (6 T_0),
chi = 1 / (4 pi T_0) and R = 2; with 4 T_K chi = 0.4107, T_0 = T_K / 1.2903 for the T_K of the
exact solution. Where T chi = 0.0701 is found by calculation, T = 1.3081 T_0.

References
----------
[1] N. Andrei, K. Furuya and J. H. Lowenstein, Rev. Mod. Phys. 55, 331 (1983),
doi:10.1103/RevModPhys.55.331 (infinitely many functions, limits).
[2] K. G. Wilson, Rev. Mod. Phys. 47, 773 (1975), doi:10.1103/RevModPhys.47.773.
[3] C. Destri and H. J. de Vega, Phys. Rev. Lett. 69, 2313 (1992),
doi:10.1103/PhysRevLett.69.2313 (two functions for infinitely many).
[4] M. Bortz and A. Klümper, arXiv:cond-mat/0405085 (2004) (the same for the Kondo model).
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.fft import fft, ifft, next_fast_len
from scipy.optimize import brentq
from scipy.special import digamma

from .. import _checks
from ..nrg.thermodynamics import T_CHI_AT_T_K

__all__ = ["universal_curve", "universal_magnetization"]

STEP = 0.2  # the trapezoidal rule is then exact to 1e-9
LEFT = 1000.0  # logarithms die slowly: twice as far moves T chi by at most 3e-7
RIGHT = 5.0  # where b has died as exp(-1.4 exp(z))
ENOUGH = 1e-12  # every iteration halves the error
T_MAX = 1e30  # in units of T_K, and its inverse the least: ln T is then far from LEFT
Y_MAX = 0.75  # h / 2T: 1e-6 here; a zero of 1 + b draws near, at 1.5 the error is 3e-3

Complex = NDArray[np.complex128]


class _Solution(NamedTuple):
    """A_s summed over s, and its first two derivatives by y, shape (3, n), at the points z."""

    z: NDArray[np.float64]
    A: Complex


def _kernel(z: Complex) -> Complex:
    """K(z), |Im z| < pi, as an alternating sum that digamma functions do."""
    x = np.array([1 - 1j * z / np.pi, 1 + 1j * z / np.pi])
    return (digamma((x + 1) / 2) - digamma(x / 2)).sum(axis=0) / (4 * np.pi**2)


def _convolution(n: int, step: float, shift: float) -> Callable[[Complex], Complex]:
    """int K(z - z' + i shift) f(z') dz' on n points for rows f, constant left of the first."""
    k = step * _kernel(np.asarray(step * np.arange(1 - n, n) + 1j * shift, complex))
    right = k[n:]  # sum over all is K's integral, 1/2, and K(-z) the conjugate
    beyond = (0.5 - k[n - 1].real) / 2 + 1j * right.imag.sum()
    left_of = beyond - np.concatenate([[0], np.cumsum(right)])
    size = next_fast_len(2 * n - 1)
    k_hat = fft(k, size)

    def convolve(f: Complex) -> Complex:
        inside = ifft(fft(f, size) * k_hat)[:, n - 1 : 2 * n - 1]
        return np.asarray(inside + f[:, :1] * left_of)

    return convolve


def _settle(step: Callable[[Complex], Complex], f: Complex) -> Complex:
    """The fixed point of a contraction by 2."""
    for _ in range(100):
        f, last = step(f), f
        if np.abs(f - last).max() < ENOUGH * (1 + np.abs(f[:, 0]).max()):
            return f
    raise RuntimeError(f"no fixed point in 100 rounds, the last moved {np.abs(f - last).max():g}")


@lru_cache(maxsize=32)
def _solve(y: float, step: float = STEP, left: float = LEFT) -> _Solution:
    """b_+ and b_- at one field, then the linear equations of their derivatives by y."""
    z = np.arange(RIGHT, -left, -step)[::-1]
    same, other = (_convolution(len(z), step, shift) for shift in (0.0, np.pi / 2))
    sign = np.array([[1.0], [-1.0]])
    drive = sign * y + 2j * np.exp(z + 1j * np.pi / 4)

    def act(A: Complex) -> Complex:
        return same(A) - other(A[::-1].conj())

    f = _settle(lambda f: drive + act(np.log1p(np.exp(f))), drive)
    A = np.log1p(np.exp(f))
    w = np.exp(f - A)  # b / (1 + b)
    f1 = _settle(lambda f1: sign + act(w * f1), 2 * sign + 0 * f)
    curved = w * (1 - w) * f1**2
    f2 = _settle(lambda f2: act(w * f2 + curved), 0 * f)
    rows = np.array([A, w * f1, w * f2 + curved])
    return _Solution(z, rows.sum(axis=1))


def _log_z(T: float, solution: _Solution) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """ln Z and its first two derivatives by y, then those three by ln T; T in units of T_0."""
    z, A = solution
    u = np.clip(-np.log(T) - z, -300, 300) + 1j * np.pi / 4  # cosh must not overflow
    G = (z[1] - z[0]) / (2 * np.pi * np.cosh(u))
    return (A @ G).real, (A @ (G * np.tanh(u))).real


def _curve(T: float, solution: _Solution) -> tuple[float, float]:
    """Entropy and T chi without a field, T in units of T_0."""
    log_z, slope = _log_z(T, solution)
    return float(log_z[0] + slope[0]), float(log_z[2] / 4)


@cache
def _kondo_temperature(step: float = STEP, left: float = LEFT) -> float:
    """T_K in units of T_0, from T chi(T_K) = 0.0701."""
    solution = _solve(0.0, step, left)
    return float(brentq(lambda T: _curve(T, solution)[1] - T_CHI_AT_T_K, 1.0, 2.0, xtol=1e-13))


def _temperatures(T: ArrayLike) -> NDArray[np.float64]:
    temperatures = _checks.numbers_only("T", T)
    wrong = ~((temperatures >= 1 / T_MAX) & (temperatures <= T_MAX))
    if np.any(wrong):
        raise ValueError(
            f"T must lie between {1 / T_MAX:g} and {T_MAX:g}, in units of T_K, got "
            f"{temperatures[wrong].flat[0]:g}; divide temperatures by kondo_temperature first"
        )
    return temperatures


def universal_curve(T: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Entropy and T chi of a Kondo spin in a band much wider than T_K and T: exact, for every J.

    The equations stand at the head of this module. The first call solves them, in 0.4 s; then
    a temperature takes 0.5 ms.

    Parameters
    ----------
    T : array
        Temperatures in units of T_K, T chi(T_K) = 0.0701, from 1e-30 to 1e30.

    Returns
    -------
    entropy, t_chi : array
        Of the shape of T, in units of k_B and (g mu_B)**2, exact to 1e-6: ln 2 and 1/4 for
        T -> inf; 0.6849 T and 0.1041 T for T -> 0, which is a Wilson ratio of 2.

    Raises
    ------
    ValueError
        If T is not a number, not positive, or out of range.

    References
    ----------
    N. Andrei, K. Furuya and J. H. Lowenstein, Rev. Mod. Phys. 55, 331 (1983),
    doi:10.1103/RevModPhys.55.331; as two equations M. Bortz and A. Klümper,
    arXiv:cond-mat/0405085 (2004).

    Examples
    --------
    >>> entropy, t_chi = universal_curve([1, 100])
    >>> (entropy / np.log(2)).round(4).tolist(), t_chi.round(4).tolist()
    ([0.5527, 0.9726], [0.0701, 0.1918])
    """
    temperatures = _temperatures(T)
    solution, T_K = _solve(0.0), _kondo_temperature()
    points = [_curve(t * T_K, solution) for t in temperatures.flat]
    entropy, t_chi = np.reshape(points, (-1, 2)).T.reshape(2, *temperatures.shape)
    return entropy, t_chi


def universal_magnetization(T: ArrayLike, h: ArrayLike) -> NDArray[np.float64]:
    """Magnetization of a Kondo spin in a field of at most 1.5 T: exact, for every J.

    It is d(T ln Z) / dh, with ln Z from the head of this module; 0.2 s for every new h / T.

    Parameters
    ----------
    T, h : array
        Temperature and Zeeman energy g mu_B H, of spin and electrons alike, in units of T_K;
        as `universal_curve`, broadcast against each other.

    Returns
    -------
    array
        In units of g mu_B: (1/2) tanh(h / 2T) for a free spin.

    Raises
    ------
    ValueError
        If T or h is not a number, T out of range, h beyond 1.5 T, or the shapes do not broadcast.

    Examples
    --------
    >>> round(float(universal_magnetization(1.0, 0.01)) / 0.01, 4)
    0.0701
    """
    temperatures, fields = _temperatures(T), _checks.numbers_only("h", h)
    try:
        temperatures, fields = np.broadcast_arrays(temperatures, fields)
    except ValueError:
        raise ValueError(
            f"the shapes of T and h must broadcast, got {temperatures.shape} and {fields.shape}; "
            "use T[:, None] for a table"
        ) from None
    y = fields / (2 * temperatures)
    if np.any(np.abs(y) > Y_MAX):
        k = np.abs(y).argmax()
        raise ValueError(
            f"h must be at most {2 * Y_MAX:g} T, got h = {fields.flat[k]:g} at "
            f"T = {temperatures.flat[k]:g}; raise T or lower h"
        )
    T_K = _kondo_temperature()
    pairs = zip(temperatures.flat, y.flat, strict=True)
    points = [_log_z(t * T_K, _solve(float(x)))[0][1] / 2 for t, x in pairs]
    return np.reshape(points, y.shape)
