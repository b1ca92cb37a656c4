"""Pages with one live figure, made of its own stored state and the book's bundle, as the book does.
"""

import json
from pathlib import Path

from ipywidgets.embed import embed_data

THEME = Path(__file__).resolve().parents[2] / "book" / "_theme"

PAGE = """<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>figure</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="rg-widgets.css">
<link rel="stylesheet" href="tokens.css">
<script src="rg-widgets.js" defer></script></head><body>
<div class="rgw-slot"><img class="rgw-still" alt="{alt}" src="data:image/png;base64,{png}">
<script type="application/vnd.jupyter.widget-view+json">{view}</script></div>
<div style="height: 3000px"></div>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
</body></html>"""

# In the page: the figure of `mount`, its model, its lattice.
FIGURE = "document.querySelector('.rgw').parentElement.figure"


def write_page(figure, folder):
    """`index.html` with the figure, and what it loads, in a folder."""
    for path in ("vendor/rg-widgets.js", "vendor/rg-widgets.css", "static/tokens.css"):
        source = THEME / path
        (folder / source.name).write_bytes(source.read_bytes())
    data = embed_data(views=[figure], drop_defaults=False)
    bundle, _ = figure._repr_mimebundle_()
    html = PAGE.format(
        alt=bundle["text/plain"],
        png=bundle["image/png"],
        view=json.dumps(data["view_specs"][0]),
        state=json.dumps(data["manager_state"]).replace("</", "<\\/"),
    )
    (folder / "index.html").write_text(html, encoding="utf-8")


def value(page, name):
    """A trait as the page has it."""
    return page.evaluate(f"{FIGURE}.model.get('{name}')")


def magnetization(page):
    return abs(page.evaluate(f"{FIGURE}.scene.lattice.magnetization()"))
