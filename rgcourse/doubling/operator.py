"""The fixed point of the doubling operator, to as many digits as asked for.

A map with one hump, seen every second step and magnified so that its maximum stays one, is again a
map with one hump. With g(0) = 1 this zooming out reads

    (T g)(x) = g(g(g(1) x)) / g(1),

and the map at the onset of chaos flows to a fixed point of T. Its magnification alpha = -1 / g(1)
and the one eigenvalue delta > 1 of T linearized there belong to all maps whose maximum is flat to
the same order z. g is a power series in t = |x|**z.

Source: M. J. Feigenbaum, J. Stat. Phys. 21, 669 (1979), doi:10.1007/BF01107909.
"""

from dataclasses import dataclass
from typing import Any

import mpmath as mp
import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = ["DoublingFixedPoint", "NoDoublingFixedPoint", "doubling_fixed_point"]

SMALLEST_Z, LARGEST_Z = 1.2, 8.0
MOST_DIGITS = 36
MOST_TERMS = 44
FIRST_SERIES = (-1.5276, 0.1048, 0.0267, -0.0035)  # of z = 2, where the continuation starts
STEP_OF_Z = 0.2


class NoDoublingFixedPoint(RuntimeError):
    """Newton's method found no fixed point, or no series is long enough for the digits."""


@dataclass(frozen=True, eq=False)
class DoublingFixedPoint:
    """The universal map g(x) = 1 + c_1 |x|**z + c_2 |x|**(2 z) + ... and its two constants.

    Parameters
    ----------
    z : float
        Order of the maximum, 2 for a smooth map.
    coefficients : tuple of mpmath.mpf
        c_1, c_2, ...
    alpha : mpmath.mpf
        Magnification of one doubling, -1 / g(1).
    delta : mpmath.mpf
        The eigenvalue greater than one of the linearized operator.
    eigenvalues : array, shape (n,)
        Eigenvalues of the linearized operator on series in |x|**z with g(0) = 1, delta first, as
        far down as four more terms of the series leave them as they are to 1e-8.
    digits : int
        How many digits of alpha and delta are right.
    """

    z: float
    coefficients: tuple[Any, ...]
    alpha: Any
    delta: Any
    eigenvalues: NDArray[np.float64]
    digits: int

    def __call__(self, x: ArrayLike) -> NDArray[np.float64]:
        """g(x) in double precision, for |x| up to 1.

        Parameters
        ----------
        x : float or array
            Where; any shape, which is that of the result.

        Raises
        ------
        ValueError
            If an x is no finite number, or lies beyond -1 and 1, where the series is not known.
        """
        x = _checks.finite_array("x", x)
        if np.any(np.abs(x) > 1):
            raise ValueError(
                f"x must lie between -1 and 1, got {x[np.abs(x) > 1].flat[0]}; beyond, use "
                "g(x) = -alpha * g(g(x / alpha))"
            )
        series = [float(c) for c in self.coefficients[::-1]] + [1.0]
        return np.asarray(np.polyval(series, np.abs(x) ** self.z), dtype=float)


def doubling_fixed_point(z: float = 2, *, digits: int = 15) -> DoublingFixedPoint:
    """The `DoublingFixedPoint` of maps whose maximum is flat to order `z`.

    Solves T g = g by Newton's method for the values of a series at Chebyshev points in |x|**z, and
    takes more terms until alpha and delta no longer change in the digits asked for. It gets from
    z = 2 to other z in small steps.

    Parameters
    ----------
    z : float
        From 1.2 to 8.
    digits : int
        Digits of alpha and delta, from 3 to 36; 24 take about a second for z = 2.

    Raises
    ------
    NoDoublingFixedPoint
        If 44 terms are not enough for the digits.
    ValueError
        If z or digits is no number of this range.

    Examples
    --------
    >>> g = doubling_fixed_point(digits=12)
    >>> print(mp.nstr(g.alpha, 12), mp.nstr(g.delta, 12))
    2.5029078751 4.6692016091
    """
    z = _checks.finite("z", z)
    if not SMALLEST_Z <= z <= LARGEST_Z:
        raise ValueError(f"z must be from {SMALLEST_Z:g} to {LARGEST_Z:g}, got {z:g}")
    digits = _checks.integer("digits", digits, minimum=3)
    if digits > MOST_DIGITS:
        raise ValueError(f"digits must be at most {MOST_DIGITS}, got {digits}")
    series, before = _continued_to(z), None
    for terms in range(8, MOST_TERMS + 1, 4):
        with mp.workdps(digits + terms + 10):  # the powers at the points cost 0.77 digits a term
            solved = _newton(series, z, terms, mp.mpf(10) ** (-digits - 5))
            here = -1 / (1 + mp.fsum(solved)), _largest_eigenvalue(solved, z)
            if before and _equal(here, before, digits):
                eigenvalues = _agreed(_eigenvalues(series, z), _eigenvalues(solved, z))
                return DoublingFixedPoint(z, tuple(solved), *here, eigenvalues, digits)
        series, before = solved, here
    raise NoDoublingFixedPoint(
        f"{MOST_TERMS} terms do not give {digits} digits for z = {z:g}; ask for fewer"
    )


def _equal(here, before, digits):
    """Whether two pairs of constants are equal to a tenth of the last digit."""
    bound = mp.mpf(10) ** -digits
    return all(abs(a - b) < bound * abs(a) for a, b in zip(here, before, strict=True))


def _linearized(series, z, t):
    """Values at t = |x|**z of the powers, of T g, and of the derivative of T g by each coefficient.

    Works alike on floats and on object arrays of mpmath numbers.
    """
    k = np.arange(1, len(series) + 1)

    def g(t):
        total = 0 * t
        for c in series[::-1]:
            total = (total + c) * t
        return 1 + total

    def slope(t):  # dg/dt
        total = 0 * t
        for n, c in zip(k[::-1], series[::-1], strict=True):
            total = total * t + int(n) * c
        return total

    def powers(t):
        return t[:, None] ** k

    one = g(t[:1] * 0 + 1)[0]  # g(1) < 0
    size = abs(one) ** z
    u = size * t
    y = g(u)
    w = abs(y) ** z
    sign = np.where(y < 0, -1, 1)
    image = g(w) / one
    dy = powers(u) + (slope(u) * t * z * size / one)[:, None]
    dw = (z * w / abs(y) * sign)[:, None] * dy
    derivative = (powers(w) + slope(w)[:, None] * dw) / one - (image / one)[:, None]
    return powers(t), g(t), image, derivative


def _continued_to(z):
    """A series of eight terms for z in double precision, from z = 2 in small steps."""
    terms = 8
    t = np.cos(np.pi * (2 * np.arange(terms) + 1) / (4 * terms)) ** 2
    series = np.zeros(terms)
    series[: len(FIRST_SERIES)] = FIRST_SERIES
    steps = int(np.ceil(abs(z - 2) / STEP_OF_Z))
    for here in np.linspace(2, z, steps + 1):
        for _ in range(30):
            with np.errstate(all="ignore"):
                powers, g, image, derivative = _linearized(series, here, t)
            if not np.all(np.isfinite(derivative)):
                raise NoDoublingFixedPoint(f"lost the fixed point on the way to z = {here:g}")
            change = np.linalg.solve(powers - derivative, image - g)
            series = series + change
            if np.max(np.abs(change)) < 1e-9:
                break
        else:
            raise NoDoublingFixedPoint(f"no fixed point found on the way to z = {here:g}")
    return series


def _points(terms):
    """Chebyshev points in t = |x|**z, between 0 and 1, as mpmath numbers."""
    return np.array([mp.cos(mp.pi * (2 * i + 1) / (4 * terms)) ** 2 for i in range(terms)])


def _solve(matrix, vector):
    return np.array(list(mp.lu_solve(mp.matrix(matrix.tolist()), mp.matrix(list(vector)))))


def _newton(series, z, terms, accuracy):
    """The series of so many terms that solves T g = g at as many points."""
    c = np.array([*series, *[mp.mpf(0)] * (terms - len(series))])
    t = _points(terms)
    for _ in range(40):
        powers, g, image, derivative = _linearized(c, z, t)
        change = _solve(powers - derivative, image - g)
        c = c + change
        if max(map(abs, change)) < accuracy:
            return list(c)
    raise NoDoublingFixedPoint(f"Newton's method does not settle for z = {z:g}, {terms} terms")


def _largest_eigenvalue(series, z):
    """delta: the eigenvalue of T linearized at g with the largest modulus."""
    powers, _, _, derivative = _linearized(np.array(series), z, _points(len(series)))
    eigenvalues, vectors = np.linalg.eig(_on_values(powers, derivative))
    first = int(np.argmax(np.abs(eigenvalues)))
    delta = mp.mpf(float(np.real(eigenvalues[first])))
    start = np.array([mp.mpf(float(v)) for v in np.real(vectors[:, first])])
    vector = _solve(powers, start)
    for _ in range(3):  # inverse iteration, each time from a better eigenvalue
        vector = _solve(derivative - delta * powers, powers.dot(vector))
        image, same = derivative.dot(vector), powers.dot(vector)
        largest = max(range(len(same)), key=lambda i: abs(same[i]))
        delta, vector = image[largest] / same[largest], vector / same[largest]
    return delta


def _eigenvalues(series, z):
    """All eigenvalues of T linearized at g, in this basis, largest modulus first."""
    powers, _, _, derivative = _linearized(np.array(series), z, _points(len(series)))
    eigenvalues = np.linalg.eigvals(_on_values(powers, derivative))
    return eigenvalues[np.argsort(-np.abs(eigenvalues), kind="stable")]


def _on_values(powers, derivative):
    """The linearized operator as a matrix from values at the points to such values, in floats."""
    inverse = np.array((mp.matrix(powers.tolist()) ** -1).tolist())
    return derivative.dot(inverse).astype(float)  # image [coefficient] [coefficient] value


def _agreed(fewer, more):
    """The leading eigenvalues that four more terms leave as they are."""
    n = min(len(fewer), len(more))
    same = np.abs(fewer[:n] - more[:n]) < 1e-8
    return np.real(more[: n if same.all() else int(np.argmin(same))])
