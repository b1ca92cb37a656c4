"""Clusters as a forest: each site points to another of its cluster, the root to itself.

`labels[i] <= i` always, so the root of a cluster is its smallest site. Two clusters become one by
pointing one root to the other; paths are halved whenever they are walked.

References
----------
R. E. Tarjan and J. van Leeuwen, J. ACM 31, 245 (1984), doi:10.1145/62.2160.
"""

from numba import int64, uint64
from numba.extending import register_jitable

from .._random import next_word


@register_jitable
def find_root(labels, i):
    """The root of site i in the forest `labels`; halves the path on the way."""
    while labels[i] != i:
        labels[i] = labels[labels[i]]
        i = int64(labels[i])
    return i


@register_jitable
def join(labels, i, j):
    """Make one tree of the trees of i and j; its root, the smaller of the two."""
    i = find_root(labels, i)
    j = find_root(labels, j)
    root = min(i, j)
    labels[max(i, j)] = root
    return root


@register_jitable
def new_cluster_spins(spins, sites, labels, state):
    """Give each cluster a fair random spin; the number of clusters.

    A root is the smallest site of its cluster, so it has its new spin before the others ask.
    """
    clusters = int64(0)
    bits = uint64(0)
    for i in range(sites):
        bits = next_word(state) if i & 63 == 0 else bits >> uint64(1)
        root = int64(labels[labels[i]])
        labels[i] = root
        is_root = int64(root == i)
        coin = 2 * int64(bits & uint64(1)) - 1
        spins[i] = is_root * coin + (1 - is_root) * spins[root]
        clusters += is_root
    return clusters
