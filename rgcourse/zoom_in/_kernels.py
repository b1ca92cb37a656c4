"""Kernels of zooming in, on flat buffers: the same functions run in the page.

A coarse lattice of H x H spins becomes a fine one of 2H x 2H, row by row. What a site sees is a
whole number, its *context*, and `thresholds` has for each context the probability of up, times
2**64. A fine site that is looked at before it is drawn is replaced by its parent, the coarse spin
that it will lie in, so that every context is made of spins alone; this happens where the torus
closes.
"""

import math

from numba.extending import register_jitable

from .._compile import compiled
from .._random import next_word, threshold

CONTEXTS = 18  # 3 sums of two drawn spins x 2 parents x 3 sums of two coarse spins
WIDE_BITS = 16  # 7 drawn spins and 9 coarse ones


@register_jitable
def wrapped(i, n):
    """i, from -n to 2 n - 1, on a ring of n sites."""
    if i < 0:
        return i + n
    return i - n if i >= n else i


@register_jitable
def context_at(fine, coarse, L, x, y):
    """Context of fine site (x, y): (d * 2 + p) * 3 + c.

    d and c count the up spins among the two drawn neighbours, above and to the left, and among the
    two coarse neighbours of the parent on whose sides the site lies; p is 1 if the parent is up.
    """
    H = L >> 1
    X, Y = x >> 1, y >> 1
    row = X * H
    above = fine[(x - 1) * L + y] if x > 0 else coarse[(H - 1) * H + Y]
    before = fine[x * L + y - 1] if y > 0 else coarse[row + H - 1]
    beside_x = wrapped(X + 2 * (x & 1) - 1, H)
    beside_y = wrapped(Y + 2 * (y & 1) - 1, H)
    drawn = (above + before + 2) >> 1
    near = (coarse[beside_x * H + Y] + coarse[row + beside_y] + 2) >> 1
    return (drawn * 2 + (coarse[row + Y] > 0)) * 3 + near


@register_jitable
def rule_thresholds(drawn, parent, near, thresholds):
    """Thresholds of the rule of three numbers, one for each of the 18 contexts.

    p(up) = 1 / (1 + exp(-z)),  z = drawn * (sum of two) + parent * p + near * (sum of two)
    """
    for context in range(CONTEXTS):
        d, rest = context // 6, context % 6
        z = drawn * (2 * d - 2) + parent * (2 * (rest // 3) - 1) + near * (2 * (rest % 3) - 2)
        thresholds[context] = threshold(1.0 / (1.0 + math.exp(-z)))


@register_jitable
def zoom_in_2d(coarse, L, thresholds, fine, state):
    """Draw the L x L spins of `fine`, row by row, given the L/2 x L/2 of `coarse`."""
    for x in range(L):
        for y in range(L):
            up = next_word(state) < thresholds[context_at(fine, coarse, L, x, y)]
            fine[x * L + y] = 1 if up else -1


@register_jitable
def count_contexts_2d(fine, coarse, L, counts):
    """Add to counts[2 * context + up] what every site of a pair of lattices shows."""
    for x in range(L):
        for y in range(L):
            context = context_at(fine, coarse, L, x, y)
            counts[2 * context + (fine[x * L + y] > 0)] += 1


@register_jitable
def drawn_spin(fine, coarse, L, x, y, i, j):
    """The spin i rows above and j to the right of (x, y), or its parent if not drawn yet."""
    row, column = x - i, wrapped(y + j, L)
    if row >= 0 and (i > 0 or y + j >= 0):
        return fine[row * L + column]
    return coarse[(wrapped(row, L) >> 1) * (L >> 1) + (column >> 1)]


@register_jitable
def wide_context_at(fine, coarse, L, x, y):
    """The wide context of (x, y): two bits of parity, then 16 bits, each set where a spin is up.

    The bits are, lowest first, drawn spins at rows above and columns to the right
    (1, -1), (1, 0), (1, 1), (1, 2), (2, 0), (0, -1), (0, -2), and the 3 x 3 coarse spins around the
    parent, row by row.
    """
    H = L >> 1
    bits = 0
    for k in range(7):
        i = 1 if k < 4 else 2 if k == 4 else 0
        j = k - 1 if k < 4 else 4 - k
        bits |= (drawn_spin(fine, coarse, L, x, y, i, j) > 0) << k
    X, Y = x >> 1, y >> 1
    for k in range(9):
        at = wrapped(X + k // 3 - 1, H) * H + wrapped(Y + k % 3 - 1, H)
        bits |= (coarse[at] > 0) << (7 + k)
    return (2 * (x & 1) + (y & 1)) << WIDE_BITS | bits


@register_jitable
def zoom_in_wide_2d(coarse, L, thresholds, fine, state):
    """As `zoom_in_2d`, with thresholds for each of the 4 * 2**16 wide contexts."""
    for x in range(L):
        for y in range(L):
            up = next_word(state) < thresholds[wide_context_at(fine, coarse, L, x, y)]
            fine[x * L + y] = 1 if up else -1


@register_jitable
def count_wide_contexts_2d(fine, coarse, L, counts):
    """As `count_contexts_2d`, for wide contexts."""
    for x in range(L):
        for y in range(L):
            context = wide_context_at(fine, coarse, L, x, y)
            counts[2 * context + (fine[x * L + y] > 0)] += 1


@compiled
def zoom_in_all(coarse, L, wide, thresholds, fine, state):
    """Every row of `coarse`, one flat lattice each, into the same row of `fine`."""
    for k in range(coarse.shape[0]):
        if wide:
            zoom_in_wide_2d(coarse[k], L, thresholds, fine[k], state)
        else:
            zoom_in_2d(coarse[k], L, thresholds, fine[k], state)


@compiled
def count_all(fine, coarse, L, wide, counts):
    """Contexts of all pairs of rows, one flat lattice each."""
    for k in range(coarse.shape[0]):
        if wide:
            count_wide_contexts_2d(fine[k], coarse[k], L, counts)
        else:
            count_contexts_2d(fine[k], coarse[k], L, counts)


@compiled
def all_rule_thresholds(drawn, parent, near, thresholds):
    """`rule_thresholds`, compiled."""
    rule_thresholds(drawn, parent, near, thresholds)
