"""The figure of block-spin rules in a real browser: what it shows is what the package finds."""

import functools

import numpy as np
import pytest
from figures import FIGURE, colour, readout, spins, value, verdict, view_pixel, words

from rgcourse.exact import CRITICAL_K, CRITICAL_T
from rgcourse.information import (
    all_rules,
    block_by_rule,
    block_given_ring,
    keep_most,
    mutual_information,
    rings_of,
    rule_information,
)
from rgcourse.samplers import SwendsenWang
from rgcourse.widgets import RuleLab
from rgcourse.widgets.rule_lab import GROUPS, LEVELS, RECIPE, RULES, SAMPLING, SPINS, L

ORDER = [state for _, states in GROUPS for state in states]
MAJORITY = RULES["majority"].astype(int).tolist()


@functools.cache
def sampled(seed):
    """The lattices of the figure, and p(state | ring) of its rings in all their images."""
    chain = SwendsenWang(L, 1 / CRITICAL_T, rng=seed)
    chain.sweep(RECIPE["warm_up"])
    lattices = np.empty((SAMPLING["n_lattices"], L, L), np.int8)
    for lattice in lattices:
        chain.sweep(SAMPLING["between"])
        lattice[...] = chain.spins.reshape(L, L)
    places = range(0, L - 5, SAMPLING["stride"])
    windows = [s[x : x + 6, y : y + 6] for s in lattices for x in places for y in places]
    p = block_given_ring(rings_of(np.array(windows)), CRITICAL_K)
    return lattices, p


def images():
    """The 16 images of all states: turned, reflected, flipped."""
    spins = SPINS.reshape(16, 2, 2)
    turned = [np.rot90(spins, turn, axes=(1, 2)) for turn in range(4)]
    both = [image for one in turned for image in (one, one.swapaxes(1, 2))]
    return [(s * one.reshape(16, 4) < 0) @ (1 << np.arange(4)) for one in both for s in (1, -1)]


def kept(p, rules):
    """What rules keep, of all rings in all images; `rules` may be many."""
    return rule_information(np.vstack([p[:, image] for image in images()]), rules)


def best_of_all(p):
    """What the best of all 32,768 rules keeps, and the rules that do.

    A rule on the image of a ring is the image of the rule on the ring, another of the list.
    """
    rules = all_rules()
    both = np.vstack([p, p[:, ::-1]])
    up = np.clip(both.mean(axis=0) @ rules.T, 1e-12, 1 - 1e-12)
    mean = -(up * np.log(up) + (1 - up) * np.log(1 - up))
    noise = mean - rule_information(both.astype(np.float32), rules)
    total = 0
    for image in images():
        seen = rules[:, image]
        seen = np.where(seen[:, :1] == 1, seen, 1 - seen)
        total = total + noise[(1 - seen[:, 1:].astype(int)) @ (1 << np.arange(15))] / 16
    everywhere = np.vstack([p[:, image] for image in images()]).mean(axis=0) @ rules.T
    everywhere = np.clip(everywhere, 1e-12, 1 - 1e-12)
    entropy = -(everywhere * np.log(everywhere) + (1 - everywhere) * np.log(1 - everywhere))
    most = rules[np.argsort(entropy - total)[-8:]]
    exact = kept(p, most)
    return exact.max(), most[exact > exact.max() - 1e-9]


def mean_spins(lattices, rule):
    both, means = np.concatenate([lattices, -lattices]), []
    for level in range(LEVELS + 1):
        both = block_by_rule(both, rule) if level else both
        means.append(both.mean())
    return means


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def place_of_tile(page, place):
    """Where on the page the output of a tile is."""
    tiles = f"{FIGURE}.scene.tiles"
    canvas = page.evaluate_handle(f"{tiles}.canvas").as_element()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y, side = page.evaluate(
        f"(() => {{ const {{ x, y, side }} = {tiles}.output({place}); return [x, y, side]; }})()"
    )
    return box["x"] + x + side / 2, box["y"] + y + side / 2


def tile_pixel(page, place):
    """(r, g, b) near the corner of a tile's output, beside its sign."""
    return tuple(
        page.evaluate(
            f"""() => {{
              const {{ tiles }} = {FIGURE}.scene;
              const {{ x, y }} = tiles.output({place});
              const at = (v) => Math.floor((v + 4) * devicePixelRatio);
              return [...tiles.pen.getImageData(at(x), at(y), 1, 1).data].slice(0, 3);
            }}"""
        )
    )


@pytest.mark.parametrize("seed", [32, 5])
def test_the_page_finds_what_the_package_finds(mount, seed):
    """From the seed to the readouts: lattices, information, the best of all 32,768 rules."""
    page = mount(RuleLab(running=False, seed=seed), reduced_motion="reduce")
    lattices, p = sampled(seed)
    assert np.array_equal(spins(page), lattices[-1].ravel())
    most, winners = best_of_all(p)
    everything = np.hstack([p[:, image].T for image in images()])
    assert readout(page, "all").split() == [f"{mutual_information(everything):.4f}", "nats"]
    for button, name in (("Ties up", "ties up"), ("Decimation", "decimation"),
                         ("Majority", "majority")):  # fmt: skip
        press(page, button)
        rule = RULES[name].astype(int)
        assert value(page, "rule") == rule.tolist()
        assert value(page, "information") == pytest.approx(kept(p, rule), abs=1e-9)
        assert value(page, "magnetizations") == pytest.approx(mean_spins(lattices, rule), abs=1e-12)
    assert value(page, "majority_information") == value(page, "information")
    assert value(page, "best_information") == pytest.approx(most, abs=1e-9)
    few = np.hstack([p[: SAMPLING["searched"], image].T for image in images()])
    assert keep_most(few, 2, rng=1).labels[[0, 15]].tolist() == [0, 1]
    press(page, "Let information choose")
    assert value(page, "rule") in winners.tolist()
    assert "no rule keeps more" in verdict(page) and "It takes sides" in verdict(page)
    assert page.errors == []


def test_a_click_flips_a_state_and_its_pixel(mount):
    page = mount(RuleLab(running=False), reduced_motion="reduce")
    up, down = colour(page, "up"), colour(page, "down")
    for place in (0, 9, 15):
        state = ORDER[place]
        assert tile_pixel(page, place) == (up if MAJORITY[state] else down)
        page.mouse.click(*place_of_tile(page, place))
        assert value(page, "rule")[state] == 1 - MAJORITY[state]
        assert value(page, "state") == place + 1
        assert tile_pixel(page, place) == (down if MAJORITY[state] else up)
        page.mouse.click(*place_of_tile(page, place))
    assert value(page, "rule") == MAJORITY


def test_keys_alone_do_everything(mount):
    page = mount(RuleLab(running=False, state=1), reduced_motion="reduce")
    page.locator("figure.rgw").focus()
    page.keyboard.press("f")
    assert value(page, "rule") == [0, *MAJORITY[1:]]
    assert "up up over up up becomes down" in words(page)
    for key, name in (("u", "ties up"), ("d", "decimation"), ("m", "majority")):
        page.keyboard.press(key)
        assert value(page, "rule") == RULES[name].astype(int).tolist()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("k")
    page.keyboard.press("f")
    assert value(page, "rule") == [0, *MAJORITY[1:15], 1], "the mirror image follows"
    page.keyboard.press("r")
    rule = value(page, "rule")
    assert rule != MAJORITY and all(rule[k] == 1 - rule[15 - k] for k in range(16))
    assert value(page, "magnetizations") == [0] * (LEVELS + 1)
    assert "treats up and down alike" in verdict(page)
    page.keyboard.press("0")
    assert [value(page, name) for name in ("rule", "state", "symmetric")] == [MAJORITY, 1, False]


def test_the_symmetry_is_kept_put_back_and_let_go(mount):
    page = mount(RuleLab("ties up", running=False, symmetric=False), reduced_motion="reduce")
    box = page.get_by_label("keep the symmetry")
    box.check()
    rule = np.array(value(page, "rule"))
    assert np.all(rule != rule[::-1])
    _, p = sampled(32)
    assert value(page, "information") == pytest.approx(kept(p, RULES["majority"]), abs=1e-5)
    press(page, "Let information choose")
    rules = all_rules()
    symmetric = rules[np.all(rules != rules[:, ::-1], axis=1)]
    assert value(page, "information") == pytest.approx(kept(p, symmetric).max(), abs=1e-7)
    assert "as much as the majority" in verdict(page)
    assert box.is_checked() and value(page, "magnetizations") == [0] * (LEVELS + 1)
    press(page, "Ties up")
    assert not box.is_checked() and value(page, "magnetizations")[LEVELS] > 0.1


def test_the_lattice_runs_and_is_blocked_by_the_rule(mount, poll):
    page = mount(RuleLab("decimation"))
    poll(lambda: value(page, "sweeps") > 20)
    page.locator("figure.rgw").focus()
    page.keyboard.press("Space")
    level = spins(page).reshape(1, L, L)
    assert not np.array_equal(level, sampled(32)[0][-1:])
    tones = {1: colour(page, "up"), -1: colour(page, "down")}
    for k in range(LEVELS + 1):
        level = block_by_rule(level, RULES["decimation"]) if k else level
        side = L >> k
        for row, column in ((0, 0), (side // 2, 3), (side - 1, side - 1)):
            assert view_pixel(page, k, row, column, side) == tones[level[0, row, column]]
    page.keyboard.press("0")
    page.keyboard.press("Space")
    page.keyboard.press("0")
    assert page.errors == []


def test_a_rule_that_forgets_says_so(mount):
    page = mount(RuleLab([1] * 16, running=False), reduced_motion="reduce")
    assert "It keeps nothing" in verdict(page)
    assert value(page, "magnetizations") == pytest.approx([0, 1, 1, 1])
    assert readout(page, "kept") == "0.0000"
