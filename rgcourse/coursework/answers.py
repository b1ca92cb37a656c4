"""What there is to read of each student: answers, own numbers, pictures, and what goes with them.

Names are left out where a reader is not to know them.
"""

import contextlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from . import door, pictures, plain, source, submissions, whose
from .aliases import alias
from .journal import Journal
from .key import Key, Reference
from .source import Assignment, Question
from .tables import Row

__all__ = [
    "Reading",
    "answer_of",
    "by_hand_column",
    "gathered",
    "items_of",
    "model_of",
    "prompt_of",
    "texts_of",
]

ITEM = re.compile(r"\s*(\d+(?:\.5)?)\s*:\s*(.*)", re.DOTALL)  # "2: why it is so"


@dataclass
class Reading:
    """What there is to read of one student."""

    name: str  # as the page calls the student
    problem: str = ""  # why there is nothing
    parameters: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, dict[str, Any]] = field(default_factory=dict)  # by question
    written: dict[str, str] = field(default_factory=dict)
    shown: dict[str, list[bytes]] = field(default_factory=dict)  # pictures by question
    left_out: int = 0  # pictures
    row: Row | None = None  # of the automatic marking


def by_hand_column(question: Question) -> str:
    """The heading of a question's points by hand, in the table of marks."""
    return f"{question.name} by hand ({question.manual:g})"


def items_of(question: Question) -> list[tuple[float, str]]:
    """What a reader gives points for: (points, for what), adding up to those by hand.

    A rubric whose lines do not say their points, or do not add up, is one item.

    Examples
    --------
    >>> items_of(Question("q", manual=3, rubric=("2: why", "1: how")))
    [(2.0, 'why'), (1.0, 'how')]
    >>> items_of(Question("q", manual=3, rubric=("why", "how")))
    [(3, 'why; how')]
    """
    found = [ITEM.fullmatch(line) for line in question.rubric]
    items = [(float(one[1]), one[2]) for one in found if one]
    if len(items) == len(found) and sum(points for points, _ in items) == question.manual:
        return items
    return [(question.manual, "; ".join(question.rubric))]


# --- what a question asks ---------------------------------------------------------------------


def texts_of(assignment: Assignment, question: Question, tag: str) -> list[str]:
    """Sources of the cells of a question with this tag."""
    return [
        cell.source
        for cell in assignment.cells
        if tag in source.tags_of(cell)
        and source.course_metadata(cell).get("question") == question.name
    ]


def prompt_of(assignment: Assignment, question: Question) -> str:
    """What stands above the place for a written answer; empty where none is asked for."""
    return _written(assignment, question)[0]


def model_of(assignment: Assignment, question: Question) -> str:
    """The model answer, with places for numbers as in the source."""
    return _written(assignment, question)[1]


def _written(assignment, question):
    for text in texts_of(assignment, question, "written"):
        prompt, _, model = text.partition(source.MODEL_ANSWER)
        return prompt.strip(), model.strip()
    return "", ""


def answer_of(text: str, prompt: str) -> str:
    """What a student has written, without what stood there before.

    Parameters
    ----------
    text : str
        Of the cell, as `door.notebook` has it.
    prompt : str
        From `prompt_of`.
    """
    asked = door.paragraphs(prompt)
    if text.startswith(asked):
        text = text[len(asked) :]
    return text.replace(source.BLANK, "").strip()


# --- what there is ----------------------------------------------------------------------------


def gathered(
    folder: str | Path,
    key: Key,
    *,
    roster: Sequence[str] = (),
    journal: str | Path | None = None,
    anonymous: bool = False,
    cache: str | Path | None = None,
    progress: Callable[[int, int, str], object] | None = None,
) -> list[Reading]:
    """A `Reading` of every student, in the order of their names.

    Parameters
    ----------
    folder : str or Path
        Of submissions, as for `grade.grade`.
    key : Key
    roster : sequence of str
        Students who are listed even without a file.
    journal : str or Path
        Of the marking, for the automatic results.
    anonymous : bool
        Students are called by their aliases, and come in the order of these.
    cache : str or Path
        A file that keeps the numbers of the reference, which take seconds for each student.
    progress : callable
        Called with (number done, number in all, student).

    Raises
    ------
    ValueError
        If there is no such folder, or the key is of another assignment.
    """
    todo, notes = whose.settle(submissions.find(folder, roster), roster, key.assignment.name)
    kept = Journal(journal, key) if journal is not None and Path(journal).exists() else None
    numbers = _Numbers(key, cache)
    made = []
    for number, one in enumerate(todo, 1):
        note = notes.get(one.student)
        paper = submissions.load(one)
        problem = note.text if note and not note.counts else ""
        name = alias(key.class_key, one.student) if anonymous else one.student
        reading = _read(name, paper, problem, key, numbers)
        reading.row = kept.row(paper) if kept else None
        if anonymous:
            reading = _without_name(reading, one.student)
        made.append(reading)
        if progress:
            progress(number, len(todo), name)
    return sorted(made, key=lambda reading: reading.name)


def _read(name, paper, problem, key, numbers):
    reading = Reading(name, problem)
    if problem:
        return reading
    try:
        notebook = paper.notebook()
    except submissions.Unreadable as error:
        reading.problem = door.one_line(error)
        return reading
    reading.parameters = key.parameters(paper.student)
    reading.numbers = numbers.of(reading.parameters)
    reading.written = notebook.written
    try:
        reading.shown, reading.left_out = pictures.pictures(paper.content)
    except Exception:  # whatever is wrong with them, the text can be read
        reading.shown = {}
    return reading


def _without_name(reading, student):
    """The reading with its student's name left out of texts; of others, and of style, it cannot."""
    hide = re.compile(rf"(?<!\w){re.escape(student)}(?!\w)", re.IGNORECASE)
    reading.written = {
        question: hide.sub("[name]", text) for question, text in reading.written.items()
    }
    reading.problem = hide.sub("[name]", reading.problem)
    return reading


class _Numbers:
    """Numbers of the model answers, each computed once, and kept in a file if there is one."""

    def __init__(self, key, path):
        self.reference, self.path, self.known = Reference(key), path and Path(path), {}
        self.stamp = sha256((key.class_key + key.assignment.text()).encode()).hexdigest()[:16]
        if self.path and self.path.exists():
            for line in self.path.read_text(encoding="utf-8", errors="replace").split("\n"):
                with contextlib.suppress(ValueError, KeyError, TypeError):  # a line cut short
                    entry = json.loads(line)
                    self.known[entry["for"]] = plain.decode(entry["numbers"])

    def of(self, parameters):
        name = f"{self.stamp} {json.dumps(parameters, default=str)}"
        if name not in self.known:
            self.known[name] = self._computed(parameters)
            if self.path:
                entry = {"for": name, "numbers": plain.encode(self.known[name])}
                self.path.touch(mode=0o600)
                with self.path.open("a", encoding="utf-8") as file:
                    file.write("\n" + json.dumps(entry) + "\n")
        return self.known[name]

    def _computed(self, parameters):
        try:
            return self.reference.numbers(parameters)
        except Exception as error:  # the source is wrong for this student: say so there
            return {"": {"error": f"{type(error).__name__}: {error}"}}
