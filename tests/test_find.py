"""The search and the glossary: words are compared as readers mean them, and each term is whole."""

import json
import re
import sys
from pathlib import Path

import pytest
from docutils import nodes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book/_theme"))
import find  # noqa: E402
import glossary  # noqa: E402
import terms  # noqa: E402


@pytest.mark.parametrize(
    "one, other",
    [
        ("renormalisation", "renormalization"),
        ("renormalising", "renormalized"),
        ("Poincaré", "poincare"),
        ("Néel", "Neel"),
        ("Blöte", "Blote"),
        ("ν", "nu"),
        ("ϕ", "phi"),
        ("Λ", "lambda"),
        ("T_c", "tc"),
        ("$T_{K}$", "T_K"),
        ("decimation", "decimate"),
        ("block spins", "block spin"),
        ("coarse-graining", "coarse graining"),
        ("poor man’s scaling", "poor man's scaling"),
        ("behaviour", "behavior"),
        ("1/f", "1f"),
        ("universality", "universal"),
    ],
)
def test_words_that_mean_the_same_are_the_same(one, other):
    assert find.tokens(one) == find.tokens(other) != []


@pytest.mark.parametrize("word", ["Ising", "being", "does", "thermal", "andes", "owing"])
def test_no_word_becomes_a_stop_word(word):
    """What the stemmer of Sphinx did to Ising."""
    (token,) = find.tokens(word)
    assert token not in find.STOP and len(token) > 2


def test_noise_is_noise():
    assert find.tokens("of the a") == [] == find.tokens("x + y = z") and find.tokens("") == []


def section(title, *children, identity="here"):
    return nodes.section("", nodes.title("", title), *children, ids=[identity])


def test_prose_is_what_a_reader_reads():
    text = nodes.paragraph("", "", nodes.Text("At "), nodes.math("", r"T_{\mathrm c}"))
    text += nodes.Text(", seen .")
    print_out = nodes.container("", nodes.literal_block("", "0.123"), nb_element="mime_bundle")
    inner = section("Inside", nodes.paragraph("", "deeper"), identity="inside")
    page = section("Title", text, nodes.literal_block("", "x = 1"), print_out, inner)
    document = nodes.Element("", page)
    first, second = find.sections(document)
    assert first == ["", "Title", "At T_c, seen.", ""] and second[:3] == [
        "inside",
        "Inside",
        "deeper",
    ]


def test_a_table_is_found_and_not_quoted():
    cells = nodes.row("", nodes.entry("", nodes.paragraph("", "coupling")))
    table = nodes.table("", nodes.tgroup("", nodes.tbody("", cells), cols=1))
    (only,) = find.sections(nodes.Element("", section("Title", nodes.paragraph("", "It."), table)))
    assert only == ["", "Title", "It.", "coupling"]


@pytest.mark.parametrize(
    "tex, words",
    [
        (r"\nu = 1/y_t", "ν = 1/y_t"),
        (r"T_{\mathrm{K}}", "T_K"),
        (r"\frac{a}{b}", "…"),
        ("x" * 99, "…"),
    ],
)
def test_short_formulas_are_quoted(tex, words):
    assert find.spoken(tex) == words


def test_postings_name_every_section_of_a_word():
    pages = [{"s": [["", "Ising"], ["a", "Spins"]]}, {"s": [["", "Other"]]}]
    found = find.postings(pages, [["one", "the spin"], ["Ising spins"]])
    assert found["ising"] == [0, 2] and found["spin"] == [1, 1] and "the" not in found


def test_what_a_script_is_given_is_json():
    assert find.call("text", 3, ["“a” </b>"]) == 'rgFind.text(3,["“a” </b>"]);\n'


# --- the script has the same rules ------------------------------------------------------------


def test_the_script_has_the_same_words():
    script = (ROOT / "book/_theme/static/find.js").read_text(encoding="utf-8")
    listed = set(re.findall(r"[a-z]+", re.search(r"STOP = new Set\((.*?)split", script, re.S)[1]))
    assert listed == find.STOP
    assert " ".join(find.ENDINGS) in script
    for letter, plain in (find.GREEK | find.LETTERS).items():
        assert re.search(rf'"?{letter}"?: "{plain}"', script), letter


# --- the glossary -----------------------------------------------------------------------------


def test_the_glossary_is_whole():
    found = terms.terms()
    assert 60 <= len(found) <= 100
    assert len({terms.anchor(term) for term in found}) == len(found)
    for term in found:
        assert 20 < len(term["text"]) < 240 and term["text"].endswith("."), term["name"]
        assert "$" not in term["text"] + term.get("other", ""), "read in a box without formulas"
    both_ways = {
        side: sum("other" in t for t in found if t["side"] == side) for side in terms.SIDES
    }
    assert both_ways["physics"] > 25 and both_ways["learning"] > 10


@pytest.mark.parametrize(
    "text, message",
    [
        ('name = "a"\ntext = "b"\nside = "physics"', "a lacks ['page']"),
        ('name = "a"\ntext = "b"\nside = "chemistry"\npage = "notation"', "side 'chemistry'"),
        ('name = "a"\ntext = "b"\nside = "both"\npage = "nowhere"', "which is no page"),
        ('name = "a"\ntext = "b"\nside = "both"\npage = "notation"\nsee = "c"', "unknown ['see']"),
    ],
)
def test_a_poor_term_is_refused(tmp_path, text, message):
    path = tmp_path / "glossary.toml"
    path.write_text(f"[[term]]\n{text}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)):
        terms.terms(path)


def test_a_name_is_defined_once(tmp_path):
    one = '[[term]]\nname = "a"\ntext = "b"\nside = "both"\npage = "notation"\n'
    path = tmp_path / "twice.toml"
    path.write_text(one + one, encoding="utf-8")
    with pytest.raises(ValueError, match="defines a more than once"):
        terms.terms(path)


def marked(*paragraphs):
    """The links that the glossary puts into paragraphs of a page."""
    known, find_them, seen = terms.by_form(terms.terms()), terms.pattern(terms.terms()), set()
    page = section("Page", *paragraphs)
    for paragraph in page.findall(nodes.paragraph):
        if glossary.is_prose(paragraph):
            for text in [child for child in paragraph if isinstance(child, nodes.Text)]:
                glossary.mark(text, find_them, known, seen, "glossary.html")
    return [raw.astext() for raw in page.findall(nodes.raw)]


def test_the_first_mention_is_marked_and_no_other():
    links = marked(
        nodes.paragraph("", "Block spins, and free energies; a block spin."),
        nodes.paragraph("", "", nodes.strong("", "You will"), nodes.Text(" meet decimation")),
        nodes.admonition("", nodes.paragraph("", "The entropy in a box.")),
        nodes.paragraph("", "", nodes.emphasis("", "entropy"), nodes.literal("", "percolation")),
    )
    assert [re.search(">(.*)</a>", link)[1] for link in links] == ["Block spins", "free energies"]
    assert 'href="glossary.html#term-block-spin"' in links[0] and "data-text=" in links[0]


def test_restraint():
    every = ", ".join(term["name"] for term in terms.terms())
    assert len(marked(nodes.paragraph("", every))) == glossary.MOST


# --- the ledger page is made from the pages ---------------------------------------------------


def stored_rows(page):
    mime = "application/vnd.rgcourse.ledger+json"
    outputs = [o for c in page["cells"] for o in c.get("outputs", [])]
    return [row for o in outputs for row in o.get("data", {}).get(mime, [])]


def stale(shown, wanted):
    """The keys of the checks that the ledger page shows otherwise than the pages store them."""
    return sorted({row["key"] for row in shown + wanted if (row in shown) != (row in wanted)})


def test_the_ledger_shows_today_s_checks_and_roads():
    from rgcourse.reference import collect

    page = json.loads((ROOT / "book/reference/ledger.ipynb").read_text(encoding="utf-8"))
    shown, wanted = stored_rows(page), collect(ROOT / "book")
    assert stale(shown, wanted) == [], "run python tools/pages.py ledger"
    # And it would be seen: another number, a check less.
    first = shown[0]
    changed = [first | {"ours": first["ours"] + 1e-9}, *shown[1:]]
    assert stale(changed, wanted) == [first["key"]] == stale(shown[1:], wanted)
