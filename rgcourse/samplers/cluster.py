"""What the cluster updates share, which flip whole domains at once: K >= 0 and no field.

Equal neighbours are joined with probability p_add = 1 - exp(-2 K). On L = 2 two bonds join the
same two sites, and each is occupied or not by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from .. import _checks
from .._chain import SeriesT, explained
from .._random import threshold
from .ising import NO_SAMPLES, ByteChain

__all__ = ["ClusterChain"]


@register_jitable
def bond_threshold(K, thresholds):
    """Fill `thresholds[0]`: a bond between equal spins is occupied when a word is below it."""
    thresholds[0] = threshold(1.0 - math.exp(-2.0 * K))


class ClusterChain(ByteChain[SeriesT]):
    """What Wolff and Swendsen-Wang share: K >= 0, no field, one int32 of work space per site."""

    _kernels: dict[int, tuple[Callable[..., int], Callable[..., None]]]  # by dimension

    @explained
    def __init__(self, L: int, K: float, *, dim: int = 2, rng: int | np.random.Generator) -> None:
        super().__init__(L, K, dim=dim, rng=rng)
        self._work = np.empty(self.n_sites, np.int32)

    def _made_of(self, K: float, h: float) -> tuple[dict[str, float], NDArray[np.uint64]]:
        if _checks.finite("K", K) < 0.0:
            raise ValueError(
                f"clusters of equal spins need K >= 0, got K = {K}; for an antiferromagnet use "
                f"HeatBath or Metropolis, or flip every other spin, which turns K into -K (even L)"
            )
        if h != 0.0:
            raise ValueError(
                f"clusters are flipped whatever their spins, which needs h = 0, got h = {h}; use "
                f"HeatBath or Metropolis"
            )
        thresholds = np.empty(1, np.uint64)
        bond_threshold(float(K), thresholds)
        return {"K": float(K), "h": 0.0}, thresholds

    def _repeat(self, n: int) -> int:
        repeat, _ = self._kernels[self.dim]
        return repeat(*self._buffers_of_kernels(), n)

    def _advance(self, every: int, counts: Any, sums: Any, *samples: Any) -> None:
        _, advance = self._kernels[self.dim]
        advance(*self._buffers_of_kernels(), every, counts, sums, *(samples or (NO_SAMPLES,)))

    def _buffers_of_kernels(self) -> tuple[Any, ...]:
        return self._spins, self.L, self._tables, self._work, self._state
