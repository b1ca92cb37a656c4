"""One tagged notebook is the source of an assignment; everything else is made from it.

Cells of the source are told apart by tags, questions by their metadata under `rgcourse`:

| tag | cell | goes to |
|---|---|---|
| `assignment` | first cell, text; metadata `assignment`, `minutes` | everybody |
| `question` | text; metadata `question`, `auto`, `manual`, `rubric`, `reread` | everybody |
| `answer` | code; metadata `question`; the solution between the two markers | stub to students |
| `written` | text; metadata `question`; a model answer below the marker | blank to students |
| `variant` | code that defines `variant(rng)`: a student's parameters | the grader |
| `cases` | code; metadata `question`; defines `cases(rng, p)` | the grader |
| `wrong` | code; metadata `question`: a plausible wrong answer | tests, feedback |
| `model` | code; metadata `question`; sets `numbers`, a dictionary | the model answer |

A `model` cell runs after the reference solution, asserts what the model answer says, and computes
its numbers for the student: `<<blocks:.3f>>` in the text stands for `numbers["blocks"]`. A cell
without any of these tags goes to everybody.

The first line of a `wrong` cell is a comment that ends the sentence "This looks like: ...", which
a student reads who has made that mistake. `reread` is what to read then, the `page` of the book,
its `title`, and if need be the `anchor` of a section there and its `section`:

    {"page": "zooming_out/flows", "title": "Follow couplings to their fixed point"}
"""

import ast
import copy
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

__all__ = [
    "Assignment",
    "Question",
    "Reread",
    "colab_source",
    "course_metadata",
    "filled",
    "is_private",
    "notebook_of",
    "origin",
    "parameters_cell",
    "read",
    "read_text",
    "reference_code",
    "signatures",
    "solution_notebook",
    "student_notebook",
    "tags_of",
    "without_markers",
]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
MODEL_ANSWER = "<!-- MODEL ANSWER -->"
PRIVATE = ("variant", "cases", "wrong", "model")
PLACE = r"<<(\w+)(?::([^<>]*))?>>"  # of a number in a model answer
BLANK = "*Your answer, in words and formulas:*"
ON_COLAB = 'import sys\n\nif "google.colab" in sys.modules:\n    '
BY_HAND = (
    "This notebook needs the package of its course: upload the .whl file that the course's book "
    "keeps in its folder _static, and run  %pip install ./rgcourse*.whl"
)


@dataclass(frozen=True)
class Reread:
    """What to read again when points were lost: a page of the book, and a section of it."""

    page: str
    title: str
    anchor: str = ""
    section: str = ""


@dataclass(frozen=True)
class Question:
    """A question: what it is called, what it is worth, by what rubric it is read, what helps."""

    name: str
    auto: float = 0.0
    manual: float = 0.0
    rubric: tuple[str, ...] = ()
    title: str = ""
    reread: Reread | None = None


@dataclass(frozen=True)
class Assignment:
    """An assignment as its source has it."""

    name: str
    title: str
    minutes: tuple[float, ...]
    questions: tuple[Question, ...]
    cells: tuple[NotebookNode, ...] = field(repr=False)  # of the source, as nbformat has them

    def code_of(self, tag: str, question: str | None = None) -> list[str]:
        """Sources of the code cells with this tag, of one question or of all."""
        return [
            cell.source
            for cell in self.cells
            if tag in tags_of(cell) and question in (None, course_metadata(cell).get("question"))
        ]

    def text(self) -> str:
        """The source as text, from which `read_text` makes the same assignment."""
        return json.dumps([dict(cell) for cell in self.cells])


def read(path: str | Path) -> Assignment:
    """The `Assignment` of a tagged notebook.

    Raises
    ------
    ValueError
        If a cell names no question, a question lacks its answer or its cases, or a name is taken.
    """
    return _assignment(nbformat.read(path, as_version=4).cells)


def read_text(text: str) -> Assignment:
    """The `Assignment` from what `Assignment.text` has written."""
    return _assignment([nbformat.from_dict(cell) for cell in json.loads(text)])


def tags_of(cell: NotebookNode) -> list[str]:
    """Tags of a cell."""
    return cell.metadata.get("tags", [])


def course_metadata(cell: NotebookNode) -> dict[str, Any]:
    """Metadata of a cell under `rgcourse`."""
    return cell.metadata.get("rgcourse", {})


def _assignment(cells):
    if not cells or "assignment" not in tags_of(cells[0]):
        raise ValueError("the first cell of an assignment must carry the tag `assignment`")
    questions = []
    for cell in cells:
        if "question" in tags_of(cell):
            about = course_metadata(cell)
            if "question" not in about:
                raise ValueError(f"a question without a name: {cell.source[:60]!r}")
            questions.append(
                Question(
                    about["question"],
                    float(about.get("auto", 0)),
                    float(about.get("manual", 0)),
                    tuple(about.get("rubric", ())),
                    cell.source.lstrip("# ").split("\n")[0],
                    _reread(about),
                )
            )
    names = [question.name for question in questions]
    if len(set(names)) < len(names):
        raise ValueError(f"two questions have the same name: {', '.join(names)}")
    head = course_metadata(cells[0])
    made = Assignment(
        head["assignment"],
        cells[0].source.lstrip("# ").split("\n")[0],
        tuple(head["minutes"]),
        tuple(questions),
        tuple(cells),
    )
    for question in questions:
        if question.auto and not made.code_of("cases", question.name):
            raise ValueError(f"{question.name} is graded automatically but has no `cases` cell")
        if question.manual and not question.rubric:
            raise ValueError(f"{question.name} is read by a person but has no rubric")
    for cell in cells:
        named = course_metadata(cell).get("question")
        if named is not None and named not in names:
            raise ValueError(f"a cell belongs to {named!r}, which is not a question")
    return made


def _reread(about):
    """The `Reread` of a question, None if it names none."""
    told = about.get("reread")
    if told is None:
        return None
    try:
        made = Reread(**told)
    except TypeError:
        made = None
    if made is None or not all(isinstance(text, str) for text in vars(made).values()):
        raise ValueError(
            f"{about['question']}: `reread` must be a dictionary of texts, `page` and `title`, and "
            f"`anchor` and `section` if need be; got {told!r}"
        )
    return made


# --- what is made from it ---------------------------------------------------------------------


def student_notebook(
    assignment: Assignment, parameters: dict[str, Any], student: str = "demo"
) -> NotebookNode:
    """The notebook that a student gets: stubs, public checks, the student's own parameters.

    Parameters
    ----------
    assignment : Assignment
    parameters : dict
        From `Key.parameters`.
    student : str
    """
    cells = [_for_student(cell) for cell in assignment.cells if not is_private(cell)]
    return notebook_of(cells, assignment, parameters, student)


def solution_notebook(
    assignment: Assignment,
    parameters: dict[str, Any],
    student: str = "demo",
    numbers: dict[str, dict[str, Any]] | None = None,
) -> NotebookNode:
    """The notebook with reference solutions and model answers, without the hidden cases.

    Parameters
    ----------
    assignment : Assignment
    parameters : dict
        From `Key.parameters`.
    student : str
    numbers : dict
        Those of the student's model answers by question, from `Reference.numbers`; without them
        their places stay as they are in the source.
    """
    cells = [copy.deepcopy(cell) for cell in assignment.cells if not is_private(cell)]
    for cell in cells:
        cell.source = without_markers(cell.source)
        if numbers is not None and "written" in tags_of(cell):
            cell.source = filled(cell.source, numbers.get(course_metadata(cell)["question"], {}))
    return notebook_of(cells, assignment, parameters, student)


def filled(text: str, numbers: dict[str, Any]) -> str:
    """A model answer with its numbers in their places; ValueError if one of them is missing.

    Parameters
    ----------
    text : str
    numbers : dict
        What the `model` cell of the question has computed.

    Examples
    --------
    >>> filled("The vote gives <<vote:.2f>>.", {"vote": 0.5153})
    'The vote gives 0.52.'
    """

    def number(found):
        if found[1] not in numbers:
            raise ValueError(f"a model answer needs {found[1]!r}; computed: {', '.join(numbers)}")
        return format(numbers[found[1]], found[2] or "")

    return re.sub(PLACE, number, text)


def reference_code(assignment: Assignment) -> list[str]:
    """Sources of the code cells that a grader runs to have the reference answers."""
    return [
        without_markers(cell.source)
        for cell in assignment.cells
        if cell.cell_type == "code" and not is_private(cell)
    ]


def signatures(assignment: Assignment) -> dict[str, str]:
    """How the functions of an assignment are called, `{name: "name(its, arguments)"}`."""
    found = {}
    for code in reference_code(assignment):
        try:
            tree = ast.parse(code)
        except SyntaxError:  # magics
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                names = ", ".join(argument.arg for argument in node.args.args)
                found[node.name] = f"{node.name}({names})"
    return found


def parameters_cell(parameters: dict[str, Any]) -> str:
    """Source of the cell that holds a student's parameters."""
    lines = [f"{name} = {value!r}" for name, value in parameters.items()]
    return "# Your own numbers: answers for somebody else's are wrong.\n" + "\n".join(lines)


def is_private(cell: NotebookNode) -> bool:
    """Whether a cell is for the grader alone."""
    return any(tag in PRIVATE for tag in tags_of(cell))


def _for_student(cell):
    cell = copy.deepcopy(cell)
    if "answer" in tags_of(cell):
        cell.source = _stub(cell.source)
    if "written" in tags_of(cell):
        cell.source = cell.source.split(MODEL_ANSWER)[0].rstrip() + f"\n\n{BLANK}"
    cell.metadata.get("rgcourse", {}).pop("rubric", None)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell


def _stub(source):
    """The source with `...` in place of what stands between the markers."""

    def dots(found):
        return f"{found[1]}...   # yours"

    pattern = rf"^([ \t]*){BEGIN}.*?^[ \t]*{END}[^\n]*"
    stub, count = re.subn(pattern, dots, source, flags=re.MULTILINE | re.DOTALL)
    if not count:
        raise ValueError(f"an answer cell without {BEGIN!r} and {END!r}: {source[:60]!r}")
    return stub


def without_markers(source: str) -> str:
    """The source of a cell with its solution, as it runs."""
    lines = source.replace(f"{MODEL_ANSWER}\n", "").split("\n")
    return "\n".join(line for line in lines if line.strip() not in (BEGIN, END))


def notebook_of(
    cells: Sequence[NotebookNode],
    assignment: Assignment,
    parameters: dict[str, Any],
    student: str,
) -> NotebookNode:
    """A notebook of these cells for a student, with the student's parameters in front.

    Parameters
    ----------
    cells : list
        Cells, the first of which is the head of the assignment.
    assignment : Assignment
        For its name.
    parameters : dict
        From `Key.parameters`; without any, no cell is added.
    student : str
    """
    notebook = nbformat.v4.new_notebook()
    head, *rest = cells
    colab = nbformat.v4.new_code_cell(colab_source(origin()))
    own = [nbformat.v4.new_code_cell(parameters_cell(parameters))] if parameters else []
    notebook.cells = [head, colab, *own, *rest]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02}"
    notebook.metadata.kernelspec = {
        "display_name": "Python 3", "language": "python", "name": "python3",
    }  # fmt: skip
    notebook.metadata["rgcourse"] = {"assignment": assignment.name, "student": student}
    return notebook


def colab_source(address: str | None) -> str:
    """Code of a first cell that installs the package on Colab, and does nothing elsewhere.

    It never installs by name alone: on a public index that name need not be ours. Without an
    address, of a repository (`git+https://...`) or of a wheel, it says what to do by hand.
    """
    if address is None:
        return f'{ON_COLAB}print("{BY_HAND}")'
    return f'{ON_COLAB}%pip install -q "rgcourse[learn,matter] @ {address}"'


def origin() -> str | None:
    """Where pip finds the package that is running, by the address in its metadata; None if none."""
    links = metadata("rgcourse").get_all("Project-URL") or []
    addresses = dict(link.split(", ", 1) for link in links)
    return f"git+{addresses['Repository']}" if "Repository" in addresses else None
