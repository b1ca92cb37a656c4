"""Even and odd operators of a spin configuration: the quantities Monte Carlo RG is made of.

An operator is a sum over the lattice of products of neighbouring spins. Its shape is given as
data, one representative set of sites (`EVEN_SHAPES`, `ODD_SHAPES`); all its rotations and
reflections, taken once each, are its orientations.

References
----------
R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.
"""

from functools import lru_cache
from itertools import permutations, product

import numpy as np
from numba import int32, int64, njit

from . import _checks

# dim: {label: the sites of one orientation}
EVEN_SHAPES = {
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
ODD_SHAPES = {
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

MOST_SITES = 4
AXES = 3  # squares and chains are computed as cubes with axes of length 1 in front


def orientations(shape):
    """All different rotations and reflections of a set of sites, each moved to start at zero.

    >>> orientations(((0, 0), (0, 1)))
    [((0, 0), (0, 1)), ((0, 0), (1, 0))]
    """
    dim, found = len(shape[0]), set()
    for axes, signs in product(permutations(range(dim)), product((1, -1), repeat=dim)):
        turned = [tuple(s * site[a] for s, a in zip(signs, axes, strict=True)) for site in shape]
        start = [min(site[axis] for site in turned) for axis in range(dim)]
        found.add(
            tuple(sorted(tuple(np.subtract(site, start).tolist()) for site in turned))
        )  # fmt: skip
    return sorted(found)


@lru_cache
def _terms(even, dim):
    """Table for the kernel, a row for each orientation: operator, number of sites, offsets."""
    shapes = (EVEN_SHAPES if even else ODD_SHAPES)[dim]
    rows = []
    for operator, shape in enumerate(shapes.values()):
        for sites in orientations(shape):
            offsets = np.zeros((MOST_SITES, AXES), np.int64)
            offsets[: len(sites), AXES - dim :] = sites
            rows.append([operator, len(sites), *offsets.ravel()])
    return np.array(rows, np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def _sum_of_products(n_sites, a, b, c, d):
    """Sum of the products of the spins in the first n_sites of four pieces of rows.

    Sums are kept in int32, which goes eight or sixteen at a time through the vector unit.
    """
    total = int32(0)
    if n_sites == 1:
        for z in range(a.size):
            total = int32(total + a[z])
    elif n_sites == 2:
        for z in range(a.size):
            total = int32(total + int32(a[z] * b[z]))
    elif n_sites == 3:
        for z in range(a.size):
            total = int32(total + int32(int32(a[z] * b[z]) * c[z]))
    else:
        for z in range(a.size):
            total = int32(total + int32(int32(a[z] * b[z]) * int32(c[z] * d[z])))
    return int64(total)


@njit(cache=True, nogil=True, error_model="numpy")
def _sum_operators(samples, height, width, L, terms, sums):
    """Add the operators of each row of `samples`, a flat height x width x L lattice, to `sums`.

    One pass over the lattice, row by row: along a row, a product of spins is a product of shifted
    rows, in one piece up to where a site wraps around.
    """
    row = np.zeros(MOST_SITES, np.int64)
    for k in range(samples.shape[0]):
        spins = samples[k]
        for x in range(height):
            for y in range(width):
                for t in range(terms.shape[0]):
                    n_sites, reach = terms[t, 1], int64(0)
                    for j in range(n_sites):
                        dx, dy, dz = terms[t, 2 + 3 * j], terms[t, 3 + 3 * j], terms[t, 4 + 3 * j]
                        row[j] = ((x + dx) % height * width + (y + dy) % width) * L
                        reach = max(reach, dz)
                    inside = max(L - reach, 0)
                    a, b = row[0] + terms[t, 4], row[1] + terms[t, 7]
                    c, d = row[2] + terms[t, 10], row[3] + terms[t, 13]
                    total = _sum_of_products(
                        n_sites,
                        spins[a : a + inside],
                        spins[b : b + inside],
                        spins[c : c + inside],
                        spins[d : d + inside],
                    )
                    for z in range(inside, L):
                        value = int64(1)
                        for j in range(n_sites):
                            value *= spins[row[j] + (z + terms[t, 4 + 3 * j]) % L]
                        total += value
                    sums[k, terms[t, 0]] += total


def _operators(spins, even):
    """Sums of all even or odd operators; checks, and one call of the kernel."""
    spins = _checks.spins(spins)
    n_samples, L, dim = len(spins), spins.shape[1], spins.ndim - 1
    if dim not in EVEN_SHAPES:
        raise ValueError(
            f"operators are known for 1 to 3 axes of space, got {dim} in shape {spins.shape}; "
            f"axis 0 counts samples"
        )
    if L < 2:
        raise ValueError(f"a lattice of L = {L} has no neighbours; use L >= 2")
    terms = _terms(even, dim)
    sums = np.zeros((n_samples, terms[:, 0].max() + 1))
    height, width = (L,) * (dim - 2) or (1,), L if dim > 1 else 1
    _sum_operators(spins.reshape(n_samples, -1), height[0], width, L, terms, sums)
    return sums


def even_operators(spins):
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

    Raises
    ------
    ValueError
        If spins are not +-1, or have no axis of samples or too many axes of space.

    References
    ----------
    R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.

    Examples
    --------
    With all spins up, each sum is the number of its terms, N times the orientations:

    >>> even_operators(np.ones((1, 4, 4)))
    array([[32., 32., 16., 32., 64.]])
    """
    return _operators(spins, True)


def odd_operators(spins):
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

    Raises
    ------
    ValueError
        If spins are not +-1, or have no axis of samples or too many axes of space.

    References
    ----------
    R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.

    Examples
    --------
    >>> odd_operators(np.ones((1, 4, 4)))
    array([[ 16.,  64.,  32., 128.]])
    """
    return _operators(spins, False)
