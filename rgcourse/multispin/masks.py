"""Random masks: words whose 64 bits are set independently, each with a given probability.

Compare 64 random numbers with one probability p, all at once. The random number of a bit is
spread over LEVELS words, one binary digit in each; p, cut to LEVELS digits, is P / 2**LEVELS.
Add P and the random number as by hand, lowest digit first, keeping only the carry: one line of
logic does it for all 64 bits together,

    carry = (carry & digit) | (digit of P & (carry | digit)).

The last carry is set when P + number >= 2**LEVELS, which has probability P / 2**LEVELS.

The rest of p, below the last digit, is small but not zero: without it the energy of a long run
would be off by many standard errors. It is added exactly, by rare *corrections*. A row of sites
gets a Poisson number of them, each at a site drawn at random, so every site gets a Poisson number
of corrections of its own, independent of all other sites. It gets at least one with probability

    q = 1 - exp(-rate) = (p - P / 2**LEVELS) / (1 - P / 2**LEVELS),

and a bit set by its carry *or* by a correction is set with probability p. Corrections are rare, one
in about 500 sites, and cost little. A probability above 1/2 is made as the complement of a mask of
probability 1 - p, so that q stays below 2**(1 - LEVELS).

The digits come from many xoroshiro128++ generators side by side, one for each column of words:
word i of generator k is `streams[i * columns + k]`, so that neighbours fill one vector register
of the processor. With two words of state they are faster than the xoshiro256++ of `_random`, which
draws the corrections.

References
----------
L. Jacobs and C. Rebbi, J. Comput. Phys. 41, 203 (1981)
(many spins in one word).
D. Blackman and S. Vigna, ACM Trans. Math. Softw. 47, 36 (2021), doi:10.1145/3460772 (generators).
"""

import math

import numpy as np
from numba import int64
from numba import uint64 as U
from numba.extending import register_jitable

from .._random import UNIT, next_word

__all__ = ["MaskTables"]

# Digits of a probability that are compared for every spin; the corrections do the rest. One more
# level costs a tenth of a sweep and halves the number of corrections: 9 is near the best. The
# compiler knows the number, and unrolls the loop over the levels.
LEVELS = 9
SCALE = 2.0**LEVELS
STREAM_WORDS = 2  # of state, in each generator
ALL_BITS = 2**64 - 1
NEGLIGIBLE_WEIGHT = 1e-30  # relative to the most likely number; far below the last digit


@register_jitable
def random_digits(s0, s1):
    """The random word of a xoroshiro128++ generator in this state."""
    total = s0 + s1
    return ((total << U(17)) | (total >> U(47))) + s0


@register_jitable
def next_state(s0, s1):
    """The state of a xoroshiro128++ generator after this one."""
    s1 ^= s0
    return ((s0 << U(49)) | (s0 >> U(15))) ^ s1 ^ (s1 << U(21)), (s1 << U(28)) | (s1 >> U(36))


@register_jitable
def carry(before, digits, P, level):
    """Carry out of one binary digit of `P + number`, for 64 numbers together."""
    return (before & digits) | (-((P >> U(level)) & U(1)) & (before | digits))


@register_jitable
def draw_corrections(n_probabilities, columns, poisson, corrections, marked, state):
    """Set the corrections of one row, a word for each probability and column; their number.

    For each probability the number is found by inversion: `poisson` holds the length of one table,
    then for each probability its table of P(at most n corrections), n = 0, 1, .., which ends with
    the largest word. `marked` lists the words that were changed.
    """
    length = poisson[0]
    count = U(0)
    for j in range(n_probabilities):
        entry = U(1) + j * length
        number = next_word(state)
        while number > poisson[entry]:
            entry += U(1)
            where = next_word(state)
            place = j * columns + (((where >> U(14)) * columns) >> U(50))
            corrections[place] |= U(1) << (where & U(63))
            marked[count] = place
            count += U(1)
    return count


@register_jitable
def clear_corrections(count, corrections, marked):
    """Set the words that `draw_corrections` changed back to zero."""
    for i in range(count):
        corrections[marked[i]] = U(0)


@register_jitable
def seed_streams(streams, n, state):
    """Fill the n words of `streams` at random, which makes the generators independent."""
    for i in range(n):
        streams[i] = next_word(state)


@register_jitable
def table_length(columns):
    """Entries of one Poisson table; the probability of more corrections is below 2**-64."""
    return 64 + ((64 * columns) >> (LEVELS - 2))  # the mean is at most half of the second term


@register_jitable
def set_probability(probability, j, n_probabilities, columns, rule, poisson):
    """Enter number j of `n_probabilities` into `rule`, and its table into `poisson`."""
    above_half = probability > 0.5
    lesser = 1.0 - probability if above_half else probability
    P = int64(lesser * SCALE)
    rate = -math.log1p(-(lesser * SCALE - P) / (SCALE - P))
    rule[j] = P
    rule[n_probabilities + j] = U(ALL_BITS) if above_half else U(0)
    length = table_length(columns)
    poisson[0] = length
    poisson_table(64 * columns * rate, 1 + j * length, length, poisson)


@register_jitable
def poisson_table(mean, start, length, table):
    """Fill `length` entries from `start` on: P(at most n corrections) times 2**64 for n = 0, 1, ...

    Weights are relative to that of the most likely number, so that none overflows; what comes after
    the last entry is below 2**-64 and is dropped.
    """
    least, first_weight = int64(mean), 1.0
    while least > 0 and first_weight > NEGLIGIBLE_WEIGHT:
        first_weight *= least / mean
        least -= 1
    total, weight = 0.0, first_weight
    for n in range(least, length):
        total += weight
        weight *= mean / (n + 1)
    below, weight = 0.0, first_weight
    for n in range(length):
        if n >= least:
            below += weight
            weight *= mean / (n + 1)
        share = below / total
        table[start + n] = U(ALL_BITS) if share >= 1.0 else U(share * UNIT)


class MaskTables:
    """The tables from which kernels make masks of given probabilities.

    Parameters
    ----------
    n_probabilities : int
        How many there are, each to be entered with `set_probability`.
    columns : int
        Words in a row of the lattice.
    n_words : int
        Length of `rule`, at least two for each probability.

    Attributes
    ----------
    rule : uint64 array
        LEVELS binary digits of each probability, or of its complement when above 1/2; then for
        each all ones where the complement is used, else 0; then what the update needs besides.
    poisson, corrections, marked : uint64 arrays
        What `draw_corrections` needs.
    """

    def __init__(self, n_probabilities: int, columns: int, n_words: int) -> None:
        self.rule = np.zeros(n_words, np.uint64)
        self.poisson = np.zeros(1 + n_probabilities * table_length(columns), np.uint64)
        self.corrections = np.zeros(n_probabilities * columns, np.uint64)
        self.marked = np.zeros(len(self.poisson), np.uint64)
