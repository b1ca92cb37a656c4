"""The theme's templates and transforms, on a small book that is built here."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

THEME = Path(__file__).parent.parent / "book" / "_theme"
sys.path.insert(0, str(THEME))
import citation  # noqa: E402
import look  # noqa: E402

PAGE = """\
# Zoom out

## One step

```{margin}
First note.
```
```{margin} History
Second note.
```
The paragraph the notes belong to.

A paragraph without notes, with {cite}`kadanoff1966`.

```{margin}
Last note.
```

## Sources

$$ s' = s $$

```{bibliography}
```
"""

BIBLIOGRAPHY = """\
@article{kadanoff1966, author = {Kadanoff, Leo P.}, title = {Scaling laws}, journal = {Physics},
  year = {1966}, doi = {10.1103/PhysicsPhysiqueFizika.2.263}}
"""


class Outline(HTMLParser):
    """Each element with its classes and the classes of all it stands in."""

    VOID = {"meta", "link", "input", "img", "br", "hr", "source"}

    def __init__(self, text):
        super().__init__()
        self.stack, self.elements = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        classes = (attributes.get("class") or "").split()
        self.elements.append((tag, attributes, classes, [c for cs in self.stack for c in cs]))
        if tag not in self.VOID:
            self.stack.append(classes)

    def handle_endtag(self, tag):
        if tag not in self.VOID and self.stack:
            self.stack.pop()

    def having(self, name):
        return [element for element in self.elements if name in element[2]]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    (folder / "index.md").write_text(PAGE)
    (folder / "references.bib").write_text(BIBLIOGRAPHY)
    modules = set(sys.modules)
    sys.path.insert(0, str(THEME))
    try:
        with docutils_namespace():
            app = Sphinx(
                folder,
                None,
                folder / "html",
                folder / "doctrees",
                "html",
                confoverrides={
                    "extensions": [
                        "myst_parser",
                        "sphinx.ext.mathjax",
                        "sphinxcontrib.bibtex",
                        "sphinx_book_theme",
                        "look",
                        "citation",
                    ],
                    "copyright": "2026, us",
                    "html_theme": "sphinx_book_theme",
                    "myst_enable_extensions": ["dollarmath"],
                    "bibtex_bibfiles": ["references.bib"],
                },
                status=None,
                warning=None,
            )
            app.build()
    finally:
        sys.path.remove(str(THEME))
        for name in set(sys.modules) - modules:
            if name == "look":
                del sys.modules[name]
    return folder / "html"


@pytest.fixture(scope="module")
def html(site):
    return (site / "index.html").read_text()


def test_margin_notes_share_a_box_with_the_paragraph_they_belong_to(html):
    units = re.findall(r'<div class="rg-noted[^>]*>(.*?)</div>', html, flags=re.DOTALL)
    assert len(units) == 1
    assert re.search(r"First note.*Second note.*The paragraph the notes belong to", units[0], re.S)
    assert "without notes" not in units[0]


def test_a_note_at_the_end_of_a_section_stays_where_it_is(html):
    outline = Outline(html)
    notes = [element for element in outline.having("margin") if element[0] == "aside"]
    assert ["rg-noted" in ancestors for *_, ancestors in notes] == [True, True, False]


def test_sources_are_items_of_a_list(html):
    assert "doc-biblioentry" not in html
    assert re.search(r'role="list"[^>]*>\s*<div class="citation"[^>]*role="listitem"', html)


def test_one_menu_button_one_search_one_switch(html):
    outline = Outline(html)
    for name in ("primary-toggle", "theme-switch-button", "search-button-field"):
        buttons = outline.having(name)
        assert len(buttons) == 1 and buttons[0][0] == "button"
    # The theme's script needs these to be there.
    identifiers = [attributes.get("id") for _, attributes, *_ in outline.elements]
    for identifier in ("pst-header", "pst-primary-sidebar", "pst-search-dialog", "pst-skip-link"):
        assert identifiers.count(identifier) == 1
    assert len(outline.having("bd-sidebar-secondary")) == 1


def test_every_button_has_a_name(html):
    for button, body in re.findall(r"(<button[^>]*>)(.*?)</button>", html, flags=re.DOTALL):
        words = re.sub(r"<[^>]*>", "", body).strip()
        assert "aria-label" in button or words


def test_contents_of_the_page_come_before_the_text(html):
    assert html.index('aria-label="On this page"') < html.index("<article")


def test_the_foot_of_a_page_names_the_licences_and_how_to_cite(html):
    (foot,) = re.findall(r"<footer class=\"bd-footer-content\">(.*?)</footer>", html, re.DOTALL)
    words = " ".join(re.sub(r"<[^>]*>", "", foot).split())
    cff = citation.read()
    for name, address in [one[1:] for one in citation.licenses(cff)]:
        assert f'<a rel="license" href="{address}">{name}</a>' in foot
    who, year = citation.series(citation.names(cff)), citation.year(cff, "2026, us")
    assert f"© {year} {who}. Text and figures: CC BY 4.0, code: BSD-3-Clause." in words
    assert f"Cite as: {who} ({year}). {cff['title']}, version {cff['version']}." in words


def test_style_sheets_come_last_and_in_order(html):
    sheets = re.findall(r'href="_static/([^"?]+\.css)', html)
    ours = list(look.STYLE_SHEETS)
    assert (ours[0], ours[-1]) == ("tokens.css", "print.css")
    assert sheets[-len(ours) :] == ours


def test_no_icon_script_and_no_icon_font(html):
    assert "fontawesome" not in html
    assert 'class="fa' not in html


def test_the_colours_are_settled_before_the_first_paint(html):
    head = html[: html.index("</head>")]
    assert "prefers-color-scheme: dark" in head
    assert 'localStorage.getItem("mode") || "auto"' in head


def test_the_text_font_is_preloaded_and_served_by_the_book(site, html):
    href = re.search(r'rel="preload" as="font"[^>]*href="([^"]+)"', html, flags=re.DOTALL).group(1)
    assert (site / href).read_bytes()[:4] == b"wOF2"


def test_formulas_are_no_stops_of_the_tab_key(html):
    assert re.search(r'"enableMenu":\s*false', html)
