"""Pages with one live figure, made of its stored state and the book's bundle as the book does."""

import base64
import json
from pathlib import Path

import numpy as np
from ipywidgets.embed import embed_data

THEME = Path(__file__).resolve().parents[2] / "book" / "_theme"

PAGE = """<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>figure</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="rg-widgets.css">
<link rel="stylesheet" href="tokens.css">
<script src="rg-widgets.js" defer></script></head><body>
<div class="rgw-slot"><img class="rgw-still" alt="{alt}" width="400" height="200" src="{still}">
<script type="application/vnd.jupyter.widget-view+json">{view}</script></div>
<div style="height: 3000px"></div>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
</body></html>"""

# In place of the figure's own, which unit tests look at and the pages of the book carry.
STILL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="

# In the page: the figure of `mount`, its model, its lattice.
FIGURE = "document.querySelector('.rgw').parentElement.figure"


def write_bundle(folder):
    """What pages with a figure load, into their folder."""
    for path in ("vendor/rg-widgets.js", "vendor/rg-widgets.css", "static/tokens.css"):
        source = THEME / path
        (folder / source.name).write_bytes(source.read_bytes())


def write_page(figure, path):
    """A page with the figure."""
    data = embed_data(views=[figure], drop_defaults=False)
    html = PAGE.format(
        alt=figure.title,
        still=STILL,
        view=json.dumps(data["view_specs"][0]),
        state=json.dumps(data["manager_state"]).replace("</", "<\\/"),
    )
    path.write_text(html, encoding="utf-8")


def value(page, name):
    """A trait as the page has it."""
    return page.evaluate(f"{FIGURE}.model.get('{name}')")


def spins(page, lattice="lattice", level=0):
    """The spins of a lattice of the scene, or its block spins, as a flat int8 array."""
    text = page.evaluate(
        f"""() => {{
          const bytes = new Uint8Array({FIGURE}.scene.{lattice}.spins({level}));
          let text = "";
          for (let k = 0; k < bytes.length; k += 4096)
            text += String.fromCharCode(...bytes.subarray(k, k + 4096));
          return btoa(text);
        }}"""
    )
    return np.frombuffer(base64.b64decode(text), np.int8)


def magnetization(page):
    return abs(page.evaluate(f"{FIGURE}.scene.lattice.magnetization()"))


def readout(page, key):
    """A readout of the figure, with a plain minus sign."""
    return page.locator(f"output[data-key={key}]").inner_text().replace("\u2212", "-")


def verdict(page):
    """The line below the controls that says how things stand."""
    return page.locator(".rgw-tools [role=status]").inner_text().replace("\u2212", "-")


def words(page):
    """The state of the figure as a screen reader says it."""
    return page.get_by_role("img").get_attribute("aria-label")


def place_of(page, plot, x, y):
    """Where on the page a point of one of the scene's plots is."""
    plot = f"{FIGURE}.scene.{plot}"
    canvas = page.evaluate_handle(f"{plot}.canvas").as_element()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    across, up = page.evaluate(f"[{plot}.across({x}), {plot}.up({y})]")
    return box["x"] + across, box["y"] + up


# A clock that ticks as fast as it can: a run that takes seconds on the screen is over at once.
HURRY = "window.requestAnimationFrame = (tick) => setTimeout(() => tick(performance.now()), 0);"
