"""Exercises of the book's pages as code: the stub, the solution, and what of the page both need.

An exercise is a directive with a label, then a cell with a stub (`x = ...`, or a function that ends
in `...`) and a test of it, then a solution that is folded away. What stands before it on the
page is searched backwards for the statements that its names come from, and for no others.
"""

import ast
import functools
import re
import symtable
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

__all__ = [
    "Exercise",
    "bound",
    "exercises",
    "looked_up",
    "meanings",
    "needed",
    "stub_of",
    "text_of",
    "without_stubs",
]

EXERCISE = r"^:::\{exercise\}[ ]*(?P<title>.*?)\n:label: (?P<label>\S+)\n(?P<text>.*?)^:::$"
SOLUTION = r"^:::\{solution-(?P<edge>start|end)\}"
EVENT = re.compile(f"{EXERCISE}|{SOLUTION}", re.M | re.S)
KINDS = re.compile(r"^\*\(([^)]*)\)\*\s*", re.M)
IDLE = {"print", "check", "display"}  # calls that leave no trace
DRAWING = {"plt", "plotting", "fig", "ax", "axes"}  # whose methods change nothing but pictures


@dataclass(frozen=True)
class Exercise:
    """One exercise of a page.

    Parameters
    ----------
    page, label, title : str
    kinds : tuple of str
        Such as "derive" and "compute".
    text : str
        What is asked, in Markdown.
    check : str
        Source of the cell with the stub.
    before : tuple of str
        Code cells of the page up to the stub.
    solution : tuple of str
        Code cells of the solution.
    """

    page: str
    label: str
    title: str
    kinds: tuple[str, ...]
    text: str
    check: str
    before: tuple[str, ...]
    solution: tuple[str, ...]

    @property
    def name(self) -> str:
        """Page and title, as it is asked for."""
        return f"{self.page}/{re.sub('[^a-z0-9]+', '-', self.title.lower()).strip('-')}"

    @property
    def stubs(self) -> list[ast.stmt]:
        """The statements of the check that are to be filled in."""
        return [one for one in ast.parse(self.check).body if stub_of(one)]

    def code(self, expression: str) -> str:
        """Statements that define, with the solution, all that an expression needs."""
        return needed([*self.before, without_stubs(self.check), *self.solution], expression)


def exercises(path: str | Path) -> list[Exercise]:
    """The exercises of a page, in their order.

    Parameters
    ----------
    path : str or path
        Of a notebook of the book.
    """
    notebook = nbformat.read(path, as_version=4)
    found: list[Exercise] = []
    before: list[str] = []
    head: re.Match[str] | None = None
    check: str | None = None
    solution: list[str] | None = None
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code":
            if "sentences" in tags or "colab" in tags:
                continue
            if solution is not None:
                solution.append(cell.source)
            elif head is not None and check is None and "solved" in cell.source:
                check = cell.source
                continue
            before.append(cell.source)
            continue
        for event in EVENT.finditer(cell.source):
            if event["edge"] == "start":
                solution = []
                continue
            if head and check and solution is not None:  # its end; or the next, if nothing ends it
                size = len(before) - len(solution)
                found.append(_exercise(Path(path).stem, head, check, before[:size], solution))
                before.insert(size, without_stubs(check))
            head, check, solution = None if event["edge"] else event, None, None
    return found


def _exercise(page, head, check, before, solution):
    kinds = KINDS.search(head["text"])
    return Exercise(
        page,
        head["label"],
        head["title"].strip(),
        tuple(re.split(r",\s*", kinds[1])) if kinds else (),
        KINDS.sub("", head["text"], count=1).strip(),
        check,
        tuple(before),
        tuple(solution),
    )


def stub_of(statement: ast.stmt) -> list[str]:
    """Names that a statement leaves open; none if it is no stub."""
    if isinstance(statement, ast.FunctionDef):
        last = statement.body[-1]
        is_open = isinstance(last, ast.Expr | ast.Return) and _is_dots(last.value)
        return [statement.name] if is_open else []
    if isinstance(statement, ast.Assign):
        values = (
            statement.value.elts if isinstance(statement.value, ast.Tuple) else [statement.value]
        )
        if all(map(_is_dots, values)):
            return [
                ast.unparse(one) for one in getattr(statement.targets[0], "elts", statement.targets)
            ]
    return []


def _is_dots(node):
    return isinstance(node, ast.Constant) and node.value is ...


def without_stubs(source: str) -> str:
    """The source of a check without what is to be filled in."""
    tree = ast.parse(source)
    return "\n".join(text_of(source, one) for one in tree.body if not stub_of(one))


# --- what a name needs ------------------------------------------------------------------------


def needed(cells: Sequence[str], expression: str, known: Iterable[str] = ()) -> str:
    """The statements of these cells that an expression needs, in their order.

    Searched backwards: a statement is taken if it gives, or changes, a name that is still open;
    one that gives a name altogether closes it, unless a function looks the name up when it runs.

    Parameters
    ----------
    cells : sequence of str
        Sources, in the order in which they run.
    expression : str
        Python code.
    known : iterable of str
        Names that need nothing.

    Returns
    -------
    str
        Code, without tests and without what is only printed.

    Examples
    --------
    >>> print(needed(["a = 1", "b = 2", "def f(x):\\n    return a * x"], "f(3)"))
    a = 1
    def f(x):
        return a * x
    """
    statements = [(source, one) for source in map(_python, cells) for one in ast.parse(source).body]
    imported = {
        name
        for source, one in statements
        if isinstance(one, ast.Import | ast.ImportFrom)
        for name in bound(text_of(source, one))
    }
    later: set[str] = set()
    while True:  # what a function looks up may be given behind it
        taken, found = _backwards(statements, expression, later, imported, frozenset(known))
        if found == later:
            return "\n".join(reversed(taken))
        later = found


def _backwards(statements, expression, later, imported, known):
    """(statements that are needed, last first; names that their functions look up)."""
    opened, at_last = _uses(expression)
    opened, later = opened - known, later | at_last - known
    taken = []
    for source, statement in reversed(statements):
        text = text_of(source, statement)
        gives, changes = bound(text), _changes(statement) - imported
        if not (gives | changes) & (opened | later):
            continue
        taken.append(text)
        uses, at_last = _uses(text)
        if isinstance(statement, ast.Assign | ast.FunctionDef | ast.Import | ast.ImportFrom):
            opened -= gives
        opened |= uses - known
        later |= at_last - known
    return taken, later


def _python(source):
    """A cell without lines that only a notebook understands."""
    return "\n".join(
        line for line in source.split("\n") if not line.lstrip().startswith(("%", "!"))
    )


def text_of(source: str, statement: ast.stmt) -> str:
    """The text of a statement of a source, with its decorators."""
    first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])
    lines = source.split("\n")[first - 1 : statement.end_lineno]
    if statement.end_lineno == statement.lineno or ";" in lines[-1]:
        return ast.get_source_segment(source, statement) or ""
    return "\n".join(lines)


@functools.cache
def _uses(code):
    """(names that the code reads, names that its functions look up when they run)."""
    table = symtable.symtable(code, "code", "exec")
    now = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    later: set[str] = set()

    def visit(inner, is_late):
        is_late = is_late or inner.get_name() not in ("listcomp", "setcomp", "dictcomp", "genexpr")
        names = {s.get_name() for s in inner.get_symbols() if s.is_global()}
        (later if is_late else now).update(names)
        for child in inner.get_children():
            visit(child, is_late)

    for child in table.get_children():
        visit(child, False)
    return frozenset(now), frozenset(later)


@functools.cache
def bound(code: str) -> frozenset[str]:
    """Names that code binds at its top."""
    table = symtable.symtable(code, "code", "exec")
    return frozenset(
        s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()
    )


def looked_up(code: str) -> frozenset[str]:
    """Names outside of them that the functions of the code look up when they run."""
    return _uses(code)[1]


def meanings(code: str) -> dict[str, list[str]]:
    """What each name means that the code binds: where it is imported from, or the statements."""
    told: dict[str, list[str]] = {}
    for one in ast.parse(code).body:
        if isinstance(one, ast.Import | ast.ImportFrom):
            for alias in one.names:
                origin = f"{getattr(one, 'module', '')}:{alias.name}"
                told.setdefault(alias.asname or alias.name.split(".")[0], []).append(origin)
            continue
        text = text_of(code, one)
        for name in bound(text):
            told.setdefault(name, []).append(text)
    return told


def _changes(statement):
    """Names whose objects a statement changes: x[0] = ..., x.append(...), np.add.at(x, ...)."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(_root(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            if isinstance(call.func, ast.Attribute) and _root(call.func) in DRAWING:
                continue
            if isinstance(call.func, ast.Attribute):
                found.add(_root(call.func))
                found |= {arg.id for arg in call.args[:1] if isinstance(arg, ast.Name)}
            elif isinstance(call.func, ast.Name) and call.func.id not in IDLE:
                found |= {arg.id for arg in call.args if isinstance(arg, ast.Name)}
    return found - {None}


def _root(node):
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
