"""What can be wrong with a page in the browser: functions of an open page -> list of complaints."""

import os
import re
import sys
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import pages  # noqa: E402

# Pages of the package are made alike, from docstrings: one stands for all, and has no picture.
CODE, ONE_OF_CODE = "book/package/", "book/package/kondo"
WITHOUT_PICTURE = {"search", ONE_OF_CODE}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
FIGURE = "figure.rgw"
FAILED = ".rgw-error, [data-state=error]"
ANSWER = 60.0  # seconds after which a control counts as deaf, on however slow a machine
PICTURES = ROOT / "artifacts/screenshots"
ALL_PICTURES = "RGCOURSE_PICTURES" in os.environ
COUNT_FRAMES = """
window.framesAsked = 0;
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => { window.framesAsked += 1; return ask(callback); };
"""


def pages_to_visit():
    """The pages of the book, of those of the package the overview and one more, and the search."""
    seen = {f"{CODE}overview", ONE_OF_CODE}
    return [*(p for p in pages.toc_files() if not p.startswith(CODE) or p in seen), "search"]


# --- a page at rest ---------------------------------------------------------------------------


def settle(page, poll):
    """Wait until fonts, mathematics and all live figures of the page are there."""
    page.evaluate("() => document.fonts.ready.then(() => true)")
    if page.locator(".math").count():  # its scripts come after the first live frame
        page.wait_for_function("() => window.MathJax?.startup?.promise")
        page.evaluate("() => window.MathJax.startup.promise.then(() => true)")
    wanted = page.locator("script[type='application/vnd.jupyter.widget-view+json']").count()
    poll(lambda: page.locator(f"{FIGURE}, {FAILED}").count() >= wanted)
    for figure in page.locator(FIGURE).all():
        figure.scroll_into_view_if_needed()
        poll(lambda: figure.evaluate(IS_DRAWN))  # noqa: B023
    page.evaluate(TO_THE_TOP)


# The page answers a scroll in the next frame, and is at rest after it.
TO_THE_TOP = """() => new Promise(done => {
    window.scrollTo(0, 0);
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));
})"""

IS_DRAWN = """figure => [...figure.querySelectorAll('canvas, svg, img')].some(
    stage => stage.getBoundingClientRect().width > 40)"""


def troubles(page):
    """Errors of the console and of requests, requests that wanted to leave the machine, and live
    figures that say they have failed.
    """
    blocked = [f"a request to the outside: {url}" for url in page.blocked]
    errors = [f"an error in the console: {error}" for error in page.errors]
    failed = [f"a figure failed: {text}" for text in page.locator(FAILED).all_inner_texts()]
    return blocked + errors + failed


def stale_stills(page):
    """Figures at rest whose stills, in their words, show something else."""
    return [
        f"still: {still!r}, figure: {words!r}: run tools/pages.py --stills"
        for still, words in page.evaluate(STILLS_AND_WORDS)
        if still != words
    ]


STILLS_AND_WORDS = """() => [...document.querySelectorAll('.rgw-slot')]
    .filter(slot => slot.querySelector('.rgw-stage'))
    .map(slot => {
        const { figure } = slot.querySelector('.rgw').parentElement;
        figure.scene.exhibit();
        figure.refresh();
        return slot;
    })
    .map(slot => [
        slot.querySelector('.rgw-still-light')?.alt,
        slot.querySelector('.rgw-title').textContent + ' ' +
            slot.querySelector('.rgw-stage').getAttribute('aria-label'),
    ])"""


def picture(page, name, kind):
    """A picture of the whole page, where it is at fault or RGCOURSE_PICTURES is set."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name.replace('/', '-')}-{kind}.jpg"
    page.screenshot(path=path, full_page=True, quality=80)  # PNG takes twice as long


def late_picture(page):
    """Whether the first picture of the page lies lower than a screen and a half."""
    latest = 1.5 * page.viewport_size["height"]
    top = page.evaluate(FIRST_PICTURE)
    if top is not None and top <= latest:
        return []
    return [f"the first picture is at {top} px, expected within {latest:.0f} px"]


FIRST_PICTURE = """() => {
    const shown = '.bd-article :is(figure:not(.rgw), .rgw-slot, .rg-hero, .rg-map)';
    const tops = [...document.querySelectorAll(shown)]
        .filter(box => !box.closest('details') && box.getClientRects().length)
        .map(box => box.getBoundingClientRect().top + scrollY);
    return tops.length ? Math.min(...tops) : null;
}"""


def overflow(page, width):
    """Elements that make the page scroll sideways at a width of so many pixels."""
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate(WIDE_ELEMENTS)
    return [f"scrolls sideways at {width} px: {element}" for element in wide]


WIDE_ELEMENTS = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const wide = [...document.body.querySelectorAll('*')].filter(
        element => element.getBoundingClientRect().right > room + 1);
    return ['the page', ...wide.slice(0, 8).map(
        element => element.outerHTML.replace(/\\s+/g, ' ').slice(0, 120))];
}"""


def use_theme(page, poll, theme):
    """Let the reader's system ask for the light or the dark theme, and wait for the page."""
    page.emulate_media(color_scheme=theme)
    poll(lambda: page.evaluate("() => document.documentElement.dataset.theme") == theme)


def barriers(page):
    """What axe-core finds against WCAG 2.2 A and AA, but for contrasts.

    The coloured words of listings have no role and no name, so that their letters will do.
    """
    rules = {rule: {"enabled": False} for rule in COLOUR_RULES}
    page.evaluate(PLAIN_LISTINGS)
    found = violations(page, {"runOnly": {"type": "tag", "values": WCAG}, "rules": rules})
    page.evaluate(COLOURED_LISTINGS)
    return found


PLAIN_LISTINGS = """() => {
    const bare = (word) => word.getAttributeNames().every(name => name === 'class');
    const listings = [...document.querySelectorAll('.highlight pre')]
        .filter(pre => [...pre.querySelectorAll('*')].every(bare));
    window.coloured = listings.map(pre => [pre, [...pre.childNodes]]);
    for (const pre of listings) pre.replaceChildren(pre.textContent);
}"""
COLOURED_LISTINGS = """() => {
    for (const [pre, words] of window.coloured) pre.replaceChildren(...words);
}"""


def faint(page, poll):
    """What axe-core finds against the contrasts of the page in both themes, which ends the visit.

    To measure the contrast of a word takes milliseconds, and thousands look alike: paragraphs,
    rows, listings and formulas that show no look of their own in either theme are taken away.
    """
    page.evaluate(NOTE_LOOKS)
    use_theme(page, poll, "dark")
    page.evaluate(NOTE_LOOKS)
    page.evaluate(TAKE_AWAY_REPEATED)
    rules = {"runOnly": {"type": "rule", "values": COLOUR_RULES}}
    complaints = violations(page, rules)
    use_theme(page, poll, "light")
    return complaints + violations(page, rules)


# The look of a word: its colours, size and weight, and all that lies behind it, in each theme.
NOTE_LOOKS = """() => {
    window.looks ??= new Map();
    const behind = new Map();
    for (const word of document.body.querySelectorAll('*')) {
        const { color, backgroundColor, fontSize, fontWeight, opacity } = getComputedStyle(word);
        behind.set(word, `${behind.get(word.parentElement) ?? ''} ${backgroundColor}`);
        const look = [color, fontSize, fontWeight, opacity, behind.get(word)];
        looks.set(word, [looks.get(word), ...look].join());
    }
}"""

TAKE_AWAY_REPEATED = """() => {
    const blocks = 'p, li, dt, dd, tr, pre, details, .cell, .math, .highlight';
    const spoken = (word) => [...word.childNodes]
        .filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data).join('').trim();
    const looksOf = (words) => words.map(word => [word, spoken(word)])
        .filter(([, text]) => text) // axe-core does not judge single letters
        .map(([word, text]) => `${text.length < 2} ${looks.get(word)}`);
    const known = new Set();
    const repeated = [...document.body.querySelectorAll(blocks)].filter(block => {
        const words = [block, ...block.querySelectorAll('*')];
        if (!block.checkVisibility() || looksOf(words).every(look => known.has(look))) return true;
        const own = words.filter(word => word.closest(blocks) === block);
        for (const look of looksOf(own)) known.add(look);
        return false;
    });
    for (const block of repeated) block.remove();
}"""


def violations(page, options):
    """Complaints of axe-core about the page."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # without preload, which fetches style sheets again, from wrong addresses
    options = {**options, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate(
        "async (options) => (await axe.run(document, options)).violations", options
    )
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]} ({node['target']})"
        for violation in found
        for node in violation["nodes"]
    ]


def motion(page, milliseconds=300):
    """What moves by itself, within a while. The page must have been opened with COUNT_FRAMES."""
    before = page.evaluate("() => window.framesAsked")
    page.wait_for_timeout(milliseconds)
    frames = page.evaluate("() => window.framesAsked") - before
    running = page.evaluate(
        "() => document.getAnimations().filter(a => a.playState == 'running').length"
    )
    complaints = [f"{frames} animation frames in {milliseconds} ms"] if frames else []
    return complaints + ([f"{running} running animations"] if running else [])


# --- driving a live figure --------------------------------------------------------------------


def unmoved(page, poll):
    """Live figures whose parts do not answer to mouse or keyboard."""
    return [
        f"figure {number}: {complaint}"
        for number, figure in enumerate(page.locator(FIGURE).all(), start=1)
        for complaint in drive(page, poll, figure)
    ]


def drive(page, poll, figure):
    """Use every slider and button of a figure by mouse and by keyboard."""
    figure.scroll_into_view_if_needed()
    skip = figure.get_by_role("button", name=re.compile("skip", re.IGNORECASE))
    if skip.count() and skip.first.is_visible():  # a question that waits for a guess
        skip.first.click()
    for details in figure.locator("details:not([open]) > summary").all():
        details.click()
    sliders = [s for s in figure.locator("input[type=range]").all() if is_usable(s)]
    # handles, not locators: a button may take itself out of the page and so shift the others
    buttons = [b for b in figure.locator("button").element_handles() if is_usable(b)]
    complaints = [] if sliders or buttons else ["has neither slider nor button"]
    complaints += runs_and_pauses(page, poll, figure)
    for slider in sliders:
        complaints += by_keyboard(page, poll, slider) + by_mouse(poll, slider)
    if sliders:
        complaints += by_figure_keys(page, poll, figure, sliders[0])
    for button in buttons:
        starts = re.match(RUN, button.text_content(), re.IGNORECASE)
        if not starts and button.evaluate("b => b.isConnected") and is_usable(button):
            button.click()
    return complaints


def is_usable(control):
    return control.is_visible() and control.is_enabled()


# The value of a slider, and the output that stands with it: inside the smallest element around
# the slider that holds one, so that the running readouts of the figure do not count.
SHOWN = """slider => {
    let around = slider.parentElement;
    while (around && !around.querySelector('output') && !around.matches('figure'))
        around = around.parentElement;
    const named = slider.id && document.querySelector(`output[for~="${slider.id}"]`);
    const output = named || (around && around.querySelector('output'));
    return [slider.value, output ? output.textContent : slider.value];
}"""


def moved(poll, slider, before):
    """Whether the slider and its output come to differ from `before`."""

    def differs():
        value, shown = slider.evaluate(SHOWN)
        return value != before[0] and shown != before[1]

    try:
        return poll(differs, timeout=ANSWER)
    except AssertionError:
        return False


NAME = """slider => slider.ariaLabel
    || slider.labels?.[0]?.textContent?.replace(/\\s+/g, ' ').trim() || slider.outerHTML"""


def arrow(slider):
    """The arrow key that leads away from the end of the slider."""
    at_end = slider.evaluate("s => Number(s.value) >= Number(s.max || 100)")
    return "ArrowLeft" if at_end else "ArrowRight"


def by_keyboard(page, poll, slider):
    before = slider.evaluate(SHOWN)
    slider.focus()
    page.keyboard.press(arrow(slider))
    if moved(poll, slider, before):
        return []
    return [f"the slider {slider.evaluate(NAME)!r} does not answer to the arrow keys"]


def by_figure_keys(page, poll, figure, slider):
    """Arrow keys move the main slider whenever the figure has the focus."""
    before = slider.evaluate(SHOWN)
    figure.focus()
    page.keyboard.press(arrow(slider))
    if moved(poll, slider, before):
        return []
    return ["with the focus on the figure, the arrow keys do not move its main slider"]


def by_mouse(poll, slider):
    before = slider.evaluate(SHOWN)
    share = slider.evaluate("s => (s.value - (s.min || 0)) / ((s.max || 100) - (s.min || 0))")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    across = 0.25 if share > 0.5 else 0.75
    slider.click(position={"x": box["width"] * across, "y": box["height"] / 2})
    if moved(poll, slider, before):
        return []
    return [f"the slider {slider.evaluate(NAME)!r} does not answer to the mouse"]


RUN = r"^\W*(run|pause|play)"


def runs_and_pauses(page, poll, figure):
    """The Run / Pause button changes its face, by mouse and by the space bar; then it rests, since
    frames of a big lattice between two clicks take most of a visit.
    """
    button = figure.get_by_role("button", name=re.compile(RUN, re.IGNORECASE))
    if not button.count():
        return []
    handle, complaints = button.first.element_handle(), []

    def face():
        return handle.evaluate("b => b.textContent + b.ariaLabel + b.ariaPressed")

    def press(how, what):
        before = face()
        how()
        try:
            poll(lambda: face() != before, timeout=ANSWER)
        except AssertionError:
            complaints.append(f"the button {before!r} does not answer to {what}")

    press(handle.click, "the mouse")
    handle.focus()
    press(lambda: page.keyboard.press("Space"), "the keyboard")
    if "pause" in face().lower():
        handle.click()
    return complaints
