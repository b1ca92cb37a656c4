"""Solutions stay where they are: not in what students get, readers see, or what is released."""

import functools
import io
import json
import secrets
import subprocess
import sys
import tarfile
from pathlib import Path

import nbformat
import numpy as np
import pytest
from coursework_class import SOURCES, hand_in, small_key, solution

from rgcourse.coursework import cases, grade, key, source, submissions, variants

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
NAMES = [path.stem for path in SOURCES]
TELLING = 28  # characters; shorter lines stand in every notebook


def solution_lines(path):
    """Lines of solutions, model answers and hidden cells that stand nowhere else in public."""
    one = source.read(path)
    secret, public = [], set()
    for cell in one.cells:
        tags, lines = source.tags_of(cell), cell.source.split("\n")
        if any(tag in tags for tag in source.PRIVATE):
            secret += lines
        elif "answer" in tags:
            inside = cell.source.split(source.BEGIN)[1].split(source.END)[0].split("\n")
            secret += inside
            public |= {line.strip() for line in lines} - {line.strip() for line in inside}
        elif "written" in tags:
            shown, model = cell.source.split(source.MODEL_ANSWER)
            secret += model.split("\n")
            public |= {line.strip() for line in shown.split("\n")}
        else:
            public |= {line.strip() for line in lines}
    lines = {line.strip() for line in secret} - public
    imports = ("import ", "from ")  # these tell nothing
    return {line for line in lines if len(line) >= TELLING and not line.startswith(imports)}


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_students_get_no_line_of_a_solution(path):
    lines = solution_lines(path)
    assert len(lines) > 20
    one = key.make(path, variants.DEMO_SECRET)
    notebook = source.student_notebook(one.assignment, one.parameters("ada"), "ada")
    text = "\n".join(cell.source for cell in notebook.cells)
    assert [line for line in lines if line in text] == []
    assert not any(tag in source.PRIVATE for c in notebook.cells for tag in source.tags_of(c))
    assert "rubric" not in str(notebook)


@functools.cache
def texts_of_the_book():
    """{name: text} of the pages as they are committed, and of the book where it has been built."""
    given = [*(ROOT / "book").rglob("*"), *(ROOT / "instructor/kit").iterdir()]
    pages = [p for p in given if p.suffix in (".ipynb", ".md", ".txt")]
    if HTML.exists():
        kinds = (".html", ".ipynb", ".js", ".txt", ".md")
        pages += [p for p in HTML.rglob("*") if p.suffix in kinds]
    return {str(path): text_of(path.suffix, path.read_bytes()) for path in pages}


@functools.cache
def texts_of_the_archive():
    """{name: text} of what `git archive` packs."""
    call = ["git", "archive", "--worktree-attributes", "HEAD"]
    packed = subprocess.run(call, cwd=ROOT, capture_output=True, check=True).stdout
    archive = tarfile.open(fileobj=io.BytesIO(packed))
    files = [member for member in archive.getmembers() if member.isfile()]
    return {m.name: text_of(Path(m.name).suffix, archive.extractfile(m).read()) for m in files}


def text_of(suffix, data):
    text = data.decode("utf-8", errors="replace")
    if suffix == ".ipynb":
        cells = nbformat.reads(text, as_version=4).cells
        return "\n".join(cell.source for cell in cells)
    return text


@pytest.mark.parametrize("texts", [texts_of_the_book, texts_of_the_archive])
@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_readers_see_no_line_of_a_solution(path, texts):
    lines = solution_lines(path)
    found = [(name, line) for name, text in texts().items() for line in lines if line in text]
    assert found == []


def test_an_archive_of_the_project_leaves_the_folder_out():
    names = texts_of_the_archive()
    assert "README.md" in names and not [n for n in names if n.startswith("instructor")]


def test_the_package_that_is_released_leaves_the_folder_out():
    import tomllib

    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]
    assert hatch["wheel"]["packages"] == ["rgcourse"]
    assert not [name for name in hatch["sdist"]["include"] if "instructor" in name]


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_history_has_no_expected_value_of_a_fresh_secret(path):
    one = key.make(path, secrets.token_urlsafe(24))
    parameters = one.parameters("ada")
    reference = key.Reference(one)
    expected = [
        np.ravel(reference.expected(case, parameters))
        for question in one.assignment.questions
        if question.auto
        for case in one.cases(question.name, parameters)
        if case.args is None or case.expected is cases.REFERENCE
    ]
    told = {f"{x:.9g}" for x in np.concatenate(expected) if isinstance(x, float)}
    numbers = {number for number in told if len(number) > 8}
    assert len(numbers) > 2
    log = subprocess.run(
        ["git", "log", "-p", "--no-textconv", "--no-ext-diff", "--format=%h", "--",
         ":!*.png", ":!*.wasm", ":!*.woff2", ":!uv.lock"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode(errors="replace")  # fmt: skip
    assert not [number for number in numbers if number in log]


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_the_demo_key_is_that_of_the_demo_secret(path):
    """The one key that is public: with it, the way from submissions to marks can be tried."""
    held = key.read(path.parent / "demo_keys" / f"{path.stem}.json")
    now = key.make(path, variants.DEMO_SECRET)
    assert held.class_key == now.class_key
    assert held.assignment.text() == now.assignment.text(), (
        f"renew it: RGCOURSE_SECRET={variants.DEMO_SECRET} rgcourse key instructor/{path.name} "
        f"-o instructor/demo_keys/{path.stem}.json"
    )


# --- hidden inputs stay hidden ------------------------------------------------------------------

ASKED = "multiply"
# What a function does with its argument `x` to have it told, in place of its answer.
TRICKS = {
    "raises": "raise ValueError(repr(x))",
    "raises_as_missing": "raise NameError(f\"name '{digits(x)}' is not defined\")",
    "raises_as_ours": "raise NameError(f\"there is no {digits(x)!r} in the notebook\")",
    "raises_a_class": "raise type('E' + digits(x), (Exception,), {})('e')",
    "raises_no_plain": "from rgcourse.coursework.plain import NotPlain\n"
    "    raise NotPlain(f'an object of type {digits(x)}; expected numbers')",
    "returns_text": "return repr(x)",
    "returns_keys": "return {digits(x): 1}",
    "returns_texts": "return [digits(x)] * 3",
    "returns_itself": "return x",
    "returns_a_number": "return float(digits(x))",
    "returns_a_shape": "return np.zeros(int(digits(x)[:4]))",
    "returns_a_class": "return type('E' + digits(x), (), {})()",
    "sets_a_value": "global own, pair\n    own = float(digits(x))\n    pair = own, own",
    "writes_an_error": "import json, os\n"
    "    at = [0, int(1000 * x[0]), digits(x)]\n"
    "    line = json.dumps({'error': ['request', 2], 'reason': digits(x), 'at': at})\n"
    "    for n in range(3, 40):\n"
    "        try: os.write(n, (line + '\\n').encode())\n"
    "        except OSError: pass",
    "writes_no_answer": "import os\n"
    "    for n in range(3, 40):\n"
    "        try: os.write(n, ('{\"value\": [\"request\", 2], \"answer\": {\"'\n"
    "                           + digits(x) + '\": 1}}\\n').encode())\n"
    "        except OSError: pass",
    "warns": "import warnings; warnings.warn(digits(x)); print(digits(x)); return 0",
    "exits": "raise SystemExit(digits(x))",
}  # fmt: skip
DIGITS = "def digits(x):\n    return f'{np.ravel(x)[0]:.15f}'.replace('.', '')\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return grade.Grader(small_key(tmp_path_factory.mktemp("key")))


@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
@pytest.mark.parametrize("trick", TRICKS)
def test_a_function_cannot_have_its_inputs_told(small, tmp_path, trick):
    """Red before: the text of an error, and of an answer, stood in the feedback as it was."""
    notebook = solution(small.key, "ada")
    for cell in notebook.cells:
        old = "    return 3 * np.asarray(x)"
        cell.source = cell.source.replace(old, f"    {TRICKS[trick]}")
        if TRICKS[trick] in cell.source:
            cell.source = DIGITS + cell.source
    path = hand_in(tmp_path, "ada", notebook)
    row = small.row(submissions.Submission("ada", path))
    assert row["auto"][ASKED] == 0, row
    assert row["auto"]["own"] == 6, "values are asked before any function is called"
    told = "".join(
        [json.dumps(row | {"seconds": 0}), grade.feedback(row, small.key.assignment, rubric=True)]
    )
    (first, second) = small.key.cases(ASKED, {})
    hidden = [f"{x:.15f}".replace(".", "") for x in np.ravel(first.args[0])]
    together = told.replace(".", "").replace(" ", "")
    assert not [x for x in hidden if x[:4] in together], row["lost"]
    assert row["lost"][ASKED], "and it is told that it is wrong"


@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
def test_what_python_says_of_names_in_the_notebook_is_told(small, tmp_path):
    """An error of everybody's is worth its words; they hold what the student has written."""
    told = {
        "return factorr * x": "NameError: name 'factorr' is not defined",
        "return 1 / (0 * 5)": "ZeroDivisionError: division by zero",
        "return multiply()": "TypeError: multiply() missing 1 required positional argument: 'x'",
    }
    for code, reason in told.items():
        notebook = solution(small.key, "ada")
        for cell in notebook.cells:
            cell.source = cell.source.replace("return 3 * np.asarray(x)", code)
        path = hand_in(tmp_path, "ada", notebook)
        row = small.row(submissions.Submission("ada", path))
        assert row["lost"][ASKED][0]["why"] == reason and row["lost"][ASKED][0]["code"] == code


def test_feedback_of_a_first_round_holds_no_line_of_a_solution():
    """Nor a rubric, which says what is right; the names of mistakes are told on purpose."""
    for path in SOURCES:
        one = key.make(path, variants.DEMO_SECRET)
        names = [q.name for q in one.assignment.questions if q.auto]
        row = {
            "student": "ada", "status": "graded", "auto": dict.fromkeys(names, 0.0),
            "reasons": dict.fromkeys(names, ["wrong"]),
        }  # fmt: skip
        told = grade.feedback(row, one.assignment)
        assert not [line for line in solution_lines(path) if line in told]
        rubric = [item for q in one.assignment.questions for item in q.rubric]
        assert rubric and not [item for item in rubric if item in told]
        assert all(item in grade.feedback(row, one.assignment, rubric=True) for item in rubric)
