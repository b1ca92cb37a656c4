"""Sphinx extension: live figures and mathematics served by the book itself, without kernel or CDN.

What it does, and why it is not in `_config.yml`:

* puts the vendored widget manager and MathJax into `_static` and points myst-nb and Sphinx at
  them (Jupyter Book loads every script of a configured static folder on every page; added here,
  the manager is loaded by pages that have widgets, and by no other);
* gives the widgets stored in a notebook their current JavaScript, which notebooks do not carry;
* shows beside each widget its still image, for print, for pages without JavaScript, and until
  the widget is alive;
* loads the landing page's lattice where a page has one;
* keeps sphinx-thebe off the pages: nobody uses it here.
"""

import hashlib
import json
import shutil
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

HERE = Path(__file__).parent
VENDOR = HERE / "vendor"
STATIC = HERE / "static"
LIVE = HERE / "live"
WIDGETS = HERE.parents[1] / "rgcourse" / "widgets"

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
STILL = "image/png"

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
    config.mathjax_path = "mathjax/tex-mml-chtml.js"
    config.nb_ipywidgets_js = {"rg-widgets.js": {"defer": "defer"}}
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
    """The landing page's script, its still, and the modules it shares with the widgets."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", "live")
    target.mkdir(parents=True, exist_ok=True)
    shared = [WIDGETS / "js" / "wasm.js", WIDGETS / "js" / "lattice.js", WIDGETS / "ising.wasm"]
    for path in [*filter(Path.exists, shared), *LIVE.glob("*.*")]:
        shutil.copy(path, target)


def give_widgets_their_scripts(app, docname, source):
    if not app.env.doc2path(docname).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    stored = notebook.get("metadata", {}).get("widgets", {}).get(WIDGET_STATE, {})
    if not stored:
        return
    from rgcourse import widgets  # brings numba: only when a page needs it

    for model in stored.get("state", {}).values():
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
        for bundle in list(self.document.findall(is_bundle)):
            parts = {part["mime_type"]: part for part in bundle.children}
            if WIDGET_VIEW not in parts:
                continue
            slot = nodes.container(classes=["rgw-slot"])
            if STILL in parts:
                still = next(parts[STILL].findall(nodes.image))
                words = parts.get("text/plain")
                still["alt"] = words.astext() if words is not None else ""
                still["classes"] = ["rgw-still"]
                slot += still
            slot += parts[WIDGET_VIEW].children
            bundle.replace_self(slot)


def is_bundle(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"


def choose_scripts(app, pagename, templatename, context, doctree):
    # sphinx-thebe has named its style sheet before it could be unhooked; it is never copied.
    # (In place: the builder adds to this very list.)
    styles = context["css_files"]
    styles[:] = [style for style in styles if "sphinx-thebe" not in str(style)]
    body = context.get("body") or ""
    if WIDGET_VIEW in body:
        app.add_css_file("rg-widgets.css", priority=150)  # the theme and the widgets win over it
    if 'class="rg-hero' in body:
        app.add_js_file("live/hero.js", type="module")
