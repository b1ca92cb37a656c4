"""Borel sums with a conformal map, for series whose coefficients grow as k! (-a)**k k**const.

f(x) = sum_k c_k x**k is written as an average over t of its Borel-Leroy transform,

f(x) = integral dt t**b exp(-t) / Gamma(b + 1) B(x t),   B(y) = sum_k c_k / (b + 1)_k y**k,

and B, whose singularity nearest to 0 is at y = -1 / a, is continued by the map of its cut plane
onto the unit disk, w(y) = (sqrt(1 + a y) - 1) / (sqrt(1 + a y) + 1). With a factor that lets B grow
as y**lam far away,

B(y) = (1 - w)**(-2 lam) sum_k d_k w**k.

The d_k up to k = n follow from the c_k up to k = n, so that one pass gives the sums of all lower
orders, too. The numbers b and lam are free: with all orders the sum would not depend on them. The
kernels below sum at x = 1; for another x pass c_k x**k and a x.

References
----------
J. C. Le Guillou and J. Zinn-Justin, Phys. Rev. B 21, 3976 (1980), doi:10.1103/PhysRevB.21.3976.
"""

import math

import numpy as np
from numba import njit
from numba.extending import register_jitable

__all__: list[str] = []  # kernels, imported by name

# trapezoidal rule in s with t = exp(s - exp(-s)): converges faster than any power for all b here
N_NODES = 113

# The grid of the error rule, and half its windows, in steps.
N_B, B_STEP, B_WINDOW = 61, 0.5, 4
N_LAM, LAM_STEP, LAM_FIRST, LAM_WINDOW = 51, 0.1, -10, 5


@register_jitable
def borel_nodes(b, a, nodes):
    """Nodes of the average over t, three numbers each: weight, w(t) and -2 ln(1 - w).

    The weights add up to 1.
    """
    total = 0.0
    peak = (b + 1.0) * (math.log(b + 1.0) - 1.0)
    for i in range(N_NODES):
        s = -3.5 + 0.08 * i
        left = math.exp(-s)
        log_t = s - left
        t = math.exp(log_t)
        weight = math.exp((b + 1.0) * log_t - t - peak) * (1.0 + left)
        root = math.sqrt(1.0 + a * t)
        nodes[3 * i] = weight
        nodes[3 * i + 1] = a * t / ((root + 1.0) * (root + 1.0))  # (root - 1) / (root + 1)
        nodes[3 * i + 2] = 2.0 * math.log(0.5 * (1.0 + root))
        total += weight
    for i in range(N_NODES):
        nodes[3 * i] /= total


@register_jitable
def borel_sums(c, n, a, b, lam, nodes, scratch):
    """Sums of orders 0 ... n of the coefficients c, into the last n + 1 of 3 (n + 1) numbers.

    The first n + 1 of scratch become (a / 4)**k d_k, the next the averages of (4 w / a)**k
    (1 - w)**(-2 lam): of moderate size for any a, however many components make it small.
    """
    quarter = a / 4.0
    for k in range(2 * (n + 1)):
        scratch[k] = 0.0
    scale = 1.0  # 1 / (b + 1)_m, as B(y) has powers of y = (4 w / a) / (1 - w)**2
    for m in range(n + 1):
        term = c[m] * scale
        scratch[m] += term
        for j in range(1, n + 1 - m):
            term *= quarter * (j - 1 - 2.0 * lam + 2.0 * m) / j
            scratch[m + j] += term
        scale /= b + 1.0 + m
    for i in range(N_NODES):
        power = nodes[3 * i] * math.exp(lam * nodes[3 * i + 2])
        for k in range(n + 1):
            scratch[n + 1 + k] += power
            power *= nodes[3 * i + 1] / quarter
    total = 0.0
    for k in range(n + 1):
        total += scratch[k] * scratch[n + 1 + k]
        scratch[2 * (n + 1) + k] = total


@register_jitable
def borel_scan(c, n, a, nodes, scratch, value, change):
    """On the grid of b and lam: the sum of order n, and how far off the two orders below it are.

    `value` and `change` hold N_B * N_LAM numbers, lam running fastest; scratch 3 (n + 1).
    """
    sums = 2 * (n + 1)
    for i in range(N_B):
        borel_nodes(B_STEP * i, a, nodes)
        for j in range(N_LAM):
            lam = LAM_STEP * (j + LAM_FIRST)
            borel_sums(c, n, a, B_STEP * i, lam, nodes, scratch)
            f = scratch[sums + n]
            last, before = abs(f - scratch[sums + n - 1]), abs(f - scratch[sums + n - 2])
            value[i * N_LAM + j] = f
            change[i * N_LAM + j] = max(last, before)


@register_jitable
def spread_around(value, i, j, along_b, window):
    """Largest minus smallest value within `window` steps of grid point (i, j), along b or lam."""
    low = high = value[i * N_LAM + j]
    for step in range(-window, window + 1):
        p, q = (i + step, j) if along_b else (i, j + step)
        if 0 <= p < N_B and 0 <= q < N_LAM:
            low, high = min(low, value[p * N_LAM + q]), max(high, value[p * N_LAM + q])
    return high - low


@register_jitable
def borel_choice(value, change, result):
    """[value, error, b, lam] where the error is least, into `result`: the error rule.

    error = change with the order + spread over b +- 2 + spread over lam +- 0.5
    """
    result[1] = math.inf
    for i in range(N_B):
        for j in range(N_LAM):
            error = (
                change[i * N_LAM + j]
                + spread_around(value, i, j, True, B_WINDOW)
                + spread_around(value, i, j, False, LAM_WINDOW)
            )
            if error < result[1]:
                result[0], result[1] = value[i * N_LAM + j], error
                result[2], result[3] = B_STEP * i, LAM_STEP * (j + LAM_FIRST)


@njit(cache=True, nogil=True, error_model="numpy")
def resummed(c, n, a):
    """[value, error, b, lam] of `borel_choice` for the coefficients c_0 ... c_n."""
    nodes, scratch = np.empty(3 * N_NODES), np.empty(3 * (n + 1))
    value, change, result = np.empty(N_B * N_LAM), np.empty(N_B * N_LAM), np.empty(4)
    borel_scan(c, n, a, nodes, scratch, value, change)
    borel_choice(value, change, result)
    return result


@njit(cache=True, nogil=True, error_model="numpy")
def sums_of_all_orders(c, n, a, b, lam):
    """The sums of orders 0 ... n at one pair of b and lam."""
    nodes, scratch = np.empty(3 * N_NODES), np.empty(3 * (n + 1))
    borel_nodes(b, a, nodes)
    borel_sums(c, n, a, b, lam, nodes, scratch)
    return scratch[2 * (n + 1) :].copy()
