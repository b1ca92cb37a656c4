"""What the figures that zoom out on one large lattice share, and energies as couplings."""

import numpy as np

from .. import _checks
from ..exact import CRITICAL_K, onsager_energy
from ._declare import within
from ._lattice import PACKED_FROM, RECIPE, packable_side

__all__ = ["OCTAVES", "coupling_table", "stack_recipe", "stack_side", "three_temperatures"]

OCTAVES = 4  # b = 1, 2, 4, 8, 16


def stack_side(L, window, share=1):
    """(L, window) as ints; ValueError unless `share` windows fit side by side at every octave."""
    L = _checks.integer("L", L, minimum=PACKED_FROM)
    window = _checks.integer("window", window, minimum=8)
    most = min(L, 2048) // (share * 2**OCTAVES)
    if L > 2048 or window % 2 or window > most:
        raise ValueError(
            f"L must be at most 2048 and the window an even number of block spins, at most {most} "
            f"so that it fits at b = {2**OCTAVES}, got L = {L} and a window of {window}"
        )
    return packable_side(L), window


def three_temperatures(temperatures):
    """Three rising temperatures as floats; ValueError otherwise."""
    temperatures = [within("temperature", T, 1.0, 4.0) for T in temperatures]
    if len(temperatures) != 3 or sorted(set(temperatures)) != temperatures:
        raise ValueError(f"temperatures must be three rising numbers, got {temperatures}")
    return temperatures


def coupling_table():
    """Pairs of agreement of neighbours and coupling of the infinite lattice that has it, rising.

    The agreement is the mean of s s' over neighbours, minus half of Onsager's energy. Its slope is
    infinite at K_c, where the couplings crowd.
    """
    crowd = CRITICAL_K * np.geomspace(1e-6, 0.1, 41)
    ends = np.linspace(0, 0.4, 41), np.linspace(0.48, 1.4, 93)
    K = np.unique(np.r_[ends[0], CRITICAL_K - crowd, CRITICAL_K, CRITICAL_K + crowd, ends[1]])
    agreement = -np.asarray(onsager_energy(K)) / 2
    return np.round(np.column_stack([agreement, K]), 7).tolist()


def stack_recipe(window):
    """What the page must know to make the lattices and look at them."""
    return {**RECIPE, "octaves": OCTAVES, "window": window}
