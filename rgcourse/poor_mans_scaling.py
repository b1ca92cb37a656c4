"""Poor man's scaling of the Kondo model: the logarithm, the flow of couplings, the Kondo scale.

    H_K = J_z S_z s_z + J_perp (S_x s_x + S_y s_y),   g = rho_0 J,   l = ln(D_0 / D)

S is the impurity's spin 1/2, s = (1/2) sum c+ sigma c that of the electrons at its site, rho_0 the
density of states per spin (1 / 2 D_0 for a flat band from -D_0 to D_0). J > 0 is
antiferromagnetic. Removing the edges of the band raises l and changes g:

    dg_z / dl    = g_perp**2 (1 - g_z / 2)
    dg_perp / dl = g_perp (g_z - (g_z**2 + g_perp**2) / 4)

where the first terms are one loop and the rest two.

References
----------
P. W. Anderson, J. Phys. C 3, 2436 (1970), doi:10.1088/0022-3719/3/12/008.
A. C. Hewson, The Kondo Problem to Heavy Fermions (1993), doi:10.1017/CBO9780511470752.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from . import _checks

__all__ = ["CouplingFlow", "Vertex", "kondo_scale", "scaling_flow", "second_order_vertex"]

compiled = njit(cache=True, nogil=True, error_model="numpy")

RELATIVE_STEP = 0.04  # relative change of the couplings in a step; 1 / g is then right to 2e-7
MAX_STEP = 0.5  # in l, where couplings hardly change


class CouplingFlow(NamedTuple):
    """Couplings along a flow: l = ln(D_0 / D), g_z and g_perp, arrays of equal length."""

    l: NDArray[np.float64]  # noqa: E741
    g_z: NDArray[np.float64]
    g_perp: NDArray[np.float64]


class Vertex(NamedTuple):
    """What second order adds: to J_z, to J_perp, and as scattering without spin."""

    J_z: float
    J_perp: float
    potential: float


@register_jitable
def rate_z(g_z, g_perp, loops):
    """dg_z / dl."""
    return g_perp * g_perp * (1.0 - 0.5 * (loops - 1) * g_z)


@register_jitable
def rate_perp(g_z, g_perp, loops):
    """dg_perp / dl."""
    return g_perp * (g_z - 0.25 * (loops - 1) * (g_z * g_z + g_perp * g_perp))


@register_jitable
def flow_step(flow, loops, relative_step, max_step):
    """One step of Runge and Kutta for flow = (g_z, g_perp, l), in place.

    Its length in l changes the couplings by the fraction `relative_step`; it is at most `max_step`.
    """
    g_z, g_perp = flow[0], flow[1]
    size = abs(g_z) + abs(g_perp)
    step = relative_step / size if relative_step < max_step * size else max_step
    k1, m1 = rate_z(g_z, g_perp, loops), rate_perp(g_z, g_perp, loops)
    z, perp = g_z + 0.5 * step * k1, g_perp + 0.5 * step * m1
    k2, m2 = rate_z(z, perp, loops), rate_perp(z, perp, loops)
    z, perp = g_z + 0.5 * step * k2, g_perp + 0.5 * step * m2
    k3, m3 = rate_z(z, perp, loops), rate_perp(z, perp, loops)
    z, perp = g_z + step * k3, g_perp + step * m3
    k4, m4 = rate_z(z, perp, loops), rate_perp(z, perp, loops)
    flow[0] = g_z + step * (k1 + 2.0 * (k2 + k3) + k4) / 6.0
    flow[1] = g_perp + step * (m1 + 2.0 * (m2 + m3) + m4) / 6.0
    flow[2] += step


@register_jitable
def flows_to_strong_coupling(g_z, g_perp):
    """1 if the couplings grow until the impurity is screened, 0 if the moment stays free.

    The lines g_z = +-g_perp are flow lines at one and at two loops: none crosses them.
    """
    return 1 if g_perp != 0.0 and g_z > -abs(g_perp) else 0


@compiled
def trace_flow(flow, loops, relative_step, max_step, l_max, g_max, path):
    """Write (g_z, g_perp, l) step by step into the flat `path`; how many were written."""
    n = 0
    while True:
        for i in range(3):
            path[3 * n + i] = flow[i]
        n += 1
        inside = flow[2] < l_max and max(abs(flow[0]), abs(flow[1])) < g_max
        if not inside or 3 * n >= path.size:
            return n
        flow_step(flow, loops, relative_step, max_step)


def scaling_flow(
    g_z: float,
    g_perp: float | None = None,
    *,
    loops: int = 1,
    l_max: float = 40.0,
    g_max: float = 1.0,
) -> CouplingFlow:
    """`CouplingFlow` from (g_z, g_perp) on, while the band is made narrower.

    It ends beyond l = ln(D_0 / D) = l_max, or where a coupling exceeds g_max and perturbation
    theory no longer holds.

    Parameters
    ----------
    g_z, g_perp : float
        g = rho_0 J at the full bandwidth; isotropic, g_perp = g_z, if only one is given.
    loops : int
        1 or 2.
    l_max, g_max : float
        Where to stop, both positive. The points crowd where couplings grow.

    Raises
    ------
    ValueError
        For couplings that are not finite, other numbers of loops, or limits that are not positive.

    References
    ----------
    P. W. Anderson, J. Phys. C 3, 2436 (1970), doi:10.1088/0022-3719/3/12/008.

    Examples
    --------
    One loop, isotropic: 1 / g falls by one while l grows by one.

    >>> flow = scaling_flow(0.1, l_max=5.0)
    >>> bool(np.allclose(1 / flow.g_z, 10 - flow.l))
    True
    """
    g_z, g_perp = _couplings(g_z, g_perp)
    loops = _loops(loops)
    l_max, g_max = (_positive(name, x) for name, x in (("l_max", l_max), ("g_max", g_max)))
    max_points = 1 + math.ceil(l_max / MAX_STEP + 4 * (l_max * g_max + 20) / RELATIVE_STEP)
    path = np.empty(3 * max_points)
    n = trace_flow(np.array([g_z, g_perp, 0.0]), loops, RELATIVE_STEP, MAX_STEP, l_max, g_max, path)
    z, perp, l = path[: 3 * n].reshape(n, 3).T  # noqa: E741
    return CouplingFlow(l.copy(), z.copy(), perp.copy())


def kondo_scale(g_z: float, g_perp: float | None = None, *, loops: int = 1) -> float:
    """The Kondo scale T_K / D_0 of the scaling equations; 0 if the moment stays free.

    One loop: the flow conserves g_z**2 - g_perp**2, and T_K is where it diverges,

        T_K = D exp(-1 / g)                          g_z = g_perp = g
        T_K = D exp(-artanh(c / g_z) / c)            g_z > g_perp,   c**2 = g_z**2 - g_perp**2
        T_K = D exp(-arctan2(c, g_z) / c)            g_perp > |g_z|, c**2 = g_perp**2 - g_z**2

    Two loops, isotropic: T_K = D sqrt(g / (1 - g / 2)) exp(-1 / g) is constant along the flow, and
    becomes D sqrt(g) exp(-1 / g) for small g. It differs from other definitions by a constant.

    Parameters
    ----------
    g_z, g_perp : float
        g = rho_0 J at the full bandwidth; isotropic, g_perp = g_z, if only one is given.
    loops : int
        1 or 2.

    Raises
    ------
    ValueError
        For couplings that are not finite, and at two loops for g_perp other than g_z or g >= 2.

    References
    ----------
    A. C. Hewson, The Kondo Problem to Heavy Fermions (1993), doi:10.1017/CBO9780511470752.

    Examples
    --------
    >>> round(kondo_scale(0.2) * math.exp(5), 12), kondo_scale(-0.2)
    (1.0, 0.0)
    """
    g_z, g_perp = _couplings(g_z, g_perp)
    loops = _loops(loops)
    if loops == 2 and g_perp != g_z:
        raise ValueError(
            f"two loops have a closed T_K only for g_perp = g_z, got {g_z:g} and {g_perp:g}; "
            f"follow scaling_flow instead"
        )
    if not flows_to_strong_coupling(g_z, g_perp):
        return 0.0
    if loops == 2:
        if g_z >= 2:
            raise ValueError(f"two loops flow towards g = 2 from below, got g = {g_z:g}")
        return math.sqrt(g_z / (1 - g_z / 2)) * math.exp(-1 / g_z)
    g_perp = abs(g_perp)
    c = math.sqrt(abs(g_z - g_perp) * (g_z + g_perp))
    if c < 1e-6 * g_perp:
        return math.exp(-1 / g_z)
    return math.exp(-(math.atanh(c / g_z) if g_z > g_perp else math.atan2(c, g_z)) / c)


def second_order_vertex(
    J_z: float, J_perp: float, levels: ArrayLike, *, energy: float = 0.0, T: float = 0.0
) -> Vertex:
    """`Vertex`: what scattering by way of one intermediate level adds to the exchange.

    With f the occupation of a level e at temperature T and chemical potential 0,

        L = mean((f - 1/2) / (energy - e)),       J_z   -> J_z + J_perp**2 L
        P = mean(1 / (energy - e)),               J_perp -> J_perp + J_z J_perp L
                                                  potential (J_z**2 + 2 J_perp**2) P / 16

    An empty level is entered by the electron itself. A full one is left first by another electron:
    then the spin operators act in the opposite order, and they do not commute.

    Parameters
    ----------
    J_z, J_perp : float
    levels : array, shape (n,)
        Energies e; each has the share 1 / n of the impurity's site.
    energy : float
        Of the electron that is scattered.
    T : float
        Temperature in the unit of energy, at least 0.

    Raises
    ------
    ValueError
        If the electron's energy falls on a level, T is negative or numbers are not finite.

    References
    ----------
    J. Kondo, Prog. Theor. Phys. 32, 37 (1964), doi:10.1143/PTP.32.37.

    Examples
    --------
    Two levels at -1 and 1: each gives 1/2 to L, and what they give to P cancels.

    >>> second_order_vertex(1.0, 1.0, [-1.0, 1.0])
    Vertex(J_z=0.5, J_perp=0.5, potential=0.0)
    """
    J_z, J_perp = _checks.finite("J_z", J_z), _checks.finite("J_perp", J_perp)
    e = _checks.finite_array("levels", levels).ravel()
    energy, T = _checks.finite("energy", energy), _checks.finite("T", T)
    if T < 0:
        raise ValueError(f"the temperature T must not be negative, got {T:g}")
    if e.size == 0 or np.any(e == energy):
        raise ValueError(
            f"the electron's energy {energy:g} must lie between the levels and not on one of the "
            f"{e.size}; shift it by half a spacing"
        )
    excess = -np.sign(e) / 2 if T == 0 else -np.tanh(e / (2 * T)) / 2  # f - 1/2
    L = float(np.mean(excess / (energy - e)))
    P = float(np.mean(1 / (energy - e)))
    return Vertex(J_perp**2 * L, J_z * J_perp * L, (J_z**2 + 2 * J_perp**2) * P / 16)


def _couplings(g_z, g_perp):
    g_z = _checks.finite("g_z", g_z)
    return g_z, g_z if g_perp is None else _checks.finite("g_perp", g_perp)


def _loops(loops):
    if loops not in (1, 2):
        raise ValueError(f"loops must be 1 or 2, got {loops!r}")
    return int(loops)


def _positive(name, value):
    value = _checks.finite(name, value)
    if value <= 0:
        raise ValueError(f"{name} must be positive, got {value:g}")
    return value
