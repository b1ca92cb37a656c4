"""Slides are made of what a built page shows: bets, formulas, figures, and nothing from outside."""

import re
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools")]
import slides  # noqa: E402

FORMULA = r'<span class="math">\(K_c\)</span>'
PAGE = rf"""<html><body><nav><img src="x.png"></nav><article>
<section id="vote"><h1>Let four vote<a class="headerlink" href="#vote">#</a></h1>
<p><strong>You will</strong> count votes.</p>
<p><em>Route: physics.</em></p>
<figure><img class="rg-light" src="../_images/a.svg" alt="light"><img class="rg-dark"
src="../_images/b.svg" alt="dark"><figcaption><p>Four.</p></figcaption></figure>
<section><h2>Predict first</h2>
<div class="predict admonition"><p class="admonition-title">Four votes</p><p>They are</p>
<ul><li><p><em>(a)</em> odd;</p></li><li><p><em>(b)</em> even {FORMULA};</p></li></ul></div>
<details class="sd-dropdown"><summary>Why</summary><div class="sd-card-body"><p>Odd is
tempting.</p></div></details></section>
<section><h2>Count</h2>
<p>As said <span class="bibtex-citation">[<a href="https://x.org">7</a>]</span>. See
<a href="https://x.org/flows.html">flows</a>. {"Much more is said here. " * 30}</p>
<div class="math" id="equation-1"><span class="eqno">(1)<a class="headerlink">#</a></span>
\[ x \]</div>
<div class="math">\[ y \]</div>
<div class="cell"><details class="rg-code"><summary>Code</summary></details>
<div class="cell_output"><div class="rgw-slot"><img class="rgw-still rgw-still-light"
src="../_images/c.webp" alt="alive"><img class="rgw-still-dark" src="../_images/d.webp" alt="no">
<script>{{}}</script></div></div></div>
<div class="verdict answer-b docutils"><p>Answer (b).</p></div></section>
<section><h2>Exercises</h2><div class="exercise admonition"><p class="admonition-title">
<span class="caption-number">Exercise 3 </span> (No ties)</p><section><p>Vote by three.</p>
</section></div><div class="solution dropdown admonition"><p class="admonition-title">Solution</p>
<section><p>Twice.</p><img src="../_images/e.png" alt="solved"></section></div>
<p><strong>What we found.</strong> Votes carry.</p></section>
</section></article></body></html>"""


@pytest.fixture
def page(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "_images").mkdir()
    for name in ("a.svg", "b.svg", "c.webp", "d.webp", "e.png"):
        (tmp_path / "_images" / name).write_bytes(name.encode())
    (tmp_path / "book/vote.html").write_text(PAGE)
    return tmp_path / "book/vote.html"


def text(slide):
    return " ".join(slides.words_of(slide.body).split())


def test_a_page_becomes_its_slides_in_order(page):
    title, made = slides.slides_of(page)
    assert title == "Let four vote"
    assert [(slide.kind, slide.heading) for slide in made] == [
        ("title", "Let four vote"),
        ("figure", ""),
        ("bet", "Four votes"),
        ("answer", "Four votes"),
        ("section", "Count"),
        ("figure", "Count"),
        ("exercise", "Exercise: No ties"),
        ("figure", "Exercises"),
        ("found", "What we found"),
    ]
    assert text(made[0]) == "You will count votes." and text(made[-1]) == "Votes carry."


def test_a_bet_is_answered_on_the_next_slide_only(page):
    question, answer = slides.slides_of(page)[1][2:4]
    assert "(a) odd" in text(question) and "(b) even" in text(question)
    assert "tempting" not in text(question)
    assert "(b) even" in text(answer) and "(a)" not in text(answer) and "tempting" in text(answer)


def test_a_section_shows_its_first_sentences_and_numbered_formulas(page):
    shown = slides.slides_of(page)[1][4]
    assert text(shown).startswith("As said. See flows. Much more")
    assert r"\[ x \]" in shown.body and "(1)" in shown.body and r"\[ y \]" not in shown.body
    assert len(text(shown)) < slides.LEAD + 40 and slides.is_whole(shown.body)


def test_of_each_figure_the_picture_for_white_paper_is_shown(page):
    made = [slide.body for slide in slides.slides_of(page)[1] if slide.kind == "figure"]
    words = [re.findall(r'alt="(\w+)"', body) for body in made]
    assert words == [["light"], ["alive"], ["solved"]]
    assert "A live figure" in made[1] and "Four." in made[0]


def test_an_exercise_keeps_its_solution_to_itself(page):
    assert not any("Twice" in slide.body for slide in slides.slides_of(page)[1])


@pytest.mark.parametrize("text", ["one <em>two", "a </em> b", "cut <img", "<p>a</p> <em>"])
def test_a_cut_through_a_tag_is_seen(text):
    assert not slides.is_whole(text)
    assert slides.is_whole("a <em>b</em> <img src='x'> c")


def test_a_file_asks_for_nothing_else(page):
    file = slides.document(*slides.slides_of(page))
    assert slides.outside(file) == []
    assert slides.LICENSE in file and file.count("<footer>") == 9
    assert [n for n in ("https://x.org", 'href="') if n in file.split("<script>")[0]] == []
    assert slides.outside('<img src="https://x.org/a.png">') == ["https://x.org/a.png"]
    assert slides.outside('<style>a { src: url("fonts/b.woff") }</style>') == ["fonts/b.woff"]
    assert slides.outside('<a href="x.html">') == ["x.html"]


def test_only_what_formulas_need_is_carried():
    plain, rich = (
        slides.mathjax(f'<span class="math">\\({tex}\\)</span>').split("</script>")
        for tex in ("x", r"\boldsymbol x \mathcal L")
    )
    assert "MathJax_Calligraphic-Regular.woff" in rich[0] and '"boldsymbol"' in rich[0]
    assert "MathJax_Calligraphic-Regular.woff" not in plain[0] and "boldsymbol" not in plain[0]
    assert "MathJax_Main-Regular.woff" in plain[0]
    assert len(rich) == len(plain) + 1
    assert slides.mathjax("<p>no formula</p>") == ""


def test_a_book_that_is_not_built_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(slides, "BUILT", tmp_path)
    assert slides.main([]) == 1
    assert "make book" in capsys.readouterr().err


def test_an_unknown_page_is_refused(page, monkeypatch, capsys):
    built = page.parents[1]
    (built / "_sources/book").mkdir(parents=True)
    (built / "_sources/book/vote.ipynb").touch()
    monkeypatch.setattr(slides, "BUILT", built)
    monkeypatch.setattr(slides, "ROOT", built.parent)
    with pytest.raises(SystemExit):
        slides.main(["votes"])
    assert "no page votes" in capsys.readouterr().err
    assert slides.main(["vote"]) == 0
    written = (built.parent / "slides/vote.html").read_text()
    assert len(BeautifulSoup(written, "html.parser").select(".slide")) == 9
