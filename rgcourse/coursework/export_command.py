"""The command `rgcourse export`: final marks from the table as it stands, for other systems."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from . import by_hand, door, exports, history, key, late, totals
from .grade import NOT_MARKED
from .journal import locked, place_of
from .tables import mark_columns, replace

__all__ = ["add", "add_who", "people"]

ABOUT = ("name", "email", "id", "section")  # columns of the roster that systems ask for
NAMED = 5  # students that are named one by one


def add(commands: Any) -> None:
    """Add the command to those of `rgcourse`."""
    one = commands.add_parser("export", help="final marks, by hand and automatic, for others")
    one.add_argument("table", help="grades.csv with marks by hand")
    one.add_argument("--key", required=True, help="from `rgcourse key`")
    one.add_argument("-o", "--output", help="a table of all parts and totals")
    one.add_argument("--roster", help="table with `student`, and name, email, id, section if any")
    for name, what in (
        ("canvas", "a gradebook for Canvas"), ("moodle", "a table for Moodle"),
        ("lms", "two columns for any learning system"), ("nbgrader", "nbgrader's table"),
    ):  # fmt: skip
        one.add_argument(f"--{name}", metavar="FILE", help=what)
    one.add_argument("--worksheet", metavar="FILE", help="Moodle's grading worksheet, to fill in")
    one.add_argument("--gradescope", metavar="FOLDER", help="results.json for each, and their zip")
    one.add_argument("--otter", metavar="FOLDER", help="final_grades.csv as otter writes it")
    one.add_argument("--partial", action="store_true", help="totals without marks not given yet")
    one.add_argument("--absent-zero", action="store_true", help="0 for who handed in nothing")
    one.add_argument("--due", metavar="TIME", help="deadline, such as 2026-12-01T23:59+01:00")
    one.add_argument("--handed-in", metavar="TIMES", help="table student, time; or the folder")
    one.add_argument("--late", metavar="RATE", help="what is taken off, such as 10%%/day")
    one.add_argument("--until", metavar="LENGTH", help='no points after, such as "3 days"')
    one.add_argument("--grace", metavar="LENGTH", help='is not late yet, such as "15 min"')
    one.add_argument("--extensions", metavar="FILE", help="table student, until")
    add_who(one)
    one.set_defaults(run=_export)


def add_who(parser: Any) -> None:
    """Options for the history of marks: who, and why."""
    parser.add_argument("--why", default="", help="reason, for the history of marks")
    parser.add_argument("--who", default="", help="who marks; the user's name unless given")


def people(path: str | Path) -> dict[str, dict[str, str]]:
    """{student: {"name": ..., "email": ..., "id": ..., "section": ...}} as a roster has them."""
    table = by_hand.read(path)
    if not table or "student" not in table[0]:
        raise ValueError(f"{path} needs a column named `student`")
    rows = (dict(zip(table[0], line, strict=False)) for line in table[1:])
    return {
        door.safe_name(row["student"].strip()): {
            name: door.one_line(row[name]) for name in ABOUT if row.get(name)
        }
        for row in rows
    }


def _export(options: Namespace) -> None:
    if options.worksheet and not options.moodle:
        raise ValueError("--worksheet is filled in under the name that --moodle gives")
    held, path = key.read(options.key), Path(options.table)
    assignment = held.assignment
    known = people(options.roster) if options.roster else None
    with locked(place_of(path), path):
        table = by_hand.read(path)
        totals.final(table, assignment)  # whatever is wrong with it is said before anything else
        made = totals.final(
            table,
            assignment,
            _lateness(options, held, [line[table[0].index("student")] for line in table[1:]]),
            absent_zero=options.absent_zero,
            partial=options.partial,
        )
        final = [one for one in made if not one.why_none]
        if not final:
            raise ValueError(
                f"nobody has a total yet: {_named(made)}; --partial adds up what is there"
            )
        _write(options, final, assignment, known)
        if options.output:
            replace(options.output, totals.table_of(made))
        who, place = door.one_line(options.who, 60), history.place_of(path)
        marks = mark_columns(assignment)
        said = [history.keep(place, table, held.class_key, marks, {}, who)]
        if not options.partial:
            given = by_hand.parsed(totals.table_of(final))
            reasons = {one.student: options.why or "export" for one in final}
            kept = ["share taken off", "total"]
            said.append(history.keep(place, given, held.class_key, kept, reasons, who))
    for message in filter(None, said):
        print(message, file=sys.stderr)
    print(f"{len(final)} totals of {assignment.title!r}, of {final[0].most:g} points")
    left = [one for one in made if one.why_none]
    if left:
        print(f"left out, without a total: {_named(left)}")
    if doubt := [one.student for one in final if NOT_MARKED in one.status]:
        print(f"{NOT_MARKED}, look at their status: {door.one_line(', '.join(doubt[:NAMED]))}")
    if late_ones := [one for one in final if one.late.days]:
        most = max(one.late.days for one in late_ones)
        print(f"late: {len(late_ones)}, by at most {most} day{'s' * (most > 1)}")


def _write(options, final, assignment, known):
    if options.canvas:
        exports.write_canvas(final, assignment, options.canvas, known)
    if options.moodle:
        left = exports.write_moodle(final, assignment, options.moodle, known, options.worksheet)
        if left:
            names = door.one_line(", ".join(left[:NAMED]))
            more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
            print(f"not in the worksheet of Moodle: {names}{more}", file=sys.stderr)
    if options.lms:
        exports.write_lms(final, assignment, options.lms)
    if options.nbgrader:
        exports.write_nbgrader(final, assignment, options.nbgrader)
    if options.gradescope:
        exports.write_gradescope(final, assignment, options.gradescope, known)
    if options.otter:
        exports.write_otter(final, assignment, options.otter)


def _lateness(options, held, students):
    """{student: `Late`} by the options; None where there is no deadline."""
    asked = {name: getattr(options, name) for name in ("late", "until", "grace", "extensions")}
    if options.due is None:
        given = [f"--{name}" for name, value in asked.items() if value is not None]
        if given or options.handed_in:
            raise ValueError(f"{' '.join(given) or '--handed-in'} needs a deadline: --due TIME")
        return None
    if not options.handed_in:
        raise ValueError("--due needs to know when papers came: --handed-in TABLE or FOLDER")
    share, unit = late.rate(options.late or "0%/day")
    policy = late.Policy(
        late.instant(options.due),
        share,
        unit,
        None if options.until is None else late.duration(options.until),
        late.duration(options.grace or "0 min"),
    )
    own = late.read_times(options.extensions, "until") if options.extensions else {}
    if Path(options.handed_in).is_dir():
        times = late.file_times(options.handed_in, students, held.assignment.name, held.shared)
    else:
        times = late.read_times(options.handed_in, "time")
    strangers = [name for name in own if name not in students]
    if strangers:
        raise ValueError(
            f"{options.extensions}: {door.one_line(', '.join(strangers[:NAMED]))} "
            f"{'is' if len(strangers) == 1 else 'are'} not in the table of marks"
        )
    return {name: policy.late(time, own.get(name)) for name, time in times.items()}


def _named(left):
    told = [f"{one.student} ({one.why_none})" for one in left[:NAMED]]
    more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    return door.one_line(", ".join(told), 1000) + more
