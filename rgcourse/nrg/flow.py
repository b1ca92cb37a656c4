"""Wilson's iteration: diagonalize, keep the lowest multiplets, rescale, add a site, repeat.

    h_{N+1} = sqrt(Lambda) h_N + t_N / scale_{N+1} sum_s (f^+_{N s} f_{N+1 s} + h.c.)

Energies are in units of scale_N = (1 + 1/Lambda)/2 Lambda**((1 - N)/2), so that a fixed point of
the renormalization group shows as levels that come back every second step.

References
----------
K. G. Wilson, Rev. Mod. Phys. 47, 773 (1975), doi:10.1103/RevModPhys.47.773.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import _checks
from .._threads import one_blas_thread
from .bases import ISOSPIN, MULTIPLETS, Basis, Sector
from .discretization import WilsonChain, energy_unit
from .sites import Operator, SectorStates, add_site, creation_operator

__all__ = ["Impurity", "NRGFlow", "Shell", "bare_orbital", "choose_basis", "iterate", "run"]

DEGENERACY_TOL = 1e-8  # levels closer than this, in units of the scale, stay together
# What is dropped must lie higher than this, in units of the scale. Measured for spins and orbitals
# at Lambda = 2 to 4, the lowest twelve levels of 16 shells are wrong by 0.04 to 2 where the lowest
# dropped level lies below 2, and by less than 0.1 where it lies above 2.5.
MIN_DROPPED_ENERGY = 2.0


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
    orbital: tuple[float, float, float] | None = None
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
    chain : WilsonChain
    impurity : Impurity
    basis : Basis
        In which it was calculated.
    n_keep : int
    """

    energies: list[NDArray[np.float64]]
    charge: list[NDArray[np.int64]]
    spin: list[NDArray[np.float64]]
    ground: NDArray[np.float64]
    kept: NDArray[np.int64]
    largest_block: NDArray[np.int64]
    chain: WilsonChain
    impurity: Impurity
    basis: Basis
    n_keep: int

    @property
    def Lambda(self) -> float:
        """Ratio of neighbouring energy intervals."""
        return self.chain.Lambda

    @property
    def n_sites(self) -> int:
        """Sites of the chain, without the impurity."""
        return self.chain.n_sites

    @property
    def scale(self) -> NDArray[np.float64]:
        """Units of `energies`, in units of D, shape (n_sites,)."""
        return self.chain.scale

    def multiplicity(self, N: int) -> NDArray[np.int64]:
        """How many states each entry of `energies[N]` stands for.

        Raises
        ------
        ValueError
            If there is no site N.
        """
        self._has_site(N)
        return self.basis.multiplicity(np.rint(2 * self.spin[N]).astype(int))

    def levels(self, N: int, n_levels: int) -> NDArray[np.float64]:
        """The lowest `n_levels` energies after site N, every state counted, in units of scale[N].

        Parameters
        ----------
        N : int
            Site added last, from 0.
        n_levels : int
            How many; fewer come back where there are fewer.

        Raises
        ------
        ValueError
            If there is no site N.
        """
        n_levels = _checks.integer("n_levels", n_levels, minimum=0)
        self._has_site(N)
        return np.repeat(self.energies[N], self.multiplicity(N))[:n_levels]

    def _has_site(self, N):
        if not (isinstance(N, (int, np.integer)) and 0 <= N < self.n_sites):
            raise ValueError(f"the chain has sites 0 .. {self.n_sites - 1}, got N = {N}")


@one_blas_thread()
def run(
    impurity: Impurity, chain: WilsonChain, *, n_keep: int, basis: Basis | None = None
) -> NRGFlow:
    """The `NRGFlow` of an impurity at the beginning of a chain.

    After each site the lowest `n_keep` multiplets of charge and spin are kept, or fewer: levels
    that are degenerate (closer than 1e-8) stay together, and the cut falls below the group that
    does not fit. All bases cut in the same place.

    Parameters
    ----------
    impurity : Impurity
    chain : WilsonChain
    n_keep : int
        Multiplets; a few hundred. At Lambda = 2.5, the lowest levels are right to 1e-2 with 40,
        2e-3 with 100, 2e-5 with 200.
    basis : Basis, optional
        `MULTIPLETS`, `ISOSPIN` or `PROJECTIONS` of `rgcourse.nrg`; if left out, `ISOSPIN` where
        there is particle-hole symmetry and `MULTIPLETS` elsewhere. The result is the same, but
        `PROJECTIONS` lists states instead of multiplets, and takes longest.

    Raises
    ------
    ValueError
        If n_keep is so small that the lowest group of degenerate multiplets does not fit, or that
        levels are dropped which later sites still need, those below 2 in units of the scale; or if
        the model does not have the symmetry of the basis.
    """
    basis = choose_basis(impurity, chain, basis)
    shells, ground, total = [], [], 0.0
    for N, shell in enumerate(iterate(impurity, chain, n_keep=n_keep, basis=basis)):
        total += shell.energies[0] * chain.scale[N]
        ground.append(total)
        rows = max(len(e) for e, _, _ in shell.sectors.values())
        above = shell.energies - shell.energies[0]
        shells.append((above, shell.charge, shell.twice_spin / 2, shell.n_kept, rows))
    levels, charge, spin, n_kept, largest = (list(column) for column in zip(*shells, strict=True))
    return NRGFlow(
        levels, charge, spin, np.array(ground), np.array(n_kept), np.array(largest), chain,
        impurity, basis, n_keep,
    )  # fmt: skip


def choose_basis(impurity: Impurity, chain: WilsonChain, basis: Basis | None = None) -> Basis:
    """The basis asked for, or the one with the most symmetry that the model has.

    Parameters
    ----------
    impurity : Impurity
    chain : WilsonChain
    basis : Basis, optional

    Raises
    ------
    ValueError
        Where `ISOSPIN` is asked for and not conserved, or there is no impurity or no chain.
    """
    if not isinstance(impurity, Impurity) or not isinstance(chain, WilsonChain):
        raise ValueError(
            f"an Impurity and a WilsonChain are needed, such as anderson_impurity(...) and "
            f"flat_chain(...), got {type(impurity).__name__} and {type(chain).__name__}"
        )
    orbital = impurity.orbital
    symmetric = not np.any(chain.onsite) and (orbital is None or orbital[0] == orbital[2])
    if basis is ISOSPIN and not symmetric:
        raise ValueError("without particle-hole symmetry isospin is not conserved; use MULTIPLETS")
    return basis or (ISOSPIN if symmetric else MULTIPLETS)


class Shell(NamedTuple):
    """All states of a chain of sites 0 .. N, in units of its scale, before the energies shift.

    `sectors` is what `sites.add_site` returns and `kept` counts the states of each sector that go
    on; the others list multiplets (or states) in ascending order of energy, `n_kept` of which go
    on.
    """

    sectors: dict[Sector, SectorStates]
    kept: dict[Sector, int]
    energies: NDArray[np.float64]
    charge: NDArray[np.int64]
    twice_spin: NDArray[np.int64]
    n_kept: int


def iterate(
    impurity: Impurity, chain: WilsonChain, *, n_keep: int, basis: Basis
) -> Iterator[Shell]:
    """Yield the `Shell` of N = 0, 1, ... one after the other.

    Parameters
    ----------
    impurity, chain, n_keep
        As for `run`.
    basis : Basis
        From `choose_basis`.
    """
    n_keep = _checks.integer("n_keep", n_keep, minimum=1)
    Lambda, scale = chain.Lambda, chain.scale
    f: Operator
    if impurity.orbital is None:
        energies, f = {(0, twice_spin): np.zeros(1) for twice_spin in basis.impurity_spins}, {}
        exchange, hop = impurity.exchange / scale[0], 0.0
    else:
        energies, f = bare_orbital(impurity, basis)
        energies = {key: e / energy_unit(Lambda, -1) for key, e in energies.items()}
        exchange, hop = 0.0, impurity.coupling / scale[0]
    for N in range(chain.n_sites):
        last = N == chain.n_sites - 1
        onsite = chain.onsite[N] / scale[N]
        sectors = add_site(
            basis, energies, f, factor=math.sqrt(Lambda), hop=hop,
            site=(-onsite, 0.0, onsite), exchange=exchange,
        )  # fmt: skip
        levels, charge, twice_spin = _listed(basis, sectors)
        cut = _cut(levels[basis.represents_multiplet(twice_spin)], n_keep, N, last=last)
        kept = {key: int(np.searchsorted(e, cut, "right")) for key, (e, _, _) in sectors.items()}
        kept = {key: k for key, k in kept.items() if k}
        n_kept = int(np.searchsorted(levels, cut, "right"))
        yield Shell(sectors, kept, levels, charge, twice_spin, n_kept)
        if not last:
            energies = {key: sectors[key].energies[:k] - levels[0] for key, k in kept.items()}
            f = creation_operator(basis, sectors, kept, sign=(-1) ** N)
            exchange, hop = 0.0, chain.hoppings[N] / scale[N + 1]


def bare_orbital(
    impurity: Impurity, basis: Basis
) -> tuple[dict[Sector, NDArray[np.float64]], Operator]:
    """(energies in units of D, elements of d^+) of the orbital alone, for `sites.add_site`.

    Raises
    ------
    ValueError
        For a bare spin, which has no orbital.
    """
    if impurity.orbital is None:
        raise ValueError(
            "a bare spin takes no electron: the spectral function needs an impurity with an "
            "orbital, as anderson_impurity makes it"
        )
    sectors = add_site(basis, {(0, 0): np.zeros(1)}, {}, site=impurity.orbital)
    energies = {sector: e for sector, (e, _, _) in sectors.items()}
    everything = {key: len(e) for key, e in energies.items()}
    return energies, creation_operator(basis, sectors, everything, sign=-1)


def _listed(basis, sectors):
    """Energies ascending, with charge and twice_spin, one entry for each multiplet (or state)."""
    parts = []
    for (q, twice_spin), (e, _, _) in sectors.items():
        charges = basis.charges(q)
        n = len(e) * len(charges)
        spins = np.full(n, twice_spin)
        parts.append((np.tile(e, len(charges)), np.repeat(charges, len(e)), spins))
    energies, charge, twice_spin = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((twice_spin, charge, energies))
    return energies[order], charge[order], twice_spin[order]


def _cut(energies, n_keep, N, *, last):
    """The energy up to which states are kept, given all multiplets."""
    if len(energies) <= n_keep:
        return math.inf
    gaps = np.flatnonzero(np.diff(energies[: n_keep + 1]) > DEGENERACY_TOL)
    if len(gaps) == 0:
        group = np.searchsorted(energies, energies[0] + DEGENERACY_TOL, "right")
        raise ValueError(
            f"n_keep = {n_keep} is too small: after site {N} the lowest {group} multiplets are "
            f"degenerate and must be kept together; use n_keep of a few hundred"
        )
    highest, dropped = energies[gaps[-1]], energies[gaps[-1] + 1]
    if not last and dropped - energies[0] < MIN_DROPPED_ENERGY:
        needed = np.searchsorted(energies, energies[0] + MIN_DROPPED_ENERGY)
        raise ValueError(
            f"n_keep = {n_keep} is too small: after site {N} it drops levels from "
            f"{dropped - energies[0]:.3g} scale[{N}] on, but all below {MIN_DROPPED_ENERGY:g} "
            f"scale[{N}], {needed} multiplets, still matter to the next sites; use n_keep = 100 or "
            f"more"
        )
    return (highest + dropped) / 2
