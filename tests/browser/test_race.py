"""Two algorithms in a real browser: the same start, the same work, the times that Python finds."""

import numpy as np
import pytest
from figures import FIGURE, readout, spins, value

from rgcourse.correlator import RunningAutocorrelation
from rgcourse.samplers import HeatBath, SwendsenWang
from rgcourse.widgets import AlgorithmRace
from rgcourse.widgets.ising import CRITICAL_TEMPERATURE, WARM_UP

K_C = 1 / CRITICAL_TEMPERATURE


def advance(page, n):
    page.evaluate(f"for (let t = 0; t < {n}; t++) {FIGURE}.scene.step(); {FIGURE}.refresh()")


def test_both_start_from_one_lattice(mount):
    page = mount(AlgorithmRace(running=False))
    assert np.array_equal(spins(page, "pair[0]"), spins(page, "pair[1]"))
    assert readout(page, "left") == readout(page, "right") == "too short"


def test_lattice_and_autocorrelation_are_the_package_s(mount):
    page = mount(AlgorithmRace(L=16, observable="energy", running=False))
    chain = SwendsenWang(16, K_C, rng=9)
    chain.sweep(WARM_UP)
    assert np.array_equal(spins(page, "pair[0]"), chain.spins.ravel())
    advance(page, 3000)
    local = HeatBath(16, K_C, rng=1)
    local.spins, local._state[:] = chain.spins, chain._state
    running = RunningAutocorrelation(mean=value(page, "energies")[0])
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
    poll(lambda: value(page, "times")[0] > 0, timeout=60)
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
