"""Sphinx extension: the look of the book, on top of the theme that Jupyter Book brings.

Adds the style sheets, the page templates and the few theme options that need saying, and keeps a
margin note together with the paragraph it belongs to.
"""

from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

HERE = Path(__file__).parent

# Later files may override earlier ones.
STYLE_SHEETS = (
    "tokens.css", "type.css", "theme.css", "content.css", "landing.css", "bets.css", "find.css",
    "ledger.css", "place.css", "story.css", "code.css", "phone.css", "print.css",
)  # fmt: skip

# In this order, each after the page is parsed; `keep.js` is what the others remember with.
SCRIPTS = (
    "keep.js", "theme.js", "story.js", "place.js", "bets.js", "find.js", "found.js", "terms.js",
)  # fmt: skip
# On the pages alone that have what they are for, by a class of it.
SCRIPTS_OF_A_CLASS = {"rg-ledger-box": "ledger.js", "rg-claims": "claims.js"}

THEME_OPTIONS = {
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "secondary_sidebar_items": [],
    "back_to_top_button": False,
    "search_bar_text": "Search the book",
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    # Who wrote it and how it is cited: see citation.py.
    "footer_content_items": ["colophon.html"],
}


def setup(app):
    # After live_book, which serves the folder of our style sheets.
    app.connect("config-inited", dress, priority=450)
    app.connect("html-page-context", mend_roles)
    app.connect("html-page-context", add_scripts)
    app.add_post_transform(KeepNotesWithText)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def add_scripts(app, pagename, templatename, context, doctree):
    for name, script in SCRIPTS_OF_A_CLASS.items():
        if name in (context.get("body") or ""):
            app.add_js_file(script, defer="defer")


def dress(app, config):
    static = str(HERE / "static")
    if static not in config.html_static_path:
        config.html_static_path.append(static)
    others = [style for style in config.html_css_files if style not in STYLE_SHEETS]
    # After the style sheets that extensions bring, which have priority 500.
    ours = [(style, {"priority": 600 + i}) for i, style in enumerate(STYLE_SHEETS)]
    config.html_css_files = others + ours
    config.html_js_files += [(script, {"defer": "defer"}) for script in SCRIPTS]
    config.templates_path.insert(0, str(HERE / "templates"))
    config.html_theme_options.update(THEME_OPTIONS)
    config.html_context.setdefault("default_mode", "auto")
    # With its menu MathJax makes every formula, each K in the text, a stop of the Tab key.
    config.mathjax3_config = {"options": {"enableMenu": False}} | (config.mathjax3_config or {})


def mend_roles(app, pagename, templatename, context, doctree):
    # docutils gives the items of a list a role that ARIA has withdrawn; readers then see no items.
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


class KeepNotesWithText(SphinxPostTransform):
    """Margin notes and the block that follows them become one unit.

    In a wide window the notes stand beside the block; in a narrow one they fold under it, which
    style sheets can only do when the two share a box.
    """

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs):
        for note in list(self.document.findall(is_margin_note)):
            parent = note.parent
            here = parent.index(note)
            if "rg-noted" in parent.get("classes", []):
                continue
            there = here
            while there < len(parent) and is_margin_note(parent[there]):
                there += 1
            if there == len(parent) or isinstance(parent[there], nodes.section):
                continue  # nothing follows: the notes already stand under their text
            unit = nodes.container(classes=["rg-noted"], is_div=True)
            unit.extend(parent[here : there + 1])
            parent[here : there + 1] = [unit]


def is_margin_note(node):
    return isinstance(node, nodes.sidebar) and "margin" in node.get("classes", [])
