"""The k groups of rows that keep most of the information: Lloyd's algorithm with another distance.

What a grouping loses of the mutual information is, without approximation,

    I(row; column) - I(group; column) = sum_r p(r) D( p(c|r) | p(c|g(r)) ),

the mean Kullback-Leibler distance D of each row from the centre of its group, which is the weighted
mean of its rows. So the best groups are found as k means are: give every row to the nearest
centre, take the centres anew, and repeat (Lloyd). That stops too early when a row would pull a
centre along with it; the second half therefore moves single rows from group to group, as long as
one of these moves keeps more. Neither leaves a local optimum. So some rows are then thrown into
random groups and moved on from there (in small tables, where it costs nothing), and everything
starts anew a few times.

A stochastic rule p(g|r) cannot do better: for a fixed table I(group; column) is convex in it, so
that its maximum is at a corner, which is a rule without chance.

References
----------
S. P. Lloyd, IEEE Trans. Inf. Theory 28, 129 (1982), doi:10.1109/TIT.1982.1056489;
I. S. Dhillon, S. Mallela and R. Kumar, J. Mach. Learn. Res. 3, 1265 (2003) (with this distance);
N. Slonim, N. Friedman and N. Tishby, SIGIR 2002, p. 129, doi:10.1145/564376.564401 (single moves);
D. Arthur and S. Vassilvitskii, SODA 2007, p. 1027 (the start).
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .._random import next_below, random_state, uniform
from .tables import probabilities

__all__ = ["Grouping", "keep_most"]

FLOOR = 1e-9  # of probabilities in a logarithm, so that no distance is infinite
OWN = 0.9  # share of a row in the first centre it makes; the rest is the mean of all rows
LEAST_GAIN = 1e-13  # nats; below it a move is rounding
MAX_ROUNDS = 100
KICKED = 0.3  # share of the rows
KICKS = 256  # over the number of rows: small tables are searched more


class Grouping(NamedTuple):
    """Groups of rows: `labels` (n_rows,), -1 where nothing was seen, and the `information` kept."""

    labels: NDArray[np.int64]
    information: float


# --- Kernels ------------------------------------------------------------------------------------
# table: p(r, c) in rows of n_columns. labels: the group of each row, -1 if it has no weight.
# memory: k rows of n_columns sums p(g, c), then k weights p(g), n_columns sums p(c),
# n_rows weights p(r), and n_rows distances or k rows of n_columns logarithms.


@register_jitable
def memory_length(n_rows, n_columns, k):
    """Numbers that `memory` holds."""
    return 2 * k * n_columns + k + n_columns + 2 * n_rows


@register_jitable
def x_ln_x(x):
    """x ln x, 0 at 0 and for what rounding has left below it."""
    return x * math.log(x) if x > 0.0 else 0.0


@register_jitable
def draw_row(weights, first, n_rows, total, state):
    """A row with a chance proportional to its weight, in weights[first : first + n_rows]."""
    left = uniform(state) * total
    last = 0
    for r in range(n_rows):
        if weights[first + r] > 0.0:
            last = r
            left -= weights[first + r]
            if left < 0.0:
                break
    return last


@register_jitable
def start_groups(table, n_rows, n_columns, k, labels, memory, state):
    """First groups: centres at k rows far from one another, each row with the nearest."""
    every = k * n_columns + k
    weights = every + n_columns
    distances = weights + n_rows
    for c in range(n_columns):
        memory[every + c] = 0.0
    for r in range(n_rows):
        weight = 0.0
        for c in range(n_columns):
            weight += table[r * n_columns + c]
            memory[every + c] += table[r * n_columns + c]
        memory[weights + r] = weight
        memory[distances + r] = weight
        labels[r] = 0 if weight > 0.0 else -1
    for g in range(k):
        total = 0.0
        for r in range(n_rows):
            total += memory[distances + r]
        if total <= 0.0:  # every row is at a centre already
            return
        centre = draw_row(memory, distances, n_rows, total, state)
        share = OWN / memory[weights + centre]
        for r in range(n_rows):
            if labels[r] < 0:
                continue
            distance = 0.0
            for c in range(n_columns):
                p = table[r * n_columns + c]
                if p > 0.0:
                    q = share * table[centre * n_columns + c] + (1.0 - OWN) * memory[every + c]
                    distance += p * math.log(p / memory[weights + r] / q)
            distance = max(distance, 0.0) if r != centre else 0.0
            if g == 0 or distance < memory[distances + r]:
                memory[distances + r] = distance
                labels[r] = g


@register_jitable
def sum_groups(table, n_rows, n_columns, k, labels, memory):
    """The centres: p(g, c) and p(g) of every group."""
    for i in range(k * n_columns + k):
        memory[i] = 0.0
    for r in range(n_rows):
        g = labels[r]
        if g >= 0:
            for c in range(n_columns):
                memory[g * n_columns + c] += table[r * n_columns + c]
                memory[k * n_columns + g] += table[r * n_columns + c]


@register_jitable
def lloyd_round(table, n_rows, n_columns, k, labels, memory):
    """Give every row to the nearest centre; returns how many have changed."""
    sums = k * n_columns
    logs = sums + k + n_columns + n_rows
    for g in range(k):
        for c in range(n_columns):
            weight = memory[sums + g]
            share = memory[g * n_columns + c] / weight if weight > 0.0 else 0.0
            memory[logs + g * n_columns + c] = math.log(max(share, FLOOR))
    changed = 0
    for r in range(n_rows):
        if labels[r] < 0:
            continue
        best = labels[r]
        highest = -math.inf
        for g in range(k):
            likelihood = 0.0
            for c in range(n_columns):
                likelihood += table[r * n_columns + c] * memory[logs + g * n_columns + c]
            if likelihood > highest or (likelihood == highest and g == labels[r]):
                highest = likelihood
                best = g
        if best != labels[r]:
            labels[r] = best
            changed += 1
    return changed


@register_jitable
def added(table, r, n_columns, g, k, memory, sign):
    """What sum_c p(g, c) ln p(g, c) - p(g) ln p(g) gains when row r joins (+1) or leaves (-1)."""
    gain = 0.0
    weight = 0.0
    for c in range(n_columns):
        p = table[r * n_columns + c]
        if p > 0.0:
            here = memory[g * n_columns + c]
            gain += x_ln_x(here + sign * p) - x_ln_x(here)
            weight += p
    here = memory[k * n_columns + g]
    return gain - x_ln_x(here + sign * weight) + x_ln_x(here)


@register_jitable
def move_rows(table, n_rows, n_columns, k, labels, memory):
    """Move single rows to where they keep most; returns how many have moved."""
    moved = 0
    for r in range(n_rows):
        here = labels[r]
        if here < 0:
            continue
        leaving = added(table, r, n_columns, here, k, memory, -1.0)
        best = here
        most = LEAST_GAIN
        for g in range(k):
            if g != here:
                gain = leaving + added(table, r, n_columns, g, k, memory, 1.0)
                if gain > most:
                    most = gain
                    best = g
        if best != here:
            labels[r] = best
            moved += 1
            for c in range(n_columns):
                p = table[r * n_columns + c]
                memory[here * n_columns + c] -= p
                memory[best * n_columns + c] += p
                memory[k * n_columns + here] -= p
                memory[k * n_columns + best] += p
    return moved


@register_jitable
def settle(table, n_rows, n_columns, k, labels, memory):
    """Move single rows until none gains; returns the information kept, in nats."""
    sum_groups(table, n_rows, n_columns, k, labels, memory)
    for _ in range(MAX_ROUNDS):
        moved = move_rows(table, n_rows, n_columns, k, labels, memory)
        sum_groups(table, n_rows, n_columns, k, labels, memory)  # without rounding left behind
        if moved == 0:
            break
    information = 0.0
    for g in range(k):
        information -= x_ln_x(memory[k * n_columns + g])
        for c in range(n_columns):
            information += x_ln_x(memory[g * n_columns + c])
    for c in range(n_columns):
        information -= x_ln_x(memory[k * n_columns + k + c])
    return max(information, 0.0)


@register_jitable
def group_once(table, n_rows, n_columns, k, labels, trial, memory, state):
    """Groups from one start, to the end: fills `labels`, returns the information kept, in nats.

    `trial` has room for as many labels.
    """
    start_groups(table, n_rows, n_columns, k, labels, memory, state)
    for _ in range(MAX_ROUNDS):
        sum_groups(table, n_rows, n_columns, k, labels, memory)
        if lloyd_round(table, n_rows, n_columns, k, labels, memory) == 0:
            break
    most = settle(table, n_rows, n_columns, k, labels, memory)
    for _ in range(KICKS // n_rows if k > 1 else 0):
        for r in range(n_rows):
            kicked = labels[r] >= 0 and uniform(state) < KICKED
            trial[r] = next_below(state, k) if kicked else labels[r]
        kept = settle(table, n_rows, n_columns, k, trial, memory)
        if kept > most + LEAST_GAIN:
            most = kept
            for r in range(n_rows):
                labels[r] = trial[r]
    return most


_group_once = compiled(group_once)


# --- For Python ---------------------------------------------------------------------------------


def keep_most(counts: ArrayLike, k: int, *, n_restarts: int = 10, rng: Any) -> Grouping:
    """Put the rows of a table into the k groups that keep most about the columns.

    Parameters
    ----------
    counts : array, shape (n_rows, n_columns)
        How often each small configuration (row) was seen with each state of the rest (column):
        counts or probabilities, not negative.
    k : int
        Number of groups, at least 1; some stay empty if there are fewer different rows.
    n_restarts : int
        Starts, of which the best is returned. Ten find the true optimum of small tables.
    rng : numpy.random.Generator or int
        Where the starts come from.

    Returns
    -------
    Grouping
        `labels`, int array (n_rows,), 0 to k - 1 in the order in which the groups first appear, and
        -1 for rows without counts; `information`, I(group; column) in nats, of these counts. As
        every information of counts it is too high (`information_bias`), and here the rows were
        chosen for it: score groups on counts that they have not seen, by
        `mutual_information(group_rows(fresh, labels))`.

    Raises
    ------
    ValueError
        For what is no table, and k or n_restarts below 1.

    References
    ----------
    See the head of `rgcourse.information.grouping`.

    Examples
    --------
    Two kinds of rows, seen with different columns:

    >>> keep_most([[9, 1], [1, 9], [18, 2], [0, 0]], 2, rng=1).labels
    array([ 0,  1,  0, -1])
    """
    table = probabilities(counts)
    k = _checks.integer("k", k, minimum=1)
    n_restarts = _checks.integer("n_restarts", n_restarts, minimum=1)
    state = random_state(rng)
    n_rows, n_columns = table.shape
    used = min(k, n_rows)
    labels, trial = np.empty((2, n_rows), np.int32)
    memory = np.empty(memory_length(n_rows, n_columns, used))
    best = np.empty(0, np.int32)
    most = -1.0
    for _ in range(n_restarts):
        kept = _group_once(table.ravel(), n_rows, n_columns, used, labels, trial, memory, state)
        if kept > most + LEAST_GAIN:
            best, most = labels.copy(), kept
    return Grouping(_in_order(best), most)


def _in_order(labels: NDArray[np.int32]) -> NDArray[np.int64]:
    """The same groups, numbered as they first appear."""
    known, first = np.unique(labels[labels >= 0], return_index=True)
    names = np.full(labels.max() + 1, -1)
    names[known[np.argsort(first)]] = np.arange(len(known))
    return np.where(labels >= 0, names[labels], -1).astype(np.int64)
