"""Which of the mistakes that a source lists an answer is, found by making those mistakes as well.

The `wrong` cells of a question are run in the place of its answer, with the student's numbers, and
asked the same hidden cases. An answer is recognised as a mistake if it is that mistake's wherever
the mistake gives something wrong; a list or a dictionary is compared part by part.
"""

import contextlib
import io
import json
import threading
import time
import types
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from . import cases as case_tools
from . import key as keys
from . import plain, source

__all__ = ["FAILED", "Asked", "Mistakes", "Recognised", "names_of"]

SAME = case_tools.close()
FAILED = object()  # in the place of an answer, where there is none
MOST_SECONDS = 60.0  # of a processor; a question whose mistakes take longer is not compared
MOST_NAMES = 2  # more mistakes that give the same answers are not told apart, and not told

Asked = tuple[case_tools.Case, Any]  # and what is expected
Unit = tuple[int, Any]  # a case by its number, and a part of its answer, None for all of it


@dataclass(frozen=True)
class Recognised:
    """A mistake by its name, or the few that cannot be told apart, and what it explains."""

    names: tuple[str, ...]
    units: frozenset[Unit]
    whole: bool  # whether it explains all that is wrong in the question


def names_of(assignment: source.Assignment, question: str) -> list[str]:
    """The mistakes of a question by name: the first line of each `wrong` cell, a comment."""
    listed = assignment.code_of("wrong", question)
    return [code.strip().split("\n")[0].lstrip("# ").strip() for code in listed]


class Mistakes:
    """Answers of the mistakes of an assignment, each computed once, and only when asked for.

    Parameters
    ----------
    key : Key
    asked : dict
        `{question: [(Case, expected)]}` of the student called `reference`. A mistake that spoils
        nothing for it where another student has lost points is not made for that student.
    lock : Lock
        Held while a mistake is made: its output is caught, and that of another would be too.
    """

    def __init__(
        self, key: "keys.Key", asked: dict[str, list[Asked]], lock: threading.Lock
    ) -> None:
        self.key, self.asked = key, asked
        self.known: dict[tuple[str, int, str, str], Any] = {}
        self.reads: dict[tuple[str, int, str], bool] = {}  # does a function read parameters?
        self.spoils: dict[tuple[str, int], set[int]] = {}
        self.lock = lock

    def recognised(
        self,
        question: str,
        asked: Sequence[Asked],
        answers: Sequence[Any],
        parameters: dict[str, Any],
    ) -> list[Recognised]:
        """The mistakes that explain what is wrong in the answers to a question.

        Parameters
        ----------
        question : str
        asked : sequence of (Case, expected)
            All cases of the question.
        answers : sequence
            The student's, as plain data; `FAILED` where there is none.
        parameters : dict
            From `Key.parameters`.
        """
        wrong = _wrong_units(asked, answers)
        tried = {n for n, _ in wrong if answers[n] is not FAILED}
        if not tried:
            return []
        found: dict[frozenset[Unit], list[str]] = {}
        cases = [case for case, _ in asked]
        begin = time.thread_time()
        for number, name in enumerate(names_of(self.key.assignment, question)):
            with self.lock:
                if not tried & self._spoiled(question, number):
                    continue
                made = self._answers(question, number, cases, parameters)
                units = _explained(asked, answers, made)
            if units:
                found.setdefault(units, []).append(name)
            if time.thread_time() - begin > MOST_SECONDS:
                return []
        return [
            Recognised(tuple(names), units, _covers(units, wrong))
            for units, names in found.items()
            if len(names) <= MOST_NAMES and not any(units < other for other in found)
        ]

    def _spoiled(self, question, number):
        """Numbers of the cases that a mistake spoils, for the student called `reference`."""
        if (question, number) not in self.spoils:
            asked = self.asked[question]
            cases = [case for case, _ in asked]
            made = [*self._answers(question, number, cases, self.key.parameters("reference"))]
            self.spoils[question, number] = {n for n, _ in _wrong_units(asked, made)}
        return self.spoils[question, number]

    def _answers(self, question, number, cases, parameters):
        """What a mistake answers to each case, made when it is asked for."""
        own = json.dumps(parameters, default=str)
        space = None
        for case in cases:
            asked = sha256(json.dumps(keys.request(case)).encode()).hexdigest()
            free = not self.reads.get((question, number, case.name), True)
            if (question, number, asked, "" if free else own) not in self.known:
                if space is None:
                    space = self._space(question, number, parameters)
                free = case.args is not None and not reads_data(space.get(case.name), space)
                self.reads[question, number, case.name] = not free
                self.known[question, number, asked, "" if free else own] = _answer(case, space)
            yield self.known[question, number, asked, "" if free else own]

    def _space(self, question, number, parameters):
        """Names of a notebook in which this mistake stands where the answer should be."""
        space = keys.space_of_source() | dict(parameters)
        wrong = self.key.assignment.code_of("wrong", question)[number]
        for cell in self.key.assignment.cells:
            if cell.cell_type != "code" or source.is_private(cell):
                continue
            tags = source.tags_of(cell)
            mine = "answer" in tags and source.course_metadata(cell)["question"] == question
            if mine or "answer" not in tags or "needed" in tags:
                code = wrong if mine else source.without_markers(cell.source)
                with _quietly(), contextlib.suppress(Exception):  # checks that lack other answers
                    exec(compile(code, "a mistake", "exec"), space)
        return space


def reads_data(function: Any, space: dict[str, Any]) -> bool:
    """Whether a function reads anything in a space but modules, types and other functions.

    Parameters
    ----------
    function : object
    space : dict
        Names of a notebook, which are the function's globals.
    """
    if not isinstance(function, types.FunctionType) or function.__globals__ is not space:
        return True
    functions, harmless = [function], (types.ModuleType, type, types.BuiltinFunctionType)
    for one in functions:
        if one.__closure__ or one.__defaults__ or one.__kwdefaults__:
            return True
        for name in _names_in(one.__code__) & set(space):
            thing = space[name]
            if isinstance(thing, types.FunctionType):
                if thing.__globals__ is space and thing not in functions:
                    functions.append(thing)
            elif not isinstance(thing, harmless):
                return True
    return False


def _names_in(code):
    """Global names, and attributes, in a code and in those that are inside it."""
    inside = [one for one in code.co_consts if isinstance(one, types.CodeType)]
    return set(code.co_names).union(*map(_names_in, inside))


@contextlib.contextmanager
def _quietly():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(io.StringIO()):
            yield


def _answer(case, space):
    try:
        with _quietly():
            return plain.decode(plain.encode(keys.answer_in(space, case)))
    except Exception:
        return FAILED


# --- comparing, part by part ------------------------------------------------------------------


def _parts(case, expected, *others):
    """Parts by which answers to a case can be compared: places, names, or None for the whole."""
    if isinstance(case.judge, case_tools.Close):
        if isinstance(expected, dict):
            if all(isinstance(one, dict) and set(one) == set(expected) for one in others):
                return list(expected)
        elif isinstance(expected, list) and 1 < len(expected) <= case_tools.MANY:
            if all(_length(one) == len(expected) for one in others):
                return list(range(len(expected)))
    return [None]


def _length(value):
    return len(value) if isinstance(value, list) or np.ndim(value) == 1 else None


def _part(value, part):
    return value if part is None else value[part]


def _is_wrong(case, answer, expected):
    if answer is FAILED:
        return True
    try:
        return case.judge(answer, expected, case) is not None
    except Exception:  # as in marking, an answer that a judge cannot read is a wrong one
        return True


def _alike(case, answer, other, expected):
    if hasattr(case.judge, "alike"):
        try:
            return case.judge.alike(answer, other, expected)
        except Exception:
            return False
    for judge in (case.judge, SAME):  # what a source's own judge expects may have another form
        with contextlib.suppress(Exception):
            if judge(answer, other, case) is None:
                return True
    return False


def _wrong_units(asked, answers):
    """What is wrong in answers, as far as they have the form of the right ones part by part."""
    return {
        (n, part)
        for n, ((case, expected), answer) in enumerate(zip(asked, answers, strict=True))
        for part in ([None] if answer is FAILED else _parts(case, expected, answer))
        if _is_wrong(case, _part(answer, part), _part(expected, part))
    }


def _explained(asked, answers, made):
    """Where a mistake is wrong, if the answers are the mistake's in all of it; else nothing.

    What it answers is asked for until it differs: values come first, which are cheap.
    """
    units, is_sure = set(), False
    for n, ((case, expected), answer, other) in enumerate(zip(asked, answers, made, strict=True)):
        if answer is FAILED or other is FAILED:
            if answer is not other and _is_wrong(case, other, expected):
                return frozenset()
            continue
        for part in _parts(case, expected, answer, other):
            one, two, right = (_part(value, part) for value in (answer, other, expected))
            if _is_wrong(case, two, right):
                if not _alike(case, one, two, right):
                    return frozenset()
                units.add((n, part))
                is_sure |= case_tools.is_finite(one)  # many mistakes end in what is no number
    return frozenset(units if is_sure else ())


def _covers(units, wrong):
    return all(unit in units or (unit[0], None) in units for unit in wrong)
