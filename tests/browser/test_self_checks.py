"""Answers below the exercises: judged in the page, kept in the browser, and never sent."""

import re

import pytest
from visit import barriers, faint

from rgcourse.answers import _kernels as kernels
from rgcourse.answers import checks

PAGE = "book/zooming_out/decimation.html"
CHOICE = "book/learning/mutual_information.html"
KEY = "zooming-out:answers"
PATIENCE = 120_000  # milliseconds: what has not come by then hangs
NAME = "decimation/three-at-a-time"
SIGNS = "decimation/an-antiferromagnet-forgets-its-sign"


def right(name):
    """An answer that is right, as one would type it."""
    numbers = checks()[name].numbers()
    return "; ".join(str(x) for x in numbers[kernels.HEAD : kernels.HEAD + checks()[name].n])


@pytest.fixture
def visit(site, open_page):
    def visit(name, page=None, **options):
        page = page or open_page(**options)
        page.set_default_timeout(PATIENCE)
        page.goto(f"{site}/{name}", wait_until="domcontentloaded")
        return page

    return visit


def form(page, name):
    return page.locator(f'form[data-check="{name}"]')


def said(page, name):
    return form(page, name).get_by_role("status").inner_text()


def type_in(page, name, text):
    form(page, name).get_by_role("textbox").fill(text)
    form(page, name).get_by_role("button", name="Check").click()
    return said(page, name)


def test_right_wrong_and_known_mistakes(visit):
    page = visit(PAGE)
    assert type_in(page, NAME, right(NAME)) == "Right."
    assert type_in(page, NAME, "0.9") == "Not yet."
    assert type_in(page, NAME, "0,7/3").startswith("Not yet: this is the coupling divided by b")
    assert type_in(page, NAME, "0.7^3").startswith("Not yet: this is the power of K itself")
    assert type_in(page, NAME, "1 2") == "One number asked for, 2 given."
    assert type_in(page, NAME, "<b>x</b>").startswith("<b>x</b> is no number")
    assert form(page, NAME).get_by_role("textbox").get_attribute("aria-invalid") == "true"
    assert type_in(page, NAME, "") == "there is no number yet"
    assert type_in(page, SIGNS, "[1, 1]") == "Not yet: this is a sign that every step takes away."
    assert type_in(page, SIGNS, "[1, 3]") == "Not yet: 1 of 2 are right."
    assert type_in(page, SIGNS, "[1, −1]") == "Right."
    assert page.locator(".rg-self-count").inner_text() == "1 of 4 answered here"
    assert (page.errors, page.blocked) == ([], [])


def test_by_keyboard_kept_and_never_sent(visit):
    page = visit(PAGE)
    field = form(page, NAME).get_by_role("textbox")
    field.focus()
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    page.keyboard.type(right(NAME))
    page.keyboard.press("Enter")
    assert said(page, NAME) == "Right."
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check"
    page.keyboard.press("Space")
    assert said(page, NAME) == "Right."
    # what the page loads late are its own pictures and scripts, by their own names
    late = re.compile(r"http://127\.0\.0\.1:\d+/_(images|static)/[^?]*(\?v=\w+)?")
    assert all(method == "GET" and late.fullmatch(url) for method, url in asked), asked
    page.reload(wait_until="domcontentloaded")
    assert field.input_value() == right(NAME) and said(page, NAME) == "Right."
    assert page.locator(".rg-self-count").inner_text() == "1 of 4 answered here"
    type_in(page, NAME, "")
    page.reload(wait_until="domcontentloaded")
    assert field.input_value() == "" and said(page, NAME) == ""


def test_a_choice(visit):
    page = visit(CHOICE)
    name = "mutual_information/remove-the-buffer"
    box = form(page, name)
    box.get_by_role("button", name="Check").click()
    assert said(page, name) == "Choose an answer first."
    letter = "ab"[int(checks()[name].numbers()[kernels.HEAD])]
    box.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    box.locator(f"input[value={letter}]").check()
    box.get_by_role("button", name="Check").click()
    assert said(page, name) == "Right."


def test_a_spoilt_memory_is_no_answer(visit):
    for spoilt in ("[1]", "null", "{", f'{{"{NAME}": 3}}', f'{{"{NAME}": "<img src=x>"}}'):
        page = visit(PAGE)
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, spoilt])
        visit(PAGE, page=page)
        assert page.locator(".rg-self-count").inner_text() == "0 of 4 answered here"
        assert type_in(page, NAME, right(NAME)) == "Right." and page.errors == []


def test_without_scripts_the_exercise_is_as_it_was(visit):
    page = visit(PAGE, java_script_enabled=False)
    assert "Three at a time" in page.locator("#ex-decimation-three").inner_text()
    assert not form(page, NAME).is_visible()


def test_the_answer_is_not_in_the_page_in_clear(visit):
    source = visit(PAGE).content()
    value = re.search(r"0\.\d{4}", right(NAME))[0]
    assert value not in re.search(rf'<form[^>]*data-check="{NAME}".*?</form>', source, re.S)[0]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", [PAGE, CHOICE])
def test_forms_fit_and_bar_nobody(visit, poll, name, width):
    page = visit(name, width=width, reduced_motion="reduce")
    page.locator("form.rg-self").first.wait_for(state="visible")
    assert page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
    small = (
        "forms => forms.filter(f => f.getBoundingClientRect().height < 44).map(f => f.outerHTML)"
    )
    assert page.locator(".rg-self input[type=text], .rg-self button").evaluate_all(small) == []
    type_first = page.locator("form.rg-self input[type=text]").first
    type_first.fill("0.9")
    type_first.press("Enter")
    page.evaluate(KEEP_THE_FORMS)
    assert barriers(page) == []
    assert faint(page, poll) == []


# Only the exercises: the rest of the page is looked at elsewhere, and takes minutes.
KEEP_THE_FORMS = """() => {
    const forms = [...document.querySelectorAll('.exercise')];
    document.querySelector('.bd-article').replaceChildren(...forms);
}"""
