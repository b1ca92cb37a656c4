"""Two hundred submissions of one assignment on this machine: how long does marking take?

    python benchmarks/grading.py [number of submissions]

Four in ten are right, the others are untouched, crash in a cell, loop for ever in one call, or are
copied. Marks are checked before the time is written.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from rgcourse.coursework import grade, key, source, variants

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "instructor" / "blocks_and_flows.ipynb"
KINDS = "right copied right untouched right crash right copied loop right".split()


def paper(made, student, kind):
    """What a student of this kind hands in."""
    if kind == "untouched":
        return source.student_notebook(made.assignment, made.parameters(student), student)
    owner = "somebody else" if kind == "copied" else student
    notebook = source.solution_notebook(made.assignment, made.parameters(owner), student)
    for cell in notebook.cells:
        if kind == "crash" and "K_star" in cell.source and cell.cell_type == "code":
            cell.source = "import os; os._exit(1)"
        if kind == "loop":
            cell.source = cell.source.replace("total = blocks.sum(", "while True: pass\n    x = (")
    return notebook


def main(number):
    """Mark `number` submissions, check the marks and write the time."""
    made = key.make(SOURCE, variants.DEMO_SECRET)
    full = sum(question.auto for question in made.assignment.questions)
    with tempfile.TemporaryDirectory() as folder:
        handed_in = Path(folder) / "handed_in"
        handed_in.mkdir()
        for n in range(number):
            kind = KINDS[n % len(KINDS)]
            notebook = paper(made, f"{kind}{n:03}", kind)
            nbformat.write(notebook, handed_in / f"{kind}{n:03}.ipynb")
        begin = time.perf_counter()
        rows = grade.grade(handed_in, made, Path(folder) / "grades.csv", progress=grade.to_terminal)
        seconds = time.perf_counter() - begin
    for row in rows:
        total = sum(row["auto"].values())
        kind = row["student"].rstrip("0123456789")
        right = {"right": total == full, "untouched": total == 0}.get(kind, 0 < total < full)
        if not right:
            sys.exit(f"{row['student']} got {total} of {full}: {row}")
    slowest = max(row["seconds"] for row in rows if row["student"].startswith("right"))
    told = {"submissions": number, "seconds": round(seconds, 1), "cores": os.cpu_count(),
            "slowest_right_one": slowest}  # fmt: skip
    (ROOT / "benchmarks" / "grading.json").write_text(json.dumps(told, indent=1) + "\n")
    print(f"{number} submissions in {seconds:.0f} s on {os.cpu_count()} cores (aim 300 s)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
