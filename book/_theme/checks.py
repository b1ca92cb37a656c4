"""Sphinx extension: a `check` of the ledger becomes one line that names and links its source.

In a notebook a check is its printed line together with the same as data; the book shows what was
measured, what was published where, and how far apart the two are.
"""

import json
from html import escape

from rgcourse.reference import MIME, entry
from rgcourse.statistics import Estimate


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
                output["data"] = {"text/html": as_line(record)}
    source[0] = json.dumps(notebook)


def as_line(record):
    """The check as HTML: quantity, ours, published with its source, distance."""
    item = entry(record["key"])
    unit = "" if item.unit == "1" else f" {item.unit}"
    ours = f"{record['ours']:.12g}"
    if "error" in record:
        ours = str(Estimate(record["ours"], record["error"]))
    return (
        f'<div class="rg-check"><span class="rg-check-what">{escape(item.quantity)}</span> '
        f"<span>ours <b>{escape(ours + unit)}</b></span> "
        f"<span>published <b>{escape(item.published + unit)}</b> "
        f'(<a href="{item.url}">{escape(item.citation)}</a>)</span> '
        f'<span class="rg-check-apart">{escape(apart(item, record))}</span></div>'
    )


def apart(item, record):
    """How far ours lies from the published value, in the terms of the entry's kind."""
    if item.kind == "statistical":
        return f"{record['z']:+.1f} error bars apart"
    if item.kind == "numerical":
        return f"equal within {item.tolerance:g}"
    return f"off by {record['ours'] - item.value:+.2g}, a known approximation"
