"""Binder crossings of the phi**4 field in a single well, u = 24, on the way to the Ising magnet.

Pairs of lattices L and 4 L. Where their Binder ratios cross is found by reweighting in r, as in
the page on Landau, Ginzburg and Wilson. Each pair is run at the crossing of the pair before, and
the first (4, 16) at that of a coarse scan. Up to L = 64 with Metropolis steps alone; and, from 8
to 128, with Wolff clusters, which sample the same weight. The numbers of sweeps are fixed before.
"""

import time

import numpy as np
from scipy.optimize import brentq

from rgcourse import autocorrelation_time, jackknife
from rgcourse.field_theory import Phi4

U, STEP = 24.0, 1.6
ROWS, BINS = 50_000, 32  # measurements of each chain, and bins of the jackknife
LOCAL = {4: 1_000_000, 8: 2_000_000, 16: 2_000_000, 32: 3_000_000, 64: 1_500_000}  # sweeps
CLUSTERS = {8: 200_000, 16: 200_000, 32: 200_000, 64: 200_000, 128: 150_000}
SCAN = np.arange(-5.0, -2.9, 0.25)


def moments(r, r_0, S, m):
    weight = np.exp((r_0 - r) * (S - S.mean()))
    return np.average(m**2, weights=weight), np.average(m**4, weights=weight)


def binder(r, r_0, S, m):
    m2, m4 = moments(r, r_0, S, m)
    return 1 - m4 / (3 * m2**2)


def critical(S_1, m_1, S_2, m_2, r_0, ratio):
    """r_c, the height of the crossing, y_t from the slopes and eta from the susceptibilities."""
    pair, width = ((S_1, m_1), (S_2, m_2)), 2 / S_2.std()
    r = brentq(
        lambda r: binder(r, r_0, *pair[0]) - binder(r, r_0, *pair[1]), r_0 - width, r_0 + width
    )
    h = 0.15 * width
    slope = [binder(r - h, r_0, *x) - binder(r + h, r_0, *x) for x in pair]
    height = [moments(r, r_0, *x)[0] for x in pair]
    y_t, eta = np.log(slope[1] / slope[0]), -np.log(height[1] / height[0])
    return r, binder(r, r_0, *pair[1]), y_t / np.log(ratio), eta / np.log(ratio)


def chain_of(L, r, clusters, rng):
    return Phi4(L, r, U, clusters=clusters, step=STEP, rng=rng)


def sample(L, r, clusters, rows, every, rng):
    chain = chain_of(L, r, clusters, rng)
    chain.sweep(rows * every // 50)
    series = chain.record(rows, every=every)
    return L**2 / 2 * series.phi2, series.magnetization


def scanned(rng):
    """Where the Binder ratios of L = 4 and 16 cross in short runs, between two points of SCAN."""
    gap = [
        np.subtract(*(binder(r, r, *sample(L, r, 0, 5000, 4, rng)) for L in (16, 4))) for r in SCAN
    ]
    k = int(np.flatnonzero(np.diff(np.sign(gap)))[0])
    share = gap[k] / (gap[k] - gap[k + 1])
    return float(SCAN[k] + share * (SCAN[k + 1] - SCAN[k]))


def pair(L, r_0, clusters, sweeps, rng):
    """{quantity: [value, error, n_bins]} of a pair, and what it cost."""
    start = time.process_time()
    every = [sweeps[k] // ROWS for k in (L, 4 * L)]
    runs = [sample(L * k, r_0, clusters, ROWS, e, rng) for k, e in zip((1, 4), every, strict=True)]
    found = jackknife(lambda *x: critical(*x, r_0, 4), *runs[0], *runs[1], n_bins=BINS)
    names = ("r_c", "U_4", "y_t", "eta")
    tau = every[1] * autocorrelation_time(runs[1][1] ** 2)
    kept = {
        name: [float(value), float(error), BINS]
        for name, value, error in zip(names, found.value, found.error, strict=True)
    }
    kept["tau"] = [float(tau.value), float(tau.error)]
    kept |= {"r_0": float(r_0), "sweeps": [sweeps[L], sweeps[4 * L]]}
    return kept | {"cpu_seconds": round(time.process_time() - start, 1)}


def run(seed):
    """About nine minutes of one core."""
    rng = np.random.default_rng(seed)
    r_scan = scanned(rng)
    found = {"local_4": pair(4, r_scan, 0, LOCAL, rng)}
    found["local_8"] = pair(8, found["local_4"]["r_c"][0], 0, LOCAL, rng)
    r_0 = found["local_4"]["r_c"][0]
    for L in (8, 16, 32):
        found[f"clusters_{L}"] = pair(L, r_0, 2, CLUSTERS, rng)
        r_0 = found[f"clusters_{L}"]["r_c"][0]
    found["local_16"] = pair(16, found["local_8"]["r_c"][0], 0, LOCAL, rng)
    flat = {f"{name}_{key}": x for name, one in found.items() for key, x in one.items()}
    return {"u": U, "scan": r_scan} | flat
