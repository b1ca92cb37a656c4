"""How the package compiles its kernels: in one place, so that all of them are compiled alike."""

from numba import njit

# `cache` keeps what was compiled on disk, `nogil` lets chains run in threads, one chain each, and
# with NumPy's error model a division by zero gives inf or nan, without a test before each of them.
compiled = njit(cache=True, nogil=True, error_model="numpy")
