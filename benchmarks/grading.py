"""A class of 120 marked on this machine: how long does it take, and what is it spent on?

    python benchmarks/grading.py [papers that are well] [papers that are hostile]

First a class in which all is well: right papers alone. Then one with copied papers, whose mistakes
are looked for, and untouched ones among them. Then a few papers that sleep or loop in every cell,
which must not take longer than their limits together. Marks are checked before anything is written.
Processor time is what can be compared between machines, and on a busy one; the ratio is that of a
right paper to its cells and calls alone, in a warm process.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from rgcourse.coursework import child, clock, grade, key, plain, sandbox, source, variants

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "instructor" / "blocks_and_flows.ipynb"
WELL = "right right copied right right right right untouched right right".split()
HOSTILE = {"sleeps": "import time; time.sleep(1000)", "loops": "while True: pass"}


def paper(made, student, kind):
    """What a student of this kind hands in."""
    if kind == "untouched":
        return source.student_notebook(made.assignment, made.parameters(student), student)
    owner = "somebody else" if kind == "copied" else student
    notebook = source.solution_notebook(made.assignment, made.parameters(owner), student)
    for cell in notebook.cells:
        if kind in HOSTILE and cell.cell_type == "code":
            cell.source = HOSTILE[kind]
    return notebook


def marked(made, kinds):
    """Rows of a class, its wall clock and processor time, and that of its papers alone, in seconds.

    Time that a paper takes after the last look at it, a tenth of a second, is not seen.
    """
    really, papers = sandbox.run, []

    def run(*args, **options):
        outcome = really(*args, **options)
        papers.append((outcome.processor, bool(options.get("hidden"))))
        return outcome

    sandbox.run = run
    with tempfile.TemporaryDirectory() as folder:
        handed_in = Path(folder) / "handed_in"
        handed_in.mkdir()
        for n, kind in enumerate(kinds):
            notebook = paper(made, f"{kind}{n:03}", kind)
            nbformat.write(notebook, handed_in / f"{kind}{n:03}.ipynb")
        begin, used = time.perf_counter(), time.process_time()
        rows = grade.grade(handed_in, made, Path(folder) / "grades.csv", progress=grade.to_terminal)
        seconds, used = time.perf_counter() - begin, time.process_time() - used
    sandbox.run = really
    alone = sum(spent for spent, of_a_student in papers if of_a_student)
    return rows, seconds, used + sum(spent for spent, _ in papers), alone


def check(made, rows):
    """Stop if a paper has not got what it deserves."""
    full = sum(question.auto for question in made.assignment.questions)
    for row in rows:
        total = sum(row["auto"].values())
        kind = row["student"].rstrip("0123456789")
        nothing = kind in ("untouched", *HOSTILE)
        right = total == full if kind == "right" else total == 0 if nothing else 0 < total < full
        if not right:
            sys.exit(f"{row['student']} got {total} of {full}: {row}")


def bare(made):
    """Processor time of a right paper's cells and calls, in a process that has done it before."""
    student = "right000"
    parameters = made.parameters(student)
    cells = [source.parameters_cell(parameters), *source.reference_code(made.assignment)]
    asked = [key.request(case) for question in made.assignment.questions if question.auto
             for case in made.cases(question.name, parameters)]  # fmt: skip
    for _ in range(2):
        space = {"__name__": "__main__"}
        begin = time.process_time()
        for cell in cells:
            exec(cell, space)
        for one in asked:
            plain.encode(child.answer_to(one, space, plain))
        seconds = time.process_time() - begin
    return seconds


def main(number=120, hostile=4):
    """Mark both classes, check the marks and write the times."""
    made = key.make(SOURCE, variants.DEMO_SECRET)
    rows, seconds_all_right, _, _ = marked(made, ["right"] * number)
    check(made, rows)
    rows, seconds, used, papers = marked(made, [WELL[n % len(WELL)] for n in range(number)])
    check(made, rows)
    alone = bare(made)
    told = {
        "submissions": number,
        "seconds_if_all_are_right": round(seconds_all_right, 1),
        "seconds": round(seconds, 1),
        "processor_seconds": round(used, 1),
        "processor_seconds_of_a_paper": round(papers / number, 2),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "walls": rows[0]["walls"],
        "bare_seconds_of_a_right_one": round(alone, 3),
        "ratio_to_bare": round(papers / number / alone, 1),
    }
    if hostile:
        rows, seconds, used, _ = marked(made, [[*HOSTILE][n % 2] for n in range(hostile)])
        check(made, rows)
        at_a_time = min(hostile, os.cpu_count())
        most = sandbox.SECONDS_IN_ALL * clock.WALL_FACTOR * -(-hostile // at_a_time)
        told["hostile"] = {
            "submissions": hostile,
            "seconds": round(seconds, 1),
            "processor_seconds": round(used, 1),
            "sum_of_limits": most,
        }
        if seconds > most + sandbox.SECONDS_TO_START:
            sys.exit(
                f"{hostile} hostile papers took {seconds:.0f} s, their limits are {most:.0f} s"
            )
    (ROOT / "benchmarks" / "grading.json").write_text(json.dumps(told, indent=1) + "\n")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
