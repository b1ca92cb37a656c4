"""Renormalization-group flows: fixed points, their eigenvalues and directions, trajectories.

A renormalization-group map takes couplings to couplings, K' = R(K). Everything here works for any
such map, of one coupling or of many.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _checks

__all__ = ["FixedPoint", "NoFixedPoint", "find_fixed_point", "trajectory"]

# sixth-order central difference: f' = sum_k w_k [f(x + k h) - f(x - k h)] / h
STENCIL = ((1, 3 / 4), (2, -3 / 20), (3, 1 / 60))
RELATIVE_STEP = 2e-3  # of a coupling: truncation h**6 and rounding 1e-16 / h balance


class NoFixedPoint(RuntimeError):
    """Newton's method did not converge to a fixed point."""


@dataclass(frozen=True, eq=False)
class FixedPoint:
    """A fixed point K* = R(K*) of a map that rescales lengths by b, and the flow close to it.

    Parameters
    ----------
    couplings : array, shape (n,)
        K*.
    eigenvalues : array, shape (n,)
        Eigenvalues of dK'_i / dK_j at K*.
    directions : array, shape (n, n)
        The eigenvectors; column i belongs to eigenvalue i, as in `numpy.linalg.eig`.
    b : float
        Rescaling factor of the map, greater than 1.

    Raises
    ------
    ValueError
        If b is not greater than 1 or the shapes do not fit.

    Examples
    --------
    >>> FixedPoint([0.0], [4.0], [[1.0]], b=2).exponents.tolist()
    [2.0]
    """

    couplings: np.ndarray
    eigenvalues: np.ndarray
    directions: np.ndarray
    b: float

    def __post_init__(self):
        b = _rescaling(self.b)
        couplings = np.atleast_1d(np.asarray(self.couplings, dtype=float))
        eigenvalues = np.atleast_1d(np.asarray(self.eigenvalues))
        directions = np.atleast_2d(np.asarray(self.directions))
        if not np.any(np.imag(eigenvalues)):  # newer NumPy always answers in complex numbers
            eigenvalues, directions = np.real(eigenvalues), np.real(directions)
        n = len(couplings)
        if couplings.ndim > 1 or eigenvalues.shape != (n,) or directions.shape != (n, n):
            raise ValueError(
                f"a fixed point of n couplings has n eigenvalues and an n x n matrix of "
                f"directions, got shapes {couplings.shape}, {eigenvalues.shape}, "
                f"{directions.shape}"
            )
        for name, value in (
            ("couplings", couplings),
            ("eigenvalues", eigenvalues),
            ("directions", directions),
            ("b", b),
        ):
            object.__setattr__(self, name, value)

    @property
    def exponents(self) -> NDArray[np.float64]:
        """y = ln|lambda| / ln b, largest first; nan, at the end, for lambda = 0.

        y > 0 is relevant, y = 0 marginal, y < 0 irrelevant.
        """
        size = np.abs(self.eigenvalues)
        y = np.log(size, out=np.full(size.shape, np.nan), where=size > 0) / math.log(self.b)
        return y[np.argsort(-y)]  # nan sorts to the end


def find_fixed_point(
    rg_map: Callable[[Any], ArrayLike], guess: ArrayLike, *, b: float
) -> FixedPoint:
    """The `FixedPoint` of `rg_map` that Newton's method reaches from `guess`.

    Solves R(K) = K with the Jacobian dR/dK taken by sixth-order differences, good to about 1e-12
    of its size. A step that would not bring R(K) - K closer to zero, or would leave the domain of
    the map, is halved. Eigenvalues come largest first, by modulus.

    Parameters
    ----------
    rg_map : callable
        K -> R(K), deterministic and smooth. It is called with a float if `guess` is a number,
        otherwise with an array of shape (n,), and returns as many numbers.
    guess : float or array, shape (n,)
        Where to start: stable and unstable fixed points are both found, but only from nearby.
    b : float
        Rescaling factor of the map, greater than 1.

    Raises
    ------
    NoFixedPoint
        If the iteration gets stuck or does not settle within 50 steps.
    ValueError
        If guess or b is no finite number, or the map returns another number of couplings.

    Examples
    --------
    The three-site cell of percolation on the triangular lattice, p' = 3 p**2 - 2 p**3, has
    p* = 1/2 with dp'/dp = 3/2 (P. J. Reynolds, W. Klein and H. E. Stanley, J. Phys. C 10, L167
    (1977), doi:10.1088/0022-3719/10/8/002).

    >>> point = find_fixed_point(lambda p: 3 * p**2 - 2 * p**3, 0.4, b=3**0.5)
    >>> point.couplings.round(12).tolist(), point.eigenvalues.round(10).tolist()
    ([0.5], [1.5])
    """
    b = _rescaling(b)
    R, K = _on_arrays(rg_map, guess)
    change = R(K) - K
    for _ in range(50):
        scale = max(1.0, np.max(np.abs(K)))
        if not np.all(np.isfinite(change)):
            break
        try:
            step = np.linalg.solve(np.eye(len(K)) - _jacobian(R, K), change)
        except np.linalg.LinAlgError:
            break
        if np.max(np.abs(step)) <= 1e-12 * scale:  # Newton doubles the digits: K + step is exact
            return _fixed_point(R, K + step, b)
        step, change_there = _step_that_helps(R, K, step, change)
        if step is None:
            if np.max(np.abs(change)) <= 1e-14 * scale:  # a double root, found to half the digits
                return _fixed_point(R, K, b)
            break
        K, change = K + step, change_there
    raise NoFixedPoint(
        f"found no fixed point from the guess {guess!r}: got as far as {K}, where K' - K is "
        f"{change}; start closer to it, for example where trajectory(rg_map, ...) turns around"
    )


def trajectory(
    rg_map: Callable[[Any], ArrayLike], start: ArrayLike, n_steps: int
) -> NDArray[np.float64]:
    """Couplings at the start and after each of `n_steps` steps of `rg_map`.

    Parameters
    ----------
    rg_map : callable
        K -> R(K), as in `find_fixed_point`.
    start : float or array, shape (n,)
        Couplings to start from.
    n_steps : int
        How often the map is applied, at least 0.

    Returns
    -------
    array, shape (n_steps + 1, n)

    Raises
    ------
    ValueError
        If start is not finite, n_steps is negative, or the map returns another number of couplings.

    Examples
    --------
    >>> trajectory(lambda K: K**2, 0.5, 2).tolist()
    [[0.5], [0.25], [0.0625]]
    """
    n_steps = _checks.integer("n_steps", n_steps, minimum=0)
    R, K = _on_arrays(rg_map, start)
    path = [K]
    for _ in range(n_steps):
        path.append(R(path[-1]))
    return np.array(path)


def _rescaling(b):
    b = _checks.finite("b", b)
    if b <= 1:
        raise ValueError(f"the rescaling factor b must be greater than 1, got {b:g}")
    return b


def _on_arrays(rg_map, couplings):
    """The map from (n,) arrays to (n,) arrays, and the couplings as such an array."""
    scalar = np.ndim(couplings) == 0
    K = np.atleast_1d(_checks.finite_array("couplings", couplings))
    if K.ndim != 1 or K.size == 0:
        raise ValueError(
            f"couplings must be a number or a one-dimensional array of them, got {couplings!r}"
        )

    def R(K):
        new = np.atleast_1d(np.array(rg_map(float(K[0]) if scalar else K.copy()), dtype=float))
        if new.shape != K.shape:
            raise ValueError(
                f"the map was given couplings of shape {K.shape} and returned {new.shape}; return "
                f"as many couplings as go in"
            )
        return new

    return R, K


def _jacobian(R, K):
    """dR_i / dK_j."""
    columns = []
    for j in range(len(K)):
        h = np.zeros(len(K))
        h[j] = RELATIVE_STEP * max(abs(K[j]), 0.1 * np.max(np.abs(K)), 0.01)
        columns.append(sum(w * (R(K + k * h) - R(K - k * h)) for k, w in STENCIL) / h[j])
    return np.array(columns).T


def _step_that_helps(R, K, step, change):
    """(step, R(K + step) - K - step), halved until that is smaller than `change`, or (None, None).

    A map may be undefined beyond the fixed point, like atanh beyond 1: then the step is too long.
    """
    for _ in range(20):
        try:
            there = R(K + step) - K - step
        except (ArithmeticError, ValueError):
            there = np.full_like(K, np.nan)
        if np.max(np.abs(there)) < np.max(np.abs(change)):
            return step, there
        step = step / 2
    return None, None


def _fixed_point(R, K, b):
    eigenvalues, directions = np.linalg.eig(_jacobian(R, K))
    order = np.argsort(-np.abs(eigenvalues), kind="stable")
    return FixedPoint(K, eigenvalues[order], directions[:, order], b)
