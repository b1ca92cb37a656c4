"""The book on paper: live figures are stills there, checks are text, and HTML is said in words."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "book/_theme"), str(ROOT / "tools")]
import checks  # noqa: E402
import ledger  # noqa: E402
import live_book  # noqa: E402
import pages  # noqa: E402
import paper  # noqa: E402

from rgcourse.reference import MIME  # noqa: E402

RECORD = {"key": "flows.mk_2d_nu", "ours": 1.3382657903, "provenance": "exact", "published": 1.0}
MODELS = {"state": {"0": {"state": {"_anywidget_id": "rgcourse.widgets.lab.Lab"}}}}
VIEW = {"model_id": "0", "version_major": 2, "version_minor": 0}
FRONT = """<div class="rg-front">
<p>Why is it so <b>successful</b>?</p>
<div class="rg-strip" role="img"><span></span></div><p class="rg-strip-caption">Try it blind.</p>
<nav><a href="a.html"><b>Physics</b> You know it. <span>25 hours</span></a></nav>
</div>

Words, <a href="b.html">with a link</a>.
"""


def output(data):
    return nbformat.v4.new_output("display_data", data)


@pytest.fixture(scope="module")
def tex(tmp_path_factory):
    """The LaTeX of two small pages, one figure alive on each."""
    folder = tmp_path_factory.mktemp("paper")
    still = folder / "book/images/stills/front-1-light.webp"
    still.parent.mkdir(parents=True)
    Image.new("RGB", (600, 300), "#a8431c").save(still)
    Image.new("RGB", (600, 300), "#1b5e9e").save(still.with_name("next-1-light.webp"))
    alive = output({live_book.WIDGET_VIEW: VIEW, "text/plain": "A lattice."})
    told = output({MIME: RECORD, "text/plain": "what the notebook shows"})
    for name, title in (("front", "Front"), ("next", "Next")):
        cells = [nbformat.v4.new_markdown_cell(f"# {title}\n\n{FRONT}")]
        cells += [nbformat.v4.new_code_cell("show()", outputs=[alive, told])]
        if name == "front":
            cells += [nbformat.v4.new_markdown_cell("```{toctree}\nnext\n```")]
        metadata = {"widgets": {live_book.WIDGET_STATE: MODELS}}
        page = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
        nbformat.write(page, folder / f"book/{name}.ipynb")
    settings = {
        "extensions": ["myst_nb", "live_book", "checks", "paper"],
        "source_suffix": {".ipynb": "myst-nb"},  # Sphinx writes new ones into its default
        "root_doc": "book/front",
        "nb_execution_mode": "off",
        "html_baseurl": "https://books.example.org/zoom",
        "latex_documents": [("book/front", "zooming_out.tex", "The Book", "us", "manual")],
    }
    folders = live_book.BOOK, live_book.STILLS, paper.BOOK
    live_book.BOOK = paper.BOOK = folder / "book"
    live_book.STILLS = still.parent
    try:
        with docutils_namespace():
            app = Sphinx(folder, None, folder / "out", folder / "trees", "latex", settings, None)
            app.build()
    finally:
        live_book.BOOK, live_book.STILLS, paper.BOOK = folders
    return (folder / "out/zooming_out.tex").read_text(encoding="utf-8")


def test_a_live_figure_is_its_own_still_with_the_address_of_the_live_one(tex):
    for name in ("front", "next"):
        assert f"{{{name}-1-light}}.png}}" in tex
        assert f"https://books.example.org/zoom/book/{name}.html\\#figure-1" in tex
    assert tex.count("-1-light}.png}") == 2


def test_a_check_keeps_value_distance_and_source(tex):
    for word in ("ours 1.34", "exact 1", "+34", checks.entry(RECORD["key"]).citation[:12]):
        assert word in " ".join(tex.split())
    assert "what the notebook shows" not in tex


def test_html_of_a_page_is_said_in_words_and_what_only_screens_use_is_left_out(tex):
    assert "Why is it so successful" in tex and "Physics You know it. 25 hours" in tex
    assert "with a link" in tex
    assert "Try it blind" not in tex and "<p" not in tex and "rg-front" not in tex


def test_pieces_of_html():
    found = paper.in_text("<div><p>One.</p><ul><li>a</li><li>b</li></ul></div>")
    assert [type(one) for one in found] == [nodes.paragraph, nodes.bullet_list]
    assert [item.astext() for item in found[1]] == ["a", "b"]
    assert paper.in_text('<figure class="rg-claims-map"><p>9</p></figure><script>1</script>') == []


def test_without_an_address_no_link():
    assert list(paper.where_alive("", "a.html").findall(nodes.reference)) == []


def test_the_ledger_is_lines_where_it_cannot_be_a_table():
    row = RECORD | {"page": "zooming_out/flows"}
    source = [json.dumps({"cells": [{"outputs": [output({ledger.MIME: [row, row]})]}]})]
    latex = SimpleNamespace(builder=SimpleNamespace(format="latex"))
    ledger.show_tables(latex, "page", source)
    data = json.loads(source[0])["cells"][0]["outputs"][0]["data"]
    assert data == {"text/plain": "\n".join([checks.as_text(RECORD)] * 2)}


def test_a_column_is_as_wide_as_its_words_ask_within_limits():
    rows = [["a" * 300, "0.44", "x" * 20]] * 3
    assert paper.shares(rows) == [65, 13, 22]


def live_figures():
    """[(page, number)] of all live figures of the book."""
    for page in pages.toc_files():
        path = ROOT / f"{page}.ipynb"
        if path.exists():
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            views = [o for c in cells for o in c.get("outputs", [])
                     if live_book.WIDGET_VIEW in o.get("data", {})]  # fmt: skip
            yield from ((page, n) for n in range(1, len(views) + 1))


def test_every_live_figure_has_a_still():
    figures = list(live_figures())
    assert len(figures) > 40
    assert [one for one in figures if not live_book.still_file(*one, "light").exists()] == []


def test_every_check_is_text_in_every_form():
    notebook = json.dumps({"cells": [{"outputs": [output({MIME: RECORD})]}]})
    source = [notebook]
    checks.show_checks(None, "page", source)
    data = json.loads(source[0])["cells"][0]["outputs"][0]["data"]
    assert set(data) == {"text/html", "text/plain"}
