"""What a pivot costs as the walk grows: by table, by tree, and by a set of tuples in NumPy.

    python benchmarks/walks.py     a minute or two; exit code 1 if the tree is not sublinear

All lengths and programs take turns in this process, in one thread; a time is the least of ROUNDS
turns in CPU seconds. What counts is the time for each *successful* pivot, since those alone change
the walk. Every chain goes on from a walk of the tree, which is close to a typical one. No package
that one can install pivots walks, so the peer is what one would write in an afternoon.

Writes `walks.json` beside this file: microseconds, and for each program the exponent p of
time ~ N**p between the last two lengths and over all of at least 1000 steps.
"""

import os

for threads in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"

import json  # noqa: E402
import platform  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from importlib.metadata import version  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

from rgcourse.walks import PivotChain, TreeChain, lattice_symmetries  # noqa: E402

HERE = Path(__file__).parent
ROUNDS = 3
SECONDS = 0.25  # of a turn
LENGTHS = {
    "tree": (100, 1000, 10_000, 100_000, 1_000_000),
    "table": (100, 1000, 10_000, 100_000),
    "NumPy and a set": (100, 1000, 10_000),
}


class SetChain:
    """The peer: all sites turned by NumPy, looked up in a Python set."""

    def __init__(self, n, *, dim, rng):
        self.n, self.rng = n, np.random.default_rng(rng)
        self.sites = TreeChain(n, dim=dim, rng=rng).sites
        self.group = lattice_symmetries(dim)
        self.attempts = self.successes = 0

    def run(self, n_attempts):
        for _ in range(n_attempts):
            k = int(self.rng.integers(1, self.n))
            turn = self.group[self.rng.integers(1, len(self.group))]
            at = self.sites[k]
            arm = at + (self.sites[k + 1 :] - at) @ turn.T  # site a, [b] a -> b
            if {*map(tuple, arm.tolist())}.isdisjoint(map(tuple, self.sites[: k + 1].tolist())):
                self.sites[k + 1 :] = arm
                self.successes += 1
        self.attempts += n_attempts


def table(n, *, dim, rng):
    """The chain with a table, from a walk of the tree: a rod would be easy to pivot."""
    chain = PivotChain(n, dim=dim, rng=rng)
    chain._sites[:] = TreeChain(n, dim=dim, rng=rng).sites.ravel()
    return chain


PROGRAMS = {"tree": TreeChain, "table": table, "NumPy and a set": SetChain}


def one_turn(chain, n):
    """Microseconds of CPU for each successful pivot, over n attempts."""
    before, start = chain.successes, time.thread_time()
    chain.run(n)
    return 1e6 * (time.thread_time() - start) / max(1, chain.successes - before)


def repetitions(chain):
    """Attempts that fill a turn; the first ones compile the kernel and are not timed."""
    chain.run(20)
    start = time.thread_time()
    chain.run(50)
    return max(50, int(50 * SECONDS / (time.thread_time() - start + 1e-9)))


def exponent(lengths, times):
    """p of times ~ lengths**p."""
    return float(np.polyfit(np.log(lengths), np.log(times), 1)[0])


def compare(dim):
    chains = {(name, n): PROGRAMS[name](n, dim=dim, rng=1)
              for name, lengths in LENGTHS.items() for n in lengths}  # fmt: skip
    attempts = {key: repetitions(chain) for key, chain in chains.items()}
    turns = {key: [] for key in chains}
    for _ in range(ROUNDS):
        for key, chain in chains.items():
            turns[key].append(one_turn(chain, attempts[key]))
    rows = {}
    for name, lengths in LENGTHS.items():
        times = [min(turns[name, n]) for n in lengths]
        shares = [chains[name, n].successes / chains[name, n].attempts for n in lengths]
        rows[name] = {"N": list(lengths), "microseconds": times, "accepted": shares,
                      "exponent": exponent(lengths[1:], times[1:]),
                      "last exponent": exponent(lengths[-2:], times[-2:])}  # fmt: skip
        line = "  ".join(f"{n}: {t:.3g}" for n, t in zip(lengths, times, strict=True))
        print(f"d = {dim}  {name:16} {line}   ~ N^{rows[name]['exponent']:.2f}")
    return rows


def main():
    about = {"machine": platform.machine(), "python": platform.python_version(),
             **{name: version(name) for name in ("numpy", "numba")}}  # fmt: skip
    found = {f"d = {dim}": compare(dim) for dim in (2, 3)}
    text = json.dumps({"about": about, **found}, indent=1)
    (HERE / "walks.json").write_text(text + "\n", encoding="utf-8")
    return int(max(rows["tree"]["last exponent"] for rows in found.values()) >= 1)


if __name__ == "__main__":
    sys.exit(main())
