"""Swendsen's method: the linearized transformation from covariances, and its exponents.

If one coupling K_b is changed, every average <S'_a> of the blocked lattice changes. Seen from the
lattice before blocking the change is cov(S'_a, S_b); seen from the blocked lattice it is the sum
over c of cov(S'_a, S'_c) dK'_c / dK_b. Both are measured, and dK'/dK is what makes them equal.

References
----------
R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._threads import one_blas_thread

__all__ = ["UnstableSpectrum", "covariances", "linearized_rg", "scaling_exponents"]

DEPENDENCE_TOL = 1e-10  # of a variance: less is left over where one operator is made of others


class UnstableSpectrum(RuntimeError):
    """A leading eigenvalue that no zoom factor can have; `.eigenvalues` has all, largest first."""

    def __init__(self, message: str, eigenvalues: NDArray[Any]) -> None:
        super().__init__(message)
        self.eigenvalues = eigenvalues

    def __reduce__(self) -> tuple[Any, ...]:  # pickle would call with the message alone
        return type(self), (*self.args, self.eigenvalues), self.__dict__


@one_blas_thread()
def covariances(
    S: ArrayLike, S_blocked: ArrayLike, *, weights: ArrayLike | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The matrices `(cross, square)` that determine the linearized transformation.

        cross[a, b] = cov(S'_a, S_b),    square[a, b] = cov(S'_a, S'_b)

    To leave operators out, leave out their rows and columns: T of the first c operators is
    `np.linalg.solve(square[:c, :c], cross[:c, :c])`.

    Parameters
    ----------
    S : array, shape (n_samples, n_operators)
        Operators of each lattice, sums over all its sites, from `even_operators` or
        `odd_operators`. Even and odd ones do not mix, and are analysed apart.
    S_blocked : array, shape (n_samples, n_blocked)
        Operators of the same lattices after one blocking, in the same order.
    weights : array, shape (n_samples,), optional
        Weight of each sample, not negative: probabilities of enumerated configurations, or
        exp(dK S) to look at a coupling nearby.

    Raises
    ------
    ValueError
        If the arrays are not two-dimensional, differ in length, have fewer samples than operators
        or are not finite, or the weights do not fit.

    Examples
    --------
    >>> cross, square = covariances([[0.0], [2.0]], [[0.0], [1.0]])
    >>> cross.tolist(), square.tolist()
    ([[0.5]], [[0.25]])
    """
    S, S_blocked = _samples("S", S), _samples("S_blocked", S_blocked)
    if len(S) != len(S_blocked):
        raise ValueError(
            f"S and S_blocked must have one row for each lattice, got {len(S)} and "
            f"{len(S_blocked)} rows"
        )
    most = max(S.shape[1], S_blocked.shape[1])
    if len(S) <= most:
        raise ValueError(
            f"{len(S)} samples cannot determine covariances of {most} operators; take hundreds "
            f"of times as many samples as operators"
        )
    x, y, y_weighted = _centred(S, S_blocked, weights)
    return y_weighted.T @ x, y_weighted.T @ y


def linearized_rg(
    S: ArrayLike, S_blocked: ArrayLike, *, weights: ArrayLike | None = None
) -> NDArray[np.float64]:
    """The linearized transformation T[a, b] = dK'_a / dK_b, array (n_blocked, n_operators).

    Solves cov(S', S) = cov(S', S') T. Exact where the operators are a complete set of the blocked
    lattice; with fewer, the transformation is truncated.

    Parameters
    ----------
    S, S_blocked : arrays, shapes (n_samples, n_operators) and (n_samples, n_blocked)
        Operators before and after one blocking, as in `covariances`.
    weights : array, shape (n_samples,), optional
        As in `covariances`.

    Raises
    ------
    ValueError
        As in `covariances`, and if an operator of the blocked lattice is constant or a combination
        of others, as happens on lattices of 2 x 2 and 4 x 4 spins, where shapes wrap around.

    References
    ----------
    R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.

    Examples
    --------
    If the blocked operator is always half of the original one, the coupling doubles:

    >>> S = np.array([[0.0], [2.0], [6.0]])
    >>> linearized_rg(S, S / 2)
    array([[2.]])
    """
    cross, square = covariances(S, S_blocked, weights=weights)
    width = np.sqrt(np.diag(square))
    if np.any(width == 0):
        raise ValueError(
            f"operator {int(np.argmin(width))} of the blocked lattice never changes; leave it out"
        )
    scaled = square / np.outer(width, width)  # ones on the diagonal, so that sizes do not matter
    if np.linalg.eigvalsh(scaled)[0] < DEPENDENCE_TOL:
        raise ValueError(
            "the operators of the blocked lattice depend on each other; leave one of them out, or "
            "stop blocking at a larger lattice"
        )
    return np.linalg.solve(scaled, cross / width[:, np.newaxis]) / width[:, np.newaxis]


def scaling_exponents(T: ArrayLike, b: float = 2) -> NDArray[np.float64]:
    """Exponents y = ln|lambda| / ln b of the eigenvalues of T, largest first, shape (n,).

    The first is y_t if T is made of even operators, y_h if of odd ones. nan, at the end, stands
    for lambda = 0.

    Parameters
    ----------
    T : array, shape (n, n)
        From `linearized_rg`.
    b : float
        Zoom factor of one blocking, greater than 1.

    Raises
    ------
    UnstableSpectrum
        If the eigenvalue of largest modulus is complex or not positive, as zooming out never
        makes it: too few samples for so many operators.
    ValueError
        If T is not a square matrix of finite numbers, or b is not greater than 1.

    Examples
    --------
    >>> scaling_exponents([[2.0, 1.0], [0.0, 0.5]]).tolist()
    [1.0, -1.0]
    """
    T, b = _checks.finite_array("T", T), _checks.finite("b", b)
    if T.ndim != 2 or T.shape[0] != T.shape[1] or T.size == 0:
        raise ValueError(
            f"T must be a square matrix, got shape {T.shape}; use as many operators of the blocked "
            f"lattice as of the one before"
        )
    if b <= 1:
        raise ValueError(f"the zoom factor b must be greater than 1, got {b:g}")
    eigenvalues = np.linalg.eigvals(T)
    eigenvalues = eigenvalues[np.argsort(-np.abs(eigenvalues), kind="stable")]
    first = complex(eigenvalues[0])
    if first.imag != 0 or first.real <= 0:
        kind = "complex" if first.imag != 0 else "not positive"
        shown = f"{first:.4g}" if first.imag != 0 else f"{first.real:.4g}"
        raise UnstableSpectrum(
            f"the leading eigenvalue {shown} is {kind}, and b**y is neither: noise dominates; "
            f"take more samples, fewer operators, or fewer blockings",
            eigenvalues,
        )
    size = np.abs(eigenvalues)
    return np.log(size, out=np.full(size.shape, np.nan), where=size > 0) / math.log(b)


def _samples(name: str, array: ArrayLike) -> NDArray[np.float64]:
    array = _checks.finite_array(name, array)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(
            f"{name} must have shape (n_samples, n_operators), got {array.shape}; for one operator "
            f"use {name}[:, np.newaxis]"
        )
    return array


def _centred(S, S_blocked, weights):
    """(S - mean, S' - mean, p (S' - mean)) with the probability p of each sample."""
    n = len(S)
    if weights is None:
        x, y = S - S.mean(axis=0), S_blocked - S_blocked.mean(axis=0)
        return x, y, y / n
    p = _checks.finite_array("weights", weights)
    if p.shape != (n,) or np.any(p < 0) or not p.sum() > 0:
        raise ValueError(
            f"weights must be {n} numbers, one for each sample, none negative and not all zero, "
            f"got shape {p.shape}"
        )
    p = p / p.sum()
    x, y = S - p @ S, S_blocked - p @ S_blocked
    return x, y, p[:, np.newaxis] * y
