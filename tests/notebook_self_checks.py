"""A pytest plugin for nbval: the self-check of an exercise takes the right answer, no wrong one.

Loaded with `-p notebook_self_checks`, it adds a last test to each notebook, in the kernel that ran
it. The cell between an exercise and its solution has a stub, `x = ...` or a function that ends
in `...`, and prints "solved" or "not yet". Without the stub, with the names that the solution has
left, it must print "solved"; with each wrong answer in place of the stub, it must not.

Wrong answers are those of WRONG for every exercise, which a check that only asks whether there is
an answer would take, and those plausible ones that `wrong_answers.toml` lists by page and label.
"""

import ast
import json
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS.parent / "tools"), str(TESTS)]
from notebook_budget import notebook_of  # noqa: E402
from page_text import directives  # noqa: E402

WRONG = ("0", "1e9", "-0.12345", "'anything'", "{}")
SECONDS = 600  # for all answers of a page, against hanging
TRY = """
def _tried(source):
    import contextlib, io
    names, said = dict(globals()), io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            exec(source, names)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return said.getvalue()
"""


def self_checks(notebook):
    """{label: source} of the cells between an exercise and its solution."""
    found, label = {}, None
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for directive in directives(cell.source):
                if directive.name in ("exercise", "exercise-start"):
                    label = directive.options.get("label", directive.argument)
                elif directive.name == "solution-start":
                    label = None
        elif label is not None:
            found[label] = cell.source
    return found


def is_ellipsis(node):
    return isinstance(node, ast.Constant) and node.value is ...


def stub_name(statement):
    """(name, how many values) of what a statement leaves open; None if it leaves nothing open."""
    if isinstance(statement, ast.FunctionDef):
        last = statement.body[-1]  # `...` or `return ...`
        opened = isinstance(last, ast.Expr | ast.Return) and is_ellipsis(last.value)
        return (f"def {statement.name}", 1) if opened else None
    if isinstance(statement, ast.Assign):
        target = ast.unparse(statement.targets[0])
        if is_ellipsis(statement.value):
            return target, 1
        if isinstance(statement.value, ast.Tuple) and all(map(is_ellipsis, statement.value.elts)):
            return target, len(statement.value.elts)
    return None


def without_stubs(source):
    """(stubs, source without them) of a self-check."""
    tree = ast.parse(source)
    stubs = [stub for statement in tree.body if (stub := stub_name(statement))]
    tree.body = [statement for statement in tree.body if not stub_name(statement)]
    return stubs, ast.unparse(tree)


def answer(stubs, value):
    """Code that puts `value` in place of all stubs."""
    lines = []
    for name, count in stubs:
        if name.startswith("def "):
            lines.append(f"{name}(*args, **options):\n    return {value}")
        else:
            lines.append(f"{name} = {value if count == 1 else f'({value},) * {count}'}")
    return "\n".join(lines)


def plausible(page, label):
    """The wrong answers, pieces of code, that the file lists for an exercise."""
    listed = tomllib.loads((TESTS / "wrong_answers.toml").read_text(encoding="utf-8"))
    return listed.get(page, {}).get(label, [])


def trials(page, label, source):
    """Sources to try: the right answer first, then the wrong ones."""
    stubs, rest = without_stubs(source)
    wrong = [answer(stubs, value) for value in WRONG] + plausible(page, label)
    return [rest, *(f"{code}\n{rest}" for code in wrong)]


def complaints(label, source, said):
    """What is wrong with a self-check that said so of each trial."""
    stubs, _ = without_stubs(source)
    if not stubs or "solved" not in source:
        return [f"{label}: the cell has no stub `x = ...`, or does not say whether it is solved"]
    found = (
        []
        if said[0].strip().startswith("solved")
        else [f"{label}: refuses its solution: {said[0]}"]
    )
    return found + [
        f"{label}: takes the wrong answer number {n} as solved"
        for n, words in enumerate(said[1:], 1)
        if words.strip().startswith("solved")
    ]


class Unchecked(Exception):
    """A self-check that refuses the solution, or takes a wrong answer."""


class SelfChecks(pytest.Item):
    """After the last cell of a notebook: its self-checks, in the kernel that has run it."""

    def runtest(self):
        page = self.path.stem
        checks = self_checks(nbformat.read(self.path, as_version=4))
        sources = [trials(page, label, source) for label, source in checks.items()]
        said = self.said(sources)
        found = [
            complaint
            for (label, source), words in zip(checks.items(), said, strict=True)
            for complaint in complaints(label, source, words)
        ]
        if found:
            raise Unchecked("\n".join(found))

    def said(self, sources):
        """What each of the lists of sources prints in the kernel."""
        texts = []

        def collect(message):
            if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
                texts.append(message["content"]["text"])
            elif message["msg_type"] == "error":
                raise Unchecked("\n".join(message["content"]["traceback"]))

        code = f"""{TRY}
import json as _json
_sources = _json.loads({json.dumps(sources)!r})
print('\\x02' + _json.dumps([[_tried(s) for s in each] for each in _sources]))"""
        self.parent.kernel.kc.execute_interactive(code, timeout=SECONDS, output_hook=collect)
        return json.loads("".join(texts).partition("\x02")[2])

    def repr_failure(self, excinfo):
        return str(excinfo.value)

    def reportinfo(self):
        return self.path, 0, f"{self.path.name}: self-checks"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    last = {notebook_of(item): n for n, item in enumerate(items) if notebook_of(item)}
    for notebook, position in sorted(last.items(), key=lambda entry: -entry[1]):
        items.insert(position + 1, SelfChecks.from_parent(notebook, name="self-checks"))
