"""What the first call of a chain costs where nothing has been compiled yet: processor seconds.

    python benchmarks/cold_start.py [checkout of an older version]

Each turn is a fresh process with an empty cache of kernels, as on a new machine of Colab or Binder:
import, a chain on the 64 x 64 square, one sweep; then a record. A time is the least of ROUNDS
turns, user and system, and an older version, if given, takes turns with this one. Writes
`cold_start.json` beside this file.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUNDS = 5
CHAINS = ("HeatBath", "Metropolis", "Wolff", "SwendsenWang")
LIMITS = {"HeatBath": 1.5, "SwendsenWang": 2.6}  # seconds for import and first sweep

SCRIPT = """
import time
from rgcourse.samplers import {chain} as Chain
imported = time.process_time()
chain = Chain(64, 0.44, rng=1)
chain.sweep()
swept = time.process_time()
chain.record(1)
print(imported, swept, time.process_time())
"""


def one_turn(root, chain):
    """Processor seconds of a fresh process up to the import, the first sweep, the first record."""
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache, "PYTHONPATH": str(root)}
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT.format(chain=chain)],
            env=environment, cwd=root, check=True, capture_output=True, text=True,
        )  # fmt: skip
    return [float(number) for number in run.stdout.split()]


def main(older=None):
    roots = {"now": HERE.parent} | ({"before": Path(older).resolve()} if older else {})
    turns = {(chain, when): [] for chain in CHAINS for when in roots}
    for _ in range(ROUNDS):
        for chain, when in turns:
            turns[chain, when].append(one_turn(roots[when], chain))
    results = {}
    for chain, when in turns:
        least = [min(column) for column in zip(*turns[chain, when], strict=True)]
        stages = dict(zip(("import", "first sweep", "first record"), least, strict=True))
        results.setdefault(chain, {})[when] = {k: round(t, 2) for k, t in stages.items()}
        line = "  ".join(f"{name} {seconds:.2f} s" for name, seconds in stages.items())
        print(f"{chain:14} {when:7} {line}")
    missed = False
    for chain, limit in LIMITS.items():
        found = results[chain]["now"]["first sweep"]
        missed |= found > limit
        print(f"{chain}: {found:.2f} s, limit {limit} s: {'MISSED' if found > limit else 'kept'}")
    text = json.dumps({"limits": LIMITS, "processor seconds": results}, indent=1)
    (HERE / "cold_start.json").write_text(text + "\n", encoding="utf-8")
    return missed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
