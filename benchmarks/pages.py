"""What each page needs to run, as a multiple of a loop of known work in the same process.

    python benchmarks/pages.py            every page
    python benchmarks/pages.py flows      one

A page may need a minute of two cores on a machine of 2024: `LIMIT` loops. Seconds alone would
measure the machine, and how busy it is; so processor time is compared, loop and page in turns.
"""

import asyncio
import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import pages  # noqa: E402

LIMIT = 120.0  # loops a page may cost: two cores for a minute, where the loop takes a second


def loop():
    """Processor seconds of a fixed piece of work, half of it Python's, half of it NumPy's."""
    start = time.process_time()
    total, x = 0, np.linspace(0, 1, 200_000)
    for n in range(13_000_000):
        total += n & 3
    for _ in range(650):
        x = np.sqrt(x * x + 1e-9)
    assert total and x[-1] > 0
    return time.process_time() - start


def main(names):
    too_long = []
    for path in pages.chosen(names):
        before = loop()
        _, meter = asyncio.run(pages.execute(pages.read(path), path.parent))
        unit = statistics.mean([before, loop()])
        cost = meter.processor_seconds / unit
        print(
            f"{path.stem:24} {meter.seconds:6.1f} s {meter.processor_seconds:6.1f} s of processor "
            f"{cost:6.1f} loops (limit {LIMIT:g}; a loop {unit:.2f} s)",
            flush=True,
        )
        too_long += [path.stem] if cost > LIMIT else []
    if too_long:
        sys.exit(f"too long: {', '.join(too_long)}; make the run smaller, or store it")


if __name__ == "__main__":
    main(sys.argv[1:])
