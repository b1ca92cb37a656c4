"""What a person reads: all written answers of a class, question by question, in one page.

`answers` collects what there is of each student; here it is written down. The page keeps what its
reader marks in the browser and gives it out as a table, which `taking` puts into the table of
marks.
"""

import base64
import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path

from . import door, source, standalone
from .answers import (
    Reading,
    answer_of,
    by_hand_column,
    gathered,
    items_of,
    model_of,
    prompt_of,
    texts_of,
)
from .key import Key
from .tables import replace

__all__ = ["reading_page", "with_formulas", "write"]

# bounded, since a text may open a thousand formulas and close none
FORMULA = re.compile(
    r"(\$\$.{1,1000}?\$\$|\$[^$\n]{1,500}\$|\\\[.{1,1000}?\\\]|\\\(.{1,500}?\\\))", re.DOTALL
)


def write(
    folder: str | Path,
    key: Key,
    output: str | Path,
    *,
    roster: Sequence[str] = (),
    grades: str | Path | None = None,
    anonymous: bool = False,
    progress: Callable[[int, int, str], object] | None = None,
) -> str:
    """Write the page of a folder of submissions; what was done, in words.

    It holds the model answers, so only its owner can read it. Beside it, `<output>.numbers` keeps
    what the reference gives for each student: a run that was stopped goes on from there.

    Parameters
    ----------
    folder : str or Path
    key : Key
    output : str or Path
        The page.
    roster, anonymous, progress
        As for `gathered`.
    grades : str or Path
        The table of marks, whose journal has the automatic results; `grades.csv` beside the
        page unless given.

    Raises
    ------
    ValueError
        If there is no such folder, the key is of another assignment, or a table was named that has
        no journal.
    """
    output = Path(output)
    table = Path(grades) if grades else output.with_name("grades.csv")
    journal = table.with_name(table.name + ".journal")
    if grades and not journal.exists():
        raise ValueError(
            f"{journal} is not there: name the table that `rgcourse grade` has written"
        )
    readings = gathered(
        folder,
        key,
        roster=roster,
        journal=journal,
        anonymous=anonymous,
        cache=output.with_name(output.name + ".numbers"),
        progress=progress,
    )
    replace(output, reading_page(key, readings, anonymous=anonymous), mode=0o600)
    there = [reading for reading in readings if not reading.problem]
    marked = sum(reading.row is not None for reading in there)
    return (
        f"{output}: {len(there)} of {len(readings)} students have something to read; automatic "
        f"results of {marked} from {table.name}"
    )


# --- the page ---------------------------------------------------------------------------------


def reading_page(key: Key, readings: Sequence[Reading], *, anonymous: bool = False) -> str:
    """The page as HTML.

    Parameters
    ----------
    key : Key
    readings : sequence of Reading
        From `gathered`.
    anonymous : bool
        Whether the readings have aliases in place of names.
    """
    one = key.assignment
    asked = [question for question in one.questions if question.manual]
    there = [reading for reading in readings if not reading.problem]
    tabs = "\n".join(
        f'<a class="tab" href="#{_id(question)}">{escape(question.name)}'
        f' <output data-tab="{escape(question.name)}"></output></a>'
        for question in asked
    )
    sections = "\n".join(_section(one, question, there) for question in asked)
    absent = [
        f"{escape(reading.name)} ({escape(door.one_line(reading.problem))})"
        for reading in readings
        if reading.problem
    ]
    body = standalone.resource("reading.html").format(
        title=escape(one.title),
        tabs=tabs,
        sections=sections,
        absent=f'<p class="muted">Nothing to read of: {", ".join(absent)}.</p>' if absent else "",
    )
    who = "alias" if anonymous else "student"
    stamp = sha256(f"reading {key.class_key} {one.name} {who}".encode()).hexdigest()[:16]
    return standalone.page(
        f"Written answers: {one.title}",
        body,
        style=standalone.resource("reading.css"),
        script=standalone.resource("reading.js"),
        about={"kept": f"rgcourse-read-{stamp}", "who": who, "file": f"{one.name}_marks.csv"},
    )


def _section(one, question, readings):
    prompt, model = prompt_of(one, question), model_of(one, question)
    differs = re.search(source.PLACE, model) is not None
    asked = "\n\n".join(texts_of(one, question, "question"))
    rubric = "".join(
        f"<li><b>{points:g}</b> {with_formulas(text)}</li>" for points, text in items_of(question)
    )
    told = "with each student's own numbers below" if differs else "the same for everybody"
    cards = "\n".join(
        _card(question, reading, prompt, model if differs else "") for reading in readings
    )
    return (
        f'<section class="question" id="{_id(question)}" data-question="{escape(question.name)}" '
        f'data-column="{escape(by_hand_column(question))}">\n'
        f"<h2>{escape(question.name)} <small>{question.manual:g} points by hand"
        f"{f', {question.auto:g} automatic' if question.auto else ''}</small></h2>\n"
        f'<details class="about"><summary>The question</summary>'
        f'<div class="text">{with_formulas(asked)}</div></details>\n'
        f'<details class="about"><summary>The model answer, {told}</summary>'
        f'<div class="text">{with_formulas(model)}</div></details>\n'
        f'<details class="about" open><summary>The rubric</summary><ul>{rubric}</ul></details>\n'
        f'<div class="cards">\n{cards}\n</div>\n</section>'
    )


def _card(question, reading, prompt, model):
    name = f"{_id(question)}-{sha256(reading.name.encode('utf-8', 'replace')).hexdigest()[:10]}"
    text = reading.written.get(question.name)
    text = None if text is None else answer_of(text, prompt)
    shown = reading.shown.get(question.name, [])
    seen = sha256(("\0".join([text or "", *map(str, shown)])).encode("utf-8", "replace"))
    parts = [
        f'<article class="card" id="{name}" tabindex="-1" aria-labelledby="{name}-h" '
        f'data-student="{escape(reading.name)}" data-digest="{seen.hexdigest()[:12]}">',
        f'<h3 id="{name}-h">{escape(reading.name)}</h3>',
        _own(reading.parameters),
        _automatic(question, reading.row),
        _text(text),
        "".join(map(_picture, shown)),
        _filled(model, reading.numbers, question.name),
        '<p class="changed" hidden>This answer has changed since it was read.</p>',
        *(_item(name, n, *item) for n, item in enumerate(items_of(question))),
        f'<label class="comment">Comment<textarea rows="2" maxlength="2000" id="{name}-c">'
        "</textarea></label>",
        '<p class="sum"><output></output> <button type="button" data-all="1">all</button> '
        '<button type="button" data-all="0">none</button></p>',
        "</article>",
    ]
    return "\n".join(part for part in parts if part)


def _own(parameters):
    if not parameters:
        return ""
    told = "  ".join(f"{name} = {value!r}" for name, value in parameters.items())
    return f'<p class="own number" title="the numbers of this student">{escape(told)}</p>'


def _automatic(question, row):
    if not question.auto:
        return ""
    if row is None:
        return '<p class="auto muted">automatic: not marked yet</p>'
    got = row["auto"].get(question.name, 0.0)
    reasons = "".join(
        f"<li>{escape(door.one_line(reason))}</li>"
        for reason in row["reasons"].get(question.name, [])
    )
    right = "ok" if got == question.auto else "lost"
    return (
        f'<div class="auto {right}">automatic: {got:g} of {question.auto:g}'
        f"{f'<ul>{reasons}</ul>' if reasons else ''}</div>"
    )


def _text(text):
    if text is None:
        return '<p class="nothing">The notebook has no cell for this answer.</p>'
    if not text:
        return '<p class="nothing">Nothing is written.</p>'
    return f'<div class="answer text" dir="auto" tabindex="0">{with_formulas(text)}</div>'


def _picture(content):
    code = base64.b64encode(content).decode()
    return (
        '<p class="plate"><img alt="a picture in the notebook, near this answer" '
        f'src="data:image/png;base64,{code}"></p>'
    )


def _filled(model, numbers, name):
    if not model:
        return ""
    try:
        if "" in numbers:
            raise ValueError(f"no numbers for this student, {numbers['']['error']}")
        text = with_formulas(source.filled(model, numbers.get(name, {})))
    except (ValueError, TypeError) as error:
        text = escape(door.one_line(error))
    return (
        '<details class="model"><summary>The reference, with these numbers</summary>'
        f'<div class="text">{text}</div></details>'
    )


def _item(name, number, points, text):
    steps = [step / 2 for step in range(int(2 * points) + 1) if step % 2 == 0 or points < 1]
    steps = sorted({*steps, points})
    choices = "".join(
        f'<label><input type="radio" name="{name}-{number}" value="{step:g}">'
        f"<span>{step:g}</span></label>"
        for step in steps
    )
    short = text if len(text) <= 70 else text[:68].rsplit(" ", 1)[0] + " …"
    return (
        f'<fieldset><legend title="{escape(text)}">{escape(short)}</legend>'
        f'<span class="steps">{choices}</span></fieldset>'
    )


def with_formulas(text: str) -> str:
    """A text as HTML: all of it escaped, line breaks kept by the style, TeX set apart as TeX.

    Examples
    --------
    >>> with_formulas("<b> $x < y$")
    '&lt;b&gt; <span class="tex">$x &lt; y$</span>'
    """
    parts = FORMULA.split(text)
    return "".join(
        f'<span class="tex">{escape(part)}</span>' if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def _id(question):
    return "q-" + sha256(question.name.encode()).hexdigest()[:8]
