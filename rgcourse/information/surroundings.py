"""What the surroundings of a block of Ising spins say about it, exactly, ring by ring.

A block of b x b spins lies in a window of w x w, w = b + 2 buffer, and the window in a ring of 4 w
spins. Given the ring, the rest of the lattice says no more about the window (the Ising model is a
Markov field), so that

    p(block | ring) = sum over the buffer of exp(-H) / sum over the window of exp(-H)

is what everything beyond the buffer says about the block. A transfer matrix sums it site by site.

Spin i of block state k stands in row i // b and column i % b, and is up where bit i of k is 0. A
rule is a table of the probability that a block spin is up, for each state of its block, as in
`couplings.square_blocks`.

References
----------
M. Koch-Janusz and Z. Ringel, Nat. Phys. 14, 578 (2018), doi:10.1038/s41567-018-0081-4 (the
information between a block and its surroundings as the aim of a block spin).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled

__all__ = ["all_rules", "block_given_ring", "rings_of", "rule_information", "with_images"]

MAX_K = 2.0  # beyond it, products of weights leave the range of float64
MAX_WINDOW = 8  # 2**w states of a row
MAX_BLOCK = 3
MAX_STATES = 18  # 2**17 rules of as many states
CHUNK = 1 << 17  # numbers held at once by `rule_information`


def given_ring(rings, n, block, buffer, weights, work, out):
    """Fill `out` (n, 2**block**2): p(block | ring). Rings are flat int8: top, bottom, left, right.

    `weights[j + 3]` is exp(K j). `work` holds three vectors over the states of a row of the window
    and of the spins of the block above it, a bit each, w + block (block - 1) in all. The vector
    grows from the top to the last row of the block, another from the bottom up to there.
    """
    w = block + 2 * buffer
    row = 1 << w
    n_above = block * (block - 1)
    size = row << n_above
    n_states = 1 << (block * block)
    for k in range(n):
        ring = k * 4 * w
        for upwards in range(2):  # from below first: it is kept at 2 size
            old = 2 * size if upwards == 0 else 0
            new = size
            edge = ring + w if upwards == 0 else ring
            first = 0
            for c in range(w):
                if rings[edge + c] < 0:
                    first |= 1 << c
            for s in range(row):
                work[old + s] = 0.0
            work[old + first] = 1.0
            n_kept = 0  # spins of the block that lie above the row
            for step in range(buffer if upwards == 0 else buffer + block):
                r = w - 1 - step if upwards == 0 else step
                for c in range(w):
                    keeps = upwards == 1 and step > buffer and buffer <= c < buffer + block
                    n_new = n_kept + 1 if keeps else n_kept
                    for state in range(row << n_new):
                        spin = 1 - 2 * ((state >> c) & 1)
                        field = 0
                        if c == 0:
                            field += rings[ring + 2 * w + r]
                        else:
                            field += 1 - 2 * ((state >> (c - 1)) & 1)
                        if c == w - 1:
                            field += rings[ring + 3 * w + r]
                        up = state & ~(1 << c)
                        down = state | (1 << c)
                        if keeps:
                            bit = (state >> (w + n_kept)) & 1
                            both = (state & ((row << n_kept) - 1)) & ~(1 << c)
                            work[new + state] = (
                                weights[spin * (field + 1 - 2 * bit) + 3]
                                * work[old + (both | (bit << c))]
                            )
                        else:
                            work[new + state] = (
                                weights[spin * (field + 1) + 3] * work[old + up]
                                + weights[spin * (field - 1) + 3] * work[old + down]
                            )
                    n_kept = n_new
                    old, new = new, old
            if upwards == 0:  # the bonds with the row above
                for c in range(w):
                    for state in range(row):
                        spin = 1 - 2 * ((state >> c) & 1)
                        work[new + state] = (
                            weights[spin + 3] * work[old + (state & ~(1 << c))]
                            + weights[3 - spin] * work[old + (state | (1 << c))]
                        )
                    old, new = new, old
                if old != 2 * size:
                    for s in range(row):
                        work[2 * size + s] = work[old + s]
            else:
                total = 0.0
                for v in range(n_states):
                    out[k * n_states + v] = 0.0
                for state in range(size):
                    s = state & (row - 1)
                    inner = (s >> buffer) & ((1 << block) - 1)
                    weight = work[old + state] * work[2 * size + s]
                    out[k * n_states + ((state >> w) | (inner << n_above))] += weight
                    total += weight
                for v in range(n_states):
                    out[k * n_states + v] /= total


_given_ring = compiled(given_ring)


def rings_of(spins: ArrayLike, *, block: int = 2, buffer: int = 1) -> NDArray[np.int8]:
    """The rings around windows cut from lattices side by side, without any common site.

    Parameters
    ----------
    spins : array_like, shape (n_samples, L, L)
        Ising spins +1 and -1.
    block, buffer : int
        Side of the block, 1 to 3, and the sites between block and ring, at least 0; the window has
        the side w = block + 2 buffer, at most 8, and L is at least w + 2.

    Returns
    -------
    ndarray, shape (n_samples * (L // (w + 2))**2, 4 w)
        The spins beside the window: its top row, its bottom row, its left and its right column.
        Rings of one lattice stand together.

    Raises
    ------
    ValueError
        For arrays without Ising spins, a window out of range, a lattice too small.

    Examples
    --------
    >>> rings_of(np.ones((5, 32, 32), int)).shape
    (125, 16)
    """
    spins = _checks.many_spins(spins, dim=2)
    w = _window(block, buffer)
    n, L = spins.shape[:2]
    side = w + 2
    if side > L:
        raise ValueError(f"a window of {w} and its ring need L >= {side}, got L = {L}")
    m = L // side
    tiles = spins[:, : m * side, : m * side].reshape(n, m, side, m, side).swapaxes(2, 3)
    tiles = tiles.reshape(-1, side, side)
    inside = slice(1, side - 1)
    edges = (tiles[:, 0, inside], tiles[:, -1, inside], tiles[:, inside, 0], tiles[:, inside, -1])
    return np.concatenate(edges, axis=1)


def block_given_ring(
    rings: ArrayLike, K: float, *, block: int = 2, buffer: int = 1
) -> NDArray[np.float64]:
    """p(block | ring) of the two-dimensional Ising model, exactly, for each ring.

    Parameters
    ----------
    rings : array_like, shape (n_rings, 4 w)
        Spins +1 and -1 beside a window of w = block + 2 buffer, in the order of `rings_of`.
    K : float
        Coupling of nearest neighbours, between -2 and 2; no field.
    block, buffer : int
        Side of the block, 1 to 3, and sites between block and ring, at least 0; w is at most 8.

    Returns
    -------
    ndarray, shape (n_rings, 2**block**2)
        Rows sum to 1. Spin i of state k is up where bit i of k is 0, in the order of rows.

    Raises
    ------
    ValueError
        For rings without spins or of another length, K or a window out of range.

    Examples
    --------
    A ring of spins up pulls up the spin that it surrounds, by tanh(4 K).

    >>> p = block_given_ring(np.ones((1, 4), int), 0.3, block=1, buffer=0)
    >>> bool(np.isclose(p[0, 0] - p[0, 1], np.tanh(4 * 0.3), rtol=1e-14))
    True
    """
    w, K = _window(block, buffer), _checks.finite("K", K)
    if abs(K) > MAX_K:
        raise ValueError(f"K must lie between -{MAX_K:g} and {MAX_K:g}, got {K}")
    shape = np.shape(rings)
    if len(shape) != 2 or shape[1] != 4 * w:
        raise ValueError(
            f"rings must have shape (n_rings, {4 * w}) for block = {block} and buffer = {buffer}, "
            f"got {shape}; rings_of(spins, block={block}, buffer={buffer}) makes them"
        )
    rings = _checks.spins(rings)
    n_states = 1 << block**2
    work = np.zeros(3 << (w + block * (block - 1)))
    out = np.empty(len(rings) * n_states)
    weights = np.exp(K * np.arange(-3, 4))
    _given_ring(rings.ravel(), len(rings), block, buffer, weights, work, out)
    return out.reshape(len(rings), n_states)


def with_images(p: ArrayLike) -> NDArray[np.float64]:
    """p(block | ring) of rings and of all their images: turned, reflected, all spins flipped.

    An infinite lattice has all sixteen equally often. With them what is symmetric in truth is
    symmetric in every sample, and differences of rules are known better from as many rings.

    Parameters
    ----------
    p : array_like, shape (n_rings, n_states)
        Of `block_given_ring`, for a block of side 1, 2 or 3: 2, 16 or 512 states.

    Returns
    -------
    ndarray, shape (16 n_rings, n_states)
        The sixteen images of a ring stand together; some are equal where the ring is symmetric.

    Raises
    ------
    ValueError
        For another number of states, or numbers that are not finite.

    Examples
    --------
    >>> with_images([[0.9, 0.1]]).mean(axis=0).round(12).tolist()
    [0.5, 0.5]
    """
    p = _checks.finite_array("p", p)
    sides = {1 << b**2: b for b in range(1, MAX_BLOCK + 1)}
    if p.ndim != 2 or p.shape[1] not in sides or p.size == 0:
        raise ValueError(f"p must have shape (n_rings, n) with n of {list(sides)}, got {p.shape}")
    block, states = sides[p.shape[1]], np.arange(p.shape[1])
    sites = np.arange(block**2).reshape(block, block)
    turned = [np.rot90(sites, turn) for turn in range(4)]
    both = [image.ravel() for one in turned for image in (one, one.T)]
    images = [(states[:, None] >> image & 1) @ (1 << np.arange(block**2)) for image in both]
    images += [states[::-1][image] for image in images]
    return p[:, np.array(images)].reshape(-1, len(states))


def all_rules(n_states: int = 16) -> NDArray[np.uint8]:
    """Every deterministic rule that makes one bit of `n_states` states, one of each pair.

    A rule and its opposite keep the same, so state 0 (all spins up) is always up. Row r says up
    for state k > 0 where bit k - 1 of r is 0.

    Returns
    -------
    ndarray, shape (2**(n_states - 1), n_states)
        Of 0 and 1, the probability of up.

    Raises
    ------
    ValueError
        Unless n_states lies between 1 and 18.

    Examples
    --------
    >>> all_rules(2).tolist()
    [[1, 1], [1, 0]]
    >>> all_rules().shape
    (32768, 16)
    """
    n = _checks.integer("n_states", n_states, minimum=1)
    if n > MAX_STATES:
        raise ValueError(f"n_states must be at most {MAX_STATES}, got {n}: too many rules to list")
    down = np.arange(1 << (n - 1))[:, None] >> np.arange(n - 1) & 1
    return np.hstack([np.ones((len(down), 1)), 1 - down]).astype(np.uint8)


def rule_information(p: ArrayLike, rules: ArrayLike) -> NDArray[np.float64]:
    """I(block spin : surroundings) of each rule, in nats, over equally likely surroundings.

    It is H(up) - <H(up | ring)>, with H the entropy of one bit.

    Parameters
    ----------
    p : array_like, shape (n_rings, n_states)
        p(state | ring), of `block_given_ring`. Of float32 the sums are made in float32, three times
        as fast and exact to some 1e-6.
    rules : array_like, shape (n_rules, n_states) or (n_states,)
        Probability of up for each state, between 0 and 1.

    Returns
    -------
    ndarray, shape (n_rules,), or () for one rule

    Raises
    ------
    ValueError
        For p that are no probabilities, rules that are none, or shapes that do not fit.

    Examples
    --------
    >>> p = [[1.0, 0.0], [0.0, 1.0]]
    >>> rule_information(p, [[1, 0], [1, 1]]).round(4).tolist()
    [0.6931, 0.0]
    """
    single = np.asarray(p).dtype == np.float32
    p, rules = _checks.finite_array("p", p), _checks.finite_array("rules", rules)
    if p.ndim != 2 or p.size == 0:
        raise ValueError(f"p must have shape (n_rings, n_states), got {p.shape}")
    if np.min(p) < 0 or np.max(np.abs(p.sum(axis=1) - 1)) > 1e-5:
        raise ValueError("the rows of p must be probabilities that sum to 1")
    if rules.ndim not in (1, 2) or rules.shape[-1] != p.shape[1] or rules.size == 0:
        raise ValueError(
            f"rules must have shape (n_rules, {p.shape[1]}), as p has {p.shape[1]} states, got "
            f"{rules.shape}"
        )
    if np.min(rules) < 0 or np.max(rules) > 1:
        raise ValueError("rules must hold the probability of up, between 0 and 1")
    kind = np.float32 if single else np.float64
    p, table = p.astype(kind), np.atleast_2d(rules).T.astype(kind)
    n_at_once = max(1, CHUNK // len(p))
    kept = np.empty(table.shape[1])
    for start in range(0, len(kept), n_at_once):
        up = p @ table[:, start : start + n_at_once]  # ring [state] @ [state] rule
        mean = up.mean(axis=0, dtype=np.float64)
        noise = _bit_entropy(up).mean(axis=0, dtype=np.float64)
        kept[start : start + n_at_once] = np.maximum(_bit_entropy(mean) - noise, 0)
    return kept.reshape(rules.shape[:-1])


def _bit_entropy(up: NDArray[np.floating]) -> NDArray[np.floating]:
    """Of a bit that is up with this probability, in nats; 0 where it is sure."""
    tiny = np.finfo(up.dtype).tiny
    up = np.clip(up, 0, 1)
    down = 1 - up
    return -(up * np.log(np.maximum(up, tiny)) + down * np.log(np.maximum(down, tiny)))


def _window(block: int, buffer: int) -> int:
    """The side of the window; ValueError where it is out of range."""
    block = _checks.integer("block", block, minimum=1)
    buffer = _checks.integer("buffer", buffer, minimum=0)
    if block > MAX_BLOCK:
        raise ValueError(f"block must be at most {MAX_BLOCK}, got {block}")
    if block + 2 * buffer > MAX_WINDOW:
        raise ValueError(
            f"the window block + 2 buffer must be at most {MAX_WINDOW}, got {block + 2 * buffer}"
        )
    return block + 2 * buffer
