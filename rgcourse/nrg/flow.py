"""Wilson's iteration: diagonalize, keep the lowest multiplets, rescale, add a site, repeat.

    h_{N+1} = sqrt(Lambda) h_N + t_N / scale_{N+1} sum_s (f^+_{N s} f_{N+1 s} + h.c.)

Energies are in units of scale_N = (1 + 1/Lambda)/2 Lambda**((1 - N)/2), so that a fixed point of
the renormalization group shows as levels that come back every second step.

References
----------
K. G. Wilson, Rev. Mod. Phys. 47, 773 (1975), doi:10.1103/RevModPhys.47.773.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .. import _checks
from .._threads import one_blas_thread
from .bases import ISOSPIN, MULTIPLETS, Basis
from .chain import Chain, energy_unit
from .sites import grow, operator

TOGETHER = 1e-8  # levels closer than this are kept or dropped together


@dataclass(frozen=True, eq=False)
class Impurity:
    """What sits at the beginning of the chain.

    Parameters
    ----------
    exchange : float
        J of J S.s for a spin 1/2, in units of D; used when `orbital` is None.
    orbital : tuple or None
        Energies of an orbital with 0, 1 and 2 electrons, in units of D.
    coupling : float
        V of V sum_s (d^+_s f_0s + h.c.) for an orbital.
    """

    exchange: float = 0.0
    orbital: tuple | None = None
    coupling: float = 0.0


@dataclass(frozen=True, eq=False)
class NRGFlow:
    """Levels of a growing chain, one entry of each list for each site added, N = 0, 1, ...

    Parameters
    ----------
    energies : list of arrays
        Ascending, from the ground state, in units of `scale[N]`: everything that was
        diagonalized, also what was dropped afterwards.
    charge : list of integer arrays
        Electrons minus sites (an impurity orbital is a site, a bare spin is none).
    spin : list of arrays
        S of each multiplet; S_z of each state in the basis of projections.
    ground : array
        Ground-state energies, in units of D.
    kept : array
        How many entries of `energies[N]` were kept.
    largest_block : array
        Rows of the largest matrix that was diagonalized.
    chain : Chain
    impurity : Impurity
    basis : Basis
        In which it was calculated.
    n_keep : int
    """

    energies: list
    charge: list
    spin: list
    ground: np.ndarray
    kept: np.ndarray
    largest_block: np.ndarray
    chain: Chain
    impurity: Impurity
    basis: Basis
    n_keep: int

    @property
    def Lambda(self):
        """Ratio of neighbouring energy intervals."""
        return self.chain.Lambda

    @property
    def n_sites(self):
        """Sites of the chain, without the impurity."""
        return self.chain.n_sites

    @property
    def scale(self):
        """Units of `energies`, in units of D, shape (n_sites,)."""
        return self.chain.scale

    def multiplicity(self, N):
        """How many states each entry of `energies[N]` stands for."""
        return self.basis.multiplicity(np.rint(2 * self.spin[N]).astype(int))

    def levels(self, N, n_levels):
        """The lowest `n_levels` energies after site N, every state counted, in units of scale[N].

        Raises
        ------
        ValueError
            If there is no site N.
        """
        if not 0 <= N < self.n_sites:
            raise ValueError(f"the chain has sites 0 .. {self.n_sites - 1}, got N = {N}")
        return np.repeat(self.energies[N], self.multiplicity(N))[:n_levels]


@one_blas_thread()
def run(impurity, chain, *, n_keep, basis=None):
    """The `NRGFlow` of an impurity at the beginning of a chain.

    After each site the lowest `n_keep` multiplets of charge and spin are kept, or fewer: levels
    that are degenerate (closer than 1e-8) stay together, and the cut falls below the group that
    does not fit. All bases cut in the same place.

    Parameters
    ----------
    impurity : Impurity
    chain : Chain
    n_keep : int
        Multiplets.
    basis : Basis, optional
        `MULTIPLETS`, `ISOSPIN` or `PROJECTIONS` of `rgcourse.nrg`; if left out, `ISOSPIN` where
        there is particle-hole symmetry and `MULTIPLETS` elsewhere. The result is the same, but
        `PROJECTIONS` lists states instead of multiplets, and takes longest.

    Raises
    ------
    ValueError
        If n_keep is so small that not even the lowest group of degenerate multiplets fits, or the
        model does not have the symmetry of the basis.
    """
    basis = fitting_basis(impurity, chain, basis)
    shells, ground, total = [], [], 0.0
    for N, shell in enumerate(iterate(impurity, chain, n_keep=n_keep, basis=basis)):
        total += shell.energies[0] * chain.scale[N]
        ground.append(total)
        largest = max(len(e) for e, _, _ in shell.grown.values())
        levels = shell.energies - shell.energies[0]
        shells.append((levels, shell.charge, shell.x / 2, shell.n_kept, largest))
    levels, charge, spin, n_kept, largest = map(list, zip(*shells, strict=True))
    return NRGFlow(
        levels, charge, spin, np.array(ground), np.array(n_kept), np.array(largest), chain,
        impurity, basis, n_keep,
    )  # fmt: skip


def fitting_basis(impurity, chain, basis=None):
    """The basis asked for, or the one with most symmetry; ValueError where isospin is asked for
    and not conserved.
    """
    orbital = impurity.orbital
    symmetric = not np.any(chain.onsite) and (orbital is None or orbital[0] == orbital[2])
    if basis is ISOSPIN and not symmetric:
        raise ValueError("without particle-hole symmetry isospin is not conserved; use MULTIPLETS")
    return basis or (ISOSPIN if symmetric else MULTIPLETS)


class Shell(NamedTuple):
    """All states of a chain of sites 0 .. N, in units of its scale, before the energies shift.

    `grown` is that of `sites.grow` and `kept` that of `sites.operator`; the others list multiplets
    (or states) in ascending order of energy, `n_kept` of which go on.
    """

    grown: dict
    kept: dict
    energies: np.ndarray
    charge: np.ndarray
    x: np.ndarray
    n_kept: int


def iterate(impurity, chain, *, n_keep, basis):
    """Yield the `Shell` of N = 0, 1, ... one after the other."""
    n_keep = _checks.integer("n_keep", n_keep, minimum=1)
    Lambda, scale = chain.Lambda, chain.scale
    if impurity.orbital is None:
        energies, f = {(0, x): np.zeros(1) for x in basis.impurity_spins}, {}
        exchange, hop = impurity.exchange / scale[0], 0.0
    else:
        energies, f = bare_orbital(impurity, basis)
        energies = {key: e / energy_unit(Lambda, -1) for key, e in energies.items()}
        exchange, hop = 0.0, impurity.coupling / scale[0]
    for N in range(chain.n_sites):
        onsite = chain.onsite[N] / scale[N]
        grown = grow(
            basis, energies, f, factor=math.sqrt(Lambda), hop=hop,
            site=(-onsite, 0.0, onsite), exchange=exchange,
        )  # fmt: skip
        levels, charge, x = _shell(basis, grown)
        cut = _cut(levels[basis.counted(x)], n_keep, N)
        kept = {key: int(np.searchsorted(e, cut, "right")) for key, (e, _, _) in grown.items()}
        kept = {key: k for key, k in kept.items() if k}
        yield Shell(grown, kept, levels, charge, x, np.searchsorted(levels, cut, "right"))
        if N < chain.n_sites - 1:
            energies = {key: grown[key][0][:k] - levels[0] for key, k in kept.items()}
            f = operator(basis, grown, kept, sign=(-1) ** N)
            exchange, hop = 0.0, chain.hoppings[N] / scale[N + 1]


def bare_orbital(impurity, basis):
    """(energies in units of D, elements of d^+) of the orbital alone, for `sites.grow`."""
    grown = grow(basis, {(0, 0): np.zeros(1)}, {}, site=impurity.orbital)
    energies = {sector: e for sector, (e, _, _) in grown.items()}
    return energies, operator(basis, grown, {key: len(e) for key, e in energies.items()}, sign=-1)


def _shell(basis, grown):
    """Energies ascending, with charge and x, one entry for each multiplet (or state)."""
    parts = []
    for (a, x), (e, _, _) in grown.items():
        charges = basis.charges(a)
        n = len(e) * len(charges)
        parts.append((np.tile(e, len(charges)), np.repeat(charges, len(e)), np.full(n, x)))
    energies, charge, x = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((x, charge, energies))
    return energies[order], charge[order], x[order]


def _cut(energies, n_keep, N):
    """The energy up to which states are kept, given all multiplets."""
    if len(energies) <= n_keep:
        return math.inf
    gaps = np.flatnonzero(np.diff(energies[: n_keep + 1]) > TOGETHER)
    if len(gaps) == 0:
        group = np.searchsorted(energies, energies[0] + TOGETHER, "right")
        raise ValueError(
            f"n_keep = {n_keep} is too small: after site {N} the lowest {group} multiplets are "
            f"degenerate and must be kept together; use n_keep of a few hundred"
        )
    return (energies[gaps[-1]] + energies[gaps[-1] + 1]) / 2
