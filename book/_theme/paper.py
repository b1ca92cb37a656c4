"""Sphinx extension: the whole book on paper, through LaTeX, as `make pdf` makes it.

* A live figure becomes its still, and below it stands where the figure is alive: the address that
  `html: baseurl:` in `_config.yml` begins, if it has one.
* Vector figures and pictures of the web become what LaTeX can set: `rsvg-convert` and Pillow do it.
* HTML that a page writes itself becomes paragraphs and lists; what only a screen can use is left
  out.

Code that a page folds from the start, such as what asserts its sentences, is not on paper: the
notebooks have it.
"""

import subprocess
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from live_book import BOOK, WIDGET_VIEW, is_bundle, picture_size, still_file
from PIL import Image
from site_files import base
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.transforms.post_transforms.images import ImageConverter
from sphinx.util import logging

PREAMBLE = Path(__file__).parent / "paper.tex"
NAME = "zooming_out"
WIDTH = 450  # points that a line of text is long, as `paper.tex` has it
DOTS_PER_POINT = 2 * 4 / 3  # of a still, where it is as large as in the book on a screen
LONG = 25  # rows of a table that may not fit on a page
VECTOR, WEB = "image/svg+xml", "image/webp"
# Of what a page writes in HTML, what says nothing on paper.
SCREEN = "script, style, svg, figure, form, button, [hidden], .rg-strip, .rg-strip-caption, "
SCREEN += ".rg-front-links, .rg-map-legend"
BLOCKS = ("p", "li", "tr", "nav", "div", "ul", "ol", "table")

logger = logging.getLogger(__name__)


def setup(app):
    app.connect("config-inited", set_type, priority=300)  # before Jupyter Book adds its own
    # After Jupyter Book has named a class of its own, with wide lines and packages we do not need.
    app.connect("config-inited", lambda app, config: setattr(config, "latex_theme", "manual"), 900)
    app.add_post_transform(ShowStillOnPaper)
    app.add_post_transform(SayInText)
    app.add_post_transform(FitTables)
    app.add_post_transform(ForLaTeX)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def set_type(app, config):
    config.jblatex_load_imgconverter = False  # ours is below, and makes no pixels of lines
    config.jblatex_show_tocs = False
    # Pictures first, and vectors before pixels.
    config.nb_mime_priority_overrides = [
        *config.nb_mime_priority_overrides,
        ("latex", VECTOR, 15),
        ("latex", "text/latex", 5),
    ]
    config.latex_elements = {
        "papersize": "a4paper",
        "pointsize": "10pt",
        "fontpkg": "",
        "fncychap": "",
        "babel": r"\usepackage[english]{babel}",
        "extraclassoptions": "openany,oneside",
        "sphinxsetup": "verbatimwithframe=false, VerbatimColor={HTML}{F3F1EA}, "
        "TitleColor={HTML}{1D2430}, InnerLinkColor={HTML}{0F5A8A}, OuterLinkColor={HTML}{0F5A8A}, "
        "hmargin={25mm,25mm}, vmargin={25mm,28mm}",
        "preamble": PREAMBLE.read_text(encoding="utf-8"),
        **config.latex_elements,
    }


# --- live figures ---------------------------------------------------------------------------------


class ShowStillOnPaper(SphinxPostTransform):
    """A live figure is its still, and says where it is alive."""

    default_priority = 3  # before myst-nb chooses one format of each output, at 4
    formats = ("latex",)

    def run(self, **kwargs):
        # The builder has put all pages into one document: each counts its own figures.
        count = {}
        for bundle in list(self.document.findall(is_bundle)):
            parts = {part["mime_type"]: part for part in bundle.children}
            if WIDGET_VIEW not in parts:
                continue
            page = page_of(bundle, self.env)
            number = count[page] = count.get(page, 0) + 1
            path = still_file(page, number, "light")
            if not path.exists():
                logger.warning("figure %s has no still for paper", number, location=page)
                continue
            bundle.replace_self(self.on_paper(page, number, path))

    def on_paper(self, page, number, path):
        uri = path.relative_to(BOOK.parent).as_posix()
        self.env.images.add_file(page, uri)
        width = min(WIDTH, picture_size(path)[0] / DOTS_PER_POINT)
        picture = nodes.image(
            uri=uri, candidates={"*": uri}, align="center", width=f"{width:.0f}pt"
        )
        return [picture, where_alive(base(self.config), f"{page}.html#figure-{number}")]


def page_of(node, env):
    """The docname of the page that a node was read from."""
    # What the builder has put into one document still hangs on the documents of the pages.
    while node.parent is not None:
        node = node.parent
    return env.path2doc(node["source"])


def where_alive(start, address):
    """The line below a still; `start` is where the book is published, or ""."""
    line = nodes.paragraph("", classes=["rg-alive"])
    if start:
        words = nodes.reference("", "alive on the page", refuri=start + address)
        line += nodes.emphasis("", "This figure is ", words, nodes.Text("."))
    else:
        line += nodes.emphasis("", "In the book on a screen this figure is alive.")
    return line


# --- HTML of pages --------------------------------------------------------------------------------


class SayInText(SphinxPostTransform):
    """Blocks of HTML in a page become text; of HTML inside a line, the words are there already."""

    default_priority = 8
    formats = ("latex",)

    def run(self, **kwargs):
        for raw in list(self.document.findall(nodes.raw)):
            if "html" in raw["format"] and not isinstance(raw.parent, nodes.TextElement):
                here = raw.parent.index(raw)  # `replace_self` would pass its classes on
                raw.parent[here : here + 1] = in_text(raw.astext())


def in_text(html):
    """Paragraphs, and one list where there are items, of what a piece of HTML says."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.select(SCREEN):
        tag.decompose()
    found = []
    for tag in soup.find_all(BLOCKS):
        words = " ".join(tag.get_text(" ").split()).replace(" ,", ",").replace(" .", ".")
        if not words or tag.find(BLOCKS):
            continue
        if tag.name not in ("li", "tr"):
            found += lines(tag) if tag.name == "nav" else [nodes.paragraph("", words)]
            continue
        if not found or not isinstance(found[-1], nodes.bullet_list):
            found.append(nodes.bullet_list())
        found[-1] += nodes.list_item("", nodes.paragraph("", words))
    return found


def lines(nav):
    """The links of a menu, one an item."""
    items = [" ".join(a.get_text(" ").split()) for a in nav.children if isinstance(a, Tag)]
    listed = nodes.bullet_list()
    listed.extend(nodes.list_item("", nodes.paragraph("", item)) for item in items)
    return [listed]


# --- tables ---------------------------------------------------------------------------------------


class FitTables(SphinxPostTransform):
    """Tables that go on over pages break their cells, which LaTeX alone does in short ones only."""

    default_priority = 250
    formats = ("latex",)

    def run(self, **kwargs):
        for table in list(self.document.findall(nodes.table)):
            rows = [[entry.astext() for entry in row] for row in table.findall(nodes.row)]
            if len(rows) <= LONG or len({len(row) for row in rows}) > 1:
                continue
            kept = [name for name in table["classes"] if name != "colwidths-auto"]
            table["classes"] = [*kept, "colwidths-given"]
            for spec, share in zip(table.findall(nodes.colspec), shares(rows), strict=True):
                spec["colwidth"] = share


def shares(rows):
    """How wide the columns of a table are, in hundredths, by what stands in them."""
    lengths = [sum(map(len, column)) / len(column) for column in zip(*rows, strict=True)]
    wanted = [min(max(length, 12), 60) for length in lengths]
    return [round(100 * one / sum(wanted)) for one in wanted]


# --- pictures -------------------------------------------------------------------------------------


class ForLaTeX(ImageConverter):
    """Lines stay lines: SVG becomes PDF. WebP becomes PNG."""

    conversion_rules = [(VECTOR, "application/pdf"), (WEB, "image/png")]

    def is_available(self):
        return True

    def convert(self, _from, _to):
        if str(_from).endswith(".webp"):
            with Image.open(_from) as picture:
                picture.convert("RGB").save(_to)
        else:
            command = ["rsvg-convert", "--format", "pdf", "--output", str(_to), str(_from)]
            subprocess.run(command, check=True)
        return True
