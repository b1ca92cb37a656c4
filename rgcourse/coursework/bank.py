"""The exercises of the book as questions of assignments: listed by tag, and put into a source.

The book itself is the bank: pages, `exercises.toml` beside them, and `tests/wrong_answers.toml`. An
instructor has all three by cloning the course. Solutions of the pages are published, so a question
from the bank tells who has understood it only where nobody can look it up: in a warm-up, in class,
or when it is asked about afterwards.
"""

import ast
import functools
import re
import textwrap
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from . import door, pages

__all__ = ["Entry", "chosen", "clash", "listed", "read_bank", "source_of"]

POINTS = 10.0
ROLE = re.compile(r"\s*\{cite(?::\w+)?\}`[^`]*`")
EQUATION = re.compile(r"\{eq\}`([^`]*)`")
VALUE_JUDGE = "close(1e-6, 1e-9)"  # of a variable that is asked for beside a function


@dataclass(frozen=True)
class Entry:
    """An exercise with what the book says of it as a question.

    Parameters
    ----------
    exercise : rgcourse.coursework.pages.Exercise
    folder : str
        Of its page in the book, such as "zooming_out".
    tags : tuple of str
        Topics of the page, and its kinds.
    minutes : float
        An estimate.
    cases : str
        Code of the hidden cases; empty where it is no question with functions.
    wrong : tuple of str
        Plausible wrong answers, as code.
    mistakes : tuple of str
        Their names, or empty texts.
    """

    exercise: pages.Exercise
    folder: str
    tags: tuple[str, ...]
    minutes: float
    cases: str
    wrong: tuple[str, ...]
    mistakes: tuple[str, ...]

    @property
    def name(self) -> str:
        """As it is asked for: page and title."""
        return self.exercise.name

    @property
    def stubs(self) -> list[str]:
        """Names that an answer defines."""
        return [name for one in self.exercise.stubs for name in pages.stub_of(one)]

    @functools.cached_property
    def solution(self) -> str:
        """Statements of the page's solution that define these names."""
        return pages.needed(self.exercise.solution, "\n".join(self.stubs))

    @functools.cached_property
    def setup(self) -> str:
        """Statements of the page that the solution and the check need."""
        uses = f"{self.solution}\n{pages.without_stubs(self.exercise.check)}"
        own = {*self.stubs, *pages.bound(self.solution), *pages.bound(self.exercise.check)}
        return pages.needed(self.exercise.before, uses, known=own)


def read_bank(book: str | Path) -> list[Entry]:
    """The exercises of a book, in the order of its files.

    Parameters
    ----------
    book : str or path
        The folder `book` of a clone of the course.

    Raises
    ------
    ValueError
        If it is not that folder.
    """
    book = Path(book)
    authored, wrong = book / "exercises.toml", book.parent / "tests/wrong_answers.toml"
    for path in (authored, wrong):
        if not path.is_file():
            raise ValueError(
                f"{path} is not there; --book is the folder `book` of a clone of the course"
            )
    about = tomllib.loads(authored.read_text(encoding="utf-8"))
    known = tomllib.loads(wrong.read_text(encoding="utf-8"))
    minutes = about.pop("minutes")
    at = {path.stem: path for path in sorted(book.rglob("*.ipynb")) if path.stem in about}
    return [
        _entry(one, at[page].parent.name, about[page], known[page], minutes)
        for page in about
        for one in pages.exercises(at[page])
    ]


def _entry(exercise, folder, page, wrong, minutes):
    mine = page[exercise.label]
    guess = max((minutes[kind] for kind in exercise.kinds if kind in minutes), default=15)
    return Entry(
        exercise,
        folder,
        (*page["topics"], *exercise.kinds),
        float(mine.get("minutes", guess)),
        mine.get("cases", ""),
        tuple(wrong[exercise.label]),
        tuple(mine["mistakes"]),
    )


def chosen(bank: Sequence[Entry], names: Sequence[str], tags: Sequence[str] = ()) -> list[Entry]:
    """The entries of these names, in their order; without names, all; of them those with a tag.

    Raises
    ------
    ValueError
        If a name or a tag is not there; it names those that are.
    """
    by_name = {entry.name: entry for entry in bank}
    by_page = {entry.exercise.page for entry in bank}
    found = []
    for name in names:
        if name in by_name:
            found.append(by_name[name])
        elif name in by_page:
            found += [entry for entry in bank if entry.exercise.page == name]
        else:
            raise ValueError(f"the bank has no {name!r}; `rgcourse bank` lists the names")
    there = {tag for entry in bank for tag in entry.tags}
    for tag in tags:
        if tag not in there:
            raise ValueError(
                f"no exercise has the tag {tag!r}; there are {', '.join(sorted(there))}"
            )
    found = found if names else list(bank)
    return [entry for entry in found if not tags or set(tags) & set(entry.tags)]


def listed(entries: Sequence[Entry]) -> str:
    """A line for each entry: name, minutes, whether it can be a question, tags."""
    lines = [
        f"{entry.name:62} {entry.minutes:3.0f} min  "
        f"{'question' if entry.cases else 'page only':9}  {', '.join(entry.tags)}"
        for entry in entries
    ]
    count = sum(bool(entry.cases) for entry in entries)
    return "\n".join(
        [
            *(door.one_line(line, 300) for line in lines),
            f"{count} of {len(entries)} can be questions",
        ]
    )


# --- a source ---------------------------------------------------------------------------------


def source_of(entries: Sequence[Entry], name: str, title: str = "") -> NotebookNode:
    """The source of an assignment made of these exercises, as `source.read` takes it.

    Parameters
    ----------
    entries : list of Entry
    name : str
        Of the assignment, for files.
    title : str
        Its heading.

    Raises
    ------
    ValueError
        If an exercise has no hidden cases, or two of them need different things of one name.
    """
    _refuse(entries)
    minutes = sum(entry.minutes for entry in entries)
    head = nbformat.v4.new_markdown_cell(
        f"# {title or 'From the exercises of the book'}\n\n"
        f"About {minutes:.0f} minutes by the authors' guess; {POINTS * len(entries):.0f} points."
    )
    head.metadata = {"tags": ["assignment"], "rgcourse": {"assignment": name, "minutes": [minutes]}}
    cells = [head]
    for number, entry in enumerate(entries, 1):
        cells += _cells(entry, number)
    notebook = nbformat.v4.new_notebook(cells=cells)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02}"
    notebook.metadata.kernelspec = {
        "display_name": "Python 3", "language": "python", "name": "python3",
    }  # fmt: skip
    return notebook


def _refuse(entries):
    if not entries:
        raise ValueError("an assignment needs an exercise: give names, or a tag")
    without = [entry.name for entry in entries if not entry.cases]
    if without:
        raise ValueError(
            f"{', '.join(without)}: no function to call on hidden inputs; leave it out, or write "
            "its cases into the source by hand"
        )
    for place, entry in enumerate(entries):
        for other in entries[:place]:
            names = clash(other, entry)
            if names:
                raise ValueError(
                    f"{other.name} and {entry.name} both need {', '.join(sorted(names))}, and "
                    "mean different things; take one of them, or rename in the source"
                )


def clash(one: Entry, other: Entry) -> set[str]:
    """Names that two entries both give, with different meanings, and look up later."""
    told = [pages.meanings(f"{e.setup}\n{e.solution}") for e in (one, other)]
    later = set(one.stubs) | set(other.stubs)
    for entry in (one, other):
        later |= pages.looked_up(f"{entry.setup}\n{entry.solution}")
    both = set(told[0]) & set(told[1]) & later
    return {name for name in both if told[0][name] != told[1][name]}


def _cells(entry, number):
    question = re.sub(r"[^a-z0-9]+", "_", entry.name)
    exercise = entry.exercise
    about = {
        "question": question,
        "auto": POINTS,
        "bank": {"exercise": entry.name, "tags": list(entry.tags), "minutes": entry.minutes},
    }
    text = EQUATION.sub(r"(equation \1 of the page)", ROLE.sub("", exercise.text))
    yield _cell(
        "markdown",
        f"## {number}. {exercise.title}\n\n{text}\n\n"
        f"*From the book, {entry.folder}/{exercise.page}.*",
        ["question"],
        about,
    )
    if entry.setup:
        yield _cell("code", f"# what the page has found before\n{entry.setup}")
    mine = {"question": question}
    yield _cell("code", _answer(entry), ["answer"], mine)
    yield _cell("code", f"# check: as on the page\n{pages.without_stubs(exercise.check)}")
    yield _cell("code", _cases(entry), ["cases"], mine)
    for code, name in zip(entry.wrong, entry.mistakes, strict=True):
        yield _cell("code", f"# {name or 'as the page lists it'}\n{code}", ["wrong"], mine)


def _cell(kind, source, tags=(), about=None):
    new = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
    cell = new(source)
    cell.metadata = {"tags": list(tags)} if tags else {}
    if about:
        cell.metadata["rgcourse"] = dict(about)
    return nbformat.from_dict(cell)


def _cases(entry):
    values = [
        f"value({name!r}, judge={VALUE_JUDGE})"
        for one in entry.exercise.stubs
        if isinstance(one, ast.Assign)
        for name in pages.stub_of(one)
    ]
    more = f" + [{', '.join(values)}]" if values else ""
    return f"def cases(rng, p):\n    return {entry.cases}{more}"


def _answer(entry):
    """The stubs of the page, each with the page's solution between the markers."""
    code = entry.solution
    given = ast.parse(code).body
    by_name = {one.name: one for one in given if isinstance(one, ast.FunctionDef)}
    helpers = [
        pages.text_of(code, one)
        for one in given
        if not set(pages.bound(pages.text_of(code, one))) & set(entry.stubs)
    ]
    parts = []
    for stub in entry.exercise.stubs:
        if isinstance(stub, ast.FunctionDef):
            parts.append(_function(entry.exercise.check, stub, code, by_name[stub.name], helpers))
            continue
        for name, value in _values(stub, given, entry.name):
            lines = ("### BEGIN SOLUTION", ast.unparse(value), "### END SOLUTION")
            parts.append("\n".join([f"{name} = (", *(f"    {line}" for line in lines), ")"]))
    return "\n\n".join(parts)


def _function(check, stub, code, solved, helpers):
    head = "\n".join(check.split("\n")[stub.lineno - 1 : stub.body[0].lineno - 1])
    body = "\n".join(code.split("\n")[solved.body[0].lineno - 1 : solved.end_lineno])
    rest = [textwrap.indent(helper, "    ") for helper in helpers]
    lines = [head, "    ### BEGIN SOLUTION", *rest, body, "    ### END SOLUTION"]
    if isinstance(stub.body[-1], ast.Return):  # the page's check knows an open stub by its dots
        lines.append("    return ...")
    return "\n".join(lines)


def _values(stub, given, exercise):
    """[(name, expression)] of the variables that a stub leaves open."""
    names = pages.stub_of(stub)
    for one in given:
        if not isinstance(one, ast.Assign):
            continue
        target = one.targets[0]
        if [ast.unparse(t) for t in getattr(target, "elts", [target])] != names:
            continue
        values = one.value.elts if isinstance(one.value, ast.Tuple) else [one.value]
        if len(values) == len(names):
            return zip(names, values, strict=True)
    raise ValueError(f"{exercise}: {', '.join(names)} is not one expression of the solution")
