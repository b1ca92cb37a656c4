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
    "doi": "10.1000/1", "kind": "numerical", "tolerance": 0.1,
}  # fmt: skip


@pytest.fixture
def ledger(monkeypatch):
    """A small ledger in place of the real one."""
    group = {
        "exact": ENTRY,
        "sampled": {"same_as": "t.exact", "kind": "statistical", "max_error": 0.5},
        "measured": {"same_as": "t.exact", "kind": "statistical", "error": 0.3, "sigmas": 2},
        "rough": {"same_as": "t.exact", "kind": "approximation", "bound": 0.5},
        "zero": {"same_as": "t.exact", "value": 0.0, "kind": "approximation", "bound": 0.5},
    }
    table = read_entries({"t": group})
    monkeypatch.setattr(reference, "entries", lambda: table)
    return table


# --- the real ledger


@pytest.mark.parametrize("item", entries().values(), ids=entries())
def test_every_entry_has_its_source(item):
    assert re.fullmatch(r"10\.\d{4,9}/\S+", item.doi) or re.fullmatch(
        r"\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}", item.arxiv
    )
    assert re.search(r"\b(19|20)\d\d\b", item.citation), "the citation names a year"
    assert len(item.quantity) > 10 and math.isfinite(item.value) and item.error >= 0
    assert item.url.startswith("https://")


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
    assert capsys.readouterr().out == "t.rough: ours 2.4, published 2, off by +0.4 (+20 %)\n"
    check("t.zero", 0.4)
    assert capsys.readouterr().out == "t.zero: ours 0.4, published 0, off by +0.4\n"
    with pytest.raises(LedgerMismatch, match=r"off by -0.6 \(-30 %\); the ledger allows 0.5"):
        check("t.rough", 1.4)


@pytest.mark.parametrize("key", ["t.exact", "t.sampled", "t.rough", "t.measured"])
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
        ({"doi": ""}, "needs a doi or an arxiv number"),
        ({"tolerance": 0.0}, "needs a tolerance"),
        ({"kind": "approximation"}, "needs a bound"),
        ({"erorr": 0.1}, "erorr"),
        ({"same_as": "t.later"}, "'t.later' is not an earlier entry"),
    ],
)
def test_a_faulty_entry_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        read_entries({"t": {"exact": ENTRY | change}})


def test_an_entry_without_a_value_is_refused():
    with pytest.raises(ValueError, match="t.exact: .*'value'"):
        read_entries({"t": {"exact": {k: v for k, v in ENTRY.items() if k != "value"}}})


def test_same_as_takes_over_the_source_but_not_the_bound():
    table = read_entries(
        tomllib.loads("""
        [a.b]
        quantity = "a number"
        value = 2.0
        citation = "A. Author, J. 1, 2 (3)"
        arxiv = "1234.5678"
        kind = "numerical"
        tolerance = 0.1
        [c.d]
        same_as = "a.b"
        kind = "statistical"
    """)
    )
    assert table["c.d"] == Entry(
        key="c.d", quantity="a number", value=2.0, citation="A. Author, J. 1, 2 (3)",
        arxiv="1234.5678", kind="statistical",
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
        reference.MIME: {"key": "t.measured", "ours": 2.25, "error": 0.4, "published": 2.0,
                         "z": 0.5},
    }  # fmt: skip


def test_outside_of_notebooks_ipython_is_not_imported():
    code = (
        "from rgcourse import check; check('onsager.critical_energy', -2**0.5);"
        "import sys; print('IPython' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[1] == "False"


def notebook(*records):
    outputs = [{"output_type": "display_data", "data": {reference.MIME: r}} for r in records]
    return json.dumps({"cells": [
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "code", "outputs": [{"output_type": "stream", "text": "x"}, *outputs]},
    ]})  # fmt: skip


def test_collect_reads_the_checks_of_all_pages(ledger, tmp_path):
    (tmp_path / "part").mkdir()
    (tmp_path / "_build").mkdir()
    first = {"key": "t.exact", "ours": 2.05, "published": 2.0}
    second = {"key": "t.sampled", "ours": 2.1, "error": 0.1, "published": 2.0, "z": 1.0}
    (tmp_path / "part" / "b.ipynb").write_text(notebook(first, second))
    (tmp_path / "a.ipynb").write_text(notebook(second))
    (tmp_path / "_build" / "c.ipynb").write_text(notebook(first))
    assert collect(tmp_path) == [
        {"page": "a", **second}, {"page": "part/b", **first}, {"page": "part/b", **second}
    ]  # fmt: skip


@pytest.mark.parametrize("stale", [{"key": "t.exact", "published": 1.9},
                                   {"key": "t.gone", "published": 2.0}])  # fmt: skip
def test_collect_refuses_stale_pages(ledger, tmp_path, stale):
    (tmp_path / "a.ipynb").write_text(notebook({"ours": 2.0} | stale))
    with pytest.raises(ValueError, match=f"a stores a check of {stale['key']}.*run the page again"):
        collect(tmp_path)


def test_collect_needs_a_folder(tmp_path):
    with pytest.raises(ValueError, match="is not a folder"):
        collect(tmp_path / "nowhere")
