"""Sphinx extension: a `check` of the ledger becomes one line that names and links its source.

In a notebook a check is its printed line together with the same as data; the book shows what was
measured, the ledger's value with its provenance and source, and how far apart the two are. A value
that holds by construction is no evidence and stands back.
"""

import json
from html import escape

from rgcourse.reference import MIME, describe, entry


def setup(app):
    app.connect("source-read", show_checks)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def show_checks(app, docname, source):
    if MIME not in source[0]:
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            record = output.get("data", {}).get(MIME)
            if record is not None:
                output["data"] = {"text/html": as_line(record), "text/plain": as_text(record)}
    source[0] = json.dumps(notebook)


def as_line(record):
    """The check as HTML: quantity, ours, the ledger's value with its source, distance."""
    item, words = entry(record["key"]), describe(record)
    unit = "" if item.unit == "1" else f" {item.unit}"
    kind = " rg-check-self" if item.provenance == "by construction" else ""
    return (
        f'<div class="rg-check{kind}"><span class="rg-check-what">{escape(item.quantity)}</span> '
        f"<span>ours <b>{escape(words.ours + unit)}</b></span> "
        f'<span><span class="rg-check-word">{item.provenance}</span> '
        f"<b>{escape(words.theirs + unit)}</b> ({source(item)})</span> "
        f'<span class="rg-check-apart">{escape(apart(item, words))}</span></div>'
    )


def as_text(record):
    """The same for every form of the book that is not HTML."""
    item, words = entry(record["key"]), describe(record)
    unit = "" if item.unit == "1" else f" {item.unit}"
    return (
        f"{item.quantity}: ours {words.ours}{unit}, {item.provenance} {words.theirs}{unit} "
        f"({item.citation}), {apart(item, words)}"
    )


def source(item):
    """The citation, linked where the cited work has the number; else the paper of the method."""
    if item.url:
        return f'<a href="{item.url}">{escape(item.citation)}</a>'
    if item.method_url:
        return f'{escape(item.citation)}, <a href="{item.method_url}">the method</a>'
    return escape(item.citation)


def apart(item, words):
    """How far ours lies from the ledger's value, in the terms of the entry's kind."""
    if item.kind == "statistical":
        return words.apart.replace("sigma", "error bars apart")
    return words.apart
