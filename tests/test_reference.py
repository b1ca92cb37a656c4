"""The ledger: every entry has a source and a bound, and `check` lets nothing else through."""

import json
import math
import re
import subprocess
import sys
import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from rgcourse import exact, reference
from rgcourse.reference import Entry, LedgerMismatch, check, collect, entries, entry, read_entries
from rgcourse.statistics import Estimate

ENTRY = {
    "quantity": "a number", "value": 2.0, "citation": "A. Author, J. 1, 2 (3)",
    "doi": "10.1000/1", "provenance": "published", "kind": "numerical", "tolerance": 0.1,
}  # fmt: skip
METHODS = {
    "half": {"absolute": 0.5, "reason": "a step of one half"},
    "tenth": {"relative": 0.1, "reason": "a step in ten"},
}


@pytest.fixture
def ledger(monkeypatch):
    """A small ledger in place of the real one."""
    group = {
        "exact": ENTRY,
        "sampled": {"same_as": "t.exact", "kind": "statistical", "max_error": 0.5},
        "measured": {"same_as": "t.exact", "kind": "statistical", "error": 0.3, "sigmas": 2},
        "rough": {"same_as": "t.exact", "kind": "approximation", "method": "half"},
        "zero": {"same_as": "t.rough", "value": 0.0, "kind": "approximation", "method": "half"},
        "missed": {"same_as": "t.exact", "provenance": "exact", "kind": "approximation",
                   "method": "tenth", "off": 0.4, "known_miss": "too few loops"},
        "again": {"same_as": "t.exact", "provenance": "independent run", "doi": "",
                  "method_doi": "10.1000/1", "kind": "statistical", "error": 0.3},
        "itself": {"same_as": "t.exact", "provenance": "by construction", "kind": "numerical",
                   "tolerance": 1e-3},
    }  # fmt: skip
    table = read_entries({"_methods": METHODS, "t": group})
    monkeypatch.setattr(reference, "entries", lambda: table)
    return table


# --- the real ledger


@pytest.mark.parametrize("item", entries().values(), ids=entries())
def test_every_entry_has_its_source(item):
    doi, arxiv = r"10\.\d{4,9}/\S+", r"\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}"
    if item.provenance == "independent run":
        assert item.citation.startswith("this course, ") and not (item.doi or item.arxiv)
        assert re.fullmatch(doi, item.method_doi)
    elif item.citation.startswith("this course, "):
        assert item.provenance == "by construction" and not (item.doi or item.arxiv)
        assert re.fullmatch(doi, item.method_doi)
    else:
        assert re.fullmatch(doi, item.doi) or re.fullmatch(arxiv, item.arxiv)
        assert not item.method_doi and item.url.startswith("https://")
    assert re.search(r"\b(19|20)\d\d\b", item.citation), "the citation names a year"
    assert len(item.quantity) > 10 and math.isfinite(item.value) and item.error >= 0


def test_an_approximation_has_the_bound_of_its_method():
    by_method = {}
    for item in entries().values():
        if item.kind == "approximation":
            by_method.setdefault(item.method, []).append(item)
    for name, items in by_method.items():
        relative = {round(i.bound / abs(i.value), 12) for i in items if i.value}
        assert len(relative) == 1 or len({i.bound for i in items}) == 1, name
    missed = [item for item in entries().values() if item.known_miss]
    assert missed and all(abs(item.off) > item.bound for item in missed)


@pytest.mark.parametrize(
    "key",
    ["kondo_thermo.t_chi_1", "kondo_scaling.minimum", "ising_2d.nu", "ising_2d.eta",
     "ising_2d.beta", "variational_rg.w_10"],
)  # fmt: skip
def test_a_tautology_is_no_evidence(key):
    assert entry(key).provenance == "by construction"


@pytest.mark.parametrize(
    ("key", "ours"),
    [
        ("ising_2d.K_c", exact.CRITICAL_K),
        ("ising_2d.T_c", exact.CRITICAL_T),
        ("onsager.critical_log_z", exact.onsager_log_z(exact.CRITICAL_K)),
        ("onsager.critical_energy", exact.onsager_energy(exact.CRITICAL_K)),
        ("onsager.energy_at_2_5", exact.onsager_energy(1 / 2.5)),
        ("onsager.specific_heat_at_2_5", exact.onsager_specific_heat(1 / 2.5)),
        ("yang.magnetization_at_2_2", exact.spontaneous_magnetization(1 / 2.2)),
        ("kaufman.log_z_16", exact.kaufman(16, exact.CRITICAL_K).log_z),
        ("kaufman.energy_16", exact.kaufman(16, exact.CRITICAL_K).energy),
        ("kaufman.specific_heat_16", exact.kaufman(16, exact.CRITICAL_K).specific_heat),
        ("kaufman.energy_64", exact.kaufman(64, exact.CRITICAL_K).energy),
        ("ferdinand_fisher.energy_amplitude",
         512 * (exact.kaufman(512, exact.CRITICAL_K).energy + math.sqrt(2))),
    ],
)  # fmt: skip
def test_our_exact_results_stand_in_the_ledger(key, ours):
    check(key, ours)


def test_exponents_obey_the_scaling_relations():
    nu, eta, beta = (entry(f"ising_2d.{name}").value for name in ("nu", "eta", "beta"))
    assert beta == nu * eta / 2
    assert entry("ising_2d.y_t").value == 1 / nu
    assert entry("ising_2d.y_h").value == (4 - eta) / 2
    assert entry("ising_2d.T_c").value == pytest.approx(1 / entry("ising_2d.K_c").value, rel=1e-15)


def test_the_binder_cumulant_extrapolates_from_small_tori():
    # L = 2 ... 5 by enumeration, corrections in even powers of 1 / L
    L = np.array([2, 3, 4, 5])
    states = [exact.enumerate_ising(edge, exact.CRITICAL_K) for edge in L]
    cumulants = [1 - s.m4 / (3 * s.m2**2) for s in states]
    limit = np.polynomial.polynomial.polyfit(1.0 / L**2, cumulants, 3)[0]
    assert limit == pytest.approx(entry("ising_2d.binder").value, abs=1e-3)


def test_the_book_asks_block_spins_for_narrow_errors():
    assert entry("block_spins.K_c").max_error == 2e-4
    assert entry("block_spins.nu").max_error == 0.04
    assert entry("block_spins.eta").max_error == 0.02


# --- check


def test_statistical_checks(ledger, capsys):
    check("t.sampled", Estimate(2.2, 0.1))
    assert capsys.readouterr().out == "t.sampled: ours 2.20 ± 0.10, published 2, +2.0 sigma\n"
    check("t.sampled", Estimate(1.999, 0.1))
    assert capsys.readouterr().out == "t.sampled: ours 2.00 ± 0.10, published 2, 0.0 sigma\n"
    with pytest.raises(LedgerMismatch, match=r"-4.0 sigma; the ledger allows 3 sigma.*A. Author"):
        check("t.sampled", Estimate(1.6, 0.1))
    assert "-4.0 sigma" in capsys.readouterr().out  # seen before it is refused


def test_the_published_error_counts(ledger):
    check("t.measured", Estimate(2.9, 0.4))  # 0.9 / hypot(0.4, 0.3) = 1.8
    with pytest.raises(LedgerMismatch, match=r"published 2.00 ± 0.30, \+2.2 sigma; .* 2 sigma"):
        check("t.measured", Estimate(3.1, 0.4))


def test_an_entry_is_an_estimate(ledger):
    assert reference.entry("t.measured").estimate == Estimate(2.0, 0.3)
    assert reference.entry("t.exact").estimate == Estimate(2.0, 0.0)


def test_few_bins_make_fewer_sigmas(ledger):
    with pytest.raises(LedgerMismatch):
        check("t.sampled", Estimate(2.35, 0.1))
    check("t.sampled", Estimate(2.35, 0.1, n_bins=4))


def test_a_wide_error_bar_proves_nothing(ledger):
    with pytest.raises(LedgerMismatch, match="3 sigma and an error of at most 0.5"):
        check("t.sampled", Estimate(2.0, 0.51))


def test_numerical_checks(ledger, capsys):
    check("t.exact", 2.09)
    assert capsys.readouterr().out == "t.exact: ours 2.09, published 2, equal within 0.1\n"
    with pytest.raises(LedgerMismatch, match="off by 0.11; the ledger allows 0.1"):
        check("t.exact", 2.11)
    check("t.exact", np.float64(2.0))
    check("t.exact", Estimate(2.0, 1e-3))


def test_approximations_show_their_deviation(ledger, capsys):
    check("t.rough", 2.4)
    assert capsys.readouterr().out == "t.rough: ours 2.40, published 2, off by +0.4 (+20 %)\n"
    check("t.zero", 0.4)
    assert capsys.readouterr().out == "t.zero: ours 0.400, published 0, off by +0.4\n"
    with pytest.raises(LedgerMismatch, match=r"-0.6 \(-30 %\); the ledger allows 0.5 \(half\)"):
        check("t.rough", 1.4)


def test_a_known_miss_says_so(ledger, capsys):
    check("t.missed", 2.42)
    assert capsys.readouterr().out == (
        "t.missed: ours 2.42, exact 2, off by +0.42 (+21 %), a known miss: too few loops\n"
    )
    check("t.missed", 2.1)  # inside the bound of the method: better than known
    assert capsys.readouterr().out == "t.missed: ours 2.10, exact 2, off by +0.1 (+5 %)\n"
    for moved in (2.25, 2.6, 1.6):
        with pytest.raises(LedgerMismatch, match="allows 0.2 .tenth. or 0.4 within a quarter"):
            check("t.missed", moved)


def test_a_check_says_where_the_number_comes_from(ledger, capsys):
    check("t.again", Estimate(2.3, 0.4))
    check("t.itself", 2.00001)
    assert capsys.readouterr().out == (
        "t.again: ours 2.30 ± 0.40, independent run 2.00 ± 0.30, +0.6 sigma\n"
        "t.itself: ours 2.0000, by construction 2, equal within 0.001\n"
    )


@pytest.mark.parametrize(
    ("key", "ours", "line"),
    [
        ("mcrg.y_t", Estimate(1.0020, 0.0039), "ours 1.0020 ± 0.0039, exact 1, +0.5 sigma"),
        ("mcrg.cubic_y_t_1", Estimate(1.42, 0.0057),
         "ours 1.4200 ± 0.0057, independent run 1.4370 ± 0.0050, -2.2 sigma"),
        ("kondo_thermo.wilson_ratio", 2.00052933953, "ours 2.001, exact 2, equal within 0.03"),
        ("resummation.nu_1", 0.629030515397,
         "ours 0.62903, published 0.62997, off by -0.00094 (-0.15 %)"),
        ("free_energy.mean_field_T_c", 4.0, "ours 4.00, exact 2.27, off by +1.7 (+76 %)"),
        ("free_energy.mean_field_beta", 0.5, "ours 0.500, exact 0.125, off by +0.38 (+300 %), "
         "a known miss: mean field gives Landau's 1/2 in every dimension"),
        ("free_energy.gap_is_kl", 6.39488e-14,
         "ours 6.4e-14, by construction 0, equal within 1e-12"),
        ("kondo_thermo.T_K_20_2", 1.1482883093e-05,
         "ours 1.148e-05, independent run 1.148e-05, equal within 1.1e-07"),
        ("resummation.omega_2", 0.8158,
         "ours 0.816, published 0.7890 ± 0.0040, off by +0.027 (+3.4 %)"),
    ],
)  # fmt: skip
def test_as_many_digits_as_matter(key, ours, line, capsys):
    check(key, ours)
    assert capsys.readouterr().out == f"{key}: {line}\n"


@pytest.mark.parametrize("key", ["t.exact", "t.sampled", "t.rough", "t.measured", "t.missed"])
def test_nan_never_agrees(ledger, key):
    with pytest.raises(LedgerMismatch):
        check(key, Estimate(math.nan, 0.1))


@settings(deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_check_raises_exactly_outside_the_bound(value, error):
    inside = abs(value - 1) <= 3 * error and error <= 0.04
    try:
        check("block_spins.nu", Estimate(value, error))
        assert inside
    except LedgerMismatch:
        assert not inside


@pytest.mark.parametrize(
    ("key", "ours", "message"),
    [
        ("t.exat", 2.0, "no entry 't.exat'; did you mean t.exact"),
        (None, 2.0, "no entry None"),
        ("t.sampled", 2.0, "t.sampled is statistical: pass an Estimate"),
        ("t.sampled", Estimate(2.0, 0.0), "the error of 2 ± 0 is zero"),
        ("t.exact", Estimate([2.0, 2.0], [0.1, 0.1]), "one number at a time, got 2"),
        ("t.exact", [2.0], "one number at a time, got 1"),
        ("t.exact", "2.0", "value must be a real number"),
        ("t.exact", None, "value must be a real number"),
    ],
)
def test_check_refuses(ledger, key, ours, message):
    with pytest.raises(ValueError, match=message):
        check(key, ours)


# --- the ledger file


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "exact"}, "kind must be one of statistical, numerical, approximation"),
        ({"provenance": "guess"}, "provenance must be one of published, exact, independent run"),
        ({"doi": ""}, "needs a doi or an arxiv number"),
        ({"doi": "", "provenance": "exact"}, "needs a doi or an arxiv number"),
        ({"doi": "", "provenance": "experiment"}, "needs a doi or an arxiv number"),
        ({"provenance": "independent run"}, "no paper has the number of an independent run"),
        ({"tolerance": 0.0}, "needs a tolerance"),
        ({"kind": "approximation"}, "needs a method, one of half, tenth; got ''"),
        ({"kind": "approximation", "method": "third"}, "needs a method, .* got 'third'"),
        ({"kind": "approximation", "method": "half", "bound": 0.7}, "which has the bound"),
        ({"kind": "approximation", "method": "tenth", "value": 0.0}, "of tenth is relative"),
        ({"known_miss": "unlucky"}, "needs both off, by how much, and known_miss, why"),
        ({"erorr": 0.1}, "erorr"),
        ({"same_as": "t.later"}, "'t.later' is not an earlier entry"),
    ],
)
def test_a_faulty_entry_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        read_entries({"_methods": METHODS, "t": {"exact": ENTRY | change}})


@pytest.mark.parametrize("method", [{"reason": "because"}, {"relative": 0.1}, {"absolute": 0.0},
                                    {"relative": 0.1, "absolute": 1, "reason": "both"},
                                    {"relative": 0.1, "why": "because"}])  # fmt: skip
def test_a_method_needs_a_bound_and_a_reason(method):
    with pytest.raises(ValueError, match="_methods.loops needs"):
        read_entries({"_methods": {"loops": method}})


def test_what_is_counted_once():
    again = [item for item in entries().values() if item.repeats]
    assert again and all(item.kind == "statistical" for item in again)
    assert {entry(item.repeats).kind for item in again} == {"statistical"}
    with pytest.raises(ValueError, match="repeats = 't.later' is not an earlier entry"):
        read_entries({"t": {"exact": ENTRY | {"repeats": "t.later"}}})


def test_methods_print_their_bounds():
    assert str(reference.methods()["borel_nu"]) == "1 %"
    assert str(reference.methods()["annealing"]) == "0.1"
    used = {item.method for item in entries().values() if item.kind == "approximation"}
    assert used == set(reference.methods())


@pytest.mark.parametrize("field", ["value", "provenance"])
def test_no_field_is_made_up(field):
    with pytest.raises(ValueError, match=f"t.exact: .*'{field}'"):
        read_entries({"t": {"exact": {k: v for k, v in ENTRY.items() if k != field}}})


def test_same_as_takes_over_the_source_but_not_the_bound():
    table = read_entries(
        tomllib.loads("""
        [a.b]
        quantity = "a number"
        value = 2.0
        citation = "A. Author, J. 1, 2 (3)"
        arxiv = "1234.5678"
        provenance = "published"
        kind = "numerical"
        tolerance = 0.1
        [c.d]
        same_as = "a.b"
        kind = "statistical"
    """)
    )
    assert table["c.d"] == Entry(
        key="c.d", quantity="a number", value=2.0, citation="A. Author, J. 1, 2 (3)",
        arxiv="1234.5678", provenance="published", kind="statistical",
    )  # fmt: skip
    assert table["c.d"].url == "https://arxiv.org/abs/1234.5678"


# --- in notebooks


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_a_notebook_stores_line_and_record(ledger, shell):
    with capture_output() as captured:
        check("t.measured", Estimate(2.25, 0.4))
    (output,) = captured.outputs
    assert captured.stdout == ""
    assert output.data == {
        "text/plain": "t.measured: ours 2.25 ± 0.40, published 2.00 ± 0.30, +0.5 sigma",
        reference.MIME: {"key": "t.measured", "provenance": "published", "ours": 2.25,
                         "error": 0.4, "published": 2.0, "z": 0.5},
    }  # fmt: skip


def test_outside_of_notebooks_ipython_is_not_imported():
    code = (
        "from rgcourse import check; check('onsager.critical_energy', -2**0.5);"
        "import sys; print('IPython' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[1] == "False"


@pytest.fixture
def course(tmp_path):
    """A course of two pages and a text, its checks stored."""
    (tmp_path / "book/part").mkdir(parents=True)
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: book/intro\nparts:\n  - caption: Part\n    chapters:\n"
        "      - file: book/part/b\n      - file: book/guide\n      - file: elsewhere/c\n"
    )
    (tmp_path / "book/guide.md").write_text("# Guide")
    first = {"key": "t.exact", "provenance": "published", "ours": 2.05, "published": 2.0}
    second = first | {"key": "t.sampled", "ours": 2.1, "error": 0.1, "z": 1.0}
    (tmp_path / "book/part/b.ipynb").write_text(notebook(first, second))
    (tmp_path / "book/intro.ipynb").write_text(notebook(second))
    (tmp_path / "book/mine.ipynb").write_text("not listed, and not a notebook")
    return tmp_path


def notebook(*records):
    outputs = [{"output_type": "display_data", "data": {reference.MIME: r}} for r in records]
    return json.dumps({"cells": [
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "code", "outputs": [{"output_type": "stream", "text": "x"}, *outputs]},
    ]})  # fmt: skip


def test_collect_reads_the_pages_of_the_book_in_their_order(ledger, course):
    rows = collect(course / "book")
    assert [(row["page"], row["key"]) for row in rows] == [
        ("intro", "t.sampled"), ("part/b", "t.exact"), ("part/b", "t.sampled")
    ]  # fmt: skip
    assert rows[0] == {"page": "intro", "key": "t.sampled", "provenance": "published",
                       "ours": 2.1, "published": 2.0, "error": 0.1, "z": 1.0}  # fmt: skip


@pytest.mark.parametrize("inside", ["", "book", "book/part"])
def test_collect_finds_the_course_around_a_page(ledger, course, monkeypatch, inside):
    monkeypatch.chdir(course / inside)
    assert collect() == collect(course / "book") == collect(course / "book" / "part" / "..")


def test_a_page_taken_alone_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="is not inside it: download the course"):
        collect()


@pytest.mark.parametrize(
    "stale",
    [
        {"key": "t.exact", "published": 1.9, "provenance": "published"},
        {"key": "t.exact", "published": 2.0, "provenance": "exact"},
        {"key": "t.exact", "published": 2.0},
        {"key": "t.gone", "published": 2.0, "provenance": "published"},
    ],
)
def test_collect_refuses_stale_pages(ledger, course, stale):
    (course / "book/intro.ipynb").write_text(notebook({"ours": 2.0} | stale))
    with pytest.raises(ValueError, match=f"intro stores a check of {stale['key']}.*run the page"):
        collect(course / "book")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"cells": [1]}', '{"cells": null}'])
def test_collect_names_the_notebook_it_cannot_read(ledger, course, text):
    (course / "book/part/b.ipynb").write_text(text)
    with pytest.raises(ValueError, match=r"part/b\.ipynb is not a notebook"):
        collect(course / "book")


def test_collect_needs_the_folder_of_a_book(ledger, course, tmp_path):
    for folder in (tmp_path / "nowhere/book", tmp_path / "book/part"):
        with pytest.raises(ValueError, match="is not the folder of a book"):
            collect(folder)
    with pytest.raises(ValueError, match="lists no page in"):
        collect(course / "notes")
    (course / "book/intro.ipynb").unlink()
    with pytest.raises(ValueError, match="the page intro of .* is missing"):
        collect(course / "book")
