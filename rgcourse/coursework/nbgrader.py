"""An assignment in the form of nbgrader, for classes that hand out and collect with it.

nbgrader runs hidden tests in the student's own process, shows them in its feedback, and takes the
word of the process for the outcome. So the hidden cases of this form are drawn from a key of its
own, which gives neither the key of the class nor the hidden cases of `rgcourse grade`. Marks that
count come from there, with `of_this_form`, since all students have the same numbers here.
"""

import copy
import dataclasses
import json
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from . import plain, source, variants
from .key import Key, Reference

__all__ = ["check", "notebook", "of_this_form", "own_key"]

STUDENT = "nbgrader"  # all students of an nbgrader class share these parameters


def own_key(key: Key) -> Key:
    """The key that the hidden tests of this form may show: it says nothing about the class key."""
    own = variants.derived(key.class_key, "nbgrader", key.assignment.name)
    return dataclasses.replace(key, class_key=own)


def of_this_form(key: Key) -> Key:
    """The key for `rgcourse grade` of a class that was given this form: one set of numbers."""
    return dataclasses.replace(key, shared=STUDENT)


def notebook(key: Key) -> NotebookNode:
    """The source version for nbgrader: its markers, its points, and the cases as hidden tests."""
    one, reference = key.assignment, Reference(key)
    parameters, shown = key.parameters(STUDENT), own_key(key)
    questions = {question.name: question for question in one.questions}
    cells, numbers = [], reference.numbers(parameters)
    for cell in one.cells:
        if source.is_private(cell):
            continue
        cell, tags = copy.deepcopy(cell), source.tags_of(cell)
        name = source.course_metadata(cell).get("question", "")
        if "written" in tags:
            question = questions[name]
            cell.source = source.filled(cell.source, numbers.get(name, {}))
            cell.source = cell.source.replace(source.MODEL_ANSWER, source.BEGIN)
            cell.source += f"\n{source.END}"
            cell.metadata["nbgrader"] = _about(
                f"{question.name}-written", solution=True, grade=True, points=question.manual
            )
        cells.append(cell)
        if "answer" in tags:
            cell.metadata["nbgrader"] = _about(f"{name}-answer", solution=True)
            if questions[name].auto:
                cells.append(_tests(shown, reference, questions[name], parameters))
    return source.notebook_of(cells, one, parameters, STUDENT)


def check(
    case_source: str,
    own: str,
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
    own : str
        The key of this form, from `own_key`.
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
    key = Key(source.Assignment("", "", (), (), cells), own)
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
