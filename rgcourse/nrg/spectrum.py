"""At which energies an electron can be put on the impurity: its spectral function.

    A(omega) = sum_ab (p_a + p_b) |<b|d^+_s|a>|**2 delta(omega - E_b + E_a)

for each spin s. A sum over all states wants a complete basis, and truncation provides one: the
states dropped after site N, for all N, each with any state of the sites that follow. The density
matrix is set up in them, traced back site by site, and every transition is counted once, at the
first shell that drops one of its two states. Energies within a shell are exact to its own scale.
So the total weight is 1 to rounding, whatever is cut.

d^+ is carried along the chain by its reduced matrix elements, and with it [H_orbital, d^+], whose
spectral function gives the self-energy.

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

from .. import _checks
from .._threads import one_blas_thread
from .flow import TOGETHER, bare_orbital, fitting_basis, iterate
from .sites import carry, shorten


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

    energies: np.ndarray
    weights: np.ndarray
    commutator: np.ndarray


@one_blas_thread()
def spectral_poles(impurity, chain, *, n_keep, T=0.0, basis=None, merge=0.01):
    """The `Poles` of the orbital at the beginning of a chain, for each spin.

    Parameters
    ----------
    impurity : Impurity
        With an orbital.
    chain : Chain
    n_keep : int
        Multiplets kept after each site.
    T : float
        Temperature, in units of D, not negative; 0 is the ground state of this chain.
    basis : Basis, optional
        As for `run`.
    merge : float
        Lines closer than this on a scale of ln|omega| are added up, at their mean energy; 0 lists
        all of them, which are many.

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
    if impurity.orbital is None:
        raise ValueError(
            "a bare spin takes no electron: the spectral function needs an impurity with an "
            "orbital, as anderson_impurity makes it"
        )
    basis = fitting_basis(impurity, chain, basis)
    energies, d = bare_orbital(impurity, basis)
    both = [d, {(h, t): (energies[t][:, None] - energies[h]) * d[h, t] for h, t in d}]
    shells, elements = [], []
    for shell in iterate(impurity, chain, n_keep=n_keep, basis=basis):
        shells.append(shell)
        elements.append(both)
        both = [carry(basis, shell.grown, shell.kept, operator) for operator in both]
    rest = _probabilities(basis, chain.scale, shells, T)
    lines, matrix = [], {}
    for N in reversed(range(chain.n_sites)):
        grown = shells[N].grown
        sizes = {key: len(e) for key, (e, _, _) in grown.items()}
        rho = {}
        for key, p in rest[N].items():
            k = sizes[key] - len(p)
            rho[key] = matrix.get(key, np.zeros((k, k))), p
        d, commutator = (carry(basis, grown, sizes, operator) for operator in elements[N])
        parts = [
            _lines(grown, rho, here, there, d[here, there], commutator[here, there])
            * [[chain.scale[N]], *[[basis.component(*there)]] * 2]
            for here, there in d
        ]
        lines.append(merged(np.concatenate(parts, axis=1), merge))
        matrix = shorten(basis, grown, rho)
    return Poles(*merged(np.concatenate(lines, axis=1), merge))


def _probabilities(basis, scale, shells, T):
    """For each shell {sector: probabilities of its dropped states}, environment included."""
    last = len(shells) - 1
    logs, above = [None] * (last + 1), 0.0  # above: this shell's zero from the last ground state
    for N, shell in reversed(list(enumerate(shells))):
        kept = shell.kept if N < last else {}
        dropped = {key: e[kept.get(key, 0) :] for key, (e, _, _) in shell.grown.items()}
        above -= shell.energies[0] * scale[N]
        if T > 0:
            free = (last - N) * math.log(4)
            logs[N] = {key: free - (above + e * scale[N]) / T for key, e in dropped.items()}
        else:
            close = TOGETHER if N == last else -math.inf
            logs[N] = {
                key: np.where(e - shell.energies[0] < close, 0.0, -math.inf)
                for key, e in dropped.items()
            }
    p = [{key: np.exp(x) for key, x in shell.items()} for shell in logs]
    total = sum(basis.states(*key) * x.sum() for shell in p for key, x in shell.items())
    return [{key: x / total for key, x in shell.items()} for shell in p]


def _lines(grown, rho, here, there, d, commutator):
    """Energies, weights, commutator's weights of d^+ from one sector to another, shape (3, n)."""
    (low, p), (low_there, p_there) = rho[here], rho[there]
    k, k_there = len(low), len(low_there)
    energies = grown[there][0][:, None] - grown[here][0]
    weights = np.empty((2, *d.shape))
    for weight, operator in zip(weights, (d, commutator), strict=True):
        weight[:, :k] = operator[:, :k] @ low
        weight[:, k:] = operator[:, k:] * p
        weight[:k_there] += low_there @ operator[:k_there]
        weight[k_there:] += p_there[:, None] * operator[k_there:]
        weight *= d
    both = np.stack([energies, *weights])
    # where both states go on, [:k_there, :k], a later shell knows better
    return np.concatenate(
        [both[:, k_there:].reshape(3, -1), both[:, :k_there, k:].reshape(3, -1)], axis=1
    )


def merged(lines, merge):
    """Lines (energies, weights, commutator's weights) with neighbours added up, ascending."""
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
