"""The XY model, arrows in a plane on the square lattice: Wolff clusters, stiffness, vortex flow.

    weight exp(K sum_nn cos(theta - theta')),      K = 1 / T

A cluster update draws a direction r. The components of the arrows along r are an Ising model, whose
couplings are K times the product of their sizes, and one Wolff cluster of it is reflected.

The helicity modulus Y says what a slow twist costs: the free energy of angles that turn by phi in
all across the lattice grows by Y phi**2 / 2 (J = 1). Per direction

    Y = <C> / N - K <S**2> / N,    C = sum cos(theta' - theta),  S = sum sin(theta' - theta),

summed over the bonds of that direction. It jumps from 2 T / pi to 0 at the transition of Kosterlitz
and Thouless.

References
----------
U. Wolff, Phys. Rev. Lett. 62, 361 (1989), doi:10.1103/PhysRevLett.62.361.
D. R. Nelson and J. M. Kosterlitz, Phys. Rev. Lett. 39, 1201 (1977),
doi:10.1103/PhysRevLett.39.1201.
J. M. Kosterlitz, J. Phys. C 7, 1046 (1974), doi:10.1088/0022-3719/7/6/005.
H. Weber and P. Minnhagen, Phys. Rev. B 37, 5986 (1988), doi:10.1103/PhysRevB.37.5986.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numba import int64
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from . import _checks
from ._chain import Chain, Fixed, Parameter, explained, read_only, with_shape
from ._compile import compiled
from ._random import next_below, random_state, uniform

__all__ = ["XY", "VortexFlow", "XYSeries", "vortex_flow"]

MAX_SITES = 2**26


@register_jitable
def reflect_cluster(arrows, L, K, stack, state):
    """Reflect one Wolff cluster of embedded Ising spins; its size.

    `arrows` holds x and y of each site in turn, float64; `stack` is int32, one entry a site. A bond
    joins two sites with probability 1 - exp(-2 K u u'), u and u' their components along r.
    """
    sites = L * L
    size2 = 2.0
    rx = ry = 0.0
    while size2 > 1.0 or size2 < 1e-4:  # a point in the disc, then its direction
        rx = 2.0 * uniform(state) - 1.0
        ry = 2.0 * uniform(state) - 1.0
        size2 = rx * rx + ry * ry
    shrink = 1.0 / math.sqrt(size2)
    rx *= shrink
    ry *= shrink
    seed = next_below(state, sites)
    u = arrows[2 * seed] * rx + arrows[2 * seed + 1] * ry
    arrows[2 * seed] -= 2.0 * u * rx
    arrows[2 * seed + 1] -= 2.0 * u * ry
    stack[0] = seed
    height = int64(1)
    size = int64(0)
    while height > 0:
        height -= 1
        size += 1
        i = int64(stack[height])
        u = arrows[2 * i] * rx + arrows[2 * i + 1] * ry  # after it was reflected
        y = i % L
        above = i - L if i >= L else i + sites - L
        below = i + L if i < sites - L else i + L - sites
        left = i - 1 if y > 0 else i + L - 1
        right = i + 1 if y < L - 1 else i + 1 - L
        for j in (above, below, left, right):
            v = arrows[2 * j] * rx + arrows[2 * j + 1] * ry
            product = -u * v  # before; negative once j was reflected, too
            if product > 0.0 and uniform(state) > math.exp(-2.0 * K * product):
                arrows[2 * j] -= 2.0 * v * rx
                arrows[2 * j + 1] -= 2.0 * v * ry
                stack[height] = j
                height += 1
    return size


@register_jitable
def arrow_sums(arrows, L, sums):
    """Fill `sums`: x and y of all arrows, cosines of both directions, sines down and to the right.

    Six numbers: m_x, m_y, C_down, C_right, S_down, S_right.
    """
    for k in range(6):
        sums[k] = 0.0
    for row in range(L):
        for y in range(L):
            i = 2 * (row * L + y)
            below = i + 2 * L if row < L - 1 else 2 * y
            right = i + 2 if y < L - 1 else 2 * row * L
            ax, ay = arrows[i], arrows[i + 1]
            sums[0] += ax
            sums[1] += ay
            sums[2] += ax * arrows[below] + ay * arrows[below + 1]
            sums[3] += ax * arrows[right] + ay * arrows[right + 1]
            sums[4] += ax * arrows[below + 1] - ay * arrows[below]
            sums[5] += ax * arrows[right + 1] - ay * arrows[right]


def advance(arrows, L, K, stack, state, every, counts, sums):
    """For each entry of `counts` make `every` updates, then measure into that of `sums`, if any."""
    for t in range(counts.size):
        counts[t] = 0
        for _ in range(every):
            counts[t] += reflect_cluster(arrows, L, K, stack, state)
        if sums.shape[0] > 0:
            arrow_sums(arrows, L, sums[t])


_advance = compiled(advance)


@dataclass(frozen=True)
class XYSeries:
    """What an `XY` chain recorded, measurement by measurement.

    Attributes
    ----------
    energy : float64 array (n,)
        -sum cos / N over all bonds.
    m2 : float64 array (n,)
        Square of the mean arrow.
    twist : float64 array (n,)
        S**2 / N, mean of both directions.
    helicity : float64 array (n,)
        What to average for the helicity modulus: -energy / 2 - K twist.
    cluster_size : float64 array (n,)
        Mean size of the clusters before each measurement.
    """

    energy: NDArray[np.float64]
    m2: NDArray[np.float64]
    twist: NDArray[np.float64]
    helicity: NDArray[np.float64]
    cluster_size: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.energy)


class XY(Chain[XYSeries]):
    """Chain of Wolff updates of the XY model on a periodic L x L square lattice.

    `sweep(n)` reflects n clusters. A new chain starts with all arrows aligned. K can be set between
    updates. On L = 2 each pair of neighbours is joined by two bonds.

    Parameters
    ----------
    L : int
        Edge of the lattice, 2 to 8192.
    K : float
        Coupling 1 / T, 0 or more, at most a million.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For L or K out of range, or a missing rng.

    References
    ----------
    U. Wolff, Phys. Rev. Lett. 62, 361 (1989), doi:10.1103/PhysRevLett.62.361.

    Examples
    --------
    Without coupling every cluster is a single site:

    >>> XY(8, 0.0, rng=1).record(3).cluster_size
    array([1., 1., 1.])
    """

    L = Fixed()
    K = Parameter()

    @explained
    def __init__(self, L: int, K: float, *, rng: int | np.random.Generator) -> None:
        self.L = _checks.integer("L", L, minimum=2)
        self.n_sites = self.L**2
        if self.n_sites > MAX_SITES:
            raise ValueError(f"L = {self.L} has too many sites; use L = 8192 or less")
        self._set(K=K)
        self._state = random_state(rng)
        self._arrows = np.tile([1.0, 0.0], self.n_sites)
        self._stack = np.empty(self.n_sites, np.int32)

    def __repr__(self) -> str:
        return f"XY(L={self.L}, K={self.K:.7g})"

    @property
    def angles(self) -> NDArray[np.float64]:
        """The angles now, float64 array (L, L) from -pi to pi, a read-only copy.

        Assign a whole array, `chain.angles = start`, to continue from another configuration.
        """
        return read_only(self._configuration())

    @angles.setter
    def angles(self, array: ArrayLike) -> None:
        array = with_shape("angles", array, (self.L, self.L))
        angles = _checks.finite_array("angles", array).ravel()
        self._arrows[0::2], self._arrows[1::2] = np.cos(angles), np.sin(angles)

    def energy(self) -> float:
        """Energy per site now, -sum cos / N over all bonds."""
        return -float(self._measured()[2:4].sum()) / self.n_sites

    def _made_of(self, K: float) -> tuple[dict[str, float], None]:
        K = _checks.finite("K", K)
        if not 0 <= K <= 1e6:
            raise ValueError(f"K must be from 0 to a million, got {K:g}; use K = 1 / T > 0")
        return {"K": K}, None

    def _configuration(self) -> NDArray[np.float64]:
        return np.arctan2(self._arrows[1::2], self._arrows[0::2]).reshape(self.L, self.L)

    def _buffers(self, n: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        return np.empty(n, np.int64), np.empty((n, 6))

    def _advance(self, every: int, counts: Any, sums: Any, *samples: Any) -> None:
        _advance(self._arrows, self.L, self.K, self._stack, self._state, every, counts, sums)

    def _series(self, every: int, counts: Any, sums: Any) -> XYSeries:
        N = self.n_sites
        energy = -(sums[:, 2] + sums[:, 3]) / N
        twist = (sums[:, 4] ** 2 + sums[:, 5] ** 2) / (2 * N)
        m2 = (sums[:, 0] ** 2 + sums[:, 1] ** 2) / N**2
        return XYSeries(energy, m2, twist, -energy / 2 - self.K * twist, counts / every)


class VortexFlow(NamedTuple):
    """A flow of Kosterlitz and Thouless: l, stiffness x, fugacity y, arrays of equal length."""

    l: NDArray[np.float64]  # noqa: E741
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def vortex_flow(x: float, y: float, l: ArrayLike) -> VortexFlow:  # noqa: E741
    """`VortexFlow` from (x, y), exactly: dx / dl = -y**2, dy / dl = -x y, near the transition.

    x = 2 (pi Y / 2 T - 1) is the distance of the stiffness Y from its universal value 2 T / pi, y
    the fugacity of vortices with a factor 4 pi, l = ln(length). x**2 - y**2 = c stays, so that x
    alone obeys dx / dl = c - x**2: on the separatrix x = y it is marginal, 1 / x = 1 / x0 + l.

    Parameters
    ----------
    x, y : float
        Start; y >= 0.
    l : float or array
        Logarithms of the length, 0 or more, before the flow leaves through x = -infinity.

    Raises
    ------
    ValueError
        For y < 0, l < 0, numbers that are not finite, or l beyond the end of the flow.

    References
    ----------
    J. M. Kosterlitz, J. Phys. C 7, 1046 (1974), doi:10.1088/0022-3719/7/6/005.

    Examples
    --------
    >>> flow = vortex_flow(0.5, 0.5, [0.0, 8.0])
    >>> (1 / flow.x).tolist()
    [2.0, 10.0]
    """
    x, y = _checks.finite("x", x), _checks.finite("y", y)
    l = np.atleast_1d(_checks.finite_array("l", l))  # noqa: E741
    if y < 0 or max(abs(x), y) > 1e3:
        raise ValueError(f"y must not be negative, and both at most 1000, got {x:g} and {y:g}")
    if l.size == 0 or l.min() < 0:
        raise ValueError("l, the logarithm of the length, must be 0 or more")
    c = (x - y) * (x + y)
    k = math.sqrt(abs(c))
    if y == 0:
        return VortexFlow(l, np.full(l.shape, x), np.zeros(l.shape))
    end = math.inf  # where the denominator 1 + x T vanishes
    if c < 0:
        end = (math.pi / 2 + math.atan2(x, k)) / k
    elif x < 0:
        end = math.atanh(k / -x) / k if k > 0 else 1 / -x
    if l.max() >= end:
        raise ValueError(f"this flow ends at l = {end:.6g}, got l = {l.max():g}")
    if k * l.max() < 1e-9:
        T = l
    elif c > 0:
        T = np.tanh(k * l) / k
    else:
        T = np.tan(k * l) / k
    moved = (x + c * T) / (1 + x * T)
    return VortexFlow(l, moved, np.sqrt(np.maximum(moved**2 - c, 0.0)))
