"""Grading a folder of submissions: every one gets a row, with a reason for every point lost."""

import os
import platform
import shutil
import tempfile
import threading
import warnings
import weakref
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from . import (
    by_hand,
    door,
    history,
    mistakes,
    sandbox,
    source,
    submissions,
    verdicts,
    whose,
)
from .again import Again
from .feedback import check_address, feedback, write_feedback
from .journal import FIRST, Journal, locked, place_of
from .key import Key, Reference, request
from .submissions import Paper, Submission
from .tables import MAX_STATUS, Row, columns, harmless, mark_columns, to_terminal, write_table

__all__ = [
    "Grader",
    "Journal",
    "Mark",
    "Row",
    "columns",
    "feedback",
    "grade",
    "harmless",
    "to_terminal",
    "write_feedback",
    "write_table",
]

NOT_MARKED = "could not be marked"
SLOW = "this machine is too slow or too busy: try a quiet moment, or a faster solution,"
MOST_CELLS = 5  # that have failed, each with its reason
WITHOUT_BUBBLEWRAP = (
    f"{sandbox.NO_BUBBLEWRAP}: submissions run with limits on time, memory and processes, but "
    "they can read, change and delete this computer's files, and reach its network. Install it "
    "(Debian: apt install bubblewrap), or allow it (Ubuntu: sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0), "
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
    lost: list[dict[str, str]] = field(default_factory=list)  # from `verdicts.grouped`
    like: list[dict[str, list[str]]] = field(default_factory=list)  # from `verdicts.likeness`


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
    again: Again = Again(),  # noqa: B008
    rubric: bool = False,
    book: str = "",
) -> list[Row]:
    """Grade all submissions in a folder, write `output` (CSV) and return its rows.

    Finished rows are kept in `<output>.journal`: grading may be stopped at any moment, and goes on
    from there when it is started again. A file that has changed since is graded again, and so is
    one that could not be marked for a reason which is not its own. Whatever is handed in, everybody
    else is graded as if it were not there.

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
    again : Again
        Who is marked again although nothing has changed; who marks.
    rubric : bool
        Write the rubrics of written answers into the feedback. They state the answers, so not
        before the last paper is in.
    book : str
        Address of the book, for links to the pages to reread.

    Raises
    ------
    ValueError
        If there is no such folder, this system cannot limit submissions and `unsafe` is not set,
        `book` is no address, or somebody else is grading into this table.
    """
    if platform.system() != "Linux" and not unsafe:
        raise ValueError(LIMITS_NEED_LINUX.format(system=platform.system()))
    check_address(book)
    if sandbox.bubblewrap() is None:
        warnings.warn(WITHOUT_BUBBLEWRAP, stacklevel=2)
    elif "," in sandbox.level().name:
        warnings.warn(f"not all walls can be built here: {sandbox.level().told}", stacklevel=2)
    output = Path(output)
    by_hand.check(output, by_hand.read(output), columns(key.assignment))
    found = submissions.find(folder, roster)
    todo, notes = whose.settle(found, roster, key.assignment.name, key.shared)
    again.check([one.student for one in todo], key.assignment)
    kept = place_of(output)
    with locked(kept, output):
        journal = Journal(kept, key)
        reasons = {one.student: again.why for one in todo if one.student in again.students}
        rows = _rows(todo, journal, key, workers, progress, [*hidden, folder, kept], again, reasons)
        rows = whose.noted(rows, notes)
        fresh = output.with_name(output.name + ".new")
        write_table(rows, key.assignment, fresh)
        said = by_hand.replaced(output, fresh, key.assignment, columns(key.assignment))
        folder = output.with_name(output.stem + "_feedback")
        write_feedback(rows, key.assignment, folder, rubric=rubric, book=book)
        noticed = history.keep(
            history.place_of(output),
            by_hand.read(output),
            key.class_key,
            mark_columns(key.assignment),
            reasons,
            again.who,
        )
    for message in (whose.told(notes), _marked_again(reasons), said, noticed):
        if message:
            warnings.warn(message, stacklevel=2)
    return rows


def _marked_again(reasons):
    """In words, why papers that were marked before are marked again."""
    told = Counter(why for why in reasons.values() if why and why != FIRST)
    return "; ".join(f"{n} marked again: {why}" for why, n in told.items())


def _rows(todo, journal, key, workers, progress, hidden, again, reasons):
    """Rows of all submissions, from the journal or made now; why, in `reasons`."""
    rows = {submission: _finished(submission, journal, reasons) for submission in todo}
    was = {one: row for one, row in rows.items() if one.student in again.students}
    rows |= dict.fromkeys(was)
    left = [submission for submission, row in rows.items() if row is None]
    done = len(todo) - len(left)
    grader = Grader(key, hidden) if left else None
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        waiting = {pool.submit(grader.marked, s): s for s in left} if grader else {}
        try:
            for future in as_completed(waiting):
                paper, row, for_good = future.result()
                row = again.settled(was.get(waiting[future]), row)
                rows[waiting[future]] = row
                if for_good:
                    journal.add(paper, row)
                done += 1
                if progress:
                    progress(done, len(todo), row["student"])
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [*rows.values()]


def _finished(submission, journal, reasons):
    """The row in the journal; what is wrong with a file that cannot be read is said anew."""
    paper = submissions.load(submission)
    row = journal.row(paper)
    reasons.setdefault(submission.student, journal.why(paper))
    return row if row is None or paper.content is not None else row | {"status": _problem(paper)}


def _problem(paper):
    nothing = paper.problem == submissions.NOTHING
    return paper.problem if nothing else f"{NOT_MARKED}: {paper.problem}"


class Grader:
    """Grades submissions one by one with one key; may be shared by threads.

    First of all the reference solution is marked as a submission would be. It must get every point
    on this machine (ValueError otherwise), and the kernels that it compiles are kept, so that no
    submission has to compile them.
    """

    def __init__(self, key: Key, hidden: Sequence[str | Path] = ()) -> None:
        self.key, self.hidden, self.level = key, hidden, sandbox.level()
        self.reference = Reference(key)
        self.signatures = source.signatures(key.assignment)
        self.lock = threading.Lock()  # our own cells run in this process, one at a time
        self.reading = threading.Lock()
        self.kernels = Path(tempfile.mkdtemp(prefix="rgcourse-kernels-"))
        weakref.finalize(self, shutil.rmtree, self.kernels, ignore_errors=True)
        self.kernels.chmod(0o755)  # read by processes of another user
        of_reference = self._mark_reference()
        of_question = {
            question.name: [one[1:] for one in of_reference if one[0] == question.name]
            for question in key.assignment.questions
        }
        self.mistakes = mistakes.Mistakes(key, of_question, self.lock)

    def _mark_reference(self):
        """First with time to compile, then exactly as submissions are run; what was asked."""
        parameters = source.parameters_cell(self.key.parameters("reference"))
        cells = [parameters, *source.reference_code(self.key.assignment)]
        asked = self._asked("reference")
        sandbox.run(cells, _requests(asked), kernels=self.kernels, trusted=True)
        outcome = self._run(cells, asked, hidden=())
        if not outcome.began:
            why = next(iter(outcome.errors.values()), "no reason given")
            raise ValueError(
                f"nothing can be run here as submissions are ({why}): mend bubblewrap or this "
                "installation before you grade"
            )
        for question, mark in self._marks(asked, outcome).items():
            for reason in mark.reasons:
                mend = SLOW if outcome.was_late else "mend the source or this installation"
                raise ValueError(
                    f"the reference solution of {question!r} does not get all its points here "
                    f"({reason}): {mend} before you grade"
                )
        return asked

    def row(self, submission: Submission) -> Row:
        """The row of a submission; whatever happens, there is one."""
        return self.marked(submission)[1]

    def marked(self, submission: Submission) -> tuple[Paper, Row, bool]:
        """What was read of a submission, its row, and whether that is its row for good.

        Nothing but the bytes that are read here is marked. A row is not for good where this machine
        may be to blame: no process could be started, or the grader itself has failed.
        """
        with self.reading:  # one at a time: a large file takes memory while it is parsed
            paper = submissions.load(submission)
            try:
                notebook = paper.notebook()
            except submissions.Unreadable as error:
                status = _problem(paper) if paper.problem else f"{NOT_MARKED}: {error}"
                return paper, self._row(paper.student, {}, status, {}, 0.0), True
            except Exception as error:
                return paper, self._failed(paper, error), False
        try:
            asked = self._asked(paper.student)
            outcome = self._run(notebook.code, asked, self.hidden)
            if not outcome.began:
                why = next(iter(outcome.errors.values()), "no reason given")
                status = f"{NOT_MARKED}: nothing could be run, {why}"
                return paper, self._row(paper.student, {}, status, notebook.written, 0.0), False
            marks = self._marks(asked, outcome, notebook.code, paper.student)
            cells = verdicts.of_cells(outcome, notebook.code)
        except Exception as error:
            return paper, self._failed(paper, error), False
        row = self._row(paper.student, marks, _status(cells), notebook.written, outcome.seconds)
        return paper, row | {"cells": cells[:MOST_CELLS]}, True

    def _run(self, cells, asked, hidden):
        return sandbox.run(
            cells,
            _requests(asked),
            isolated=self.level.walls,
            hidden=hidden,
            kernels=self.kernels,
        )

    def _failed(self, paper, error):
        status = f"{NOT_MARKED}: the grader failed, {type(error).__name__}: {error}"
        return self._row(paper.student, {}, status, {}, 0.0)

    def _asked(self, student):
        """(question, case, expected) of all hidden cases of a student.

        Values are asked first: what a notebook has computed before it has seen a hidden input may
        be shown in the feedback.
        """
        with self.lock:
            parameters = self.key.parameters(student)
            asked = [
                (question.name, case, self.reference.expected(case, parameters))
                for question in self.key.assignment.questions
                if question.auto
                for case in self.key.cases(question.name, parameters)
            ]
        return sorted(asked, key=lambda one: one[1].args is not None)

    def _marks(self, asked, outcome, cells=(), student=None):
        """`Mark`s by question; mistakes are recognised where a student is named."""
        marks = {}
        for question in self.key.assignment.questions:
            if not question.auto:
                continue
            mine = [(n, *one[1:]) for n, one in enumerate(asked) if one[0] == question.name]
            told = [verdicts.verdict(*one, outcome, cells) for one in mine]
            cases, right = [case for _, case, _ in mine], [one.why is None for one, _ in told]
            share = sum(case.weight for case, ok in zip(cases, right, strict=True) if ok)
            points = round(question.auto * share / sum(case.weight for case in cases), 2)
            lost = verdicts.grouped(cases, [one for one, _ in told], self.signatures)
            like = []
            if student is not None and lost:
                like = self._likeness(question.name, mine, [answer for _, answer in told], student)
            reasons = [*map(verdicts.as_text, lost), *map(verdicts.like_as_text, like)]
            marks[question.name] = Mark(points, reasons, lost, like)
        return marks

    def _likeness(self, question, mine, answers, student):
        """The mistakes that answers look like; none where that cannot be found out."""
        asked = [(case, expected) for _, case, expected in mine]
        try:
            parameters = self.key.parameters(student)
            found = self.mistakes.recognised(question, asked, answers, parameters)
            return [verdicts.likeness(one, asked) for one in found]
        except Exception:  # a service; marks do not depend on it
            return []

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
            "lost": {name: mark.lost for name, mark in marks.items()},
            "like": {name: mark.like for name, mark in marks.items()},
            "cells": [],
            "written": written,
            "status": door.one_line(status, MAX_STATUS),
            "seconds": round(seconds, 2),
            "walls": self.level.name if marks else "",  # of what could not be run, there are none
        }


def _status(cells):
    """`graded`, and nothing else, where every cell has run to its end."""
    if not cells:
        return "graded"
    told = [
        f"{one['cell']}: {one['why']}" + (f" (at {one['code']})" if one["code"] else "")
        for one in cells[:MOST_CELLS]
    ]
    rest = [one["cell"].removeprefix("cell ") for one in cells[MOST_CELLS:]]
    more = [f"cells {', '.join(rest)} neither"] if rest else []
    return "; ".join(["not all of it has run", *told, *more])


def _requests(asked):
    return [request(case) | {"group": name} for name, case, _ in asked]


def _reason(number, case, expected, outcome):
    """None where the answer is right, else why it is not."""
    return verdicts.verdict(number, case, expected, outcome)[0].why
