"""What the pages say is bound to what they compute, and each rule can say no."""

import copy
import re
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]
import page_sentences as rules  # noqa: E402
import pages  # noqa: E402

PAGES = {path.stem: path for path in pages.notebooks()}


def page(name):
    """A page of the book that knows its name."""
    notebook = pages.read(PAGES[name])
    notebook.metadata["name"] = name
    return notebook


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("rule", rules.SENTENCE_RULES, ids=lambda rule: rule.__name__)
def test_page_says_what_it_computes(rule, name):
    complaints = rule(page(name))
    assert not complaints, "\n".join(complaints)


def test_quoted_numbers_are_of_pages_that_exist():
    assert set(rules.quoted()) == set(PAGES)


# --- each rule can say no ---------------------------------------------------------------------


def says(source, *more):
    return new_code_cell(source, metadata={"tags": ["sentences", *more]})


@pytest.fixture
def good():
    """A page of a few sentences, all of them bound."""
    text = "The slope is $1.359(2)$, and it **agrees with\nthe exact value**. A third is larger."
    text += " It is one of nine that we have ever measured. A fourth is smaller."
    found = "**What we found.** The slope agrees with the exact value.\n**Read next.** More."
    claim = "| claim | verdict |\n|---|---|\n| all slopes are one | refuted here, it is 1.359 |"
    cells = [
        new_markdown_cell("# Measure a slope\n\n" + text),
        new_code_cell("slope", outputs=[new_output("stream", text="1.3591 ± 0.0021\n")]),
        new_markdown_cell(claim),
        new_markdown_cell(found),
        says(
            'assert abs(z) < 3, "it agrees with the exact value"\n'
            'assert abs(z) < 3, "The slope ... agrees with the exact value"\n'
            'assert slope > 1.3, "refuted here, it is"'
        ),
    ]
    return new_notebook(cells=cells)


def complaints(notebook):
    return [c for rule in rules.SENTENCE_RULES for c in rule(notebook)]


def test_a_bound_page_has_no_complaints(good):
    assert complaints(good) == []


@pytest.mark.parametrize(
    "old, new, complaint",
    [
        ("agrees with\nthe", "differs from\nthe", "asserted, but not in the text"),
        ("$1.359(2)$", "$1.362(2)$", r"1.362\(2\) in"),
        ("$1.359(2)$", "$1.359(7)$", r"1.359\(7\) in"),
        ("$1.359(2)$", "1.1 of itself", "1.1 in"),
        ("A third is larger.", "A third agrees too.", "a verdict that nothing asserts"),
        ("A third is larger.", "A third is within two of its errors.", "a verdict that nothing"),
        ("A third is larger.", "A third is 2.1 error bars off.", "a verdict that nothing asserts"),
        ("refuted here", "confirmed here", "a row of verdicts that nothing asserts"),
        ("value.\n**Read", "value. So is all of it.\n**Read", "What we found.* says, and nothing"),
        ("value.\n**Read", "value to 0.25.\n**Read", "What we found.* has 0.25 outside"),
        ("value.\n**Read", "value. They agree.\n**Read", "a verdict that nothing asserts: 'agree'"),
    ],
)
def test_an_edit_of_a_sentence_is_seen(good, old, new, complaint):
    edited = copy.deepcopy(good)
    (cell,) = [c for c in edited.cells if c.cell_type == "markdown" and old in c.source][:1]
    cell.source = cell.source.replace(old, new)
    assert any(re.search(complaint, c) for c in complaints(edited)), complaints(edited)


@pytest.mark.parametrize(
    "source, complaint",
    [
        ("x = 1", "does more than assert"),
        ("assert z < 3", "has no sentence as its message"),
        ("assert z < 3, f'{z} agrees with the exact value'", "has no sentence"),
        ("assert 2 < 3, 'agrees with the exact value'", "tests nothing that was computed"),
        ("assert z < 3, 'the exact value'", "less than 4 words"),
        ("assert abs(3) < 4, 'agrees with the exact value'", "tests nothing that was computed"),
        ("assert z < 3 and 2 < 3, 'agrees with the exact value'", "`2 < 3` tests nothing"),
        ("assert 2 < 3 < z, 'agrees with the exact value'", "tests nothing that was computed"),
        ("assert z < 3, 'A third is larger ... A fourth is smaller'", "skips"),
        ("assert z < 3, 'a third is larger'", "not in the text: 'a third"),
        ("assert z < 3, 'A third is larger ... The slope is'", "not in the text: 'The slope is'"),
    ],
)
def test_a_cell_of_sentences_has_asserts_in_words_of_the_text_alone(good, source, complaint):
    good.cells.append(says(source))
    assert any(complaint in c for c in rules.asserts_its_own_words(good))


def test_this_seed_is_for_cells_of_sentences(good):
    good.cells.append(new_code_cell("x", metadata={"tags": ["this-seed"]}))
    assert "not sentences" in rules.asserts_are_tagged(good)[0]


@pytest.mark.parametrize(
    "text, values, there",
    [
        ("0.71", [0.7085], True),
        ("0.71", [0.7151], False),
        ("0.7085", [0.71], False),
        ("1.587(9)", [1.5873, 0.0092], True),
        ("1.587(9)", [1.5873, 0.0101], False),
        ("12.3(1.4)", [12.31, 1.38], True),
        (r"1.3 \times 10^{-4}", [1.28e-4], True),
        (r"1.3\cdot10^{-4}", [1.28e-3], False),
        ("2.5 %", [0.0251], True),
        ("2.5 per cent", [2.5], True),
        ("2.5 per cent", [0.25], False),
        ("0.3 per mille", [0.0003], True),
        ("0.65", [-0.65], True),
    ],
)
def test_a_number_is_found_at_its_own_precision(text, values, there):
    (found,) = rules.numbers(text)
    assert rules.has_source(found, values) is there


def test_a_number_set_in_the_code_of_another_section_is_not_a_source(good):
    good.cells[0].source += " We set 7.25 there."
    good.cells.insert(1, new_code_cell("x = 7.25"))
    assert rules.numbers_have_a_source(good, {}) == []
    good.cells.insert(1, new_markdown_cell("## Another section"))
    assert "7.25 in" in rules.numbers_have_a_source(good, {})[0]
    good.cells.append(says("assert x == 7.25, 'We set 7.25 there'"))
    assert rules.numbers_have_a_source(good, {}) == []


def test_numbers_of_code_links_options_and_roles_are_not_of_the_text():
    text = (
        "```{figure} a.png\n:width: 12.5\n\nwords 1.5\n```\n```python\nx = 2.5\n```\n"
        "`K = 3.5` [a](https://x.y/4.5) {cite}`six6.5` after 7.5 ```{note} 8.5\n"
    )
    found = [m["digits"] for m in rules.numbers(rules.without_code(text))]
    assert found == ["1.5", "7.5", "8.5"]


@pytest.mark.parametrize(
    "number, source, complaint",
    [
        ("1.0", "ledger ising_2d.nu", None),
        ("1.1", "ledger ising_2d.nu", "not what the ledger has"),
        ("1.1", "ledger ising_2d.nothing", "not there"),
        ("1.1", "page zooming_out/nothing", "not there"),
        ("977.123", "page zooming_out/block_spins", "not printed by the page"),
        ("1.1", "Lipa et al. 2003", None),
        ("one", "Lipa et al. 2003", "is no number"),
    ],
)
def test_sources_that_can_be_looked_up_are(number, source, complaint):
    said = rules.wrong_source(number, source)
    assert said is None if complaint is None else complaint in said


def test_a_quoted_number_needs_its_place_in_the_text(good):
    assert "which the text has not" in rules.numbers_have_a_source(good, {"8.25": "a"})[0]
    good.cells[0].source += " So is 8.25 elsewhere."
    assert "8.25 in" in rules.numbers_have_a_source(good, {})[0]
    assert rules.numbers_have_a_source(good, {"8.25": "Lipa et al. 2003"}) == []


def test_sentences_declared_general_are_let_through_and_must_be_there(good):
    good.cells[0].source += " Maps agree when they are equal."
    assert "Maps agree" in rules.verdicts_are_asserted(good, [])[0]
    assert rules.verdicts_are_asserted(good, ["Maps agree when"]) == []
    assert "not in the text" in rules.verdicts_are_asserted(good, ["Maps agree when", "no such"])[0]


@pytest.mark.parametrize(
    "verdict, fragment, source, complaint",
    [
        ("see [probes](convolution), 0.852", "see [probes]", "page learning/convolution", None),
        ("see [probes](convolution), 977.123", "see [probes]", "page learning/convolution", "977"),
        (
            "see [probes](other), 0.852",
            "see [probes]",
            "page learning/convolution",
            "does not name",
        ),
        ("see [probes](nothing)", "see [probes]", "page learning/nothing", "is no page"),
        ("see [probes](convolution)", "see [probes]", "arithmetic", "is no page"),
        ("see [probes](convolution)", "no such", "page learning/convolution", "in no row"),
    ],
)
def test_a_row_may_rest_on_a_page_that_has_its_numbers(good, verdict, fragment, source, complaint):
    good.cells[2].source += f"\n| another claim | {verdict} |"
    assert "a row of verdicts" in rules.verdicts_are_asserted(good)[0]
    assert rules.verdicts_are_asserted(good, ["another claim"]) == []
    said = rules.verdicts_are_asserted(good, [], {fragment: source})
    assert said == [] if complaint is None else any(complaint in c for c in said), said


def test_many_halts_are_counted_outside_mathematics_and_tables(good):
    good.cells[0].source += "\n\n| a: b; c: d; |\n\n$x: y; z$ " + "word " * 28
    assert rules.reads_without_halts(good) == []
    good.cells[0].source += "one: two; three: four; five: six"
    assert "cut" in rules.reads_without_halts(good)[0]


def test_cells_that_draw_are_folded(good):
    data = {"image/png": "x"}
    cell = new_code_cell("plot()", outputs=[new_output("display_data", data=data)])
    good.cells.append(cell)
    assert "not tagged hide-input" in rules.folds_what_only_draws(good)[0]
    cell.metadata.tags = ["hide-input"]
    assert "without code_prompt_show" in rules.folds_what_only_draws(good)[0]
    cell.metadata.mystnb = {"code_prompt_show": "How the figure is drawn"}
    assert rules.folds_what_only_draws(good) == []


# --- errors that the book once had: each, put back, is seen ---------------------------------------

OLD_ERRORS = [  # page, what it says, what it once said
    ("monte_carlo_rg", "they cancel, and it agrees with the bootstrap", "it is off"),
    ("monte_carlo_rg", "In the third vote from $32^3$", "From all lattices"),
    ("monte_carlo_rg", "becomes 1.4 of itself", "becomes 1.1 of itself"),
    ("monte_carlo_rg", "The error bar is 0.3 per mille of", "This is a tenth of a per mille of"),
    ("monte_carlo_rg", "has an error bar of 0.3 per mille", "is right within $10^{-4}$"),
    ("monte_carlo_rg", "already finds 0.91 where", "hardly notices where"),
    (
        "monte_carlo_rg",
        "are the last ones wrong by so much more than",
        "does the first hardly notice",
    ),
    ("sampling", "The first line finds nine eigenvalues", "The last line finds nine eigenvalues"),
    ("sampling", "finds nine eigenvalues of modulus 1", "finds a second eigenvalue 1"),
    (
        "block_spins",
        "the next hardly move it, and yet the last points rise",
        "the later ones do not",
    ),
    ("block_spins", "stays between 0.68 and 0.77", "stays at 0.70"),
    ("block_spins", "The sign of the shift is seen", "It is off by more than its error"),
]


@pytest.mark.parametrize(("name", "now", "once"), OLD_ERRORS)
def test_an_old_error_put_back_is_seen(name, now, once):
    wrong = page(name)
    found = 0
    for cell in wrong.cells:
        about = cell.metadata.get("mystnb", {}).get("image", {})
        if cell.cell_type == "markdown" and now in cell.source:
            cell.source, found = cell.source.replace(now, once), found + 1
        elif now in about.get("alt", ""):
            about["alt"], found = about["alt"].replace(now, once), found + 1
    assert found, "not in the text"
    assert complaints(page(name)) == [] and complaints(wrong) != []
