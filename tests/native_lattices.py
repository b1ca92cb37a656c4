"""The lattices that live figures start from, made by the package itself: the page must agree."""

from rgcourse.blocking import block_spins
from rgcourse.multispin import PackedHeatBath
from rgcourse.multispin.coarse import coarse_coupling
from rgcourse.samplers import HeatBath, SwendsenWang
from rgcourse.widgets._lattice import TRAVEL


def equilibrated(L, T, h, seed, sweeps=TRAVEL["warm_up"]):
    """The lattice the page starts from, shape (L, L), int8: made by the same kernels there."""
    start = SwendsenWang(L, 1 / T, rng=seed)
    start.sweep(sweeps)
    if h == 0:
        return start.spins
    chain = HeatBath(L, 1 / T, h=h, rng=seed)
    chain._state[:] = start._state  # the same random numbers go on
    chain.spins = start.spins if start.magnetization() * h >= 0 else -start.spins
    chain.sweep(TRAVEL["field_warm_up"])
    return chain.spins


def packed_start(L, T, h, seed):
    """As `equilibrated`, of a lattice so large that it starts from a smaller: `coarse`."""
    factor = next(f for f in range(1, L) if L % f == 0 and L // f <= TRAVEL["cluster_side"])
    coarse_T = 1 / coarse_coupling(1 / T, factor)
    coarse_h = h * factor ** TRAVEL["field_exponent"]
    small = equilibrated(L // factor, coarse_T, coarse_h, seed, 2 * TRAVEL["warm_up"])
    chain = PackedHeatBath(L, 1 / T, h=h, rng=seed)
    chain.spins = small.repeat(factor, axis=0).repeat(factor, axis=1)
    chain.sweep(TRAVEL["settle"])
    return chain.spins


def zoomed_out(spins, steps, seed):
    """The lattice and its majority-rule descendants, finest first."""
    lattices = [spins[None]]
    for _ in range(steps):
        lattices.append(block_spins(lattices[-1], 2, rng=seed))
    return [lattice[0] for lattice in lattices]
