"""Clusters as a forest: each site points to another site of its cluster, and the root to itself.

`labels[i] <= i` always, so the root of a cluster is its smallest site. Two clusters are joined by
pointing one root to the other, and paths are halved whenever they are followed (union-find).

A lattice is labelled in stretches of up to 64 sites of one row, with one bit of a word for each
bond: bit k belongs to site `first + k`. Following a path is slow, because the processor cannot
predict where the next step leads. So `label_stretch` assigns labels without a single branch, and
returns, as bits, the few places where two clusters still have to be joined.

References
----------
J. Hoshen and R. Kopelman, Phys. Rev. B 14, 3438 (1976), doi:10.1103/PhysRevB.14.3438.
R. E. Tarjan and J. van Leeuwen, J. ACM 31, 245 (1984), doi:10.1145/62.2160.
"""

from numba import int64, uint64
from numba.extending import register_jitable

from .._random import next_word
from .bonds import first_bit

__all__ = ["find_root", "join", "join_across", "label_stretch", "new_cluster_spins"]


@register_jitable
def find_root(labels, i):
    """The root of site i in the forest `labels`; halves the path on the way there."""
    parent = uint64(labels[i])
    while parent != i:
        labels[i] = labels[parent]
        i = uint64(labels[i])
        parent = uint64(labels[i])
    return i


@register_jitable
def join(labels, i, j):
    """Make one tree of the trees of i and j; its root is the smaller of the two."""
    i = find_root(labels, i)
    j = find_root(labels, j)
    if i < j:
        labels[j] = i
    else:
        labels[i] = j


@register_jitable
def join_across(labels, bonds, first, distance):
    """Join each site whose bit is set in `bonds` to the site `distance` before it."""
    while bonds != 0:
        i = first + first_bit(bonds)
        bonds &= bonds - uint64(1)
        join(labels, uint64(labels[i]), uint64(labels[i - distance]))


@register_jitable
def label_stretch(labels, first, width, left, above, L):
    """Label sites by the occupied bonds `left` and `above`; those of `left` still to be joined.

    Each of the `width` sites from `first` on takes the label of the site above it (L sites
    earlier), or else that of the site to its left, or else its own number. Where both bonds are
    occupied and the labels differ, two clusters meet. If the one on the left was begun in this
    stretch, its label is still a root, which is pointed to the other cluster at once. At the
    critical point of the square lattice that leaves one bond for every sixteen sites.
    """
    label = uint64(labels[first - (left & uint64(1))])  # used only if bond 0 is occupied
    meeting = uint64(0)
    newborn = uint64(0)
    for k in range(width):
        i = first + k
        upper = uint64(labels[uint64(labels[i - L])])
        before = label if (left >> k) & uint64(1) else i
        label = upper if (above >> k) & uint64(1) else before
        labels[i] = label
        meeting |= uint64(label != before) << k
        newborn |= uint64(before >= first) << k
    meeting &= left
    newborn &= meeting
    left = meeting ^ newborn
    while newborn != 0:
        i = first + first_bit(newborn)
        newborn &= newborn - uint64(1)
        labels[uint64(labels[i - uint64(1)])] = labels[i]
    return left


@register_jitable
def new_cluster_spins(spins, sites, labels, state):
    """Give each cluster a fair random spin; the number of clusters.

    A site points to a smaller one, which has its new spin already.
    """
    clusters = int64(0)
    bits = uint64(0)
    for i in range(uint64(sites)):
        bits = next_word(state) if i % uint64(64) == 0 else bits >> uint64(1)
        parent = uint64(labels[i])
        is_root = int64(parent == i)
        coin = 2 * int64(bits & uint64(1)) - 1
        spins[i] = is_root * coin + (1 - is_root) * spins[parent]  # without a branch
        clusters += is_root
    return clusters
