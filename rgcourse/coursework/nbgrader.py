"""An assignment in the form of nbgrader, for classes that hand out and collect with it.

nbgrader runs hidden tests in the student's own process and takes its word for the outcome. Marks
that count come from `rgcourse grade`.
"""

import copy
import json

from nbformat.v4 import new_code_cell

from . import assignment as source
from . import plain
from .key import Reference

STUDENT = "nbgrader"  # all students of an nbgrader class share these parameters


def notebook(key):
    """The source version for nbgrader: its markers, its points, and the cases as hidden tests."""
    one, reference = key.assignment, Reference(key)
    parameters = key.parameters(STUDENT)
    questions = {question.name: question for question in one.questions}
    cells = []
    for cell in one.cells:
        if source.is_private(cell):
            continue
        cell, tags = copy.deepcopy(cell), source.tags_of(cell)
        question = questions.get(source.mine(cell).get("question"))
        if "written" in tags:
            cell.source = cell.source.replace(source.MODEL_ANSWER, source.BEGIN)
            cell.source += f"\n{source.END}"
            cell.metadata["nbgrader"] = _about(
                f"{question.name}-written", solution=True, grade=True, points=question.manual
            )
        cells.append(cell)
        if "answer" in tags:
            cell.metadata["nbgrader"] = _about(f"{question.name}-answer", solution=True)
            if question.auto:
                cells.append(_tests(key, reference, question, parameters))
    return source.notebook_of(cells, one, parameters, STUDENT)


def check(case_source, class_key, question, parameters, expected, space):
    """Called in the hidden tests: AssertionError for the first case that is answered wrongly."""
    from .assignment import Assignment
    from .key import Key

    cells = (new_code_cell(case_source),)
    cells[0].metadata["tags"] = ["cases"]
    cells[0].metadata["rgcourse"] = {"question": question}
    key = Key(Assignment("", "", (), (), cells), class_key)
    for case, written in zip(key.cases(question, parameters), json.loads(expected), strict=True):
        thing = space[case.name]
        if case.args is not None:
            thing = thing(*(_ready(item) for item in case.args))
        reason = case.judge(plain.decode(plain.encode(thing)), plain.decode(written), case)
        if reason is not None:
            raise AssertionError(f"{case.asked}: {reason}")


def _ready(value):
    """An argument as a function of the student gets it."""
    import numpy as np

    return np.random.default_rng(int(value)) if isinstance(value, plain.Seed) else value


def _tests(key, reference, question, parameters):
    """The cell of hidden tests of a question."""
    cases = key.cases(question.name, parameters)
    expected = [plain.encode(reference.expected(case, parameters)) for case in cases]
    code = "\n\n".join(key.assignment.code_of("cases", question.name))
    lines = [
        f"# {question.name}",
        "### BEGIN HIDDEN TESTS",
        "from rgcourse.coursework.nbgrader import check",
        f"check({code!r}, {key.class_key!r}, {question.name!r}, {parameters!r},",
        f"      {json.dumps(expected)!r}, globals())",
        "### END HIDDEN TESTS",
    ]
    cell = new_code_cell("\n".join(lines))
    cell.metadata["nbgrader"] = _about(
        f"{question.name}-tests", grade=True, locked=True, points=question.auto
    )
    return cell


def _about(grade_id, *, solution=False, grade=False, locked=False, points=None):
    about = {
        "schema_version": 3, "grade_id": grade_id, "solution": solution, "grade": grade,
        "locked": locked, "task": False,
    }  # fmt: skip
    return about | ({"points": points} if points is not None else {})
