"""Kernels: probabilities of units, fair draws, one Gibbs sweep, sums of softplus.

A unit with field x is on with probability p = 1 / (1 + exp(-x)). Everything is in float32, where
`sigmoid` has a relative error below 2e-7, whatever the sign of x. A unit is on when a random
number of 32 bits, rounded to float32, is below p. That happens with probability p to within 1e-7 p
or 2**-32, whichever is larger, so no unit is ever on less often than 2e-10.

`sigmoid` is plain arithmetic, without any library's `exp`: compilers turn it into vector
instructions, and a page in a browser gets the same bits.

All arrays are flat. Legs in the comments: `sample` runs over rows, `unit` over the n_hidden or
n_visible columns.

References
----------
S. L. Moshier, Methods and Programs for Mathematical Functions (Ellis Horwood, 1989): the
polynomial of exp (Cephes, `expf`).
"""

import math

import numpy as np
from numba import float32, int32, njit, uint32, uint64
from numba.extending import register_jitable

from .._random import next_word

compiled = njit(cache=True, nogil=True, error_model="numpy")

ZERO, ONE, HALF = np.float32(0), np.float32(1), np.float32(0.5)
MAX_EXPONENT = np.float32(87)  # exp(-87) is the last that float32 holds at full precision
LOG2_E = np.float32(1.44269504)
LN2_HIGH, LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
P0, P1, P2 = np.float32(1.9875691500e-4), np.float32(1.3981999507e-3), np.float32(8.3334519073e-3)
P3, P4, P5 = np.float32(4.1665795894e-2), np.float32(1.6666665459e-1), np.float32(5.0000001201e-1)
WORD_TO_FRACTION = np.float32(2.0**-32)
FACTORS_PER_LOG = 512  # factors 1 + exp(-|x|) <= 2 in one product: 2**512 is no overflow


@register_jitable(inline="always")
def exp_minus_abs(x):
    """exp(-|x|) in float32, relative error 2e-7; beyond |x| = 87 it stays exp(-87)."""
    z = -min(abs(x), MAX_EXPONENT)
    k = np.floor(z * LOG2_E + HALF)
    r = z - k * LN2_HIGH - k * LN2_LOW  # exp(z) = 2**k exp(r), |r| < 0.35
    e = (((((P0 * r + P1) * r + P2) * r + P3) * r + P4) * r + P5) * r * r + r + ONE
    return e * np.int32((int32(k) + int32(127)) << int32(23)).view(np.float32)


@register_jitable(inline="always")
def sigmoid(x):
    """1 / (1 + exp(-x)) in float32, relative error 2e-7."""
    e = exp_minus_abs(x)
    return (ONE if x >= ZERO else e) / (ONE + e)


@register_jitable
def activation_probabilities(fields, bias, beta, n, m):
    """Turn `fields` (sample unit), n by m, into probabilities sigmoid(beta * field + bias)."""
    for i in range(n):
        row = i * m
        for j in range(m):
            fields[row + j] = sigmoid(beta * fields[row + j] + bias[j])


@register_jitable
def draw(probabilities, layer, n, m, words, state):
    """Set each unit of `layer` (sample unit), n by m, to 1 with its probability, else to 0.

    `words` has room for m + 1 random words.
    """
    for i in range(n):
        row = i * m
        for j in range((m + 1) >> 1):
            word = next_word(state)
            words[2 * j] = uint32(word)
            words[2 * j + 1] = uint32(word >> uint64(32))
        for j in range(m):
            below = float32(words[j]) * WORD_TO_FRACTION < probabilities[row + j]
            layer[row + j] = ONE if below else ZERO


@register_jitable
def hidden_fields(W, visible, n_visible, n_hidden, fields):
    """fields[j] = sum_i visible[i] W[i, j]: the rows of W whose unit is on, added up."""
    for j in range(n_hidden):
        fields[j] = ZERO
    for i in range(n_visible):
        if visible[i] != ZERO:
            for j in range(n_hidden):
                fields[j] += W[i * n_hidden + j]


@register_jitable
def visible_fields(W, hidden, n_visible, n_hidden, fields):
    """fields[i] = sum_j W[i, j] hidden[j]."""
    for i in range(n_visible):
        total = ZERO
        for j in range(n_hidden):
            total += W[i * n_hidden + j] * hidden[j]
        fields[i] = total


@register_jitable
def gibbs_sweep(W, a, b, n_visible, n_hidden, visible, hidden, fields, words, state):
    """Draw all hidden units given the visible ones, then all visible ones given the hidden.

    One chain; `fields` and `words` have room for the larger layer and one more. Leaves the
    probabilities of the visible units in `fields`.
    """
    hidden_fields(W, visible, n_visible, n_hidden, fields)
    activation_probabilities(fields, b, ONE, 1, n_hidden)
    draw(fields, hidden, 1, n_hidden, words, state)
    visible_fields(W, hidden, n_visible, n_hidden, fields)
    activation_probabilities(fields, a, ONE, 1, n_visible)
    draw(fields, visible, 1, n_visible, words, state)


@register_jitable
def softplus_sums(fields, bias, beta, n, m, sums):
    """sums[i] = sum_j ln(1 + exp(beta * (field[i, j] + bias[j]))), in float64.

    ln(1 + e**x) = max(x, 0) + ln(1 + e**-|x|), and the logarithms are taken of whole products.
    """
    for i in range(n):
        total, product = 0.0, 1.0
        for j in range(m):
            x = beta * (fields[i * m + j] + bias[j])
            product *= 1.0 + math.exp(-abs(x))
            total += max(x, 0.0)
            if j % FACTORS_PER_LOG == FACTORS_PER_LOG - 1:
                total += math.log(product)
                product = 1.0
        sums[i] = total + math.log(product)


@register_jitable
def annealing_work(fields, bias, low, high, n, m, sums):
    """sums[i] = sum_j ln(1 + exp(high x)) - ln(1 + exp(low x)), x = field[i, j] + bias[j].

    As `softplus_sums`, in float32 but for the sums; for low and high close to each other. Leaves
    the ratios of the factors 1 + exp(-|x|) in `fields`.
    """
    for i in range(n):
        row = i * m
        positive, product = 0.0, 1.0
        for j in range(m):
            positive += max(fields[row + j] + bias[j], ZERO)
        sums[i] = positive * (high - low)
        for j in range(m):
            x = fields[row + j] + bias[j]
            fields[row + j] = (ONE + exp_minus_abs(high * x)) / (ONE + exp_minus_abs(low * x))
        for j in range(m):
            product *= fields[row + j]
            if j % FACTORS_PER_LOG == FACTORS_PER_LOG - 1:
                sums[i] += math.log(product)
                product = 1.0
        sums[i] += math.log(product)


_activation_probabilities = compiled(activation_probabilities)
_draw = compiled(draw)
_gibbs_sweep = compiled(gibbs_sweep)
_softplus_sums = compiled(softplus_sums)
_annealing_work = compiled(annealing_work)
