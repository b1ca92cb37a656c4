"""Hidden cases of a question, and how an answer is judged. Used in the `cases` cells of a source.

    def cases(rng, p):
        return [call("vote", random_spins(rng, p["L"]), Seed(1)), value("K_c", rtol=1e-3)]

An answer arrives as plain data. A judge is a function of the answer, the expected value and the
request that returns None where the answer is right, and a reason where it is not.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

__all__ = [
    "REFERENCE",
    "Case",
    "call",
    "close",
    "difference",
    "real",
    "shown",
    "statistical",
    "value",
]

Judge = Callable[..., str | None]  # of the answer, the expected value, and the case

FALSE_ALARM_RATE = 1e-6  # how often a right statistical answer may be called wrong
MAX_Z = NormalDist().inv_cdf(1 - FALSE_ALARM_RATE / 2)
REFERENCE = object()  # the expected value is what the reference solution gives


@dataclass(frozen=True)
class Case:
    """One thing asked of a submission: a value, or a call with arguments."""

    name: str
    args: tuple[Any, ...] | None
    judge: Judge
    expected: Any = REFERENCE
    weight: float = 1.0
    label: str = ""

    @property
    def asked(self) -> str:
        """What was asked, in words that give nothing away."""
        return self.label or (f"{self.name}(...)" if self.args is not None else self.name)


def call(
    name: str,
    *args: Any,
    judge: Judge | None = None,
    expected: Any = REFERENCE,
    weight: float = 1.0,
    label: str = "",
) -> Case:
    """A `Case` that calls the function `name` of the submission with these arguments.

    Parameters
    ----------
    name : str
        Of a function in the submission.
    *args
        Plain data (`rgcourse.coursework.plain`); a `Seed` arrives as a generator.
    judge : callable, optional
        `close()` unless one is given.
    expected : plain data, optional
        What the reference solution returns unless given.
    weight : float
        Share in the points of the question.
    label : str
        What feedback calls it; the name unless given.
    """
    return Case(name, args, judge or close(), expected, weight, label)


def value(
    name: str,
    *,
    judge: Judge | None = None,
    expected: Any = REFERENCE,
    weight: float = 1.0,
    label: str = "",
) -> Case:
    """A `Case` that reads the variable `name` of the submission.

    Parameters
    ----------
    name : str
        Of a variable in the submission.
    judge, expected, weight, label
        As for `call`.
    """
    return Case(name, None, judge or close(), expected, weight, label)


def close(rtol: float = 1e-7, atol: float = 1e-9) -> Judge:
    """A judge that accepts an answer of the same shape with every number within tolerance."""

    def judge(answer, expected, case=None):
        return difference(answer, expected, rtol, atol)

    return judge


def statistical(most_error: float, least_error: float = 0.0, z_most: float = MAX_Z) -> Judge:
    """A judge of a measured pair (value, error) against an expected value.

    The expected value is a number, or a pair of a number and its own error.

    Parameters
    ----------
    most_error : float
        A larger error means that too little was measured.
    least_error : float
        A smaller error is not an honest one.
    z_most : float
        The deviation must lie within so many combined errors; by default 4.89, where a right
        answer is refused once in a million.
    """

    def judge(answer, expected, case=None):
        if not isinstance(answer, (list, np.ndarray)) or np.shape(answer) != (2,):
            return f"expected a pair (value, error), got {shown(answer)}"
        got, error = (real(x) for x in answer)
        if got is None or error is None:
            return f"expected two finite numbers, got {shown(answer)}"
        exact, own = expected if isinstance(expected, (list, tuple)) else (expected, 0.0)
        if not least_error <= error <= most_error:
            return f"an error of {error:.2g}, expected {least_error:g} to {most_error:g}"
        z = (got - exact) / math.hypot(error, own)
        return None if abs(z) <= z_most else f"{abs(z):.1f} of its errors away from the truth"

    return judge


def difference(answer: Any, expected: Any, rtol: float, atol: float) -> str | None:
    """None where answer and expected agree, else what is different, without the right value.

    Parameters
    ----------
    answer, expected : plain data
    rtol, atol : float
        Relative and absolute tolerance of every number.
    """
    if isinstance(expected, dict):
        if not isinstance(answer, dict) or set(answer) != set(expected):
            return f"expected a dictionary of {', '.join(expected)}, got {shown(answer)}"
        found = ((key, difference(answer[key], expected[key], rtol, atol)) for key in expected)
        return next((f"{key}: {text}" for key, text in found if text), None)
    if expected is None or isinstance(expected, (str, bool, np.bool_)):
        same = type(answer) is type(expected) and answer == expected
        return None if same else f"got {shown(answer)}, which is not it"
    try:
        got, want = np.asarray(answer), np.asarray(expected)
    except ValueError:
        return "rows of different length"
    if got.dtype.kind not in "biufc":
        return f"expected {'numbers' if want.size > 1 else 'a number'}, got {shown(answer)}"
    if got.shape != want.shape:
        return f"shape {got.shape}, expected {want.shape}"
    if not np.all(np.isfinite(got)):
        return "not a finite number"
    right = np.abs(got.astype(complex) - want) <= atol + rtol * np.abs(want)
    if np.all(right):
        return None
    return "wrong" if want.size == 1 else f"{np.sum(~right)} of {want.size} numbers are wrong"


def real(x: Any) -> float | None:
    """`x` as a finite float, None if it is not one."""
    if isinstance(x, (bool, str)) or not isinstance(x, (int, float, np.number)):
        return None
    return float(x) if np.isreal(x) and math.isfinite(x) else None


def shown(answer: Any) -> str:
    """An answer in a few words."""
    if isinstance(answer, np.ndarray):
        return f"an array of shape {answer.shape}"
    text = repr(answer)
    return text if len(text) <= 60 else f"{type(answer).__name__} of {len(text)} characters"
