"""The visitor of the pages turns red where it should: small pages, each with one fault."""

import pytest
import visit

GOOD = """<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A dial</title>
<link rel="icon" href="data:,">
<style>
body { color: #222; background: #fff } canvas { width: 100px; height: 100px }
[data-theme=dark] body { color: #eee; background: #111 }
</style>
</head>
<body>
<main>
<h1>Turn the dial</h1>
<figure class="rgw" tabindex="0" aria-labelledby="t">
  <strong id="t">What does it do?</strong> <output id="clock">0</output>
  <canvas role="img" aria-label="a square"></canvas>
  <button id="run">Run</button> <button id="skip" hidden>Skip the question</button>
  <label>temperature <input id="T" type="range" min="0" max="5" step="0.1" value="1">
  <output for="T">1</output></label>
</figure>
</main>
<script>
const [T, run] = ["T", "run"].map(id => document.getElementById(id));
const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
dark.addEventListener("change", theme); theme();
T.addEventListener("input", () => document.querySelector("output[for=T]").value = T.value);
document.querySelector("figure").addEventListener("keydown", event => {
  if (event.target == T || !event.key.startsWith("Arrow")) return;
  T.value = Number(T.value) + 0.1; T.dispatchEvent(new Event("input"));
});
run.addEventListener("click", () => run.textContent = run.textContent == "Run" ? "Pause" : "Run");
let n = 0; setInterval(() => document.getElementById("clock").value = ++n, 50);
</script>
</body>
</html>
"""
DEAF = """<figure class="rgw" data-state="error" aria-label="deaf">
  <canvas role="img" aria-label="a square"></canvas>
  <button>Run</button> <input type="range" aria-label="deaf" disabled> <output>1</output>
  <input type="range" aria-label="stiff" onpointerdown="return false"> <output>1</output>
</figure>
<figure class="rgw" aria-label="bare"><canvas role="img" aria-label="a square"></canvas></figure>"""


@pytest.fixture
def complaints(tmp_path, serve, open_page, poll):
    """`complaints((old, new), ...)` -> complaints by kind about the good page so changed."""

    def judge(*changes):
        text = GOOD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        page = open_page(width=1280, color_scheme="light")
        page.add_init_script(visit.COUNT_FRAMES)
        page.goto(serve(tmp_path) + "/page.html")
        visit.settle(page, poll)
        found = {"barriers": visit.barriers(page), "motion": visit.motion(page)}
        found["figures"] = visit.unmoved(page, poll)
        found["width"] = visit.overflow(page, 768) + visit.overflow(page, 360)
        found["troubles"] = visit.troubles(page)
        found["faint"] = visit.faint(page, poll)
        return found

    return judge


def test_a_good_page_is_left_alone(complaints):
    assert not any(complaints().values())


def test_a_question_before_the_controls_is_skipped(complaints):
    locked = "T.disabled = true; skip.hidden = false; skip.onclick = () => T.disabled = false"
    assert not any(complaints(("let n", f"{locked}; let n")).values())


def test_every_fault_of_a_page_is_complained_about(complaints):
    animation = "@keyframes k { to { rotate: 1turn } } h1 { animation: k 9s infinite }"
    found = complaints(
        ("let n", "console.error('no wasm'); let n"),
        ("</html>", "<script>undefined_name</script></html>"),
        ("<h1>", '<img src="lost.png" alt="lost"><h1>'),
        ("<main>", '<main><img src="https://example.org/x.png" alt="outside">'),
        ("</main>", '<pre style="width: 500px">wide</pre></main>'),
        ("</main>", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main>'),
        ("color: #eee", "color: #444"),
        ("canvas {", animation + " canvas {"),
        ("</body>", "<script>let f = () => requestAnimationFrame(f); f()</script></body>"),
    )
    assert [complaint[:10] for complaint in found["barriers"]] == ["image-alt:"]
    assert found["faint"] and all("color-contrast" in complaint for complaint in found["faint"])
    assert found["width"] and all("at 360 px" in complaint for complaint in found["width"])
    assert "animation frames" in found["motion"][0] and "1 running" in found["motion"][1]
    for words in ("no wasm", "undefined_name", "404", "outside: https://example.org/x.png"):
        assert any(words in complaint for complaint in found["troubles"]), words


def test_a_listing_with_a_look_of_its_own_is_not_left_out(complaints):
    listing = '<div class="highlight"><pre><span style="color: {}">{}</span></pre></div>'
    words = ["#222 if", "#222 if", "#bbb =", "#bbb if", "#bbb if", "#ccc if"]
    listings = "".join(listing.format(*word.split()) for word in words)
    dark, *light = complaints(("</main>", listings + "</main>"))["faint"]
    assert "#222" in dark and ["#bbb" in light[0], "#ccc" in light[1]] == [True] * len(light)


@pytest.mark.parametrize(("above", "late"), [(1000, 0), (1600, 1)])
def test_a_picture_below_a_screen_and_a_half_is_late(above, late, page):
    box = "<figure style='height: 9px'></figure>"
    page.set_content(f"<div class=bd-article><div style='height: {above}px'></div>{box}</div>")
    assert len(visit.late_picture(page)) == late
    page.set_content("<div class=bd-article><details open><figure>hidden</figure></details></div>")
    assert len(visit.late_picture(page)) == 1


def test_every_fault_of_a_figure_is_complained_about(complaints, monkeypatch):
    monkeypatch.setattr(visit, "ANSWER", 2.0)  # no answer will come
    deaf_button = ("run.addEventListener", "skip.addEventListener")
    deaf_slider = ("T.addEventListener", "skip.addEventListener")
    found = complaints(deaf_button, deaf_slider, ("</main>", DEAF + "</main>"))
    for number, words in [
        (1, "slider 'temperature 1' does not answer to the arrow keys"),
        (1, "slider 'temperature 1' does not answer to the mouse"),
        (1, "does not answer to the keyboard"),
        (2, "slider 'stiff' does not answer to the arrow keys"),
        (2, "with the focus on the figure, the arrow keys do not move its main slider"),
        (3, "has neither slider nor button"),
    ]:
        holders = [c for c in found["figures"] if f"figure {number}" in c and words in c]
        assert holders, (words, found["figures"])
    assert any("a figure failed" in complaint for complaint in found["troubles"])
