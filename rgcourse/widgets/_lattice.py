"""Ising lattices in the page: which there can be, and how they start in equilibrium."""

import math

import numpy as np

from .. import _checks, exact
from ..exact import CRITICAL_T
from ..multispin.coarse import FIELD_EXPONENT
from ._declare import Mark, Slider

__all__ = ["RECIPE", "TRAVEL", "exact_curves", "lattice_side", "packable_side", "temperature"]

PACKED_FROM, PACKED_SIDE = 512, 128  # from here on 64 spins in a word; L a multiple of the second
CLUSTERS_UP_TO = 512  # a larger lattice starts from a smaller one, whose clusters are quick
RECIPE = {
    "critical": CRITICAL_T,
    "warm_up": 30,  # Swendsen-Wang sweeps from the ordered lattice before anything is shown
    "field_warm_up": 50,  # heat-bath sweeps after them where there is a field
    "packed_from": PACKED_FROM,
    "packed_side": PACKED_SIDE,
    "cluster_side": CLUSTERS_UP_TO,
    "settle": 100,  # sweeps that fill in what the smaller lattice does not have
    "field_exponent": FIELD_EXPONENT,  # of the smaller lattice's field, by the factor between them
}
# Where the reader has a field. (From one temperature to another, and on 512 x 512, the page takes
# two warm-ups: from 2.35 or 1.5 to the critical point |m| is off by less than 0.02 then.)
TRAVEL = RECIPE | {"field_warm_up": 300}

# Of energy and |m| under single-spin updates: 0.1 sweeps times the length to the power z, where the
# length is that of the lattice or pi correlation lengths. The factor is a measured bound.
MEMORY, MEMORY_EXPONENT = 0.1, 2.1665
APART = 1 / 30  # of two temperatures of a table, where nothing is steep


def temperature(low=1.0, high=4.0):
    """The slider of a temperature in units of J / k_B, at the critical one to begin with."""
    return Slider(low, high, CRITICAL_T, step=0.01, fine=0.001, digits=3, label="Temperature",
                  marks=[Mark(CRITICAL_T, "Tc", "c")], heat=True)  # fmt: skip


def lattice_side(L, halvings, largest=1024):
    """`L` as an int; ValueError unless it can be halved that often and fits the page."""
    L = _checks.integer("L", L, minimum=16)
    if L > largest or L % 2**halvings:
        raise ValueError(
            f"L must be a multiple of {2**halvings} of at most {largest}, so that every panel is "
            f"whole and the page stays quick, got {L}; use 256 or 512"
        )
    return L


def packable_side(L):
    """`L`; ValueError when it is so large that it must be packed and cannot be."""
    if L >= PACKED_FROM and L % PACKED_SIDE:
        raise ValueError(
            f"from L = {PACKED_FROM} up, L must be a multiple of {PACKED_SIDE}, for 64 spins are "
            f"packed in a word, got {L}; use {round(L / PACKED_SIDE) * PACKED_SIDE}"
        )
    return L


def exact_curves(L, low, high):
    """What is exact between two temperatures, for drawing and for judging what was measured.

    Lists `T`; `E` of the L x L lattice (Kaufman) and `spread`, the standard deviation of its
    energy from one lattice to the next; `m` of the infinite lattice (Yang); and `memory`, for how
    many sweeps of single spins a lattice remembers, at most.
    """
    even = np.linspace(low, high, 1 + math.ceil((high - low) / APART))
    T = np.unique(np.r_[even, near_critical(low, high)])
    torus = exact.kaufman(L, 1 / T)
    inverse_length = np.abs(2 / T + np.log(np.tanh(1 / T)))
    length = np.minimum(L, np.pi / np.maximum(inverse_length, 1 / L))
    curves = {
        "T": np.round(T, 7),
        "E": np.round(torus.energy, 5),
        "m": np.round(exact.spontaneous_magnetization(1 / T), 4),
        "spread": np.round(T * np.sqrt(torus.specific_heat) / L, 5),
        "memory": np.rint(MEMORY * length**MEMORY_EXPONENT),
    }
    return {name: values.tolist() for name, values in curves.items()}


def near_critical(low, high):
    """Temperatures that crowd at the critical one, where the curves are steep.

    Straight lines between them miss the energy by less than 2.5e-4.
    """
    steps = np.r_[np.geomspace(1e-6, 1e-3, 4), np.geomspace(1e-3, 0.15, 33)[1:]]
    grid = CRITICAL_T * np.r_[1 - steps, 1 + 1e-12, 1 + steps]
    return grid[(grid > low) & (grid < high)]
