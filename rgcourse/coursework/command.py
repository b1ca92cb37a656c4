"""The command `rgcourse`: keys, notebooks for students, grades, bets.

rgcourse key SOURCE -o KEY
rgcourse release SOURCE --roster roster.csv -o FOLDER
rgcourse grade FOLDER --key KEY -o grades.csv
rgcourse slips FOLDER -o bets.csv
"""

import argparse
import csv
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import nbformat

from . import exports, grade, key, nbgrader, slips, source, variants

__all__ = ["main", "read_roster"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; exit status 0 if all went well, 2 (and one line) if the input was wrong."""
    options = _parser().parse_args(arguments)
    warnings.showwarning = lambda message, *_: print(f"\nWARNING: {message}\n", file=sys.stderr)
    try:
        options.run(options)
    except (ValueError, OSError) as error:
        print(f"rgcourse: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from here", file=sys.stderr)
        return 130
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="rgcourse", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("key", help="compute the key of an assignment")
    one.add_argument("source", help="the tagged notebook")
    one.add_argument("-o", "--output", required=True, help="the key file, readable by you alone")
    one.set_defaults(run=_key)

    one = commands.add_parser("release", help="write the notebooks that students get")
    one.add_argument("source", help="the tagged notebook")
    one.add_argument("--roster", help="table with a column `student`; one notebook for each")
    form = one.add_mutually_exclusive_group()
    form.add_argument("--solutions", action="store_true", help="with solutions, for yourself")
    form.add_argument("--nbgrader", action="store_true", help="one source for nbgrader")
    one.add_argument("-o", "--output", required=True, help="folder")
    one.set_defaults(run=_release)

    one = commands.add_parser("grade", help="grade a folder of submissions")
    one.add_argument("folder", help="<student>.ipynb, or <student>/ with one notebook")
    one.add_argument("--key", required=True, help="from `rgcourse key`")
    one.add_argument("-o", "--output", required=True, help="grades.csv")
    one.add_argument("--roster", help="table with a column `student`: a row for each of them")
    one.add_argument("--gradescope", help="also write results.json for each student here")
    one.add_argument("--nbgrader", help="also write a table in nbgrader's form")
    one.add_argument("--lms", help="also write a table of two columns for a learning system")
    one.add_argument("--workers", type=int, help="submissions at a time")
    one.add_argument("--unsafe", action="store_true", help="grade without limits (no Linux)")
    one.set_defaults(run=_grade)

    one = commands.add_parser("slips", help="tabulate the slips of bets of a class")
    one.add_argument("folder", help="<student>.json, saved from the page Collect your bets")
    one.add_argument("-o", "--output", required=True, help="bets.csv")
    one.set_defaults(run=_slips)
    return parser


def _key(options):
    made = key.make(options.source, variants.secret_of_class())
    key.write(made, options.output)
    print(f"{options.output}: the key of {made.assignment.title!r}; keep it to yourself")


def _release(options):
    made = key.make(options.source, variants.secret_of_class())
    folder = Path(options.output)
    folder.mkdir(parents=True, exist_ok=True)
    if options.nbgrader:
        path = folder / f"{made.assignment.name}.ipynb"
        nbformat.write(nbgrader.notebook(made), path)
        print(f"{path}: put it into source/{made.assignment.name} of your nbgrader course")
        return
    write = source.solution_notebook if options.solutions else source.student_notebook
    for student in read_roster(options.roster) if options.roster else ["demo"]:
        notebook = write(made.assignment, made.parameters(student), student)
        nbformat.write(notebook, folder / f"{student}.ipynb")
    print(f"{folder}: {len(list(folder.glob('*.ipynb')))} notebooks")


def _grade(options):
    held = key.read(options.key)
    print("first the reference solution, which must get all its points here ...", file=sys.stderr)
    rows = grade.grade(
        options.folder,
        held,
        options.output,
        roster=read_roster(options.roster) if options.roster else (),
        workers=options.workers,
        unsafe=options.unsafe,
        progress=grade.to_terminal,
        hidden=[Path(options.key)],
    )
    if options.gradescope:
        exports.write_gradescope(rows, held.assignment, options.gradescope)
    if options.nbgrader:
        exports.write_nbgrader(rows, held.assignment, options.nbgrader)
    if options.lms:
        exports.write_lms(rows, held.assignment, options.lms)
    print(f"{options.output}: {len(rows)} submissions of {held.assignment.title!r}")


def _slips(options):
    folder = Path(options.folder)
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder of slips")
    n = slips.write_slips(folder.glob("*.json"), options.output)
    print(f"{options.output}: {n} slips")


def read_roster(path: str | Path) -> list[str]:
    """Students of a table with a column `student`; ValueError without one."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or "student" not in rows[0]:
        raise ValueError(f"{path} needs a column named `student`")
    students = [(row["student"] or "").strip() for row in rows]
    for student in students:
        if student in (".", "..") or set(student) & set("/\\\0"):
            raise ValueError(f"{path}: {student!r} cannot be the name of a file; use a login name")
    return [student for student in students if student]


if __name__ == "__main__":
    sys.exit(main())
