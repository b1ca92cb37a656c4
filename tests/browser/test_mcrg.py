"""Monte Carlo RG in a real browser: samples are taken, and give the exponents of the package."""

import numpy as np
import pytest
from figures import FIGURE, colour, pixel_at, ticks, value, verdict
from wasm_page import native

from rgcourse import Estimate, jackknife
from rgcourse.blocking import majority_2d
from rgcourse.mcrg import linearized_rg, scaling_exponents
from rgcourse.operators import even_operators
from rgcourse.samplers import SwendsenWang
from rgcourse.widgets import MonteCarloRG
from rgcourse.widgets.monte_carlo_rg import K_C, SAMPLING

vote = native(majority_2d)


def shown(page):
    return Estimate(value(page, "exponent"), value(page, "error"))


def test_running_finds_both_exponents(mount, poll):
    page = mount(MonteCarloRG(L=32, blocking=2))
    page.locator("figure.rgw").focus()
    poll(lambda: value(page, "samples") >= 6000)
    page.keyboard.press("Space")
    y_t = shown(page)
    assert y_t.error < 0.03 and abs(y_t.z_score(1.0)) < 4.5
    page.keyboard.press("e")
    assert value(page, "sector") == "odd"
    assert shown(page).value == pytest.approx(1.875, abs=0.006)
    assert page.errors == []


def test_operators_are_chosen_and_one_stays(mount):
    page = mount(MonteCarloRG(L=32, blocking=2), reduced_motion="reduce")
    for _ in range(10):
        page.get_by_role("button", name="Step").click()
    assert value(page, "samples") == 1000 + SAMPLING["first"]
    all_five = shown(page)
    for label in ("nnn", "plaquette", "(2,0)", "(2,1)"):
        page.get_by_label(label, exact=True).click()
    assert value(page, "even") == ["nn"]
    assert page.get_by_label("nn", exact=True).is_disabled()
    assert shown(page).value != all_five.value
    assert len(page.evaluate(f"{FIGURE}.scene.now.eigenvalues")) == 1


def test_the_first_frame_has_eigenvalues_and_a_new_coupling_starts_again(mount):
    page = mount(MonteCarloRG(L=16), reduced_motion="reduce")
    assert (value(page, "samples"), len(page.evaluate(f"{FIGURE}.scene.spectrum"))) == (100, 2)
    assert "λ = " in verdict(page)
    page.get_by_role("button", name="Step").click()
    assert value(page, "samples") == 200
    page.evaluate(f"{FIGURE}.set({{ K: 0.43 }})")
    assert value(page, "samples") == 100


def sampled(L, n_samples, seed):
    """The last lattice, and the even operators of each level, as the page samples them."""
    chain = SwendsenWang(L, K_C, rng=seed)
    chain.sweep(SAMPLING["burn"])
    operators = []
    for _ in range(n_samples):
        chain.sweep(SAMPLING["between"])
        levels = [chain.spins.ravel()]
        while levels[-1].size > 16:
            edge = int(np.sqrt(levels[-1].size))
            levels.append(np.empty(levels[-1].size // 4, np.int8))
            vote(levels[-2], edge, 2, levels[-1], chain._state)
        edges = [int(np.sqrt(level.size)) for level in levels]
        lattices = [x.reshape(1, n, n) for x, n in zip(levels, edges, strict=True)]
        operators.append([even_operators(lattice)[0] for lattice in lattices])
    return chain.spins, np.swapaxes(operators, 0, 1)


def leading(S, S_blocked):
    return scaling_exponents(linearized_rg(S, S_blocked))[0]


def test_the_page_samples_as_python_does_and_draws_what_it_finds(mount):
    """From the seed to the pixel: lattices bit for bit, exponent and error, marks in the plots."""
    figure = MonteCarloRG(L=32, blocking=2)
    page = mount(figure, reduced_motion="reduce")
    n_samples = SAMPLING["bins"] * SAMPLING["chunk"]
    more = n_samples - SAMPLING["first"]
    page.evaluate(f"for (let k = 0; k < {more}; k++) {FIGURE}.scene.sample()")
    page.evaluate(f"{FIGURE}.refresh()")
    lattice, S = sampled(32, n_samples, figure.seed)
    there = page.evaluate(
        f"Array.from({FIGURE}.scene.kernels.view('int8', {FIGURE}.scene.spins[0], 1024))"
    )
    assert np.array_equal(there, lattice.ravel())
    expected = jackknife(leading, S[1], S[2], n_bins=SAMPLING["bins"])
    y = shown(page)
    assert y.value == pytest.approx(leading(S[1], S[2]), abs=1e-9)
    assert y.error == pytest.approx(expected.error, rel=1e-6)
    accent, critical = colour(page, "accent"), colour(page, "critical")
    assert ticks(page, "exponents") == pytest.approx([1, 2, 3], abs=0.02)
    assert pixel_at(page, "exponents", 2, y.value) == accent
    assert pixel_at(page, "exponents", 1.5, 1.0, reach=6) == pytest.approx(critical, abs=60)
    assert pixel_at(page, "plane", 2**y.value, 0) == accent
    at = pixel_at(page, "plane", np.cos(2), np.sin(2), reach=1)
    assert at == pytest.approx(critical, abs=60)


def test_reset_and_the_main_slider(mount):
    page = mount(MonteCarloRG(L=16, blocking=1), reduced_motion="reduce")
    page.locator("figure.rgw").focus()
    page.keyboard.press("s")
    first = shown(page)
    page.keyboard.press("ArrowRight")
    assert value(page, "blocking") == 2 and shown(page).value != first.value
    page.keyboard.press("e")
    page.keyboard.press("0")
    assert [value(page, name) for name in ("blocking", "sector", "samples")] == [1, "even", 100]
    page.keyboard.press("s")
    again = shown(page)
    assert (again.value, again.error) == (first.value, first.error)
