"""Sphinx extension: the second names of pages, under the titles that say what the reader does.

They are declared in `book/names.toml`, once, and shown in the list of contents and at "previous"
and "next"; `<meta name="rg-second-name">` has a page's own, and `second_name(docname)` any.
"""

import functools
import html
import re
import tomllib
from pathlib import Path

NAMES = Path(__file__).resolve().parents[1] / "names.toml"
STYLE_SHEET = "names.css"
LINK = re.compile(r'(<a class="(?:current )?reference internal" href="([^"]*)">)(.*?)(</a>)', re.S)


def setup(app):
    app.connect("config-inited", dress, priority=460)
    # After the theme has made the functions that write the lists.
    app.connect("html-page-context", add_names, priority=950)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def dress(app, config):
    config.html_css_files.append((STYLE_SHEET, {"priority": 620}))


@functools.cache
def second_names():
    """All second names: {docname: name}."""
    return dict(_leaves(tomllib.loads(NAMES.read_text(encoding="utf-8"))))


def _leaves(table, path=()):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        else:
            yield "/".join((*path, key)), value


def second_name(docname):
    """What others call the subject of a page; "" where the file has no name for it."""
    return second_names().get(docname, "")


def line(docname):
    """The second name as a line of its own inside a link, or nothing."""
    name = html.escape(second_name(docname))
    return f' <span class="rg-second">{name}</span>' if name else ""


def add_names(app, pagename, templatename, context, doctree):
    name = second_name(pagename)
    if name:
        context["metatags"] = (
            context.get("metatags", "")
            + f'\n    <meta name="rg-second-name" content="{html.escape(name)}" />'
        )
    addresses = {app.builder.get_relative_uri(pagename, doc): doc for doc in second_names()}
    addresses["#"] = pagename
    root = second_name(app.config.root_doc)
    if root:  # the title of the book stands above the list already
        context["root_title"] = html.escape(root)
    write_list = context.get("generate_toctree_html")
    if write_list:
        context["generate_toctree_html"] = lambda *a, **kw: named(write_list(*a, **kw), addresses)
    for side in ("prev", "next"):
        if context.get(side):
            docname = addresses.get(context[side]["link"], "")
            context[side] = context[side] | {"title": context[side]["title"] + line(docname)}


def named(contents, addresses):
    """A list of contents with the second names; `addresses` says which link leads to which page."""
    return LINK.sub(
        lambda found: found[1] + found[3].strip() + line(addresses.get(found[2], "")) + found[4],
        str(contents),
    )
