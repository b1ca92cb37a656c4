"""The command `rgcourse`: keys, notebooks for students, grades, bets.

rgcourse key SOURCE -o KEY
rgcourse release SOURCE --roster roster.csv -o FOLDER
rgcourse grade FOLDER --key KEY -o grades.csv
rgcourse export grades.csv --key KEY -o final.csv
rgcourse slips FOLDER --expected due.csv -o bets.csv
rgcourse read FOLDER --key KEY -o reading.html
rgcourse report grades.csv --key KEY -o FOLDER
rgcourse pilot FOLDER
rgcourse bank NAME ... -o SOURCE
"""

import argparse
import csv
import sys
import unicodedata
import warnings
from collections.abc import Sequence
from pathlib import Path

import nbformat

from .. import results
from . import (
    anonymous,
    bank,
    door,
    export_command,
    exports,
    grade,
    journal,
    key,
    nbgrader,
    pilot,
    reading,
    rehearsal,
    report,
    sandbox,
    slips,
    source,
    taking,
    variants,
)
from .again import Again

__all__ = ["main", "read_roster"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; exit status 0 if all went well, 2 (and one line) if the input was wrong."""
    options = _parser().parse_args(arguments)
    warnings.showwarning = lambda message, *_: print(f"\nWARNING: {message}\n", file=sys.stderr)
    try:
        options.run(options)
    except (ValueError, OSError) as error:
        print(f"rgcourse: {door.one_line(error, 1000)}", file=sys.stderr)
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
    one.add_argument("--roster", help="mark the reference solution in the place of each student")
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
    one.add_argument("--again", metavar="STUDENT", action="append", help="mark anew; with --why")
    one.add_argument("--question", default="", help="of those marked again, this one alone")
    export_command.add_who(one)
    one.add_argument("--anonymous", metavar="FOLDER", help="for a reader who is to see no names")
    one.add_argument("--one-for-all", action="store_true", help="all got `release --nbgrader`")
    one.add_argument(
        "--rubric",
        action="store_true",
        help="rubrics in the feedback: they state the answers, so when the last paper is in",
    )
    one.add_argument("--book", default="", help="address of the book, for links in the feedback")
    one.add_argument("--workers", type=int, help="submissions at a time")
    one.add_argument("--unsafe", action="store_true", help="grade without limits (no Linux)")
    one.set_defaults(run=_grade)
    export_command.add(commands)

    one = commands.add_parser("slips", help="tabulate the slips of bets of a class")
    one.add_argument("folder", help="<student>.json, saved from the page Collect your bets")
    one.add_argument("-o", "--output", required=True, help="bets.csv")
    one.add_argument("--expected", metavar="FILE", help="table page, number, week: what was due")
    one.add_argument("--roster", help="table with a column `student`: a row for each of them")
    one.set_defaults(run=_slips)

    one = commands.add_parser("read", help="written answers in one page, and marks from it")
    one.add_argument("folder", nargs="?", help="of submissions, as for grade")
    one.add_argument("--take", metavar="MARKS", help="put marks.csv of the page into the table -o")
    one.add_argument("--overwrite", action="store_true", help="with --take: also over other marks")
    one.add_argument("--key", required=True, help="from `rgcourse key`")
    one.add_argument("-o", "--output", required=True, help="the page; with --take, grades.csv")
    one.add_argument("--grades", help="table of marks, to show its automatic results")
    one.add_argument("--roster", help="table with a column `student`")
    one.add_argument("--anonymous", action="store_true", help="aliases in place of names")
    one.set_defaults(run=_read)

    one = commands.add_parser("report", help="which questions failed, which papers are alike")
    one.add_argument("grades", help="from `rgcourse grade`, with its journal beside it")
    one.add_argument("--key", required=True, help="from `rgcourse key`")
    one.add_argument("-o", "--output", required=True, help="folder")
    one.add_argument("--papers", metavar="FOLDER", help="of submissions: compare them, too")
    one.add_argument("--roster", help="table with a column `student`, for --papers")
    one.set_defaults(run=_report)

    one = commands.add_parser("pilot", help="try all of it with three students who do not exist")
    one.add_argument("folder", help="a new folder; everything is written there")
    one.set_defaults(run=_pilot)

    one = commands.add_parser("bank", help="exercises of the book as questions of an assignment")
    one.add_argument("names", nargs="*", help="page/title, or a page; all of them unless given")
    one.add_argument("--tag", action="append", default=[], help="only those with this tag")
    one.add_argument("--book", help="folder `book` of a clone; unless given, of the one around you")
    one.add_argument("-o", "--output", help="the source to write; without it they are listed")
    one.set_defaults(run=_bank)
    return parser


def _key(options):
    made = key.make(options.source, variants.secret_of_class())
    if options.roster:
        _rehearse(made, read_roster(options.roster))
    key.write(made, options.output)
    print(f"{options.output}: the key of {made.assignment.title!r}; keep it to yourself")


def _rehearse(made, students):
    lost = rehearsal.rehearse(made, students, progress=grade.to_terminal)
    if lost:
        lines = [f"{student}: {'; '.join(reasons)}" for student, reasons in [*lost.items()][:5]]
        more = f"\nand {len(lost) - 5} more" if len(lost) > 5 else ""
        raise ValueError(
            f"the reference solution loses points in the place of {len(lost)} of {len(students)} "
            "students, so nobody should get it yet (no key was written):\n"
            + "\n".join(lines) + more
        )  # fmt: skip
    print(f"the reference solution gets every point in the place of each of {len(students)}")
    for group in rehearsal.alike(made, students)[:5]:
        print(f"the same numbers: {', '.join(group)}")


def _release(options):
    made = key.make(options.source, variants.secret_of_class())
    folder = Path(options.output)
    folder.mkdir(parents=True, exist_ok=True)
    if options.nbgrader:
        path = folder / f"{made.assignment.name}.ipynb"
        nbformat.write(nbgrader.notebook(made), path)
        print(f"{path}: put it into source/{made.assignment.name} of your nbgrader course")
        return
    reference = key.Reference(made)
    for student in read_roster(options.roster) if options.roster else ["demo"]:
        own = made.parameters(student)
        if options.solutions:
            numbers = reference.numbers(own)
            notebook = source.solution_notebook(made.assignment, own, student, numbers)
        else:
            notebook = source.student_notebook(made.assignment, own, student)
        nbformat.write(notebook, folder / f"{student}.ipynb")
    print(f"{folder}: {len(list(folder.glob('*.ipynb')))} notebooks")


def _grade(options):
    held = key.read(options.key)
    level = sandbox.level()
    print(f"walls: {level.name} ({level.told})", file=sys.stderr)
    held = nbgrader.of_this_form(held) if options.one_for_all else held
    if options.anonymous:
        _take_in(options, held)
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
        again=Again(tuple(options.again or ()), options.question, options.why, options.who),
        rubric=options.rubric,
        book=options.book,
    )
    if options.anonymous:
        anonymous.hand_out(rows, held, options.anonymous, _names(options))
        print(f"{options.anonymous}: for the reader; who is who: {_names(options)}")
    if options.gradescope:
        exports.write_gradescope(rows, held.assignment, options.gradescope)
    if options.nbgrader:
        exports.write_nbgrader(rows, held.assignment, options.nbgrader)
    if options.lms:
        exports.write_lms(rows, held.assignment, options.lms)
    if options.gradescope or options.nbgrader or options.lms:
        print("these are automatic points; with marks by hand, from the table: rgcourse export")
    print(f"{options.output}: {len(rows)} submissions of {held.assignment.title!r}")
    concerned = [row["student"] for row in rows if grade.NOT_MARKED in row["status"]]
    if concerned:
        more = f" and {len(concerned) - 5} more" if len(concerned) > 5 else ""
        named = door.one_line(", ".join(concerned[:5]))
        print(f"{grade.NOT_MARKED}: {named}{more}; see their status")


def _names(options):
    output = Path(options.output)
    return output.with_name(f"{output.stem}.names.csv")


def _take_in(options, held):
    reader = Path(options.anonymous) / "grades.csv"
    with journal.locked(journal.place_of(options.output), options.output):
        said = anonymous.take_in(options.output, reader, held)
    if said:
        print(said, file=sys.stderr)


def _slips(options):
    folder = Path(options.folder)
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder of slips")
    due = slips.read_due(options.expected) if options.expected else []
    roster = read_roster(options.roster) if options.roster else []
    n = slips.write_slips(folder.glob("*.json"), options.output, due, roster)
    print(f"{options.output}: {n} slips")


def _read(options):
    if bool(options.take) == bool(options.folder):
        raise ValueError("give a folder of submissions, or --take marks.csv, and not both")
    held = key.read(options.key)
    if options.take:
        taken = taking.take(options.take, options.output, held, overwrite=options.overwrite)
        print(f"{options.output}: {taken}")
        return
    print(
        reading.write(
            options.folder,
            held,
            options.output,
            roster=read_roster(options.roster) if options.roster else (),
            grades=options.grades,
            anonymous=options.anonymous,
            progress=grade.to_terminal,
        )
    )


def _report(options):
    print(
        report.write(
            options.grades,
            key.read(options.key),
            options.output,
            papers=options.papers,
            roster=read_roster(options.roster) if options.roster else (),
        )
    )


def _pilot(options):
    print("three students, one of whom loops for ever: half a minute ...", file=sys.stderr)
    rows = pilot.run(options.folder, progress=grade.to_terminal)
    print(pilot.told(options.folder, rows))


def _bank(options):
    book = Path(options.book) if options.book else results.course_folder() / "book"
    entries = bank.chosen(bank.read_bank(book), options.names, options.tag)
    if not options.output:
        print(bank.listed(entries))
        return
    path = Path(options.output)
    if path.exists():
        raise ValueError(f"{path} is there; move it away, or write to another file")
    questions = entries if options.names else [entry for entry in entries if entry.cases]
    nbformat.write(bank.source_of(questions, path.stem), path)
    print(f"{path}: {len(questions)} questions; next: rgcourse key {path} -o KEY")


def read_roster(path: str | Path) -> list[str]:
    """Students of a table with a column `student`; ValueError without one."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or "student" not in rows[0]:
        raise ValueError(f"{path} needs a column named `student`")
    names = [(row["student"] or "").strip() for row in rows]
    students = [unicodedata.normalize("NFC", name) for name in names]
    for student in students:
        if student in (".", "..") or set(student) & set("/\\\0"):
            raise ValueError(f"{path}: {student!r} cannot be the name of a file; use a login name")
    return [student for student in students if student]


if __name__ == "__main__":
    sys.exit(main())
