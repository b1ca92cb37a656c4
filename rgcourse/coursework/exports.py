"""Marks for other systems: Gradescope, nbgrader, and any that reads a table."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .grade import Row, harmless
from .source import Assignment

__all__ = ["gradescope", "write_gradescope", "write_lms", "write_nbgrader"]


def gradescope(row: Row, assignment: Assignment) -> dict[str, Any]:
    """The `results.json` of Gradescope for one row, as a dictionary."""
    tests = []
    for question in assignment.questions:
        if question.auto:
            reasons = row["reasons"].get(question.name, [])
            tests.append(
                {
                    "name": question.name,
                    "score": row["auto"][question.name],
                    "max_score": question.auto,
                    "output": "\n".join(reasons) or row["status"],
                }
            )
    return {
        "score": round(sum(row["auto"].values()), 2),
        "execution_time": row["seconds"],
        "output": row["status"],
        "visibility": "visible",
        "tests": tests,
    }


def write_gradescope(rows: Iterable[Row], assignment: Assignment, folder: str | Path) -> None:
    """Write `<student>/results.json` for each row.

    Parameters
    ----------
    rows : list of dict
        From `grade.grade`.
    assignment : Assignment
    folder : str or Path
        Made if it is not there.
    """
    for row in rows:
        target = Path(folder) / row["student"]
        target.mkdir(parents=True, exist_ok=True)
        text = json.dumps(gradescope(row, assignment), indent=1)
        (target / "results.json").write_text(text, encoding="utf-8")


def write_nbgrader(rows: Iterable[Row], assignment: Assignment, path: str | Path) -> None:
    """Write the columns that `nbgrader export` writes, one line for each student.

    Parameters
    ----------
    rows : list of dict
        From `grade.grade`.
    assignment : Assignment
    path : str or Path
        The table, as CSV.
    """
    most = sum(question.auto for question in assignment.questions)
    head = ["assignment", "student_id", "score", "max_score"]
    lines = [[assignment.name, r["student"], sum(r["auto"].values()), most] for r in rows]
    _write(path, [head, *lines])


def write_lms(
    rows: Iterable[Row], assignment: Assignment, path: str | Path, identifier: str = "SIS Login ID"
) -> None:
    """Write two columns, the student's identifier and the points, for a learning system.

    Parameters
    ----------
    rows : list of dict
        From `grade.grade`.
    assignment : Assignment
    path : str or Path
        The table, as CSV.
    identifier : str
        Heading of the column with the student, as the system expects it.
    """
    most = sum(question.auto for question in assignment.questions)
    head = [identifier, f"{assignment.title} ({most:g})"]
    _write(path, [head, *([r["student"], f"{sum(r['auto'].values()):g}"] for r in rows)])


def _write(path, lines):
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([harmless(map(str, line)) for line in lines])
