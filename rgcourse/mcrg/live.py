"""The same analysis on flat buffers, for a page that samples while it is read.

A bin holds the sums of what was measured: the number of samples, S, S', S' S and S' S'. Bins can
be added, and from a sum of bins follow the linearized transformation and its eigenvalues. Leaving
out one bin after another gives the error, as in `rgcourse.jackknife`.
"""

import math

from numba.extending import register_jitable

__all__: list[str] = []  # kernels, imported by name

MAX_ITERATIONS = 500


@register_jitable
def bin_size(n):
    """Numbers in a bin of n operators."""
    return 1 + 2 * n + 2 * n * n


@register_jitable
def add_sample(S, S_blocked, n, sums):
    """Add the n operators of a lattice and of its block spins to the bin `sums`."""
    cross, square = 1 + 2 * n, 1 + 2 * n + n * n
    sums[0] += 1.0
    for a in range(n):
        sums[1 + a] += S[a]
        sums[1 + n + a] += S_blocked[a]
        for b in range(n):
            sums[cross + a * n + b] += S_blocked[a] * S[b]
            sums[square + a * n + b] += S_blocked[a] * S_blocked[b]


@register_jitable
def add_bins(bins, n_bins, n, left_out, total):
    """The sum of all bins but number `left_out` (-1: of all), in `total`."""
    size = bin_size(n)
    for i in range(size):
        total[i] = 0.0
        for k in range(n_bins):
            if k != left_out:
                total[i] += bins[k * size + i]


@register_jitable
def linear_map(sums, n, chosen, m, square, T):
    """T of the m operators `chosen` among n, from a bin; 0 where it is not determined, else 1.

    Solves cov(S', S) = cov(S', S') T by elimination, with the largest pivot of each column, in the
    m x m buffers `square` and `T`.
    """
    count = sums[0]
    if count <= m:
        return 0
    for i in range(m):
        for j in range(m):
            a, b = chosen[i], chosen[j]
            at = 1 + 2 * n + a * n + b
            mean = sums[1 + n + a] / count
            T[i * m + j] = sums[at] / count - mean * sums[1 + b] / count
            square[i * m + j] = sums[at + n * n] / count - mean * sums[1 + n + b] / count
    for i in range(m):
        pivot = i
        for k in range(i + 1, m):
            if abs(square[k * m + i]) > abs(square[pivot * m + i]):
                pivot = k
        if square[pivot * m + i] == 0.0:
            return 0
        for j in range(m):
            u, v = i * m + j, pivot * m + j
            square[u], square[v] = square[v], square[u]
            T[u], T[v] = T[v], T[u]
        for k in range(m):
            if k != i:
                factor = square[k * m + i] / square[i * m + i]
                for j in range(m):
                    square[k * m + j] -= factor * square[i * m + j]
                    T[k * m + j] -= factor * T[i * m + j]
    for i in range(m):
        for j in range(m):
            T[i * m + j] /= square[i * m + i]
    return 1


@register_jitable
def characteristic(T, m, work, coefficients):
    """Coefficients of det(z - T), that of z**k at place k, after Faddeev and Le Verrier.

    `work` holds two m x m matrices.
    """
    size = m * m
    coefficients[m] = 1.0
    for i in range(size):
        work[i] = 0.0
    for k in range(1, m + 1):
        trace = 0.0
        for i in range(m):
            work[i * m + i] += coefficients[m - k + 1]
        for i in range(m):
            for j in range(m):
                product = 0.0
                for l in range(m):
                    product += T[i * m + l] * work[l * m + j]
                work[size + i * m + j] = product
            trace += work[size + i * m + i]
        for i in range(size):
            work[i] = work[size + i]
        coefficients[m - k] = -trace / k


@register_jitable
def polynomial_roots(coefficients, m, roots):
    """The m complex roots of a polynomial z**m + .., as real and imaginary parts in turn.

    Weierstrass: each root moves by p(z) / prod (z - other roots), all at the same time.
    """
    radius = 0.0
    for k in range(m):
        if coefficients[k] != 0.0:
            radius = max(radius, math.exp(math.log(abs(coefficients[k])) / (m - k)))
    if radius == 0.0:
        radius = 1.0
    x, y = radius, 0.0
    for i in range(m):
        x, y = 0.4 * x - 0.9 * y, 0.9 * x + 0.4 * y  # on a spiral, no two conjugate
        roots[2 * i], roots[2 * i + 1] = x, y
    for _ in range(MAX_ITERATIONS):
        largest = 0.0
        for i in range(m):
            x, y = roots[2 * i], roots[2 * i + 1]
            p, q = 1.0, 0.0  # Horner
            u, v = 1.0, 0.0
            for k in range(m - 1, -1, -1):
                p, q = p * x - q * y + coefficients[k], p * y + q * x
                if k != i:
                    dx, dy = x - roots[2 * k], y - roots[2 * k + 1]
                    u, v = u * dx - v * dy, u * dy + v * dx
            size = u * u + v * v
            if size == 0.0:
                continue
            dx, dy = (p * u + q * v) / size, (q * u - p * v) / size
            roots[2 * i], roots[2 * i + 1] = x - dx, y - dy
            largest = max(largest, abs(dx) + abs(dy))
        if largest <= 1e-15 * radius:
            return


@register_jitable
def sort_roots(roots, m):
    """Largest modulus first; imaginary parts that are rounding are set to zero."""
    for i in range(m):
        if abs(roots[2 * i + 1]) < 1e-9 * (abs(roots[2 * i]) + abs(roots[2 * i + 1])):
            roots[2 * i + 1] = 0.0
    for i in range(1, m):
        for k in range(i, 0, -1):
            u, v = 2 * k - 2, 2 * k
            if (
                roots[u] * roots[u] + roots[u + 1] * roots[u + 1]
                >= roots[v] * roots[v] + roots[v + 1] * roots[v + 1]
            ):
                break
            roots[u], roots[v] = roots[v], roots[u]
            roots[u + 1], roots[v + 1] = roots[v + 1], roots[u + 1]


@register_jitable
def leading_exponent(sums, n, chosen, m, b, work, T, coefficients, roots):
    """ln(lambda) / ln(b) of the leading eigenvalue, nan if that is complex or not positive.

    Fills T, the m + 1 coefficients of its characteristic polynomial and its m eigenvalues (as
    `roots`, largest first). `work` holds two m x m matrices.
    """
    roots[0], roots[1] = math.nan, math.nan
    if linear_map(sums, n, chosen, m, work, T) == 0:
        return math.nan
    characteristic(T, m, work, coefficients)
    polynomial_roots(coefficients, m, roots)
    sort_roots(roots, m)
    if roots[1] != 0.0 or not roots[0] > 0.0:
        return math.nan
    return math.log(roots[0]) / math.log(b)


@register_jitable
def measure_spectrum(
    bins, n_bins, n, chosen, m, b, total, work, T, coefficients, roots, result
):  # fmt: skip
    """Exponent and jackknife error of all bins, in `result`; eigenvalues in `roots`.

    `result` is the exponent, its error and the number of samples; nan where there is none. Bins
    should be equally full. `total` is a bin.
    """
    mean, spread = 0.0, 0.0
    for k in range(n_bins):
        add_bins(bins, n_bins, n, k, total)
        y = leading_exponent(total, n, chosen, m, b, work, T, coefficients, roots)
        change = y - mean
        mean += change / (k + 1)
        spread += change * (y - mean)
    add_bins(bins, n_bins, n, -1, total)
    result[0] = leading_exponent(total, n, chosen, m, b, work, T, coefficients, roots)
    result[1] = math.sqrt(spread * (n_bins - 1) / n_bins)
    result[2] = total[0]
