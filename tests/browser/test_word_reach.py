"""The reach of a word in a real browser, against the package."""

import numpy as np
import pytest
from figures import (
    FIGURE,
    HURRY,
    colour,
    pixel_at,
    place_of,
    readout,
    value,
    verdict,
    words,
)
from native_words import function_of, rearranged, written

from rgcourse._random import random_state
from rgcourse.text import correlation_near
from rgcourse.widgets import WordReach
from rgcourse.widgets.word_reach import DISTANCES


def shown(page):
    """The ids of the text in the page's order."""
    return np.array(page.evaluate(f"[...{FIGURE}.scene.whole('shown', {FIGURE}.scene.n)]"))


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def reach(found):
    """The largest distance to which all correlations are above three errors."""
    lost = np.flatnonzero(found.value < 3 * found.error)
    return DISTANCES[-1] if len(lost) == 0 else (0, *DISTANCES)[lost[0]]


def test_the_curve_as_written_is_the_package_s(mount):
    figure = WordReach(n_words=12_000, d=40)
    page = mount(figure)
    ids, names, _ = written(figure)
    assert np.array_equal(shown(page), ids)
    for k in (1, 2, 3):
        found = correlation_near(ids, function_of(figure, k), DISTANCES)
        at = DISTANCES.index(40)
        assert value(page, "found") == pytest.approx(
            [found.value[at], found.error[at]], rel=1e-6, abs=1e-12
        )
        curve = page.evaluate(f"{FIGURE}.scene.shown.curve")
        wanted = np.column_stack([found.value, found.error])
        assert np.array(curve) == pytest.approx(wanted, rel=1e-6, abs=1e-12)
        assert readout(page, "reach") == str(reach(found) or "none")
        page.locator("figure.rgw").focus()
        page.keyboard.press("f")
    assert value(page, "function") == 1
    assert f'Word 0 is "emma", 40 later "{names[ids[40]]}"' in words(page)
    assert (page.errors, page.blocked) == ([], [])


@pytest.mark.parametrize(
    "order, button, key",
    [
        ("words", "Shuffle words", "w"),
        ("pieces", "Shuffle 20-word pieces", "p"),
        ("sentences", "Shuffle sentences", "t"),
        ("Markov", "Markov chain", "m"),
    ],
)
def test_shuffles_are_the_package_s_word_by_word(mount, order, button, key):
    figure = WordReach(n_words=8000, d=10, seed=7)
    page = mount(figure)
    assert page.get_by_role("button", name="As written", exact=True).is_disabled()
    press(page, button)
    state = random_state(7)
    first = rearranged(figure, order, state)
    assert value(page, "order") == order and np.array_equal(shown(page), first)
    found = correlation_near(first, function_of(figure, 1), DISTANCES)
    at = DISTANCES.index(10)
    assert value(page, "found") == pytest.approx(
        [found.value[at], found.error[at]], rel=1e-6, abs=1e-12
    )
    before = correlation_near(written(figure)[0], function_of(figure, 1), DISTANCES)
    assert readout(page, "written") == f"{before.value[at]:.4f} ± {before.error[at]:.4f}"
    assert verdict(page).endswith(f"as written, out to {reach(before)} words.")
    page.locator("figure.rgw").focus()
    page.keyboard.press(key)  # once more is another one
    assert np.array_equal(shown(page), rearranged(figure, order, state))
    page.keyboard.press("a")
    assert np.array_equal(shown(page), written(figure)[0])
    page.keyboard.press("0")  # from the beginning: the same shuffle again
    page.keyboard.press(key)
    assert np.array_equal(shown(page), first)
    assert page.errors == []


def test_whole_sentences_begin_large_and_end_in_a_stop(mount):
    figure = WordReach(n_words=6000, order="sentences", seed=3)
    page = mount(figure)
    ids, names, starts = written(figure)
    new = page.evaluate(f"{FIGURE}.scene.sentences")
    lengths = np.diff([*starts, len(ids)])
    assert sorted(np.diff([*new, len(ids)])) == sorted(lengths)
    label = page.evaluate(f"[{new[5]}, {new[6] - 1}].map({FIGURE}.scene.text.label)")
    order = rearranged(figure, "sentences")
    assert label[0].rstrip(".") == names[order[new[5]]].capitalize()
    assert label[1].lower() == names[order[new[6] - 1]] + "."


def test_distances_and_places_can_be_chosen(mount):
    figure = WordReach(n_words=8000)
    page = mount(figure, reduced_motion="reduce")
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "d") == 125 and "C(125)" in words(page)
    page.get_by_label("Place", exact=True).press("ArrowRight")
    assert value(page, "at") == 10
    page.mouse.click(*place_of(page, "decay", 21, 0.01))
    assert value(page, "d") == 20
    page.mouse.click(*place_of(page, "strip", 5000, 0))
    assert value(page, "at") == pytest.approx(5000, abs=40)
    page.get_by_role("button", name="Type a value for distance").click()
    page.keyboard.type("33")
    page.keyboard.press("Enter")
    assert value(page, "d") == 32
    at = value(page, "at")
    place = page.evaluate(f"{FIGURE}.scene.prose.places.find((p) => p.word === {at + 3})")
    canvas = page.locator(".rgw-prose canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + place["x"] + 4, box["y"] + place["y"] - 4)
    assert value(page, "at") == at + 3
    assert page.errors == []


def test_it_reads_on_word_by_word_and_the_end_is_followed_by_the_beginning(mount, poll):
    figure = WordReach(n_words=6000)
    last = figure.narrowed["at"][1]
    figure.at = last - 2
    page = mount(figure, script=HURRY)
    press(page, "Step")
    assert value(page, "at") == last - 1
    page.locator("figure.rgw").focus()
    page.keyboard.press(" ")
    poll(lambda: 0 < value(page, "at") < last - 1)
    page.keyboard.press(" ")
    assert value(page, "running") is False
    page.keyboard.press("0")
    assert value(page, "at") == last - 2


def test_words_and_points_stand_in_their_colours(mount):
    figure = WordReach(n_words=12_000, d=16, order="pieces")
    page = mount(figure)
    page.locator("figure.rgw").focus()
    found = correlation_near(rearranged(figure, "pieces"), function_of(figure, 1), DISTANCES)
    before = correlation_near(written(figure)[0], function_of(figure, 1), DISTANCES)
    at, low = DISTANCES.index(16), DISTANCES.index(4)
    assert pixel_at(page, "decay", 16, found.value[at]) == colour(page, "accent")
    assert pixel_at(page, "decay", 4, before.value[low]) == colour(page, "ink")
    assert pixel_at(page, "decay", 1, found.value[0]) == colour(page, "hot")
    page.keyboard.press("a")
    far = DISTANCES.index(125)
    tint = [before.value[far] + sigma * before.error[far] for sigma in (-2, -0.7, 0.7, 2)]
    page.evaluate(f"{FIGURE}.set({{d: 1}})")  # its line goes through no other
    opaque = page.evaluate(
        f"""(ys) => ys.map((y) => {{
          const plot = {FIGURE}.scene.decay;
          const at = [plot.across(125), plot.up(y)].map((v) => Math.floor(v * devicePixelRatio));
          return plot.canvas.getContext("2d").getImageData(...at, 1, 1).data[3];
        }})""",
        tint,
    )
    assert opaque[0] == opaque[3] == 0 and all(30 < alpha < 70 for alpha in opaque[1:3])
    levels = page.evaluate(f"{FIGURE}.scene.shades")
    assert len(set(levels)) == 9


def test_python_and_the_page_share_the_order(mount):
    figure = WordReach(n_words=6000, order="Markov", seed=2)
    page = mount(figure)
    assert np.array_equal(shown(page), rearranged(figure, "Markov"))
    page.evaluate(f"{FIGURE}.set({{order: 'words'}})")
    assert "words shuffled" in words(page)
