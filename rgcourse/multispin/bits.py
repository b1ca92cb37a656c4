"""Arithmetic on 64 columns of bits at once."""

from numba import uint64 as U
from numba.extending import register_jitable

__all__: list[str] = []  # kernels for `square` and `cubic`


@register_jitable
def add3(a, b, c):
    """Sum bit and carry bit of a + b + c."""
    half = a ^ b
    return half ^ c, (a & b) | (half & c)


@register_jitable
def add4(a, b, c, d):
    """The three bits of a + b + c + d, lowest first."""
    low, carry = add3(a, b, c)
    middle = carry ^ (low & d)
    return low ^ d, middle, carry & low & d


@register_jitable
def select(mask, yes, no):
    """Bits of `yes` where the mask is set, of `no` elsewhere."""
    return (mask & yes) | (~mask & no)


@register_jitable
def rotate_left(word, shift):
    """The word rotated to the left, bit b to bit b + shift."""
    return (word << U(shift)) | (word >> U(64 - shift))


@register_jitable
def rotate_bytes_left(word):
    """Each of the eight bytes rotated to the left by one bit."""
    lowest = U(0x0101010101010101)
    return ((word << U(1)) & ~lowest) | ((word >> U(7)) & lowest)


@register_jitable
def rotate_bytes_right(word):
    """Each of the eight bytes rotated to the right by one bit."""
    highest = U(0x8080808080808080)
    return ((word >> U(1)) & ~highest) | ((word << U(7)) & highest)
