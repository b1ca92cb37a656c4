"""Finding things in the built book: the search, the words explained in the text, the ledger and the
claims; from a folder, without a server, which is how some read it."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "book/_theme"), str(ROOT / "tools")]
import find  # noqa: E402
import pages  # noqa: E402
import terms  # noqa: E402

FIRST = {  # what is asked: the page that must come first
    "Ising": "zooming_out/free_energy",
    "Ising model": "zooming_out/free_energy",
    "Kondo temperature": "kondo/poor_mans_scaling",
    "Kondo": "kondo/poor_mans_scaling",
    "kondo temprature": "kondo/poor_mans_scaling",
    "renormalisation": "zooming_out/block_spins",
    "RG": "zooming_out/block_spins",
    "NRG": "kondo/numerical_rg",
    "RBM": "learning/boltzmann_machines",
    "CNN": "learning/convolution",
    "MCRG": "zooming_out/monte_carlo_rg",
    "coarse-graining": "zooming_out/block_spins",
    "coarse graining": "zooming_out/block_spins",
    "nu": "zooming_out/block_spins",
    "ν": "zooming_out/block_spins",
    "η": "zooming_out/block_spins",
    "ε expansion": "fields/epsilon_expansion",
    "Padé": "fields/resummation",
    "Pade": "fields/resummation",
    "Nozières": "kondo/kondo_thermodynamics",
    "nozieres": "kondo/kondo_thermodynamics",
    "Kramers": "zooming_out/decimation",
    "mutual information": "learning/mutual_information",
    "critical slowing down": "zooming_out/sampling",
    "sandpile": "fields/sandpiles",
    "polymer": "fields/polymers",
    "word2vec": "learning/language",
    "tensor network": "zooming_out/tensor_rg",
    "bibliography": "reference/bibliography",
    "syllabus": "coursework/syllabus",
    "superfluid helium": "fields/matter",
    "edge of chaos": "learning/depth",
    "BKT": "fields/running_couplings",
    "beta": "fields/running_couplings",
    "K": "notation",
}
SYMBOLS = {"K": "coupling", "h": "magnetic field", "H": "Hamiltonian", "c": "specific heat"}

ASK = """asked => asked.map(q => {
  const { terms, pages, all } = rgFind.find(q);
  return { terms: terms.map(t => t.t), pages: pages.map(hit => hit.page.u), all };
})"""


@pytest.fixture
def book(html, open_page, poll):
    """`book("page.html")` -> the page as it opens from a folder."""

    def open_one(name, **options):
        page = open_page(**options)
        page.goto(f"file://{html.resolve()}/{name}", wait_until="domcontentloaded")
        return page

    return open_one


def answers(page, asked):
    page.evaluate("rgFind.ready()")
    return dict(zip(asked, page.evaluate(ASK, asked), strict=True))


def test_pages_on_a_subject_come_before_mentions_of_it(book):
    page = book("search.html")
    found = answers(page, list(FIRST))
    first = {asked: (answer["pages"] or ["nothing"])[0] for asked, answer in found.items()}
    wrong = {q: first[q] for q in FIRST if first[q] != f"book/{FIRST[q]}.html"}
    assert wrong == {}
    assert all(answer["all"] for answer in found.values())
    found = answers(page, [*SYMBOLS, "beta"])
    top = {asked: answer["terms"][0] for asked, answer in found.items()}
    assert top == SYMBOLS | {"beta": "beta function"}


def test_every_term_and_every_word_of_a_title_is_found(book, html):
    """Ising was found nowhere, because it was stemmed to a stop word: no other word shares that."""
    page = book("search.html")
    names = {form: term for term in terms.terms() for form in terms.forms(term)}
    names |= {word: term for term in terms.terms() for word in term.get("search", [])}
    lost = []
    for asked, answer in answers(page, list(names)).items():
        term = names[asked]
        if f"{terms.teacher(term)}.html" not in answer["pages"] or not answer["all"]:
            lost.append(asked)
    assert lost == []
    titles = dict(page.evaluate("rgFind.pages.map(p => [p.u, p.t])"))
    words = {w: u for u, t in titles.items() for w in re.findall(r"[^\W\d_]{2,}", t)}
    words = {word: url for word, url in words.items() if find.tokens(word)}
    assert len(titles) >= len(pages.toc_files()) and len(words) > 80
    found = answers(page, list(words))
    assert [w for w, url in words.items() if url not in found[w]["pages"]] == []
    size = (html / "_static/find/index.js").stat().st_size
    assert size <= 300_000, f"the index has {size} bytes"


def test_the_page_of_results_quotes_prose(book, poll):
    page = book("search.html?q=Kondo+temperature")
    line = page.locator(".rg-found-page .rg-found-text").first
    poll(lambda: line.count() and "temperature" in line.inner_text())
    assert "Kondo temperature" in page.locator(".rg-found-term").first.inner_text()
    assert page.locator(".rg-found-page mark").count() > 1
    address = page.locator(".rg-found-page a").first.get_attribute("href")
    assert address.endswith("book/kondo/poor_mans_scaling.html")
    field = page.locator(".bd-search-container input")
    nothing = {"xyzzyx": "Nothing about", "of the": "stand on every page", "": ""}
    nothing |= dict.fromkeys(["x", "(.*", "[a-z", "%", "O(n)", "ж"], "No word to look for")
    for asked, said in nothing.items():
        field.fill(asked)
        poll(lambda said=said: said in page.locator(".rg-found-count").inner_text())
        assert page.locator(".rg-found-page").count() == 0
    field.fill("Néel")  # the book has "need"
    poll(lambda: "No page has “neel”" in page.locator(".rg-found-count").inner_text())
    field.fill("<img src=x onerror=alert(1)> ising")
    poll(lambda: page.locator(".rg-found-page").count())
    assert page.locator("#search-results img").count() == 0


def test_the_dialog_finds_while_one_types(book, poll):
    page = book("book/notation.html")
    page.wait_for_function("document.readyState === 'complete'")
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog input").fill("isin")
    poll(lambda: page.locator("#pst-search-dialog .rg-found-page").count() == 6)
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Ising model"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    assert not page.locator("#pst-search-dialog").is_visible()


def test_a_word_is_explained_where_it_stands(book, poll, open_page, html):
    page = book("book/zooming_out/decimation.html")
    word, box = page.locator("a.rg-term").first, page.locator("#rg-definition")
    assert 3 <= page.locator("a.rg-term").count() <= 10
    word.scroll_into_view_if_needed()
    word.hover()
    poll(box.is_visible)
    assert word.get_attribute("aria-describedby") == "rg-definition"
    box.hover()
    page.keyboard.press("Escape")
    assert box.is_hidden() and word.get_attribute("aria-describedby") is None
    word.focus()
    assert box.is_visible() and word.get_attribute("data-text") in box.inner_text()
    page.keyboard.press("Tab")
    assert word.get_attribute("data-text") not in box.inner_text() or box.is_hidden()
    phone = open_page(width=390, height=844, has_touch=True)
    phone.goto(page.url, wait_until="domcontentloaded")
    word, box = phone.locator("a.rg-term").first, phone.locator("#rg-definition")
    word.scroll_into_view_if_needed()
    word.tap()
    poll(box.is_visible)
    edges = box.bounding_box()
    assert edges["x"] >= 0 and edges["x"] + edges["width"] <= 390
    assert phone.url == page.url, "a tap explains, and does not lead away"
    box.get_by_role("link").tap()
    poll(lambda: "glossary.html#term-" in phone.url)
    poll(lambda: phone.locator("dt:target").count() == 1)


def test_the_index_has_entries(html):
    text = (html / "genindex.html").read_text(encoding="utf-8")
    assert text.count("glossary.html#term-") >= len(terms.terms())
    assert "zooming_out/block_spins.html" in text


@pytest.mark.parametrize("width", [1280, 1440, 1920, 390])
def test_nothing_in_the_ledger_is_cut(book, width):
    page = book("book/reference/ledger.html", width=width)
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".rg-ledger :is(th, td)")].filter(cell => {
             const box = cell.getBoundingClientRect();
             return cell.offsetParent && (cell.scrollWidth > cell.clientWidth + 1
                 || box.right > document.documentElement.clientWidth);
           }).map(cell => cell.textContent)"""
    )
    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_ledger_is_sorted_and_filtered(book):
    page = book("book/reference/ledger.html")
    rows = page.locator(".rg-ledger").first.locator("tbody:not([hidden]) tr:not([hidden])")
    names = ["page", "kind", "theirs is", "apart", "order"]
    page_, kind, source, apart, order = (page.get_by_label(n, exact=True) for n in names)
    every = rows.count()
    apart.select_option("1.0001")
    assert 0 < rows.count() < 40 and "of" in page.locator(".rg-ledger-form output").inner_text()
    apart.select_option("")
    page_.select_option("zooming_out/block_spins")
    assert 5 < rows.count() < 15
    page_.select_option("")
    kind.select_option("statistical")
    source.select_option("exact")
    order.select_option("far")
    far = [float(x) for x in rows.evaluate_all("rows => rows.map(row => row.dataset.far)")]
    assert len(far) > 10 and far == sorted(far, reverse=True) and max(far) <= 1
    for box in (kind, source):
        box.select_option("")
    order.select_option("page")
    assert rows.count() == every


def test_the_ledger_and_the_claims_are_whole_without_scripts(book):
    page = book("book/reference/ledger.html", java_script_enabled=False)
    assert page.locator(".rg-ledger").first.locator("tbody tr").count() > 250
    assert page.locator(".rg-ledger-form").count() == 0
    page.goto(page.url.replace("reference/ledger", "learning/limits"))
    assert page.locator("li.rg-claim").count() == page.locator(".rg-claims-map a").count() > 20


def test_claims_of_one_grade(book, poll):
    page = book("book/learning/limits.html")
    shown = page.locator("li.rg-claim:not([hidden])")
    every = shown.count()
    choice = page.locator(".rg-claims-form button", has_text="Theorems")
    choice.click()
    assert shown.count() == page.locator(".rg-claims-map .rg-grade-theorem a").count() < every
    assert choice.get_attribute("aria-pressed") == "true"
    page.locator(".rg-claims-map .rg-grade-metaphor a").first.click()
    poll(lambda: shown.count() == every)
