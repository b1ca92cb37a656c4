"""Model answers: a number that stands in one is computed, for the student whose answer is read."""

import re

import nbformat
import pytest
from coursework_class import SECRET, SOURCES, code, of_class, small_source

from rgcourse.coursework import command, key, nbgrader, source

NAMES = [path.stem for path in SOURCES]
DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+")
MANY = of_class(5, 20)
FEW = {"one_spin_in_a_metal": 2}  # each is a calculation of Wilson's, eight times
PERCENT_THAT_IS_ARITHMETIC = "13 %"  # 1 / sqrt(2 * 31): how uncertain an error from 32 bins is


def model_answers(assignment):
    """[(question, text of the question, model answer)]."""
    asked = {}
    for cell in assignment.cells:
        if "question" in source.tags_of(cell):
            asked[source.course_metadata(cell)["question"]] = cell.source
        if "written" in source.tags_of(cell):
            name = source.course_metadata(cell)["question"]
            head, _, answer = cell.source.partition(source.MODEL_ANSWER)
            yield name, asked[name] + head, answer


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_no_number_is_written_by_hand(path):
    """Decimals and percentages are computed; settings stand in what was asked, or in the code."""
    one = source.read(path)
    for question, asked, answer in model_answers(one):
        asked += "".join(one.code_of("model", question))
        plain = re.sub(source.PLACE, "", answer).replace(PERCENT_THAT_IS_ARITHMETIC, "")
        loose = [number for number in DECIMAL.findall(plain) if number not in asked]
        loose += re.findall(r"\d+ ?\\?%", plain)
        assert not loose, f"{question}: {loose}"


def test_the_percentage_that_is_arithmetic():
    assert round(100 / (2 * 31) ** 0.5) == 13


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_what_model_answers_say_holds_for_many_students(path):
    """The `model` cells assert it; every place is filled."""
    made = key.make(path, SECRET)
    reference = key.Reference(made)
    for n in range(FEW.get(path.stem, MANY)):
        parameters = made.parameters(f"s{n:03}")
        numbers = reference.numbers(parameters)
        notebook = source.solution_notebook(made.assignment, parameters, "s", numbers)
        assert not [c for c in notebook.cells if re.search(source.PLACE, c.source)]


def with_a_model(tmp_path, code_of_model, answer):
    notebook = small_source()
    notebook.cells.append(code(code_of_model, ["model"], question="own"))
    cell = next(c for c in notebook.cells if source.MODEL_ANSWER in c.source)
    cell.source = cell.source.replace("Because.", answer)
    nbformat.write(notebook, tmp_path / "source.ipynb")
    return key.make(tmp_path / "source.ipynb", SECRET)


def test_numbers_stand_in_released_solutions_and_for_nobody_else(tmp_path, monkeypatch):
    made = with_a_model(tmp_path, "numbers = {'half': own / 2}", "Half of it is <<half:.1f>>.")
    half = made.parameters("ada")["factor"] ** 2 / 2
    monkeypatch.setenv("RGCOURSE_SECRET", SECRET)
    (tmp_path / "roster.csv").write_text("student\nada\n")
    call = ["release", str(tmp_path / "source.ipynb"), "--roster", str(tmp_path / "roster.csv")]
    assert command.main([*call, "--solutions", "-o", str(tmp_path / "solutions")]) == 0
    assert command.main([*call, "-o", str(tmp_path / "students")]) == 0
    assert f"Half of it is {half:.1f}." in (tmp_path / "solutions" / "ada.ipynb").read_text()
    student = (tmp_path / "students" / "ada.ipynb").read_text()
    assert "Half of it" not in student and "own / 2" not in student
    told = "\n".join(cell.source for cell in nbgrader.notebook(made).cells)
    assert "<<" not in told and "Half of it is" in told


def test_a_model_answer_that_is_not_so_is_refused(tmp_path):
    made = with_a_model(tmp_path, "numbers = {}\nassert own < 0, 'own is negative'", "It is.")
    with pytest.raises(AssertionError, match="own is negative"):
        key.Reference(made).numbers(made.parameters("ada"))
    with pytest.raises(ValueError, match="needs 'half'; computed: double"):
        source.filled("<<half>>", {"double": 1})
