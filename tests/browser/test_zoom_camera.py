"""The camera that zooms out, and the blind test, in a real browser."""

import base64

import numpy as np
import pytest
from figures import FIGURE, colour, pixel_at, readout, value, verdict, view_pixel, words
from native_lattices import packed_start

from rgcourse.exact import CRITICAL_T, onsager_energy
from rgcourse.widgets import WhichZoom, ZoomCamera

SCENE = f"{FIGURE}.scene"
READY = f"{SCENE}.missing() < 0"
SIDES = ("below", "at", "above")
TEMPERATURES = (2.20, CRITICAL_T, 2.35)
KEEP = """globalThis.rgKeep = {
  kept: {"which-zoom": {at: [7, 9], below: [2, "5"], above: null}},
  get(name, otherwise) { return this.kept[name] ?? otherwise; },
  set(name, value) { this.kept[name] = structuredClone(value); },
};"""


def small(**options):
    return ZoomCamera(L=512, window=32, running=False, seed=7, **options)


def stack(page, k, level):
    """Block spins of one of the three lattices, as the camera has them."""
    text = page.evaluate(
        f"""() => {{
          const spins = {SCENE}.stacks[{k}].spins[{level}];
          return btoa(Array.from(spins, (s) => (s > 0 ? "+" : "-")).join(""));
        }}"""
    )
    spins = np.frombuffer(base64.b64decode(text), np.uint8) == ord("+")
    side = 512 >> level
    return np.where(spins, 1, -1).reshape(side, side)


def zoom_to(page, zoom):
    page.evaluate(f"{FIGURE}.set({{ zoom: {zoom} }})")


# --- what it shows and measures ------------------------------------------------------------------


def test_it_shows_and_measures_votes_of_votes(mount):
    page = mount(small())
    page.wait_for_function(READY)
    ups, downs = colour(page, "up"), colour(page, "down")
    rng = np.random.default_rng(5)
    for k, T in enumerate(TEMPERATURES):
        steps = [stack(page, k, level) for level in range(5)]
        assert np.array_equal(steps[0], packed_start(512, T, 0, 7 + k))
        for level, spins in enumerate(steps):
            side = len(spins)
            if level:
                sums = steps[level - 1].reshape(side, 2, side, 2).sum(axis=(1, 3))
                assert np.array_equal(spins[sums != 0], np.sign(sums[sums != 0]))
            agree = sum(np.mean(spins * np.roll(spins, 1, axis)) for axis in (0, 1)) / 2
            assert value(page, "agreements")[k][level] == pytest.approx(agree, abs=1e-12)
            K = value(page, "couplings")[k][level]
            if K < 1:  # the last rows of the table are for drawing
                assert onsager_energy(K) / -2 == pytest.approx(agree, abs=5e-4)
            zoom_to(page, level)
            assert (readout(page, "b"), readout(page, "n")) == (f"{2**level}", "32²")
            first = side // 2 - 16
            for row, column in rng.integers(32, size=(4, 2)).tolist():
                up = spins[first + row, first + column] > 0
                assert view_pixel(page, k, row, column, 32) == (ups if up else downs)
    assert (page.errors, page.blocked) == ([], [])


def test_the_thermometer_goes_to_zero_to_infinity_and_stays(mount):
    page = mount(ZoomCamera(running=False))
    page.wait_for_function(READY)
    below, at, above = map(np.array, value(page, "couplings"))
    assert np.all(np.diff(below) > 0.005) and below[0] < 0.458 and below[-1] > 0.6
    assert np.all(np.diff(above) < -0.01) and above[0] > 0.423 and above[-1] < 0.27
    assert np.all(abs(at - 0.44) < 0.006)
    page.evaluate(f"{FIGURE}.set({{ zoom: 2.5, shown: 'above' }})")
    between = (above[2] + above[3]) / 2
    assert float(readout(page, "K")) == pytest.approx(between, abs=6e-4)
    assert f"K = {between:.3f}" in words(page)
    share = page.evaluate(f"{SCENE}.share({between})")
    assert pixel_at(page, "line", share, 0.5) == colour(page, "hot")
    assert page.evaluate(f"{SCENE}.share(Infinity)") == 1
    assert page.evaluate(f"{SCENE}.coupling(1)") == page.evaluate("Infinity")


# --- hands ---------------------------------------------------------------------------------------


def test_keys_buttons_and_the_wheel_zoom_and_come_to_rest_at_whole_octaves(mount, poll):
    page = mount(small())
    page.wait_for_function(READY)
    canvas = page.locator(".rgw-large canvas")
    box = canvas.bounding_box()
    x, y = box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, 100)
    page.wait_for_timeout(100)
    assert value(page, "zoom") == 0  # the page has scrolled instead
    page.evaluate("window.scrollTo(0, 0)")
    page.mouse.click(x, y)
    page.mouse.wheel(0, 100)
    poll(lambda: value(page, "zoom") > 0)
    poll(lambda: value(page, "zoom") == 1)
    across, down = value(page, "centre")
    # what is under the pointer stays there
    assert (0.25 * 32) / 512 == pytest.approx(across - 0.5 + 0.25 * 64 / 512, abs=0.02)
    assert down == pytest.approx(0.5, abs=0.005)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=3)
    page.mouse.up()
    moved = value(page, "centre")[0] - across
    assert moved == pytest.approx(60 / box["width"] * 64 / 512, abs=0.01)
    page.keyboard.press("+")
    poll(lambda: value(page, "zoom") == 2)
    page.get_by_role("button", name="Zoom out").click()
    page.get_by_role("button", name="Zoom out").click()
    poll(lambda: value(page, "zoom") == 4)
    assert page.get_by_role("button", name="Zoom out").is_disabled()
    page.locator("figure.rgw").focus()
    page.keyboard.press("-")
    poll(lambda: value(page, "zoom") == 3)
    page.keyboard.press("ArrowLeft")
    assert value(page, "zoom") == 2.75 and readout(page, "b") == "6.7"
    page.locator(".rgw-views > :not(.rgw-large) canvas").last.click()
    assert value(page, "shown") == "above"
    before = stack(page, 1, 3)
    page.keyboard.press("e")
    assert value(page, "centre") != [0.5, 0.5]
    page.keyboard.press("n")
    page.wait_for_function(READY)
    assert not np.array_equal(before, stack(page, 1, 3))
    page.keyboard.press("0")
    page.wait_for_function(READY)
    assert np.array_equal(before, stack(page, 1, 3))
    assert (value(page, "zoom"), value(page, "centre")) == (0, [0.5, 0.5])
    assert page.errors == []


def test_two_fingers_pinch_and_the_film_can_be_stopped(mount, poll):
    page = mount(small(), has_touch=True, width=390)
    page.wait_for_function(READY)
    assert page.locator(".rgw-large canvas").bounding_box()["width"] > 0.6 * 390
    box = page.locator(".rgw-large canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)

    def touch(kind, *xs):
        points = [{"x": x + dx, "y": y, "id": k} for k, dx in enumerate(xs)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", -90, 90)
    for reach in (80, 70, 60, 50, 40):
        touch("touchMove", -reach, reach)
    touch("touchEnd")
    poll(lambda: value(page, "zoom") > 1)
    poll(lambda: value(page, "zoom") == 2)
    page.get_by_role("button", name="Run").click()
    poll(lambda: value(page, "zoom") > 2)
    page.get_by_role("button", name="Pause").click()
    assert value(page, "running") is False
    page.get_by_role("slider").fill("4")
    page.get_by_role("button", name="Run").click()
    assert value(page, "zoom") < 1  # from the end the film begins anew
    page.get_by_role("slider").fill("3")
    assert value(page, "running") is False


# --- the blind test ------------------------------------------------------------------------------


def right_order(page):
    """The numbers of the pictures from b = 1 to 16, counted from 0."""
    page.wait_for_function(f"{SCENE}.round !== undefined && !{SCENE}.told")
    return np.argsort(page.evaluate(f"{SCENE}.round.pictures.map((one) => one.level)")).tolist()


def test_the_reader_s_order_is_scored_and_kept(mount):
    page = mount(WhichZoom(L=512, window=16, temperature="at"), script=KEEP)
    tiles = page.locator(".rgw-tiles canvas")
    order = right_order(page)
    assert value(page, "scores")["reader"] == {"below": [0, 0], "at": [7, 9], "above": [0, 0]}
    for i in order[:2]:
        tiles.nth(i).click()
    tiles.nth(order[1]).click()  # taken back
    assert page.locator(".rgw-ask").inner_text() == "Pick the second: b = 2."
    for i in order[1:4]:
        tiles.nth(i).click()
    assert value(page, "scores")["reader"]["at"] == [8, 14]
    assert "5 of 5 in their place, at Tc" in verdict(page)
    labels = page.locator(".rgw-tiles .rgw-label").all_inner_texts()
    assert [labels[i] for i in order] == [f"b = {2**k} ✓" for k in range(5)]
    tiles.nth(0).click()  # nothing more
    page.get_by_role("button", name="Next round").click()
    order = right_order(page)
    page.locator("figure.rgw").focus()
    for i in order[::-1]:  # from the wrong end: the middle one is in its place
        while value(page, "picture") != i + 1:
            page.keyboard.press("ArrowRight" if value(page, "picture") < i + 1 else "ArrowLeft")
        page.keyboard.press("p")
    assert value(page, "scores")["reader"]["at"] == [9, 15]
    assert page.evaluate("rgKeep.kept['which-zoom'].at") == [9, 15]
    assert [readout(page, key) for key in ("T", "rounds", "mean", "off")] == [
        "2.269", "9", "1.67; chance 1 ± 0.33", "+2.0 errors",
    ]  # fmt: skip
    assert pixel_at(page, "tally", 15 / 9, 1.62) == colour(page, "critical")
    page.get_by_role("button", name="Forget my score").click()
    assert page.evaluate("rgKeep.kept['which-zoom'] === undefined")
    assert value(page, "scores")["reader"]["at"] == [0, 0]
    page.get_by_label("Temperature").select_option("mystery")
    right_order(page)
    assert readout(page, "T") == "?"
    assert (page.errors, page.blocked) == ([], [])


def test_the_pictures_are_five_windows_that_do_not_overlap(mount):
    page = mount(WhichZoom(L=512, window=16))
    right_order(page)
    found = page.evaluate(
        f"""() => {{
          const scene = {SCENE};
          const shared = Array.from({{ length: 50 }}, () => {{
            const seen = new Uint8Array(512 * 512);
            scene.corners().forEach(([top, left], level) => {{
              const size = 16 << level;
              for (let i = 0; i < size; i++)
                for (let j = 0; j < size; j++) seen[((top + i) % 512) * 512 + ((left + j) % 512)]++;
            }});
            return seen.some((times) => times > 1);
          }});
          const hits = Array.from({{ length: 20000 }}, () =>
            scene.dice.shuffled([0, 1, 2, 3, 4]).filter((v, i) => v === i).length);
          const mean = hits.reduce((sum, n) => sum + n, 0) / hits.length;
          const square = hits.reduce((sum, n) => sum + n * n, 0) / hits.length;
          return [shared.some(Boolean), mean, square - mean * mean];
        }}"""
    )
    assert found[0] is False
    # a guesser: mean 1 and variance 1, to four errors of 20000 rounds
    assert found[1] == pytest.approx(1, abs=0.03) and found[2] == pytest.approx(1, abs=0.06)


def test_a_machine_is_right_above_and_guesses_at_the_critical_temperature(mount):
    page = mount(WhichZoom(temperature="above"))
    rounds = 8
    for side in ("above", "at"):
        page.get_by_label("Temperature").select_option(side)
        right_order(page)
        page.evaluate(f"for (let n = 0; n < {rounds}; n++) {SCENE}.step()")
        page.evaluate(f"{FIGURE}.refresh()")
    scores = value(page, "scores")
    assert scores["machine"]["above"] == [rounds, 5 * rounds]
    played, hits = scores["machine"]["at"]
    assert played == rounds and abs(hits - rounds) < 4 * rounds**0.5
    assert scores["reader"] == dict.fromkeys(SIDES, [0, 0])
