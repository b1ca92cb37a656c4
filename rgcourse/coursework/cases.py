"""Hidden cases of a question, and how an answer is judged. Used in the `cases` cells of a source.

    def cases(rng, p):
        return [call("vote", random_spins(rng, p["L"]), Seed(1)), value("K_c", rtol=1e-3)]

An answer arrives as plain data. A judge is a function of the answer, the expected value and the
request that returns None where the answer is right, and a reason where it is not. Students read
the reasons: they hold neither a number of the answer, which may be a hidden input in disguise, nor
one of the right answer. A judge has a method `alike` where its answers cannot be compared by
`difference`: whether an answer is, within its tolerance or errors, that of a known mistake.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

__all__ = [
    "REFERENCE",
    "Case",
    "Close",
    "Honest",
    "Statistical",
    "call",
    "close",
    "difference",
    "honest",
    "is_finite",
    "kind_of",
    "listed",
    "real",
    "statistical",
    "value",
]

Judge = Callable[..., str | None]  # of the answer, the expected value, and the case

FALSE_ALARM_RATE = 1e-6  # how often a right statistical answer may be called wrong
MAX_Z = NormalDist().inv_cdf(1 - FALSE_ALARM_RATE / 2)
FAR = 4.0  # times the bound, beyond which a value is called wrong, not only its error
MANY = 12  # numbers of which each is named
SAME_ERROR = 1.5  # factor between two errors that may come from the same way to have them
UNCERTAIN_ERRORS = 1.15  # by which the sum may be larger, as errors come from some thirty bins
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth",
    "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
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


@dataclass(frozen=True)
class Close:
    """Accepts an answer of the same shape with every number within tolerance."""

    rtol: float
    atol: float

    def __call__(self, answer: Any, expected: Any, case: Case | None = None) -> str | None:
        """None where the answer is right, else a reason."""
        return difference(answer, expected, self.rtol, self.atol)

    def alike(self, answer: Any, other: Any, expected: Any) -> bool:
        """Whether the answer is the other one, which need not be finite."""
        if np.shape(answer) == np.shape(other) and is_finite(answer) is is_finite(other) is False:
            finite = np.isfinite(other)
            if not np.array_equal(finite, np.isfinite(answer)):
                return False
            answer, other = np.where(finite, answer, 0), np.where(finite, other, 0)
        return difference(answer, other, self.rtol, self.atol) is None


@dataclass(frozen=True)
class Statistical:
    """Accepts a measured pair (value, error) that agrees with the expected value."""

    most_error: float
    least_error: float
    z_most: float

    def __call__(self, answer: Any, expected: Any, case: Case | None = None) -> str | None:
        """None where the answer is right, else a reason."""
        if not isinstance(answer, (list, np.ndarray)) or np.shape(answer) != (2,):
            return f"expected a pair (value, error), got {kind_of(answer)}"
        got, error = (real(x) for x in answer)
        if got is None or error is None:
            return "expected two finite numbers in a pair (value, error)"
        if error <= 0:
            return "its error is not larger than zero, which no measurement has"
        if error > self.most_error:
            return "its error is larger than the question allows"
        if error < self.least_error:
            return "its error is too small to be an honest one"
        exact, own = expected if isinstance(expected, (list, tuple)) else (expected, 0.0)
        z = abs(got - exact) / math.hypot(error, own)
        if z <= self.z_most:
            return None
        if z > FAR * self.z_most:
            return "far more than its error away from the exact value"
        return "more of its errors away from the exact value than chance allows"

    def alike(self, answer: Any, other: Any, expected: Any) -> bool:
        """Whether values agree within their errors, and the errors are of one size."""
        if np.shape(answer) != (2,) or np.shape(other) != (2,):
            return False
        got, error, known, its_error = map(real, (*answer, *other))
        if got is None or error is None or known is None or its_error is None:
            return False
        if error <= 0 or its_error <= 0:
            return got == known and error == its_error
        same = 1 / SAME_ERROR <= error / its_error <= SAME_ERROR
        return same and abs(got - known) <= MAX_Z * math.hypot(error, its_error)


@dataclass(frozen=True)
class Honest:
    """Accepts measured pairs whose deviations are as large as their errors say."""

    most_error: tuple[float, ...]
    least: float
    most: float

    def __call__(self, answer: Any, expected: Any, case: Case | None = None) -> str | None:
        """None where the answer is right, else a reason."""
        n = len(self.most_error)
        if not isinstance(answer, (list, np.ndarray)) or len(answer) != n:
            return f"expected a pair (value, error) for each of {n}, got {kind_of(answer)}"
        total = 0.0
        for pair, exact, bound in zip(answer, expected, self.most_error, strict=True):
            reason = Statistical(bound, 0.0, math.inf)(pair, exact)
            if reason is not None:
                return f"of one of them, {reason}" if reason.startswith("its") else reason
            total += ((pair[0] - exact) / pair[1]) ** 2
        if self.least <= total <= self.most:
            return None
        if total > FAR**2 * self.most:
            return "deviations are far larger than the errors say: values, or errors, are wrong"
        if total > self.most:
            return "deviations are larger than the errors say: the errors are too small"
        return "deviations are smaller than the errors say: the errors are too large"

    def alike(self, answer: Any, other: Any, expected: Any) -> bool:
        """Whether deviations, each in its own error, are as large as those of the other."""
        sizes = [self._size(pairs, expected) for pairs in (answer, other)]
        if None in sizes:
            return False
        one, two = (max(size, 0.1) for size in sizes)  # below that, nothing was measured
        return abs(math.log(one / two)) < 4 / math.sqrt(len(self.most_error))

    def _size(self, answer, expected):
        pairs = np.asarray(answer, dtype=float)
        if pairs.shape != (len(self.most_error), 2) or not np.isfinite(pairs).all():
            return None
        if not (pairs[:, 1] > 0).all():
            return None
        values, errors = pairs.T
        return float(np.sqrt(np.mean(((values - np.asarray(expected)) / errors) ** 2)))


def close(rtol: float = 1e-7, atol: float = 1e-9) -> Judge:
    """A judge that accepts an answer of the same shape with every number within tolerance."""
    return Close(rtol, atol)


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
    return Statistical(most_error, least_error, z_most)


def honest(most_error: Sequence[float], false_alarm: float = FALSE_ALARM_RATE) -> Judge:
    """A judge of many measured pairs (value, error): are the errors what they say they are?

    The squared deviations from the exact values, each in its own error, add up to a chi-square of
    as many degrees of freedom as there are pairs. Too large a sum means that the errors are too
    small; too small a sum, that they are too large or that nothing was measured. Errors from a few
    dozen bins are themselves uncertain, so that deviations follow Student's t and their sum is
    larger: the upper bound is 15 % above that of chi-square. With 96 pairs a factor of two in all
    errors is missed less than once in ten thousand times either way; a dozen pairs would let it
    pass more often than not.

    Parameters
    ----------
    most_error : sequence of float
        The largest error that each pair may have.
    false_alarm : float
        How often the sum of honest, normally distributed deviations is refused, both sides
        together.
    """
    from scipy.special import gammaincinv

    n = len(most_error)
    sides = (false_alarm / 2, 1 - false_alarm / 2)
    least, most = (2 * float(gammaincinv(n / 2, side)) for side in sides)
    return Honest(tuple(most_error), least, UNCERTAIN_ERRORS * most)


def difference(answer: Any, expected: Any, rtol: float, atol: float) -> str | None:
    """None where answer and expected agree, else what is different, without any number of either.

    Parameters
    ----------
    answer, expected : plain data
    rtol, atol : float
        Relative and absolute tolerance of every number.
    """
    if isinstance(expected, dict):
        if not isinstance(answer, dict) or set(answer) != set(expected):
            return f"expected a dictionary of {', '.join(expected)}, got {_other_kind(answer)}"
        told = {key: difference(answer[key], expected[key], rtol, atol) for key in expected}
        return "; ".join(f"{key}: {text}" for key, text in told.items() if text) or None
    if expected is None or isinstance(expected, (str, bool, np.bool_)):
        same = type(answer) is type(expected) and answer == expected
        return None if same else f"got {kind_of(answer)}, which is not it"
    try:
        got, want = np.asarray(answer), np.asarray(expected)
    except ValueError:
        return "rows of different length"
    if got.dtype.kind not in "biufc":
        return f"expected {'numbers' if want.size > 1 else 'a number'}, got {kind_of(answer)}"
    if got.shape != want.shape:
        return _other_shape(got.shape, want.shape, isinstance(expected, list))
    if not np.all(np.isfinite(got)):
        return "not a finite number" if want.size == 1 else "not all numbers are finite"
    right = np.abs(got.astype(complex) - want) <= atol + rtol * np.abs(want)
    if np.all(right):
        return None
    return "wrong" if want.size == 1 else _which(~right.ravel(), want.ndim == 1)


def _which(wrong, in_a_row):
    """Which of several numbers are wrong, in words."""
    n, places = len(wrong), np.flatnonzero(wrong)
    if len(places) == n:
        return f"all {n} numbers are wrong"
    if not in_a_row or n > MANY:
        return f"{len(places)} of {n} numbers {'is' if len(places) == 1 else 'are'} wrong"
    named = listed([f"the {ORDINALS[place]}" for place in places])
    return f"{named} of {n} numbers {'is' if len(places) == 1 else 'are'} wrong"


def _other_shape(got, want, is_list):
    """That a shape is not the expected one, without what could be found out of hidden inputs."""
    if not want:
        return f"expected a number, got {_axes(got)}"
    if len(want) == len(got) == 1 and is_list and want[0] <= MANY:
        return f"expected {want[0]} numbers, got {got[0] if got[0] <= MANY else 'many'}"
    if len(got) != len(want):
        return f"got {_axes(got)}, expected {_axes(want)}"
    axes = [f"the {ORDINALS[n]}" for n, (a, b) in enumerate(zip(got, want, strict=True)) if a != b]
    return "the wrong length" if len(want) == 1 else f"the wrong length along {listed(axes)} axis"


def _axes(shape):
    return f"numbers in {len(shape)} ax{'is' if len(shape) == 1 else 'es'}" if shape else "a number"


def _other_kind(answer):
    return "other keys" if isinstance(answer, dict) else kind_of(answer)


def real(x: Any) -> float | None:
    """`x` as a finite float, None if it is not one."""
    if isinstance(x, (bool, str)) or not isinstance(x, (int, float, np.number)):
        return None
    return float(x) if np.isreal(x) and math.isfinite(x) else None


def is_finite(x: Any) -> bool:
    """Whether all of a number, or of numbers, is finite; anything else counts as such."""
    try:
        return bool(np.all(np.isfinite(x)))
    except (TypeError, ValueError):
        return True


def kind_of(answer: Any) -> str:
    """What kind of thing an answer is, without anything of what is in it.

    Examples
    --------
    >>> kind_of([1, 2.5])
    'a list'
    """
    if isinstance(answer, np.ndarray):
        return f"an array with {answer.ndim} ax{'is' if answer.ndim == 1 else 'es'}"
    kinds = {bool: "a truth value", str: "a text", list: "a list", dict: "a dictionary"}
    names = kinds | {int: "a number", float: "a number", complex: "a complex number"}
    return names.get(type(answer), "nothing")


def listed(words: Sequence[str]) -> str:
    """Words as they are listed in a sentence.

    Examples
    --------
    >>> listed(["the first", "the second", "the fourth"])
    'the first, the second and the fourth'
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
