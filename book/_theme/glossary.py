"""Sphinx extension: the glossary, its definitions in the running text, and the index.

* `{glossary-terms}` becomes the list of all terms of `reference/glossary.toml`.
* The first mention of a term in the prose of a page links to its definition, which a script shows
  in a small box; without scripts it is a link. Not in headings, boxes, tables, captions or code,
  not on the page that teaches the term, and not more than a page bears.
* The index of the book, which would be empty, lists each term with its definition, the page that
  teaches it and those that name it in a heading.
"""

import re
from html import escape

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from terms import PAGE, PATH, anchor, by_form, pattern, teacher, terms

MOST = 10  # marked words a page
# Where a reader reads on: parts with prose. The landing page and the guides stay unmarked.
READ = re.compile(r"book/(notation$|zooming_out/|fields/|kondo/|learning/|reference/performance$)")
PROSE = {nodes.section, nodes.list_item, nodes.bullet_list, nodes.enumerated_list}
NAMES = {"physics": "of physics", "learning": "of machine learning", "both": "of both languages"}
OTHER = {"physics": "In learning", "learning": "In physics", "both": "In the other language"}


def setup(app):
    app.add_directive("glossary-terms", GlossaryTerms)
    app.add_transform(IndexTerms)
    app.add_post_transform(MarkTerms)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


# --- the page ----------------------------------------------------------------------------------


class GlossaryTerms(SphinxDirective):
    """All terms as a list of definitions, each a target of links."""

    def run(self):
        self.env.note_dependency(str(PATH))
        listed = nodes.definition_list(classes=["rg-glossary"])
        listed.extend(self.item(term) for term in terms())
        return [listed]

    def item(self, term):
        head = nodes.term("", "", nodes.Text(term["name"]), ids=[anchor(term)])
        if "symbol" in term:
            head += [nodes.Text(" "), nodes.math("", term["symbol"])]
        body = nodes.definition("", nodes.paragraph("", term["text"]))
        also = [name for name in term.get("also", []) if name.lower() != term["name"].lower()]
        if also:
            words = "Also: " + ", ".join(also) + "."
            body += nodes.paragraph("", words, classes=["rg-glossary-also"])
        if "other" in term:
            label = nodes.strong("", OTHER[term["side"]] + ". ")
            other = nodes.paragraph("", "", label, classes=["rg-glossary-other"])
            other += linked(term["other"], but=term)
            body += other
        title = addnodes.pending_xref(
            "", nodes.inline("", ""), refdomain="std", reftype="doc", refexplicit=False,
            reftarget="/" + teacher(term), refdoc=self.env.docname, refwarn=True,
        )  # fmt: skip
        taught = nodes.Text(f"A word {NAMES[term['side']]}, taught in ")
        body += nodes.paragraph("", "", taught, title, classes=["rg-glossary-page"])
        return nodes.definition_list_item("", head, body)


def linked(text, but):
    """The text with links to the terms that it mentions, each once."""
    others = [term for term in terms() if term is not but]
    known, found, parts, end = by_form(others), set(), [], 0
    for match in pattern(others).finditer(text):
        term = known[words_of(match)]
        if term["name"] in found:
            continue
        found.add(term["name"])
        parts.append(nodes.Text(text[end : match.start()]))
        parts.append(nodes.reference("", match[0], internal=True, refuri="#" + anchor(term)))
        end = match.end()
    return [*parts, nodes.Text(text[end:])]


def words_of(match):
    """What `by_form` knows the match as."""
    return re.sub(r"\s+", " ", match[1].lower())


# --- in the text -------------------------------------------------------------------------------


class MarkTerms(SphinxPostTransform):
    """The first mention of each term in a page's prose becomes a link to its definition."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        docname = self.env.docname
        if not READ.match(docname):
            return
        wanted = [term for term in terms() if not term.get("quiet") and teacher(term) != docname]
        home = self.app.builder.get_relative_uri(docname, PAGE)
        known, find, seen = by_form(wanted), pattern(wanted), set()
        for paragraph in list(self.document.findall(nodes.paragraph)):
            if is_prose(paragraph):
                for text in [child for child in paragraph if isinstance(child, nodes.Text)]:
                    mark(text, find, known, seen, home)

    def apply(self, **kwargs):
        if PAGE in self.env.found_docs:  # a book of tests may have no glossary
            super().apply(**kwargs)


def is_prose(paragraph):
    """Whether it is read as running text, and is not the head of a page, which says what one
    learns."""
    if re.match(r"\s*You\s+(will|need)\b", paragraph.astext()):
        return False
    node = paragraph.parent
    while node is not None and not isinstance(node, nodes.document):
        noted = isinstance(node, nodes.container) and "rg-noted" in node.get("classes", [])
        if not (type(node) in PROSE or noted):
            return False
        node = node.parent
    return True


def mark(text, find, known, seen, home):
    """Put links into one piece of text, for terms that were not `seen` before."""
    words, parts, end = text.astext(), [], 0
    for match in find.finditer(words):
        term = known[words_of(match)]
        if term["name"] in seen or len(seen) >= MOST:
            continue
        seen.add(term["name"])
        parts.append(nodes.Text(words[end : match.start()]))
        parts.append(nodes.raw("", as_link(term, match[0], home), format="html"))
        end = match.end()
    if parts:
        text.parent.replace(text, [*parts, nodes.Text(words[end:])])


def as_link(term, words, home):
    """The link, with what the script shows beside it."""
    other = f"{OTHER[term['side']]}: {term['other']}" if "other" in term else ""
    data = {"term": term["name"], "text": term["text"], "other": other}
    carried = "".join(f' data-{key}="{escape(value)}"' for key, value in data.items() if value)
    return f'<a class="rg-term" href="{home}#{anchor(term)}"{carried}>{escape(words)}</a>'


# --- the index ---------------------------------------------------------------------------------


class IndexTerms(SphinxTransform):
    """Entries of the index: where a term is defined, taught, and named in a heading."""

    default_priority = 500  # before the domains collect them

    def apply(self, **kwargs):
        docname = self.env.docname
        if docname == PAGE:
            for item in self.document.findall(nodes.definition_list_item):
                target = next((i for i in item[0].get("ids", []) if i.startswith("term-")), "")
                if target:
                    enter(item[0], item[0][0].astext(), target, "main")
            return
        if not READ.match(docname):
            return
        sections = [s for s in self.document.findall(nodes.section) if s.get("ids")]
        for term in terms():
            named = [s for s in sections if names(s, term)]
            if not named and teacher(term) == docname:
                named = sections[:1]
            for section in named[:1]:
                title = next(sections[0].findall(nodes.title)).astext()
                enter(section, f"{term['name']}; {title}", section["ids"][0])


def names(section, term):
    """Whether the heading of the section has the term."""
    title = next((child for child in section if isinstance(child, nodes.title)), None)
    return title is not None and bool(pattern([term]).search(title.astext()))


def enter(node, words, target, main=""):
    """Add an entry of the index to a section or a term of the glossary."""
    entry = addnodes.index(entries=[("single", words, target, main, None)])
    place = node if isinstance(node, nodes.section) else node.parent.children[1]
    place.insert(1 if isinstance(node, nodes.section) else 0, entry)
