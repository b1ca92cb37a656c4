"""Make slides of the pages of the built book, each page in one file that needs no network.

    python tools/slides.py                    all pages, into _build/slides
    python tools/slides.py block_spins flows  some of them

A page becomes its title, its bets (a question, and the answer on the next slide), each section with
its numbered formulas, each figure with its caption, its exercises without their solutions, and what
it has found. Nothing is executed: everything is taken from the built page. A file carries its
pictures, its fonts and MathJax with it, and asks for nothing else.
"""

import argparse
import base64
import copy
import html
import json
import re
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "_build" / "html"
THEME = ROOT / "book" / "_theme"
LOOK = ROOT / "tools" / "slides_look"
LICENSE = "Learning by Zooming Out, its authors, CC BY 4.0"
LEAD = 320  # letters of the first sentences of a section, at most
TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp",
         ".woff": "font/woff", ".woff2": "font/woff2"}  # fmt: skip
# What a page has for its own reading and a slide has not.
DROPPED = (
    "script, .headerlink, .rg-dark, .rgw-still-dark, .bibtex-citation, aside, details.rg-code, "
    ".caption-number, .sd-summary-state-marker"
)
# What MathJax takes from files only where a formula asks for it: {file: what asks}.
FONTS = {
    "Calligraphic": r"\\(mathcal|cal)\b", "Fraktur": r"\\mathfrak\b", "Script": r"\\mathscr\b",
    "SansSerif": r"\\(mathsf|textsf)\b", "Typewriter": r"\\(mathtt|texttt)\b",
    "Bold": r"\\(mathbf|textbf|boldsymbol|bf)\b", "Main-Italic": r"\\(mathit|textit)\b",
}  # fmt: skip
EXTENSIONS = {
    "boldsymbol": r"\\boldsymbol\b", "braket": r"\\(bra|ket|braket)\b", "cancel": r"\\[bx]?cancel",
    "cases": r"\{(num|sub)cases\}", "color": r"\\(text)?color", "enclose": r"\\enclose\b",
    "upgreek": r"\\up(alpha|beta|gamma|delta|mu|pi|sigma)\b",
}  # fmt: skip


@dataclass(frozen=True)
class Slide:
    """One slide: its kind (a class of the style sheet), its heading and what it shows, as HTML."""

    kind: str
    heading: str
    body: str


# --- from a page to its slides ------------------------------------------------------------------


def slides_of(page):
    """The title of a page, as HTML, and its `Slide`s."""
    article = article_of(page)
    title = inside(article.select_one("h1"))
    found = [Slide("title", title, opening(article))]
    answers = iter([right_letters(one) for one in article.select(".verdict")])
    for section in article.select("section"):
        name = section.find(re.compile("^h[1-6]$"), recursive=False)
        if name is None:  # what is inside an exercise
            continue
        heading, blocks = inside(name), [*blocks_of(section)]
        if name.name != "h1":
            found += section_slides(heading, blocks)
        for block in blocks:
            found += slides_of_block(block, "" if name.name == "h1" else heading, answers)
    return title, found + [Slide("found", "What we found", f"<p>{p}</p>") for p in ending(article)]


def article_of(page):
    """What a page says, as a tree, without what is not for slides; links are plain words."""
    article = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select_one("article")
    for number in article.select("div.math > .eqno"):
        number.parent["class"] = [*number.parent["class"], "numbered"]
    for cited in article.select(".bibtex-citation"):
        if isinstance(cited.previous_sibling, NavigableString):  # the space before the bracket
            cited.previous_sibling.replace_with(cited.previous_sibling.rstrip())
    for one in article.select(DROPPED):
        one.decompose()
    for link in article.select("a"):
        link.unwrap()
    for image in article.select("img"):
        given = {"src": as_data((page.parent / image["src"]).resolve()), "alt": image.get("alt")}
        image.attrs = {name: value for name, value in given.items() if value}
    for one in article.select("[id]"):
        del one["id"]
    return article


@cache
def as_data(path):
    """A file as an address that holds it."""
    return f"data:{TYPES[path.suffix]};base64,{base64.b64encode(path.read_bytes()).decode()}"


def inside(tag):
    """The HTML inside a tag."""
    return tag.decode_contents().strip()


def kinds(tag):
    return tag.get("class", [])


def blocks_of(section):
    """Blocks of a section in their order, those in containers too, but none of its subsections."""
    for child in section.find_all(True, recursive=False):
        if child.name == "section" or re.fullmatch("h[1-6]", child.name):
            continue
        if child.name == "div" and not {"math", "admonition", "rgw-slot"} & set(kinds(child)):
            yield from blocks_of(child)
        else:
            yield child


def opening(article):
    """What a page is for: its lines *You will ...*, or its first paragraph."""
    first = article.select("section > p")[:6]
    aims = [str(p) for p in first if inside(p).startswith("<strong>You ")]
    return "".join(aims or [lead(p) for p in first[:1]])


def section_slides(heading, blocks):
    """A section as its first sentences and its numbered formulas, three a slide."""
    if any("predict" in kinds(block) or "exercise" in kinds(block) for block in blocks):
        return []
    words = next((lead(block) for block in blocks if block.name == "p"), "")
    formulas = [str(one) for one in blocks if "numbered" in kinds(one)]
    threes = [formulas[n : n + 3] for n in range(0, len(formulas), 3)] or [[]]
    return [
        Slide("section", heading, "".join([words if n == 0 else "", *three]))
        for n, three in enumerate(threes)
    ]


def lead(paragraph):
    """The first sentences of a paragraph, as many as a slide bears; no tag is cut."""
    text = inside(paragraph)
    ends = [found.end() for found in re.finditer(r"[.?!:](?=\s+[A-Z]|\s*$)", text)]
    fit = [n for n in ends if len(words_of(text[:n])) <= LEAD and is_whole(text[:n])]
    return f"<p>{text[: fit[-1]]}</p>" if fit else ""


def words_of(text):
    """What is read of HTML."""
    return re.sub(r"<[^>]*>", "", text)


def is_whole(text):
    """Whether every tag and every formula that is opened in a text is closed in it."""
    tags = len(re.findall(r"<[a-z]", text)) - len(re.findall(r"<(img|br)\b", text))
    return tags == text.count("</") and text.rfind("<") <= text.rfind(">")


def slides_of_block(block, heading, answers):
    """The `Slide`s of one block: a bet with its answer, an exercise, or the figures in it."""
    if "predict" in kinds(block):
        return bet(block, next(answers, []))
    if "exercise" in kinds(block):
        return [exercise(block)]
    return [figure(one, heading) for one in figures_in(block)]


def figures_in(block):
    """The pictures in a block, the block itself among them."""
    return [block] if block.name == "img" else block.select("img")


def figure(image, heading):
    """A figure with its caption, of a live one the still."""
    whole = image.find_parent("figure")
    caption = whole and whole.select_one("figcaption")
    words = inside(caption) if caption else ""
    if image.find_parent(class_="rgw-slot"):
        words = "<p><em>A live figure. In the page of the book it moves.</em></p>"
    return Slide("figure", heading, f'{image}<div class="caption">{words}</div>')


def right_letters(verdict):
    """The letters in the class of a verdict, `answer-b-c`."""
    names = [name for name in kinds(verdict) if name.startswith("answer-")]
    return [letter for name in names for letter in name.split("-")[1:]]


def bet(block, right):
    """The question of a bet; on the next slide the answer, and why each other is tempting."""
    tempting = block.find_next_sibling()
    tempting = tempting.select_one(".sd-card-body") if tempting is not None else None
    name, asked = titled(block)
    options = [one for one in asked.select("li") if words_of(str(one)).strip()[1:2] in right]
    told = "".join(map(str, options))
    why = inside(tempting) if tempting is not None else ""
    return [Slide("bet", name, inside(asked)), Slide("answer", name, f"<ul>{told}</ul>{why}")]


def exercise(block):
    """An exercise as it is asked."""
    name, asked = titled(block)
    return Slide("exercise", f"Exercise: {name.strip('() ')}", inside(asked))


def titled(admonition):
    """The title of an admonition as HTML, and a copy of the admonition without it."""
    rest = copy.copy(admonition)
    return inside(rest.select_one(".admonition-title").extract()), rest


def ending(article):
    """What the page has found, as HTML: the paragraph that begins with these words."""
    for paragraph in article.select("p"):
        if words_of(str(paragraph)).strip().startswith("What we found"):
            yield re.sub(r"^<strong>.*?</strong>\s*", "", inside(paragraph))


# --- from slides to a file ----------------------------------------------------------------------


def document(title, slides):
    """Slides as one HTML file that needs no other."""
    shown = "\n".join(one_slide(slide, n, len(slides)) for n, slide in enumerate(slides, 1))
    name = html.escape(re.sub(r"\\[()]", "", html.unescape(words_of(title))))
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{name}: slides</title>
<style>
{style()}
</style>
</head>
<body>
{shown}
<script>
{(LOOK / "slides.js").read_text(encoding="utf-8")}
</script>
{mathjax(shown)}
</body>
</html>
"""


def one_slide(slide, number, count):
    """A slide with its number and the licence at its foot."""
    level = "h1" if slide.kind == "title" else "h2"
    head = f"<{level}>{slide.heading}</{level}>" if slide.heading else ""
    return (
        f'<section class="slide {slide.kind}" id="{number}">{head}<div class="body">{slide.body}'
        f"</div><footer>{LICENSE}<span>{number} of {count}</span></footer></section>"
    )


@cache
def style():
    """The colours of the book, its font, and how slides look."""
    font = as_data(THEME / "static/fonts/source-serif-4-latin-wght-normal.woff2")
    face = (
        f'@font-face {{ font-family: "Source Serif 4"; src: url("{font}"); font-weight: 200 900; }}'
    )
    colours = (THEME / "static/tokens.css").read_text(encoding="utf-8")
    return "\n".join([colours, face, (LOOK / "slides.css").read_text(encoding="utf-8")])


def mathjax(shown):
    """MathJax with the fonts and extensions that these slides need, as scripts, if they do."""
    if 'class="math' not in shown:
        return ""
    unused = [name for name, asks in FONTS.items() if not re.search(asks, shown)]
    fonts = {
        path.name: as_data(path)
        for path in sorted((THEME / "vendor/mathjax/output/chtml/fonts/woff-v2").iterdir())
        if not any(name in path.name for name in unused)
    }
    used = [name for name, asks in EXTENSIONS.items() if re.search(asks, shown)]
    files = [THEME / "vendor/mathjax/tex-mml-chtml.js"]
    files += [THEME / f"vendor/mathjax/input/tex/extensions/{name}.js" for name in used]
    packages = json.dumps({"[+]": used, "[-]": ["autoload", "require"]})
    set_up = (
        f"window.rgFonts = {json.dumps(fonts)};\n"
        "window.MathJax = { options: { enableMenu: false }, startup: { ready() {} },\n"
        f"  tex: {{ packages: {packages} }} }};"
    )
    scripts = [set_up, *map(script, files), (LOOK / "formulas.js").read_text(encoding="utf-8")]
    return "\n".join(f"<script>\n{one}\n</script>" for one in scripts)


@cache
def script(path):
    """A script as it may stand inside a page."""
    return path.read_text(encoding="utf-8").replace("</script", "<\\/script")


def outside(text):
    """Addresses in a file that lead out of it: none, if it is to work without network."""
    markup = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    found = re.findall(
        r"""(?:src|href|srcset|data|poster)=["']([^"']*)|url\(["']?([^"')]*)""", markup
    )
    return [one for pair in found for one in pair if one and not one.startswith(("data:", "#"))]


# --- all pages ----------------------------------------------------------------------------------


def pages_of(built):
    """The pages of the built book that are notebooks, in the order of their folders."""
    sources = sorted((built / "_sources").rglob("*.ipynb"))
    pages = [
        (built / path.relative_to(built / "_sources")).with_suffix(".html") for path in sources
    ]
    return [page for page in pages if page.exists()]


def write(page, folder):
    """Write the slides of a page; the file, and how many there are."""
    title, slides = slides_of(page)
    path = folder / f"{page.stem}.html"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(document(title, slides), encoding="utf-8", newline="\n")
    return path, len(slides)


def main(arguments=None):
    """Exit status 0 when slides of all pages that were asked for are written."""
    parser = argparse.ArgumentParser(description="Make slides of the pages of the built book.")
    parser.add_argument("names", nargs="*", help="which pages, such as flows; all if none")
    options = parser.parse_args(arguments)
    pages = pages_of(BUILT)
    if not pages:
        print("there is no built book in _build/html: run make book", file=sys.stderr)
        return 1
    unknown = set(options.names) - {page.stem for page in pages}
    if unknown:
        parser.error(f"no page {', '.join(sorted(unknown))}")
    start, folder = time.monotonic(), BUILT.parent / "slides"
    for page in pages:
        if not options.names or page.stem in options.names:
            path, count = write(page, folder)
            print(f"{path.relative_to(ROOT)}  {count} slides, {path.stat().st_size / 1e6:.1f} MB")
    print(f"{time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
