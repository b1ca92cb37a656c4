"""Grading a folder of submissions: every one gets a row, with a reason for every point lost."""

import contextlib
import csv
import json
import os
import platform
import shutil
import sys
import tempfile
import threading
import warnings
import weakref
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from . import plain, sandbox, source, submissions
from .key import Key, Reference, request
from .source import Assignment
from .submissions import Submission

__all__ = [
    "Grader",
    "Journal",
    "Mark",
    "columns",
    "feedback",
    "grade",
    "harmless",
    "to_terminal",
    "write_feedback",
    "write_table",
]

Row = dict[str, Any]  # student, auto, reasons, written, status, seconds

WITHOUT_BUBBLEWRAP = (
    f"{sandbox.NO_BUBBLEWRAP}: submissions run with limits on time, memory and processes, but "
    "they can read this computer's files and reach its network. Install it (Debian: apt install "
    "bubblewrap), or allow it (Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0), "
    "before you grade what you did not write."
)
LIMITS_NEED_LINUX = (
    "limits on processes and memory need Linux, this is {system}: a submission could fill the "
    "memory or never end. Grade on Linux or in a Linux container, or say --unsafe if you trust "
    "every submission."
)


@dataclass
class Mark:
    """Points of one question, and the reasons for those that are missing."""

    points: float
    reasons: list[str] = field(default_factory=list)


def grade(
    folder: str | Path,
    key: Key,
    output: str | Path,
    *,
    roster: Sequence[str] = (),
    workers: int | None = None,
    unsafe: bool = False,
    progress: Callable[[int, int, str], object] | None = None,
    hidden: Sequence[str | Path] = (),
) -> list[Row]:
    """Grade all submissions in a folder, write `output` (CSV) and return its rows.

    Finished rows are kept in `<output>.journal`: grading may be stopped at any moment, and goes on
    from there when it is started again. A file that has changed since is graded again.

    Parameters
    ----------
    folder : str or Path
        `ada.ipynb`, or `ada/` with one notebook, for each student.
    key : Key
        From `key.read` or `key.make`.
    output : str or Path
        The table to write; feedback for students goes to the folder `<output stem>_feedback`.
    roster : sequence of str
        Students who get a row even without a file.
    workers : int
        Submissions at a time; as many as there are processors unless given.
    unsafe : bool
        Grade where there are no limits (outside Linux).
    progress : callable
        Called with (number done, number in all, student).
    hidden : sequence of Path
        Files that no submission may ever see, such as the key.

    Raises
    ------
    ValueError
        If there is no such folder, or this system cannot limit submissions and `unsafe` is not set.
    """
    if platform.system() != "Linux" and not unsafe:
        raise ValueError(LIMITS_NEED_LINUX.format(system=platform.system()))
    if sandbox.bubblewrap() is None:
        warnings.warn(WITHOUT_BUBBLEWRAP, stacklevel=2)
    output = Path(output)
    todo = submissions.find(folder, roster)
    journal = Journal(output.with_name(output.name + ".journal"), key)
    left = [submission for submission in todo if journal.row(submission) is None]
    done = len(todo) - len(left)
    grader = Grader(key, [*hidden, folder, journal.path]) if left else None
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        waiting = {pool.submit(grader.row, s): s for s in left} if grader else {}
        try:
            for future in as_completed(waiting):
                journal.add(waiting[future], future.result())
                done += 1
                if progress:
                    progress(done, len(todo), waiting[future].student)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    rows = cast(list[Row], [journal.row(submission) for submission in todo])
    write_table(rows, key.assignment, output)
    write_feedback(rows, key.assignment, output.with_name(output.stem + "_feedback"))
    return rows


class Grader:
    """Grades submissions one by one with one key; may be shared by threads.

    First of all the reference solution is marked as a submission would be. It must get every point
    on this machine (ValueError otherwise), and the kernels that it compiles are kept, so that no
    submission has to compile them.
    """

    def __init__(self, key: Key, hidden: Sequence[str | Path] = ()) -> None:
        self.key, self.hidden = key, hidden
        self.reference = Reference(key)
        self.lock = threading.Lock()  # the reference solution runs in this process
        self.kernels = Path(tempfile.mkdtemp(prefix="rgcourse-kernels-"))
        weakref.finalize(self, shutil.rmtree, self.kernels, ignore_errors=True)
        self.kernels.chmod(0o755)  # read by processes of another user
        self._mark_reference()

    def _mark_reference(self):
        parameters = source.parameters_cell(self.key.parameters("reference"))
        cells = [parameters, *source.reference_code(self.key.assignment)]
        asked = self._asked("reference")
        outcome = sandbox.run(cells, _requests(asked), kernels=self.kernels, trusted=True)
        for question, mark in self._marks(asked, outcome).items():
            for reason in mark.reasons:
                raise ValueError(
                    f"the reference solution of {question!r} does not get all its points here "
                    f"({reason}): mend the source or this installation before you grade"
                )

    def row(self, submission: Submission) -> Row:
        """The row of a submission; whatever happens, there is one."""
        try:
            code, written = submissions.read(submission)
        except submissions.Unreadable as error:
            return self._row(submission.student, {}, str(error), {}, 0.0)
        asked = self._asked(submission.student)
        outcome = sandbox.run(
            code,
            _requests(asked),
            isolated=sandbox.bubblewrap() is not None,
            hidden=self.hidden,
            kernels=self.kernels,
        )
        marks = self._marks(asked, outcome)
        broken = [f"cell {n + 1}: {why}" for n, why in sorted(outcome.cell_errors.items())]
        status = "graded" + (f"; {'; '.join(broken[:5])}" if broken else "")
        return self._row(submission.student, marks, status, written, outcome.seconds)

    def _asked(self, student):
        """(question, case, expected) of all hidden cases of a student."""
        with self.lock:
            parameters = self.key.parameters(student)
            return [
                (question.name, case, self.reference.expected(case, parameters))
                for question in self.key.assignment.questions
                if question.auto
                for case in self.key.cases(question.name, parameters)
            ]

    def _marks(self, asked, outcome):
        marks = {}
        for question in self.key.assignment.questions:
            if not question.auto:
                continue
            right, whole, reasons = 0.0, 0.0, []
            for number, (name, case, expected) in enumerate(asked):
                if name != question.name:
                    continue
                whole += case.weight
                reason = _reason(number, case, expected, outcome)
                right += case.weight * (reason is None)
                if reason is not None and f"{case.asked}: {reason}" not in reasons:
                    reasons.append(f"{case.asked}: {reason}")
            marks[question.name] = Mark(round(question.auto * right / whole, 2), reasons)
        return marks

    def _row(self, student, marks, status, written, seconds):
        auto = {
            q.name: marks[q.name].points if q.name in marks else 0.0
            for q in self.key.assignment.questions
            if q.auto
        }
        return {
            "student": student,
            "auto": auto,
            "reasons": {name: mark.reasons for name, mark in marks.items()},
            "written": written,
            "status": status,
            "seconds": round(seconds, 2),
        }


def _requests(asked):
    return [request(case) | {"group": name} for name, case, _ in asked]


def _reason(number, case, expected, outcome):
    """None where the answer is right, else why it is not."""
    if number in outcome.errors:
        return outcome.errors[number]
    if number not in outcome.answers:
        return "no answer"
    try:
        answer = plain.decode(outcome.answers[number])
        return case.judge(answer, expected, case)
    except plain.NotPlain as error:
        return f"not plain data: {error}"
    except Exception as error:  # an answer that a judge cannot read is a wrong answer
        return f"could not be read ({type(error).__name__})"


class Journal:
    """Rows that are finished, one JSON line each, on disk before the next is counted."""

    def __init__(self, path: str | Path, key: Key) -> None:
        self.path = Path(path)
        self.stamp = _stamp(key)
        self.rows = {}
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8", errors="replace").split("\n"):
                with contextlib.suppress(ValueError, KeyError, TypeError):  # a line cut short
                    entry = json.loads(line)
                    self.rows[entry["student"], entry["digest"], entry["key"]] = entry["row"]

    def row(self, submission: Submission) -> Row | None:
        """The finished row of a submission as it is now, None if there is none."""
        return self.rows.get((submission.student, submission.digest, self.stamp))

    def add(self, submission: Submission, row: Row) -> None:
        """Keep a row, for good."""
        entry = {"student": submission.student, "digest": submission.digest, "key": self.stamp}
        self.rows[submission.student, entry["digest"], self.stamp] = row
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(entry | {"row": row}) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _stamp(key):
    import hashlib

    return hashlib.sha256((key.class_key + key.assignment.text()).encode()).hexdigest()[:16]


# --- what is written --------------------------------------------------------------------------


def columns(assignment: Assignment) -> list[str]:
    """Names of the columns of the table, with the points to be had."""
    names = ["student"]
    for question in assignment.questions:
        if question.auto:
            names.append(f"{question.name} ({question.auto:g})")
        if question.manual:
            names.append(f"{question.name} by hand ({question.manual:g})")
    return [*names, "auto total", "status"]


def write_table(rows: Iterable[Row], assignment: Assignment, path: str | Path) -> None:
    """Write the rows as CSV; columns for points given by hand stay empty.

    Parameters
    ----------
    rows : list of dict
        From `Grader.row`.
    assignment : Assignment
    path : str or Path
    """
    lines = [columns(assignment)]
    for row in rows:
        line = [row["student"]]
        for question in assignment.questions:
            if question.auto:
                line.append(f"{row['auto'][question.name]:g}")
            if question.manual:
                line.append("")
        lines.append([*line, f"{sum(row['auto'].values()):g}", _one_line(row["status"])])
    _replace(path, lambda file: csv.writer(file).writerows(map(harmless, lines)))


def write_feedback(rows: Iterable[Row], assignment: Assignment, folder: str | Path) -> None:
    """Write a file for each student: points, reasons, and the rubric of what a person reads.

    Parameters
    ----------
    rows : list of dict
        From `Grader.row`.
    assignment : Assignment
    folder : str or Path
        Made if it is not there.
    """
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    for row in rows:
        text = feedback(row, assignment)
        _replace(folder / f"{row['student']}.md", lambda file, text=text: file.write(text))


def feedback(row: Row, assignment: Assignment) -> str:
    """The feedback of one row as Markdown."""
    lines = [f"# {assignment.title}", "", f"{row['student']}: {_one_line(row['status'])}", ""]
    for question in assignment.questions:
        if question.auto:
            got = row["auto"][question.name]
            lines += [f"## {question.name}: {got:g} of {question.auto:g}", ""]
            lines += [f"- {_one_line(reason)}" for reason in row["reasons"].get(question.name, [])]
        else:
            lines += [f"## {question.name}", ""]
        if question.manual:
            lines += ["", f"Read by a person, {question.manual:g} points:", ""]
            lines += [f"- {item}" for item in question.rubric]
        lines.append("")
    return "\n".join(lines)


def _one_line(text):
    return " ".join(str(text).split())


def harmless(line: Iterable[str]) -> list[str]:
    """Cells that a spreadsheet would take for a formula are made text."""
    return [f"'{cell}" if cell[:1] in tuple("=+-@\t") else cell for cell in line]


def _replace(path, write):
    """Write a file whole or not at all."""
    path = Path(path)
    half = path.with_name(path.name + ".part")
    with half.open("w", encoding="utf-8", newline="") as file:
        write(file)
    os.replace(half, path)


def to_terminal(done: int, total: int, student: str) -> None:
    """A line of progress on standard error.

    Parameters
    ----------
    done, total : int
        Submissions that are finished, and all.
    student : str
        Whose was the last.
    """
    print(f"\r{done} of {total}  {student[:40]:40}", end="", file=sys.stderr, flush=True)
    if done == total:
        print(file=sys.stderr)
