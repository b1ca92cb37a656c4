"""Packed configurations and chains: the Python side of `square` and `cubic`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._chain import Declared, Fixed, IsingChain, Series, explained, read_only, with_shape
from .._compile import compiled
from .._random import random_state
from . import cubic, rules, square
from .masks import ALL_BITS, STREAM_WORDS, MaskTables, seed_streams

__all__ = ["PackedHeatBath", "PackedIsing", "PackedSpins"]

EDGE_MULTIPLE = {2: 128, 3: 16}  # L is a multiple, so that colours match where strips meet
MAX_EDGE = {2: 32768, 3: 1024}  # buffers of 128 MB


class PackedSpins(Declared):
    """A configuration of Ising spins, 64 in a word: one bit a spin, up when set.

    Made by `PackedIsing` and by `block`; shares its random streams with what made it, so use it
    in the same thread.

    Parameters
    ----------
    L, dim : int
        Edge, which must be possible, and dimension.
    streams : uint64 array
        Random streams, see `rgcourse.multispin.masks`.

    Attributes
    ----------
    L, dim, n_sites : int
        Edge, dimension (2 or 3) and number L**dim of sites; fixed.
    words : uint64 array
        The packed lattice, see `rgcourse.multispin.square` and `cubic` for where each spin is. The
        kernels work in this array: no other can be put in its place.
    """

    L, dim, n_sites = Fixed(), Fixed(), Fixed()

    def __init__(self, L: int, dim: int, streams: NDArray[np.uint64]) -> None:
        self.L, self.dim, self.n_sites = L, dim, L**dim
        self._geometry = _SQUARE if dim == 2 else _CUBIC
        self._streams = streams
        self._words = np.full(self._geometry.n_words(L), ALL_BITS, np.uint64)

    @property
    def words(self) -> NDArray[np.uint64]:
        """The packed lattice itself, not a copy."""
        return self._words

    def unpack(self) -> NDArray[np.int8]:
        """The spins as an int8 array (L,) * dim of +1 and -1."""
        spins = np.empty(self.n_sites, np.int8)
        self._geometry.unpack(self.words, self.L, spins)
        return spins.reshape((self.L,) * self.dim)

    @property
    def spins(self) -> NDArray[np.int8]:
        """The spins now, a read-only int8 array (L,) * dim; assign an array to change them."""
        return read_only(self.unpack())

    @spins.setter
    def spins(self, array: ArrayLike) -> None:
        array = with_shape("spins", array, (self.L,) * self.dim)
        self._geometry.pack(_checks.spins(array[None]).reshape(-1), self.L, self.words)

    def energy(self) -> float:
        """Energy per site now, -sum s s' / N over the bonds, without a field term."""
        unequal = self._geometry.count_unequal(self.words, self.L)
        return -(self.dim * self.n_sites - 2 * unequal) / self.n_sites

    def magnetization(self) -> float:
        """Magnetization per site now, sum s / N, with its sign."""
        up = self._geometry.count_up(self.words, self.L)
        return (2 * up - self.n_sites) / self.n_sites

    def block(self) -> PackedSpins:
        """Zoom out: `PackedSpins` of edge L / 2, the majority of each block of 2**dim spins.

        Ties are decided by fair random bits.

        Raises
        ------
        ValueError
            If L / 2 cannot be packed, that is for odd multiples of 128 (2D) or 16 (3D).
        """
        multiple = EDGE_MULTIPLE[self.dim]
        if self.L % (2 * multiple):
            raise ValueError(
                f"L = {self.L} cannot be halved in packed form, L / 2 must be a multiple of "
                f"{multiple} in dim = {self.dim}; use block_spins(packed.unpack()[None], rng=...)"
            )
        halved = PackedSpins(self.L // 2, self.dim, self._streams)
        lanes = len(self._streams) // STREAM_WORDS
        self._geometry.majority(self.words, self.L, halved.words, self._streams, lanes)
        return halved


class PackedIsing(PackedSpins, IsingChain[Series]):
    """Metropolis chain with 64 spins in a word, about a hundred times as fast as one by one.

    Weight exp(K sum_nn s s' + h sum s), periodic; a spin flips with probability
    min(1, exp(-2 s (K n + h))), n the sum of its neighbours, to all digits; even sites first,
    then odd ones. It is used like the chains of `samplers`: `sweep`, `record`, `sample`,
    `energy`, `magnetization`, `spins`, and K and h can be set. It starts with all spins up.

    Chains are independent and release the interpreter lock, so that several run in threads:

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> chains = [PackedIsing(128, 0.3, rng=seed) for seed in (1, 2)]
    >>> with ThreadPoolExecutor(2) as pool:
    ...     series = list(pool.map(lambda chain: chain.record(10), chains))

    Parameters
    ----------
    L : int
        Edge: a multiple of 128 in 2D, of 16 in 3D.
    K : float
        Coupling; negative for an antiferromagnet. Not below 5e-4 without such a field: there
        Metropolis flips nearly every spin in every sweep, and at 0 only two configurations are
        ever seen.
    h : float
        Uniform field, in 2D only. Takes about 1.5 times as long as without.
    dim : int
        2 (square) or 3 (simple cubic lattice).
    rng : int or numpy.random.Generator
        Seed; two chains with the same seed are equal, on every machine.

    Raises
    ------
    ValueError
        If L is not such a multiple, or outside one of the limits above.

    Examples
    --------
    >>> frozen = PackedIsing(128, 5.0, rng=1)
    >>> frozen.sweep(10)
    >>> frozen.energy(), frozen.magnetization()
    (-2.0, 1.0)
    """

    _heat_bath = False
    _tables: MaskTables

    @explained
    def __init__(
        self,
        L: int,
        K: float,
        *,
        h: float = 0.0,
        dim: int = 2,
        rng: int | np.random.Generator,
    ) -> None:
        dim = _checks.dimension(dim)
        L = _packed_edge(L, dim)
        super().__init__(L, dim, np.empty(STREAM_WORDS * (L // 2), np.uint64))
        self._set(K=K, h=h)
        self._state = random_state(rng)
        _seed_streams(self._streams, len(self._streams), self._state)

    def _made_of(self, K: float, h: float) -> tuple[dict[str, float], MaskTables]:
        K, h = _checks.finite("K", K), _checks.finite("h", h)
        if h and self.dim == 3:
            raise ValueError(
                f"a field, here h = {h}, is there in 2D only; use samplers.HeatBath in 3D"
            )
        if not self._heat_bath and _checks.flips_freely(K, h):
            raise ValueError(
                f"Metropolis at K = {K:g}, h = {h:g} flips every spin in every sweep, or nearly, "
                f"and does not sample; use PackedHeatBath"
            )
        tables = rules.tables(K, h, 2 * self.dim, self._heat_bath, self.L // 2)
        return {"K": K, "h": h}, tables

    def _configuration(self) -> NDArray[np.int8]:
        return self.unpack()

    def _advance(self, every: int, counts: Any, sums: Any, *samples: Any) -> None:
        run, tables = _run_field_2d if self.h else self._geometry.run, self._tables
        run(
            self.words, self.L, tables.rule, tables.poisson, tables.corrections, tables.marked,
            self._streams, self._state, every, counts, sums,
        )  # fmt: skip


class PackedHeatBath(PackedIsing):
    """Heat-bath chain with 64 spins in a word: `PackedIsing` with another update.

    A spin is drawn afresh, up with probability 1 / (1 + exp(-2 (K n + h))). K = 0 is allowed.
    """

    _heat_bath = True


def _packed_edge(L: int, dim: int) -> int:
    """L as an int; ValueError unless it can be packed."""
    L = _checks.integer("L", L, minimum=1)
    multiple = EDGE_MULTIPLE[dim]
    if L % multiple:
        raise ValueError(
            f"L = {L} cannot be packed, it must be a multiple of {multiple} in dim = {dim}; use "
            f"L = {max(1, round(L / multiple)) * multiple}, or samplers.Metropolis or HeatBath"
        )
    if L > MAX_EDGE[dim]:
        raise ValueError(f"L must be at most {MAX_EDGE[dim]} in dim = {dim}, got {L}")
    return L


class _Geometry(NamedTuple):
    """Size of the buffer and compiled kernels of one lattice."""

    n_words: Callable
    run: Callable
    pack: Callable
    unpack: Callable
    count_unequal: Callable
    count_up: Callable
    majority: Callable


_SQUARE = _Geometry(
    square.n_words,
    compiled(square.run_2d),
    compiled(square.pack_2d),
    compiled(square.unpack_2d),
    compiled(square.count_unequal_2d),
    compiled(square.count_up_2d),
    compiled(square.majority_2d),
)
_CUBIC = _Geometry(
    cubic.n_words,
    compiled(cubic.run_3d),
    compiled(cubic.pack_3d),
    compiled(cubic.unpack_3d),
    compiled(cubic.count_unequal_3d),
    compiled(cubic.count_up_3d),
    compiled(cubic.majority_3d),
)
_run_field_2d = compiled(square.run_field_2d)
_seed_streams = compiled(seed_streams)
