"""What can be read from a layer: lattices with known truths, votes, and a fitted linear reader.

On flat buffers, for a page. The two lanes, votes and network, are laid out alike: s x s sites with
`CHANNELS` numbers each; of votes a block of 2 x 2 is one site. So the same reader, with the same
number of coefficients, reads a layer of either.

Truths of a lattice: its temperature and its energy, both in units of their spread around the mean
(`scales`), the sign of its magnetization, and +1 or -1 for a planted defect or none.
"""

import math

from numba import int64, uint64
from numba.extending import register_jitable

from .._compile import compiled
from .._random import next_below, next_word

__all__: list[str] = []  # kernels, imported by name

CHANNELS = 4
TRUTHS = 4
PATCH = 8  # side of a planted checkerboard
# 1, the mean of each channel, of the products of two, and of each with each of a neighbour
FEATURES = 1 + CHANNELS + CHANNELS * (CHANNELS + 1) // 2 + CHANNELS * CHANNELS
FLAT = 1e-10  # of a feature's mean square: with a smaller variance it says nothing


@register_jitable
def plant(spins, L, corner, sign):
    """A checkerboard of PATCH x PATCH spins from the site `corner` on, with `sign` there."""
    for i in range(PATCH):
        row = (corner // L + i) % L * L
        for j in range(PATCH):
            spins[row + (corner + j) % L] = sign if (i + j) % 2 == 0 else -sign


@register_jitable
def take_lattice(spins, L, T, scales, lattice, truths, state):
    """Copy a lattice, plant a defect in every second at random, and write down its truths."""
    word = next_word(state)
    planted, sign = int64(word & uint64(1)), 2 * int64(word >> uint64(1) & uint64(1)) - 1
    corner = next_below(state, L * L)
    for site in range(L * L):
        lattice[site] = spins[site]
    if planted:
        plant(lattice, L, corner, sign)
    total, bonds = 0, 0
    for x in range(L):
        for y in range(L):
            spin = int64(lattice[x * L + y])
            total += spin
            bonds += spin * (lattice[(x + 1) % L * L + y] + lattice[x * L + (y + 1) % L])
    truths[0] = (T - scales[0]) / scales[1]
    truths[1] = (-bonds / (L * L) - scales[2]) / scales[3]
    truths[2] = 1 if total >= 0 else -1
    truths[3] = 2 * planted - 1


@register_jitable
def draw_coins(coins, n, state):
    """n fair coins, +1 or -1: what decides where a block's votes are even."""
    word = uint64(0)
    for i in range(n):
        word = next_word(state) if i & 63 == 0 else word >> uint64(1)
        coins[i] = 2 * int64(word & uint64(1)) - 1


@register_jitable
def halve(maps, L, votes, coins, after):
    """One number for each 2 x 2 block: with `votes` the sign of their sum, else their mean."""
    side = L // 2
    for x in range(side):
        for y in range(side):
            corner = 2 * x * L + 2 * y
            total = maps[corner] + maps[corner + 1] + maps[corner + L] + maps[corner + L + 1]
            block = x * side + y
            if votes:
                after[block] = 1 if total > 0 or (total == 0 and coins[block] > 0) else -1
            else:
                after[block] = 0.25 * total


@register_jitable
def in_channels(maps, side, after):
    """The 2 side x 2 side numbers of one map as side x side sites with four channels."""
    for x in range(side):
        for y in range(side):
            for c in range(CHANNELS):
                there = (2 * x + c // 2) * 2 * side + 2 * y + c % 2
                after[(x * side + y) * CHANNELS + c] = maps[there]


@register_jitable
def read_features(maps, start, side, features):
    """What the reader sees of side x side sites with four channels, from maps[start] on."""
    for f in range(FEATURES):
        features[f] = 0
    features[0] = 1
    for x in range(side):
        for y in range(side):
            here = start + (x * side + y) * CHANNELS
            down = start + ((x + 1) % side * side + y) * CHANNELS
            right = start + (x * side + (y + 1) % side) * CHANNELS
            f = 1 + CHANNELS
            for a in range(CHANNELS):
                value = maps[here + a]
                features[1 + a] += value
                for b in range(a, CHANNELS):
                    features[f] += value * maps[here + b]
                    f += 1
                for b in range(CHANNELS):
                    features[f] += value * (maps[down + b] + maps[right + b])
                    f += 1
    for f in range(1, FEATURES):
        features[f] /= side * side


@register_jitable
def add_lesson(features, truths, sums):
    """Add one lattice to the sums that the reader is fitted to: f f', then f t'."""
    cross = FEATURES * FEATURES
    for f in range(FEATURES):
        for g in range(FEATURES):
            sums[f * FEATURES + g] += features[f] * features[g]
        for t in range(TRUTHS):
            sums[cross + f * TRUTHS + t] += features[f] * truths[t]


@register_jitable
def fit_reader(sums, ridge, reader, square):
    """The linear reader with the least mean square, each feature in units of its spread.

    `ridge` is added to the correlations' diagonal. `reader` gets FEATURES x TRUTHS coefficients,
    the first of a truth its constant; `square` has room for FEATURES x (FEATURES + 1) numbers.
    """
    n, cross, spread = sums[0], FEATURES * FEATURES, FEATURES * FEATURES
    for f in range(1, FEATURES):
        power = sums[f * FEATURES + f] / n
        variance = power - (sums[f] / n) ** 2
        square[spread + f] = math.sqrt(variance) if variance > FLAT * power else 0.0
    for f in range(1, FEATURES):
        for g in range(1, f + 1):
            scale = square[spread + f] * square[spread + g]
            value = sums[f * FEATURES + g] / n - sums[f] / n * sums[g] / n
            value = value / scale if scale > 0 else 0.0
            if f == g:
                value = 1.0 + ridge
            for k in range(1, g):
                value -= square[f * FEATURES + k] * square[g * FEATURES + k]
            square[f * FEATURES + g] = math.sqrt(value) if f == g else (
                value / square[g * FEATURES + g]
            )  # fmt: skip
    for t in range(TRUTHS):
        mean = sums[cross + t] / n
        for f in range(1, FEATURES):  # down the triangle
            scale = square[spread + f]
            value = sums[cross + f * TRUTHS + t] / n - sums[f] / n * mean
            value = value / scale if scale > 0 else 0.0
            for k in range(1, f):
                value -= square[f * FEATURES + k] * reader[k * TRUTHS + t]
            reader[f * TRUTHS + t] = value / square[f * FEATURES + f]
        for f in range(FEATURES - 1, 0, -1):  # and up again
            value = reader[f * TRUTHS + t]
            for k in range(f + 1, FEATURES):
                value -= square[k * FEATURES + f] * reader[k * TRUTHS + t]
            reader[f * TRUTHS + t] = value / square[f * FEATURES + f]
        reader[t] = mean
        for f in range(1, FEATURES):
            scale = square[spread + f]
            reader[f * TRUTHS + t] = reader[f * TRUTHS + t] / scale if scale > 0 else 0.0
            reader[t] -= reader[f * TRUTHS + t] * sums[f] / n


@register_jitable
def examine_reader(features, truths, reader, misses):
    """What the reader gets wrong of each truth of one lattice."""
    for t in range(TRUTHS):
        answer = 0.0
        for f in range(FEATURES):
            answer += features[f] * reader[f * TRUTHS + t]
        misses[t] = answer - truths[t]


@register_jitable
def read_shares(misses, truths, n, shares):
    """Of each truth the share of its variance that is read from n lattices, and its error.

    The share is 1 - <miss**2> / variance; `shares` gets TRUTHS pairs.
    """
    for t in range(TRUTHS):
        mean, variance, wrong = 0.0, 0.0, 0.0
        for i in range(n):
            mean += truths[i * TRUTHS + t] / n
        for i in range(n):
            variance += (truths[i * TRUTHS + t] - mean) ** 2 / n
            wrong += misses[i * TRUTHS + t] ** 2 / n
        square = 0.0
        for i in range(n):
            own = misses[i * TRUTHS + t] ** 2
            square += (own - wrong / variance * (truths[i * TRUTHS + t] - mean) ** 2) ** 2 / n
        shares[2 * t] = 1.0 - wrong / variance
        shares[2 * t + 1] = math.sqrt(square / n) / variance


_take_lattice = compiled(take_lattice)
_draw_coins = compiled(draw_coins)
_halve = compiled(halve)
_in_channels = compiled(in_channels)
_read_features = compiled(read_features)
_add_lesson = compiled(add_lesson)
_fit_reader = compiled(fit_reader)
_examine_reader = compiled(examine_reader)
_read_shares = compiled(read_shares)
