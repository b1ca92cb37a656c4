"""The reference solution in the place of every student, before anything is handed out."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from . import grade, source
from .key import Key
from .sandbox import was_stopped

__all__ = ["alike", "lost", "rehearse"]


def rehearse(
    key: Key,
    students: Sequence[str],
    *,
    workers: int | None = None,
    progress: Callable[[int, int, str], object] | None = None,
) -> dict[str, list[str]]:
    """What the reference solution loses with the numbers of each student; empty if nothing.

    It is run as a submission is: the same walls, limits and options, kernels compiled beforehand.
    Where it is stopped beside others, for time or memory, it is run once more alone.

    Parameters
    ----------
    key : Key
    students : sequence of str
    workers : int
        Students at a time; as many as there are processors unless given.
    progress : callable
        Called with (number done, number in all, student).

    Raises
    ------
    ValueError
        If the reference does not get every point with numbers of its own.
    """
    grader = grade.Grader(key)
    found: dict[str, list[str]] = {}
    stopped = []
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        waiting = {pool.submit(lost, grader, student): student for student in students}
        for number, future in enumerate(as_completed(waiting), 1):
            reasons = future.result()
            if any(map(was_stopped, reasons)):
                stopped.append(waiting[future])
            elif reasons:
                found[waiting[future]] = reasons
            if progress:
                progress(number, len(waiting), waiting[future])
    for student in stopped:  # once more, alone: this machine may have been too busy
        if reasons := lost(grader, student):
            found[student] = reasons
    return {student: found[student] for student in students if student in found}


def lost(grader: grade.Grader, student: str) -> list[str]:
    """Reasons for which the reference solution would lose points in the place of a student."""
    parameters = grader.key.parameters(student)
    cells = [
        source.parameters_cell(parameters),
        *source.reference_code(grader.key.assignment),
    ]
    asked = grader._asked(student)
    outcome = grader._run(cells, asked, grader.hidden)
    marks = grader._marks(asked, outcome)
    reasons = [f"{question}: {why}" for question, mark in marks.items() for why in mark.reasons]
    cells_failed = [f"cell {n + 1}: {why}" for n, why in outcome.cell_errors.items()]
    return [*cells_failed, *reasons] if reasons else []


def alike(key: Key, students: Sequence[str]) -> list[list[str]]:
    """Groups of students whose numbers are all the same, so that answers could be shared."""
    groups: dict[str, list[str]] = {}
    for student in students:
        groups.setdefault(repr(key.parameters(student)), []).append(student)
    return [group for group in groups.values() if len(group) > 1]
