"""Autocorrelations while a chain runs: every lag at once, without keeping the series.

Short lags are finely spaced, long ones coarsely. Level l holds every 2**l-th
measurement and remembers the last POINTS of them, so that the lags

    0, 1 .. POINTS - 1,   then k 2**l for k = POINTS / 2 .. POINTS - 1 and l = 1, 2, ..

reach 2**levels POINTS with a memory of 2 levels POINTS numbers, and each measurement costs a few
dozen products however long the chain has run. Nothing is averaged away: each entry is the plain
mean of x(t) x(t - lag) over every 2**l-th t. The mean of x must be known and subtracted first; for
the magnetization it is zero by symmetry, for the energy of a torus it is Kaufman's.

References
----------
J. Ramirez, S. K. Sukumaran, B. Vorselaars and A. E. Likhtman, J. Chem. Phys. 133, 154103 (2010),
doi:10.1063/1.3491098 (a multiple-tau correlator, with averaging).
"""

import math

import numpy as np
from numba import int64, njit
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from . import _checks
from .statistics import Estimate, ShortChainError
from .statistics.autocorrelation import MIN_TAUS, WINDOW

__all__ = ["RunningAutocorrelation"]

POINTS = 32
LEVELS = 20  # by default: lags up to 2**19 * 31


@register_jitable
def memory_length(levels):
    """Numbers that `memory` holds: the count of measurements, rings of the last ones, sums."""
    return 1 + 2 * levels * POINTS


@register_jitable
def take_in(x, levels, memory):
    """Add one measurement, its mean subtracted, to the sums of all lags that end with it."""
    count = int64(memory[0])
    memory[0] += 1.0
    for level in range(levels):
        if count & ((1 << level) - 1) != 0:
            return
        n = count >> level
        ring = 1 + level * POINTS
        sums = ring + levels * POINTS
        memory[ring + n % POINTS] = x
        for k in range(POINTS >> 1 if level > 0 else 0, min(n + 1, POINTS)):
            memory[sums + k] += x * memory[ring + (n - k) % POINTS]


@register_jitable
def autocorrelation_at(level, k, levels, memory):
    """rho at the lag k 2**level, from what was measured; 0 where no pair is that far apart."""
    count = int64(memory[0])
    n = ((count - 1) >> level) + 1 - k
    if count < 1 or n < 1:
        return 0.0
    sums = 1 + (levels + level) * POINTS
    return memory[sums + k] / n / (memory[1 + levels * POINTS] / memory[0])


@register_jitable
def integrate(levels, memory, result):
    """Fill `result`: tau, its error, and the lag at which the window closed, 0 if it did not.

    tau is the area under rho by straight lines, 1/2 + rho(1) + rho(2) + .. where lags are fine, up
    to the first lag of at least WINDOW max(tau, 2), as in `statistics.autocorrelation_time`.
    """
    count = memory[0]
    tau = 0.0
    lag = 0
    before = 1.0
    result[2] = 0.0
    for level in range(levels):
        for k in range(POINTS >> 1 if level > 0 else 1, POINTS):
            here = k << level
            if 2 * here > count:
                break
            rho = autocorrelation_at(level, k, levels, memory)
            tau += 0.5 * (before + rho) * (here - lag)
            before, lag = rho, here
            if lag >= WINDOW * max(tau, 2.0):
                result[2] = lag
                break
        if result[2] > 0.0 or 2 * (POINTS << level) > count:
            break
    result[0] = tau
    result[1] = abs(tau) * 2.0 * math.sqrt(max(lag + 0.5 - tau, 0.5) / max(count, 1.0))


compiled = njit(cache=True, nogil=True, error_model="numpy")
_take_in, _autocorrelation_at = compiled(take_in), compiled(autocorrelation_at)
_integrate = compiled(integrate)


@compiled
def _take_in_all(series, levels, memory):
    for t in range(series.size):
        _take_in(series[t], levels, memory)


class RunningAutocorrelation:
    """The autocorrelation function of a chain that is still running.

    Parameters
    ----------
    mean : float
        The exact mean of what is measured.
    levels : int
        Each doubles the longest lag, 31 * 2**(levels - 1); 1 to 40.

    Raises
    ------
    ValueError
        For a mean that is not finite, levels out of range.

    Examples
    --------
    A series that changes sign at each step:

    >>> running = RunningAutocorrelation(mean=0.0)
    >>> running.add([1.0, -1.0] * 50)
    >>> running.values[:4].tolist()
    [1.0, -1.0, 1.0, -1.0]
    """

    def __init__(self, *, mean: float, levels: int = LEVELS) -> None:
        self.mean = _checks.finite("mean", mean)
        self.levels = _checks.integer("levels", levels, minimum=1)
        if self.levels > 40:
            raise ValueError(f"levels must be at most 40, got {levels}: no chain is that long")
        self._memory = np.zeros(memory_length(self.levels))

    def add(self, series: ArrayLike) -> None:
        """Add further measurements at equal steps, a number or an array."""
        series = np.atleast_1d(_checks.finite_array("series", series))
        if series.ndim != 1:
            raise ValueError(f"series must be one chain, got an array of shape {series.shape}")
        _take_in_all(series - self.mean, self.levels, self._memory)

    def __len__(self) -> int:
        """How many measurements were added."""
        return int(self._memory[0])

    def _known_lags(self):
        """(level, k) of the lags at which at least one pair of measurements is known."""
        return [
            (level, k)
            for level in range(self.levels)
            for k in range(POINTS // 2 if level else 0, POINTS)
            if k << level < len(self)
        ]

    @property
    def lags(self) -> NDArray[np.int64]:
        """The lags at which the autocorrelation is known, int array."""
        return np.array([k << level for level, k in self._known_lags()], int)

    @property
    def values(self) -> NDArray[np.float64]:
        """The autocorrelation at each of the `lags`; 1 at lag 0."""
        levels, memory = self.levels, self._memory
        return np.array(
            [_autocorrelation_at(level, k, levels, memory) for level, k in self._known_lags()]
        )

    def time(self) -> Estimate:
        """Integrated autocorrelation time in steps, an `Estimate`.

        Raises
        ------
        ShortChainError
            If fewer than 50 tau were added, or the window has not closed; its `.estimate` is
            what was found so far. Also if the series alternates: long lags are kept on a coarse
            grid, on which that cannot be seen, and `autocorrelation_time` has all of them.
        """
        if len(self) < 4:
            raise ValueError(f"at least 4 measurements are needed, got {len(self)}")
        result = np.empty(3)
        _integrate(self.levels, self._memory, result)
        tau, error, window = result
        estimate = Estimate(tau, error)
        if self.values[1] < -4 / math.sqrt(len(self)):
            raise ShortChainError(
                f"the series alternates (rho(1) = {self.values[1]:.2g}), and long lags are kept on "
                f"a coarse grid; use autocorrelation_time on the whole series",
                estimate,
            )
        if window == 0 or len(self) < MIN_TAUS * tau:
            raise ShortChainError(
                f"{len(self)} steps are too few for an autocorrelation time of about {tau:.1f}: at "
                f"least {MIN_TAUS} tau are needed, and tau may still grow",
                estimate,
            )
        return estimate
