"""Bonds, 64 in a word: their spins are compared, and they are occupied or not, all together.

An occupied bond joins its two sites in one cluster.

References
----------
R. H. Swendsen and J.-S. Wang, Phys. Rev. Lett. 58, 86 (1987), doi:10.1103/PhysRevLett.58.86.
"""

from numba import uint64
from numba.extending import register_jitable

from .._bits import popcount
from .._random import next_word

__all__ = ["equal_bonds", "equal_bonds_left", "first_bit", "occupied"]


@register_jitable
def equal_bonds(spins, here, there, width):
    """Word whose bit k says that spins `here + k` and `there + k` are equal, k < `width` <= 64."""
    bits = uint64(0)
    for k in range(width):
        bits |= uint64(spins[here + k] == spins[there + k]) << k
    return bits


@register_jitable
def equal_bonds_left(spins, row, y, L, width):
    """As `equal_bonds`, for sites `row + y + k` and their left neighbours on a ring of L sites."""
    start = uint64(y == 0)  # 1 where the first left neighbour is the end of the row
    here = row + y + start
    around = start & uint64(spins[row] == spins[row + L - uint64(1)])
    return (equal_bonds(spins, here, here - uint64(1), width - start) << start) | around


@register_jitable
def occupied(bonds, threshold, state):
    """Word of those among `bonds` that are occupied: each with probability `threshold` / 2**64.

    Each bond has a random number of its own, and one `word` holds one binary digit of all 64. The
    first digit in which a number differs from the threshold decides: the number is below if its
    digit is 0 and that of the threshold is 1. Each digit leaves half of the bonds undecided, so
    about 7 words are enough for 64 bonds, to the last bit of the threshold.
    """
    below = uint64(0)
    while bonds != 0 and threshold != 0:
        word = next_word(state)
        digit = -(threshold >> uint64(63))  # the leading digit of the threshold, 64 times
        below |= bonds & digit & ~word
        bonds &= ~(word ^ digit)
        threshold <<= uint64(1)
    return below


@register_jitable
def first_bit(word):
    """Place of the lowest bit set in a word that is not 0: the number of bits below it."""
    return popcount(~word & (word - uint64(1)))
