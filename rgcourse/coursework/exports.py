"""Marks for other systems: Canvas, Moodle, Gradescope, nbgrader, otter, and any that reads a table.

Each takes the totals of `totals`, or rows that have just been marked, of which it writes the
automatic points. What has no total is left out: no system can take a line that is not there for 0.
"""

import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from . import by_hand, door, totals
from .source import Assignment
from .tables import Row, as_csv, harmless, replace
from .totals import Total

__all__ = [
    "gradescope",
    "write_canvas",
    "write_gradescope",
    "write_lms",
    "write_moodle",
    "write_nbgrader",
    "write_otter",
]

Marked = Iterable[Total | Row]
People = Mapping[str, Mapping[str, str]]  # student: what the roster says, such as {"email": ...}

# Gradescope copies run_autograder out of the archive, runs it for each submission and reads
# /autograder/results/results.json; the archive needs both files at its root:
# https://gradescope-autograders.readthedocs.io/en/latest/specs/
SETUP = "#!/bin/sh\n# nothing to install: the papers are marked already\nexit 0\n"
RUN = """#!/usr/bin/env python3
import json
import shutil
from pathlib import Path

names = json.loads(Path("/autograder/source/names.json").read_text(encoding="utf-8"))
about = json.loads(Path("/autograder/submission_metadata.json").read_text(encoding="utf-8"))
emails = [user["email"] for user in about["users"]]
folder = next((names[email] for email in emails if email in names), None)
if folder is None:
    raise SystemExit(f"there are no marks yet for {', '.join(emails)}")
results = Path("/autograder/source/results") / folder / "results.json"
shutil.copy(results, "/autograder/results/results.json")
"""


def gradescope(marks: Total | Row, assignment: Assignment) -> dict[str, Any]:
    """The `results.json` of Gradescope for one student, as a dictionary."""
    (one,) = _totals([marks], assignment)
    tests = [
        {
            "name": part.name,
            "score": part.points,
            "max_score": part.most,
            "output": part.told or one.status,
        }
        for part in one.parts
        if part.points is not None
    ]
    if one.late.days:
        tests.append({"name": "late", "score": round(one.points - one.before, 2), "max_score": 0})
    return {
        "score": round(one.points, 2),
        "execution_time": one.seconds,
        "output": f"{one.status}; {one.told}" if one.late.days or one.why_none else one.status,
        "visibility": "visible",
        "tests": tests,
    }


def write_gradescope(
    marked: Marked, assignment: Assignment, folder: str | Path, people: People | None = None
) -> None:
    """Write `<student>/results.json` for each, and all of them as `autograder.zip` to upload.

    Parameters
    ----------
    marked : list
        Totals, or rows of the marking.
    assignment : Assignment
    folder : str or Path
        Made if it is not there.
    people : dict
        Where the names of students are not their addresses: {student: {"email": ...}}.
    """
    folder, names, texts = Path(folder), {}, {}
    for one in _totals(marked, assignment):
        place = door.file_name(one.student)
        names[_of(people, one.student, "email") or one.student] = place
        texts[place] = json.dumps(gradescope(one, assignment), indent=1)
        target = folder / place
        target.mkdir(parents=True, exist_ok=True)
        replace(target / "results.json", texts[place])
    folder.mkdir(parents=True, exist_ok=True)
    files = {"setup.sh": SETUP, "run_autograder": RUN, "names.json": json.dumps(names)}
    files |= {f"results/{place}/results.json": text for place, text in texts.items()}
    half = folder / "autograder.zip.part"
    with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            about = zipfile.ZipInfo(name)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = (
                0o100755 if name in ("setup.sh", "run_autograder") else 0o100644
            ) << 16
            archive.writestr(about, text)
    half.replace(folder / "autograder.zip")


def write_nbgrader(marked: Marked, assignment: Assignment, path: str | Path) -> None:
    """Write the columns that `nbgrader export` writes, one line for each student.

    Parameters
    ----------
    marked : list
        Totals, or rows of the marking.
    assignment : Assignment
    path : str or Path
        The table, as CSV.
    """
    head = ["assignment", "student_id", "score", "max_score"]
    lines = [
        [assignment.name, one.student, float(one.points), float(one.most)]
        for one in _totals(marked, assignment)
    ]
    replace(path, as_csv([head, *lines]))


def write_lms(
    marked: Marked, assignment: Assignment, path: str | Path, identifier: str = "SIS Login ID"
) -> None:
    """Write two columns, the student's identifier and the points, for a learning system.

    Parameters
    ----------
    marked : list
        Totals, or rows of the marking.
    assignment : Assignment
    path : str or Path
        The table, as CSV.
    identifier : str
        Heading of the column with the student, as the system expects it.
    """
    made = _totals(marked, assignment)
    head = [identifier, f"{assignment.title} ({_most(made, assignment):g})"]
    replace(path, as_csv([head, *([one.student, f"{one.points:g}"] for one in made)]))


def write_canvas(
    marked: Marked, assignment: Assignment, path: str | Path, people: People | None = None
) -> None:
    """Write a table for Canvas: Grades, Import.

    The first columns must be these, and the line of points that can be had must begin with the
    words; a student is found by ID, else by SIS Login ID, else by name (`lib/gradebook_importer.rb`
    of github.com/instructure/canvas-lms).

    Parameters
    ----------
    marked : list
        Totals, or rows of the marking.
    assignment : Assignment
        Its title names the column; an assignment of that title is filled, or made anew.
    path : str or Path
    people : dict
        {student: {"name": ..., "id": ..., "section": ...}}, as far as it is known.
    """
    made = _totals(marked, assignment)
    lines = [
        ["Student", "ID", "SIS Login ID", "Section", assignment.title],
        ["    Points Possible", "", "", "", f"{_most(made, assignment):g}"],
    ]
    for one in made:
        name = _of(people, one.student, "name") or one.student
        rest = [_of(people, one.student, "id"), one.student, _of(people, one.student, "section")]
        lines.append([name, *rest, f"{one.points:g}"])
    replace(path, as_csv(lines))


def write_moodle(
    marked: Marked,
    assignment: Assignment,
    path: str | Path,
    people: People | None = None,
    worksheet: str | Path | None = None,
) -> list[str]:
    """Write a table for Moodle; students who are not in the worksheet are returned.

    Without a worksheet it is for Grades, Import, CSV file, with the address mapped to `Email
    address` (https://docs.moodle.org/en/Grade_import). A grading worksheet, which Moodle offers
    for download with an assignment, is filled in and can be uploaded again: Moodle finds a student
    by its column `Identifier`, and needs `Last modified (grade)` as it was
    (`mod/assign/feedback/offline/importgradeslib.php` of github.com/moodle/moodle).

    Parameters
    ----------
    marked : list
        Totals, or rows of the marking.
    assignment : Assignment
    path : str or Path
    people : dict
        {student: {"email": ...}} where the names of students are not their addresses.
    worksheet : str or Path
        As downloaded.

    Raises
    ------
    ValueError
        If a worksheet has no column for the grade, or none that tells who a student is.
    """
    made = {one.student: one for one in _totals(marked, assignment)}
    address = {name: _of(people, name, "email") or name for name in made}
    if worksheet is None:
        lines = [["Email address", "Grade", "Feedback comments"]]
        for name, one in made.items():
            lines.append([address[name], f"{one.points:g}", door.one_line(one.told, 2000)])
        replace(path, as_csv(lines))
        return []
    by_address = {address[name].casefold(): name for name in made}
    table = by_hand.read(worksheet)
    head = table[0] if table else []
    who = [head.index(name) for name in ("Email address", "Username", "ID number") if name in head]
    if "Grade" not in head or "Identifier" not in head or not who:
        raise ValueError(
            f"{worksheet} is no grading worksheet of Moodle: it needs the columns Identifier, "
            "Grade and Email address (Username, ID number)"
        )
    left = set(made)
    for line in table[1:]:
        line += [""] * (len(head) - len(line))
        names = [by_address.get(line[n].strip().casefold(), line[n].strip()) for n in who]
        name = next((name for name in names if name in made), None)
        if name is None:
            continue
        left.discard(name)
        line[head.index("Grade")] = f"{made[name].points:g}"
        if "Feedback comments" in head:
            (told,) = harmless([door.one_line(made[name].told, 2000)])
            line[head.index("Feedback comments")] = told
    replace(path, by_hand.as_text(table))
    return sorted(left)


def write_otter(marked: Marked, assignment: Assignment, folder: str | Path) -> None:
    """Write `final_grades.csv` as `otter grade` does: points of each part, share, file.

    The columns are those of `otter/grade/containers.py` of github.com/ucbds-infra/otter-grader.

    Parameters
    ----------
    marked : list
        Totals, or rows of the marking.
    assignment : Assignment
    folder : str or Path
        Made if it is not there.
    """
    made = _totals(marked, assignment)
    names = [part.name for part in made[0].parts] if made else []
    lines: list[list[str]] = [[*names, "percent_correct", "file"]]
    for one in made:
        given = ["" if part.points is None else f"{part.points:g}" for part in one.parts]
        lines.append([*given, f"{one.points / one.most:.6g}", f"{one.student}.ipynb"])
    Path(folder).mkdir(parents=True, exist_ok=True)
    replace(Path(folder) / "final_grades.csv", as_csv(lines))


def _totals(marked, assignment):
    return [one if isinstance(one, Total) else totals.automatic(one, assignment) for one in marked]


def _most(made, assignment):
    return made[0].most if made else sum(one.auto + one.manual for one in assignment.questions)


def _of(people, student, what):
    return ((people or {}).get(student) or {}).get(what, "")
