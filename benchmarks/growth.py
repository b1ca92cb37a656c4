"""How the cost of a sweep grows with the lattice: nanoseconds per spin against L, at T_c.

    python benchmarks/growth.py

All sizes and samplers take turns in this process, in one thread; a time is the least of ROUNDS
turns, in CPU seconds. Writes `growth.json` beside this file: the times, for each sampler the
exponent p of cost per spin ~ L**p, by least squares on logarithms (a perfect sampler has p = 0),
and the length of a clock cycle, from a chain of operations that must wait for one another.
"""

import json
import math
import os
from pathlib import Path

os.environ["NUMBA_NUM_THREADS"] = "1"

import time  # noqa: E402

import numpy as np  # noqa: E402
from numba import njit, uint64  # noqa: E402

from rgcourse.multispin import PackedIsing  # noqa: E402
from rgcourse.samplers import HeatBath, SwendsenWang, Wolff  # noqa: E402

HERE = Path(__file__).parent
ROUNDS = 7
SECONDS = 0.05  # of a turn
K_C = math.log(1 + math.sqrt(2)) / 2
SAMPLERS = {
    "packed Metropolis": (PackedIsing, (128, 256, 512, 1024, 2048, 4096)),
    "int8 heat bath": (HeatBath, (64, 128, 256, 512, 1024, 2048, 4096)),
    "Swendsen-Wang": (SwendsenWang, (64, 128, 256, 512, 1024, 2048, 4096)),
    "Wolff, per cluster spin": (Wolff, (64, 128, 256, 512, 1024, 2048, 4096)),
}


def started(Chain, L):
    """A chain that has forgotten its ordered start well enough to be timed."""
    chain = Chain(L, K_C, rng=1)
    if Chain is not Wolff:
        chain.sweep(20)
        return chain
    clusters = SwendsenWang(L, K_C, rng=1)
    clusters.sweep(30)
    chain.spins = clusters.spins
    return chain


def updated(chain, n):
    """Spins updated by n sweeps, or by the n clusters of a Wolff chain."""
    if isinstance(chain, Wolff):
        return n * chain.record(1, every=n).cluster_size[0]
    chain.sweep(n)
    return n * chain.L**2


def one_turn(chain, n):
    """Nanoseconds per updated spin over n updates."""
    start = time.thread_time()
    spins = updated(chain, n)
    return 1e9 * (time.thread_time() - start) / spins


def repetitions(chain):
    """How many updates fill a turn; the first ones compile the kernel and are not timed."""
    chain.sweep(10)
    start = time.thread_time()
    chain.sweep(10)
    return max(1, int(10 * SECONDS / (time.thread_time() - start + 1e-9)))


@njit
def dependent(n, word):
    """6 n operations of one cycle each, every one on the result of the last."""
    for _ in range(n):
        word ^= word << uint64(13)
        word ^= word >> uint64(7)
        word ^= word << uint64(17)
    return word


def nanoseconds_per_cycle(n=20_000_000):
    dependent(1, np.uint64(1))
    times = []
    for _ in range(ROUNDS):
        start = time.thread_time()
        dependent(n, np.uint64(1))
        times.append(time.thread_time() - start)
    return 1e9 * min(times) / (6 * n)


def exponent(sizes, times):
    """p of times ~ sizes**p."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def main():
    chains = {
        (name, L): started(Chain, L) for name, (Chain, sizes) in SAMPLERS.items() for L in sizes
    }
    n = {key: repetitions(chain) for key, chain in chains.items()}
    turns = {key: [] for key in chains}
    for _ in range(ROUNDS):
        for key, chain in chains.items():
            turns[key].append(one_turn(chain, n[key]))
    results = {}
    for name, (_, sizes) in SAMPLERS.items():
        times = [min(turns[name, L]) for L in sizes]
        results[name] = {"L": list(sizes), "ns": times, "exponent": exponent(sizes, times)}
        line = "  ".join(f"{L}: {t:.3g}" for L, t in zip(sizes, times, strict=True))
        print(f"{name:24} {line}   ~ L^{results[name]['exponent']:+.2f}")
    growth = {"nanoseconds per cycle": nanoseconds_per_cycle(), "samplers": results}
    (HERE / "growth.json").write_text(json.dumps(growth, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
