"""The pivot algorithm: turn one arm of a walk about a site, keep what does not touch itself.

The sites of the proposal go into a table with open addressing, outwards from the pivot on both
sides, because near the pivot is where they collide: a bad proposal is found out early. A successful
one costs a time in proportion to the length, since every site is looked at.

References
----------
M. Lal, Mol. Phys. 17, 57 (1969), doi:10.1080/00268976900100781. N. Madras and A. D. Sokal,
J. Stat. Phys. 50, 109 (1988), doi:10.1007/BF01022990 (hashing, ergodicity, autocorrelations).
"""

import math
from typing import Any

import numpy as np
from numba import int64, uint64
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .._random import next_below, random_state
from ..statistics import Estimate
from .symmetries import lattice_dimension, signed_axes

__all__ = ["PivotChain", "line_through"]

MOST_STEPS = 2**21
MOST_SAMPLES = 2**24  # of one call: an array of 128 MB
MOST_ATTEMPTS = 2**28  # of one call: some minutes for a short walk, and it cannot be stopped
NEWEST = 2**31 - 1  # stamp of the table before it must be wiped


@register_jitable
def table_size(n):
    """Entries of the table for a walk of n steps, a power of two of at least 2 (n + 1)."""
    size = 4
    while size < 2 * (n + 1):
        size *= 2
    return size


@register_jitable
def start_rod(sites, n, dim):
    """A straight walk along axis 0: site i at (i, 0, ..)."""
    for i in range((n + 1) * dim):
        sites[i] = 0
    for i in range(n + 1):
        sites[i * dim] = i


@register_jitable
def end_square(sites, n, dim):
    """Squared distance between the two ends, a whole number."""
    total = int64(0)
    for a in range(dim):
        apart = int64(sites[n * dim + a]) - int64(sites[a])
        total += apart * apart
    return total


@register_jitable
def try_pivot(sites, n, dim, pivot, element, avoiding, group, moved, table):
    """1 if the shorter arm was turned about site `pivot` by symmetry `element`, 0 if it is in the
    way of the other.

    With `avoiding` 0 nothing is in the way. `table`, int32, holds 2 table_size(n) + 1 words: site
    and stamp of each entry, and the last stamp; `moved` has room for the sites of an arm.
    """
    size = table_size(n)
    stamp = table[2 * size] + 1
    if stamp >= NEWEST:
        for i in range(2 * size):
            table[i] = 0
        stamp = 1
    table[2 * size] = stamp
    upper = 2 * pivot >= n  # which arm is turned
    arms = max(pivot, n - pivot)
    arm = min(pivot, n - pivot)
    if avoiding == 0:
        arms = arm
    signs = 2 * dim * element
    for k in range(2 * arms + 1):
        distance = (k + 1) >> 1
        i = pivot + distance if k & 1 else pivot - distance
        if i < 0 or i > n:
            continue
        turned = distance > 0 and (i > pivot) == upper
        if turned:
            for a in range(dim):
                axis = group[signs + a]
                apart = sites[i * dim + axis] - sites[pivot * dim + axis]
                moved[i * dim + a] = sites[pivot * dim + a] + group[signs + dim + a] * apart
        if avoiding == 0:
            continue
        mixed = uint64(0)
        for a in range(dim):
            x = moved[i * dim + a] if turned else sites[i * dim + a]
            mixed = (mixed ^ uint64(int64(x))) * uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> uint64(29)
        place = int64(mixed & uint64(size - 1))
        while table[2 * place + 1] == stamp:
            j = int64(table[2 * place])
            other = j != pivot and (j > pivot) == upper
            same = True
            for a in range(dim):
                x = moved[i * dim + a] if turned else sites[i * dim + a]
                y = moved[j * dim + a] if other else sites[j * dim + a]
                same = same and x == y
            if same:
                return 0
            place = (place + 1) & (size - 1)
        table[2 * place] = i
        table[2 * place + 1] = stamp
    first = pivot + 1 if upper else pivot - arm
    for i in range(first * dim, (first + arm) * dim):
        sites[i] = moved[i]
    return 1


@register_jitable
def pivot_walk(sites, n, dim, attempts, avoiding, group, n_group, moved, table, state):
    """Try so many random pivots, each about one of the n - 1 inner sites; how many succeeded."""
    done = 0
    for _ in range(attempts):
        pivot = 1 + next_below(state, n - 1)
        element = 1 + next_below(state, n_group - 1)
        done += try_pivot(sites, n, dim, pivot, element, avoiding, group, moved, table)
    return done


@register_jitable
def fit_line(x, y, errors, n, result):
    """Weighted straight line: `result` gets slope, its error, intercept, its error, chi^2."""
    w = wx = wy = 0.0
    for i in range(n):
        weight = 1.0 / (errors[i] * errors[i])
        w += weight
        wx += weight * x[i]
        wy += weight * y[i]
    middle = wx / w
    height = wy / w
    spread = cross = 0.0
    for i in range(n):
        weight = 1.0 / (errors[i] * errors[i])
        spread += weight * (x[i] - middle) * (x[i] - middle)
        cross += weight * (x[i] - middle) * (y[i] - height)
    slope = cross / spread
    result[0] = slope
    result[1] = math.sqrt(1.0 / spread)
    result[2] = height - slope * middle
    result[3] = math.sqrt(1.0 / w + middle * middle / spread)
    chi2 = 0.0
    for i in range(n):
        off = (y[i] - height - slope * (x[i] - middle)) / errors[i]
        chi2 += off * off
    result[4] = chi2


_try_pivot: Any = compiled(try_pivot)
_pivot_walk: Any = compiled(pivot_walk)
_start_rod: Any = compiled(start_rod)
_end_square: Any = compiled(end_square)
_fit_line: Any = compiled(fit_line)


def record_squares(sites, n, dim, every, avoiding, group, n_group, moved, table, squares, state):
    """R^2 after each `every` attempts, into all of `squares`; how many attempts succeeded."""
    done = 0
    for k in range(squares.size):
        done += _pivot_walk(sites, n, dim, every, avoiding, group, n_group, moved, table, state)
        squares[k] = _end_square(sites, n, dim)
    return done


_record: Any = compiled(record_squares)


class PivotChain:
    """A self-avoiding walk of n steps that is pivoted again and again; it starts as a rod.

    Each attempt draws an inner site and a symmetry of the lattice other than the unit. Every walk
    can be reached from every other, up to turning it as a whole, and all become equally likely. A
    rod is forgotten slowly, in a number of attempts that grows with n: discard some ten times n.

    Parameters
    ----------
    n : int
        Steps, 2 to 2**21 = 2097152.
    dim : {2, 3, 4}
        Dimension of the lattice.
    avoiding : bool
        False lets the walk cross itself: an ideal chain, every attempt succeeds.
    rng : Generator or int
        Source of randomness.

    Raises
    ------
    ValueError
        For a length or a dimension out of range, `avoiding` that is no bool, or a missing rng.

    Examples
    --------
    >>> chain = PivotChain(20, rng=1)
    >>> chain.run(1000) < chain.attempts
    True
    >>> chain.sites.shape
    (21, 2)
    """

    def __init__(self, n: int, *, dim: int = 2, avoiding: bool = True, rng: Any) -> None:
        self.n = walk_length(n)
        self.dim = lattice_dimension(dim)
        if not isinstance(avoiding, (bool, np.bool_)):
            raise ValueError(f"avoiding must be True or False, got {avoiding!r}")
        self.avoiding = bool(avoiding)
        self.attempts = 0
        self.successes = 0
        group = signed_axes(self.dim)
        self._sites = np.empty((self.n + 1) * self.dim, np.int32)
        _start_rod(self._sites, self.n, self.dim)
        self._tables: tuple[Any, ...] = (
            int(self.avoiding), group, group.size // (2 * self.dim), self._sites.copy(),
            np.zeros(2 * table_size(self.n) + 1, np.int32),
        )  # fmt: skip
        self._state = random_state(rng)

    @property
    def sites(self) -> NDArray[np.int64]:
        """The sites of the walk in their order, int array of shape (n + 1, dim)."""
        return self._sites.reshape(self.n + 1, self.dim).astype(np.int64)

    def run(self, n_attempts: int) -> int:
        """Try `n_attempts` pivots; how many succeeded."""
        _, n_attempts = attempts_of(1, n_attempts)
        done: int = _pivot_walk(
            self._sites, self.n, self.dim, n_attempts, *self._tables, self._state
        )
        self.attempts += n_attempts
        self.successes += done
        return int(done)

    def record(self, n_samples: int, *, every: int = 1) -> NDArray[np.float64]:
        """R^2, the squared distance between the ends, after each `every` attempts."""
        n_samples, every = attempts_of(n_samples, every)
        squares = np.empty(n_samples)
        self.successes += _record(
            self._sites, self.n, self.dim, every, *self._tables, squares, self._state
        )
        self.attempts += every * squares.size
        return squares


def walk_length(n):
    """`n` as an int; ValueError unless a walk of so many steps can be pivoted and kept."""
    number = _checks.integer("n", n, minimum=2)
    if number > MOST_STEPS:
        raise ValueError(f"n must be at most 2**21 = {MOST_STEPS} steps, got {number}")
    return number


def attempts_of(n_samples, every):
    """Both as ints; ValueError unless one call can do so many attempts and keep the samples."""
    n_samples = _checks.integer("n_samples", n_samples, minimum=1)
    every = _checks.integer("every", every, minimum=1)
    if n_samples > MOST_SAMPLES:
        raise ValueError(f"n_samples must be at most 2**24 = {MOST_SAMPLES}, got {n_samples}")
    if n_samples * every > MOST_ATTEMPTS:
        raise ValueError(
            f"one call makes at most 2**28 = {MOST_ATTEMPTS} attempts, got {n_samples * every}; "
            f"call again to go on"
        )
    return n_samples, every


def line_through(x: ArrayLike, y: ArrayLike, errors: ArrayLike) -> tuple[Estimate, Estimate, float]:
    """Slope, intercept and chi^2 of the straight line through points with errors.

    For a power law pass logarithms, and errors divided by their values.

    Parameters
    ----------
    x, y, errors : array of shape (n,)
        At least two points; the errors, standard ones, are positive.

    Returns
    -------
    slope, intercept : Estimate
    chi2 : float
        Sum of the squared deviations in units of the errors, of n - 2 degrees of freedom.

    Raises
    ------
    ValueError
        For unequal lengths, fewer than two different x, numbers that are not finite, truth
        values, masked entries.

    Examples
    --------
    >>> slope, intercept, chi2 = line_through([0, 1, 2], [1, 3, 5], [0.1, 0.1, 0.1])
    >>> print(slope, round(chi2, 6))
    2.000 ± 0.071 0.0
    """
    arrays = {"x": x, "y": y, "errors": errors}
    for name, value in arrays.items():
        items = value if isinstance(value, (list, tuple)) else np.asarray(value).flat[:1]
        if any(isinstance(item, (bool, np.bool_)) for item in items):
            raise ValueError(f"{name} must be numbers, got truth values {value!r}")
    flat = [np.atleast_1d(_checks.finite_array(name, value)) for name, value in arrays.items()]
    if len({a.shape for a in flat}) > 1 or flat[0].ndim != 1:
        shapes = ", ".join(str(a.shape) for a in flat)
        raise ValueError(f"x, y and errors must be lists of one length, got shapes {shapes}")
    if len(set(flat[0].tolist())) < 2:
        raise ValueError(f"a line needs two different x, got {flat[0].tolist()}")
    if not np.all(flat[2] > 0):
        raise ValueError(f"errors must be positive, got {flat[2].min()}")
    result = np.empty(5)
    _fit_line(flat[0], flat[1], flat[2], flat[0].size, result)
    slope, slope_error, intercept, intercept_error, chi2 = result.tolist()
    if not np.all(np.isfinite(result)):
        raise ValueError("x, y or errors are beyond what floats can square; rescale them")
    return Estimate(slope, slope_error), Estimate(intercept, intercept_error), chi2
