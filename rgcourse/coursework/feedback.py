"""The feedback of one student: built once as plain text in a small structure, then written twice.

`built` decides what is said. `as_markdown` and `as_html` only decide how it looks; what came from a
submission is made harmless there, for the format that is written.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import cases, door, standalone
from .source import Assignment, Question
from .tables import MAX_STATUS, Row, replace

__all__ = [
    "Feedback",
    "Part",
    "as_html",
    "as_markdown",
    "built",
    "check_address",
    "feedback",
    "write_feedback",
]


@dataclass(frozen=True)
class Lost:
    """One thing that is wrong: what was asked, why it is not right, what came, and where."""

    asked: str
    why: str
    on: str = ""  # which of several inputs
    came: str = ""
    at: str = ""
    code: str = ""


@dataclass(frozen=True)
class Part:
    """The feedback on one question."""

    name: str
    title: str
    points: str
    lost: tuple[Lost, ...] = ()
    like: tuple[str, ...] = ()
    reread: str = ""
    address: str = ""  # of the page to reread
    by_hand: str = ""
    rubric: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feedback:
    """All that one student is told."""

    title: str
    student: str
    status: str
    total: str
    parts: tuple[Part, ...]
    begin: Lost | None = None  # the first cell that has failed


def write_feedback(
    rows: Iterable[Row],
    assignment: Assignment,
    folder: str | Path,
    *,
    rubric: bool = False,
    book: str = "",
) -> None:
    """Write `<student>.md` and `<student>.html`, which say the same, for each student.

    Parameters
    ----------
    rows : list of dict
        From `Grader.row`.
    assignment : Assignment
    folder : str or Path
        Made if it is not there.
    rubric : bool
        With the rubrics of written answers, which state what is right.
    book : str
        Address of the book, for links; one that has passed `check_address`.
    """
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    for row in rows:
        told = built(row, assignment, rubric=rubric, book=book)
        replace(folder / door.file_name(row["student"], ".md"), as_markdown(told))
        replace(folder / door.file_name(row["student"], ".html"), as_html(told))


def check_address(book: str) -> None:
    """ValueError if the address of the book is none that a page may link to."""
    if book and not re.fullmatch(r"https?://[^\s\"'<>\\()\[\]]+", book):
        raise ValueError(f"expected the address of the book, https://..., got {book!r}")


def feedback(row: Row, assignment: Assignment, *, rubric: bool = False, book: str = "") -> str:
    """The feedback of one row as Markdown; parameters as for `write_feedback`."""
    return as_markdown(built(row, assignment, rubric=rubric, book=book))


def built(row: Row, assignment: Assignment, *, rubric: bool = False, book: str = "") -> Feedback:
    """What a student is told.

    Parameters
    ----------
    row : dict
        From `Grader.row`.
    assignment : Assignment
    rubric : bool
        With the rubrics, for those whose paper was marked: a student who may still hand in, because
        nothing came yet, gets none in any case.
    book : str
        Address of the book, for links.
    """
    parts = tuple(_part(row, question, rubric, book) for question in assignment.questions)
    most = sum(question.auto for question in assignment.questions)
    by_hand = sum(question.manual for question in assignment.questions)
    total = f"{sum(row['auto'].values()):g} of {most:g} points by the program"
    total += f"; {by_hand:g} more are given by a person" if by_hand else ""
    first = next(iter(row.get("cells", ())), None)
    begin = first and Lost("", first["why"], at=first["at"], code=first["code"])
    status = door.one_line(row["status"], MAX_STATUS)
    return Feedback(assignment.title, door.one_line(row["student"]), status, total, parts, begin)


def _part(row: Row, question: Question, rubric: bool, book: str) -> Part:
    points = f"{row['auto'][question.name]:g} of {question.auto:g}" if question.auto else ""
    lost = tuple(_lost(one) for one in row.get("lost", {}).get(question.name, ()))
    like = tuple(_like(one) for one in row.get("like", {}).get(question.name, ()))
    told, address = "", ""
    if lost and question.reread:
        page = question.reread
        told = page.title + (f", section {page.section}" if page.section else "")
        if book:
            anchor = f"#{page.anchor}" if page.anchor else ""
            address = f"{book.rstrip('/')}/book/{page.page}.html{anchor}"
    shown = question.rubric if rubric and row["reasons"] else ()
    by_hand = f"Read by a person, {question.manual:g} points" if question.manual else ""
    return Part(
        question.name, question.title, points, lost, like, told, address, by_hand, tuple(shown)
    )


def _lost(one):
    return Lost(one["asked"], one["why"], one["on"], one["came"], one["at"], one["code"])


def _like(one):
    of = f"In {cases.listed(one['of'])} this" if one["of"] else "This"
    return f"{of} looks like: {', or '.join(one['names'])}"


# --- Markdown ---------------------------------------------------------------------------------


def as_markdown(told: Feedback) -> str:
    """The feedback as Markdown."""
    lines = [f"# {told.title}", "", f"{_plain(told.student)}: {_plain(told.status)}", ""]
    lines += [f"{told.total}.", ""]
    if told.begin:
        lines += [f"Begin with {_where(told.begin)}: {_plain(told.begin.why)}", ""]
    for part in told.parts:
        points = f": {part.points}" if part.points else ""
        lines += [f"## {part.name}{points}", "", f"*{part.title}*", ""]
        lines += [_item(one) for one in part.lost]
        lines += [""] if part.lost else []
        lines += [line for one in part.like for line in (f"**{_plain(one)}.**", "")]
        if part.reread:
            page = f"[{part.reread}]({part.address})" if part.address else part.reread
            lines += [f"Reread: {page}.", ""]
        if part.by_hand:
            lines += [part.by_hand + (":" if part.rubric else "."), ""]
            lines += [f"- {item}" for item in part.rubric] + ([""] if part.rubric else [])
    return "\n".join(lines).rstrip() + "\n"


def _item(one):
    asked = _code(one.asked) if _is_code(one.asked) else _plain(one.asked)
    on = f", {_plain(one.on)}" if one.on else ""
    came = f" Yours: {_plain(one.came)}." if one.came else ""
    at = f" In {_where(one)}." if one.at else ""
    return f"- {asked}{on}: {_plain(one.why)}.{came}{at}"


def _is_code(asked):
    """Whether what was asked is a name or a call, and no words."""
    return asked.split("(")[0].isidentifier()


def _where(one):
    return f"{_plain(one.at)}: {_code(one.code)}" if one.code else _plain(one.at)


def _plain(text):
    """Text in which nothing is a link, a picture, a tag or code."""
    return re.sub(r"([\\`*\[\]<>&|])", r"\\\1", text)


def _code(text):
    """Text as code, whatever is in it."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}"


# --- HTML -------------------------------------------------------------------------------------


def as_html(told: Feedback) -> str:
    """The feedback as a page of its own, in the look of the book, which loads nothing."""
    body = [f"<h1>{_text(told.title)}</h1>"]
    body += [f"<p>{_text(told.student)}: {_text(told.status)}</p>", f"<p>{_text(told.total)}.</p>"]
    if told.begin:
        where = _where_html(told.begin)
        body.append(f'<p class="begin">Begin with {where}: {_text(told.begin.why)}</p>')
    for part in told.parts:
        points = f" <span>{_text(part.points)}</span>" if part.points else ""
        body += ["<section>", f"<h2>{_text(part.name)}{points}</h2>"]
        body.append(f'<p class="title">{_text(part.title)}</p>')
        if part.lost:
            body += ["<ul>", *map(_item_html, part.lost), "</ul>"]
        body += [f'<p class="like">{_text(one)}.</p>' for one in part.like]
        if part.reread:
            page = _text(part.reread)
            if part.address:
                page = f'<a href="{_text(part.address)}">{page}</a>'
            body.append(f"<p>Reread: {page}.</p>")
        if part.by_hand:
            body.append(f"<p>{_text(part.by_hand)}{':' if part.rubric else '.'}</p>")
        if part.rubric:
            body += ["<ul>", *(f"<li>{_text(item)}</li>" for item in part.rubric), "</ul>"]
        body.append("</section>")
    body = ["<main>", *body, "</main>"]
    return standalone.page(f"{told.student}: {told.title}", "\n".join(body), style=STYLE)


def _item_html(one):
    asked = f"<code>{_text(one.asked)}</code>" if _is_code(one.asked) else _text(one.asked)
    on = f", {_text(one.on)}" if one.on else ""
    came = f' Yours: <span class="number">{_text(one.came)}</span>.' if one.came else ""
    at = f" In {_where_html(one)}." if one.at else ""
    return f"<li>{asked}{on}: {_text(one.why)}.{came}{at}</li>"


def _where_html(one):
    return f"{_text(one.at)}: <code>{_text(one.code)}</code>" if one.code else _text(one.at)


def _text(text):
    """Text as HTML; what was in it of HTML is text."""
    return html.escape(text, quote=True)


STYLE = """
body { overflow-wrap: break-word; }
main { max-width: 43rem; margin: 0 auto; font-size: 1.0625rem; }
h2 { font-size: 1.4rem; margin: 0; }
h2 span { float: right; font: 600 .95rem/1.7 Inter, system-ui, sans-serif;
  font-variant-numeric: tabular-nums; }
section { border-top: 1px solid var(--rule); padding: 1rem 0 .5rem; clear: both; }
.title { color: var(--muted); font-style: italic; margin: 0 0 1rem; }
.like, .begin { background: var(--surface); border-left: 3px solid var(--accent);
  padding: .5rem 1rem; }
.begin { border-color: var(--hot); }
code { background: var(--surface); padding: 0 .2em; white-space: pre-wrap; }
li { margin-bottom: .5rem; }
@media print { section { break-inside: avoid; } }
"""
