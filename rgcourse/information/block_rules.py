"""Block spins by any rule: the bit that each of the 16 states of a 2 x 2 block is replaced by.

A rule has one number for each state of the block, 1 where the block spin is up and 0 where it is
down. Spin i of state k stands in row i // 2 and column i % 2, and is up where bit i of k is 0, as
in `surroundings`. So 0 is the block with all spins up, and 15 - k the mirror image of k, all its
spins flipped. A rule treats up and down alike if mirror images become opposite spins.

Surroundings are as likely as their images: turned by a quarter, reflected, all spins flipped. So
all 16 are counted here, and lattices with their mirror images: what is symmetric in truth is
symmetric in every sample, and two rules differ by little more than they do in truth.
"""

import math

import numpy as np
from numba import float64, int64, uint64
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .._random import next_word

__all__ = ["block_by_rule"]

SIDE = 2  # of a block
STATES = 16  # of its four spins
PAIRS = STATES // 2  # of mirror images
IMAGES = 16  # of a ring: four turns, with and without a reflection and a flip of all spins

# --- Kernels ------------------------------------------------------------------------------------
# rule: the output of each state, int8, 1 up and 0 down. table: p(state, ring) in rows of n_columns.


@register_jitable
def state_at(spins, L, x, y):
    """The state of the block with its upper left corner in row x and column y."""
    corner = x * L + y
    return (
        (spins[corner] < 0)
        + 2 * (spins[corner + 1] < 0)
        + 4 * (spins[corner + L] < 0)
        + 8 * (spins[corner + L + 1] < 0)
    )


@register_jitable
def blocks_by_rule(spins, L, rule, out):
    """Block spins of one L x L lattice, into `out` of (L // 2)**2; both flat."""
    half = L // SIDE
    for X in range(half):
        for Y in range(half):
            out[X * half + Y] = 2 * rule[state_at(spins, L, SIDE * X, SIDE * Y)] - 1


@register_jitable
def sum_levels(spins, start, L, n_levels, rule, sign, work, means):
    """Add to `means` sign times the mean spin of a lattice and of each of its blockings."""
    for i in range(L * L):
        work[i] = spins[start + i]
    for level in range(n_levels + 1):
        total = int64(0)
        for i in range(L * L):
            total += work[i]
        means[level] += sign * total / float64(L * L)
        if level < n_levels:
            blocks_by_rule(work, L, rule, work)  # a block is read before its place is written
            L //= SIDE


@register_jitable
def mean_levels(lattices, n, L, n_levels, rule, mirror, work, means):
    """Mean spin of n lattices with their mirror images, blocked 0 to n_levels times by a rule.

    To block a mirror image is to block the lattice by the rule with both sides exchanged, `mirror`
    (filled here), and to flip the result. `work` holds a lattice, `means` n_levels + 1 numbers.
    """
    for k in range(STATES):
        mirror[k] = 1 - rule[STATES - 1 - k]
    for level in range(n_levels + 1):
        means[level] = 0.0
    for i in range(n):
        start = i * L * L
        sum_levels(lattices, start, L, n_levels, rule, 1, work, means)
        sum_levels(lattices, start, L, n_levels, mirror, -1, work, means)
    for level in range(n_levels + 1):
        means[level] /= 2 * n


@register_jitable
def cut_rings(spins, L, stride, rings, first):
    """Rings around windows of 4 x 4 whose corners lie `stride` apart, from ring `first` on.

    In the order of `surroundings.rings_of`: top, bottom, left, right. Returns how many it has cut.
    """
    w = 2 + SIDE  # one site of buffer on each side of the block
    per_side = (L - w - 2) // stride + 1
    for n in range(per_side * per_side):
        x = n // per_side * stride
        y = n % per_side * stride
        at = (first + n) * 4 * w
        for i in range(w):
            rings[at + i] = spins[x * L + y + 1 + i]
            rings[at + w + i] = spins[(x + w + 1) * L + y + 1 + i]
            rings[at + 2 * w + i] = spins[(x + 1 + i) * L + y]
            rings[at + 3 * w + i] = spins[(x + 1 + i) * L + y + w + 1]
    return per_side * per_side


@register_jitable
def turned(state):
    """A state turned by a quarter: the spins 0, 1, 3, 2 follow one another around the block."""
    return (state >> 2 & 1) | (state & 1) << 1 | (state >> 3 & 1) << 2 | (state >> 1 & 1) << 3


@register_jitable
def reflected(state):
    """A state with rows and columns exchanged: spins 1 and 2 change places."""
    return (state & 9) | (state >> 1 & 1) << 2 | (state >> 2 & 1) << 1


@register_jitable
def fill_table(p, n, table):
    """p(state, ring) of n rings with all their images, 16 n columns, from p(state | ring)."""
    for i in range(n):
        for k in range(STATES):
            state = k
            for turn in range(4):
                for reflect in range(2):
                    image = reflected(state) if reflect else state
                    at = k * n * IMAGES + i * IMAGES + 4 * turn + 2 * reflect
                    table[at] = p[STATES * i + image] / (IMAGES * n)
                    table[at + 1] = p[STATES * i + STATES - 1 - image] / (IMAGES * n)
                state = turned(state)


@register_jitable
def entropy_term(x):
    """-x ln x, 0 at 0."""
    return -x * math.log(x) if x > 0.0 else 0.0


@register_jitable
def kept_by(table, n_columns, rule):
    """Information of the block spin about the ring, in nats."""
    kept, up = 0.0, 0.0
    for c in range(n_columns):
        p_up, p = 0.0, 0.0
        for k in range(STATES):
            p += table[k * n_columns + c]
            if rule[k]:
                p_up += table[k * n_columns + c]
        kept += entropy_term(p) - entropy_term(p_up) - entropy_term(max(p - p_up, 0.0))
        up += p_up
    return max(kept + entropy_term(up) + entropy_term(max(1.0 - up, 0.0)), 0.0)


@register_jitable
def kept_by_all(table, n_columns):
    """Information of the whole block about the ring, in nats: no rule keeps more."""
    kept = 0.0
    for k in range(STATES):
        p_state = 0.0
        for c in range(n_columns):
            kept -= entropy_term(table[k * n_columns + c])
            p_state += table[k * n_columns + c]
        kept += entropy_term(p_state)
    for c in range(n_columns):
        p = 0.0
        for k in range(STATES):
            p += table[k * n_columns + c]
        kept += entropy_term(p)
    return max(kept, 0.0)


@register_jitable
def best_symmetric(table, n_columns, trial, rule):
    """The rule that keeps most of those that treat up and down alike: all 128 are tried.

    A rule and its opposite keep the same; here the block with all spins up stays up. Fills `rule`,
    returns what it keeps; `trial` has room for another.
    """
    most = -1.0
    for code in range(1 << (PAIRS - 1)):
        for k in range(PAIRS):
            trial[k] = 1 - ((code << 1) >> k & 1)
            trial[STATES - 1 - k] = 1 - trial[k]
        kept = kept_by(table, n_columns, trial)
        if kept > most:
            most = kept
            for k in range(STATES):
                rule[k] = trial[k]
    return most


@register_jitable
def random_rule(symmetric, rule, state):
    """A fair coin for each state, or for one of each two mirror images if `symmetric`."""
    bits = next_word(state)
    for k in range(STATES):
        rule[k] = (bits >> uint64(k)) & uint64(1)
    if symmetric:
        for k in range(PAIRS):
            rule[STATES - 1 - k] = 1 - rule[k]


@compiled
def _blocks_of_samples(samples, L, rule, out):
    for k in range(samples.shape[0]):
        blocks_by_rule(samples[k], L, rule, out[k])


# --- For Python ---------------------------------------------------------------------------------


def checked_rule(rule: ArrayLike) -> NDArray[np.int8]:
    """`rule` as int8; ValueError unless it has 16 outputs of 0 and 1."""
    values = _checks.finite_array("rule", rule)
    if values.shape != (STATES,) or not np.all((values == 0) | (values == 1)):
        raise ValueError(
            f"rule must be {STATES} outputs, 1 for up and 0 for down, one for each state of a "
            f"2 x 2 block, got {values.tolist() if values.size <= STATES else values.shape}; for "
            "ties decided by coins use block_spins"
        )
    return values.astype(np.int8)


def block_by_rule(spins: ArrayLike, rule: ArrayLike) -> NDArray[np.int8]:
    """Block spins of 2 x 2 blocks by any rule without chance.

    Parameters
    ----------
    spins : array_like, shape (n_samples, L, L)
        Ising spins +1 and -1, L even.
    rule : array_like, shape (16,)
        The output of each state of the block, 1 up and 0 down. Spin i of state k stands in row
        i // 2 and column i % 2, and is up where bit i of k is 0. A row of `all_rules` is one.

    Returns
    -------
    ndarray of int8, shape (n_samples, L / 2, L / 2)

    Raises
    ------
    ValueError
        For arrays without Ising spins, an odd L, and rules that are none.

    References
    ----------
    T. Niemeijer and J. M. J. van Leeuwen, Phys. Rev. Lett. 31, 1411 (1973),
    doi:10.1103/PhysRevLett.31.1411 (block spins as a rule on the states of a block).

    Examples
    --------
    Decimation keeps the upper left spin, which is up in the states with an even number:

    >>> decimation = [1, 0] * 8
    >>> block_by_rule([[[1, -1], [-1, -1]]], decimation)
    array([[[1]]], dtype=int8)
    """
    samples, outputs = _checks.many_spins(spins, dim=2), checked_rule(rule)
    n, L = samples.shape[:2]
    if L % SIDE:
        raise ValueError(f"blocks of 2 x 2 need an even L, got L = {L}")
    out = np.empty((n, L // SIDE, L // SIDE), np.int8)
    _blocks_of_samples(samples.reshape(n, -1), L, outputs, out.reshape(n, -1))
    return out
