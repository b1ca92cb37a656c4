"""Do several chains of one system agree as they should?  R-hat."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = ["r_hat"]


def r_hat(chains: ArrayLike) -> float | NDArray[np.float64]:
    """The potential scale reduction of Gelman and Rubin, for chains cut into halves.

    With n samples in each half, W the mean variance within the halves and B / n the variance of
    their means,

        r_hat**2 = (n - 1) / n + B / (n W).

    It is 1 when all halves sample one distribution, and large when chains, started apart, have
    not forgotten it, or still drift. Near 1 does not say that errors are small.

    Parameters
    ----------
    chains : array, shape (n_chains, n_samples) or (n_chains, n_samples, ...)
        Two chains or more, each in its order, of four samples or more. Further axes are quantities.

    Raises
    ------
    ValueError
        For fewer chains or samples, and for numbers that are not finite.

    References
    ----------
    A. Gelman and D. B. Rubin, Statist. Sci. 7, 457 (1992), doi:10.1214/ss/1177011136; halves:
    A. Vehtari, A. Gelman, D. Simpson, B. Carpenter and P.-C. Bürkner, Bayesian Anal. 16, 667
    (2021), doi:10.1214/20-BA1221.

    Examples
    --------
    The four halves have the means 0.5, 0.5, 10.5 and 10.5, and the variance 1/2 within.

    >>> round(r_hat([[0, 1, 0, 1], [10, 11, 10, 11]]), 4)
    8.1955
    """
    x = _checks.finite_array("chains", chains)
    if x.ndim < 2 or len(x) < 2 or x.shape[1] < 4:
        raise ValueError(
            f"R-hat needs two chains or more, each of four samples or more, on the first two axes, "
            f"got shape {x.shape}"
        )
    n = x.shape[1] // 2
    halves = np.concatenate([x[:, :n], x[:, -n:]])
    within = halves.var(axis=1, ddof=1).mean(axis=0)
    between = halves.mean(axis=1).var(axis=0, ddof=1)  # B / n
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(between == 0, 0.0, between / within)
    found = np.sqrt((n - 1) / n + ratio)
    return found if found.ndim else float(found)
