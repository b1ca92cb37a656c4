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

import math
from dataclasses import dataclass

import numpy as np
from numba import float64, int64, njit, uint64
from numba.extending import register_jitable

from .. import _checks
from .._random import next_below, next_word, random_state
from .counting import landau_magnetization

compiled = njit(cache=True, nogil=True, error_model="numpy")

SITES_PER_CALL = 2**22  # a compiled call cannot be interrupted: about 0.1 s
LARGEST_SITE_COUNT = 2**27
HIGHEST_DIMENSION = 4


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


@njit(inline="always")
def uniform(state):
    """A random number in (0, 1), of 52 bits and symmetric about 1/2."""
    return (float64(next_word(state) >> uint64(12)) + 0.5) * 2.0**-52


@register_jitable
def proposal_width(r, u, dim):
    """A width of proposals of which about half are accepted: 3 / sqrt(curvature of a site).

    The curvature of a phi**2 + g phi**4, a = dim + r/2, g = u/4!, at its minimum is 2 a or -4 a,
    and where a is small the quartic term takes its place.
    """
    a, g = dim + 0.5 * r, u / 24.0
    return 3.0 / math.sqrt(max(2.0 * a, -4.0 * a, 2.0 * math.sqrt(g)))


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
    """Turn the signs of one cluster and return its size; `stack` is int32, one entry a site.

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
            product = -field[i] * field[j]  # before i was turned; negative once j has been, too
            if product > 0.0 and uniform(state) > math.exp(-2.0 * product):
                field[j] = -field[j]
                stack[height] = j
                height += 1
    return size


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


def advance(field, neighbours, sites, dim, r, u, step, clusters, stack, state, every, sums, counts):
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


_fill_neighbours, _advance, _field_sums = map(compiled, (fill_neighbours, advance, field_sums))


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

    magnetization: np.ndarray
    phi2: np.ndarray
    phi4: np.ndarray
    gradient: np.ndarray
    acceptance: np.ndarray
    cluster_size: np.ndarray

    def __len__(self):
        return len(self.magnetization)


class Phi4:
    """Chain of phi**4 fields: each sweep is a Metropolis sweep and `clusters` embedded clusters.

    The weight is exp(-S), S = sum 1/2 (grad phi)**2 + r/2 phi**2 + u/4! phi**4 on a periodic
    lattice of spacing 1. A new chain starts from Landau's uniform minimum. It goes on where it
    stopped: `sweep(3); sweep(4)` gives the same field as `sweep(7)`. On L = 2 each pair of
    neighbours is joined by two bonds.

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
        Largest proposed change of phi; chosen from the curvature of the action if left out.
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

    def __init__(self, L, r, u, *, dim=2, clusters=1, step=None, rng):
        self.L = _checks.integer("L", L, minimum=2)
        self.dim = _checks.integer("dim", dim, minimum=1)
        if self.dim > HIGHEST_DIMENSION:
            raise ValueError(f"dim must be 1 to {HIGHEST_DIMENSION}, got {dim}")
        self.r, self.u = _checks.finite("r", r), _checks.finite("u", u)
        if self.u < 0 or (self.u == 0 and self.r <= 0):
            raise ValueError(
                f"the action has no minimum for r = {self.r:g}, u = {self.u:g}; use u > 0, or "
                f"r > 0 with u = 0"
            )
        self.n_sites = self.L**self.dim
        if self.n_sites > LARGEST_SITE_COUNT:
            raise ValueError(
                f"L = {self.L} in dim = {self.dim} has {self.n_sites} sites, at most "
                f"{LARGEST_SITE_COUNT} fit; use a smaller L"
            )
        self.clusters = _checks.integer("clusters", clusters, minimum=0)
        self.step = proposal_width(self.r, self.u, self.dim) if step is None else step
        if not _checks.finite("step", self.step) > 0:
            raise ValueError(f"step must be above 0, got {step:g}")
        self._state = random_state(rng)
        self._field = np.full(self.n_sites, landau_magnetization(self.r, self.u or 1.0))
        self._neighbours = np.empty(2 * self.dim * self.n_sites, np.int32)
        self._stack = np.empty(self.n_sites, np.int32)
        _fill_neighbours(self.L, self.dim, self._neighbours)

    def __repr__(self):
        return f"Phi4(L={self.L}, r={self.r:.7g}, u={self.u:.7g}, dim={self.dim})"

    @property
    def field(self):
        """The field now: float64 array (L,) * dim, a read-only copy.

        Assign a whole array, `chain.field = start`, to continue from another configuration.
        """
        copy = self._field.reshape((self.L,) * self.dim).copy()
        copy.flags.writeable = False
        return copy

    @field.setter
    def field(self, array):
        expected = (self.L,) * self.dim
        if np.shape(array) != expected:
            raise ValueError(f"field must have shape {expected}, got {np.shape(array)}")
        self._field[:] = _checks.finite_array("field", array).reshape(-1)

    def magnetization(self):
        """Mean field now, with its sign."""
        return float(self._measured()[0])

    def action(self):
        """S per site now."""
        _, phi2, phi4, gradient = self._measured()
        return float(gradient + self.r / 2 * phi2 + self.u / 24 * phi4)

    def _measured(self):
        sums = np.empty(4)
        _field_sums(self._field, self._neighbours, self.n_sites, self.dim, sums)
        return sums / self.n_sites

    def sweep(self, n=1):
        """Make n sweeps."""
        n = _checks.integer("n", n, minimum=0)
        per_call = max(1, SITES_PER_CALL // self.n_sites)
        nothing, counts = np.empty((0, 4)), np.empty((1, 2), np.int64)
        for done in range(0, n, per_call):
            self._advance(min(per_call, n - done), nothing, counts)

    def record(self, n, every=1):
        """Make `every` sweeps and measure, n times over; a `FieldSeries` of length n."""
        n = _checks.integer("n", n, minimum=1)
        every = _checks.integer("every", every, minimum=1)
        sums, counts = np.empty((n, 4)), np.empty((n, 2), np.int64)
        per_call = max(1, SITES_PER_CALL // (every * self.n_sites))
        for start in range(0, n, per_call):
            part = slice(start, start + per_call)
            self._advance(every, sums[part], counts[part])
        acceptance = counts[:, 0] / (every * self.n_sites)
        cluster_size = counts[:, 1] / (every * self.clusters or np.nan)
        return FieldSeries(*(sums / self.n_sites).T.copy(), acceptance, cluster_size)

    def _advance(self, every, sums, counts):
        _advance(
            self._field, self._neighbours, self.n_sites, self.dim, self.r, self.u, self.step,
            self.clusters, self._stack, self._state, every, sums, counts,
        )  # fmt: skip
