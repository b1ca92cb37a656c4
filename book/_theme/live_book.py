"""Sphinx extension: live figures and mathematics served by the book itself, without kernel or CDN.

What it does, and why it is not in `_config.yml`:

* puts the vendored scripts and MathJax into `_static` and loads on each page what it needs, and no
  more: a script for each of its live figures; Jupyter's widget manager only where a page shows
  widgets of others, which then also get the current JavaScript of ours, for notebooks do not carry
  it;
* lets wait for the first live frame what can wait (`static/late.js`): MathJax, and some fonts;
* shows beside each figure its still image, for print, for pages without JavaScript, and until
  the figure is alive;
* keeps sphinx-thebe off the pages: nobody uses it here.
"""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

HERE = Path(__file__).parent
VENDOR = HERE / "vendor"
STATIC = HERE / "static"
LIVE = HERE / "live"
BOOK = HERE.parent
WIDGETS = BOOK.parent / "rgcourse" / "widgets"
STILLS = BOOK / "images" / "stills"

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
STILL = "image/png"
OTHERS = "shows widgets of others"  # in the metadata of a page
FIGURES = "modules of the live figures that it shows"  # likewise

logger = logging.getLogger(__name__)


def setup(app):
    app.add_config_value("live_book_stamp", "", "env")
    # Before the other extensions read their configuration at the usual priority of 500.
    app.connect("config-inited", serve_from_static, priority=400)
    app.connect("builder-inited", copy_live)
    app.connect("source-read", give_widgets_their_scripts)
    # After myst-nb and the themes have added theirs.
    app.connect("html-page-context", choose_scripts, priority=900)
    app.add_post_transform(ShowStill)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def serve_from_static(app, config):
    silence_thebe(app)
    config.html_static_path += [str(VENDOR), str(STATIC)]
    config.html_favicon = str(LIVE / "favicon.svg")
    config.mathjax_path = "late.js"  # which loads it
    config.nb_ipywidgets_js = {}
    config.live_book_stamp = stamp()


def silence_thebe(app):
    """Unhook sphinx-thebe, which Jupyter Book always loads: it names another host on every page,
    and declares its constants twice, which is an error in the console."""
    for listeners in app.events.listeners.values():
        for listener in list(listeners):
            if listener.handler.__module__ == "sphinx_thebe":
                app.disconnect(listener.id)


def stamp():
    """A hash of all that pages load: when it changes, pages are read and files copied again."""
    digest = hashlib.sha256()
    for folder in (WIDGETS, LIVE, STATIC, VENDOR):
        for path in sorted(folder.rglob("*.*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()


def copy_live(app):
    """The front page's picture, and the figures' style sheet."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", "live")
    target.mkdir(parents=True, exist_ok=True)
    for path in [*LIVE.glob("*.webp"), *LIVE.glob("*.svg")]:
        shutil.copy(path, target)
    from rgcourse.widgets._front import style

    Path(app.outdir, "_static", "rg-figures.css").write_text(style(), encoding="utf-8")


def shows_others(models, shown):
    """Whether a page shows widgets that are not live figures of the course."""
    ids = [models.get(model, {}).get("state", {}).get("_anywidget_id", "") for model in shown]
    return not all(name.startswith("rgcourse.widgets.") for name in ids)


def modules_of(models, shown):
    """The modules of the live figures that a page shows, each once."""
    specs = [models.get(model, {}).get("state", {}).get("spec") for model in shown]
    return sorted({spec["module"] for spec in specs if spec})


def give_widgets_their_scripts(app, docname, source):
    if not os.fspath(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    stored = notebook.get("metadata", {}).get("widgets", {}).get(WIDGET_STATE, {})
    outputs = [o for cell in notebook["cells"] for o in cell.get("outputs", [])]
    views = [o["data"][WIDGET_VIEW] for o in outputs if WIDGET_VIEW in o.get("data", {})]
    models, shown = stored.get("state", {}), [view["model_id"] for view in views]
    app.env.metadata[docname][FIGURES] = modules_of(models, shown)
    if not shows_others(models, shown):
        return
    app.env.metadata[docname][OTHERS] = True
    from rgcourse import widgets

    for model in stored["state"].values():
        name = model["state"].get("_anywidget_id")
        if name is None:
            continue
        try:
            model["state"]["_esm"], model["state"]["_css"] = widgets.assets(name)
        except ValueError as error:
            logger.warning("%s", error, location=docname)
    source[0] = json.dumps(notebook)


class ShowStill(SphinxPostTransform):
    """A widget output that also holds an image is shown as both, the image first."""

    default_priority = 3  # before myst-nb chooses one of them, at 4
    formats = ("html",)

    def run(self, **kwargs):
        number = 0
        for bundle in list(self.document.findall(is_bundle)):
            parts = {part["mime_type"]: part for part in bundle.children}
            if WIDGET_VIEW not in parts:
                continue
            number += 1
            slot = nodes.container(classes=["rgw-slot"], ids=[f"figure-{number}"])
            words = parts.get("text/plain")
            alt = words.astext() if words is not None else ""
            slot += self.stills(number, alt) or self.stored(parts, alt)
            slot += parts[WIDGET_VIEW].children
            bundle.replace_self(slot)

    def stills(self, number, alt):
        """The pictures of the page's figure of that number in both themes, or nothing."""
        docname = self.env.docname
        found = []
        for theme in ("light", "dark"):
            path = still_file(docname, number, theme)
            if not path.exists():
                return []
            uri = path.relative_to(BOOK.parent).as_posix()
            self.env.images.add_file(docname, uri)
            classes = ["rgw-still", f"rgw-still-{theme}", "no-scaled-link"]
            width, height = picture_size(path)
            size = {"width": f"{width // 2}", "height": f"{height // 2}"}
            found.append(
                nodes.image(uri=uri, candidates={"*": uri}, alt=alt, classes=classes, **size)
            )
        return found

    def stored(self, parts, alt):
        """The picture that the notebook has beside a widget."""
        if STILL not in parts:
            return []
        still = next(parts[STILL].findall(nodes.image))
        still["alt"], still["classes"] = alt, ["rgw-still"]
        return [still]


def still_file(docname, number, theme):
    """Where the picture of a page's figure is, counted from 1."""
    return STILLS / f"{Path(docname).name}-{number}-{theme}.webp"


def picture_size(path):
    from PIL import Image

    with Image.open(path) as image:
        return image.size


def is_bundle(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"


def choose_scripts(app, pagename, templatename, context, doctree):
    # sphinx-thebe has named its style sheet before it could be unhooked; it is never copied.
    # (In place: the builder adds to this very list.)
    styles = context["css_files"]
    styles[:] = [style for style in styles if "sphinx-thebe" not in str(style)]
    body = context.get("body") or ""
    # Pictures far below come when the reader does; those of the other theme never.
    context["body"] = re.sub(r"<img (?!loading)", '<img loading="lazy" ', body)
    if WIDGET_VIEW in body:
        app.add_css_file("rg-figures.css", priority=550)
        if app.env.metadata.get(pagename, {}).get(OTHERS):
            app.add_css_file("rg-widgets.css", priority=150)  # theme and widgets win over it
            app.add_js_file("rg-widgets.js", defer="defer")
        else:
            for name in app.env.metadata.get(pagename, {}).get(FIGURES, []):
                app.add_js_file(f"figures/{name}.js", defer="defer")
    if not any("late.js" in str(script) for script in context["script_files"]):
        app.add_js_file("late.js", defer="defer")
