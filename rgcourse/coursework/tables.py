"""The table of the class, and how tables and files are written."""

import csv
import io
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import door
from .source import Assignment

__all__ = [
    "as_csv",
    "columns",
    "harmless",
    "mark_columns",
    "original",
    "replace",
    "to_terminal",
    "write_table",
]

MAX_STATUS = 2000  # characters

# student, auto, reasons, written, status, seconds, walls; for feedback lost, like and cells
Row = dict[str, Any]


def columns(assignment: Assignment) -> list[str]:
    """Names of the columns of the table, with the points to be had.

    `walls` is the level of protection at which a paper was marked; see `levels`.
    """
    names = ["student"]
    for question in assignment.questions:
        if question.auto:
            names.append(f"{question.name} ({question.auto:g})")
        if question.manual:
            names.append(f"{question.name} by hand ({question.manual:g})")
    return [*names, "auto total", "status", "walls"]


def mark_columns(assignment: Assignment) -> list[str]:
    """Names of the columns that hold the marks of a question, automatic or by hand."""
    return columns(assignment)[1:-3]


def write_table(rows: Iterable[Row], assignment: Assignment, path: str | Path) -> None:
    """Write the rows as CSV, with empty cells where a person gives the points.

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
        status = door.one_line(row["status"], MAX_STATUS)
        level = row.get("walls", "")  # rows of an older journal do not tell
        lines.append([*line, f"{sum(row['auto'].values()):g}", status, level])
    replace(path, as_csv(lines))


def harmless(line: Iterable[str]) -> list[str]:
    """Cells that a spreadsheet would take for a formula are made text."""
    return [f"'{cell}" if cell[:1] in tuple("=+-@\t") else cell for cell in line]


def original(cell: str) -> str:
    """What a cell was before it was made `harmless`."""
    return cell[1:] if cell[:1] == "'" and harmless([cell[1:]]) == [cell] else cell


def as_csv(lines: Iterable[Iterable[object]]) -> str:
    """The lines of a table as CSV, every cell of them `harmless`."""
    text = io.StringIO()
    csv.writer(text).writerows(harmless(map(str, line)) for line in lines)
    return text.getvalue()


def replace(path: str | Path, text: str, mode: int | None = None) -> None:
    """Write a file whole or not at all, with the rights of `mode` where they are given."""
    path = Path(path)
    half = path.with_name(path.name + ".part")
    if mode is not None:
        half.touch(mode=mode)
        half.chmod(mode)
    with half.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
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
    shown = door.one_line(student, 40)
    print(f"\r{done} of {total}  {shown:40}", end="", file=sys.stderr, flush=True)
    if done == total:
        print(file=sys.stderr)
