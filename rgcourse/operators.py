"""Even and odd operators of a spin configuration: the quantities Monte Carlo RG is made of.

An operator is a sum over the lattice of products of neighbouring spins. Its shape is given as
data, one representative set of sites (`EVEN_SHAPES`, `ODD_SHAPES`); all its rotations and
reflections, taken once each, are its orientations.

References
----------
R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations, product

import numpy as np
from numba import int64
from numba import uint64 as U
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from . import _checks
from ._bits import popcount
from ._compile import compiled

__all__ = [
    "EVEN_LABELS",
    "EVEN_LABELS_3D",
    "EVEN_SHAPES",
    "ODD_LABELS",
    "ODD_LABELS_3D",
    "ODD_SHAPES",
    "even_operators",
    "odd_operators",
    "orientations",
    "terms_of",
]

Shape = tuple[tuple[int, ...], ...]  # the sites of one orientation

# dim: {label: shape}
EVEN_SHAPES: dict[int, dict[str, Shape]] = {
    1: {
        "nn": ((0,), (1,)),
        "(2)": ((0,), (2,)),
        "(3)": ((0,), (3,)),
        "four": ((0,), (1,), (2,), (3,)),
    },
    2: {
        "nn": ((0, 0), (0, 1)),
        "nnn": ((0, 0), (1, 1)),
        "plaquette": ((0, 0), (0, 1), (1, 0), (1, 1)),
        "(2,0)": ((0, 0), (0, 2)),
        "(2,1)": ((0, 0), (1, 2)),
    },
    3: {
        "nn": ((0, 0, 0), (0, 0, 1)),
        "nnn": ((0, 0, 0), (0, 1, 1)),
        "plaquette": ((0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1)),
        "(2,0,0)": ((0, 0, 0), (0, 0, 2)),
        "(1,1,1)": ((0, 0, 0), (1, 1, 1)),
    },
}
ODD_SHAPES: dict[int, dict[str, Shape]] = {
    1: {"m": ((0,),), "straight": ((0,), (1,), (2,)), "split": ((0,), (1,), (3,))},
    2: {
        "m": ((0, 0),),
        "corner": ((0, 0), (0, 1), (1, 0)),
        "straight": ((0, 0), (0, 1), (0, 2)),
        "bent": ((0, 0), (0, 1), (1, 2)),
    },
    3: {
        "m": ((0, 0, 0),),
        "corner": ((0, 0, 0), (0, 0, 1), (0, 1, 0)),
        "straight": ((0, 0, 0), (0, 0, 1), (0, 0, 2)),
    },
}
EVEN_LABELS, EVEN_LABELS_3D = tuple(EVEN_SHAPES[2]), tuple(EVEN_SHAPES[3])
ODD_LABELS, ODD_LABELS_3D = tuple(ODD_SHAPES[2]), tuple(ODD_SHAPES[3])

MAX_SITES = 4  # of a term
N_AXES = 3  # squares and chains are computed as cubes with axes of length 1 in front
MAX_REACH = 3  # no shape is wider
ROW_LENGTH = 2 + MAX_SITES * N_AXES  # numbers in a row of the table of `terms_of`


def orientations(shape: Shape) -> list[Shape]:
    """All different rotations and reflections of a set of sites, each moved to start at zero.

    >>> orientations(((0, 0), (0, 1)))
    [((0, 0), (0, 1)), ((0, 0), (1, 0))]
    """
    dim, found = len(shape[0]), set()
    for axes, signs in product(permutations(range(dim)), product((1, -1), repeat=dim)):
        rotated = [tuple(s * site[a] for s, a in zip(signs, axes, strict=True)) for site in shape]
        start = [min(site[axis] for site in rotated) for axis in range(dim)]
        found.add(
            tuple(sorted(tuple(np.subtract(site, start).tolist()) for site in rotated))
        )  # fmt: skip
    return sorted(found)


@lru_cache
def terms_of(even: bool, dim: int) -> NDArray[np.int64]:
    """Table for `sum_operators`, a row for each orientation: operator, number of sites, offsets."""
    shapes = (EVEN_SHAPES if even else ODD_SHAPES)[dim]
    rows = []
    for operator, shape in enumerate(shapes.values()):
        for sites in orientations(shape):
            offsets = np.zeros((MAX_SITES, N_AXES), np.int64)
            offsets[: len(sites), N_AXES - dim :] = sites
            rows.append([operator, len(sites), *offsets.ravel()])
    return np.array(rows, np.int64).ravel()


@register_jitable
def margin(edge):
    """Rows beyond the last along an axis of `edge` rows; an axis of length 1 needs none."""
    return U(MAX_REACH) if edge > 1 else U(0)


@register_jitable
def n_words(height, width, L):
    """Words that `pack_rows` fills for a height x width x L lattice."""
    rows = (U(height) + margin(height)) * (U(width) + margin(width))
    return (U(MAX_REACH) + U(1)) * rows * ((U(L) + U(63)) >> U(6))


@register_jitable
def pack_rows(spins, height, width, L, bits):
    """A lattice as bits, set where a spin is down, and again with each row rotated by 1 .. 3.

    Bit z of word w of rotation d and row (x, y) is the spin (x, y, 64 w + z + d). A margin repeats
    the first rows after the last, so that no neighbour is looked up on the other side.
    """
    height, width, L = U(height), U(width), U(L)
    words, tall, wide = (L + U(63)) >> U(6), height + margin(height), width + margin(width)
    for x in range(tall):
        for y in range(wide):
            row, source = (x * wide + y) * words, (x % height * wide + y % width) * words
            for w in range(words):
                if row > source:
                    bits[row + w] = bits[source + w]
                    continue
                first, word = (x * width + y) * L + U(64) * w, U(0)
                for z in range(min(U(64), L - U(64) * w)):
                    word |= U(spins[first + z] < 0) << z
                bits[row + w] = word
    end, rotation = (L - U(1)) & U(63), tall * wide * words
    for r in range(U(MAX_REACH) * tall * wide):
        old = r * words
        row = old + rotation
        last = row + words - U(1)
        for w in range(words - U(1)):
            bits[row + w] = (bits[old + w] >> U(1)) | (bits[old + w + U(1)] << U(63))
        bits[last] = (bits[last - rotation] >> U(1)) | ((bits[old] & U(1)) << end)


@register_jitable
def count_odd(bits, n_sites, a, b, c, d, length):
    """Number of bits set in the exclusive or of n_sites stretches of words that start at a .. d."""
    odd = U(0)
    if n_sites == 1:
        for i in range(length):
            odd += popcount(bits[a + i])
    elif n_sites == 2:
        for i in range(length):
            odd += popcount(bits[a + i] ^ bits[b + i])
    elif n_sites == 3:
        for i in range(length):
            odd += popcount(bits[a + i] ^ bits[b + i] ^ bits[c + i])
    else:
        for i in range(length):
            odd += popcount(bits[a + i] ^ bits[b + i] ^ bits[c + i] ^ bits[d + i])
    return odd


@register_jitable
def sum_operators(bits, height, width, L, terms, n_terms, sums):
    """Add the operators of a lattice, packed by `pack_rows`, to `sums`.

    A product of spins is -1 where an odd number of them is down: an exclusive or, 64 at a time.
    `terms` is the table of `terms_of`, row after row.
    """
    height, width, L = U(height), U(width), U(L)
    words, tall, wide = (L + U(63)) >> U(6), height + margin(height), width + margin(width)
    sites = int64(height * width * L)
    for t in range(n_terms):
        term = ROW_LENGTH * t
        a, b, c, d = U(0), U(0), U(0), U(0)  # a margin is as wide as the widest shape
        for j in range(MAX_SITES):
            dx, dy, dz = terms[term + 2 + 3 * j], terms[term + 3 + 3 * j], terms[term + 4 + 3 * j]
            a, b, c, d = b, c, d, ((U(dz) * tall + U(dx)) * wide + U(dy)) * words
        odd = U(0)
        for _ in range(height):
            odd += count_odd(bits, terms[term + 1], a, b, c, d, width * words)
            a, b, c, d = a + wide * words, b + wide * words, c + wide * words, d + wide * words
        sums[terms[term]] += sites - 2 * int64(odd)


@compiled
def _sum_of_samples(samples, height, width, L, terms, bits, sums):
    """The operators of each row of `samples`, a flat height x width x L lattice."""
    for k in range(samples.shape[0]):
        pack_rows(samples[k], height, width, L, bits)
        sum_operators(bits, height, width, L, terms, terms.size // ROW_LENGTH, sums[k])


def _operators(spins, dim, even):
    """Sums of all even or odd operators; checks, and one call of the kernel."""
    spins = _checks.many_spins(spins, dim=dim)
    n_samples, L, dim = len(spins), spins.shape[1], spins.ndim - 1
    if dim not in EVEN_SHAPES:
        raise ValueError(
            f"operators are known for 1 to 3 axes of space, got {dim} in shape {spins.shape}; "
            f"axis 0 counts samples"
        )
    if L < 2:
        raise ValueError(f"a lattice of L = {L} has no neighbours; use L >= 2")
    terms = terms_of(even, dim)
    sums = np.zeros((n_samples, len((EVEN_SHAPES if even else ODD_SHAPES)[dim])))
    height, width = L if dim > 2 else 1, L if dim > 1 else 1
    bits = np.empty(n_words(height, width, L), np.uint64)
    _sum_of_samples(spins.reshape(n_samples, -1), height, width, L, terms, bits, sums)
    return sums


def even_operators(spins: ArrayLike, *, dim: int | None = None) -> NDArray[np.float64]:
    """Sums of products of an even number of spins, float64 array (n_samples, n_operators).

    S_a = sum over sites x and orientations r of s(x + r_1) s(x + r_2) .., each orientation once
    per site. The sums are extensive: never divided by N. On a small lattice, where an orientation
    wraps onto itself or onto another, it still counts once per site.

    In 2D, in the order of `EVEN_LABELS` (number of orientations):
    nn (2), nnn along both diagonals (2), plaquette of four spins (1), pairs at distance (2, 0) (2)
    and at distance (2, 1) (4). In 3D, `EVEN_LABELS_3D`: nn (3), nnn along face diagonals (6),
    plaquettes (3), (2, 0, 0) (3), body diagonals (4). In 1D: pairs at distance 1, 2, 3 and four
    spins in a row.

    Parameters
    ----------
    spins : array (n_samples, L, .., L) of +1 and -1
        One to three axes of space, of equal length L >= 2, periodic.
    dim : int, optional
        Axes of space, if the shape is to be checked. Needed, `dim=1`, only for as many chains as
        they are long, whose array could also be one lattice. Without it an array (L, L, L) is
        taken for L squares, which one cube would also be: write spins[None] for a cube.

    Raises
    ------
    ValueError
        If spins are not +-1, or have no axis of samples (for a single lattice use `spins[None]`) or
        too many axes of space.

    References
    ----------
    R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.

    Examples
    --------
    With all spins up, each sum is the number of its terms, N times the orientations:

    >>> even_operators(np.ones((1, 4, 4)))
    array([[32., 32., 16., 32., 64.]])
    """
    return _operators(spins, dim, True)


def odd_operators(spins: ArrayLike, *, dim: int | None = None) -> NDArray[np.float64]:
    """Sums of products of an odd number of spins, float64 array (n_samples, n_operators).

    Counted as in `even_operators`. In 2D, in the order of `ODD_LABELS` (number of orientations):
    m, the sum of all spins (1); corner, three of the four spins of a plaquette (4); straight,
    three in a row (2); bent, two neighbours and the next one diagonally on, (0, 0), (0, 1),
    (1, 2) (8). In 3D, `ODD_LABELS_3D`: m (1), corner (12), straight (3). In 1D: m, three in a
    row, and (0), (1), (3) with its mirror image.

    Parameters
    ----------
    spins : array (n_samples, L, .., L) of +1 and -1
        One to three axes of space, of equal length L >= 2, periodic.
    dim : int, optional
        Axes of space, if the shape is to be checked. Needed, `dim=1`, only for as many chains as
        they are long, whose array could also be one lattice. Without it an array (L, L, L) is
        taken for L squares, which one cube would also be: write spins[None] for a cube.

    Raises
    ------
    ValueError
        If spins are not +-1, or have no axis of samples (for a single lattice use `spins[None]`) or
        too many axes of space.

    References
    ----------
    R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.

    Examples
    --------
    >>> odd_operators(np.ones((1, 4, 4)))
    array([[ 16.,  64.,  32., 128.]])
    """
    return _operators(spins, dim, False)
