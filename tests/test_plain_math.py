"""Formulas in plain letters, for pages without scripts."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "book" / "_theme"))
import plain_math  # noqa: E402


@pytest.mark.parametrize(
    "tex, words",
    [
        (r"T_c", "T_c"),
        (r"2 \times 2", "2 × 2"),
        (r"T_c = 2 / \ln(1 + \sqrt{2})", "T_c = 2 / ln(1 + √2)"),
        (r"\frac{\mathrm dg}{\mathrm dl} = g^2", "dg/dl = g²"),
        (r"K' = \tfrac12 \ln\cosh(2K)", "K' = 1/2 ln cosh(2K)"),
        (r"\langle |m| \rangle \propto L^{-1.20}", "⟨|m|⟩ ∝ L^(-1.20)"),
        (r"l = \ln\frac{D_0}{D}", "l = ln D₀/D"),
        (r"\begin{aligned} a &= b \\ c &= d_{ij}\end{aligned}", "a = b\nc = d_ij"),
        (r"\left\{ x \right\} \quad\text{for all } x", "{ x } for all x"),
    ],
)
def test_tex_is_said_in_plain_letters(tex, words):
    assert plain_math.plain(tex) == words


def test_formulas_of_a_page_carry_their_words_and_keep_their_tex():
    body = (
        r'<p><span class="math notranslate nohighlight">\(a &lt; b^2\)</span></p>'
        '<div class="math notranslate nohighlight" id="equation-x">\n'
        '<span class="eqno">(1)<a href="#x">#</a></span>\\[s = &quot;t&quot;\\]</div>'
    )
    context = {"body": body}
    plain_math.say_plainly(None, "page", "page.html", context, None)
    assert 'data-plain="a &lt; b²">\\(a &lt; b^2\\)</span>' in context["body"]
    assert 'id="equation-x" translate="no" dir="ltr" data-plain=' in context["body"]
    assert "&quot;t&quot;\\]" in context["body"]
