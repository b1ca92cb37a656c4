"""Two algorithms in a real browser: the same start, the same work, the times that Python finds."""

import numpy as np
import pytest
from figures import FIGURE, colour, pixel_at, readout, spins, ticks, value
from native_lattices import equilibrated

from rgcourse.correlator import RunningAutocorrelation
from rgcourse.exact import CRITICAL_T
from rgcourse.samplers import HeatBath, SwendsenWang
from rgcourse.widgets import AlgorithmRace
from rgcourse.widgets._lattice import RECIPE

K_C = 1 / CRITICAL_T


def advance(page, n):
    page.evaluate(f"for (let t = 0; t < {n}; t++) {FIGURE}.scene.step(); {FIGURE}.refresh()")


def test_both_start_from_one_lattice(mount):
    page = mount(AlgorithmRace(running=False))
    assert np.array_equal(spins(page, "pair[0]"), spins(page, "pair[1]"))
    assert np.array_equal(spins(page, "pair[0]"), equilibrated(16, CRITICAL_T, 0.0, 9).ravel())
    assert readout(page, "left") == readout(page, "right") == "too short"


def test_lattice_and_autocorrelation_are_the_package_s(mount):
    race = AlgorithmRace(L=16, observable="energy", running=False)
    page = mount(race)
    chain = SwendsenWang(16, K_C, rng=9)
    chain.sweep(RECIPE["warm_up"])
    assert np.array_equal(spins(page, "pair[0]"), chain.spins.ravel())
    advance(page, 3000)
    local = HeatBath(16, K_C, rng=1)
    local.spins, local._state[:] = chain.spins, chain._state
    running = RunningAutocorrelation(mean=race.constants["energies"][0])
    running.add(local.record(3000).energy)
    assert np.array_equal(spins(page, "pair[0]"), local.spins.ravel())
    shown = np.array(page.evaluate(f"{FIGURE}.scene.memories[0].line()"))
    assert shown[-1, 0] <= 300 < 2 * shown[-1, 0]
    known = dict(zip(running.lags.tolist(), running.values, strict=True))
    assert [known[lag] for lag in shown[:, 0]] == pytest.approx(shown[:, 1], abs=1e-12)
    assert value(page, "times")[0] == pytest.approx(running.time().value, rel=1e-12)


def test_both_do_the_same_work(mount):
    page = mount(AlgorithmRace(L=32, running=False))
    advance(page, 500)
    left, right = page.evaluate(f"{FIGURE}.scene.memories.map((memory) => memory.work)")
    assert left == 500 and 500 <= right < 501
    assert readout(page, "sweeps") == "500"


def test_a_time_is_shown_when_fifty_of_it_have_passed(mount, poll):
    page = mount(AlgorithmRace(L=16, running=True))
    assert value(page, "times")[0] == 0
    poll(lambda: value(page, "times")[0] > 0)
    sweeps, tau = value(page, "sweeps"), value(page, "times")[0]
    assert sweeps > 45 * tau and 400 < tau < 2500  # 919 +- 26 natively
    assert "±" in readout(page, "left")
    assert page.errors == []


def test_choices_start_again(mount):
    page = mount(AlgorithmRace(L=16, running=False))
    advance(page, 2000)
    page.locator("select").nth(0).select_option("energy")
    assert value(page, "observable") == "energy" and readout(page, "sweeps") == "0"
    page.locator("select").nth(1).select_option("Swendsen-Wang")
    advance(page, 2000)
    assert page.evaluate(f"{FIGURE}.scene.memories[1].share") == 1
    assert 1 < value(page, "times")[1] < 8  # 3.2 +- 0.3 natively
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "doublings") == 1 and len(spins(page, "pair[0]")) == 32**2
    page.keyboard.press("0")
    assert (value(page, "doublings"), value(page, "observable")) == (0, "magnetization")


def test_curve_and_times_are_drawn_where_they_are(mount):
    options = {"observable": "energy", "cluster": "Swendsen-Wang", "running": False}
    page = mount(AlgorithmRace(L=16, **options))
    advance(page, 3000)
    assert ticks(page, "rho") == pytest.approx([0.1, 1, 10, 100, 1e3, 1e4], rel=0.03)
    lag, rho = page.evaluate(f"{FIGURE}.scene.memories[0].line()")[4]
    assert pixel_at(page, "rho", lag, rho) == pytest.approx(colour(page, "ink"), abs=40)
    assert pixel_at(page, "rho", lag, rho / 2, reach=1) != pytest.approx(
        colour(page, "ink"), abs=40
    )
    for tau, name in zip(value(page, "times"), ("ink", "accent"), strict=True):
        assert tau > 0
        assert pixel_at(page, "rho", tau, np.exp(-1)) == colour(page, name)


def test_reduced_motion_waits_and_then_goes_slowly(mount, poll):
    page = mount(AlgorithmRace(L=16), reduced_motion="reduce")
    assert (value(page, "running"), value(page, "sweeps")) == (False, 0)
    page.locator("figure.rgw").focus()
    page.keyboard.press("Space")
    poll(lambda: value(page, "sweeps") >= 2)
    assert value(page, "sweeps") < 10
