"""What a book says of itself in its heads and beside its pages, tried on a small one."""

import html
import json
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

THEME = Path(__file__).resolve().parents[1] / "book" / "_theme"
sys.path[:0] = [str(THEME)]
import cards  # noqa: E402
import citation  # noqa: E402
import learning_data  # noqa: E402
import names  # noqa: E402
import site_files  # noqa: E402

ADDRESS = "https://books.example.org/zoom"
PAGES = {
    "book/intro": "Front\n=====\n\nBold words.\n\n**You will** see & learn |much|.\n\n"
    ".. |much| raw:: html\n\n   <a href='x'>much</a>\n\n"
    ".. toctree::\n\n   flows\n",
    "book/flows": "Follow :math:`T_c`\n==================\n\n.. image:: spot.png\n\n"
    "**You will** find :math:`\\epsilon = 4 - d` and " + "a long word, " * 30 + "\n\n"
    "**You will learn** that 1 < 2 </script>. You will also see more.\n\n**You need** time.\n\n"
    "*Route: physics. 45 minutes; the page runs in 4 s.*\n",
}


def build(folder, baseurl):
    source = folder / "source"
    (source / "book").mkdir(parents=True)
    for name, text in PAGES.items():
        (source / f"{name}.rst").write_text(text)
    Image.new("RGB", (300, 200), "#a8431c").save(source / "book/spot.png")
    settings = {
        "extensions": ["sphinx.ext.mathjax", "names", "routes", "site_files", "learning_data"],
        "root_doc": "book/intro",
        "html_title": "The Book",
        "html_baseurl": baseurl,
    }
    out = folder / "out"
    with docutils_namespace():
        Sphinx(source, None, out, folder / "trees", "html", settings, status=None).build()
    return out


def head(out, name):
    """Description, properties of a page of the built book: {name: content}."""
    text = (out / f"{name}.html").read_text(encoding="utf-8")
    tags = re.findall(r'<meta (?:name|property)="([\w:-]+)" content="([^"]*)"', text)
    return {name: html.unescape(content) for name, content in tags}


def told(out, name):
    """What a page tells machines."""
    text = (out / f"{name}.html").read_text(encoding="utf-8")
    (found,) = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', text, re.S)
    return json.loads(found)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return build(tmp_path_factory.mktemp("published"), ADDRESS)


@pytest.fixture(scope="module")
def unpublished(tmp_path_factory):
    return build(tmp_path_factory.mktemp("unpublished"), "")


def test_a_page_says_what_it_is(unpublished):
    intro, flows = head(unpublished, "book/intro"), head(unpublished, "book/flows")
    assert intro["description"].startswith("A course on the renormalization group")
    assert intro["description"].endswith("You will see & learn much.")
    assert flows["description"].startswith("You will find ε = 4 - d and a long word")
    assert flows["description"].endswith(" …") and 150 < len(flows["description"]) <= 200
    assert flows["og:title"] == "Follow T_c" and flows["og:site_name"] == "The Book"


def test_a_book_without_an_address_names_none(unpublished):
    assert "og:image" not in head(unpublished, "book/flows")
    assert head(unpublished, "book/flows")["twitter:card"] == "summary"
    for name in ("sitemap.xml", "robots.txt", "_static/cards"):
        assert not (unpublished / name).exists()


def test_a_published_page_has_a_card_and_one_address(published):
    tags = head(published, "book/flows")
    assert tags["og:url"] == f"{ADDRESS}/book/flows.html"
    card = published / tags["og:image"].removeprefix(f"{ADDRESS}/")
    with Image.open(card) as image:
        assert image.size == cards.SIZE
        assert (168, 67, 28) in {image.getpixel((x, 315)) for x in range(600, 1200, 20)}
    canonical = f'<link rel="canonical" href="{ADDRESS}/book/flows.html" />'
    assert canonical in (published / "book/flows.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("book", ["published", "unpublished"])
def test_what_machines_are_told_is_what_the_head_says(book, name, request):
    out = request.getfixturevalue(book)
    tags, data = head(out, name), told(out, name)
    assert (data["name"], data["description"]) == (tags["og:title"], tags["description"])
    assert data.get("url") == tags.get("og:url")
    assert ("url" in json.dumps(data)) == (book == "published")
    assert data["license"] == citation.LICENSES["CC-BY-4.0"][2] and data["inLanguage"] == "en"
    assert data["@type"] == ("Course" if name == "book/intro" else "LearningResource")


def test_a_page_tells_what_it_teaches_and_how_long_it_takes(published):
    front, flows = told(published, "book/intro"), told(published, "book/flows")
    assert flows["teaches"] == "that 1 < 2 </script>. You will also see more."
    assert flows["timeRequired"] == "PT45M"
    assert flows["isPartOf"] == {"@type": "Course", "name": "The Book", "url": front["url"]}
    assert "timeRequired" not in front and "teaches" not in front and "isPartOf" not in front
    assert front["provider"] == front["author"]


def test_authors_are_persons_or_a_group():
    people = {"authors": [{"given-names": "Ada", "family-names": "Byron", "orcid": "https://o/1"},
                          {"name": "The Rest"}]}  # fmt: skip
    assert learning_data.authors(people) == [
        {"@type": "Person", "name": "Ada Byron", "@id": "https://o/1"},
        {"@type": "Organization", "name": "The Rest"},
    ]


def test_the_map_of_the_site_and_robots_name_every_page(published):
    entries = xml.parse(published / "sitemap.xml").iter()
    found = [one.text for one in entries if one.tag.endswith("loc")]
    assert found == [f"{ADDRESS}/{name}.html" for name in PAGES]
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in (published / "robots.txt").read_text()


@pytest.mark.parametrize("book", ["published", "unpublished"])
def test_the_page_for_lost_addresses_stands_by_itself(book, request):
    out = request.getfixturevalue(book)
    text = (out / "404.html").read_text(encoding="utf-8")
    assert not re.search(r'(src|<link[^>]* href)="', text), "nothing that depends on where it is"
    assert (f'<base href="{ADDRESS}/" />' in text) == (book == "published")
    links = re.findall(r'<a href="([^"]+)"', text)
    assert {"book/intro.html", "book/flows.html", "search.html"} <= set(links)
    assert all((out / link).is_file() for link in links)


def test_the_entrance_leads_on_and_has_a_card(published):
    text = (published / "index.html").read_text(encoding="utf-8")
    assert 'content="0; url=book/intro.html"' in text
    card = re.search(rf'og:image" content="{ADDRESS}/([^"]+)"', text)[1]
    assert (published / card).is_file()


def test_lists_carry_second_names():
    contents = '<ul><li><a class="reference internal" href="flows.html">Follow</a></li></ul>'
    shown = names.named(contents, {"flows.html": "book/zooming_out/flows"})
    assert '>Follow <span class="rg-second">RG flow, fixed points' in shown
    assert names.named(contents, {}) == contents


def test_a_card_is_the_same_twice_and_holds_long_titles():
    title = "Pile up sand until it tunes itself, and ask it for an exponent"
    for shape in ((1400, 500), (400, 900)):
        picture = Image.new("RGBA", shape, (0, 0, 0, 0))
        first, second = (cards.card(title, "Self-organized criticality", picture) for _ in "12")
        assert first.size == cards.SIZE and first.tobytes() == second.tobytes()


def test_formulas_become_letters():
    assert site_files.letters(r"\epsilon = 4 - d") == "ε = 4 - d"
    assert site_files.letters(r"10^{-3}\,T_c") == "10^-3T_c"
