"""Counting bits, for all kernels that keep 64 spins in a word."""

from numba import uint64 as U
from numba.extending import register_jitable


@register_jitable
def popcount(word):
    """How many of the 64 bits are set (compilers know this pattern and use one instruction)."""
    word -= (word >> U(1)) & U(0x5555555555555555)
    word = (word & U(0x3333333333333333)) + ((word >> U(2)) & U(0x3333333333333333))
    word = (word + (word >> U(4))) & U(0x0F0F0F0F0F0F0F0F)
    return (word * U(0x0101010101010101)) >> U(56)
