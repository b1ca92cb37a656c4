"""Marks for other systems: Gradescope, nbgrader, and any that reads a table."""

import csv
import json
from pathlib import Path

from .grade import harmless


def gradescope(row, assignment):
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


def write_gradescope(rows, assignment, folder):
    """Write `<student>/results.json` for each row."""
    for row in rows:
        target = Path(folder) / row["student"]
        target.mkdir(parents=True, exist_ok=True)
        text = json.dumps(gradescope(row, assignment), indent=1)
        (target / "results.json").write_text(text, encoding="utf-8")


def write_nbgrader(rows, assignment, path):
    """Write the columns that `nbgrader export` writes, one line a student."""
    most = sum(question.auto for question in assignment.questions)
    head = ["assignment", "student_id", "score", "max_score"]
    lines = [[assignment.name, r["student"], sum(r["auto"].values()), most] for r in rows]
    _write(path, [head, *lines])


def write_lms(rows, assignment, path, identifier="SIS Login ID"):
    """Write two columns, the student's identifier and the points, for a learning system."""
    most = sum(question.auto for question in assignment.questions)
    head = [identifier, f"{assignment.title} ({most:g})"]
    _write(path, [head, *([r["student"], f"{sum(r['auto'].values()):g}"] for r in rows)])


def _write(path, lines):
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([harmless(map(str, line)) for line in lines])
