"""At which energies an electron can be put on the impurity: its spectral function.

    A(omega) = sum_ab (p_a + p_b) |<b|d^+_s|a>|**2 delta(omega - E_b + E_a)

for each spin s. The sum runs over a complete set of states, and truncation provides one: the
states discarded after site N, for all N, each combined with any state of the sites that follow.
The density matrix is written in them and traced back site by site, and every transition is counted
once, at the first shell that discards one of its two states. Energies within a shell are exact on
the scale of that shell. So the total weight is 1 to rounding, however much is discarded.

d^+ is transformed from site to site by its reduced matrix elements, and with it [H_orbital, d^+],
whose spectral function gives the self-energy.

Legs in the comments: `state`, all states of a sector, of which the first are `kept` and the others
`discarded`; a prime marks the sector that d^+ leads to.

References
----------
F. B. Anders and A. Schiller, Phys. Rev. Lett. 95, 196801 (2005),
doi:10.1103/PhysRevLett.95.196801 (complete basis).
R. Peters, T. Pruschke and F. B. Anders, Phys. Rev. B 74, 245114 (2006),
doi:10.1103/PhysRevB.74.245114; A. Weichselbaum and J. von Delft, Phys. Rev. Lett. 99, 076402
(2007), doi:10.1103/PhysRevLett.99.076402 (spectral functions from it).
R. Bulla, A. C. Hewson and T. Pruschke, J. Phys.: Condens. Matter 10, 8365 (1998),
doi:10.1088/0953-8984/10/37/021 (self-energy).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import _checks
from .._threads import one_blas_thread
from .bases import Basis, Sector
from .discretization import WilsonChain
from .flow import DEGENERACY_TOL, Impurity, bare_orbital, choose_basis, iterate
from .sites import trace_out_site, transform_operator

__all__ = ["Poles", "merge_lines", "spectral_poles"]


@dataclass(frozen=True, eq=False)
class Poles:
    """A spectral function as a list of lines, in units of D.

    Parameters
    ----------
    energies : array, shape (n,)
    weights : array, shape (n,)
        Of d^+; their sum is 1.
    commutator : array, shape (n,)
        Of d^+ and [d, H_orbital]; their sum is delta + U (n_d - 1) / 2.
    """

    energies: NDArray[np.float64]
    weights: NDArray[np.float64]
    commutator: NDArray[np.float64]


@one_blas_thread()
def spectral_poles(
    impurity: Impurity,
    chain: WilsonChain,
    *,
    n_keep: int,
    T: float = 0.0,
    basis: Basis | None = None,
    merge: float = 0.01,
) -> Poles:
    """The `Poles` of the orbital at the beginning of a chain, for each spin.

    Parameters
    ----------
    impurity : Impurity
        With an orbital.
    chain : WilsonChain
    n_keep : int
        Multiplets kept after each site.
    T : float
        Temperature, in units of D, not negative; 0 is the ground state of this chain.
    basis : Basis, optional
        As for `run`.
    merge : float
        Lines closer than this on a scale of ln|omega| are added up, at their mean energy; with 0
        every line is listed, and there are many.

    Raises
    ------
    ValueError
        For an impurity without orbital, negative T or merge, and as `run`.

    Examples
    --------
    Without a band: an orbital with one electron gives it at -U/2, or takes a second one at U/2.

    >>> from rgcourse.nrg import Impurity, flat_chain
    >>> atom = Impurity(orbital=(0.5, 0.0, 0.5), coupling=0.0)
    >>> poles = spectral_poles(atom, flat_chain(2.0, 1), n_keep=100)
    >>> poles.energies.round(9).tolist(), poles.weights.round(9).tolist()
    ([-0.5, 0.5], [0.5, 0.5])
    """
    T, merge = _checks.finite("T", T), _checks.finite("merge", merge)
    if T < 0 or merge < 0:
        raise ValueError(f"T and merge must not be negative, got T = {T:g}, merge = {merge:g}")
    basis = choose_basis(impurity, chain, basis)
    energies, d = bare_orbital(impurity, basis)
    commutator = {
        (here, there): (energies[there][:, None] - energies[here]) * element  # state' state
        for (here, there), element in d.items()
    }
    both = [d, commutator]
    shells, operators = [], []
    for shell in iterate(impurity, chain, n_keep=n_keep, basis=basis):
        shells.append(shell)
        operators.append(both)  # between the states that this shell is made of
        both = [transform_operator(basis, shell.sectors, shell.kept, x) for x in both]
    discarded = _discarded_probabilities(basis, chain.scale, shells, T)
    lines: list[NDArray[np.float64]] = []
    matrix: dict[Sector, NDArray[np.float64]] = {}
    for N in reversed(range(chain.n_sites)):
        sectors = shells[N].sectors
        sizes = {key: len(e) for key, (e, _, _) in sectors.items()}
        rho = {}
        for key, p in discarded[N].items():
            k = sizes[key] - len(p)
            rho[key] = matrix.get(key, np.zeros((k, k))), p  # kept kept; discarded
        d, commutator = (transform_operator(basis, sectors, sizes, x) for x in operators[N])
        parts = [
            _transitions(sectors, rho, here, there, d[here, there], commutator[here, there])
            * [[chain.scale[N]], *[[basis.creation_weight(*there)]] * 2]
            for here, there in d
        ]
        lines.append(merge_lines(np.concatenate(parts, axis=1), merge))
        matrix = trace_out_site(basis, sectors, rho)
    return Poles(*merge_lines(np.concatenate(lines, axis=1), merge))


def _discarded_probabilities(basis, scale, shells, T):
    """For each shell {sector: probabilities of its discarded states}, environment included."""
    last = len(shells) - 1
    logs, above = [None] * (last + 1), 0.0  # above: this shell's zero from the last ground state
    for N, shell in reversed(list(enumerate(shells))):
        kept = shell.kept if N < last else {}
        discarded = {key: e[kept.get(key, 0) :] for key, (e, _, _) in shell.sectors.items()}
        above -= shell.energies[0] * scale[N]
        if T > 0:
            free = (last - N) * math.log(4)  # each site that follows has four states
            logs[N] = {key: free - (above + e * scale[N]) / T for key, e in discarded.items()}
        else:
            close = DEGENERACY_TOL if N == last else -math.inf
            logs[N] = {
                key: np.where(e - shell.energies[0] < close, 0.0, -math.inf)
                for key, e in discarded.items()
            }
    p = [{key: np.exp(x) for key, x in shell.items()} for shell in logs]
    total = sum(basis.n_states(*key) * x.sum() for shell in p for key, x in shell.items())
    return [{key: x / total for key, x in shell.items()} for shell in p]


def _transitions(sectors, rho, here, there, d, commutator):
    """Energies, weights, commutator's weights of d^+ from one sector to another, shape (3, n).

    `d` and `commutator` have the legs state' state.
    """
    (low, p), (low_there, p_there) = rho[here], rho[there]  # kept kept; discarded
    k, k_there = len(low), len(low_there)
    energies = sectors[there].energies[:, None] - sectors[here].energies  # state' state
    weights = np.empty((2, *d.shape))  # which state' state
    for weight, element in zip(weights, (d, commutator), strict=True):
        weight[:, :k] = element[:, :k] @ low  # state' [kept] [kept] kept
        weight[:, k:] = element[:, k:] * p
        weight[:k_there] += low_there @ element[:k_there]  # kept' [kept'] [kept'] state
        weight[k_there:] += p_there[:, None] * element[k_there:]
        weight *= d
    both = np.stack([energies, *weights])
    # where both states are kept, [:k_there, :k], a later shell knows better
    return np.concatenate(
        [both[:, k_there:].reshape(3, -1), both[:, :k_there, k:].reshape(3, -1)], axis=1
    )


def merge_lines(lines: NDArray[np.float64], merge: float) -> NDArray[np.float64]:
    """Lines with neighbours added up, ascending in energy, shape (3, fewer).

    Parameters
    ----------
    lines : array, shape (3, n)
        Energies, weights, and weights of the commutator; those without any weight are left out.
    merge : float
        Width on a scale of ln|omega| within which lines become one; 0 only sorts them.
    """
    lines = lines[:, lines[1:].any(axis=0)]
    energies, weights, commutator = lines
    if merge == 0:
        return lines[:, np.argsort(energies)]
    size = np.log(np.maximum(np.abs(energies), 1e-300))
    key = np.sign(energies) * (np.round(size / merge) + 1e6)
    _, index = np.unique(key, return_inverse=True)
    count = index.max(initial=-1) + 1
    mass = np.abs(weights) + np.abs(commutator)
    sums = [np.bincount(index, x, count) for x in (mass * energies, mass, weights, commutator)]
    return np.stack([sums[0] / sums[1], *sums[2:]])
