"""Input checks shared by the package: what was got, what was expected, the way out."""

import math
import numbers
import operator
from typing import Any

import numpy as np
from numpy.typing import NDArray


def refuse_masked(name: str, value: Any) -> None:
    """ValueError for masked entries: what is hidden would be used."""
    if np.ma.is_masked(value):
        raise ValueError(
            f"{name} must have no masked entries; take them out with .compressed(), or fill them"
        )


def integer(name: str, value: Any, *, minimum: int) -> int:
    """`value` as an int; ValueError unless it is a whole number of at least `minimum`."""
    refuse_masked(name, value)
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise ValueError(
            f"{name} must be a whole number, got {value!r} of type {type(value).__name__}"
        ) from None
    if number < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {number}")
    return number


def finite(name: str, value: Any) -> float:
    """`value` as a float; ValueError unless it is one finite real number."""
    refuse_masked(name, value)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if not isinstance(value, numbers.Real) or isinstance(value, (bool, np.bool_)):
        raise ValueError(
            f"{name} must be one real number, got {value!r} of type {type(value).__name__}"
        )
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond all floats
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    return number


def real_array(name: str, value: Any) -> NDArray[np.float64]:
    """`value` as a new float array of any shape; ValueError unless it holds real numbers."""
    refuse_masked(name, value)
    try:
        array = np.asarray(value)
    except ValueError:  # rows of unequal length
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be a real number or an array of them, got {value!r}")
    return array.astype(float)


def finite_array(name: str, value: Any) -> NDArray[np.float64]:
    """`value` as a new float array of any shape; ValueError unless it holds finite numbers."""
    array = real_array(name, value)
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite, got {array[~np.isfinite(array)].flat[0]}")
    return array


def numbers_only(name: str, value: Any) -> NDArray[np.float64]:
    """As `finite_array`, and a ValueError where True or False stands for a number."""
    array = finite_array(name, value)
    kind = getattr(value, "dtype", np.dtype(object)).kind
    if (
        kind == "b"
        or kind == "O"
        and any(isinstance(one, (bool, np.bool_)) for one in np.asarray(value, object).flat)
    ):
        raise ValueError(f"{name} must hold numbers, got True or False in {value!r}")
    return array


FREE_FLIP = 5e-4


def flips_freely(K: float, h: float = 0.0) -> bool:
    """Whether Metropolis without rest accepts nearly every flip, for `K` and `h` this weak.

    It keeps a spin with a chance of some 2 |K| or 2 |h|, else turns it over: at K = h = 0 the
    lattice flips to and fro for ever, and close to zero it remembers its start for 1 / (2 |K|)
    sweeps. Beyond a thousand of them no error bar of an ordinary run would say so.
    """
    return max(abs(K), abs(h)) < FREE_FLIP


def dimension(dim: Any) -> int:
    """`dim` as an int; ValueError unless it is 2 or 3."""
    if isinstance(dim, (int, np.integer)) and dim in (2, 3):
        return int(dim)
    raise ValueError(f"dim must be 2 (square lattice) or 3 (cubic lattice), got {dim!r}")


def generator(rng: Any) -> np.random.Generator:
    """A NumPy Generator from a seed or a Generator; ValueError when there is neither."""
    if isinstance(rng, np.random.Generator):
        return rng
    if rng is None:
        raise ValueError(
            "rng is needed, so that the result can be repeated: pass rng=1 or "
            "rng=np.random.default_rng(1)"
        )
    return np.random.default_rng(integer("rng", rng, minimum=0))


def many_spins(array: Any, *, dim: int | None = None) -> NDArray[np.int8]:
    """As `spins`, and with `dim` axes of space if that is given.

    An array (L, L) would be L chains, but is far more likely one lattice. It is refused unless
    `dim` = 1 says what it is.
    """
    shape = np.shape(array)
    if dim is None:
        if len(shape) == 2 and shape[0] == shape[1]:
            raise ValueError(
                f"got one lattice or many chains of shape {shape}, expected (n_samples, L, L); use "
                f"spins[None] for one square lattice, or dim=1 for {shape[0]} chains of "
                f"{shape[1]} spins"
            )
    elif len(shape) != 1 + integer("dim", dim, minimum=1):
        expected = ", ".join(["n_samples"] + ["L"] * dim)
        raise ValueError(f"spins must have shape ({expected}) for dim = {dim}, got {shape}")
    return spins(array)


def spins(array: Any, *, min_dim: int = 1) -> NDArray[np.int8]:
    """`array` as C-contiguous int8; ValueError unless it holds only +1 and -1.

    Axis 0 counts samples, the others are space: at least `min_dim` of equal length.
    """
    refuse_masked("spins", array)
    array = np.asarray(array)
    if array.dtype.kind not in "iuf" or array.size == 0:
        raise ValueError(
            f"spins must be a non-empty array of the integers +1 and -1, "
            f"got dtype {array.dtype} and shape {array.shape}"
        )
    if array.ndim < 1 + min_dim:
        raise ValueError(
            f"spins need axis 0 for samples and at least {min_dim} axes of space, got shape "
            f"{array.shape}; use spins[None] for a single configuration"
        )
    if len(set(array.shape[1:])) > 1:
        raise ValueError(f"the axes of space must have equal length, got shape {array.shape}")
    within = array.min() >= -1 and array.max() <= 1
    if not (within and array.astype(np.int8, copy=False).all()):  # int8 makes 0 of a fraction
        wrong = array[(array != 1) & (array != -1)].flat[0]
        raise ValueError(f"spins must be +1 or -1, found {wrong}; for 0/1 data use 2 * x - 1")
    return np.ascontiguousarray(array, dtype=np.int8)
