"""Plain data: all that a submission may be given, and all that it may answer with.

Only numbers, truth values, text, None, lists, dictionaries with text keys and arrays of numbers
pass between the grader and a submission, written as JSON. An object with methods of its own, such
as one that claims to be equal to everything, cannot pass.
"""

import math
from typing import Any

import numpy as np

__all__ = ["NotPlain", "Seed", "decode", "encode"]

MAX_NUMBERS = 200_000  # in one answer; a text may have as many characters


class NotPlain(ValueError):
    """A value that is not plain data, or too much of it."""


def encode(value: Any) -> Any:
    """`value` as what JSON can hold; arrays, complex numbers and seeds are marked as such.

    Raises
    ------
    NotPlain
        If the value, or something in it, is not plain data, or if it is larger than `MAX_NUMBERS`.

    Examples
    --------
    >>> encode((1, 2.5))
    {'list': [1, 2.5]}
    """
    return _encode(value, [MAX_NUMBERS])


def decode(value: Any) -> Any:
    """The value that `encode` has written; tuples have become lists.

    Raises
    ------
    NotPlain
        If `value` was not written by `encode`.

    Examples
    --------
    >>> decode(encode({"spins": np.ones(2, dtype=np.int8)}))
    {'spins': array([1, 1], dtype=int8)}
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise NotPlain("got something that no answer is written as")
    (kind, content), *_ = value.items()
    try:
        if kind == "list":
            return [decode(item) for item in content]
        if kind == "dict":
            return {str(key): decode(item) for key, item in content.items()}
        if kind == "complex":
            real, imaginary = content
            return complex(float(real), float(imaginary))
        if kind == "seed":
            return Seed(int(content))
        if kind == "array":
            name, shape, numbers = content
            return _array(name, tuple(map(int, shape)), numbers)
    except (TypeError, ValueError, AttributeError, OverflowError, MemoryError) as error:
        raise NotPlain(f"a broken {kind}: {error}") from None
    raise NotPlain(f"got {kind!r}, which is not plain data")


class Seed(int):
    """An integer that reaches a submission as the generator `np.random.default_rng(seed)`."""


def _encode(value, left):
    left[0] -= 1
    if left[0] < 0:
        raise NotPlain(f"more than {MAX_NUMBERS} numbers in one answer")
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        if kind is str and len(value) > MAX_NUMBERS:
            raise NotPlain(f"a text of {len(value)} characters; {MAX_NUMBERS} are allowed")
        return value if kind is not int or abs(value) < 2**63 else float(value)
    if kind is Seed:
        return {"seed": int(value)}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind in (list, tuple):
        return {"list": [_encode(item, left) for item in value]}
    if kind is dict:
        return {"dict": {_text(key): _encode(item, left) for key, item in value.items()}}
    if kind is np.longdouble:  # .item() leaves it as it is
        return float(value)
    if kind is np.clongdouble:
        return _encode(complex(value), left)
    if isinstance(value, np.generic) and kind.__module__ == "numpy":
        item = value.item()
        if isinstance(item, np.generic):
            raise NotPlain(f"an object of type {kind.__name__}; expected an ordinary number")
        return _encode(item, left)
    if kind is np.ndarray and value.dtype.kind in "biufc":
        left[0] -= value.size
        if left[0] < 0:
            raise NotPlain(f"an array of {value.size} numbers; {MAX_NUMBERS} are allowed")
        if value.dtype.char in "gG":  # extended precision: no other machine need know it
            value = value.astype(np.float64 if value.dtype.char == "g" else np.complex128)
        flat = value.ravel()
        if value.dtype.kind == "c":
            flat = np.stack([flat.real, flat.imag], axis=1).ravel()
        return {"array": [value.dtype.name, list(value.shape), flat.tolist()]}
    raise NotPlain(
        f"an object of type {kind.__name__}; expected numbers, text, lists, dictionaries or arrays"
    )


def _text(key):
    if type(key) is not str:
        raise NotPlain(f"a dictionary key of type {type(key).__name__}; expected text")
    return key


def _array(name, shape, numbers):
    if (
        name not in DTYPES
        or math.prod(shape) > MAX_NUMBERS
        or len(shape) > 8
        or min(shape, default=0) < 0
    ):
        raise NotPlain(f"an array of {name} of shape {shape}")
    is_complex = name.startswith("complex")
    flat = np.array(numbers, dtype=np.float64 if is_complex else name)
    if flat.shape != (math.prod(shape) * (2 if is_complex else 1),):
        raise NotPlain(f"an array of shape {shape} of {flat.size} numbers")
    if is_complex:
        flat = (flat[0::2] + 1j * flat[1::2]).astype(name)
    return flat.reshape(shape)


DTYPES = {
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
}  # fmt: skip
