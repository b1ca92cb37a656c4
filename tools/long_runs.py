"""Make the stored runs of `book/_results` again: those too long for a page.

    python tools/long_runs.py                     list them, with what they cost
    python tools/long_runs.py NAME                run one anew and store it
    python tools/long_runs.py NAME --seed 7       with other random numbers

A run is a file `tools/runs/NAME.py`: a docstring whose first line says what is run, the rules of
stopping, and `run(seed) -> dict` of numbers and lists of numbers.
"""

import argparse
import datetime
import importlib.util
import json
import platform
import sys
import time
from pathlib import Path

import rgcourse
from rgcourse.results import stored_run

RUNS = Path(__file__).parent / "runs"
STORED = Path(__file__).resolve().parents[1] / "book/_results"
SEED = 2026


def names():
    """The runs there are, in order."""
    return sorted(path.stem for path in RUNS.glob("*.py"))


def load(name):
    """The module of a run."""
    if name not in names():
        raise ValueError(f"no run {name!r} in tools/runs; there are {', '.join(names())}")
    spec = importlib.util.spec_from_file_location(name, RUNS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def processor():
    """The processor in words."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def make(name, seed=SEED, folder=STORED):
    """Run it and store what it finds; its path. What was stored stays until the run is done."""
    module = load(name)
    start = time.process_time()
    data = module.run(seed)
    record = {
        "what": module.__doc__.strip().splitlines()[0].rstrip("."),
        "seed": seed,
        "version": rgcourse.__version__,
        "processor": processor(),
        "date": datetime.date.today().isoformat(),
        "seconds": round(time.process_time() - start, 1),
        "data": data,
    }
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    text = json.dumps(record, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return path


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Make the stored runs of the book again.")
    parser.add_argument("names", nargs="*", help="which; without names they are listed")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    if not options.names:
        for name in names():
            print(f"{name}: {stored_run(name)}")
        return 0
    try:
        for name in options.names:
            print(make(name, options.seed), flush=True)
    except ValueError as error:
        parser.error(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
