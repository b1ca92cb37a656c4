"""The live figures in a real browser: driven by mouse and by keys, they obey physics and manners.

A page is made of the figure's own stored state and the book's bundle, as the book does it.
"""

import statistics

import numpy as np
import pytest
import visit
from figures import FIGURE, colour, magnetization, pixel_at, spins, ticks, value, words
from native_lattices import equilibrated

from rgcourse.exact import CRITICAL_T, onsager_energy, spontaneous_magnetization
from rgcourse.widgets import IsingLab


def pause(page):
    page.get_by_role("button", name="Pause", exact=True).click()


# --- mounting ----------------------------------------------------------------------------------


def test_runs_from_the_critical_temperature(mount, poll):
    page = mount(IsingLab(L=128))
    assert page.locator("figure.rgw canvas").count() == 6
    poll(lambda: value(page, "sweeps") > 10)
    assert "critical temperature" in words(page)


def test_first_frame_is_the_still(mount):
    figure = IsingLab(L=64, T=2.4, seed=9, running=False)
    page = mount(figure)
    assert np.array_equal(spins(page), equilibrated(64, 2.4, 0.0, 9).ravel())


def test_still_remains_where_wasm_fails(mount, poll):
    broken = "WebAssembly.instantiate = () => Promise.reject(new Error('not today'));"
    page = mount(IsingLab(L=64), script=broken, alive=False)
    page.get_by_role("alert").wait_for()
    assert "not today" in page.get_by_role("alert").inner_text()
    assert page.locator("img.rgw-still").is_visible()
    assert page.errors == []


def test_still_is_there_without_scripts(mount):
    page = mount(IsingLab(L=64), alive=False, java_script_enabled=False)
    assert page.locator("img.rgw-still").is_visible()
    assert page.locator("figure.rgw").count() == 0


def test_print_shows_the_still_and_no_controls(mount):
    page = mount(IsingLab(L=64))
    page.emulate_media(media="print")
    assert page.locator("img.rgw-still").is_visible()
    assert page.locator(".rgw-controls").is_hidden()
    assert page.locator("figcaption").is_visible()


@pytest.mark.parametrize("T", [1.8, 2.1])
def test_the_exact_curves_are_drawn_where_they_are(mount, T):
    """Ink where the exact values are, and none at half their height."""
    page = mount(IsingLab(L=64, T=3.9, running=False))
    values = onsager_energy(1 / T), spontaneous_magnetization(1 / T)
    for plot, y in zip(("E", "m"), values, strict=True):
        assert pixel_at(page, plot, T, y) == pytest.approx(colour(page, "ink"), abs=40)
        assert pixel_at(page, plot, T, y / 2) == colour(page, "none")
    assert ticks(page, "E") == pytest.approx([1, 2, 3, 4], abs=0.02)
    assert pixel_at(page, "m", CRITICAL_T, 0.3, reach=1) != colour(page, "none")


def test_the_dot_is_where_the_lattice_is(mount):
    page = mount(IsingLab(L=64, T=1.5, running=False))
    E, m = page.evaluate(f"{FIGURE}.scene.last")
    for plot, y in (("E", E), ("m", m)):
        assert pixel_at(page, plot, 1.5, y) == colour(page, "accent")


# --- mouse and keys ----------------------------------------------------------------------------


def test_temperature_by_mouse(mount, poll):
    page = mount(IsingLab(L=64))
    box = page.get_by_label("Temperature", exact=True).bounding_box()
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert value(page, "T") > 3.5
    page.get_by_role("button", name="Set temperature to Tc").click()
    assert value(page, "T") == pytest.approx(2.269185314213022, abs=1e-12)
    shown = page.locator("output[for$='-T']")
    assert shown.inner_text() == "2.269"


def test_temperature_by_typing(mount):
    page = mount(IsingLab(L=64))
    page.get_by_role("button", name="Type a value for temperature").click()
    page.keyboard.type("3.125")
    page.keyboard.press("Enter")
    assert value(page, "T") == 3.125
    page.get_by_role("button", name="Type a value for temperature").click()
    page.keyboard.type("99")
    page.keyboard.press("Escape")
    assert value(page, "T") == 3.125


def test_keys(mount, poll):
    page = mount(IsingLab(L=64, T=2.0))
    page.locator("figure.rgw").focus()
    page.keyboard.press("Space")
    assert value(page, "running") is False
    page.keyboard.press("ArrowRight")
    assert value(page, "T") == pytest.approx(2.01)
    page.keyboard.press("Shift+ArrowLeft")
    assert value(page, "T") == pytest.approx(1.91)
    page.keyboard.press("+")
    assert value(page, "level") == 1
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert value(page, "level") == 0
    before = value(page, "sweeps")
    page.keyboard.press("s")
    assert value(page, "sweeps") == before + 1
    page.keyboard.press("c")
    assert value(page, "T") == pytest.approx(2.269185314213022, abs=1e-12)
    page.keyboard.press("0")  # the temperature is the reader's, and stays
    assert (value(page, "running"), value(page, "level")) == (True, 0)
    assert value(page, "T") == pytest.approx(2.269185314213022, abs=1e-12)


def test_keys_elsewhere_do_nothing(mount):
    page = mount(IsingLab(L=64, T=2.0))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    assert (value(page, "T"), value(page, "running")) == (2.0, True)


def test_arrows_on_the_field_move_the_field(mount):
    page = mount(IsingLab(L=64, T=2.0))
    page.get_by_label("Field h").focus()
    page.keyboard.press("ArrowRight")
    assert (value(page, "T"), value(page, "h")) == (2.0, pytest.approx(0.01))


def test_zoom_out_shows_coarser_panels(mount):
    page = mount(IsingLab(L=128, panels=3, running=False))
    labels = page.locator(".rgw-panels .rgw-label")
    assert labels.all_inner_texts() == ["b = 1 · 128²", "b = 2 · 64²", "b = 4 · 32²"]
    page.get_by_role("button", name="Zoom out").click()
    assert labels.all_inner_texts() == ["b = 2 · 64²", "b = 4 · 32²", "b = 8 · 16²"]
    for _ in range(3):
        if page.get_by_role("button", name="Zoom out").is_enabled():
            page.get_by_role("button", name="Zoom out").click()
    assert page.get_by_role("button", name="Zoom out").is_disabled()
    assert labels.all_inner_texts()[-1] == "b = 32 · 4²"


def test_reset_starts_anew_at_the_temperature_of_the_slider(mount, poll):
    page = mount(IsingLab(L=64, T=2.2, running=False))
    page.get_by_role("button", name="Step").click()
    assert not np.array_equal(spins(page), equilibrated(64, 2.2, 0.0, 5).ravel())
    page.get_by_role("button", name="Reset").click()
    assert np.array_equal(spins(page), equilibrated(64, 2.2, 0.0, 5).ravel())
    page.get_by_label("Temperature", exact=True).fill("3")
    page.get_by_role("button", name="Reset").click()
    assert np.array_equal(spins(page), equilibrated(64, 3.0, 0.0, 5).ravel())
    assert (value(page, "T"), value(page, "sweeps")) == (3.0, 0)


def test_prediction_locks_the_sliders_until_made_or_skipped(mount):
    question = ("More order, or less?", "more", "less")
    page = mount(IsingLab(L=64, predict=question))
    slider = page.get_by_label("Temperature", exact=True)
    assert slider.is_disabled()
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "T") == pytest.approx(2.269185314213022)
    page.get_by_role("button", name="less").click()
    assert slider.is_enabled() and value(page, "guess") == "less"

    page = mount(IsingLab(L=64, predict=question))
    page.get_by_role("button", name="Skip").click()
    assert page.get_by_label("Temperature", exact=True).is_enabled()


# --- physics -----------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["heat bath", "Wolff"])
def test_cold_is_ordered_and_hot_is_not(mount, poll, algorithm):
    page = mount(IsingLab(L=64, T=2.0, T_range=(1.0, 5.0), algorithm=algorithm))
    slider = page.get_by_label("Temperature", exact=True)
    slider.fill("1")
    poll(lambda: magnetization(page) > 0.9)
    slider.fill("5")
    poll(lambda: magnetization(page) < 0.3)
    slider.fill("1")
    if algorithm == "Wolff":  # heat bath may fall into stripes, which live long
        poll(lambda: magnetization(page) > 0.9)
    assert value(page, "algorithm") == algorithm


def test_energy_runs_to_onsager(mount, poll):
    page = mount(IsingLab(L=128, T=2.6))
    mean = f"{FIGURE}.scene.curves[0].mean.estimate"
    poll(lambda: page.evaluate(f"{mean}[1] !== undefined && {mean}[1] < 0.004"))
    energy, error = page.evaluate(mean)
    from rgcourse.exact import onsager_energy

    # Bins of a second are not yet independent: the bound is wide, the numbers are not.
    assert abs(energy - onsager_energy(1 / 2.6)) < 0.01 + 4 * error
    text = page.locator(".rgw-value-line").first.inner_text()
    assert f"exact −{-onsager_energy(1 / 2.6):.3f}" in text


def test_field_takes_wolff_away_and_says_why(mount):
    page = mount(IsingLab(L=64, algorithm="Wolff"))
    page.get_by_label("Field h").fill("0.1")
    assert value(page, "algorithm") == "heat bath"
    assert page.locator("option[value=Wolff]").is_disabled()
    assert "needs h = 0" in page.locator(".rgw-reason").inner_text()
    assert "exact only at h = 0" in page.locator(".rgw-value-line").first.inner_text()
    page.get_by_label("Field h").fill("0")
    assert page.locator("option[value=Wolff]").is_enabled()
    page.get_by_label("Algorithm").select_option("Wolff")
    assert value(page, "algorithm") == "Wolff"


# --- manners -----------------------------------------------------------------------------------


def test_out_of_sight_it_rests(mount, poll):
    page = mount(IsingLab(L=64))
    poll(lambda: value(page, "sweeps") > 5)
    page.evaluate("window.scrollTo(0, 2500)")
    poll(lambda: page.evaluate(f"{FIGURE}.root.dataset.state") == "off-screen")
    before = page.evaluate(f"{FIGURE}.sweeps")
    page.wait_for_timeout(200)  # nothing may happen: there is no event to wait for
    assert page.evaluate(f"{FIGURE}.sweeps") == before
    page.evaluate("window.scrollTo(0, 0)")
    poll(lambda: page.evaluate(f"{FIGURE}.sweeps") > before)


def test_reduced_motion_asks_for_no_frame(mount, poll):
    page = mount(IsingLab(L=64), script=visit.COUNT_FRAMES, reduced_motion="reduce")
    assert value(page, "running") is False
    page.get_by_role("button", name="Step").click()
    assert value(page, "sweeps") == 1
    page.get_by_role("button", name="Run").click()  # asked for: slowly, and still without frames
    poll(lambda: value(page, "sweeps") >= 3)
    assert page.evaluate("framesAsked") == 0


def test_theme_switch_repaints(mount):
    page = mount(IsingLab(L=64, T=1.0, running=False))
    tones = f"['up', 'down'].map((name) => {FIGURE}.scene.pixel(name))"
    light = page.evaluate(tones)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = page.evaluate(f"new Promise((done) => setTimeout(() => done({tones}), 50))")
    assert light != dark
    corner = page.evaluate(
        "[...document.querySelector('.rgw-panels canvas').getContext('2d')"
        ".getImageData(0, 0, 1, 1).data]"
    )
    assert corner[:3] in ([0xE3, 0xD9, 0xBF], [0x2D, 0x5A, 0x8C])


def test_words_say_the_state_at_rest(mount):
    page = mount(IsingLab(L=64, T=1.5))
    pause(page)
    assert "T = 1.500, below the critical temperature" in words(page)
    assert "percent of the spins" in words(page)


# --- speed -------------------------------------------------------------------------------------


def test_a_sweep_and_a_draw_of_512_fit_a_frame(mount, capsys):
    page = mount(IsingLab(L=512, running=False))
    times = page.evaluate(
        f"""() => {{
          const {{ scene }} = {FIGURE};
          const once = () => {{
            const start = performance.now();
            scene.step();
            scene.draw();
            return performance.now() - start;
          }};
          for (let k = 0; k < 20; k++) once();
          return Array.from({{ length: 200 }}, once);
        }}"""
    )
    median = statistics.median(times)
    with capsys.disabled():
        print(f"\none sweep and one draw of 512 x 512: {median:.1f} ms median of 200 (budget 8)")
    assert median < 16
