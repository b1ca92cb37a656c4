"""What a successful pivot costs, by tree, by table and by a Python set, against the length.

The comparison of benchmarks/walks.py, whose docstring has its rules, stored so that a page has it.
Times are of one processor, and another one makes others; their powers of the length differ less.
"""

import importlib.util
from pathlib import Path

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks/walks.py"


def run(seed):
    """About a minute of one core; the seed of the walks is that of the benchmark."""
    spec = importlib.util.spec_from_file_location("walks_benchmark", BENCHMARK)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    found = {}
    for dim in (2, 3):
        for name, row in benchmark.compare(dim).items():
            word = name.split()[-1]
            found[f"lengths_{word}_{dim}"] = row["N"]
            found[f"microseconds_{word}_{dim}"] = row["microseconds"]
            found[f"accepted_{word}_{dim}"] = row["accepted"]
    return found
