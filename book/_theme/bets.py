"""Sphinx extension: the bets of a page, what answers them, and the slip that lists them all.

A bet is an admonition of class `predict` with a list of answers *(a)*, *(b)*, ... Where the text
answers it, once on the page, stands a `{div}` of the classes `verdict` and `answer-c`; with
several right answers `answer-b-c`. The first verdict belongs to the first bet, and so on. Both are
plain text; `static/bets.js` lets the reader bet. A `{div}` of class `rg-slip` becomes a table of
all bets of the book.
"""

import re
from html import escape

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

LETTER = re.compile(r"\(([a-z])\)")
RIGHT = re.compile(r"answer((?:-[a-z])+)$")
COLUMNS = ("Page", "Bet", "Your answer", "It was", "When")

logger = logging.getLogger(__name__)


def setup(app):
    app.connect("doctree-read", note_bets)
    app.connect("env-purge-doc", forget_bets)
    app.connect("env-merge-info", merge_bets)
    app.add_post_transform(WriteSlip)
    return {"version": "1.0", "env_version": 1, "parallel_read_safe": True}


def bets_of(env):
    """{page: (title, right letters) of its bets}."""
    if not hasattr(env, "rg_bets"):
        env.rg_bets = {}
    return env.rg_bets


def forget_bets(app, env, docname):
    bets_of(env).pop(docname, None)


def merge_bets(app, env, docnames, other):
    bets_of(env).update({name: bets_of(other)[name] for name in docnames if name in bets_of(other)})


def has(node, kind, name):
    return isinstance(node, kind) and name in node.get("classes", [])


def note_bets(app, doctree):
    """Number bets and verdicts of a page, and warn where they do not fit one another."""
    page = app.env.docname
    bets = list(doctree.findall(lambda node: has(node, nodes.admonition, "predict")))
    verdicts = list(doctree.findall(lambda node: has(node, nodes.container, "verdict")))
    for complaint in complaints(bets, verdicts):
        logger.warning("%s", complaint, location=page)
    for n, bet in enumerate(bets, 1):
        bet["ids"].append(f"bet-{n}")
    for n, verdict in enumerate(verdicts, 1):
        verdict["ids"].append(f"verdict-{n}")
    if bets:
        pairs = zip(bets, verdicts, strict=False)
        bets_of(app.env)[page] = [(bet[0].astext(), right_letters(v)) for bet, v in pairs]


def complaints(bets, verdicts):
    """What a page should be told about its bets."""
    if len(bets) != len(verdicts):
        yield (
            f"{len(bets)} admonitions of class predict and {len(verdicts)} verdicts: each bet is "
            "answered once, by a {div} of the classes verdict and, say, answer-c"
        )
    for bet, verdict in zip(bets, verdicts, strict=False):
        offered = [letter_of(item) for item in bet.findall(nodes.list_item)]
        right = right_letters(verdict)
        if not right or not set(right) <= set(offered):
            yield f"the verdict on {bet[0].astext()!r} names {right}, its answers are {offered}"


def letter_of(item):
    """The letter of an answer, "" without one."""
    found = LETTER.match(item.astext().strip())
    return found[1] if found else ""


def right_letters(verdict):
    """The letters in the class of a verdict."""
    found = [RIGHT.match(name) for name in verdict["classes"]]
    return [letter for match in found if match for letter in match[1].split("-") if letter]


class WriteSlip(SphinxPostTransform):
    """Put the table of all bets where a page asks for it, for scripts to fill in."""

    default_priority = 250
    formats = ("html",)

    def run(self, **kwargs):
        here = self.env.docname
        for place in self.document.findall(lambda node: has(node, nodes.container, "rg-slip")):
            rows = "".join(self.row(here, page, n) for page, n in self.all_bets())
            heads = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
            table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
            place += nodes.raw("", table, format="html")

    def all_bets(self):
        """(page, number of the bet) in the order of the book."""
        pages = bets_of(self.env)
        known = [name for name in self.env.found_docs if name in pages]
        order = {name: place for place, name in enumerate(reading_order(self.env))}
        for page in sorted(known, key=lambda name: (order.get(name, len(order)), name)):
            yield from ((page, n) for n in range(1, len(pages[page]) + 1))

    def row(self, here, page, n):
        address = self.app.builder.get_relative_uri(here, page)
        title = escape(self.env.titles[page].astext())
        bet, right = bets_of(self.env)[page][n - 1]
        link = f'<a href="{address}#bet-{n}">{title}</a>'
        return (
            f'<tr data-bet="{page}#{n}" data-right="{"".join(right)}">'
            f"<td>{link}</td><td>{escape(bet)}</td><td></td><td></td><td></td></tr>"
        )


def reading_order(env):
    """The pages as the table of contents has them."""
    seen = []

    def visit(page):
        if page in seen:
            return
        seen.append(page)
        for below in env.toctree_includes.get(page, []):
            visit(below)

    visit(env.config.root_doc)
    return seen
