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

import numpy as np

from .. import _checks
from .chain import Chain, energy_unit
from .sites import MULTIPLETS, grow, operator

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
    chain : Chain
    impurity : Impurity
    basis : namespace
        `rgcourse.nrg.sites.MULTIPLETS` or `PROJECTIONS`.
    n_keep : int
    """

    energies: list
    charge: list
    spin: list
    ground: np.ndarray
    kept: np.ndarray
    chain: Chain
    impurity: Impurity
    basis: object
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
        x = np.rint(2 * self.spin[N]).astype(int)
        return np.array([self.basis.multiplicity(int(k)) for k in x])

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


def run(impurity, chain, *, n_keep, basis=MULTIPLETS):
    """The `NRGFlow` of an impurity at the beginning of a chain.

    After each site the lowest `n_keep` multiplets are kept, or fewer: levels that are degenerate
    (closer than 1e-8) stay together, and the cut falls below the group that does not fit. Both
    bases cut in the same place.

    Parameters
    ----------
    impurity : Impurity
    chain : Chain
    n_keep : int
        Multiplets.
    basis : MULTIPLETS or PROJECTIONS
        The second only to check the first: it takes several times as long.

    Raises
    ------
    ValueError
        If n_keep is so small that not even the lowest group of degenerate multiplets fits.
    """
    n_keep = _checks.integer("n_keep", n_keep, minimum=1)
    Lambda, scale = chain.Lambda, chain.scale
    before = energy_unit(Lambda, -1)
    exchange, hop = impurity.exchange / scale[0], 0.0
    if impurity.orbital is None:
        energies, f = {(0, x): np.zeros(1) for x in basis.spins}, {}
    else:
        site = tuple(e / before for e in impurity.orbital)
        grown = grow(basis, {(0, 0): np.zeros(1)}, {}, site=site)
        energies, f = _drop_nothing(basis, grown)
        exchange, hop = 0.0, impurity.coupling / scale[0]
    shells, ground, kept_counts = [], [], []
    total = 0.0
    for N in range(chain.n_sites):
        onsite = chain.onsite[N] / scale[N]
        grown = grow(
            basis, energies, f, factor=math.sqrt(Lambda), hop=hop,
            site=(-onsite, 0.0, onsite), exchange=exchange,
        )  # fmt: skip
        shell = _sorted(grown)
        lowest = shell[0][0]
        total += lowest * scale[N]
        cut = _cut(basis, shell, n_keep, N)
        kept = {key: np.searchsorted(e, cut, "right") for key, (e, _, _) in grown.items()}
        kept = {key: int(k) for key, k in kept.items() if k}
        energies = {key: grown[key][0][:k] - lowest for key, k in kept.items()}
        if N < chain.n_sites - 1:
            f = operator(basis, grown, kept)
            exchange, hop = 0.0, chain.hoppings[N] / scale[N + 1]
        shells.append((shell[0] - lowest, shell[1], shell[2] / 2))
        ground.append(total)
        kept_counts.append(sum(kept.values()))
    levels, charge, spin = map(list, zip(*shells, strict=True))
    return NRGFlow(
        levels, charge, spin, np.array(ground), np.array(kept_counts), chain, impurity, basis,
        n_keep,
    )  # fmt: skip


def _drop_nothing(basis, grown):
    """Energies and operator of a shell that is kept as a whole."""
    kept = {key: len(e) for key, (e, _, _) in grown.items()}
    return {key: e for key, (e, _, _) in grown.items()}, operator(basis, grown, kept)


def _sorted(grown):
    """Energies ascending, with charges and x of their sectors."""
    energies = np.concatenate([e for e, _, _ in grown.values()])
    Q, x = (
        np.concatenate([np.full(len(e), key[i]) for key, (e, _, _) in grown.items()])
        for i in (0, 1)
    )
    order = np.lexsort((x, Q, energies))
    return energies[order], Q[order], x[order]


def _cut(basis, shell, n_keep, N):
    """The energy up to which states are kept."""
    energies, _, x = shell
    if basis is not MULTIPLETS:
        energies = energies[[basis.counted(int(k)) for k in x]]
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
