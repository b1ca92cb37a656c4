"""One thread for linear algebra where matrices are small: two spend their time waiting."""

import ctypes
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

import numpy
import scipy

_lock, _inside, _before = Lock(), 0, []


@contextmanager
def one_blas_thread():
    """Context, or decorator, in which OpenBLAS uses one thread; then as many as before.

    Matrices of a few hundred rows gain nothing from a second thread, and where other processes
    want the same cores, threads that wait for each other take many times as long as one alone.
    May be entered several times, from several threads: the last one to leave switches back. Does
    nothing where NumPy and SciPy came with another library.

    Examples
    --------
    >>> with one_blas_thread():
    ...     print({get() for get, _ in switches()} <= {1})
    True
    """
    global _inside, _before
    with _lock:
        if _inside == 0:
            _before = [get() for get, _ in switches()]
            _put([1] * len(_before))
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _put(_before)


def _put(numbers):
    for (_, put), threads in zip(switches(), numbers, strict=True):
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
