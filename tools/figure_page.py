"""A page with one live figure, made of its stored state and the book's script as the book does."""

import html
import json
from pathlib import Path

from rgcourse.widgets._front import style

THEME = Path(__file__).resolve().parents[1] / "book" / "_theme"
FILES = ("vendor/rg-figures.js", "static/tokens.css", "static/type.css", "static/late.css")

PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>figure</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="tokens.css">
<link rel="stylesheet" href="type.css"><link rel="stylesheet" href="late.css"><style>{style}</style>
<script src="rg-figures.js" defer></script></head><body>
<div class="rgw-slot"><img class="rgw-still" alt="{alt}" width="400" height="200" src="{still}">
<script type="application/vnd.jupyter.widget-view+json">{view}</script></div>
<div style="height: 3000px"></div>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
</body></html>"""
STILL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def write_bundle(folder):
    """What pages with a figure load, into their folder."""
    for path in FILES:
        source = THEME / path
        (folder / source.name).write_bytes(source.read_bytes())
    (folder / "fonts").mkdir(exist_ok=True)
    for font in (THEME / "static" / "fonts").glob("*.woff2"):
        (folder / "fonts" / font.name).write_bytes(font.read_bytes())


def figure_page(models, model_id, *, theme="light"):
    """The page of one of some stored models, {id: {"state": ..., ...}}, as HTML."""
    view = {"version_major": 2, "version_minor": 0, "model_id": model_id}
    state = {"version_major": 2, "version_minor": 0, "state": models}
    return PAGE.format(
        theme=theme,
        style=style(),
        alt=html.escape(models[model_id]["state"]["title"]),
        still=STILL,
        view=json.dumps(view),
        state=json.dumps(state).replace("</", "<\\/"),
    )
