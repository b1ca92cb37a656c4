"""What a student is told of each answer: right, or why not, what came, and where it failed.

A student may hand in again. So nothing of a right answer is told, and of hidden inputs as little as
can be: a function can return its arguments, or raise an error that spells them out. Hence answers
of functions are described by their kind alone, an error inside a call by its type and line, and its
own words only where they are words of Python about names that stand in the notebook. Values that
the notebook has computed before any function was called are shown, to three digits.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import cases as case_tools
from . import door, mistakes, plain, sandbox, where

__all__ = [
    "Verdict",
    "as_text",
    "grouped",
    "like_as_text",
    "likeness",
    "of_cells",
    "rounded",
    "verdict",
]

MOST_SHOWN = 4  # numbers of an own value
NOT_PLAIN = "not plain data; expected numbers, text, lists, dictionaries or arrays"
# Errors that everybody knows; the name of another could be made up, and say anything.
KNOWN_ERRORS = set(
    "ArithmeticError AssertionError AttributeError BufferError EOFError FileNotFoundError "
    "FloatingPointError ImportError IndentationError IndexError KeyError KeyboardInterrupt "
    "LinAlgError LookupError MemoryError ModuleNotFoundError NameError NotImplementedError "
    "OSError OverflowError PermissionError RecursionError RuntimeError StopIteration SyntaxError "
    "SystemExit TimeoutError TypeError UnboundLocalError UnicodeError UsageError ValueError "
    "ZeroDivisionError".split()
)
NAME = r"'?(\w{1,60})'?"
KNOWN_WORDS = [  # of errors inside a call; every name in them must stand in the notebook
    re.compile(pattern)
    for pattern in (
        rf"NameError: name {NAME} is not defined",
        rf"UnboundLocalError: cannot access local variable {NAME} where it is not associated "
        "with a value",
        r"ZeroDivisionError: (?:integer |float |complex )?(?:division|modulo)"
        "(?: or modulo)? by zero",
        rf"TypeError: {NAME}\(\) missing \d required positional arguments?: {NAME}(?: and {NAME})?",
        rf"TypeError: {NAME}\(\) takes \d positional arguments? but \d (?:was|were) given",
    )
]


@dataclass(frozen=True)
class Verdict:
    """What is told of one answer; `why` is None where it is right."""

    why: str | None
    came: str = ""  # the student's own value, rounded
    at: str = ""  # where in the notebook it has failed
    code: str = ""  # the line there


def verdict(
    number: int,
    case: case_tools.Case,
    expected: Any,
    outcome: sandbox.Outcome,
    cells: Sequence[str] = (),
) -> tuple[Verdict, Any]:
    """The `Verdict` on an answer, and the answer as plain data, `mistakes.FAILED` if there is none.

    Parameters
    ----------
    number : int
        Of the request, in `outcome`.
    case : Case
    expected : plain data
    outcome : Outcome
    cells : sequence of str
        Code of the notebook, as handed in.
    """
    if number in outcome.errors:
        return _error(number, case, outcome, cells), mistakes.FAILED
    if number not in outcome.answers:
        return Verdict("no answer"), mistakes.FAILED
    try:
        answer = plain.decode(outcome.answers[number])
    except Exception:  # its own words could hold what has been written in the place of an answer
        return Verdict(NOT_PLAIN), mistakes.FAILED
    try:
        why = case.judge(answer, expected, case)
    except Exception as error:  # an answer that a judge cannot read is a wrong answer
        return Verdict(f"could not be read ({type(error).__name__})"), mistakes.FAILED
    came = rounded(answer) if why is not None and case.args is None else ""
    return Verdict(why, came), answer


def rounded(answer: Any) -> str:
    """An own value to three digits, if it is a few numbers; else what kind of thing it is.

    Examples
    --------
    >>> rounded([0.693147, 0.0271828])
    '(0.693, 0.0272)'
    """
    several = isinstance(answer, list) or np.ndim(answer) == 1
    parts = list(answer) if several else [answer]
    if not 0 < len(parts) <= MOST_SHOWN or not all(map(_is_number, parts)):
        return case_tools.kind_of(answer)
    try:
        told = [format(x if np.iscomplexobj(x) else float(x), ".3g") for x in parts]
    except OverflowError:  # an integer that no float can hold
        return case_tools.kind_of(answer)
    return f"({', '.join(told)})" if several else told[0]


def _is_number(x):
    return isinstance(x, (int, float, complex, np.number)) and not isinstance(x, bool)


def _error(number, case, outcome, cells):
    """The verdict on a request that has ended in an error."""
    reason = outcome.errors[number]
    step = "request", number
    if step not in outcome.places:
        return Verdict(reason)  # words of the sandbox
    missing = f"there is no {case.name!r} in the notebook"
    if reason == f"NameError: {missing}":
        return Verdict(missing + _lost(case.name, outcome, cells))
    if reason == "ValueError: not answered yet":
        return Verdict("not answered yet" + _lost(case.name, outcome, cells))
    if reason == f"TypeError: {case.name!r} is not a function":
        return Verdict(f"{case.name!r} is not a function")
    kind = reason.split(":")[0]
    if kind == "NotPlain":
        return Verdict(NOT_PLAIN)
    at, code = where.told(cells, outcome.places[step])
    return Verdict(_known(reason, kind, cells), at=at, code=code)


def _known(reason, kind, cells):
    """The words of an error as far as they can hold nothing but names of the notebook."""
    for pattern in KNOWN_WORDS:
        found = pattern.fullmatch(reason)
        if found:
            words = set(re.findall(r"\w+", "\n".join(cells)))
            if all(name in words for name in found.groups() if name):
                return reason
    return kind if kind in KNOWN_ERRORS else "an error of a kind of its own"


def _lost(name, outcome, cells):
    """That the cell in which a name should have been made has failed."""
    for index in sorted(outcome.cell_errors):
        if index < len(cells) and re.search(rf"\b{re.escape(name)}\b", cells[index]):
            return f": cell {where.number_of(cells, index)}, where it stands, has failed"
    return ""


def of_cells(outcome: sandbox.Outcome, cells: Sequence[str]) -> list[dict[str, str]]:
    """Cells that have not run to their end, the first one first: `cell`, `at`, `why`, `code`."""
    told = []
    for index, why in sorted(outcome.cell_errors.items()):
        at, code = where.told(cells, outcome.places.get(("cell", index)))
        cell = f"cell {where.number_of(cells, index)}"
        told.append({"cell": cell, "at": at or cell, "why": why, "code": code})
    return told


def grouped(
    asked: Sequence[case_tools.Case], verdicts: Sequence[Verdict], signatures: dict[str, str]
) -> list[dict[str, str]]:
    """What is wrong in a question, each thing once, in the order of the cases.

    Parameters
    ----------
    asked : sequence of Case
        All cases of the question.
    verdicts : sequence of Verdict
        Of each of them.
    signatures : dict
        How functions are called, as their question has it.

    Returns
    -------
    list of dict
        `asked`, `on` (which of several inputs), `why`, `came`, `at`, `code`, all text.
    """
    groups: dict[tuple[str, Verdict], list[int]] = {}
    inputs: dict[str, int] = {}
    for case, one in zip(asked, verdicts, strict=True):
        inputs[case.asked] = number = inputs.get(case.asked, 0) + 1
        if one.why is not None:
            groups.setdefault((case.asked, one), []).append(number)
    calls = {case.asked: case for case in asked}
    made = []
    for (name, one), numbers in groups.items():
        case = calls[name]
        told = name if case.label or case.args is None else signatures.get(case.name, name)
        on = _which_inputs(numbers, inputs[name]) if case.args is not None else ""
        made.append(
            {"asked": told, "on": on, "why": door.one_line(one.why), "came": one.came,
             "at": one.at, "code": one.code}
        )  # fmt: skip
    return made


def _which_inputs(numbers, n):
    """In words: on which of n inputs."""
    if n == 1:
        return ""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    all_of_them = words[n] if n < len(words) else str(n)
    if len(numbers) == n:
        return "on both inputs" if n == 2 else f"on all {all_of_them} inputs"
    if n > case_tools.MANY:
        return f"on {len(numbers)} of {n} inputs"
    named = case_tools.listed([f"the {case_tools.ORDINALS[number - 1]}" for number in numbers])
    return f"on {named} of {all_of_them} inputs"


def as_text(one: dict[str, str]) -> str:
    """One entry of `grouped` as one line of text."""
    on = f", {one['on']}" if one["on"] else ""
    at = f" ({one['at']})" if one["at"] else ""
    came = f"; yours: {one['came']}" if one["came"] else ""
    return f"{one['asked']}{on}: {one['why']}{at}{came}"


def likeness(found: mistakes.Recognised, asked: Sequence[mistakes.Asked]) -> dict[str, list[str]]:
    """A recognised mistake as `names`, and `of` what: empty where it explains all that is wrong."""
    if found.whole:
        return {"names": list(found.names), "of": []}
    of = []
    for number, part in sorted(found.units, key=str):
        case = asked[number][0]
        named = case.asked if part is None or case.args is None else part
        of.append(f"the {case_tools.ORDINALS[named]} number" if isinstance(named, int) else named)
    return {"names": list(found.names), "of": list(dict.fromkeys(of))}


def like_as_text(one: dict[str, list[str]]) -> str:
    """One entry of `likeness` as a sentence."""
    of = f" in {case_tools.listed(one['of'])}" if one["of"] else ""
    return f"this looks like{of}: {', or '.join(one['names'])}"
