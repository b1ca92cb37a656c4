"""The generator of all kernels: known answers, and words that behave as random ones."""

import numpy as np
import pytest
from numba import njit
from scipy.stats import chi2

from rgcourse._random import next_below, next_word, random_state, threshold

# first outputs from the state (1, 2, 3, 4), as tested by the authors' reference implementation in C
# and by its ports
KNOWN = [
    41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205,
    9973669472204895162, 14011001112246962877, 12406186145184390807, 15849039046786891736,
    10450023813501588000,
]  # fmt: skip
MASK = 2**64 - 1


def xoshiro(state):
    """xoshiro256++ in Python integers, line by line after Blackman and Vigna."""

    def rotate(x, k):
        return (x << k | x >> (64 - k)) & MASK

    s = list(state)
    while True:
        yield (rotate((s[0] + s[3]) & MASK, 23) + s[0]) & MASK
        t = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)


@njit
def words(state, n):
    out = np.empty(n, np.uint64)
    for i in range(n):
        out[i] = next_word(state)
    return out


@njit
def below(state, limit, n):
    out = np.empty(n, np.int64)
    for i in range(n):
        out[i] = next_below(state, limit)
    return out


@pytest.fixture(autouse=True)
def quiet_overflow():
    with np.errstate(over="ignore"):  # 64-bit words wrap round; without numba NumPy says so
        yield


def test_known_answers():
    assert words(np.array([1, 2, 3, 4], np.uint64), len(KNOWN)).tolist() == KNOWN


def test_same_words_as_the_published_algorithm(rng):
    state = random_state(rng)
    expected = xoshiro([int(s) for s in state])
    assert words(state, 1000).tolist() == [next(expected) for _ in range(1000)]


def test_state_comes_from_the_generator():
    assert random_state(7).tolist() == random_state(np.random.default_rng(7)).tolist()
    assert random_state(7).tolist() != random_state(8).tolist()
    assert random_state(7).dtype == np.uint64 and random_state(7).shape == (4,)
    rng = np.random.default_rng(7)
    assert random_state(rng).tolist() != random_state(rng).tolist()


def test_state_needs_a_seed():
    with pytest.raises(ValueError, match="rng is needed"):
        random_state(None)


def test_threshold_is_a_probability(rng, z_within):
    assert threshold(0.0) == 0 and threshold(0.5) == 2**63
    assert threshold(1.0) == 2**64 - 1 and threshold(2.0) == 2**64 - 1
    sample = words(random_state(rng), 200_000)
    for p in (0.02, 0.3, 0.9):
        hits = np.count_nonzero(sample < np.uint64(threshold(p)))
        z_within((hits - p * len(sample)) / np.sqrt(p * (1 - p) * len(sample)))


@pytest.mark.parametrize("limit", [1, 2, 6, 10**6])
def test_next_below_is_uniform(rng, limit):
    draws = below(random_state(rng), limit, 60_000)
    assert draws.min() >= 0 and draws.max() < limit
    cells = min(limit, 6)
    counts = np.bincount(draws * cells // limit, minlength=cells)
    statistic = np.sum((counts - len(draws) / cells) ** 2) / (len(draws) / cells)
    assert cells == 1 or chi2.sf(statistic, cells - 1) > 1e-5


def test_bits_are_balanced_and_independent(rng, z_within):
    sample = words(random_state(rng), 50_000)
    bits = (sample[:, None] >> np.arange(64, dtype=np.uint64) & np.uint64(1)).astype(float) - 0.5
    z = 2 * bits.sum(axis=0) / np.sqrt(len(sample))
    assert np.max(np.abs(z)) < 5
    z_within(np.sum(z**2 - 1) / np.sqrt(2 * 64))
    neighbours = 4 * np.sum(bits[1:] * bits[:-1]) / np.sqrt(64 * (len(sample) - 1))
    z_within(neighbours)
