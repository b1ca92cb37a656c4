"""Numbers with errors: estimates, the jackknife, autocorrelation times.

Everything a Markov chain measures ends here as an `Estimate`, and a chain that is too short for an
honest error bar is refused.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from . import _checks

WINDOW = 6  # the autocorrelation function is summed up to this many autocorrelation times
SHORTEST = 50  # ... and a series must be this many autocorrelation times long


class ShortChainError(RuntimeError):
    """A series too short for its own autocorrelation; `.estimate` is the best that can be said."""

    def __init__(self, message, estimate):
        super().__init__(message)
        self.estimate = estimate


@dataclass(frozen=True, eq=False)
class Estimate:
    """A value with its standard error, printed as `0.992 ± 0.012`.

    Multiplied or shifted by exact numbers, the error follows; two estimates are never combined
    silently, because they may be correlated: put the combination into the jackknife.

    Parameters
    ----------
    value : float or array of float
    error : float or array of float
        One standard deviation, not negative, same shape as `value`.
    n_bins : float, optional
        Number of independent bins behind the error. The error is then itself uncertain, and
        (value - truth) / error follows Student's distribution with n_bins - 1 degrees of freedom.

    Raises
    ------
    ValueError
        If value or error is not real, the shapes differ or an error is negative.

    Examples
    --------
    Two significant digits of the error decide how much of the value is shown.

    >>> print(Estimate(0.99183, 0.01234), 2 * Estimate(0.5, 0.01))
    0.992 ± 0.012 1.000 ± 0.020
    """

    value: float | np.ndarray
    error: float | np.ndarray
    n_bins: float | None = field(default=None, kw_only=True)

    def __post_init__(self):
        value = _checks.real_array("value", self.value)
        error = _checks.real_array("error", self.error)
        if value.shape != error.shape:
            raise ValueError(
                f"value and error must have the same shape, got {value.shape} and {error.shape}"
            )
        if np.any(error < 0):
            raise ValueError(f"an error cannot be negative, got {error[error < 0].flat[0]}")
        if self.n_bins is not None and not self.n_bins > 1:
            raise ValueError(f"n_bins must be more than 1, got {self.n_bins}")
        object.__setattr__(self, "value", value if value.ndim else float(value))
        object.__setattr__(self, "error", error if error.ndim else float(error))

    def z_score(self, exact):
        """Deviation from `exact` in standard deviations, float or array.

        With `n_bins` known, t = (value - exact) / error is given as the normal deviate of equal
        probability, so that |z| > 3 means the same for 8 bins and for 800. If `exact` is itself
        an `Estimate` it counts as independent: errors add in quadrature (degrees of freedom after
        Welch, Biometrika 34, 28 (1947), doi:10.1093/biomet/34.1-2.28).

        Examples
        --------
        >>> Estimate(1.5, 0.25).z_score(1.0)
        2.0
        """
        if not isinstance(exact, Estimate):
            exact = Estimate(exact, np.zeros(np.shape(exact)))
        difference, error = np.subtract(self.value, exact.value), np.hypot(self.error, exact.error)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(difference == 0, 0.0, difference / error)
            # Welch: variances add, and so do their variances 2 var**2 / (n_bins - 1)
            spread = sum(
                (np.asarray(e.error) / error) ** 4 / (e.n_bins - 1)
                for e in (self, exact)
                if e.n_bins is not None
            )
            z = t if np.all(spread == 0) else _normal_deviate(t, 1 / spread)
        return z[()] if z.ndim else float(z)

    def __mul__(self, factor):
        if isinstance(factor, Estimate):
            return NotImplemented
        return Estimate(self.value * factor, self.error * np.abs(factor), n_bins=self.n_bins)

    def __truediv__(self, divisor):
        if isinstance(divisor, Estimate):
            return NotImplemented
        return self * (1 / divisor)

    def __add__(self, shift):
        if isinstance(shift, Estimate):
            return NotImplemented
        return Estimate(self.value + shift, self.error + 0 * shift, n_bins=self.n_bins)

    def __sub__(self, shift):
        if isinstance(shift, Estimate):
            return NotImplemented
        return self + (-shift)

    def __rsub__(self, number):
        return -self + number

    def __neg__(self):
        return Estimate(-self.value, self.error, n_bins=self.n_bins)

    __rmul__, __radd__ = __mul__, __add__
    __array_ufunc__ = None  # lets array * estimate come to __rmul__

    def __getitem__(self, index):
        return Estimate(self.value[index], self.error[index], n_bins=self.n_bins)

    def __len__(self):
        return len(self.value)

    def __str__(self):
        if np.ndim(self.value):
            return "[" + ", ".join(str(self[i]) for i in range(len(self))) + "]"
        return _value_and_error(self.value, self.error)

    def __repr__(self):
        return f"Estimate({self})"

    def __format__(self, spec):
        return format(str(self), spec)


def jackknife(statistic, *samples, n_bins=64):
    """`Estimate` of `statistic(*samples)` and its error, free of the leading bias.

    The samples are cut into consecutive bins, and the statistic is computed without each bin in
    turn. With theta from all samples, theta_j without bin j and h_j = n / (length of bin j),

        tau_j = h_j theta - (h_j - 1) theta_j,
        value = sum_j tau_j / h_j,    error**2 = mean_j (tau_j - value)**2 / (h_j - 1).

    Nonlinear statistics (ratios, exponents, fits) need nothing else. Bins must be longer than the
    memory of the chain, which is checked.

    Parameters
    ----------
    statistic : callable
        Function of as many arrays as there are `samples`, returning a number or an array. It is
        called n_bins + 1 times.
    *samples : array
        Samples on axis 0, in the order of the chain; all of the same length.
    n_bins : int
        Number of bins, from 2 to the number of samples.

    Raises
    ------
    ValueError
        If samples are missing, differ in length or are fewer than the bins.
    ShortChainError
        If neighbouring bins correlate beyond 4 / sqrt(n_bins): the chain remembers longer than a
        bin lasts, and the error would be too small. Its `.estimate` is the refused result.

    References
    ----------
    M. H. Quenouille, Biometrika 43, 353 (1956), doi:10.1093/biomet/43.3-4.353; unequal bins:
    F. M. T. A. Busing, E. Meijer and R. van der Leeden, Stat. Comput. 9, 3 (1999),
    doi:10.1023/A:1008800423698.

    Examples
    --------
    For a mean the jackknife is the usual standard error.

    >>> print(jackknife(np.mean, np.array([1.0, 3.0, 2.0, 2.0]), n_bins=4))
    2.00 ± 0.41
    """
    n_bins = _checks.integer("n_bins", n_bins, minimum=2)
    arrays = [np.asarray(s) for s in samples]
    if not arrays or any(a.ndim == 0 for a in arrays):
        raise ValueError("jackknife needs at least one array of samples, with samples on axis 0")
    n = len(arrays[0])
    if any(len(a) != n for a in arrays):
        raise ValueError(f"all samples must be equally many, got {[len(a) for a in arrays]}")
    if n < n_bins:
        raise ValueError(f"{n} samples do not fill {n_bins} bins; take more, or pass n_bins <= {n}")

    edges = np.arange(n_bins + 1) * n // n_bins
    whole = _checks.real_array("the statistic", statistic(*arrays))
    without = _checks.real_array(
        "the statistic",
        [
            statistic(*(np.concatenate([a[:start], a[stop:]]) for a in arrays))
            for start, stop in zip(edges[:-1], edges[1:], strict=True)
        ],
    )
    h = (n / np.diff(edges)).reshape(-1, *[1] * whole.ndim)
    pseudo = h * whole - (h - 1) * without
    value = np.sum(pseudo / h, axis=0)
    error = np.sqrt(np.mean((pseudo - value) ** 2 / (h - 1), axis=0))
    estimate = Estimate(value, error, n_bins=n_bins)
    correlation = _neighbour_correlation(pseudo, whole)
    if correlation > 4 / math.sqrt(n_bins):
        raise ShortChainError(
            f"neighbouring bins are correlated ({correlation:.2f}, expected less than "
            f"{4 / math.sqrt(n_bins):.2f} for {n_bins} independent bins): the chain is too short "
            f"for its memory, and {estimate} has too small an error. Take more samples, let more "
            f"sweeps pass between them, drop the start, or use fewer bins",
            estimate,
        )
    return estimate


def autocorrelation_time(x):
    """Integrated autocorrelation time of a series, in steps, as an `Estimate`.

        tau = 1/2 + sum_{t=1}^{W} rho(t)

    with the normalized autocorrelation rho and Sokal's window, the smallest W >= 6 max(tau, 2). A
    mean of n steps has the variance 2 tau var(x) / n: every 2 tau steps are worth one independent
    sample, and a series without memory has tau = 1/2. The bias of order 1/n is removed.

    Parameters
    ----------
    x : array, shape (n,)
        Measurements at equal steps of a chain in equilibrium.

    Raises
    ------
    ValueError
        If x is not a one-dimensional series of finite numbers, or never changes.
    ShortChainError
        If the series is shorter than 50 tau; its `.estimate` is what was found, usually too small.

    References
    ----------
    A. Sokal, in Functional Integration (NATO ASI B 361, 1997), doi:10.1007/978-1-4899-0319-8_6;
    error and bias: U. Wolff, Comput. Phys. Commun. 156, 143 (2004),
    doi:10.1016/S0010-4655(03)00467-3.

    Examples
    --------
    Coin flips have no memory: the result is 1/2 within its error.

    >>> flips = np.random.default_rng(1).choice([-1.0, 1.0], 10_000)
    >>> abs(autocorrelation_time(flips).z_score(0.5)) < 3
    True
    """
    x = _checks.finite_array("x", x)
    if x.ndim != 1 or len(x) < 4:
        raise ValueError(f"x must be one series of at least 4 measurements, got shape {x.shape}")
    n, change = len(x), _changes(x)
    covariance = _covariance(change[:, np.newaxis])[: n // 2 + 1] / n
    return _windowed_time(covariance, n, n)


def pooled_autocorrelation_time(x):
    """Integrated autocorrelation time of many independent chains, in steps, as an `Estimate`.

    As `autocorrelation_time`, from the autocorrelation averaged over the chains. The mean is that
    of all chains together; no chain needs to know it from its own past alone.

    Parameters
    ----------
    x : array, shape (n, n_chains)
        Measurements at equal steps, one column for each chain in equilibrium.

    Raises
    ------
    ValueError
        If x is not such an array of finite numbers, or never changes.
    ShortChainError
        If the chains are shorter than 50 tau; its `.estimate` is what was found.

    Examples
    --------
    >>> flips = np.random.default_rng(1).choice([-1.0, 1.0], (1000, 10))
    >>> abs(pooled_autocorrelation_time(flips).z_score(0.5)) < 3
    True
    """
    x = _checks.finite_array("x", x)
    if x.ndim != 2 or len(x) < 4 or x.shape[1] < 2:
        raise ValueError(
            f"x must have at least 4 measurements of at least 2 chains, one a column, got shape "
            f"{x.shape}; for one series use autocorrelation_time"
        )
    n, n_chains = x.shape
    lags = np.arange(n // 2 + 1)
    covariance = _covariance(_changes(x))[: len(lags)] / ((n - lags) * n_chains)
    return _windowed_time(covariance, n, n * n_chains)


def _changes(x):
    """x less its mean; ValueError where it never changes."""
    if np.ptp(x) == 0:
        raise ValueError(
            f"x never changes (always {x.flat[0]}), so that nothing can be said of its memory; "
            f"measure something else or longer"
        )
    return x - x.mean()


def _covariance(change):
    """Sum of products at distance 0 .. n - 1 along axis 0, over all columns."""
    length = 2 ** math.ceil(math.log2(2 * len(change)))
    power = sum(np.abs(np.fft.rfft(column, length)) ** 2 for column in change.T)
    return np.fft.irfft(power)[: len(change)]


def _windowed_time(covariance, n, n_total):
    """Sokal's window on a covariance from chains of n steps, n_total steps in all."""
    taus = 0.5 + np.cumsum(covariance[1:]) / covariance[0]
    closed = np.flatnonzero(np.arange(1, len(taus) + 1) >= WINDOW * np.maximum(taus, 2))
    window = 1 + (closed[0] if len(closed) else len(taus) - 1)
    tau = taus[window - 1] * (1 + (2 * window + 1) / n_total)
    estimate = Estimate(tau, abs(tau) * 2 * math.sqrt(max(window + 0.5 - tau, 0.5) / n_total))
    if n < SHORTEST * tau:
        raise ShortChainError(
            f"{n} steps are too few for an autocorrelation time of about {tau:.1f}: at least "
            f"{SHORTEST} tau = {SHORTEST * tau:.0f} are needed, and tau may still grow",
            estimate,
        )
    return estimate


def _normal_deviate(t, degrees):
    """The normal z that is exceeded as often as Student's t with these degrees of freedom."""
    from scipy.special import ndtri, stdtr  # 0.1 s to import, and needed only here

    return np.where(t == 0, 0.0, -np.sign(t) * ndtri(stdtr(degrees, -np.abs(t))))


def _neighbour_correlation(pseudo, whole):
    """Largest correlation of a pseudo-value with the next, over the components of the statistic."""
    change = pseudo - pseudo.mean(axis=0)
    variance = np.sum(change**2, axis=0)
    product = np.sum(change[1:] * change[:-1], axis=0)
    moves = np.sqrt(variance) > 1e-12 * np.abs(whole)  # a constant has nothing but rounding
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.max(np.where(moves, product / variance, 0.0), initial=0.0))


def _value_and_error(value, error):
    """`0.992 ± 0.012`: two significant digits of the error, the value to the same place."""
    if not (math.isfinite(value) and math.isfinite(error)):
        return f"{value:.6g} ± {error:.2g}"
    if error == 0:
        return f"{value:.12g} ± 0"
    exponent = math.floor(math.log10(max(abs(value), error)))
    power = exponent if exponent < -4 or exponent > 6 else 0
    value, error = value / 10.0**power, error / 10.0**power
    places = max(0, 1 - math.floor(math.log10(float(f"{error:.1e}"))))
    text = f"{value:.{places}f} ± {error:.{places}f}"
    return f"({text})e{power:+03d}" if power else text
