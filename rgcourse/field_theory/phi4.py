"""The phi**4 field on a periodic lattice: Metropolis sweeps with embedded Wolff clusters.

    S = sum_x [ 1/2 sum_mu (phi(x + mu) - phi(x))**2 + r/2 phi(x)**2 + u/4! phi(x)**4 ]

The lattice is flat, and a table lists the 2 dim neighbours of each site, so that one kernel serves
all dimensions. Local updates change sizes; clusters change signs. With sizes |phi| held fixed the
signs are an Ising model with the coupling |phi(x)| |phi(y)| on the bond (x, y), and Wolff's update
of it is a valid update of the field.

References
----------
R. C. Brower and P. Tamayo, Phys. Rev. Lett. 62, 1087 (1989), doi:10.1103/PhysRevLett.62.1087.
U. Wolff, Phys. Rev. Lett. 62, 361 (1989), doi:10.1103/PhysRevLett.62.361.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import int64
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._chain import Chain, Fixed, Parameter, explained, read_only, with_shape
from .._compile import compiled
from .._random import next_below, random_state, uniform
from .counting import landau_magnetization

__all__ = ["FieldSeries", "Phi4"]

MAX_SITES = 2**27
MAX_DIM = 4


@register_jitable
def fill_neighbours(L, dim, neighbours):
    """List the sites next to site i in `neighbours[2 dim i ..]`: up and down each axis in turn."""
    sites = 1
    for _ in range(dim):
        sites *= L
    for i in range(sites):
        stride = 1
        for axis in range(dim):
            place = (i // stride) % L
            k = 2 * (dim * i + axis)
            neighbours[k] = i + stride if place < L - 1 else i - (L - 1) * stride
            neighbours[k + 1] = i - stride if place > 0 else i + (L - 1) * stride
            stride *= L


@register_jitable
def proposal_width(r, u, dim):
    """A proposal width at which about half are accepted: 3 / sqrt(curvature of a site).

    The curvature of a phi**2 + g phi**4, a = dim + r/2, g = u/4!, at its minimum is 2 a or -4 a,
    and where a is small the quartic term takes its place. Among neighbours that have order it is
    2 (dim - r), of which fluctuations leave about three quarters.
    """
    a, g = dim + 0.5 * r, u / 24.0
    ordered = 1.5 * (dim - r) if r < 0.0 else 0.0
    return 3.0 / math.sqrt(max(2.0 * a, -4.0 * a, 2.0 * math.sqrt(g), ordered))


@register_jitable
def site_action(phi, n, a, g):
    """The part of S with phi(x) = phi, neighbour sum n, a = dim + r/2 and g = u/4!."""
    return ((g * phi * phi + a) * phi - n) * phi


@register_jitable
def metropolis_sweep(field, neighbours, sites, dim, r, u, step, state):
    """One Metropolis sweep, site by site; how many of its proposals were accepted.

    Proposals are uniform within `step` on either side.
    """
    a, g = dim + 0.5 * r, u / 24.0
    accepted = int64(0)
    for i in range(sites):
        n = 0.0
        for k in range(2 * dim * i, 2 * dim * (i + 1)):
            n += field[neighbours[k]]
        old = field[i]
        new = old + step * (2.0 * uniform(state) - 1.0)
        rise = site_action(new, n, a, g) - site_action(old, n, a, g)
        if rise <= 0.0 or uniform(state) < math.exp(-rise):
            field[i] = new
            accepted += 1
    return accepted


@register_jitable
def wolff_cluster(field, neighbours, sites, dim, stack, state):
    """Flip the signs of one cluster and return its size; `stack` is int32, one entry a site.

    A bond between equal signs joins its ends with probability 1 - exp(-2 phi(x) phi(y)).
    """
    seed = next_below(state, sites)
    field[seed] = -field[seed]
    stack[0] = seed
    height = int64(1)
    size = int64(0)
    while height > 0:
        height -= 1
        size += 1
        i = int64(stack[height])
        for k in range(2 * dim * i, 2 * dim * (i + 1)):
            j = int64(neighbours[k])
            product = -field[i] * field[j]  # before i was flipped; negative once j has been, too
            if product > 0.0 and uniform(state) > math.exp(-2.0 * product):
                field[j] = -field[j]
                stack[height] = j
                height += 1
    return size


@register_jitable
def shift_action(a, sums, sites, r, u):
    """S after a has been added to every field minus S before; `sums` of phi, phi**2, phi**3."""
    square = 2.0 * a * sums[0] + sites * a * a
    fourth = 4.0 * a * sums[2] + a * a * (6.0 * sums[1] + 4.0 * a * sums[0] + sites * a * a)
    return 0.5 * r * square + u / 24.0 * fourth


@register_jitable
def shift_field(field, sites, r, u, times, sums, state):
    """Metropolis steps that move the mean of the field alone, and the mean after them.

    The gradient does not feel them, so that the mean, the slowest of all modes, forgets at once.
    The width is that of a mean with the weight exp(-u sites m**4 / 4!); `sums` (3) is scratch.
    """
    sums[0] = sums[1] = sums[2] = 0.0
    for i in range(sites):
        phi = field[i]
        sums[0] += phi
        sums[1] += phi * phi
        sums[2] += phi * phi * phi
    width = 1.5 * math.sqrt(math.sqrt(24.0 / (u * sites)))
    at = before = 0.0
    for _ in range(times):
        new = at + width * (2.0 * uniform(state) - 1.0)
        action = shift_action(new, sums, sites, r, u)
        if uniform(state) < math.exp(before - action):
            at, before = new, action
    for i in range(sites):
        field[i] += at
    return sums[0] / sites + at


@register_jitable
def field_sums(field, neighbours, sites, dim, sums):
    """Fill `sums` with those of phi, phi**2, phi**4 and 1/2 (grad phi)**2 over the lattice."""
    m = phi2 = phi4 = gradient = 0.0
    for i in range(sites):
        phi = field[i]
        square = phi * phi
        m += phi
        phi2 += square
        phi4 += square * square
        for axis in range(dim):
            rise = field[neighbours[2 * (dim * i + axis)]] - phi
            gradient += 0.5 * rise * rise
    sums[0], sums[1], sums[2], sums[3] = m, phi2, phi4, gradient


def advance(field, neighbours, sites, dim, r, u, step, clusters, stack, state, every, counts, sums):
    """For each row of `counts` make `every` sweeps, then measure into that of `sums`, if any.

    `counts` (n, 2) receives the accepted proposals and the sites of all clusters.
    """
    for t in range(counts.shape[0]):
        counts[t, :] = 0
        for _ in range(every):
            counts[t, 0] += metropolis_sweep(field, neighbours, sites, dim, r, u, step, state)
            for _ in range(clusters):
                counts[t, 1] += wolff_cluster(field, neighbours, sites, dim, stack, state)
        if sums.shape[0] > 0:
            field_sums(field, neighbours, sites, dim, sums[t])


def sample_means(field, neighbours, sites, dim, r, u, step, times, sums, state, means):
    """Fill `means` with the mean of the field after each sweep and `times` steps of the mean."""
    for t in range(means.shape[0]):
        metropolis_sweep(field, neighbours, sites, dim, r, u, step, state)
        means[t] = shift_field(field, sites, r, u, times, sums, state)


_fill_neighbours, _advance = compiled(fill_neighbours), compiled(advance)


@dataclass(frozen=True)
class FieldSeries:
    """What a `Phi4` chain recorded, measurement by measurement, everything per site.

    In equilibrium <2 gradient + r phi2 + (u/3!) phi4> = 1 exactly, on every lattice: the average
    of phi dS/dphi.

    Attributes
    ----------
    magnetization : float64 array (n,)
        Mean field, with its sign.
    phi2, phi4 : float64 arrays (n,)
        Means of phi**2 and phi**4.
    gradient : float64 array (n,)
        Mean of 1/2 sum_mu (phi(x + mu) - phi(x))**2.
    acceptance : float64 array (n,)
        Fraction of the Metropolis proposals that were accepted before each measurement.
    cluster_size : float64 array (n,)
        Mean size of the clusters before each measurement; nan without clusters.
    """

    magnetization: NDArray[np.float64]
    phi2: NDArray[np.float64]
    phi4: NDArray[np.float64]
    gradient: NDArray[np.float64]
    acceptance: NDArray[np.float64]
    cluster_size: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.magnetization)


class Phi4(Chain[FieldSeries]):
    """Chain of phi**4 fields: each sweep is a Metropolis sweep and `clusters` embedded clusters.

    The weight is exp(-S), S = sum 1/2 (grad phi)**2 + r/2 phi**2 + u/4! phi**4 on a periodic
    lattice of spacing 1. A new chain starts from Landau's uniform minimum. It goes on where it
    stopped: `sweep(3); sweep(4)` gives the same field as `sweep(7)`. The numbers r, u, clusters and
    step can be set between sweeps. On L = 2 each pair of neighbours is joined by two bonds.

    The Ising model with coupling K is the limit u -> infinity with r = -2 dim - u K / 6: then
    phi**2 -> K, and the signs have the weight exp(K sum s s').

    Parameters
    ----------
    L : int
        Edge of the lattice, at least 2.
    r, u : float
        Coefficients; u >= 0, and r > 0 where u = 0.
    dim : int
        1 to 4.
    clusters : int
        Wolff clusters after each Metropolis sweep; 0 for local updates alone.
    step : float, optional
        Largest proposed change of phi; if left out, or set to None, chosen from the curvature of
        the action, and chosen again when r or u are set.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Raises
    ------
    ValueError
        For u < 0, r <= 0 with u = 0, L < 2, dim outside 1 to 4, step <= 0, a missing rng.

    References
    ----------
    R. C. Brower and P. Tamayo, Phys. Rev. Lett. 62, 1087 (1989), doi:10.1103/PhysRevLett.62.1087.

    Examples
    --------
    Far above the transition the field is nearly free, and its mean square is that of `propagator`:

    >>> series = Phi4(8, 4.0, 0.0, rng=1).record(4000)
    >>> print(round(series.phi2.mean(), 2))
    0.13
    """

    _sites_per_call = 2**22
    L, dim = Fixed(), Fixed()
    r, u = Parameter(), Parameter()

    @explained
    def __init__(
        self,
        L: int,
        r: float,
        u: float,
        *,
        dim: int = 2,
        clusters: int = 1,
        step: float | None = None,
        rng: int | np.random.Generator,
    ) -> None:
        self.L = _checks.integer("L", L, minimum=2)
        self.dim = _checks.integer("dim", dim, minimum=1)
        if self.dim > MAX_DIM:
            raise ValueError(f"dim must be 1 to {MAX_DIM}, got {dim}")
        self.n_sites = self.L**self.dim
        if self.n_sites > MAX_SITES:
            raise ValueError(
                f"L = {self.L} in dim = {self.dim} has {self.n_sites} sites, at most "
                f"{MAX_SITES} fit; use a smaller L"
            )
        self._set(r=r, u=u, clusters=clusters, step=step)
        self._state = random_state(rng)
        self._field = np.full(self.n_sites, landau_magnetization(self.r, self.u or 1.0))
        self._neighbours = np.empty(2 * self.dim * self.n_sites, np.int32)
        self._stack = np.empty(self.n_sites, np.int32)
        _fill_neighbours(self.L, self.dim, self._neighbours)

    def __repr__(self) -> str:
        return f"Phi4(L={self.L}, r={self.r:.7g}, u={self.u:.7g}, dim={self.dim})"

    @property
    def clusters(self) -> int:
        """Wolff clusters after each Metropolis sweep."""
        return self._parameters["clusters"]

    @clusters.setter
    def clusters(self, number: int) -> None:
        self._set(clusters=number)

    @property
    def step(self) -> float:
        """Largest proposed change of phi."""
        return self._tables

    @step.setter
    def step(self, width: float | None) -> None:
        self._set(step=width)

    @property
    def field(self) -> NDArray[np.float64]:
        """The field now: float64 array (L,) * dim, a read-only copy.

        Assign a whole array, `chain.field = start`, to continue from another configuration.
        """
        return read_only(self._configuration())

    @field.setter
    def field(self, array: ArrayLike) -> None:
        array = with_shape("field", array, (self.L,) * self.dim)
        self._field[:] = _checks.finite_array("field", array).reshape(-1)

    def magnetization(self) -> float:
        """Mean field now, with its sign."""
        return float(self._measured()[0]) / self.n_sites

    def action(self) -> float:
        """S per site now."""
        _, phi2, phi4, gradient = self._measured() / self.n_sites
        return float(gradient + self.r / 2 * phi2 + self.u / 24 * phi4)

    def _made_of(
        self, r: float, u: float, clusters: int, step: float | None
    ) -> tuple[dict[str, Any], float]:
        r, u = _checks.finite("r", r), _checks.finite("u", u)
        if u < 0 or (u == 0 and r <= 0):
            raise ValueError(
                f"the action has no minimum for r = {r:g}, u = {u:g}; use u > 0, or r > 0 with "
                f"u = 0"
            )
        clusters = _checks.integer("clusters", clusters, minimum=0)
        if step is not None and not _checks.finite("step", step) > 0:
            raise ValueError(f"step must be above 0, got {step:g}")
        width = proposal_width(r, u, self.dim) if step is None else float(step)
        return {"r": r, "u": u, "clusters": clusters, "step": step}, width

    def _configuration(self) -> NDArray[np.float64]:
        return self._field.reshape((self.L,) * self.dim).copy()

    def _buffers(self, n: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        return np.empty((n, 2), np.int64), np.empty((n, 4))

    def _advance(self, every: int, counts: Any, sums: Any, *samples: Any) -> None:
        _advance(
            self._field, self._neighbours, self.n_sites, self.dim, self.r, self.u, self.step,
            self.clusters, self._stack, self._state, every, counts, sums,
        )  # fmt: skip

    def _series(self, every: int, counts: Any, sums: Any) -> FieldSeries:
        acceptance = counts[:, 0] / (every * self.n_sites)
        cluster_size = counts[:, 1] / (every * self.clusters or np.nan)
        m, phi2, phi4, gradient = (sums / self.n_sites).T.copy()
        return FieldSeries(m, phi2, phi4, gradient, acceptance, cluster_size)
