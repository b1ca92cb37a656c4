"""Agreement after votes for four sizes, magnetizations in five dimensions, two crossings.

What the page on block spins needs and cannot sample itself within a minute. The crossings of
Binder's ratio are those of the page, with nine times as many samples. All numbers of samples are
fixed beforehand.
"""

import numpy as np
from numba import njit
from scipy.optimize import brentq

from rgcourse import jackknife
from rgcourse.blocking import block_spins
from rgcourse.exact import CRITICAL_T
from rgcourse.operators import even_operators
from rgcourse.samplers import SwendsenWang, Wolff

K_C_5D = 0.113915  # Luijten, Binder and Blöte 1999
VOTED = {64: 3000, 128: 2000, 256: 1200, 512: 700}  # samples by size
SIZES_5D = (4, 6, 8, 10)


def run(seed):
    """[value, error] of every estimate, by name; of an agreement one after each vote."""
    rng = np.random.default_rng(seed)
    found = {f"agreement {L}": agreement(L, n, rng) for L, n in VOTED.items()}
    for L in SIZES_5D:
        found |= {f"{name} {L}": x for name, x in five_dimensions(L, rng).items()}
    found["crossing square"] = crossing(2, 0.44, 16, 64, rng)
    found["crossing cubic"] = crossing(3, 0.2217, 8, 16, rng)
    return found


# --- votes at T_c -------------------------------------------------------------------------------


def agreement(L, n_samples, rng):
    """<s s'> of nearest neighbours before and after each vote, down to 4 x 4 spins."""
    chain = SwendsenWang(L, 1 / CRITICAL_T, rng=rng)
    chain.sweep(200)
    parts = []
    for _ in range(n_samples // 100):
        spins, part = chain.sample(100, every=5), []
        while True:
            part.append(even_operators(spins)[:, 0] / (2 * spins[0].size))
            if spins.shape[1] == 4:
                break
            spins = block_spins(spins, rng=rng)
        parts.append(part)
    return [pair(np.mean, x) for x in np.concatenate(parts, axis=1)]


# --- five dimensions ----------------------------------------------------------------------------


@njit(cache=True)
def grow_and_flip(spins, neighbours, chance, stack, first, rng):
    """One Wolff cluster from the site `first`; the change of the sum of all spins."""
    sign, count, size = spins[first], 1, 1
    spins[first], stack[0] = -sign, first
    while count:
        count -= 1
        middle = stack[count]
        for k in range(neighbours.shape[1]):
            site = neighbours[middle, k]
            if spins[site] == sign and rng.random() < chance:
                spins[site], stack[count] = -sign, site
                count += 1
                size += 1
    return -2 * sign * size


@njit(cache=True)
def magnetizations(spins, neighbours, chance, n_samples, every, rng):
    """Sum of all spins, recorded after each `every` clusters."""
    stack = np.empty(spins.size, np.int64)
    total, sums = spins.sum(), np.empty(n_samples)
    for n in range(n_samples):
        for _ in range(every):
            first = rng.integers(0, spins.size)
            total += grow_and_flip(spins, neighbours, chance, stack, first, rng)
        sums[n] = total
    return sums


def five_dimensions(L, rng):
    """<|m|> and Binder's ratio of L**5 spins at the critical coupling."""
    sites = np.arange(L**5).reshape((L,) * 5)
    shifts = [np.roll(sites, step, axis).ravel() for axis in range(5) for step in (1, -1)]
    neighbours = np.stack(shifts, axis=1).astype(np.int32)
    chance, every = -np.expm1(-2 * K_C_5D), round(L**2.5 / 16)
    spins = np.ones(L**5, np.int8)
    sums = magnetizations(spins, neighbours, chance, 51_000, every, rng)[1000:]
    m = abs(sums) / L**5
    return {"m": pair(np.mean, m), "binder": pair(binder_at, m)}


def binder_at(m):
    return 1 - np.mean(m**4) / (3 * np.mean(m**2) ** 2)


# --- crossings with 150 000 samples -------------------------------------------------------------


def crossing(dim, K_0, L_1, L_2, rng):
    """The coupling at which Binder's ratio is the same for both sizes, as the page computes it."""
    series = []
    for L in (L_1, L_2):
        chain = Wolff(L, K_0, dim=dim, rng=rng)
        chain.sweep(500)
        record = chain.record(150_000, every=2)
        series += [-record.energy * L**dim, record.magnetization]

    def binder(K, S, m):
        weight = np.exp((K - K_0) * (S - S.mean()))
        m2, m4 = (np.average(m**k, weights=weight) for k in (2, 4))
        return 1 - m4 / (3 * m2**2)

    def cross(S_1, m_1, S_2, m_2):
        def gap(K):
            return binder(K, S_1, m_1) - binder(K, S_2, m_2)

        return brentq(gap, 0.98 * K_0, 1.02 * K_0, xtol=1e-9)

    return pair(cross, *series)


def pair(function, *series):
    """[value, error] of a jackknife, with the digits that its error allows and three more."""
    found = jackknife(function, *series)
    digits = 4 - int(np.floor(np.log10(found.error)))
    return [round(float(found.value), digits), round(float(found.error), digits)]
