"""Still images and sentences of a page's live figures, taken from the figures themselves.

What print and a page without JavaScript show of a figure is its first frame, or what it comes to
where that shows little (`exhibit` of its scene): its stored state is mounted in Chromium by the
script of the book, at rest, and its stage photographed in both themes
at twice the resolution of the screen. The pictures go into book/images/stills; a smaller one, for
those who read the notebook elsewhere, and the sentence that the figure says of itself to a screen
reader go into the notebook, beside the view.
"""

import base64
import functools
import http.server
import io
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

from chromium import FLAGS, chromium
from figure_page import figure_page, write_bundle
from PIL import Image
from playwright.async_api import async_playwright

from rgcourse._palette import DARK, LIGHT

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "book" / "images" / "stills"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SIZE = {
    "width": 760,
    "height": 1000,
}  # of the window: the stage is then as wide as a column of text
SHARPNESS = 2  # pixels of the picture for one of the screen
BLENDS = (1.0, 0.75, 0.5, 0.25)  # of a colour of the palette with the paper: edges of lines
WITH_FONTS = """async () => {
  await Promise.all(["400 12px Inter", "550 12px Inter"].map((font) => document.fonts.load(font)));
  const { figure } = document.querySelector("figure.rgw").parentElement;
  figure.scene.exhibit();
  figure.scene.resize();
  figure.refresh();
}"""


def still_path(page, number, theme, folder=FOLDER):
    """Where the picture of the page's figure of that number is, counted from 1."""
    return folder / f"{page}-{number}-{theme}.webp"


def palette(tokens):
    """A palette image: the colours of a theme, and what lies between each and the papers."""
    colours = {
        name: [int(value[i : i + 2], 16) for i in (1, 3, 5)] for name, value in tokens.items()
    }
    pairs = [(name, paper) for name in colours for paper in ("bg", "surface")] + [("up", "down")]
    flat = []
    for name, paper in pairs:
        for share in BLENDS:
            both = zip(colours[name], colours[paper], strict=True)
            flat += [round(share * a + (1 - share) * b) for a, b in both]
    image = Image.new("P", (1, 1))
    image.putpalette(flat)
    return image


def with_few_colours(image, theme):
    """An image in the colours of its theme."""
    few = palette(LIGHT if theme == "light" else DARK)
    return image.quantize(palette=few, dither=Image.Dither.NONE)


@contextmanager
def served():
    """(folder, its address): whatever is put there, a browser can load."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with tempfile.TemporaryDirectory() as folder:
        write_bundle(Path(folder))
        handler = functools.partial(Quiet, directory=folder)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield Path(folder), f"http://127.0.0.1:{server.server_port}"
            server.shutdown()


async def photograph(browser, address):
    """(image, words) of the figure at an address, before it has moved."""
    options = {"viewport": SIZE, "device_scale_factor": SHARPNESS, "reduced_motion": "reduce"}
    page = await browser.new_page(**options)
    try:
        await page.goto(address)
        stage = page.locator("figure.rgw .rgw-stage")
        await stage.wait_for()
        await page.evaluate(WITH_FONTS)
        png = await stage.screenshot(animations="disabled")
        words = await stage.get_attribute("aria-label")
    finally:
        await page.close()
    return Image.open(io.BytesIO(png)).convert("RGB"), words


def small_png(image):
    """An image at the resolution of the screen, in its sixteen commonest colours, as base64 PNG."""
    few = with_few_colours(image.reduce(SHARPNESS), "light").convert("RGB")
    common = sorted(few.getcolors(few.width * few.height), reverse=True)[:16]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in common for part in colour])
    data = io.BytesIO()
    few.quantize(palette=palette, dither=Image.Dither.NONE).save(data, format="png", optimize=True)
    return base64.b64encode(data.getvalue()).decode()


async def take_stills(models, shown):
    """{model id: (light image, dark image, words)} of the figures among the stored models."""
    ours = [m for m in shown if "spec" in models[m]["state"]]
    if not ours:
        return {}
    stills = {}
    with served() as (folder, address):
        async with async_playwright() as playwright:
            path = chromium(playwright)
            browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
            for model in ours:
                pictures = []
                for theme in ("light", "dark"):
                    name = f"{model}-{theme}.html"
                    (folder / name).write_text(figure_page(models, model, theme=theme), "utf-8")
                    pictures.append(await photograph(browser, f"{address}/{name}"))
                (light, words), (dark, _) = pictures
                stills[model] = light, dark, f"{models[model]['state']['title']} {words}"
            await browser.close()
    return stills


async def add_stills(views, models, name, folder=FOLDER):
    """Put small stills and words into the outputs that show figures; the large stills on disk."""
    stills = await take_stills(models, [view.data[WIDGET_VIEW]["model_id"] for view in views])
    for old in folder.glob(f"{name}-[0-9]*-*.webp"):
        old.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    for number, view in enumerate(views, start=1):
        model = view.data[WIDGET_VIEW]["model_id"]
        if model not in stills:
            continue
        light, dark, words = stills[model]
        view.data["image/png"], view.data["text/plain"] = small_png(light), words
        for theme, picture in (("light", light), ("dark", dark)):
            picture = with_few_colours(picture, theme).convert("RGB")
            picture.save(still_path(name, number, theme, folder), lossless=True, method=6)
