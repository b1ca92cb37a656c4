"""Wilson's shell integration to one loop: the flow of (r, u) of the O(N) model in d dimensions.

H = integral of (grad phi)**2 / 2 + r phi**2 / 2 + (u / 4!) (2 / K_d) (phi**2)**2, momenta below 1.

Fields with momenta in a shell exp(-dl) < q < 1 are integrated out, then lengths are rescaled so
that the largest momentum is 1 again. Each loop gives a factor K_d dl / (1 + r) for every propagator
in it, where K_d is the area of the unit sphere over (2 pi)**d; the unit 2 / K_d of u absorbs K_d.
To second order in the small numbers r and u,

dr/dl = 2 r + (N + 2) / 3 * u (1 - r)
du/dl = (4 - d) u - (N + 8) / 3 * u**2

References
----------
K. G. Wilson and M. E. Fisher, Phys. Rev. Lett. 28, 240 (1972), doi:10.1103/PhysRevLett.28.240.
K. G. Wilson and J. Kogut, Phys. Rep. 12, 75 (1974), doi:10.1016/0370-1573(74)90023-4.
"""

import math

import numpy as np
from numba import njit
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from ..flows import FixedPoint

__all__ = [
    "DL",
    "critical_r",
    "gaussian_point",
    "shell_rates",
    "shell_trajectory",
    "wilson_fisher_point",
]

DL = 0.02  # of ln(length), one step of the integration
DISORDERED, ORDERED = 1.0, -1.0  # beyond these r it is certain in which phase a flow ends


@register_jitable
def rates(r, u, d, N):
    """(dr/dl, du/dl)."""
    return (
        2.0 * r + (N + 2.0) / 3.0 * u * (1.0 - r),
        (4.0 - d) * u - (N + 8.0) / 3.0 * u * u,
    )


@register_jitable
def moved(r, u, d, N, dl):
    """(r, u) after zooming out by exp(dl): one step of Runge and Kutta, error of order dl**5."""
    r1, u1 = rates(r, u, d, N)
    r2, u2 = rates(r + 0.5 * dl * r1, u + 0.5 * dl * u1, d, N)
    r3, u3 = rates(r + 0.5 * dl * r2, u + 0.5 * dl * u2, d, N)
    r4, u4 = rates(r + dl * r3, u + dl * u3, d, N)
    return (
        r + dl / 6.0 * (r1 + 2.0 * r2 + 2.0 * r3 + r4),
        u + dl / 6.0 * (u1 + 2.0 * u2 + 2.0 * u3 + u4),
    )


@register_jitable
def shell_step(point, d, N, dl):
    """Replace r, u in the buffer `point` by their values after zooming out by exp(dl)."""
    point[0], point[1] = moved(point[0], point[1], d, N, dl)


@register_jitable
def shell_rate(point, d, N):
    """Replace r, u in the buffer `point` by dr/dl and du/dl."""
    point[0], point[1] = rates(point[0], point[1], d, N)


@register_jitable
def escape_time(r, u, d, N, n_steps):
    """Steps DL until r passes ORDERED (positive) or DISORDERED (negative); 0 if neither."""
    for n in range(n_steps):
        r, u = moved(r, u, d, N, DL)
        if r > DISORDERED:
            return -(n + 1)
        if r < ORDERED:
            return n + 1
    return 0


@register_jitable
def critical_line(u, d, N):
    """r between ORDERED and DISORDERED where the flow from (r, u) changes sides, by bisection."""
    low, high = ORDERED, DISORDERED
    for _ in range(50):
        middle = 0.5 * (low + high)
        if escape_time(middle, u, d, N, 2000) < 0:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


@register_jitable
def wilson_fisher(d, N, result):
    """r*, u*, then the two eigenvalues y of the linearized flow, y_t first, into `result`."""
    e = 4.0 - d
    A = (N + 2.0) / (N + 8.0) * e
    result[0] = -A / (2.0 - A)
    result[1] = 3.0 * e / (N + 8.0)
    result[2] = 2.0 - A
    result[3] = -e


_critical_line = njit(cache=True, nogil=True, error_model="numpy")(critical_line)


def shell_rates(couplings: ArrayLike, *, d: float, N: float) -> NDArray[np.float64]:
    """(dr/dl, du/dl), the change of the couplings when lengths are zoomed out by exp(dl).

    Parameters
    ----------
    couplings : (r, u)
        r in units of the squared cutoff, u in units of 2 / K_d; both small.
    d : float
        Dimension of space, above 2.
    N : float
        Components of the field, at least -2.

    Returns
    -------
    array, shape (2,)

    Raises
    ------
    ValueError
        If a number is not finite, d not above 2, or N below -2.

    References
    ----------
    K. G. Wilson and J. Kogut, Phys. Rep. 12, 75 (1974), doi:10.1016/0370-1573(74)90023-4.

    Examples
    --------
    >>> shell_rates((0.0, 0.3), d=3, N=1).round(12).tolist()
    [0.3, 0.03]
    """
    r, u = _couplings(couplings)
    return np.array(rates(r, u, *_model(d, N)))


def shell_trajectory(start: ArrayLike, *, d: float, N: float, length: float) -> NDArray[np.float64]:
    """Couplings (r, u) along the flow at l = 0, 0.02, 0.04, ..., shape (n, 2).

    The flow is followed to l = `length`, or until r < -1 (ordered) or r > 1 (disordered).

    Parameters
    ----------
    start : (r, u)
        Couplings at l = 0.
    d, N : float
        As in `shell_rates`.
    length : float
        Largest l, the logarithm of the zoom factor; positive.

    Raises
    ------
    ValueError
        As `shell_rates`, and if length is not positive.

    Examples
    --------
    The Gaussian point stays where it is:

    >>> shell_trajectory((0.0, 0.0), d=3, N=1, length=0.04).tolist()
    [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    """
    point, (d, N) = _couplings(start), _model(d, N)
    length = _checks.finite("length", length)
    if length <= 0:
        raise ValueError(f"length must be positive, got {length:g}")
    path = [point]
    for _ in range(round(length / DL)):
        if not ORDERED <= path[-1][0] <= DISORDERED:
            break
        r, u = path[-1]
        path.append(moved(r, u, d, N, DL))
    return np.array(path)


def critical_r(u: float, *, d: float, N: float) -> float:
    """The value of r where, at this u, the flow changes from order to disorder.

    Found by bisection, to the last digit. It is negative for u > 0: fluctuations destroy order.

    Parameters
    ----------
    u : float
        At least 0 and below 3 / (N + 2), in units of 2 / K_d. Beyond, the term of u r outweighs
        2 r, and one loop is not enough.
    d, N : float
        As in `shell_rates`.

    Raises
    ------
    ValueError
        If u, d or N is out of range.

    Examples
    --------
    >>> abs(critical_r(0.0, d=3, N=1)) < 1e-14
    True
    """
    u, (d, N) = _checks.finite("u", u), _model(d, N)
    if not (u >= 0 and (N + 2) * u < 3):
        raise ValueError(
            f"u must lie between 0 and 3 / (N + 2), got {u:g} for N = {N:g}: one loop does not "
            f"reach farther"
        )
    return _critical_line(u, d, N)


def gaussian_point(*, d: float, N: float) -> FixedPoint:
    """The `FixedPoint` r = u = 0, with exponents 2 and 4 - d, for a zoom factor b = e.

    Parameters
    ----------
    d, N : float
        As in `shell_rates`.

    Raises
    ------
    ValueError
        If d or N is out of range.

    Examples
    --------
    >>> gaussian_point(d=3, N=1).exponents.round(12).tolist()
    [2.0, 1.0]
    """
    return _fixed_point(0.0, 0.0, *_model(d, N))


def wilson_fisher_point(*, d: float, N: float, negative_u: bool = False) -> FixedPoint:
    """The `FixedPoint` of Wilson and Fisher of the one-loop flow, for a zoom factor b = e.

    With e = 4 - d and A = (N + 2) / (N + 8) e: u* = 3 e / (N + 8), r* = -A / (2 - A), and the
    exponents are y_t = 2 - A and -e. Only their first order in e means anything: two loops change
    the second.

    Parameters
    ----------
    d, N : float
        As in `shell_rates`.
    negative_u : bool
        Whether to accept d > 4, where u* is negative: a fixed point of the flow, but of no magnet.

    Raises
    ------
    ValueError
        If d or N is out of range, or d > 4 without `negative_u`.

    References
    ----------
    K. G. Wilson and M. E. Fisher, Phys. Rev. Lett. 28, 240 (1972), doi:10.1103/PhysRevLett.28.240.

    Examples
    --------
    >>> wilson_fisher_point(d=3.99, N=1).exponents.round(4).tolist()
    [1.9967, -0.01]
    """
    d, N = _model(d, N)
    if d > 4 and not negative_u:
        raise ValueError(
            f"for d = {d:g} > 4 the fixed point has u* < 0, where no stable magnet lives; the "
            f"Gaussian point rules there. To see it all the same, pass negative_u=True"
        )
    result = np.empty(4)
    wilson_fisher(d, N, result)
    return _fixed_point(result[0], result[1], d, N)


def _fixed_point(r, u, d, N):
    matrix = np.array([
        [2 - (N + 2) / 3 * u, (N + 2) / 3 * (1 - r)],
        [0.0, 4 - d - 2 * (N + 8) / 3 * u],
    ])  # fmt: skip
    y, directions = np.linalg.eig(matrix)
    order = np.argsort(-y)
    return FixedPoint([r, u], np.exp(y[order]), directions[:, order], b=math.e)


def _model(d, N):
    d, N = _checks.finite("d", d), _checks.finite("N", N)
    if not d > 2:
        raise ValueError(f"d must be above 2, got {d:g}: 4 - d is no small number there")
    if N < -2:
        raise ValueError(f"N must be at least -2, got {N:g}")
    return d, N


def _couplings(couplings):
    couplings = _checks.finite_array("couplings", couplings)
    if couplings.shape != (2,):
        raise ValueError(f"couplings must be the pair (r, u), got shape {couplings.shape}")
    return tuple(couplings.tolist())
