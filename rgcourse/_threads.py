"""One thread for linear algebra where matrices are small: two spend their time waiting."""

import ctypes
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy
import scipy


@contextmanager
def one_blas_thread():
    """Context, or decorator, in which OpenBLAS uses one thread; then as many as before.

    Matrices of a few hundred rows gain nothing from a second thread, and where other processes
    want the same cores, threads that wait for each other take many times as long as one alone.
    Does nothing where NumPy and SciPy came with another library.

    Examples
    --------
    >>> with one_blas_thread():
    ...     print({get() for get, _ in switches()} <= {1})
    True
    """
    before = [get() for get, _ in switches()]
    try:
        for _, put in switches():
            put(1)
        yield
    finally:
        for (_, put), threads in zip(switches(), before, strict=True):
            put(threads)


@cache
def switches():
    """[(get, set)] of the number of threads, one pair for each OpenBLAS of NumPy and SciPy."""
    found = []
    for package in (numpy, scipy):
        home = Path(package.__file__).parent
        for folder in (home.parent / f"{package.__name__}.libs", home / ".dylibs"):
            for path in folder.glob("*openblas*"):
                library = ctypes.CDLL(str(path))  # loaded already: the same library again
                for suffix in ("64_", ""):
                    names = [f"scipy_openblas_{x}_num_threads{suffix}" for x in ("get", "set")]
                    if all(hasattr(library, name) for name in names):
                        found.append(tuple(getattr(library, name) for name in names))
    return found
