"""Sphinx extension: the tables of the ledger page, one group a page, with a bar for each distance.

In the notebook they are Markdown, together with the same rows as data; the book shows a table that
is whole without scripts, and that `static/ledger.js` sorts and filters. A bar has its middle where
ours equals theirs, and its ends where a number would have failed: at three error bars, at the
tolerance, or at the bound of the method.
"""

import json
import re
from functools import cache
from html import escape
from pathlib import Path

from checks import apart, as_text, source

from rgcourse.reference import describe, entry

BOOK = Path(__file__).resolve().parent.parent
MIME = "application/vnd.rgcourse.ledger+json"
COLUMNS = ("quantity and source", "ours", "theirs", "apart", "fails at the ends")


def setup(app):
    app.connect("source-read", show_tables)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def show_tables(app, docname, source_text):
    if MIME not in source_text[0]:
        return
    notebook = json.loads(source_text[0])
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            rows = output.get("data", {}).get(MIME)
            if rows is None:
                continue
            if app.builder.format == "html":
                link = link_from(app, docname)
                output["data"] = {"text/html": as_table(rows, link)}
            else:  # a table of this size and width fits no sheet: a line for each check
                output["data"] = {"text/plain": "\n".join(map(as_text, rows))}
    source_text[0] = json.dumps(notebook)


def link_from(app, docname):
    """page -> its address as seen from the document."""
    return lambda page: app.builder.get_relative_uri(docname, f"book/{page}")


def as_table(rows, link):
    """The rows as one table, a body for each page."""
    pages = list(dict.fromkeys(row["page"] for row in rows))
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    bodies = "".join(
        as_group(page, [row for row in rows if row["page"] == page], link) for page in pages
    )
    return (
        '<div class="rg-page rg-ledger-box"><table class="rg-ledger" role="table">'
        f'<thead><tr role="row">{head}</tr></thead>{bodies}</table></div>'
    )


def as_group(page, rows, link):
    numbers = f"{len(rows)} number{'s' * (len(rows) > 1)}"
    lines = "".join(as_row(row, link) for row in rows)
    return (
        f'<tbody data-page="{page}"><tr class="rg-ledger-head" role="row">'
        f'<th scope="rowgroup" colspan="{len(COLUMNS)}" role="rowheader">'
        f'<a href="{link(page)}">{escape(title_of(page))}</a> <span>{numbers}</span></th></tr>'
        f"{lines}</tbody>"
    )


def as_row(row, link):
    item, said = entry(row["key"]), describe(row)
    share = distance(item, row)
    words = apart(item, said).partition(": ")[0].replace(" error bars apart", " σ")
    where = f'<a href="{link(row["page"])}">{escape(item.quantity)}</a>'
    cells = (
        f'<td role="cell" data-label="ours">{escape(said.ours)}</td>'
        f'<td role="cell" data-label="theirs"><span>{item.provenance}</span> '
        f"{escape(said.theirs)}</td>"
        f'<td role="cell" data-label="apart">{escape(words)}</td>'
        f'<td role="cell" class="rg-ledger-bar">{as_bar(share, item.kind)}</td>'
    )
    return (
        f'<tr role="row" data-kind="{item.kind}" data-provenance="{item.provenance}" '
        f'data-far="{abs(share):.3f}"><th scope="row" role="rowheader">{where} '
        f'<span class="rg-ledger-source">{source(item)}</span></th>{cells}</tr>'
    )


def distance(item, row):
    """Ours minus theirs as a share of what the entry allows; beyond 1 is a known miss."""
    if item.kind == "statistical":
        return float(row["z"]) / item.sigmas
    allowed = item.tolerance if item.kind == "numerical" else item.bound
    off = float(row["ours"]) - item.value
    share = off / allowed if allowed else 0.0
    if abs(off) <= 5e-12 * abs(item.value):  # what is stored to twelve digits
        return 0.0
    return max(-1.0, min(1.0, share)) if item.kind == "numerical" else share


def as_bar(share, kind):
    """A line from the middle to where ours lies; an arrow at the end if it lies beyond."""
    middle, half = 60, 52
    at = middle + half * max(-1.0, min(1.0, share))
    ticks = [-1, -2 / 3, -1 / 3, 1 / 3, 2 / 3, 1] if kind == "statistical" else [-1, 1]
    marks = "".join(
        f'<path class="rg-bar-tick" d="M{middle + half * t:.1f} {3 if abs(t) == 1 else 5}V'
        f'{13 if abs(t) == 1 else 11}"/>'
        for t in ticks
    )
    if abs(share) > 1:
        way = 1 if share > 0 else -1
        end = f'<path class="rg-bar-miss" d="M{at:.1f} 3l{6 * way} 5l{-6 * way} 5z"/>'
    else:
        end = f'<circle class="rg-bar-dot" cx="{at:.1f}" cy="8" r="3.2"/>'
    return (
        '<svg viewBox="0 0 120 16" width="120" height="16" aria-hidden="true" focusable="false">'
        f'<path class="rg-bar-axis" d="M8 8H112M{middle} 2V14"/>{marks}'
        f'<path class="rg-bar-line" d="M{middle} 8H{at:.1f}"/>{end}</svg>'
    )


@cache
def title_of(page):
    """The title of a page of the book, from its source."""
    path = BOOK / f"{page}.ipynb"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    cells = json.loads(text)["cells"] if text else []
    words = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    found = re.search(r"(?m)^# (.+)$", words)
    return found[1].replace("$", "") if found else page
