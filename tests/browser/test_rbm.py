"""The dreaming machine in a real browser: the package's sweeps, touched and steered."""

import numpy as np
import pytest
from figures import FIGURE, colour, value, view_pixel, words
from native_machines import first_units, rounded_machine

from rgcourse.rbm import RBM
from rgcourse.widgets import RBMDream

L = 8


def magnet(strength):
    """A machine whose hidden units pull squares of four spins together."""
    w = np.zeros((L * L, L * L))
    for site in range(L * L):
        x, y = divmod(site, L)
        for dx, dy in ((0, 0), (0, 1), (1, 0), (1, 1)):
            w[(x + dx) % L * L + (y + dy) % L, site] = 4 * strength
    return RBM(w, -w.sum(axis=1) / 2, -w.sum(axis=0) / 2)


def dream(**options):
    machines = [magnet(0.9), magnet(0.3)]
    energies, magnetizations = [-1.9, -0.5], [0.97, 0.2]
    return RBMDream(machines, [1.5, 3.0], energies=energies, magnetizations=magnetizations,
                    **{"running": False} | options)  # fmt: skip


def layer(page, name, length):
    return np.array(page.evaluate(f"[...{FIGURE}.scene.float('{name}', {length})]"))


def cell(page, view, row, column):
    page.locator("canvas").nth(view).scroll_into_view_if_needed()
    box = page.locator("canvas").nth(view).bounding_box()
    return box["x"] + (column + 0.5) * box["width"] / L, box["y"] + (row + 0.5) * box["height"] / L


@pytest.mark.parametrize("machine", [0, 1])
def test_starts_with_the_package_s_units_and_weights(mount, machine):
    figure = dream(machine=machine)
    page = mount(figure)
    v, h = first_units(figure)
    assert np.array_equal(layer(page, "v", L * L), v)
    assert np.array_equal(layer(page, "h", L * L), h)
    assert np.array_equal(layer(page, "W", L**4), rounded_machine(figure, machine).W.ravel())
    assert f"{int(v.sum())} of 64 spins up" in words(page)


def test_keys_sweep_and_change_the_machine(mount):
    page = mount(dream())
    page.locator("figure.rgw").focus()
    for _ in range(30):
        page.keyboard.press("s")
    cold = value(page, "energy")
    assert cold < -1.5
    page.keyboard.press("ArrowRight")
    assert value(page, "machine") == 1
    for _ in range(60):
        page.keyboard.press("s")
    assert value(page, "energy") > -1.2
    assert page.get_by_label("Trained at", exact=True).get_attribute("aria-valuetext") == "T = 3.00"
    page.keyboard.press("0")
    assert value(page, "machine") == 0 and page.errors == []


def test_it_runs_and_reports(mount, poll):
    page = mount(dream(running=True, machine=1))
    poll(lambda: value(page, "sweeps") > 10)
    assert value(page, "running") is True
    assert 0 < value(page, "magnetization") < 1 and page.errors == []


def test_the_erased_half_heals_while_the_other_is_held(mount):
    page = mount(dream())
    before = layer(page, "v", L * L).reshape(L, L)
    page.locator("figure.rgw").focus()
    page.keyboard.press("e")
    erased = layer(page, "v", L * L).reshape(L, L)
    assert np.array_equal(erased[:, :4], before[:, :4])
    assert 0.2 < erased[:, 4:].mean() < 0.8
    for _ in range(40):
        page.keyboard.press("s")
    healed = layer(page, "v", L * L).reshape(L, L)
    assert np.array_equal(healed[:, :4], before[:, :4])
    assert abs(healed[:, 4:].mean() - before[:, :4].mean()) < 0.2
    assert page.get_by_text("The framed half is held.").is_visible()
    page.get_by_role("button", name="Let go").click()
    assert not page.get_by_text("The framed half is held.").is_visible()


def test_a_brush_turns_spins_and_a_pointer_picks_units(mount):
    page = mount(dream())
    before = layer(page, "v", L * L)
    page.mouse.move(*cell(page, 0, 2, 1))
    page.mouse.down()
    page.mouse.move(*cell(page, 0, 2, 5), steps=12)
    page.mouse.up()
    after = layer(page, "v", L * L)
    stroke = [2 * L + column for column in range(1, 6)]
    assert np.all(after[stroke] == 1 - before[stroke[0]])
    assert np.array_equal(np.delete(after, stroke), np.delete(before, stroke))
    page.mouse.move(*cell(page, 1, 3, 4))
    assert value(page, "unit") == 3 * L + 4
    assert page.get_by_text("weights of unit 28").is_visible() and page.errors == []


def test_pixels_are_spins_units_and_signs_of_weights(mount):
    figure = dream(unit=9)
    page = mount(figure)
    v, h = first_units(figure)
    weights = rounded_machine(figure, 0).W[:, 9]
    strongest = np.abs(weights).max()
    assert weights.max() == strongest  # red
    tones = {1: colour(page, "up"), 0: colour(page, "down")}
    for site in range(L * L):
        row, column = divmod(site, L)
        assert view_pixel(page, 0, row, column, L) == tones[v[site]]
        assert view_pixel(page, 1, row, column, L) == tones[h[site]]
        share = weights[site] / strongest
        ends = np.array(colour(page, "bg")), np.array(colour(page, "hot"))
        expected = ends[0] + share * (ends[1] - ends[0])
        assert view_pixel(page, 2, row, column, L) == pytest.approx(expected, abs=2)


def test_a_typed_unit_is_a_whole_one(mount):
    page = mount(dream())
    page.get_by_role("button", name="Type a value for hidden unit").click()
    page.keyboard.type("12.3")
    page.keyboard.press("Enter")
    assert value(page, "unit") == 12 and page.errors == []


def test_key_g_does_nothing_before_something_is_held(mount):
    page = mount(dream())
    assert page.get_by_role("button", name="Let go").is_disabled()
    page.locator("figure.rgw").focus()
    page.keyboard.press("e")
    assert page.get_by_role("button", name="Let go").is_enabled()
    page.keyboard.press("g")
    assert page.get_by_role("button", name="Let go").is_disabled()
    page.keyboard.press("g")
    assert "held" not in words(page) and page.errors == []
