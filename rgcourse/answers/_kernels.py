"""The validator of answers: one for Jupyter and, compiled to WebAssembly, for the pages.

A check is an array of numbers:

    word      0      1     2      3        4     5    6 ...
    meaning   key    kind  n      wrong    rtol  atol what is right, then what is known to be wrong

Right are `n` numbers (kind 0), or one measured pair (kind 1): value, its own error, and the least
and the largest error that an answer may have. Known to be wrong are `wrong` answers of `n` numbers
each, of a pair the value alone. All words but the key are covered by a stream of bits that begins
with the key. It keeps the answer out of sight of who looks at a page's source, and out of nothing
else: this is a self-check, and there is nothing to be gained.
"""

import math

from numba import uint64
from numba.extending import register_jitable

from .._compile import compiled

HEAD = 6  # words before what is right
NUMBERS, PAIR = 0, 1  # kinds
PAIR_WORDS = 4
MOST_ERRORS = 4.0  # by which a measured value may be off

# Verdicts; a positive one is the number of the mistake, from 1 on.
RIGHT = 0
OTHER_COUNT = -1  # so many numbers were not asked for
NOT_YET = -2
NO_ERROR = -3  # the answer is a measured value, and has no error
TOO_SURE = -4  # its error is smaller than so short a run can have
TOO_VAGUE = -5  # its error is too large to say anything
TOO_FAR = -6  # the value is too many errors away
SOME = -10  # and minus how many of the numbers are right


@register_jitable
def unseal(words, n):
    """Uncover, or cover, the words after the first, in place (splitmix64)."""
    state = words[0]
    for i in range(1, n):
        state += uint64(0x9E3779B97F4A7C15)
        bits = state
        bits = (bits ^ (bits >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> uint64(27))) * uint64(0x94D049BB133111EB)
        words[i] ^= bits ^ (bits >> uint64(31))


@register_jitable
def within(given, first, wanted, start, n, rtol, atol):
    """How many of `n` numbers are within tolerance of those wanted."""
    count = 0
    for i in range(n):
        right = wanted[start + i]
        if abs(given[first + i] - right) <= atol + rtol * abs(right):
            count += 1
    return count


@register_jitable
def judge(check, given, n_given, has_error):
    """The verdict on `n_given` numbers; with `has_error`, the last of them is an error.

    An error that was given where none was asked for is left out. A mistake that is known is named
    before anything else is said of an answer that is not right.
    """
    kind, n, n_wrong = int(check[1]), int(check[2]), int(check[3])
    rtol, atol = check[4], check[5]
    values = n_given - 1 if has_error else n_given
    if values != n:
        return OTHER_COUNT
    width = PAIR_WORDS if kind == PAIR else n
    if kind == NUMBERS:
        right = within(given, 0, check, HEAD, n, rtol, atol)
        if right == n:
            return RIGHT
    for k in range(n_wrong):
        if within(given, 0, check, HEAD + width + k * n, n, rtol, atol) == n:
            return k + 1
    if kind == NUMBERS:
        return SOME - right if right > 0 else NOT_YET
    if not has_error:
        return NO_ERROR
    error, own = given[1], check[HEAD + 1]
    if not error >= check[HEAD + 2]:
        return TOO_SURE
    if not error <= check[HEAD + 3]:
        return TOO_VAGUE
    away = abs(given[0] - check[HEAD])
    return RIGHT if away <= MOST_ERRORS * math.sqrt(error * error + own * own) else TOO_FAR


@compiled
def uncover(words):
    """`unseal` for an array."""
    unseal(words, words.size)


@compiled
def verdict_on(check, given, has_error):
    """`judge` for arrays."""
    return judge(check, given, given.size, has_error)
