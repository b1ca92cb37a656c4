"""What symmetries are worth in the numerical renormalization group, and that they change nothing.

    python benchmarks/nrg.py     about two minutes; exit code 1 below a floor or where levels differ

One Kondo flow, Lambda = 2.5, 40 sites, and so many multiplets that the sum of 2S + 1 is at least
1000, in three bases: (charge, S_z), (charge, spin), (isospin, spin). All in this process, in one
thread, in turns. A time is the least of ROUNDS turns in CPU seconds; the spread of a ratio is the
range of the middle half of the ratios of single turns. The levels of all states kept must agree.

Writes `nrg.json` beside this file.
"""

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"

import datetime  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

from rgcourse.nrg import ISOSPIN, MULTIPLETS, PROJECTIONS, kondo_flow  # noqa: E402

ROUNDS = 7
MODEL = {"J": 0.4, "Lambda": 2.5, "n_sites": 40, "n_keep": 480}
SLOWEST = "charge, S_z"
BASES = {SLOWEST: PROJECTIONS, "charge, spin": MULTIPLETS, "isospin, spin": ISOSPIN}
BOUNDS = {"charge, spin": (3.5, 6.0), "isospin, spin": (3.5, 6.0)}  # floor and aim
CLOSE = 1e-10


def flow(basis):
    return kondo_flow(MODEL["J"], **{k: v for k, v in MODEL.items() if k != "J"}, basis=basis)


def timed(basis):
    start = time.process_time()
    flow(basis)
    return time.process_time() - start


def states_kept(flow):
    """The number of states kept after each site."""
    return np.array([flow.multiplicity(N)[:k].sum() for N, k in enumerate(flow.kept)])


def largest_difference(flows):
    """Of levels between the flows, over all states that both keep at all sites."""
    first, *others = flows
    states = states_kept(first)
    for other in others:
        if not np.array_equal(states_kept(other), states):
            raise RuntimeError("the bases keep different states: the cut is not the same")
    return max(
        np.abs(other.levels(N, n) - first.levels(N, n)).max()
        for other in others
        for N, n in enumerate(states)
    )


def main():
    flows = [flow(basis) for basis in BASES.values()]
    states, apart = states_kept(flows[0]), float(largest_difference(flows))
    fewest = int(states[5:].min())
    print(f"{fewest} to {states.max()} states kept, levels agree to {apart:.1e}")
    seconds = np.array([[timed(basis) for basis in BASES.values()] for _ in range(ROUNDS)])
    rows, good = [], apart < CLOSE and fewest >= 1000
    for name, column in zip(BASES, seconds.T, strict=True):
        ratio = seconds[:, 0].min() / column.min()
        low, high = np.quantile(seconds[:, 0] / column, [0.25, 0.75])
        floor, aim = BOUNDS.get(name, (None, None))
        passed = bool(floor is None or ratio >= floor)
        good &= passed
        rows.append({
            "name": name, "seconds": column.min(), "ratio": ratio, "spread": [low, high],
            "floor": floor, "aim": aim, "passed": passed,
        })  # fmt: skip
        print(
            f"{name:16} {column.min():7.3f} s   {ratio:6.2f} times as fast"
            + f" ({low:.2f} .. {high:.2f})"
            + ("" if floor is None else f"   floor {floor:g}, aim {aim:g}")
            + ("" if passed else "  TOO SLOW")
        )
    results = {
        "model": MODEL, "states": [fewest, int(states.max())], "largest_difference": apart,
        "rounds": ROUNDS, "rows": rows, "date": datetime.date.today().isoformat(),
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
    }  # fmt: skip
    text = json.dumps(results, indent=1, default=float)
    (Path(__file__).parent / "nrg.json").write_text(text + "\n", encoding="utf-8")
    print("all floors hold" if good else "BELOW A FLOOR, OR LEVELS DIFFER")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
