"""Tensors halved in a real browser: what the figure shows is what the package computes."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, readout, value, verdict, words
from native_tensors import native_flow

from rgcourse.exact import CRITICAL_K, CRITICAL_T, onsager_log_z
from rgcourse.tensor_rg.corners import baxter_spectrum
from rgcourse.widgets import TensorLab


def history(page, what):
    """One entry of what the page has read off, by steps."""
    return page.evaluate(f"{FIGURE}.scene.history.map((step) => step.{what})")


def press(page, key, times=1):
    page.locator("figure.rgw").focus()
    for _ in range(times):
        page.keyboard.press(key)


@pytest.mark.parametrize(("T", "chi"), [(CRITICAL_T, 8), (2.4, 5), (2.0, 4)])
def test_steps_are_the_package_s(mount, T, chi):
    page = mount(TensorLab(T=T, chi=chi))
    press(page, "s", 7)
    readings, _ = native_flow(1 / T, chi, 7)
    errors = [reading.log_z / onsager_log_z(1 / T) - 1 for reading in readings]
    assert history(page, "error") == pytest.approx(errors, abs=1e-14)
    assert history(page, "c") == pytest.approx([reading.c for reading in readings], abs=1e-12)
    last = readings[-1]
    shown = page.evaluate(f"{FIGURE}.scene.now.spectrum")
    assert [dot["value"] for dot in shown] == pytest.approx(last.spectrum, abs=1e-14)
    assert [dot["odd"] for dot in shown] == last.odd.astype(bool).tolist()
    assert value(page, "dimensions") == pytest.approx(last.x[1:5].clip(max=1e3), abs=1e-12)
    assert (value(page, "steps"), readout(page, "sites")) == (7, "128")
    assert readout(page, "x") == ", ".join(f"{x:.3f}" for x in last.x[1:3])
    assert readout(page, "c") == f"{last.c:.3f}".replace("-0.000", "0.000")
    mantissa, power = f"{errors[-1]:.1e}".split("e")
    assert readout(page, "error") == f"{mantissa}e{int(power):+d}"
    assert page.errors == []


def test_dots_stand_where_the_singular_values_are(mount):
    page = mount(TensorLab(T=2.4, chi=6), reduced_motion="reduce")
    press(page, "s", 5)
    (*_, last), _ = native_flow(1 / 2.4, 6, 5)
    place = {int(odd): i for i, odd in reversed([*enumerate(last.odd[:6])])}
    for odd, inside in ((0, "accent"), (1, "surface")):
        dot = place[odd] + 1, last.spectrum[place[odd]]
        assert pixel_at(page, "spectrum", *dot) == colour(page, inside)
    assert pixel_at(page, "spectrum", 9, last.spectrum[8]) in (
        colour(page, "muted"), colour(page, "surface"))  # fmt: skip
    assert pixel_at(page, "spectrum", 2, 1.0) == colour(page, "none")


def test_corner_lines_are_baxter_s_and_the_flow_rests_on_them(mount):
    page = mount(TensorLab(T=2.4, chi=16, corners=True), reduced_motion="reduce")
    exact = baxter_spectrum(1 / 2.4, 24)
    assert page.evaluate(f"{FIGURE}.scene.lines") == pytest.approx(exact, rel=1e-13)
    assert pixel_at(page, "spectrum", 4, exact[3]) == colour(page, "ok")
    press(page, "s", 14)
    found = [dot["value"] for dot in page.evaluate(f"{FIGURE}.scene.now.spectrum")[:4]]
    assert found == pytest.approx(exact[:4], abs=1e-3)
    assert "Corner double lines: 1.000, 0.544, 0.544, 0.296" in words(page)
    press(page, "l")
    assert value(page, "corners") is False
    assert "Corner double lines" not in words(page)


def test_run_to_the_end_and_what_it_says(mount, poll):
    page = mount(TensorLab(T=2.4), script=HURRY)
    press(page, "Space")
    poll(lambda: value(page, "steps") == 24 and not value(page, "running"))
    (*_, last), _ = native_flow(1 / 2.4, 8, 24)
    alive = int(np.sum(last.spectrum > 0.01))
    assert alive > 4
    assert f"✓ It rests, and {alive} singular values are above a hundredth" in verdict(page)
    press(page, "c")
    assert value(page, "T") == pytest.approx(CRITICAL_T)
    press(page, "Space")
    poll(lambda: value(page, "steps") == 24 and not value(page, "running"))
    assert "(exact 1/8)" in verdict(page)
    readings, _ = native_flow(CRITICAL_K, 8, 24)
    x = [reading.x[1] for reading in readings]
    best = min(range(3, 24), key=lambda n: abs(x[n] - 1 / 8))
    assert f"x₁ was {x[best]:.4f} at step {best + 1}" in verdict(page)
    assert page.errors == []


def test_a_moved_slider_takes_the_same_steps(mount):
    page = mount(TensorLab(T=2.4, chi=4))
    press(page, "s", 6)
    press(page, "+")
    assert (value(page, "chi"), value(page, "steps")) == (5, 6)
    press(page, "ArrowRight")
    (*_, last), _ = native_flow(1 / 2.45, 5, 6)
    assert value(page, "T") == pytest.approx(2.45)
    assert history(page, "c")[-1] == pytest.approx(last.c, abs=1e-12)
    press(page, "o")
    assert (value(page, "T"), value(page, "steps")) == (2.0, 6)
    press(page, "0")
    assert (value(page, "T"), value(page, "chi"), value(page, "steps")) == (2.4, 4, 0)


def test_first_guess_then_sliders(mount):
    question = ("What becomes of the spectrum away from Tc?", "one number", "several stay")
    page = mount(TensorLab(predict=question))
    assert page.locator(".rgw-slider input[type=range]").first.is_disabled()
    page.get_by_role("button", name="several stay").click()
    assert value(page, "guess") == "several stay"
    assert page.locator(".rgw-slider input[type=range]").first.is_enabled()
