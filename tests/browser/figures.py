"""A live figure in a page of its own, what the tests ask of it, and the browser from the tools."""

import base64
import sys
from pathlib import Path

import numpy as np
from ipywidgets.embed import embed_data

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from chromium import FLAGS, chromium  # noqa: E402
from figure_page import figure_page, write_bundle  # noqa: E402

__all__ = ["FLAGS", "chromium", "write_bundle", "write_page"]

# In the page: the figure of `mount`, its model, its lattice.
FIGURE = "document.querySelector('.rgw').parentElement.figure"


def write_page(figure, path):
    """A page with the figure."""
    models = embed_data(views=[figure], drop_defaults=False)["manager_state"]["state"]
    path.write_text(figure_page(models, figure.model_id), encoding="utf-8")


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


def pixel_at(page, plot, x, y, reach=0):
    """(r, g, b) of a plot's canvas at a point of the data; with `reach`, the most opaque of the
    pixels around it. Nothing drawn there gives (0, 0, 0, 0) as `colour(page, "none")`.
    """
    pixels = page.evaluate(
        f"""([x, y, reach]) => {{
          const plot = {FIGURE}.scene.{plot};
          const at = (v) => Math.floor(v * devicePixelRatio); // the pixel that holds the point
          const [px, py] = [at(plot.across(x)), at(plot.up(y))];
          const n = 2 * reach + 1;
          const pen = plot.canvas.getContext("2d");
          return [...pen.getImageData(px - reach, py - reach, n, n).data];
        }}""",
        [float(x), float(y), reach],
    )
    r, g, b, a = max(
        (tuple(pixels[i : i + 4]) for i in range(0, len(pixels), 4)), key=lambda p: p[3]
    )
    return (r, g, b) if a > 60 else (0, 0, 0, 0)


def view_pixel(page, view, row, column, side):
    """(r, g, b) in the middle of one cell, of side x side, of the scene's view of that number."""
    pixel = page.evaluate(
        f"""([row, column]) => {{
          const {{ canvas }} = {FIGURE}.scene.views[{view}];
          const at = (cell) => Math.floor(((cell + 0.5) * canvas.width) / {side});
          return [...canvas.getContext("2d").getImageData(at(column), at(row), 1, 1).data];
        }}""",
        [row, column],
    )
    return tuple(pixel[:3])


def colour(page, name):
    """(r, g, b) of a colour of the palette in the page's theme; "none" is a pixel left alone."""
    if name == "none":
        return (0, 0, 0, 0)
    value = page.evaluate(f"{FIGURE}.scene.colour('{name}')")
    return tuple(int(value[i : i + 2], 16) for i in (1, 3, 5))


def ticks(page, plot):
    """The numbers at which a plot has ticks on its x axis, read from the pixels below it."""
    return page.evaluate(
        f"""() => {{
          const plot = {FIGURE}.scene.{plot};
          const at = (v) => Math.round(v * devicePixelRatio);
          const row = at(plot.up(plot.y.low) + 2.5);
          const {{ width }} = plot.canvas;
          const {{ data }} = plot.canvas.getContext("2d").getImageData(0, row, width, 1);
          const inked = Array.from({{ length: width }}, (_, x) => data[4 * x + 3] > 60);
          const starts = inked.flatMap((on, x) => (on && !inked[x - 1] ? [x] : []));
          const [low, high] = [plot.across(plot.x.low), plot.across(plot.x.high)];
          const shares = starts.map((x) => ((x + 0.5) / devicePixelRatio - low) / (high - low));
          return shares.filter((share) => share > -0.02).map((share) => plot.x.at(share));
        }}"""
    )


# A clock that ticks as fast as it can: a run that takes seconds on the screen is over at once.
HURRY = """
window.requestAnimationFrame = (tick) => setTimeout(() => tick(performance.now()), 0);
window.cancelAnimationFrame = (asked) => clearTimeout(asked);
"""
