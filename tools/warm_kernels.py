"""Compile the kernels once, so that the first reader of an image does not wait for it.

    python tools/warm_kernels.py

The examples of the docstrings call everything that matters, and numba stores what they compile
beside the sources, or where `NUMBA_CACHE_DIR` says. It is taken by later processes on a processor
of the same kind; on another one numba compiles again, and nothing is wrong.
"""

import doctest
import importlib
import pkgutil
import sys

import matplotlib


def main():
    """Exit status 0 when every example gave what it says."""
    matplotlib.use("agg")
    import rgcourse

    found = pkgutil.walk_packages(rgcourse.__path__, "rgcourse.")
    results = [doctest.testmod(importlib.import_module(module.name)) for module in found]
    print(sum(result.attempted for result in results), "examples of", len(results), "modules")
    return int(any(result.failed for result in results))


if __name__ == "__main__":
    sys.exit(main())
