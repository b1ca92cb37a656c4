"""Packed spins on the simple cubic lattice: as `square`, with blocks in place of strips.

The lattice is cut into 8 x 8 columns of R x R x L sites, R = L / 8, one for each bit of a word:

    bit 8 a + b of word (c, i, j, k)  =  the spin at (i + a R, j + b R, 2 k + ((i + j + c) & 1)).

Neighbours are the words at i - 1, i + 1, j - 1, j + 1, at k and at k + 1 or k - 1 of the other
colour. Where a column meets the next, words rotate by eight bits (i) or each byte by one (j). With
its margin the buffer has 2 (R + 2)**2 (L / 2 + 2) words. L is a multiple of 16.
"""

from numba import int64
from numba import uint64 as U
from numba.extending import register_jitable

from .._bits import popcount
from .bits import add3, rotate_bytes_left, rotate_bytes_right, rotate_left, select
from .masks import (
    LEVELS,
    carry,
    clear_corrections,
    draw_corrections,
    next_state,
    random_digits,
)
from .rules import update

__all__: list[str] = []  # kernels for `packed`


def n_words(L):
    """Length of the buffer of an L x L x L lattice."""
    return 2 * (L // 8 + 2) ** 2 * (L // 2 + 2)


@register_jitable
def sweep_row_3d(lattice, here, there, beside, width, layer, columns, rule, corrections, streams):
    """Update one row of words: `here`, `there`, `beside` are where it and its neighbours start."""
    P4, P5, P6 = rule[0], rule[1], rule[2]
    complement4, complement5, complement6 = rule[3], rule[4], rule[5]
    heat_bath, antiferro = rule[6], rule[7]
    for k in range(columns):
        s0, s1 = streams[k], streams[columns + k]
        mask4, mask5, mask6, digits = U(0), U(0), U(0), U(0)
        for level in range(LEVELS):
            digits = random_digits(s0, s1)
            mask4 = carry(mask4, digits, P4, level)
            mask5 = carry(mask5, digits, P5, level)
            mask6 = carry(mask6, digits, P6, level)
            s0, s1 = next_state(s0, s1)
        streams[k], streams[columns + k] = s0, s1
        mask4 = (mask4 | corrections[k]) ^ complement4
        mask5 = (mask5 | corrections[columns + k]) ^ complement5
        mask6 = (mask6 | corrections[U(2) * columns + k]) ^ complement6

        sum1, carry1 = add3(
            lattice[there - layer + k], lattice[there + layer + k], lattice[there - width + k]
        )
        sum2, carry2 = add3(lattice[there + width + k], lattice[there + k], lattice[beside + k])
        ones = sum1 ^ sum2
        twos, fours = add3(carry1, carry2, sum1 & sum2)
        # neighbours up: 3 is a tie; 1 and 5 are 5 : 1; 2 and 4 are 4 : 2; 0 and 6 are 6 : 0
        odd = select(twos, digits | ~heat_bath, mask5)
        even = select(twos ^ fours, mask4, mask6)
        excited = select(ones, odd, even)
        lattice[here + k] = update(lattice[here + k], fours ^ antiferro, excited, heat_bath)


@register_jitable
def sweep_3d(lattice, L, rule, poisson, corrections, marked, streams, state):
    """One sweep without field, even sites first.

    `rule` is P4, P5, P6, complement4, complement5, complement6 (for 4, 5, 6 equal neighbours),
    heat_bath, antiferro.
    """
    rows, columns = U(L) >> U(3), U(L) >> U(1)
    width = columns + U(2)
    layer = (rows + U(2)) * width
    half = (rows + U(2)) * layer
    for c in range(U(2)):
        for i in range(rows):
            for j in range(rows):
                offset = (i + U(1)) * layer + (j + U(1)) * width + U(1)
                here, there = c * half + offset, (U(1) - c) * half + offset
                beside = there + U(2) * ((i + j + c) & U(1)) - U(1)
                count = draw_corrections(U(3), columns, poisson, corrections, marked, state)
                sweep_row_3d(
                    lattice, here, there, beside, width, layer, columns, rule, corrections, streams
                )
                clear_corrections(count, corrections, marked)
        renew_margin_3d(lattice, c * half, rows, columns)


@register_jitable
def renew_margin_3d(lattice, start, rows, columns):
    """Copy the faces of one colour, whose words start at `start`, into its margin."""
    width = columns + U(2)
    layer = (rows + U(2)) * width
    for i in range(U(1), rows + U(1)):
        for j in range(U(1), rows + U(1)):
            row = start + i * layer + j * width
            lattice[row] = lattice[row + columns]
            lattice[row + columns + U(1)] = lattice[row + U(1)]
        top, bottom = start + i * layer + width, start + i * layer + rows * width
        for k in range(width):
            lattice[top - width + k] = rotate_bytes_left(lattice[bottom + k])
            lattice[bottom + width + k] = rotate_bytes_right(lattice[top + k])
    front, back = start + layer, start + rows * layer
    for k in range(layer):
        lattice[front - layer + k] = rotate_left(lattice[back + k], 8)
        lattice[back + layer + k] = rotate_left(lattice[front + k], 56)


@register_jitable
def count_unequal_3d(lattice, L):
    """Number of bonds between unequal neighbours, of 3 L**3: six for every even site."""
    rows, columns = U(L) >> U(3), U(L) >> U(1)
    width = columns + U(2)
    layer = (rows + U(2)) * width
    total = U(0)
    for i in range(rows):
        for j in range(rows):
            here = (i + U(1)) * layer + (j + U(1)) * width + U(1)
            there = (rows + U(2)) * layer + here
            beside = there + U(2) * ((i + j) & U(1)) - U(1)
            for k in range(columns):
                spin = lattice[here + k]
                total += (
                    popcount(spin ^ lattice[there - layer + k])
                    + popcount(spin ^ lattice[there + layer + k])
                    + popcount(spin ^ lattice[there - width + k])
                    + popcount(spin ^ lattice[there + width + k])
                    + popcount(spin ^ lattice[there + k])
                    + popcount(spin ^ lattice[beside + k])
                )
    return int64(total)


@register_jitable
def count_up_3d(lattice, L):
    """Number of spins up."""
    rows, columns = U(L) >> U(3), U(L) >> U(1)
    width = columns + U(2)
    layer = (rows + U(2)) * width
    total = U(0)
    for c in range(U(2)):
        for i in range(rows):
            for j in range(rows):
                here = (c * (rows + U(2)) + i + U(1)) * layer + (j + U(1)) * width + U(1)
                for k in range(columns):
                    total += popcount(lattice[here + k])
    return int64(total)


@register_jitable
def pack_3d(spins, L, lattice):
    """Fill the packed lattice from L**3 spins of +1 and -1, margin included."""
    rows, columns, length = U(L) >> U(3), U(L) >> U(1), U(L)
    width = columns + U(2)
    layer = (rows + U(2)) * width
    for c in range(U(2)):
        start = c * (rows + U(2)) * layer
        for i in range(rows):
            for j in range(rows):
                here = start + (i + U(1)) * layer + (j + U(1)) * width + U(1)
                first = (i * length + j) * length + ((i + j + c) & U(1))
                for k in range(columns):
                    word = U(0)
                    for b in range(U(64)):
                        block = ((b >> U(3)) * length + (b & U(7))) * rows * length
                        word |= U(spins[first + block + U(2) * k] > 0) << b
                    lattice[here + k] = word
        renew_margin_3d(lattice, start, rows, columns)


@register_jitable
def unpack_3d(lattice, L, spins):
    """Fill L**3 spins with the +1 and -1 of the packed lattice."""
    rows, columns, length = U(L) >> U(3), U(L) >> U(1), U(L)
    width = columns + U(2)
    layer = (rows + U(2)) * width
    for c in range(U(2)):
        for i in range(rows):
            for j in range(rows):
                here = (c * (rows + U(2)) + i + U(1)) * layer + (j + U(1)) * width + U(1)
                corner = (i * length + j) * length + ((i + j + c) & U(1))
                for b in range(U(64)):
                    first = corner + ((b >> U(3)) * length + (b & U(7))) * rows * length
                    for k in range(columns):
                        spins[first + U(2) * k] = 2 * int64((lattice[here + k] >> b) & U(1)) - 1


@register_jitable
def majority_3d(lattice, L, blocks, streams, lanes):
    """Majority of each 2 x 2 x 2 block, ties by random bits: the packed lattice of edge L / 2.

    A block is the same bit of eight words. `streams` has `lanes` generators.
    """
    rows, columns = U(L) >> U(3), U(L) >> U(1)
    width = columns + U(2)
    layer = (rows + U(2)) * width
    other = (rows + U(2)) * layer
    block_rows, block_columns = rows >> U(1), columns >> U(1)
    block_width = block_columns + U(2)
    block_layer = (block_rows + U(2)) * block_width
    block_half = (block_rows + U(2)) * block_layer
    lanes = U(lanes)
    for c in range(U(2)):
        for i in range(block_rows):
            for j in range(block_rows):
                first = (U(2) * i + U(1)) * layer + (U(2) * j + U(1)) * width + U(1)
                first += (i + j + c) & U(1)
                out = c * block_half + (i + U(1)) * block_layer + (j + U(1)) * block_width + U(1)
                for k in range(block_columns):
                    s0, s1 = streams[k], streams[lanes + k]
                    random_bits = random_digits(s0, s1)
                    streams[k], streams[lanes + k] = next_state(s0, s1)
                    near = first + U(2) * k
                    far = near + other
                    # eight bits: three, three and two of them, then the carries
                    a, a2 = add3(lattice[near], lattice[far], lattice[near + width])
                    b, b2 = add3(lattice[far + width], lattice[near + layer], lattice[far + layer])
                    last1, last2 = lattice[near + layer + width], lattice[far + layer + width]
                    c1, c2 = add3(a, b, last1)
                    ones, d2 = c1 ^ last2, c1 & last2
                    e, e4 = add3(a2, b2, c2)
                    twos, f4 = e ^ d2, e & d2
                    fours, eights = e4 ^ f4, e4 & f4
                    blocks[out + k] = eights | (fours & (ones | twos | random_bits))
        renew_margin_3d(blocks, c * block_half, block_rows, block_columns)


@register_jitable
def measure_3d(lattice, L, t, sums):
    """Write the sums over bonds and over spins to row t of `sums`, unless that is empty."""
    if sums.size > 0:
        sites = int64(L) * L * L
        sums[t, 0] = 3 * sites - 2 * count_unequal_3d(lattice, L)
        sums[t, 1] = 2 * count_up_3d(lattice, L) - sites


@register_jitable
def run_3d(lattice, L, rule, poisson, corrections, marked, streams, state, every, counts, sums):
    """For each entry of `counts` make `every` sweeps, then measure."""
    for t in range(counts.size):
        for _ in range(every):
            sweep_3d(lattice, L, rule, poisson, corrections, marked, streams, state)
        counts[t] = every
        measure_3d(lattice, L, t, sums)
