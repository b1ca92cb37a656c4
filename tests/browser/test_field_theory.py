"""The figures of the field in a real browser: what they draw is what the package computes."""

import numpy as np
import pytest
from figures import (
    FIGURE,
    HURRY,
    colour,
    pixel_at,
    place_of,
    readout,
    ticks,
    value,
    verdict,
    words,
)

from rgcourse import jackknife
from rgcourse.field_theory import Phi4, coupling_dimension, landau_magnetization
from rgcourse.field_theory.counting import potential
from rgcourse.field_theory.one_site import one_site_coupling, sample_one_site
from rgcourse.widgets import FieldLab, PowerCounting
from rgcourse.widgets.field_lab import WARM_UP
from rgcourse.widgets.power_counting import TERMS


def field(page, L):
    read = (
        f"Array.from({FIGURE}.scene.kernels.view('float64', {FIGURE}.scene.lattice.field, {L * L}))"
    )
    return np.array(page.evaluate(read)).reshape(L, L)


# --- power counting ------------------------------------------------------------------------------


def go_to(page, **traits):
    text = ", ".join(f"{name}: {value}" for name, value in traits.items())
    page.evaluate(f"{FIGURE}.set({{ {text} }})")


def found(page):
    """{side: (u, error)} as measured in the page."""
    pairs = page.evaluate(f"{FIGURE}.scene.found")
    return {b: tuple(coupling) for b, coupling in pairs}


def test_the_board_is_sorted_by_pressing_its_cells(mount):
    page = mount(PowerCounting(d=3))
    for n in (1, 2, 3, 4, 5, 6):
        page.mouse.click(*place_of(page, "board", n, 0))
    assert value(page, "marked") == [1, 2, 3, 4, 5, 6]
    assert "φ⁵, φ⁶ marked as growing" in words(page)
    assert (readout(page, "grow"), readout(page, "sorted")) == ("covered", "–")
    page.get_by_label("Show the exponents").click()
    assert (readout(page, "grow"), readout(page, "sorted")) == ("5 of 22", "21 of 22")
    assert "these grow: φ², φ⁴." in verdict(page)
    page.get_by_label("Show the exponents").click()  # and a new round
    assert value(page, "marked") == []
    page.mouse.click(*place_of(page, "board", 2, 2))
    assert "(∇φ)² marked" in words(page)
    assert page.errors == []


def test_a_cell_has_the_exponent_of_the_package(mount):
    page = mount(PowerCounting(d=2.6, shown=True))
    for k, (name, fields, gradients) in enumerate(TERMS):
        y = coupling_dimension(2.6, fields, gradients)
        assert page.evaluate(f"{FIGURE}.scene.exponent({FIGURE}.scene.terms[{k}])") == y, name
        tint = "ink" if y > 1e-9 else "critical" if abs(y) < 1e-9 else "rule"
        shade = pixel_at(page, "board", fields + 0.38, gradients + 0.8)
        assert shade == pytest.approx(colour(page, tint), abs=4), name


def test_keys_mark_and_move_the_dimension(mount):
    page = mount(PowerCounting(d=3.9, term=4))
    page.locator("figure.rgw").focus()
    page.keyboard.press("m")
    assert value(page, "marked") == [4]
    page.keyboard.press("ArrowRight")
    assert value(page, "d") == pytest.approx(4.0) and value(page, "marked") == []
    page.keyboard.press("e")
    assert "φ⁴ keeps its size" in words(page) and readout(page, "counted") == "0.00"
    page.keyboard.press("t")
    assert "Framed: φ⁵" in words(page)
    page.keyboard.press("u")
    assert value(page, "start") == 1
    assert page.errors == []


def test_the_prediction_is_answered_when_the_board_is_uncovered(mount):
    page = mount(
        PowerCounting(predict=("Does it grow?", "it grows", "neither"), verdict=("neither", "0."))
    )
    assert page.locator("input[type=range]").first.is_disabled()
    page.get_by_role("button", name="it grows").click()
    assert value(page, "guess") == "it grows"
    page.get_by_label("Show the exponents").click()
    assert page.get_by_text("It is neither: 0.").count() == 1


@pytest.mark.parametrize("d, start", [(4, 3), (2, 0), (5, 1)])
def test_the_sampled_field_is_that_of_the_package(mount, poll, d, start):
    page = mount(PowerCounting(d=d, start=start, shown=True, running=True), script=HURRY)
    poll(lambda: 0 < value(page, "error") < 0.03)
    shown = found(page)
    for b in (2, 3):
        phi = sample_one_site(b, d, 2.0**start, 100_000, rng=3)
        exact = jackknife(one_site_coupling, phi)
        u, error = shown[b]
        assert abs(u - exact.value) < 4.5 * (error**2 + exact.error**2) ** 0.5
    if d == 4:
        poll(lambda: "where counting is silent, u fades" in verdict(page))
    assert page.errors == []


def test_broken_dimensions_have_no_lattice(mount):
    page = mount(PowerCounting(d=3.5))
    page.locator("figure.rgw").focus()
    page.keyboard.press("s")
    assert (found(page), readout(page, "sampled")) == ({}, "–")
    go_to(page, d=3)
    for _ in range(30):
        page.keyboard.press("s")
    assert 2 in found(page)
    page.keyboard.press("0")
    assert found(page) == {}


def test_the_line_goes_by_the_counted_power(mount):
    page = mount(PowerCounting(d=3, shown=True))
    for b in (1.5, 6.5):
        assert pixel_at(page, "growth", b, b) == pytest.approx(colour(page, "ink"), abs=60)
    assert ticks(page, "growth") == pytest.approx([1, 2, 4, 8], rel=0.03)


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
