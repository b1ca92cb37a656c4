"""The free field, S = sum 1/2 (grad phi)**2 + r/2 phi**2 with r > 0, exactly.

On a periodic lattice the action is a sum over momenta, S = 1/2 sum_k (khat**2 + r) |phi_k|**2 / N,
so every mode is an independent Gaussian of variance N / (khat**2 + r).
"""

import math

import numpy as np
from numpy.typing import NDArray

from .. import _checks

__all__ = [
    "coloured",
    "correlation_length",
    "lattice_momenta",
    "propagator",
    "sample_free_field",
]


def lattice_momenta(L: int, dim: int) -> NDArray[np.float64]:
    """khat**2 = sum_mu 4 sin(k_mu / 2)**2 for all modes, shape (L,) * dim, in the order of fftn.

    These are the eigenvalues of minus the lattice Laplacian.

    Raises
    ------
    ValueError
        For L < 2 or dim < 1.

    Examples
    --------
    >>> lattice_momenta(4, 1).round(12).tolist()
    [0.0, 2.0, 4.0, 2.0]
    """
    L = _checks.integer("L", L, minimum=2)
    dim = _checks.integer("dim", dim, minimum=1)
    axis = 4 * np.sin(np.pi * np.arange(L) / L) ** 2  # k_mu
    one_each = [axis.reshape([-1 if k == mu else 1 for k in range(dim)]) for mu in range(dim)]
    return np.asarray(sum(one_each))  # k_1 .. k_dim


def propagator(L: int, r: float, dim: int) -> NDArray[np.float64]:
    """<phi(0) phi(x)> of the free field on the torus, shape (L,) * dim.

        G(x) = 1/N sum_k exp(i k x) / (khat**2 + r)

    Parameters
    ----------
    L, dim : int
        Edge and dimension of the periodic lattice.
    r : float
        Mass squared, above 0.

    Raises
    ------
    ValueError
        For L < 2, dim < 1 or r <= 0: the mode k = 0 has the variance N / r.

    Examples
    --------
    Summed over the lattice it is the susceptibility 1 / r:

    >>> print(round(propagator(8, 0.5, 2).sum(), 12))
    2.0
    """
    return np.fft.ifftn(1 / (lattice_momenta(L, dim) + _mass_squared(r))).real


def sample_free_field(
    L: int, r: float, n_samples: int, *, dim: int = 2, rng: int | np.random.Generator
) -> NDArray[np.float64]:
    """Independent free fields, float64 array (n_samples, L, .., L), exactly distributed.

    White noise is multiplied by (khat**2 + r)**-1/2 in momentum space: no Markov chain.

    Parameters
    ----------
    L : int
        Edge of the periodic lattice, at least 2.
    r : float
        Mass squared, above 0.
    n_samples : int
    dim : int
        At least 1.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For r <= 0, L < 2, dim < 1, n_samples < 1, a missing rng.

    Examples
    --------
    >>> sample_free_field(8, 0.5, 3, rng=1).shape
    (3, 8, 8)
    """
    n_samples = _checks.integer("n_samples", n_samples, minimum=1)
    spread = (lattice_momenta(L, dim) + _mass_squared(r)) ** -0.5  # k_1 .. k_dim
    shape = n_samples, *spread.shape  # sample x_1 .. x_dim
    return coloured(_checks.generator(rng).standard_normal(shape), spread)


def coloured(noise: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coloured noise: fields whose modes are those of `noise`, multiplied by `spread`.

    Parameters
    ----------
    noise : array, shape (n_samples, L, .., L)
    spread : array, shape (L, .., L)
        In the order of fftn.
    """
    axes = tuple(range(1, noise.ndim))  # all but the samples
    return np.fft.ifftn(np.fft.fftn(noise, axes=axes) * spread, axes=axes).real


def correlation_length(r: float) -> float:
    """Correlation length of the free field along an axis, in lattice spacings.

    Summed over the other directions, G falls as exp(-x / xi), 1/xi = 2 arsinh(sqrt(r) / 2), which
    is sqrt(r) for small r.

    Raises
    ------
    ValueError
        For r <= 0.

    Examples
    --------
    >>> round(correlation_length(0.01), 3)
    10.004
    """
    return 1 / (2 * math.asinh(math.sqrt(_mass_squared(r)) / 2))


def _mass_squared(r):
    r = _checks.finite("r", r)
    if r <= 0:
        raise ValueError(
            f"a free field needs r > 0, got r = {r:g}: without a phi**4 term nothing holds the "
            f"field together; use Phi4 with u > 0"
        )
    return r
