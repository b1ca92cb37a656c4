"""The figures of the field in a real browser: what they draw is what the package computes."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, ticks, value, words

from rgcourse.field_theory import Phi4, coupling_dimension, landau_magnetization
from rgcourse.field_theory.counting import potential
from rgcourse.widgets import FieldLab, PowerCounting
from rgcourse.widgets.field_lab import WARM_UP
from rgcourse.widgets.power_counting import TERMS


def field(page, L):
    read = (
        f"Array.from({FIGURE}.scene.kernels.view('float64', {FIGURE}.scene.lattice.field, {L * L}))"
    )
    return np.array(page.evaluate(read)).reshape(L, L)


# --- power counting ------------------------------------------------------------------------------


def test_counting_says_what_grows(mount):
    page = mount(PowerCounting(d=3.0))
    exact = [coupling_dimension(3.0, power, derivatives) for _, power, derivatives in TERMS]
    assert value(page, "exponents") == exact
    assert (readout(page, "relevant"), readout(page, "marginal")) == ("φ φ² φ⁴", "φ⁶")
    assert page.get_by_text("✓ d = 3").count() == 1
    assert "φ⁴ relevant, y = 1.00" in words(page)


def test_keys_lead_to_four_dimensions(mount):
    page = mount(PowerCounting(d=3.9))
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "d") == pytest.approx(4.0) and readout(page, "marginal") == "φ⁴"
    page.keyboard.press("Shift+ArrowRight")
    assert value(page, "d") == 5.0 and readout(page, "relevant") == "φ φ²"
    page.keyboard.press("0")
    assert value(page, "d") == 3.9


def test_a_press_into_the_plot_chooses_the_dimension(mount):
    page = mount(PowerCounting())
    page.mouse.click(*place_of(page, "lines", 5, 2))
    assert value(page, "d") == pytest.approx(5.0, abs=0.06)


def test_run_zooms_out_to_the_end(mount, poll):
    page = mount(PowerCounting(zoom=0.0), script=HURRY)
    page.locator("figure.rgw").focus()
    page.keyboard.press("Space")
    poll(lambda: value(page, "zoom") == 2 and value(page, "running") is False)
    page.keyboard.press("s")
    assert value(page, "zoom") == pytest.approx(0.2)
    assert page.errors == []


def test_the_prediction_unlocks_the_slider(mount):
    page = mount(PowerCounting(predict=("Does it grow?", "it grows", "neither")))
    slider = page.locator("input[type=range]").first
    assert slider.is_disabled()
    page.get_by_role("button", name="neither").click()
    assert value(page, "guess") == "neither" and slider.is_enabled()


def test_what_is_drawn_are_powers_and_their_exponents(mount):
    page = mount(PowerCounting(d=3.0, zoom=2.0))
    looks = {1: "ink", 2: "ink", 4: "ink", 6: "critical"}
    for name, power, derivatives in TERMS[:4]:
        y = coupling_dimension(5.6 if power < 4 else 2.4, power, derivatives)
        at = pixel_at(page, "lines", 5.6 if power < 4 else 2.4, y)
        assert at == pytest.approx(colour(page, looks[power]), abs=60), name
        at = pixel_at(page, "growth", 10, 10 ** coupling_dimension(3.0, power, derivatives))
        assert at == pytest.approx(colour(page, looks[power]), abs=60), name
        y = coupling_dimension(3.0, power, derivatives)
        assert pixel_at(page, "lines", 3.0, y) == colour(page, "accent")
    assert ticks(page, "lines") == pytest.approx([2, 4, 6], abs=0.03)
    assert ticks(page, "growth") == pytest.approx([1, 10, 100], rel=0.03)


# --- the field -----------------------------------------------------------------------------------


def test_the_field_of_the_page_is_the_package_s(mount):
    lab = FieldLab(L=32, r=-2.0, u=24.0)
    page = mount(lab)
    chain = Phi4(32, -2.0, 24.0, rng=lab.seed)
    chain.sweep(WARM_UP)
    assert np.array_equal(field(page, 32), chain.field)
    page.locator("figure.rgw").focus()
    for _ in range(5):
        page.keyboard.press("s")
    chain.sweep(5)
    assert np.array_equal(field(page, 32), chain.field)
    assert value(page, "magnetization") == pytest.approx(chain.magnetization(), abs=1e-14)
    assert (page.errors, page.blocked) == ([], [])


def test_lowering_r_orders_the_field(mount, poll):
    page = mount(FieldLab(L=32, r=-1.0, u=24.0))
    page.locator("figure.rgw").focus()
    page.keyboard.press("Space")
    poll(lambda: value(page, "sweeps") > 100)
    assert float(readout(page, "m")) < 0.3 and readout(page, "landau") == "0.50"
    for _ in range(6):
        page.keyboard.press("Shift+ArrowLeft")
    assert value(page, "r") == pytest.approx(-7.0)
    poll(lambda: float(readout(page, "m")) > 1.0)
    assert readout(page, "landau") == "1.32"
    page.keyboard.press("Space")
    assert "r = −7.00" in words(page)
    assert page.errors == []


def test_potential_and_histogram_are_drawn_where_they_are(mount):
    lab = FieldLab(L=32, r=-2.0, u=24.0)
    page = mount(lab)
    assert ticks(page, "potential") == pytest.approx([-2, 0, 2], abs=0.02)
    m = landau_magnetization(-2.0, 24.0)
    for phi in (m, -m):
        at = pixel_at(page, "potential", phi, potential(phi, -2.0, 24.0))
        assert at == colour(page, "critical")
    for height, drawn in ((1.0, "ink"), (0.5, "none")):
        y = height * potential(1.5, -2.0, 24.0)
        assert pixel_at(page, "potential", 1.5, y) == pytest.approx(colour(page, drawn), abs=60)
    chain = Phi4(32, -2.0, 24.0, rng=lab.seed)
    chain.sweep(WARM_UP)
    density, edges = np.histogram(chain.field, 40, (-2.5, 2.5), density=True)
    for k in (18, 21):
        middle = edges[k : k + 2].mean()  # from the bottom, three units for a density of 1
        at = pixel_at(page, "potential", middle, -4 + 3 * density[k], reach=1)
        assert at == pytest.approx(colour(page, "accent"), abs=60)


def test_reset_starts_a_field_at_the_reader_s_r(mount):
    lab = FieldLab(L=16)
    page = mount(lab, reduced_motion="reduce")
    before = field(page, 16)
    page.locator("figure.rgw").focus()
    for key in ("s", "ArrowRight", "s"):
        page.keyboard.press(key)
    assert value(page, "r") == pytest.approx(-0.9) and value(page, "sweeps") == 2
    assert not np.array_equal(field(page, 16), before)
    page.keyboard.press("0")
    chain = Phi4(16, value(page, "r"), 24.0, rng=lab.seed)
    chain.sweep(WARM_UP)
    assert value(page, "r") == pytest.approx(-0.9) and np.array_equal(field(page, 16), chain.field)
