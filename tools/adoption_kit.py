"""Write what an instructor may look at, or try, before adopting the course.

    python tools/adoption_kit.py            write instructor/kit

The notebooks of the three assignments as a student named demo gets them, with numbers of the public
demo secret and without solutions. And of the small assignment `warm_up.ipynb`, whose solutions are
public, everything: a student's notebook, the same with answers, and the feedback on them.
`assignments.txt` has the three as text, for the page of the book that shows them.
"""

import copy
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat

from rgcourse.coursework import grade, key, source, variants

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "instructor"
KIT = ROOT / "instructor" / "kit"
WARM_UP = KIT / "warm_up.ipynb"
STUDENT = "demo"
# What the student of the warm-up writes: the first answer is right, the second has the spread of
# single pairs where the error of their mean was asked for.
ANSWERS = {
    "def decimate(K):": "def decimate(K):\n    return np.arctanh(np.tanh(K) ** 2)",
    "agreement = ...": (
        "agreement = ...\n"
        "p = 1 / (1 + np.exp(-2 * K))\n"
        "pairs = np.where(np.random.default_rng(seed).random(20_000) < p, 1, -1)\n"
        "agreement = (pairs.mean(), pairs.std())"
    ),
    "**Why this formula": (
        "**Why this formula, and what follows when it is used again and again?**\n\n"
        "The spin in the middle gives $2\\cosh K(s + s')$. If its neighbours agree that is "
        "$2\\cosh 2K$, if not it is $2$, and the ratio is $e^{2K'}$. Each time the coupling gets "
        "smaller."
    ),
}


def made(path):
    """The key of a source, with the secret that everybody knows."""
    return key.make(path, variants.DEMO_SECRET)


def for_student(path):
    """The notebook that the student gets."""
    one = made(path)
    return source.student_notebook(one.assignment, one.parameters(STUDENT), STUDENT)


def answered(notebook):
    """The warm-up as the student hands it in."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        for begins, answer in ANSWERS.items():
            if cell.source.startswith(begins):
                cell.source = answer
    return notebook


def feedback(notebook):
    """What the student gets back, as the marking writes it."""
    with tempfile.TemporaryDirectory() as folder:
        papers = Path(folder, "handed_in")
        papers.mkdir()
        nbformat.write(notebook, papers / f"{STUDENT}.ipynb")
        grade.grade(papers, made(WARM_UP), Path(folder, "grades.csv"), workers=1)
        return Path(folder, "grades_feedback", f"{STUDENT}.md").read_text(encoding="utf-8")


def as_text(notebook):
    """A notebook as a section of a page: titles one level down, code as code."""
    parts = []
    for cell in notebook.cells:
        if "google.colab" in cell.source:
            continue
        if cell.cell_type == "code":
            parts.append(f"```python\n{cell.source}\n```")
        else:
            parts.append(re.sub(r"^#", "##", cell.source, flags=re.MULTILINE))
    return "\n\n".join(parts) + "\n"


def kit():
    """{name of the file: its text}."""
    warm_up = for_student(WARM_UP)
    notebooks = {path.stem: for_student(path) for path in sorted(SOURCES.glob("*.ipynb"))}
    shown = "\n".join(as_text(one) for one in notebooks.values())
    notebooks |= {"warm_up_student": warm_up, "warm_up_answered": answered(warm_up)}
    texts = {f"{name}.ipynb": nbformat.writes(one) + "\n" for name, one in notebooks.items()}
    texts["warm_up_feedback.txt"] = feedback(answered(warm_up)).rstrip() + "\n"
    return texts | {"assignments.txt": shown}


def main():
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for name, text in kit().items():
        (KIT / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}  {len(text) / 1e3:.1f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
