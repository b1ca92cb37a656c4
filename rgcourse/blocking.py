"""Zooming out on configurations: block spins by majority rule, and decimation.

References
----------
L. P. Kadanoff, Physics Physique Fizika 2, 263 (1966), doi:10.1103/PhysicsPhysiqueFizika.2.263.
"""

from __future__ import annotations

import numpy as np
from numba import int64, uint64
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from . import _checks
from ._compile import compiled
from ._random import STATE_WORDS, next_word, random_state

__all__ = ["block_spins", "decimate_spins"]


@register_jitable
def majority(total, bits):
    """The sign of the spin sum of a block; the lowest of the random `bits` decides a tie.

    An odd sum is at least one away from zero, so the coin, which adds half a spin, changes nothing.
    """
    coin = 2 * int64(bits & uint64(1)) - 1
    return 2 * int64(2 * total + coin > 0) - 1


@register_jitable
def majority_1d(spins, L, b, out, state):
    """Block spins of one chain of L spins, into `out` of L // b."""
    bits = uint64(0)
    for X in range(L // b):
        bits = next_word(state) if X & 63 == 0 else bits >> uint64(1)
        total = int64(0)
        for i in range(X * b, (X + 1) * b):
            total += spins[i]
        out[X] = majority(total, bits)


@register_jitable
def majority_2d(spins, L, b, out, state):
    """Block spins of one L x L lattice, into `out` of (L // b)**2; both flat."""
    blocks = L // b
    bits = uint64(0)
    for X in range(blocks):
        for Y in range(blocks):
            block = X * blocks + Y
            bits = next_word(state) if block & 63 == 0 else bits >> uint64(1)
            total = int64(0)
            for x in range(X * b, (X + 1) * b):
                corner = x * L + Y * b
                for i in range(corner, corner + b):
                    total += spins[i]
            out[block] = majority(total, bits)


@register_jitable
def majority_3d(spins, L, b, out, state):
    """Block spins of one L x L x L lattice, into `out` of (L // b)**3; both flat."""
    blocks = L // b
    bits = uint64(0)
    for X in range(blocks):
        for Y in range(blocks):
            for Z in range(blocks):
                block = (X * blocks + Y) * blocks + Z
                bits = next_word(state) if block & 63 == 0 else bits >> uint64(1)
                total = int64(0)
                for x in range(X * b, (X + 1) * b):
                    for y in range(Y * b, (Y + 1) * b):
                        corner = (x * L + y) * L + Z * b
                        for i in range(corner, corner + b):
                            total += spins[i]
                out[block] = majority(total, bits)


@compiled
def _majority_of_samples(samples, L, dim, b, out, state):
    """Blocks of every row of `samples`, one flat configuration each."""
    for k in range(samples.shape[0]):
        if dim == 1:
            majority_1d(samples[k], L, b, out[k], state)
        elif dim == 2:
            majority_2d(samples[k], L, b, out[k], state)
        else:
            majority_3d(samples[k], L, b, out[k], state)


def _spins_and_blocks(spins, b, dim):
    """Checked spins, edge, dimension and block size; ValueError unless b divides the edge."""
    spins = _checks.many_spins(spins, dim=dim)
    L, dim = spins.shape[1], spins.ndim - 1
    b = _checks.integer("b", b, minimum=1)
    if L % b:
        divisors = ", ".join(str(d) for d in range(2, L + 1) if L % d == 0)
        raise ValueError(f"block size {b} does not divide L = {L}; use {divisors}")
    return spins, L, dim, b


def block_spins(
    spins: ArrayLike,
    b: int = 2,
    *,
    dim: int | None = None,
    rng: int | np.random.Generator | None = None,
) -> NDArray[np.int8]:
    """Block spins by majority rule, int8 array (n_samples, L / b, .., L / b).

    S = sign(sum of the b**dim spins of the block). A tie, possible when b**dim is even, is
    decided by a fair coin.

    Parameters
    ----------
    spins : array (n_samples, L, .., L) of +1 and -1
        One to three axes of space, of equal length.
    b : int
        Edge of a block; must divide L.
    dim : int, optional
        Axes of space, if the shape is to be checked. Needed, `dim=1`, only for as many chains as
        they are long, whose array could also be one lattice. Without it an array (L, L, L) is
        taken for L squares, which one cube would also be: write spins[None] for a cube.
    rng : int or numpy.random.Generator
        Source of the coins; needed only if b**dim is even.

    Raises
    ------
    ValueError
        If spins are not +-1, b does not divide L, rng is missing where ties can occur, or a single
        lattice is given where samples are expected (use `spins[None]`).

    References
    ----------
    L. P. Kadanoff, Physics Physique Fizika 2, 263 (1966), doi:10.1103/PhysicsPhysiqueFizika.2.263.

    Examples
    --------
    >>> block_spins([[[1, 1, 1], [1, 1, -1], [-1, -1, -1]]], 3)
    array([[[1]]], dtype=int8)
    """
    samples, L, dim, b = _spins_and_blocks(spins, b, dim)
    if dim > 3:
        raise ValueError(f"block_spins knows 1 to 3 axes of space, got shape {samples.shape}")
    if b % 2 == 0 and rng is None:
        raise ValueError(
            f"blocks of {b}**{dim} spins can tie, and a tie is decided by a coin: pass rng=1 or "
            f"rng=np.random.default_rng(1), or use an odd b"
        )
    # odd blocks never look at the coins, so any state will do
    state = random_state(rng) if b % 2 == 0 else np.ones(STATE_WORDS, np.uint64)
    n_samples = len(samples)
    out = np.empty((n_samples,) + (L // b,) * dim, np.int8)
    flat = samples.reshape(n_samples, -1)
    _majority_of_samples(flat, L, dim, b, out.reshape(n_samples, -1), state)
    return out


def decimate_spins(spins: ArrayLike, b: int = 2, *, dim: int | None = None) -> NDArray[np.int8]:
    """Every b-th spin along each axis, int8 array (n_samples, L / b, .., L / b).

    S(X) = s(b X): sites 0, b, 2 b, ... are kept, the others forgotten.

    Parameters
    ----------
    spins : array (n_samples, L, .., L) of +1 and -1
        Any number of axes of space, of equal length.
    b : int
        Step; must divide L.
    dim : int, optional
        Axes of space, as for `block_spins`.

    Raises
    ------
    ValueError
        If spins are not +-1, b does not divide L, or a single lattice is given where samples are
        expected (use `spins[None]`).

    References
    ----------
    L. P. Kadanoff and A. Houghton, Phys. Rev. B 11, 377 (1975), doi:10.1103/PhysRevB.11.377.

    Examples
    --------
    >>> decimate_spins([[1, -1, -1, 1]])
    array([[ 1, -1]], dtype=int8)
    """
    samples, _, dim, b = _spins_and_blocks(spins, b, dim)
    keep = (slice(None),) + (slice(None, None, b),) * dim
    return samples[keep].copy()
