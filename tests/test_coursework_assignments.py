"""The assignments: full marks for the reference, none for the stubs, less for mistakes."""

import functools
import sys

import nbformat
import pytest
from coursework_class import SECRET, SOURCES, small_source

from rgcourse.coursework import grade, key, sandbox, source, variants

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
NAMES = [path.stem for path in SOURCES]


@functools.cache
def made(name):
    return key.make(SOURCES[NAMES.index(name)], SECRET)


@functools.cache
def grader(name):
    return grade.Grader(made(name))


def marks(name, cells, student, questions=None):
    """[(question, case, reason or None)] of cells with the hidden cases of a student."""
    asked = [a for a in grader(name)._asked(student) if questions is None or a[0] in questions]
    requests = [key.request(case) | {"group": question} for question, case, _ in asked]
    outcome = sandbox.run(cells, requests, kernels=grader(name).kernels)
    return [
        (question, case, grade._reason(n, case, expected, outcome))
        for n, (question, case, expected) in enumerate(asked)
    ]


def code_of(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", NAMES)
def test_size_and_mixture(name):
    one = made(name).assignment
    assert one.name == name and 5 <= len(one.questions) <= 8
    assert 120 <= one.minutes[0] <= one.minutes[1]
    assert sum(q.auto + q.manual for q in one.questions) == 100
    assert any(q.manual and not q.auto for q in one.questions)
    assert any(q.auto for q in one.questions)
    for question in one.questions:
        told = sum(float(item.split(":")[0]) for item in question.rubric)
        assert told == question.manual, f"the rubric of {question.name} gives {told} points"
        if question.auto:
            assert len(one.code_of("wrong", question.name)) >= 3
        if question.manual:
            written = [c for c in one.cells if "written" in source.tags_of(c)]
            mine = [c for c in written if source.course_metadata(c)["question"] == question.name]
            assert len(mine) == 1 and source.MODEL_ANSWER in mine[0].source


@linux
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("student", ["ada", "emmy"])
def test_the_reference_gets_everything(name, student):
    one = made(name)
    notebook = source.solution_notebook(one.assignment, one.parameters(student), student)
    lost = [(q, case.asked, why) for q, case, why in marks(name, code_of(notebook), student) if why]
    assert not lost


@linux
@pytest.mark.parametrize("name", NAMES)
def test_an_untouched_notebook_gets_nothing(name):
    one = made(name)
    notebook = source.student_notebook(one.assignment, one.parameters("ada"), "ada")
    assert all(why for _, _, why in marks(name, code_of(notebook), "ada"))


@linux
@pytest.mark.parametrize("name", NAMES)
def test_copied_numbers_fail(name):
    one = made(name)
    notebook = source.solution_notebook(one.assignment, one.parameters("emmy"), "emmy")
    assert one.parameters("emmy") != one.parameters("ada")
    told = marks(name, code_of(notebook), "ada")
    values = [why for _, case, why in told if case.args is None]
    assert len(values) >= 2 and all(values)


MISTAKES = [
    (name, question.name, number)
    for name in NAMES
    for question in made(name).assignment.questions
    for number in range(len(made(name).assignment.code_of("wrong", question.name)))
]


@functools.cache
def failures(name, question, number):
    """Which hidden cases of its question a plausible mistake fails."""
    one = made(name)
    wrong = one.assignment.code_of("wrong", question)[number]
    cells = [source.parameters_cell(one.parameters("ada"))]
    for cell in one.assignment.cells:
        if cell.cell_type == "code" and not source.is_private(cell):
            answers = "answer" in source.tags_of(cell)
            if answers and source.course_metadata(cell)["question"] == question:
                cells.append(wrong)
            elif not answers or "needed" in source.tags_of(cell):
                cells.append(source.without_markers(cell.source))
    return [bool(why) for _, _, why in marks(name, cells, "ada", {question})]


@linux
@pytest.mark.parametrize(("name", "question", "number"), MISTAKES)
def test_a_mistake_costs_points(name, question, number):
    assert any(failures(name, question, number))


@linux
@pytest.mark.parametrize(
    ("name", "question"), sorted({(name, question) for name, question, _ in MISTAKES})
)
def test_every_hidden_case_catches_a_mistake(name, question):
    mistakes = [failures(*m) for m in MISTAKES if m[:2] == (name, question)]
    assert all(map(any, zip(*mistakes, strict=True)))


@pytest.mark.parametrize("name", NAMES)
def test_parameters_belong_to_the_student_and_the_class(name):
    one = made(name)
    drawn = {str(one.parameters(f"student{n}")) for n in range(30)}
    assert len(drawn) > 25 and one.parameters("ada") == one.parameters("ada")
    other = key.make(SOURCES[NAMES.index(name)], "another secret")
    assert other.parameters("ada") != one.parameters("ada")


def test_sources_that_make_no_sense_are_refused(tmp_path):
    def refuse(change, match):
        notebook = small_source()
        change(notebook.cells)
        nbformat.write(notebook, tmp_path / "bad.ipynb")
        with pytest.raises(ValueError, match=match):
            source.read(tmp_path / "bad.ipynb")

    refuse(lambda cells: cells.pop(0), "tag `assignment`")
    refuse(lambda cells: cells[3].metadata.rgcourse.pop("question"), "without a name")
    refuse(lambda cells: cells[6].metadata.rgcourse.update(question="multiply"), "same name")
    refuse(lambda cells: cells.pop(5), "no `cases` cell")
    refuse(lambda cells: cells[6].metadata.rgcourse.pop("rubric"), "no rubric")
    refuse(lambda cells: cells[4].metadata.rgcourse.update(question="x"), "not a question")


def test_keys_and_secrets(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="at least 12"):
        variants.class_key("short", "x")
    monkeypatch.setenv("RGCOURSE_SECRET", "from the environment")
    assert variants.secret_of_class() == "from the environment"
    path = tmp_path / "source.ipynb"
    nbformat.write(small_source(), path)
    one = key.make(path, SECRET)
    key.write(one, tmp_path / "key.json")
    again = key.read(tmp_path / "key.json")
    assert again.parameters("ada") == one.parameters("ada")
    assert SECRET not in (tmp_path / "key.json").read_text()
