"""Self-checks of exercises by name, and what is said of an answer.

What is right was computed by the pages' own solutions and stands, covered, in `selfcheck.json`
(`tools/self_checks.py` writes it from `book/exercises.toml`). Nothing is sent or kept.
"""

import base64
import difflib
import functools
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _checks
from ..statistics import Estimate
from . import _kernels as kernels
from .typed import read_typed

__all__ = ["WORDS", "Check", "Verdict", "checks", "selfcheck"]

LETTERS = "abcdefgh"
# What a page and Jupyter say; the place in braces is filled.
WORDS = {
    "right": "Right.",
    "known": "Not yet: this is {0}.",
    "count": "{0} asked for, {1} given.",
    "one": "One number",
    "many": "{0} numbers",
    "not yet": "Not yet.",
    "some": "Not yet: {0} of {1} are right.",
    "no error": "This is a measured value: give its error too, as 0.441 ± 0.002.",
    "too sure": "The error is too small for a run as long as the page's own.",
    "too vague": "The error is too large to say anything: measure longer.",
    "too far": "Not yet: it is too many of its errors away.",
}


@dataclass(frozen=True)
class Check:
    """The self-check of one exercise.

    Parameters
    ----------
    name : str
        Page and title, such as "decimation/three-at-a-time".
    page, label : str
        File name of the page, and label of the exercise on it.
    ask : str
        What is to be given.
    n : int
        How many numbers.
    choices : tuple of str
        Answers to choose from, a to h; empty where a number is typed.
    mistakes : tuple of str
        Names of the mistakes that are recognised.
    sealed : str
        What is right, covered (`_kernels`), as base64.
    """

    name: str
    page: str
    label: str
    ask: str
    n: int
    choices: tuple[str, ...]
    mistakes: tuple[str, ...]
    sealed: str

    def numbers(self) -> NDArray[np.float64]:
        """What is right, uncovered, as the validator takes it."""
        words = np.frombuffer(base64.b64decode(self.sealed), "<u8").astype(np.uint64)
        kernels.uncover(words)
        return words.view(np.float64)

    def judge(self, answer: Any) -> "Verdict":
        """The verdict on an answer; see `selfcheck`."""
        given, has_error = self._read(answer)
        return self._said(int(kernels.verdict_on(self.numbers(), given, has_error)), given.size)

    def _read(self, answer):
        """(numbers, whether the last is an error) of an answer of any form."""
        if self.choices:
            letters = LETTERS[: len(self.choices)]
            letter = answer.strip(" ()").lower() if isinstance(answer, str) else ""
            if len(letter) != 1 or letter not in letters:
                offered = ", ".join(
                    f"{a} ({b})" for a, b in zip(letters, self.choices, strict=True)
                )
                raise ValueError(f"choose one of {offered}, got {answer!r}")
            return np.array([float(letters.index(letter))]), False
        if isinstance(answer, str):
            values, error = read_typed(answer)
            return np.array(values if error is None else [*values, error]), error is not None
        if isinstance(answer, Estimate):
            answer = _checks.finite_array("answer", [answer.value, answer.error])
            return answer.ravel(), True
        if answer is ... or answer is None:
            raise ValueError(f"there is no answer yet, got {answer!r}")
        return _checks.numbers_only("answer", _plain(answer)).ravel(), False

    def _said(self, code, n_given):
        if code > 0:
            return Verdict(False, WORDS["known"].format(self.mistakes[code - 1]))
        if code <= kernels.SOME:
            return Verdict(False, WORDS["some"].format(kernels.SOME - code, self.n))
        if code == kernels.OTHER_COUNT:
            return Verdict(False, WORDS["count"].format(count_words(self.n), n_given))
        word = {
            kernels.RIGHT: "right",
            kernels.NOT_YET: "not yet",
            kernels.NO_ERROR: "no error",
            kernels.TOO_SURE: "too sure",
            kernels.TOO_VAGUE: "too vague",
            kernels.TOO_FAR: "too far",
        }[code]
        return Verdict(code == kernels.RIGHT, WORDS[word])


@dataclass(frozen=True)
class Verdict:
    """What a self-check says; prints as its words, and is true where the answer is right."""

    right: bool
    words: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return self.words


def selfcheck(name: str, answer: Any) -> Verdict:
    """Whether an answer to an exercise of the book is right; if not, which mistake it is, if known.

    The same code judges the answers that are typed into the book's pages. Nothing is sent.

    Parameters
    ----------
    name : str
        Page and title of the exercise, such as "decimation/three-at-a-time"; the page shows it
        below the exercise.
    answer : number, sequence of numbers, Estimate or str
        A text is read as the page reads it: "0.441 ± 0.002", "1/2", or the letter of a choice.

    Returns
    -------
    Verdict
        Prints as its words.

    Raises
    ------
    ValueError
        If there is no such exercise, or the answer cannot be read.

    Examples
    --------
    >>> selfcheck("decimation/an-antiferromagnet-forgets-its-sign", [1, 1])
    Not yet: this is a sign that every step takes away.
    """
    known = checks()
    if name not in known:
        close = difflib.get_close_matches(str(name), known, 3, 0.4)
        there = [one for one in known if one.startswith(f"{str(name).split('/')[0]}/")]
        offer = ", ".join(close or there) or "list(rgcourse.answers.checks())"
        raise ValueError(f"no exercise is called {name!r}; try {offer}")
    return known[name].judge(answer)


@functools.cache
def checks() -> dict[str, Check]:
    """All self-checks by name, in the order of the book."""
    stored = json.loads((files("rgcourse") / "data/selfcheck.json").read_text(encoding="utf-8"))
    made = [
        Check(**one | {"choices": tuple(one["choices"]), "mistakes": tuple(one["mistakes"])})
        for one in stored
    ]
    return {check.name: check for check in made}


def count_words(n: int) -> str:
    """How many numbers, in words.

    Examples
    --------
    >>> count_words(1), count_words(3)
    ('One number', '3 numbers')
    """
    return WORDS["one"] if n == 1 else WORDS["many"].format(n)


def seal(numbers: NDArray[np.float64], key: int) -> str:
    """Numbers covered, with the key in the first word, as base64: what `Check.numbers` undoes."""
    words = np.ascontiguousarray(numbers, float).view(np.uint64).copy()
    words[0] = key
    kernels.uncover(words)
    return base64.b64encode(words.astype("<u8").tobytes()).decode()


def _plain(answer):
    """Estimates inside a list count by their values."""
    if isinstance(answer, (list, tuple)):
        return [one.value if isinstance(one, Estimate) else one for one in answer]
    return answer
