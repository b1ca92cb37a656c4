"""Write what an instructor may look at, or try, before adopting the course.

    python tools/adoption_kit.py            write instructor/kit

The notebooks of all assignments as a student named demo gets them, with numbers of the public demo
secret and without solutions. And of the warm-up of `rgcourse pilot`, whose solutions are public,
everything: a student's notebook, the same with answers, and the feedback on them. The files that
end in `.txt` are for the page of the book that shows all this.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat

from rgcourse.coursework import grade, key, pilot, source, variants

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "instructor"
KIT = ROOT / "instructor" / "kit"
PLAN = ROOT / "book" / "coursework" / "syllabus.md"
STUDENT = "demo"
HANDED_IN = pilot.ANSWERS["spread"]
FROM_PAGE = "../../instructor/kit"  # the folder, seen from the page that shows it


def made(path):
    """The key of a source, with the secret that everybody knows."""
    return key.make(path, variants.DEMO_SECRET)


def for_student(one):
    """The notebook that the student gets."""
    return source.student_notebook(one.assignment, one.parameters(STUDENT), STUDENT)


def in_order(paths):
    """The sources in the order in which the plan of the course names their titles."""
    plan = PLAN.read_text(encoding="utf-8").partition("## Assignments")[2]

    def place(path):
        found = plan.find(source.read(path).title)
        return (found < 0, found, path.stem)

    return sorted(paths, key=place)


def feedback(notebook):
    """What the student gets back, as the marking writes it."""
    with tempfile.TemporaryDirectory() as folder:
        papers = Path(folder, "handed_in")
        papers.mkdir()
        nbformat.write(notebook, papers / f"{STUDENT}.ipynb")
        grade.grade(papers, made(pilot.WARM_UP), Path(folder, "grades.csv"), workers=1)
        return Path(folder, "grades_feedback", f"{STUDENT}.md").read_text(encoding="utf-8")


# --- as text for the page -----------------------------------------------------------------------


def as_text(cells):
    """Cells as part of a page: titles as bold lines, which may be folded, and code as code."""
    parts = []
    for cell in cells:
        if "google.colab" in cell.source:
            continue
        if cell.cell_type == "code":
            parts.append(f"```python\n{cell.source}\n```")
        else:
            parts.append(re.sub(r"^#+ (.*)", r"**\1**", cell.source, flags=re.MULTILINE))
    return "\n\n".join(parts)


def folded(title, text):
    """A part of a page that opens when it is asked for."""
    return f"::::{{dropdown}} {title}\n{text}\n::::\n"


def table(keys):
    """What there is: {name: key} as a table with a link to each notebook."""
    lines = ["| | questions | points: automatic, by hand | minutes | as a notebook |"]
    lines += ["|---|---|---|---|---|"]
    for name, one in keys.items():
        asked = one.assignment.questions
        points = (sum(q.auto for q in asked), sum(q.manual for q in asked))
        least, most = one.assignment.minutes
        lines.append(
            f"| {one.assignment.title} | {len(asked)} | {points[0]:g}, {points[1]:g} | "
            f"{least:g} to {most:g} | {{download}}`{name}.ipynb <{FROM_PAGE}/{name}.ipynb>` |"
        )
    return "\n".join(lines) + "\n"


def rubric(assignment):
    """By what a person reads the answers in words, question by question."""
    lines = ["| question | points | for what |", "|---|---|---|"]
    for question in assignment.questions:
        for item in question.rubric:
            points, _, what = item.partition(": ")
            lines.append(f"| {question.name} | {points} | {what} |")
    return "\n".join(lines) + "\n"


# --- all of it ----------------------------------------------------------------------------------


def kit():
    """{name of the file: its text}."""
    keys = {path.stem: made(path) for path in in_order(SOURCES.glob("*.ipynb"))}
    notebooks = {name: for_student(one) for name, one in keys.items()}
    one = made(pilot.WARM_UP)
    given = for_student(one)
    handed_in = pilot.answered(given, HANDED_IN)
    answers = [cell for cell in handed_in.cells if cell.source in HANDED_IN.values()]
    texts = {
        "assignments.txt": "\n".join(
            folded(keys[name].assignment.title, as_text(notebooks[name].cells)) for name in keys
        ),
        "table.txt": table(keys),
        "warm_up_given.txt": as_text(given.cells) + "\n",
        "warm_up_answers.txt": as_text(answers) + "\n",
        "warm_up_rubric.txt": rubric(one.assignment),
        "warm_up_feedback.txt": feedback(handed_in).rstrip() + "\n",
    }
    notebooks |= {"warm_up_student": given, "warm_up_answered": handed_in}
    return texts | {f"{name}.ipynb": nbformat.writes(n) + "\n" for name, n in notebooks.items()}


def main():
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for name, text in kit().items():
        (KIT / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}  {len(text) / 1e3:.1f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
