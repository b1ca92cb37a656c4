"""The parts of a cluster update, each against a plain and slow way to the same answer."""

import numpy as np
import pytest
from numba import njit, uint64
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from rgcourse._random import next_word, random_state
from rgcourse.samplers import SwendsenWang
from rgcourse.samplers.bonds import first_bit, occupied
from rgcourse.samplers.forest import find_root, join_across, label_stretch
from rgcourse.samplers.wolff import wolff_cluster_2d, wolff_cluster_3d

ALL = 2**64 - 1
occupied_bonds, place_of_first_bit, word = njit(occupied), njit(first_bit), next_word
wolff_in_square, wolff_in_cube = njit(wolff_cluster_2d), njit(wolff_cluster_3d)


def components(n, ends):
    """Number of clusters of n sites joined by bonds, and the cluster of each site."""
    here, there = ends
    return connected_components(coo_array((np.ones(here.size), (here, there)), (n, n)))


def test_first_bit(rng):
    for place in range(64):
        higher = int(rng.integers(2**64, dtype=np.uint64)) << place & ALL
        assert place_of_first_bit(np.uint64(1 << place | higher)) == place


@pytest.mark.parametrize("threshold", [0, 1, 2**63, 3 * 2**62, 0x967A_95E1_0F2C_3B4D, ALL])
def test_a_bond_is_occupied_when_its_number_is_below_the_threshold(threshold, rng):
    state = random_state(rng)
    for bonds in (0, ALL, 1 << 63, *map(int, rng.integers(2**64, size=20, dtype=np.uint64))):
        ahead = state.copy()
        digits = [int(word(ahead)) for _ in range(64)]
        numbers = [int("".join(str(d >> k & 1) for d in digits), 2) for k in range(64)]
        expected = sum(1 << k for k in range(64) if numbers[k] < threshold)
        assert occupied_bonds(np.uint64(bonds), np.uint64(threshold), state) == expected & bonds


@njit
def roots_of_open_lattice(left, above, edge, height, labels):
    """The root of each site, from the words of the bonds, row by row; the first row comes last."""
    one, stretches = uint64(1), (edge + uint64(63)) // uint64(64)
    for x in range(one, height + one):
        row = x % height
        for n in range(stretches):
            first = row * edge + n * uint64(64)
            width = min(uint64(64), edge - n * uint64(64))
            bonds = left[row * stretches + n]
            if row > 0:
                up = above[row * stretches + n]
                bonds = label_stretch(labels, first, width, bonds, up, edge)
            join_across(labels, bonds, first, one)
    for i in range(edge * height):
        labels[i] = find_root(labels, i)


def words_of(bits):
    """Rows of 0 and 1 as words of 64 bits, each row filled up with 0."""
    padded = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 64))).reshape(-1, 64)
    return (padded.astype(np.uint64) << np.arange(64, dtype=np.uint64)).sum(1, dtype=np.uint64)


@pytest.mark.parametrize("edge", [1, 2, 7, 63, 64, 65, 200])
@pytest.mark.parametrize("density", [0.0, 0.1, 0.4, 0.5, 0.6, 0.9, 1.0])
def test_labels_of_random_bonds(edge, density, rng):
    height = 40
    left, above = rng.random((2, height, edge)) < density
    left[:, 0] = above[0] = False
    site = np.arange(height * edge).reshape(height, edge)
    bonds = [site[left], site[left] - 1], [site[above], site[above] - edge]
    number, cluster = components(site.size, np.concatenate(bonds, axis=1))

    labels = np.full(site.size, -1, np.int32)
    labels[:edge] = np.arange(edge)
    size = np.uint64(edge), np.uint64(height)
    roots_of_open_lattice(words_of(left), words_of(above), *size, labels)
    smallest = np.full(number, site.size)
    np.minimum.at(smallest, cluster, site.ravel())
    assert np.array_equal(labels, smallest[cluster])


@pytest.mark.parametrize(
    ("L", "dim"), [(2, 2), (3, 2), (63, 2), (64, 2), (65, 2), (150, 2), (2, 3), (5, 3), (66, 3)]
)
def test_without_temperature_all_equal_neighbours_turn_together(L, dim, rng):
    """At K = 1000 every bond between equal spins is occupied: clusters are those one can see."""
    chain = SwendsenWang(L, 1000.0, dim=dim, rng=rng)
    before = rng.choice(np.array([-1, 1], np.int8), (L,) * dim)
    chain.spins = before
    series = chain.record(1)
    site = np.arange(L**dim).reshape(before.shape)
    ends = [np.empty((2, 0), int)]
    for axis in range(dim):
        equal = before == np.roll(before, 1, axis)
        ends.append([site[equal], np.roll(site, 1, axis)[equal]])
    number, cluster = components(site.size, np.concatenate(ends, axis=1))
    assert series.n_clusters == number
    turned = np.zeros((2, number), bool)
    np.logical_or.at(turned, ((chain.spins != before).ravel().astype(int), cluster), True)
    assert np.all(turned.sum(0) == 1)
    assert L < 60 or abs(turned[1].sum() - number / 2) < 5 * np.sqrt(number / 4)


def beside(L, dim, seed):
    """Neighbours of a site in the order in which a Wolff cluster asks for them."""
    first = [(0, -1), (0, 1), (1, -1), (1, 1)]  # (axis from the last but one, step)
    place = list(np.unravel_index(seed, (L,) * dim))
    for axis, step in [*first, *([(-1, -1), (-1, 1)] if dim == 3 else [])]:
        there = place.copy()
        there[dim - 2 + axis] += step
        yield np.ravel_multi_index(there, (L,) * dim, mode="wrap")


@pytest.mark.parametrize("share", [0.25, 0.6])
@pytest.mark.parametrize(("dim", "which"), [(2, n) for n in range(4)] + [(3, n) for n in range(6)])
def test_a_bond_of_wolff_has_the_probability_of_a_whole_word(dim, which, share, rng, z_within):
    """Where 16 bits of a word leave a bond undecided, 48 more decide it.

    The cluster can have one site or two: of its neighbours one alone is equal. The threshold has
    the first 16 bits of that bond's random number, so that its other bits alone decide, and the
    bond is there in a given share of all cases. Cut to 16 bits it would be always or never.
    """
    L, n = 5, 1000
    grow = wolff_in_square if dim == 2 else wolff_in_cube
    stack, sizes = np.empty(L**dim, np.int32), []
    for _ in range(n):
        state = random_state(rng)
        ahead = state.copy()
        seed = (int(word(ahead)) >> 32) * L**dim >> 32
        digits = [int(word(ahead)) for _ in range(1 + which // 4)][-1]
        first = (digits >> (48 - 16 * (which % 4))) & 0xFFFF
        threshold = np.array([(first << 48) + int(share * 2**48)], np.uint64)
        spins = np.full(L**dim, -1, np.int8)
        spins[[seed, list(beside(L, dim, seed))[which]]] = 1
        sizes.append(grow(spins, L, threshold, stack, state))
    joined = np.mean(np.array(sizes) == 2)
    assert set(sizes) == {1, 2}
    z_within((joined - share) / np.sqrt(share * (1 - share) / n))
