"""Solutions stay where they are: not in what students get, readers see, or what is released."""

import functools
import io
import secrets
import subprocess
import tarfile
from pathlib import Path

import nbformat
import numpy as np
import pytest
from coursework_class import SOURCES

from rgcourse.coursework import cases, key, source, variants

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
    assert len(numbers) > 5
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
