"""Ising lattices in the page: which there can be, and how they start in equilibrium."""

from .. import _checks
from ..exact import CRITICAL_T
from ..multispin.coarse import FIELD_EXPONENT
from ._declare import Mark, Slider

__all__ = ["RECIPE", "lattice_side", "packable_side", "temperature"]

PACKED_FROM, PACKED_SIDE = 512, 128  # from here on 64 spins in a word; L a multiple of the second
RECIPE = {
    "critical": CRITICAL_T,
    "warm_up": 30,  # Swendsen-Wang sweeps from the ordered lattice before anything is shown
    "field_warm_up": 50,  # heat-bath sweeps after them where there is a field
    "packed_from": PACKED_FROM,
    "packed_side": PACKED_SIDE,
    "cluster_side": 512,  # a larger lattice starts from a smaller one, whose clusters are quick
    "settle": 100,  # sweeps that fill in what the smaller lattice does not have
    "field_exponent": FIELD_EXPONENT,  # of the smaller lattice's field, by the factor between them
}


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
