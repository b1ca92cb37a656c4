"""An assignment in the form of nbgrader, for classes that hand out and collect with it.

nbgrader runs hidden tests in the student's own process and takes its word for the outcome. Marks
that count come from `rgcourse grade`.
"""

import copy
import json
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from . import plain, source
from .key import Key, Reference

__all__ = ["check", "notebook"]

STUDENT = "nbgrader"  # all students of an nbgrader class share these parameters


def notebook(key: Key) -> NotebookNode:
    """The source version for nbgrader: its markers, its points, and the cases as hidden tests."""
    one, reference = key.assignment, Reference(key)
    parameters = key.parameters(STUDENT)
    questions = {question.name: question for question in one.questions}
    cells = []
    for cell in one.cells:
        if source.is_private(cell):
            continue
        cell, tags = copy.deepcopy(cell), source.tags_of(cell)
        name = source.course_metadata(cell).get("question", "")
        if "written" in tags:
            question = questions[name]
            cell.source = cell.source.replace(source.MODEL_ANSWER, source.BEGIN)
            cell.source += f"\n{source.END}"
            cell.metadata["nbgrader"] = _about(
                f"{question.name}-written", solution=True, grade=True, points=question.manual
            )
        cells.append(cell)
        if "answer" in tags:
            cell.metadata["nbgrader"] = _about(f"{name}-answer", solution=True)
            if questions[name].auto:
                cells.append(_tests(key, reference, questions[name], parameters))
    return source.notebook_of(cells, one, parameters, STUDENT)


def check(
    case_source: str,
    class_key: str,
    question: str,
    parameters: dict[str, Any],
    expected: str,
    space: dict[str, Any],
) -> None:
    """Called in the hidden tests: AssertionError for the first case that is answered wrongly.

    Parameters
    ----------
    case_source : str
        Source of the `cases` cell of the question.
    class_key : str
        From `variants.class_key`.
    question : str
    parameters : dict
        Those of the class.
    expected : str
        Right answers to the cases, as `plain.encode` and JSON have them.
    space : dict
        Names of the submission, its globals().
    """
    cells = (new_code_cell(case_source),)
    cells[0].metadata["tags"] = ["cases"]
    cells[0].metadata["rgcourse"] = {"question": question}
    key = Key(source.Assignment("", "", (), (), cells), class_key)
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
