"""A lattice seen from so far away that it is one site: which couplings has that site?

A periodic lattice of b**d sites, zoomed out by b, is one site with the field b**((d - 2)/2) m,
where m is the mean of the lattice. Its second and fourth moments say which weight
exp(-r phi**2/2 - u phi**4/4!) it has. So the coupling u after a zoom can be measured in a sampled
field, without an expansion.
"""

import functools

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .._random import random_state
from .free import lattice_momenta
from .phi4 import MAX_SITES, fill_neighbours, proposal_width, sample_means

__all__ = [
    "SHIFTS", "WARM_UP", "mass_shift", "one_site_coupling", "one_site_table", "sample_one_site",
]  # fmt: skip

WARM_UP, SHIFTS = 100, 4  # sweeps before the first sample; steps of the mean after each sweep

RATIOS = np.r_[np.linspace(-30, -3, 55)[:-1], np.linspace(-3, 3, 61)[:-1], np.geomspace(3, 300, 60)]


@functools.cache
def one_site_table() -> NDArray[np.float64]:
    """Pairs (kurtosis, u <phi**2>**2) of one site with the weight exp(-r phi**2/2 - u phi**4/4!).

    The kurtosis <phi**4>/<phi**2>**2 is 1 for a spin and 3 for a Gaussian. With the second moment
    it fixes u: divide the second number of the pair by <phi**2>**2.

    Returns
    -------
    array, shape (n, 2)
        Rising in the kurtosis, for r/sqrt(u) from 300 to -30, and u = 0 for its end.

    Examples
    --------
    At r = 0 the kurtosis is Gamma(1/4) Gamma(5/4) / Gamma(3/4)**2 = 2.18844, and
    u <phi**2>**2 = 24 (Gamma(3/4) / Gamma(1/4))**2:

    >>> kurtosis, size = one_site_table().T
    >>> round(float(np.interp(2.18844, kurtosis, size)), 4)
    2.7417
    """
    phi = np.linspace(0, 20, 20_001)
    ratio = RATIOS[:, None]  # r / sqrt(u)
    action = ratio / 2 * phi**2 + phi**4 / 24  # ratio phi
    weight = np.exp(action.min(axis=1, keepdims=True) - action)  # ratio phi
    weight[:, 0] /= 2  # a half of phi, by the trapezoidal rule
    second, fourth = (weight @ phi**power / weight.sum(axis=1) for power in (2, 4))
    table = np.r_[np.column_stack([fourth / second**2, second**2]), [[3.0, 0.0]]]
    table.flags.writeable = False
    return table


def one_site_coupling(field: ArrayLike) -> float:
    """The u of the weight exp(-r phi**2/2 - u phi**4/4!) that has the moments of these samples.

    0 where their kurtosis is that of a Gaussian, or above.

    Raises
    ------
    ValueError
        For no samples, for such that are not finite or all zero, and for a kurtosis below 1.0004,
        that of r = -30 sqrt(u): such a field is a spin, whose u is not to be read from moments.
        For a field so weak that u overflows.

    Examples
    --------
    In four dimensions u keeps its size, at first order:

    >>> phi = sample_one_site(2, 4, 0.1, 10_000, rng=1)
    >>> 0.09 < one_site_coupling(phi) < 0.11
    True
    """
    samples = _checks.finite_array("field", field)
    power = int(np.frexp(np.abs(samples).max(initial=0))[1])  # of 2: keeps fourth powers in range
    square = np.square(np.ldexp(samples, -power))
    if not square.any():
        raise ValueError(f"field must have samples that are not zero, got {square.size} samples")
    second = square.mean()
    kurtosis, (least, *_) = np.mean(square**2) / second**2, one_site_table()[:, 0]
    if kurtosis < least:
        raise ValueError(f"the kurtosis must be at least {least:.4f}, got {kurtosis:.4f}: a spin")
    with np.errstate(over="ignore"):
        u = float(np.ldexp(np.interp(kurtosis, *one_site_table().T) / second**2, -4 * power))
    if not np.isfinite(u):
        raise ValueError(f"u overflows for a field of at most {np.abs(samples).max():g}; scale it")
    return u


def sample_one_site(
    b: int, dim: int, u: float, n_samples: int, *, rng: int | np.random.Generator
) -> NDArray[np.float64]:
    """The field of the one site that a lattice of b**dim sites is from afar, sampled.

    The lattice is periodic and has the coupling u, and the r that leaves the one site none at first
    order. After each Metropolis sweep a few steps move the mean alone, so that it forgets at once.

    Parameters
    ----------
    b, dim : int
        Side, at least 2, and dimension.
    u : float
        Above 0.
    n_samples : int
    rng : int or Generator

    Returns
    -------
    array, shape (n_samples,)
        b**((dim - 2)/2) times the mean of the field, after each sweep.

    Raises
    ------
    ValueError
        For other values, and for more sites than fit into memory.
    """
    b = _checks.integer("b", b, minimum=2)
    dim = _checks.integer("dim", dim, minimum=1)
    u = _checks.finite("u", u)
    if u <= 0:
        raise ValueError(f"u must be above 0, got {u:g}")
    n_samples = _checks.integer("n_samples", n_samples, minimum=1)
    sites = b**dim
    if sites > MAX_SITES:
        raise ValueError(f"b = {b} in dim = {dim} has {sites} sites, at most {MAX_SITES} fit")
    r = -u * mass_shift(b, dim)
    field, neighbours = np.zeros(sites), np.empty(2 * dim * sites, np.int32)
    _fill_neighbours(b, dim, neighbours)
    means = np.empty(WARM_UP + n_samples)
    step, state = proposal_width(r, u, dim), random_state(_checks.generator(rng))
    _sample_means(field, neighbours, sites, dim, r, u, step, SHIFTS, np.empty(3), state, means)
    return b ** ((dim - 2) / 2) * means[WARM_UP:]


_fill_neighbours, _sample_means = compiled(fill_neighbours), compiled(sample_means)


def mass_shift(b: int, dim: int) -> float:
    """How much of r the phi**4 term makes up, per u, at first order, on a lattice of side b.

    A lattice that is to be one site with r' = 0 begins with r = -u times this: half the propagator
    at distance zero of a field without mass, without the mode that is the mean.

    Raises
    ------
    ValueError
        For b < 1 or dim < 1.

    Examples
    --------
    On one site there is no other mode, on two the other has k = pi:

    >>> mass_shift(1, 3), mass_shift(2, 1)
    (0.0, 0.0625)
    """
    if _checks.integer("b", b, minimum=1) == 1:
        return 0.0
    modes = lattice_momenta(b, dim).ravel()[1:]
    return float(np.sum(0.5 / modes) / b**dim)
