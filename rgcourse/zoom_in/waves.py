"""Pictures as sums of waves, noise on them, and filters that take it away again.

A picture of L x L numbers on a torus is written in real waves, cas(2 pi a x / L) cas(2 pi b y / L)
with cas = cos + sin (Hartley). They are orthogonal, so white noise on the sites is white noise on
the waves, and the transform is its own inverse. A *shell* is all waves whose wave number rounds to
the same whole number. A filter that multiplies every shell by a number of its own has the expected
error, per site and over the noise,

    sum over shells of  waves * ((1 - factor)**2 * power + factor**2 * sigma**2),  over L**2,

for *any* picture whose shells have these powers, and Wiener's factor power / (power + sigma**2)
makes it least.

The rest are kernels for the page: pictures to try it on, a sharp filter, and one that is not made
of waves.

References
----------
R. N. Bracewell, J. Opt. Soc. Am. 73, 1832 (1983), doi:10.1364/JOSA.73.001832 (Hartley's transform).
A. B. Lee, D. Mumford and J. Huang, Int. J. Comput. Vis. 41, 35 (2001) (discs that hide each other).
D. L. Donoho and I. M. Johnstone, Biometrika 81, 425 (1994), doi:10.1093/biomet/81.3.425
(thresholds).
"""

import math

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .._random import uniform

__all__ = ["shell_spectrum", "wiener_error"]


def shell_spectrum(picture: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Waves of each shell of a picture and their mean power, (counts, powers).

    Parameters
    ----------
    picture : array, shape (L, L)
        L a power of two, at least 4. White noise of variance 1 has the power 1 on every shell.

    Raises
    ------
    ValueError
        For another shape, or numbers that are not finite.

    Examples
    --------
    >>> counts, powers = shell_spectrum([[1.0, -1.0] * 2] * 4)
    >>> counts.tolist(), powers.round(12).tolist()
    ([1, 8, 6, 1], [0.0, 0.0, 2.666666666667, 0.0])
    """
    x = np.array(picture, float)
    if x.ndim != 2 or x.shape[0] != x.shape[1] or len(x) < 4 or len(x) & (len(x) - 1):
        raise ValueError(
            f"a picture needs the shape (L, L) with L a power of two from 4 on, got {x.shape}"
        )
    if not np.isfinite(x).all():
        raise ValueError("a picture needs finite numbers; it has nan or inf")
    L, waves = len(x), x.ravel()
    _transform(L, np.empty(2 * L), waves, np.empty(2 * L))
    sums = np.zeros((2, n_shells(L)))
    _powers(L, waves, *sums)
    return sums[0].astype(np.int64), sums[1]


def wiener_error(counts: ArrayLike, powers: ArrayLike, sigma: float) -> float:
    """Expected error per site that Wiener's filter leaves, for noise of standard deviation sigma.

    Parameters
    ----------
    counts, powers : arrays, shape (n,)
        Of the shells, as `shell_spectrum` returns them.
    sigma : float
        Above 0.

    Raises
    ------
    ValueError
        For sigma <= 0, or arrays of different lengths.

    Examples
    --------
    >>> wiener_error([1, 3], [1.0, 0.0], 1.0)
    0.125
    """
    sigma = _checks.finite("sigma", sigma)
    counts, powers = (np.asarray(x, float) for x in (counts, powers))
    if sigma <= 0 or counts.shape != powers.shape:
        raise ValueError(
            f"the filter needs sigma > 0 and as many counts as powers, got {sigma:g}, "
            f"{counts.shape} and {powers.shape}"
        )
    return float(np.sum(counts * powers * sigma**2 / (powers + sigma**2)) / np.sum(counts))


# ------------------------------------------------------------------ waves


@register_jitable
def n_shells(L):
    """The number of shells: wave numbers reach L / sqrt(2)."""
    return int(0.5 * math.sqrt(2.0) * L + 0.5) + 1


@register_jitable
def fill_roots(n, roots):
    """Cosine and sine of 2 pi k / n, one behind the other, for k < n, by halving angles."""
    for k in range(4):
        roots[k * (n >> 1)] = (k == 0) - (k == 2)
        roots[k * (n >> 1) + 1] = (k == 1) - (k == 3)
    span = n >> 2
    cosine, sine = 0.0, 1.0
    while span > 1:
        half = math.sqrt(0.5 * (1.0 + cosine))
        cosine, sine = half, 0.5 * sine / half
        for k in range(0, n, span):
            a, b = roots[2 * k], roots[2 * k + 1]
            roots[2 * k + span] = a * cosine - b * sine
            roots[2 * k + span + 1] = a * sine + b * cosine
        span >>= 1


@register_jitable
def hartley_line(n, roots, line):
    """sum over x of line[x] cas(2 pi k x / n), in place; line has room for 2 n numbers."""
    j = 0
    for i in range(n):
        if i < j:
            line[i], line[j] = line[j], line[i]
        bit = n >> 1
        while bit and j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
    half = 1
    while half < n:
        turn = n // half  # of the table, two numbers a root
        for start in range(0, n, 2 * half):
            for k in range(half):
                odd = start + half
                mirror = line[odd + ((half - k) & (half - 1))]
                part = roots[k * turn] * line[odd + k] + roots[k * turn + 1] * mirror
                line[n + k] = line[start + k] + part
                line[n + half + k] = line[start + k] - part
            for k in range(2 * half):
                line[start + k] = line[n + k]
        half *= 2


@register_jitable
def hartley_2d(L, roots, x, line):
    """The amplitudes of the waves of x (L, L), in place of it; twice is nothing."""
    for k in range(2 * L):
        first, step = (k * L, 1) if k < L else (k - L, L)
        for i in range(L):
            line[i] = x[first + i * step]
        hartley_line(L, roots, line)
        for i in range(L):
            x[first + i * step] = line[i] / math.sqrt(L)


@register_jitable
def shell_of(L, k):
    """The shell of the k-th wave."""
    a, b = k // L, k % L
    a, b = min(a, L - a), min(b, L - b)
    return int(math.sqrt(a * a + b * b) + 0.5)


@register_jitable
def shell_powers(L, waves, counts, powers):
    """Number of waves and their mean square of every shell."""
    for shell in range(n_shells(L)):
        counts[shell] = powers[shell] = 0.0
    for k in range(L * L):
        shell = shell_of(L, k)
        counts[shell] += 1.0
        powers[shell] += waves[k] * waves[k]
    for shell in range(n_shells(L)):
        powers[shell] /= max(1.0, counts[shell])


# ---------------------------------------------------------------- pictures


def colour_waves(L, slope, waves):
    """Multiply the waves by wave number**(-slope / 2), and the constant by 0."""
    for k in range(L * L):
        a, b = k // L, k % L
        a, b = min(a, L - a), min(b, L - b)
        waves[k] *= math.exp(-0.25 * slope * math.log(a * a + b * b)) if k else 0.0


def drop_discs(L, n, smallest, largest, x, state):
    """n discs fall on x, each hides what is below; radii between the ends as r**-3, greys even."""
    for _ in range(n):
        ratio = smallest / largest
        r = smallest / math.sqrt(1.0 - uniform(state) * (1.0 - ratio * ratio))
        row, column, grey = L * uniform(state), L * uniform(state), uniform(state)
        reach = int(r) + 1
        for i in range(int(row) - reach, int(row) + reach + 1):
            for j in range(int(column) - reach, int(column) + reach + 1):
                if (i - row) * (i - row) + (j - column) * (j - column) < r * r:
                    x[(i & (L - 1)) * L + (j & (L - 1))] = grey


def standardize(n, x):
    """Shift and scale x to mean 0 and standard deviation 1."""
    mean = 0.0
    for i in range(n):
        mean += x[i] / n
    square = 0.0
    for i in range(n):
        x[i] -= mean
        square += x[i] * x[i] / n
    for i in range(n):
        x[i] /= math.sqrt(square)


def add_noise(n, sigma, picture, noise, noisy):
    """noisy = picture + sigma * noise."""
    for i in range(n):
        noisy[i] = picture[i] + sigma * noise[i]


def mean_square(n, x, y):
    """Mean of (x - y)**2."""
    total = 0.0
    for i in range(n):
        total += (x[i] - y[i]) * (x[i] - y[i])
    return total / n


# ----------------------------------------------------------------- filters


def wiener_factors(shells, sigma, powers, factors):
    """power / (power + sigma**2) of every shell."""
    for shell in range(shells):
        factors[shell] = powers[shell] / (powers[shell] + sigma * sigma)


def sharp_factors(shells, cut, factors):
    """1 up to the shell `cut`, 0 beyond."""
    for shell in range(shells):
        factors[shell] = 1.0 if shell <= cut else 0.0


def filter_waves(L, factors, waves, out):
    """out = factor of its shell times each wave."""
    for k in range(L * L):
        out[k] = factors[shell_of(L, k)] * waves[k]


def expected_error(shells, sigma, counts, powers, factors):
    """Error per site that the factors leave in the mean over the noise."""
    total = waves = 0.0
    for shell in range(shells):
        lost, let = 1.0 - factors[shell], factors[shell] * sigma
        waves += counts[shell]
        total += counts[shell] * (lost * lost * powers[shell] + let * let)
    return total / waves


def best_cut(shells, sigma, counts, powers):
    """The sharp cutoff with the least expected error, a shell."""
    best = gain = most = 0.0
    for shell in range(shells):
        gain += counts[shell] * (powers[shell] - sigma * sigma)
        if gain > most:
            most, best = gain, float(shell)
    return best


def cutoff(shells, sigma, counts, powers):
    """Wave number of the cutoff: radius of a disc of the waves with more power than the noise."""
    waves = 0.0
    for shell in range(shells):
        if powers[shell] > sigma * sigma:
            waves += counts[shell]
    return math.sqrt(waves / math.pi)


@register_jitable
def split_pairs(L, down, right, memory, x, s, d):
    """Half sums and half differences of all sites and those `down` and `right` of them.

    x, s and d are places of pictures in `memory`; s and d are not x.
    """
    for i in range(L):
        for j in range(L):
            a = memory[x + i * L + j]
            b = memory[x + ((i + down) & (L - 1)) * L + ((j + right) & (L - 1))]
            memory[s + i * L + j] = 0.5 * (a + b)
            memory[d + i * L + j] = 0.5 * (a - b)


@register_jitable
def join_pairs(L, down, right, memory, s, d, x):
    """The way back: the mean of what both pairs of a site say of it."""
    for i in range(L):
        for j in range(L):
            here = i * L + j
            there = ((i - down) & (L - 1)) * L + ((j - right) & (L - 1))
            both = memory[s + here] + memory[d + here] + memory[s + there] - memory[d + there]
            memory[x + here] = 0.5 * both


def detail_memory(L):
    """Numbers of memory that `keep_large` needs."""
    levels = 0
    while (2 << levels) < L:
        levels += 1
    return 3 * (levels + 1) * L * L


def keep_large(L, limit, x, memory, out):
    """Set small Haar details of x to 0, in the mean over all shifts of the blocks.

    The details of blocks of side 2 step, step = 1, 2, .., L / 4, stay where they are larger than
    limit / (2 step), which is `limit` standard deviations of noise of strength 1 in them.
    """
    n = L * L
    for i in range(n):
        memory[i] = x[i]
    at, step = 3 * n, 1
    while step < L >> 1:
        split_pairs(L, step, 0, memory, 0, n, 2 * n)
        split_pairs(L, 0, step, memory, n, 0, at)
        split_pairs(L, 0, step, memory, 2 * n, at + n, at + 2 * n)
        for i in range(at, at + 3 * n):
            if abs(memory[i]) <= limit / (2 * step):
                memory[i] = 0.0
        at, step = at + 3 * n, 2 * step
    while step > 1:
        at, step = at - 3 * n, step >> 1
        join_pairs(L, 0, step, memory, 0, at, n)
        join_pairs(L, 0, step, memory, at + n, at + 2 * n, 2 * n)
        join_pairs(L, step, 0, memory, n, 2 * n, 0)
    for i in range(n):
        out[i] = memory[i]


@compiled
def _transform(L, roots, x, line):
    fill_roots(L, roots)
    hartley_2d(L, roots, x, line)


@compiled
def _powers(L, waves, counts, powers):
    shell_powers(L, waves, counts, powers)
