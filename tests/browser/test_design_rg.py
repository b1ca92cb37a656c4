"""The designer's figure and the glass of water in a real browser."""

import numpy as np
import pytest
from figure_examples import example
from figures import FIGURE, readout, value, verdict, words

from rgcourse.mcrg import PRESET_RULES, glass
from rgcourse.results import stored_run
from rgcourse.widgets import DesignRG, GlassOfWater
from rgcourse.widgets.rule_lab import GROUPS

ORDER = [state for _, states in GROUPS for state in states]
MAJORITY = PRESET_RULES["majority"].tolist()


def place_of_tile(page, place):
    tiles = f"{FIGURE}.scene.tiles"
    canvas = page.evaluate_handle(f"{tiles}.canvas").as_element()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y, side = page.evaluate(
        f"(() => {{ const {{ x, y, side }} = {tiles}.output({place}); return [x, y, side]; }})()"
    )
    return box["x"] + x + side / 2, box["y"] + y + side / 2


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_a_rule_is_made_by_mouse_touch_and_keys(mount):
    page = mount(DesignRG(running=False), reduced_motion="reduce", has_touch=True)
    place, state = 9, ORDER[9]
    after = []
    page.mouse.click(*place_of_tile(page, place))
    after.append(value(page, "rule")[state])
    page.touchscreen.tap(*place_of_tile(page, place))
    after.append(value(page, "rule")[state])
    page.locator("figure.rgw").focus()
    page.keyboard.press("f")
    after.append(value(page, "rule")[state])
    assert sorted(after) == [0, 0.5, 1] and after[-1] == MAJORITY[state]
    assert value(page, "state") == place + 1 and value(page, "rule") == MAJORITY
    page.keyboard.press("k")
    page.keyboard.press("f")
    rule = value(page, "rule")
    assert rule[state] + rule[15 - state] == 1 and rule[state] != MAJORITY[state]
    page.keyboard.press("l")
    page.keyboard.press("f")
    rule = np.array(value(page, "rule"))
    assert np.all(rule + rule[::-1] == 1)
    assert all(np.ptp(rule[list(states)]) == 0 for _, states in GROUPS)
    for key, name in (("d", "decimation"), ("a", "average and sign"), ("x", "max-pool"),
                      ("p", "product"), ("m", "majority")):  # fmt: skip
        page.keyboard.press(key)
        assert value(page, "rule") == PRESET_RULES[name].tolist()
    assert page.errors == []


def test_the_majority_finds_both_exponents_and_max_pool_is_told_its_field(mount):
    page = mount(DesignRG(running=False), reduced_motion="reduce")
    page.evaluate(f"{FIGURE}.scene.exhibit()")
    page.evaluate(f"{FIGURE}.refresh()")
    assert value(page, "samples") == 2000
    y_t, y_h = (
        (value(page, name) - exact) / value(page, f"{name}_error")
        for name, exact in (("y_t", 1), ("y_h", 1.875))
    )
    assert abs(y_t) < 4 and abs(y_h) < 4
    assert value(page, "y_t_error") < 0.06 and value(page, "y_h_error") < 0.006
    fields = np.array(value(page, "couplings"))
    assert np.all(abs(fields[:, 0]) < 4.5 * fields[:, 4])
    assert fields[0, 1] == pytest.approx(0.4407, abs=5 * fields[0, 5])
    assert "treats up and down alike" in verdict(page)
    press(page, "Max-pool")
    assert "come with 800 samples" in verdict(page) and "errors from" not in verdict(page)
    assert "field" not in verdict(page) and "±" not in readout(page, "h")
    for _ in range(6):
        press(page, "Step")
    assert "breaks the up-down symmetry" in verdict(page) and "A field is relevant" in verdict(page)
    h, error = (value(page, "couplings")[1][i] for i in (0, 4))
    assert h == pytest.approx(0.086, abs=4 * error + 0.002) and h > 10 * error
    assert readout(page, "field") in words(page)
    # ties: up on the left and right, a coin across, as one flips all spins and turns the block
    turned = [*MAJORITY]
    for states, output in (((3, 12), 1), ((5, 10), 0), ((6, 9), 0.5)):
        for state in states:
            turned[state] = output
    page.evaluate(f"{FIGURE}.set({{ rule: {turned} }})")
    page.evaluate(f"{FIGURE}.scene.exhibit()")
    page.evaluate(f"{FIGURE}.refresh()")
    assert "no field is seen" in verdict(page) and "it has made" not in verdict(page)
    assert page.errors == []


def test_other_magnets_are_critical_where_they_say_so(mount):
    page = mount(DesignRG(running=False, zoom=3), reduced_motion="reduce")
    page.locator("figure.rgw").focus()
    page.keyboard.press("g")
    assert value(page, "magnet") == "triangular"
    page.evaluate(f"{FIGURE}.scene.exhibit()")
    page.evaluate(f"{FIGURE}.refresh()")
    for name, exact in (("y_t", 1), ("y_h", 1.875)):
        off = abs(value(page, name) - exact)
        assert off < 4 * value(page, f"{name}_error") + (0.005 if name == "y_h" else 0.02)
    page.locator("figure.rgw").focus()
    page.keyboard.press("Minus")
    assert value(page, "ratio") < 1 and value(page, "samples") == 200
    page.keyboard.press("c")
    assert value(page, "ratio") == 1
    page.evaluate(f"{FIGURE}.set({{ h: 0.02 }})")
    assert "itself is in a field" in verdict(page)


def test_twenty_two_of_twenty_four_bars_die_and_two_knobs_make_two_glasses_one(mount):
    run = stored_run("glass_of_water")
    figure = GlassOfWater(run["even"].reshape(13, 13), run["odd"].reshape(11, 11))
    page = mount(figure, reduced_motion="reduce")
    assert readout(page, "alive") == "24 of 24"
    page.locator("figure.rgw").focus()
    for n in range(1, 25):
        page.keyboard.press("ArrowRight")
        if n == 5:
            assert value(page, "alive") == 3
    assert readout(page, "alive") == "2 of 24" and "22 of 24 are dead" in verdict(page)
    assert "2 living bars tell" in verdict(page)
    press(page, "Match two knobs")
    assert "Nothing tells the two glasses apart" in verdict(page)
    one, other = np.array(value(page, "strengths"))
    assert one[:2] == pytest.approx(other[:2], rel=1e-5)
    page.keyboard.press("k")
    assert value(page, "zooms") == 0 and not np.allclose(one, value(page, "strengths")[0])
    page.keyboard.press("s")
    assert value(page, "zooms") == 1
    page.keyboard.press("0")
    start = np.array(value(page, "strengths"))
    assert value(page, "zooms") == 0 and start.shape == (2, 24) and page.errors == []


def test_a_glass_knows_what_the_package_knows(mount):
    figure = example("GlassOfWater", zooms=2, running=False)
    page = mount(figure, reduced_motion="reduce")
    facts = figure.constants
    couplings, state = np.zeros(5), np.array(figure.seed_words, np.uint32).view(np.uint64)
    for k in range(2):
        glass.shake(5, couplings, state)
        start, now = np.empty(5), np.empty(5)
        glass.strengths(5, np.array(facts["left"]), couplings, start)
        glass.after_zooms(5, start, np.array(facts["sizes"]), 2, now)
        assert value(page, "strengths")[k] == pytest.approx(now, rel=1e-12)
