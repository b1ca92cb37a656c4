"""Sphinx extension: what a page knows of the book around it, for `static/place.js`.

Each page carries, as data, the pages of the book in their order: name, title, address from here,
and the routes that stop there, as its head line `*Route: physics, learning. 45 minutes; ...*` has
them.
"""

import json
import re

from names import second_name

ROUTES = ("physics", "learning", "teaching")
HEAD = re.compile(r"Routes?: (?P<routes>[\w, ]+)\. (?P<minutes>\d+) minutes; the page runs in ")
KEY = "routes that stop here"  # in the metadata of a page
DATA = "rg-book"  # the element's name


def setup(app):
    app.connect("doctree-read", note)
    app.connect("html-page-context", tell)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def routes_in(text):
    """The routes and the minutes that the text of a page tells at its head; ([], None) without."""
    found = HEAD.search(text)
    if not found:
        return [], None
    names = set(re.findall(r"\w+", found["routes"])) - {"and"}
    return [route for route in ROUTES if route in names], int(found["minutes"])


def note(app, doctree):
    app.env.metadata[app.env.docname][KEY] = routes_in(" ".join(doctree.astext().split()))


def tell(app, pagename, templatename, context, doctree):
    if doctree is None:
        return
    env = app.env
    book = []
    for name in env.collect_relations():
        routes, minutes = env.metadata.get(name, {}).get(KEY, ([], None))
        one = {"name": name, "title": env.titles[name].astext()}
        one |= {"second": second_name(name), "href": app.builder.get_relative_uri(pagename, name)}
        book.append(one | {"routes": routes, "minutes": minutes})
    data = json.dumps({"here": pagename, "pages": book}, separators=(",", ":"))
    data = data.replace("</", "<\\/")
    app.add_js_file(None, body=data, type="application/json", id=DATA)
