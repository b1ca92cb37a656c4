"""The pages of the package: every public name, from its docstring, and links to it by name."""

import inspect
import io
import re
import sys
from pathlib import Path

import pytest
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

import rgcourse

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "book/_theme"), str(ROOT / "tools")]
import code_links  # noqa: E402
import code_pages  # noqa: E402
import find  # noqa: E402
import pages  # noqa: E402

MODULES = {name for name in rgcourse.__all__ if code_pages.is_module(name)}
PAGE = """
Code
====

Ask `rgcourse.flows.find_fixed_point(R, x, b=2)`, `flows`, ``rgcourse.check`` and ``check``.

.. public-names:: Part
"""
LESSON = """
Lesson
======

`Slope`, `flow.find_fixed_point`, `find_fixed_point(R)`, `trajectory` and `rgcourse.flows`.
Once more: `find_fixed_point`.

.. code-block:: ipython3

   import rgcourse.statistics as st
   from rgcourse import flows as flow
   from rgcourse.flows import (
       find_fixed_point,
       FixedPoint as Point,
   )
   from numpy import exp
   find_fixed_point(exp)
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """(folder of a small strict book, its environment)."""
    folder = tmp_path_factory.mktemp("code")
    for name, text in {"code": PAGE + "\n.. toctree::\n\n   lesson\n", "lesson": LESSON}.items():
        (folder / f"{name}.rst").write_text(text)
    settings = {"extensions": ["code_pages", "code_links"], "root_doc": "code", "nitpicky": True}
    parts, told = code_pages.parts, io.StringIO()
    code_pages.parts = lambda: {"Part": ["flows", "statistics", "reference", "exact"]}
    try:
        with docutils_namespace():
            app = Sphinx(folder, None, folder / "out", folder / "trees", "html", settings,
                         status=None, warning=told)  # fmt: skip
            app.build()
    finally:
        code_pages.parts = parts
    assert told.getvalue() == ""
    return folder / "out", app.env


# --- which names ------------------------------------------------------------------------------


def test_every_module_stands_on_one_page():
    listed = [name for names in code_pages.parts().values() for name in names]
    assert sorted(listed) == sorted(MODULES)
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "book/package").glob("*.rst")]
    shown = [re.search(r"public-names:: (.+)", text)[1] for text in texts]
    assert sorted(shown) == sorted(words for words, names in code_pages.parts().items() if names)
    files = {f"book/package/{path.stem}" for path in (ROOT / "book/package").iterdir()}
    assert files <= set(pages.toc_files())


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_name_is_shown_where_it_is_made(module):
    here, elsewhere = code_pages.listed(module)
    names = getattr(rgcourse, module).__all__
    assert sorted([*here, *elsewhere]) == sorted(names)
    for name, maker in elsewhere.items():
        assert maker != module and name in code_pages.listed(maker)[0]


def test_names_made_elsewhere_exist():
    assert code_pages.listed("kondo")[1]["kondo_flow"] == "nrg"


def test_a_class_shows_its_own_and_inherited_methods():
    assert {"sweep", "record", "energy"} <= set(code_pages.members(rgcourse.samplers.Wolff))
    assert code_pages.kind(rgcourse.samplers.Wolff) == "autoclass"
    assert code_pages.kind(rgcourse.sweeps.SweepError) == "autoexception"
    assert code_pages.kind(rgcourse.exact.CRITICAL_K) == "autodata"
    assert code_pages.kind(rgcourse.flows.trajectory) == "autofunction"


def test_the_small_book_has_them_all(book):
    known = code_links.objects(book[1])
    for module in ("flows", "statistics", "reference", "exact"):
        for name in code_pages.listed(module)[0]:
            assert f"rgcourse.{module}.{name}" in known
    assert "rgcourse.statistics.Estimate.z_score" in known


# --- docstrings are plain text ----------------------------------------------------------------


def processed(text):
    lines = inspect.cleandoc(text).split("\n")
    code_pages.plain_text(None, "function", "f", None, {}, lines)
    return "\n".join(lines)


def test_formulas_keep_their_lines():
    text = processed("With theta,\n\n    a = b * c,\n    d = |e|.\n\nThen |x| and x**2.")
    formula = ".. code-block:: none\n\n    a = b * c,\n    d = |e|."
    assert text == f"With theta,\n\n{formula}\n\nThen \\|x\\| and x\\*\\*2."


def test_formulas_in_sections_do_so_too():
    text = processed(
        "F.\n\nParameters\n----------\nx : int\n    Such that\n\n        a = b\n\n    holds."
    )
    assert "    Such that\n\n    .. code-block:: none\n\n        a = b\n\n    holds." in text


def test_lists_examples_and_parameters_stay():
    for text in ("* one *two*\n* three", ">>> f(*a) | b\n[|x|]", "Parameters\n---\n*args : int"):
        out = processed(text)
        assert out.splitlines()[-1] == text.splitlines()[-1]
    assert processed("* one *two*").startswith("* one \\*two\\*")
    assert processed("`f(*a)` and x_") == "`f(*a)` and x\\_"


def test_a_formula_is_shown_as_it_is_written(book):
    text = (book[0] / "code.html").read_text(encoding="utf-8")
    assert "<pre><span></span>tau_j = h_j theta - (h_j - 1) theta_j," in text


# --- links ------------------------------------------------------------------------------------


def links(book, page):
    text = (book[0] / f"{page}.html").read_text(encoding="utf-8")
    found = re.findall(r'<a class="rg-name[^"]*" href="([^"]*)">(.*?)</a>', text, re.S)
    return [(address, re.sub("<[^>]*>", "", word)) for address, word in found]


def test_words_of_a_lesson_lead_to_their_entries(book):
    fixed = "code.html#rgcourse.flows.find_fixed_point"
    assert links(book, "lesson") == [
        (fixed, "flow.find_fixed_point"),
        ("code.html#module-rgcourse.flows", "rgcourse.flows"),
        ("code.html#module-rgcourse.statistics", "rgcourse.statistics"),
        ("code.html#module-rgcourse.flows", "flows"),
        ("code.html#module-rgcourse.flows", "rgcourse.flows"),
        (fixed, "find_fixed_point"),
        ("code.html#rgcourse.flows.FixedPoint", "FixedPoint"),
    ]


def test_words_between_entries_lead_to_the_nearest(book):
    found = links(book, "code")
    called = "rgcourse.flows.find_fixed_point(R, x, b=2)"
    assert found[:2] == [
        ("#rgcourse.flows.find_fixed_point", called),
        ("#rgcourse.reference.check", "rgcourse.check"),
    ]
    assert found[2][0] not in ("#module-rgcourse.flows", "#rgcourse.reference.check")
    assert ("#rgcourse.statistics.Estimate", "Estimate") in found


def test_names_are_read_from_imports():
    code = "from rgcourse import nrg as n, check\nimport rgcourse.field_theory as ft, numpy as np"
    assert code_links.names_imported(code) == {
        "n": "rgcourse.nrg",
        "check": "rgcourse.check",
        "ft": "rgcourse.field_theory",
    }
    assert code_links.names_imported("%timeit rgcourse") == {}


@pytest.mark.parametrize(
    "text, name",
    [
        ("ft.Phi4", "rgcourse.field_theory.Phi4"),
        ("ft.Phi4(L, r)", "rgcourse.field_theory.Phi4"),
        ("rgcourse.field_theory", "rgcourse.field_theory"),
        ("ft.Phi4 x", None),
        ("ft.nothing", None),
        ("Phi4", None),
        ("3 + 4", None),
    ],
)
def test_what_a_word_means(text, name):
    known = {"rgcourse.field_theory": 0, "rgcourse.field_theory.Phi4": 0}
    assert code_links.full_name(text, known, {"ft": "rgcourse.field_theory"}) == name


def test_the_search_finds_names():
    signature = addnodes.desc_signature("", "", ids=["rgcourse.nrg.run"])
    words = nodes.paragraph("", "A flow. With more: words.")
    entry = addnodes.desc("", signature, addnodes.desc_content("", words))
    page = nodes.section("", nodes.title("", "Code"), nodes.paragraph("", "It."), entry, ids=["c"])
    assert find.sections(nodes.Element("", page)) == [
        ["", "Code", "It.", ""],
        ["rgcourse.nrg.run", "nrg.run", "A flow.", ""],
    ]
    assert find.short("rgcourse.nrg.run", "nrg.run") == ["rgcourse.nrg.run", ""]
    assert find.short("run", "run") == ["run", "run"] and find.short("", "Code") == ["", "Code"]


def test_initials_of_an_author_number_no_list():
    """Red before: `P. W. Anderson` began a list at P, and lost his initials to its numbers."""
    assert code_pages.mark("P. W. Anderson, 1970.") == r"P\. W. Anderson, 1970."
    assert code_pages.mark("- A line. B. Another.") == "- A line. B. Another."
