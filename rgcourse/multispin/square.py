"""Packed spins on the square lattice: where they are, and kernels that move and measure them.

The two colours of the checkerboard are kept apart: c = 0 where row + column is even, 1 where it is
odd. The rows are dealt out to the 64 bits of a word: with R = L / 64 rows of words,

    bit b of word (c, r, k)  =  the spin in row r + b R and column 2 k + ((r + c) & 1).

               k = 0  1  2  ..                    The four neighbours of the word (c, r, k)
        r = 0   [word][word][word]                are words of the other colour:
        r = 1   [word][word][word]                            (r - 1, k)
         ..                                          (r, k) and (r, k + 1) or (r, k - 1)
        r = R-1 [word][word][word]                            (r + 1, k)

So 64 strips of the lattice lie on top of each other, and each spin finds its neighbours at its own
bit. Only where a strip meets the next, above r = 0 and below r = R - 1, must the words be rotated
by one bit. The lattice has a margin, one word wide, which holds the rotated rows and the periodic
images in k, so that inner loops know no edges: 2 (R + 2) (L / 2 + 2) words in one flat buffer.
R must be even, or colours would not match where strips meet: L is a multiple of 128.

Every kernel is a plain function of flat buffers. Indices are unsigned, so that numba does not test
for negative ones. `rule` is made by `rules.fill_rule`: probabilities, then what `rules.update`
needs.
"""

from numba import int64
from numba import uint64 as U
from numba.extending import register_jitable

from .._bits import popcount
from .bits import add4, rotate_left, select
from .masks import (
    LEVELS,
    carry,
    clear_corrections,
    draw_corrections,
    next_state,
    random_digits,
)
from .rules import update

__all__: list[str] = []  # kernels for `packed` and the page

LOWEST_BITS = U(0x0101010101010101)  # the lowest bit of each byte


def n_words(L):
    """Length of the buffer of an L x L lattice."""
    return 2 * (L // 64 + 2) * (L // 2 + 2)


@register_jitable
def sweep_row_2d(lattice, here, there, beside, width, columns, rule, corrections, streams):
    """Update one row of words: `here`, `there`, `beside` are where it and its neighbours start."""
    P3, P4, complement3, complement4 = rule[0], rule[1], rule[2], rule[3]
    heat_bath, antiferro = rule[4], rule[5]
    for k in range(columns):
        s0, s1 = streams[k], streams[columns + k]
        mask3, mask4, digits = U(0), U(0), U(0)
        for level in range(LEVELS):
            digits = random_digits(s0, s1)
            mask3 = carry(mask3, digits, P3, level)
            mask4 = carry(mask4, digits, P4, level)
            s0, s1 = next_state(s0, s1)
        streams[k], streams[columns + k] = s0, s1
        mask3 = (mask3 | corrections[k]) ^ complement3
        mask4 = (mask4 | corrections[columns + k]) ^ complement4

        ones, twos, fours = add4(
            lattice[there - width + k],
            lattice[there + width + k],
            lattice[there + k],
            lattice[beside + k],
        )
        majority = (ones & twos) | fours
        excited = select(ones, mask3, select(twos, digits | ~heat_bath, mask4))
        lattice[here + k] = update(lattice[here + k], majority ^ antiferro, excited, heat_bath)


@register_jitable
def sweep_2d(lattice, L, rule, poisson, corrections, marked, streams, state):
    """One sweep without field, even sites first.

    `rule` is P3, P4, complement3, complement4 (for 3 and 4 equal neighbours), heat_bath, antiferro.
    """
    rows, columns = U(L) >> U(6), U(L) >> U(1)
    width = columns + U(2)
    half = (rows + U(2)) * width
    for c in range(U(2)):
        for r in range(rows):
            offset = (r + U(1)) * width + U(1)
            here, there = c * half + offset, (U(1) - c) * half + offset
            beside = there + U(2) * ((r + c) & U(1)) - U(1)
            count = draw_corrections(U(2), columns, poisson, corrections, marked, state)
            sweep_row_2d(lattice, here, there, beside, width, columns, rule, corrections, streams)
            clear_corrections(count, corrections, marked)
        renew_margin_2d(lattice, c * half, rows, columns)


@register_jitable
def renew_margin_2d(lattice, start, rows, columns):
    """Copy the edges of one colour, whose words start at `start`, into its margin."""
    width = columns + U(2)
    top, bottom = start + width, start + rows * width
    for r in range(rows):
        row = start + (r + U(1)) * width
        lattice[row] = lattice[row + columns]
        lattice[row + columns + U(1)] = lattice[row + U(1)]
    for k in range(width):
        lattice[start + k] = rotate_left(lattice[bottom + k], 1)
        lattice[bottom + width + k] = rotate_left(lattice[top + k], 63)


@register_jitable
def sweep_row_field_2d(lattice, here, there, beside, width, columns, rule, corrections, streams):
    """Update one row of words in a field: a probability for each number of neighbours up."""
    P0, P1, P2, P3, P4 = rule[0], rule[1], rule[2], rule[3], rule[4]
    complement0, complement1, complement2 = rule[5], rule[6], rule[7]
    complement3, complement4 = rule[8], rule[9]
    heat_bath = rule[10]
    up0, up1, up2, up3, up4 = rule[11], rule[12], rule[13], rule[14], rule[15]
    for k in range(columns):
        s0, s1 = streams[k], streams[columns + k]
        mask0, mask1, mask2, mask3, mask4 = U(0), U(0), U(0), U(0), U(0)
        for level in range(LEVELS):
            digits = random_digits(s0, s1)
            mask0 = carry(mask0, digits, P0, level)
            mask1 = carry(mask1, digits, P1, level)
            mask2 = carry(mask2, digits, P2, level)
            mask3 = carry(mask3, digits, P3, level)
            mask4 = carry(mask4, digits, P4, level)
            s0, s1 = next_state(s0, s1)
        streams[k], streams[columns + k] = s0, s1
        mask0 = (mask0 | corrections[k]) ^ complement0
        mask1 = (mask1 | corrections[columns + k]) ^ complement1
        mask2 = (mask2 | corrections[U(2) * columns + k]) ^ complement2
        mask3 = (mask3 | corrections[U(3) * columns + k]) ^ complement3
        mask4 = (mask4 | corrections[U(4) * columns + k]) ^ complement4

        ones, twos, fours = add4(
            lattice[there - width + k],
            lattice[there + width + k],
            lattice[there + k],
            lattice[beside + k],
        )
        odd = select(twos, mask3, mask1)
        even = select(fours, mask4, select(twos, mask2, mask0))
        up_odd = select(twos, up3, up1)
        up_even = select(fours, up4, select(twos, up2, up0))
        aligned, excited = select(ones, up_odd, up_even), select(ones, odd, even)
        lattice[here + k] = update(lattice[here + k], aligned, excited, heat_bath)


@register_jitable
def sweep_field_2d(lattice, L, rule, poisson, corrections, marked, streams, state):
    """One sweep in a field, even sites first.

    `rule` is P0 .. P4, complement0 .. complement4 (for 0 .. 4 neighbours up), heat_bath, and all
    ones or zero where 0 .. 4 neighbours up make a local field that points up or down.
    """
    rows, columns = U(L) >> U(6), U(L) >> U(1)
    width = columns + U(2)
    half = (rows + U(2)) * width
    for c in range(U(2)):
        for r in range(rows):
            offset = (r + U(1)) * width + U(1)
            here, there = c * half + offset, (U(1) - c) * half + offset
            beside = there + U(2) * ((r + c) & U(1)) - U(1)
            count = draw_corrections(U(5), columns, poisson, corrections, marked, state)
            sweep_row_field_2d(
                lattice, here, there, beside, width, columns, rule, corrections, streams
            )
            clear_corrections(count, corrections, marked)
        renew_margin_2d(lattice, c * half, rows, columns)


@register_jitable
def count_unequal_2d(lattice, L):
    """Number of bonds between unequal neighbours, of 2 L**2: four for every even site."""
    rows, columns = U(L) >> U(6), U(L) >> U(1)
    width = columns + U(2)
    half = (rows + U(2)) * width
    total = U(0)
    for r in range(rows):
        here = (r + U(1)) * width + U(1)
        there = half + here
        beside = there + U(2) * (r & U(1)) - U(1)
        for k in range(columns):
            spin = lattice[here + k]
            total += (
                popcount(spin ^ lattice[there - width + k])
                + popcount(spin ^ lattice[there + width + k])
                + popcount(spin ^ lattice[there + k])
                + popcount(spin ^ lattice[beside + k])
            )
    return int64(total)


@register_jitable
def count_up_2d(lattice, L):
    """Number of spins up."""
    rows, columns = U(L) >> U(6), U(L) >> U(1)
    width = columns + U(2)
    total = U(0)
    for c in range(U(2)):
        for r in range(rows):
            here = (c * (rows + U(2)) + r + U(1)) * width + U(1)
            for k in range(columns):
                total += popcount(lattice[here + k])
    return int64(total)


@register_jitable
def pack_2d(spins, L, lattice):
    """Fill the packed lattice from L * L spins of +1 and -1, margin included."""
    rows, columns, length = U(L) >> U(6), U(L) >> U(1), U(L)
    width = columns + U(2)
    half = (rows + U(2)) * width
    for c in range(U(2)):
        for r in range(rows):
            here = c * half + (r + U(1)) * width + U(1)
            first = r * length + ((r + c) & U(1))
            for k in range(columns):
                word = U(0)
                for b in range(U(64)):
                    up = spins[first + b * rows * length + U(2) * k] > 0
                    word |= U(up) << b
                lattice[here + k] = word
        renew_margin_2d(lattice, c * half, rows, columns)


@register_jitable
def unpack_2d(lattice, L, spins):
    """Fill L * L spins with the +1 and -1 of the packed lattice."""
    rows, columns, length = U(L) >> U(6), U(L) >> U(1), U(L)
    width = columns + U(2)
    for c in range(U(2)):
        for r in range(rows):
            here = (c * (rows + U(2)) + r + U(1)) * width + U(1)
            for b in range(U(64)):
                first = (r + b * rows) * length + ((r + c) & U(1))
                for k in range(columns):
                    spins[first + U(2) * k] = 2 * int64((lattice[here + k] >> b) & U(1)) - 1


@register_jitable
def counts_2d(lattice, L, b, counts):
    """Fill (L / b)**2 bytes with the number of spins up in each b x b block.

    b is 2, 4, 8 or 14 at most and divides L / 64. Eight bits at a distance of eight are added at
    once, as the eight bytes of a word.
    """
    rows, columns, side, b = U(L) >> U(6), U(L) >> U(1), U(L) // U(b), U(b)
    width = columns + U(2)
    other = (rows + U(2)) * width
    strip = rows // b  # rows of blocks in a strip
    for r in range(strip):
        for k in range(side):
            corner = (r * b + U(1)) * width + U(1) + k * (b >> U(1))
            for first in range(U(8)):
                total = U(0)
                for i in range(b):
                    for j in range(b >> U(1)):
                        word = corner + i * width + j
                        total += (lattice[word] >> first) & LOWEST_BITS
                        total += (lattice[word + other] >> first) & LOWEST_BITS
                for byte in range(U(8)):
                    row = r + (first + U(8) * byte) * strip
                    counts[row * side + k] = (total >> (U(8) * byte)) & U(255)


@register_jitable
def majority_2d(lattice, L, blocks, streams, lanes):
    """Majority of each 2 x 2 block, ties by random bits: the packed lattice of edge L / 2.

    A block is two neighbouring words of a row, and the two below: the same bit of four words.
    `streams` has `lanes` generators.
    """
    rows, columns = U(L) >> U(6), U(L) >> U(1)
    width = columns + U(2)
    other = (rows + U(2)) * width
    block_rows, block_columns = rows >> U(1), columns >> U(1)
    block_width = block_columns + U(2)
    block_half = (block_rows + U(2)) * block_width
    lanes = U(lanes)
    for c in range(U(2)):
        for r in range(block_rows):
            first = (U(2) * r + U(1)) * width + U(1) + ((r + c) & U(1))
            out = c * block_half + (r + U(1)) * block_width + U(1)
            for k in range(block_columns):
                s0, s1 = streams[k], streams[lanes + k]
                random_bits = random_digits(s0, s1)
                streams[k], streams[lanes + k] = next_state(s0, s1)
                here = first + U(2) * k
                ones, twos, fours = add4(
                    lattice[here],
                    lattice[here + other],
                    lattice[here + width],
                    lattice[here + width + other],
                )
                blocks[out + k] = fours | (twos & (ones | random_bits))
        renew_margin_2d(blocks, c * block_half, block_rows, block_columns)


@register_jitable
def measure_2d(lattice, L, t, sums):
    """Write the sums over bonds and over spins to row t of `sums`, unless that is empty."""
    if sums.size > 0:
        sites = int64(L) * L
        sums[t, 0] = 2 * sites - 2 * count_unequal_2d(lattice, L)
        sums[t, 1] = 2 * count_up_2d(lattice, L) - sites


@register_jitable
def run_2d(lattice, L, rule, poisson, corrections, marked, streams, state, every, counts, sums):
    """For each entry of `counts` make `every` sweeps, then measure."""
    for t in range(counts.size):
        for _ in range(every):
            sweep_2d(lattice, L, rule, poisson, corrections, marked, streams, state)
        counts[t] = every
        measure_2d(lattice, L, t, sums)


@register_jitable
def run_field_2d(
    lattice, L, rule, poisson, corrections, marked, streams, state, every, counts, sums
):
    """For each entry of `counts` make `every` sweeps, then measure."""
    for t in range(counts.size):
        for _ in range(every):
            sweep_field_2d(lattice, L, rule, poisson, corrections, marked, streams, state)
        counts[t] = every
        measure_2d(lattice, L, t, sums)
