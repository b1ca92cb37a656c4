"""Random masks: words whose 64 bits are set independently, each with a given probability.

Compare 64 random numbers with one probability p, all at once. The random number of a bit is
spread over LEVELS words, one binary digit in each; p, cut to LEVELS digits, is P / 2**LEVELS.
Add P and the random number as by hand, lowest digit first, keeping only the carry: one line of
logic does it for all 64 bits together,

    carry = (carry & digit) | (digit of P & (carry | digit)).

The last carry is set when P + number >= 2**LEVELS, which has probability P / 2**LEVELS.

The rest of p, below the last digit, is small but not nothing: without it the energy of a long run
is off by many standard errors. It is added exactly, by *sprinkling*. A row of sites gets a Poisson
number of events, each at a site drawn at random, so every site gets a Poisson number of events
of its own, independent of all other sites. It gets at least one with probability

    q = 1 - exp(-rate) = (p - P / 2**LEVELS) / (1 - P / 2**LEVELS),

and a bit set by its carry *or* by an event is set with probability p. Events are rare, one in
about 500 sites, and cost little. Probabilities above 1/2 are made by turning over a mask of
probability 1 - p, so that q stays below 2**(1 - LEVELS).

The digits come from many generators xoroshiro128++ side by side, one for each column of words:
word i of generator k is `streams[i * columns + k]`, so that neighbours fill one vector register
of the processor. Two words of state make them the quicker sisters of the xoshiro256++ of
`_random`, which draws the events.

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

# Digits of a probability that are compared for every spin; the sprinkling does the others. One
# level more costs a tenth of a sweep and halves the number of events: 9 is near the best. Known
# to the compiler, which turns the loop over the levels into straight code.
LEVELS = 9
SCALE = 2.0**LEVELS
STREAM_WORDS = 2
ALL = 2**64 - 1
NEGLIGIBLE = 1e-30  # of the likeliest number of events, far below the last digit of a word


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
def sprinkle(n_chances, columns, arrivals, events, places, state):
    """Mark the events of one row in `events`, a word for each chance and column; their number.

    For each chance the number is found by inversion: `arrivals` holds the length of one table, then
    for each chance its table of P(at most n events), n = 0, 1, .., ending with the largest word.
    `places` keeps which words are marked.
    """
    length = arrivals[0]
    count = U(0)
    for chance in range(n_chances):
        entry = U(1) + chance * length
        number = next_word(state)
        while number > arrivals[entry]:
            entry += U(1)
            where = next_word(state)
            place = chance * columns + (((where >> U(14)) * columns) >> U(50))
            events[place] |= U(1) << (where & U(63))
            places[count] = place
            count += U(1)
    return count


@register_jitable
def sweep_up(count, events, places):
    """Take the marks of `sprinkle` away again."""
    for event in range(count):
        events[places[event]] = U(0)


@register_jitable
def seed_streams(streams, n, state):
    """Fill the n words of `streams` at random: generators that know nothing of each other."""
    for i in range(n):
        streams[i] = next_word(state)


@register_jitable
def table_length(columns):
    """Entries for the numbers of events of one chance: more come with less than 2**-64."""
    return 64 + ((64 * columns) >> (LEVELS - 2))  # the mean is at most half of the second term


@register_jitable
def set_chance(probability, chance, n_chances, columns, rule, arrivals):
    """Enter one of `n_chances` into `rule` and its table into `arrivals`, see `Chances`."""
    turned = probability > 0.5
    lesser = 1.0 - probability if turned else probability
    P = int64(lesser * SCALE)
    rate = -math.log1p(-(lesser * SCALE - P) / (SCALE - P))
    rule[chance] = P
    rule[n_chances + chance] = U(ALL) if turned else U(0)
    length = table_length(columns)
    arrivals[0] = length
    poisson_table(64 * columns * rate, 1 + chance * length, length, arrivals)


@register_jitable
def poisson_table(mean, start, length, table):
    """Fill `length` entries from `start` on: P(at most n events) times 2**64 for n = 0, 1, ...

    Weights are relative to the likeliest number, so that none overflows; what comes after the
    last entry is below 2**-64 and counts as nothing.
    """
    least, first_weight = int64(mean), 1.0
    while least > 0 and first_weight > NEGLIGIBLE:
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
        table[start + n] = U(ALL) if share >= 1.0 else U(share * UNIT)


class Chances:
    """Room for the tables from which kernels make masks of given probabilities.

    Parameters
    ----------
    n_chances : int
        How many probabilities, each to be entered with `set_chance`.
    columns : int
        Words in a row of the lattice.
    n_words : int
        Length of `rule`, at least two for each chance.

    Attributes
    ----------
    rule : uint64 array
        LEVELS binary digits of each probability, or of its complement when above 1/2; then for
        each all ones where the complement is used, else 0; then what the update wants to know.
    arrivals, events, places : uint64 arrays
        What `sprinkle` needs.
    """

    def __init__(self, n_chances, columns, n_words):
        self.rule = np.zeros(n_words, np.uint64)
        self.arrivals = np.zeros(1 + n_chances * table_length(columns), np.uint64)
        self.events = np.zeros(n_chances * columns, np.uint64)
        self.places = np.zeros(len(self.arrivals), np.uint64)
