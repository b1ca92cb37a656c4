"""The one random number generator of all kernels, native and in the page: xoshiro256++.

A kernel carries its state as a `uint64` array of four words, seeded from the caller's NumPy
`Generator`; so does the same kernel compiled to WebAssembly.

References
----------
D. Blackman and S. Vigna, ACM Trans. Math. Softw. 47, 36 (2021), doi:10.1145/3460772.
"""

import numpy as np
from numba import float64, int64, njit, uint64
from numba.extending import register_jitable

from . import _checks

STATE_WORDS = 4
UNIT = 2.0**64


def random_state(rng):
    """A fresh state, uint64 array of shape (4,), drawn from a NumPy Generator or a seed."""
    rng = _checks.generator(rng)
    state = np.zeros(STATE_WORDS, np.uint64)
    while not state.any():
        state[:] = rng.integers(0, 2**64, STATE_WORDS, np.uint64)
    return state


@register_jitable
def threshold(probability):
    """uint64 `t` such that a random word `u` obeys `u < t` with the given probability.

    Exact to 2**-53 of itself; probability 1 becomes 1 - 2**-64.
    """
    if probability >= 1.0:
        return uint64(0xFFFFFFFFFFFFFFFF)
    return uint64(probability * UNIT)


@njit(inline="always")
def next_word(state):
    """The next 64 random bits; advances `state` in place."""
    s0, s1, s2, s3 = state[0], state[1], state[2], state[3]
    total = s0 + s3
    word = ((total << uint64(23)) | (total >> uint64(41))) + s0
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= state[1] << uint64(17)
    s3 = (s3 << uint64(45)) | (s3 >> uint64(19))
    state[0], state[1], state[2], state[3] = s0, s1, s2, s3
    return word


@njit(inline="always")
def next_below(state, n):
    """A whole number 0 .. n - 1 (n < 2**32), unbiased to n * 2**-32, as int64."""
    return int64((next_word(state) >> uint64(32)) * uint64(n) >> uint64(32))


@njit(inline="always")
def uniform(state):
    """A random number in (0, 1), of 52 bits and symmetric about 1/2."""
    return (float64(next_word(state) >> uint64(12)) + 0.5) * 2.0**-52


@njit(inline="always")
def undecided(word, threshold):
    """True when the top 16 bits of `word` alone leave `word < threshold` open: one in 65 536.

    So one word can serve four decisions, shifted left by 16 between them; a kernel asks here
    first and, when needed, lets `refilled` bring the missing 48 bits. Every decision then has
    exactly the probability of a whole random word.
    """
    return (word ^ threshold) >> uint64(48) == 0


@njit(inline="always")
def refilled(word, fresh):
    """`word` with its low 48 bits replaced by the top 48 of the random word `fresh`."""
    return ((word >> uint64(48)) << uint64(48)) | (fresh >> uint64(16))
