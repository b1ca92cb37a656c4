"""ln Z of a machine that is too large to be summed: annealed importance sampling."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from .. import _checks
from .._threads import one_blas_thread
from ..statistics import Estimate, jackknife
from ._kernels import _annealing_work
from .gibbs import Layers
from .machine import RBM

__all__ = ["annealed_log_z"]

MAX_BINS = 64


@one_blas_thread()
def annealed_log_z(
    rbm: RBM,
    *,
    n_chains: int = 256,
    n_steps: int = 1000,
    base: ArrayLike | None = None,
    rng: int | np.random.Generator,
) -> Estimate:
    """`Estimate` of ln Z: chains go in small steps from a machine without weights to this one.

    The machines between have the free energies, with 0 <= beta <= 1,

        F_beta(v) = -((1 - beta) base + beta a).v - sum_j ln(1 + exp(beta (b_j + (v.W)_j))).

    At beta = 0 the units are independent: ln Z_0 = sum_i ln(1 + exp(base_i)) + n_hidden ln 2 is
    known, and a fair sample costs nothing. Each step adds F_beta(v) - F_beta'(v) to the logarithm
    of the weight of a chain, then makes one Gibbs sweep at beta'. The mean weight is Z / Z_0
    without bias, however few the steps; its logarithm comes out too small, the more so the more
    the weights scatter. This is Jarzynski's equality: work in place of F_beta - F_beta'.

    Parameters
    ----------
    rbm : RBM
    n_chains : int
        Chains, at least 2; the error falls as 1 / sqrt(n_chains).
    n_steps : int
        Steps of beta from 0 to 1, all of equal length.
    base : array, shape (n_visible,), optional
        Biases of the machine at beta = 0; zero if not given. ln(p / (1 - p)) with the means p of
        the data shortens the way.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For numbers below these minima, a base that does not fit, a missing rng.

    References
    ----------
    R. M. Neal, Stat. Comput. 11, 125 (2001), doi:10.1023/A:1008923215028;
    R. Salakhutdinov and I. Murray, ICML 2008, doi:10.1145/1390156.1390266;
    C. Jarzynski, Phys. Rev. Lett. 78, 2690 (1997), doi:10.1103/PhysRevLett.78.2690.

    Examples
    --------
    Without weights there is nothing to anneal:

    >>> from rgcourse.rbm import RBM
    >>> free = RBM(np.zeros((3, 2)), np.zeros(3), np.zeros(2))
    >>> print(annealed_log_z(free, n_chains=2, n_steps=1, rng=1) / np.log(2))
    5 ± 0
    """
    n_chains = _checks.integer("n_chains", n_chains, minimum=2)
    n_steps = _checks.integer("n_steps", n_steps, minimum=1)
    random = _checks.generator(rng)
    a_0 = np.zeros(rbm.n_visible) if base is None else _checks.finite_array("base", base)  # i
    if a_0.shape != rbm.a.shape:
        raise ValueError(f"base must have shape {rbm.a.shape} as a has, got {a_0.shape}")

    layers = Layers(rbm, n_chains, random)
    v = (random.random((n_chains, rbm.n_visible)) < expit(a_0)).astype(np.float32)  # chain i
    h = np.empty((n_chains, rbm.n_hidden), np.float32)  # chain j
    work, log_weights = np.zeros(n_chains), np.zeros(n_chains)
    betas = np.linspace(0, 1, n_steps + 1, dtype=np.float32).astype(float)
    for low, high in zip(betas[:-1], betas[1:], strict=True):
        fields = np.dot(v, layers.W, out=layers.hidden_probabilities).reshape(-1)  # chain [i] [i] j
        _annealing_work(fields, layers.b, np.float32(low), np.float32(high), *h.shape, work)
        log_weights += work + (high - low) * (v @ (rbm.a - a_0))
        layers.draw_hidden(v, h, high)
        bias = ((1 - high) * a_0 + high * rbm.a).astype(np.float32)
        layers.draw_visible(h, v, high, bias)

    log_z0 = np.logaddexp(0, a_0).sum() + rbm.n_hidden * np.log(2)
    return jackknife(_log_mean, log_weights, n_bins=min(n_chains, MAX_BINS)) + log_z0


def _log_mean(log_weights):
    return np.logaddexp.reduce(log_weights) - np.log(len(log_weights))
