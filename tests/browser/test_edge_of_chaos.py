"""The edge of chaos in a real browser: its network and its map are those of the package."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, value, verdict, words

from rgcourse._random import random_state
from rgcourse.signal_flow import critical_weight, overlap_after, phase
from rgcourse.signal_flow.random import _read_pair, _send_layer, _start_pair
from rgcourse.widgets import EdgeOfChaos


def network(sigma_w, sigma_b, overlap, seed, layers):
    """The overlaps of the page's network, by the same kernels and random numbers."""
    state, seen = random_state(np.random.default_rng(seed)), np.zeros(3)
    x, y, u, v = (np.zeros(200) for _ in range(4))
    w2, b2 = sigma_w**2, sigma_b**2
    _start_pair(200, phase(w2, b2).q, overlap, x, y, state)
    path = [overlap]
    for _ in range(layers):
        _send_layer(200, w2, b2, x, y, u, v, state)
        x, y, u, v = u, v, x, y
        _read_pair(200, x, y, seen)
        path.append((seen[0] + seen[1] - seen[2]) / (2 * np.sqrt(seen[0] * seen[1])))
    return path


def test_network_and_readouts_are_those_of_the_package(mount):
    page = mount(EdgeOfChaos(1.6, 0.3, 0.7, seed=3))
    for _ in range(4):
        page.get_by_role("button", name="Step").click()
    assert value(page, "path") == pytest.approx(network(1.6, 0.3, 0.7, 3, 4), abs=1e-9)
    at = phase(1.6**2, 0.3**2)
    assert value(page, "chi") == pytest.approx(at.chi, abs=1e-9)
    assert value(page, "end") == pytest.approx(at.overlap, abs=1e-9)
    assert value(page, "length") == pytest.approx(at.length, rel=1e-7)
    assert readout(page, "now") == f"{value(page, 'path')[-1]:.3f}"
    assert "Chaos" in verdict(page) and "after 4 layers" in words(page)
    assert page.errors == []


def test_a_run_ends_at_the_last_layer_and_chaos_forgets(mount, poll):
    page = mount(EdgeOfChaos(2.2, 0.2, 0.99, running=True), script=HURRY)
    poll(lambda: len(value(page, "path")) == 61 and not value(page, "running"))
    end = value(page, "end")
    assert abs(np.mean(value(page, "path")[30:]) - end) < 0.12
    assert verdict(page).startswith("✓ Chaos")


def test_the_pad_catches_at_the_line_and_keys_go_there(mount):
    page = mount(EdgeOfChaos(1.0, 0.5), reduced_motion="reduce")
    line = np.sqrt(critical_weight(0.25))
    page.mouse.click(*place_of(page, "pad", line + 0.02, 0.5))
    sigma_b = value(page, "sigma_b")
    assert value(page, "sigma_w") == pytest.approx(np.sqrt(critical_weight(sigma_b**2)), abs=1e-9)
    assert (readout(page, "length"), value(page, "length")) == ("∞", 0)
    assert verdict(page).startswith("✓ On the line")
    page.mouse.click(*place_of(page, "pad", 0.9, 0.5))
    assert value(page, "sigma_w") == pytest.approx(0.9, abs=0.02)
    assert len(value(page, "path")) == 61  # calm readers see the end at once
    page.locator("figure.rgw").focus()
    page.keyboard.press("c")
    assert readout(page, "chi") == "1.000"
    page.keyboard.press("ArrowLeft")
    assert verdict(page).startswith("Order")
    page.keyboard.press("n")
    assert len(value(page, "path")) == 61
    page.keyboard.press("0")
    assert (value(page, "sigma_w"), value(page, "path")) == (1.0, [0.9])


def test_curve_and_ring_stand_where_the_package_says(mount):
    page = mount(EdgeOfChaos(2.0, 0.2, 0.1))
    at = phase(4.0, 0.04)
    curve = 0.8, float(overlap_after(0.8, at.q, 4.0, 0.04))
    assert pixel_at(page, "map", *curve, reach=1) == colour(page, "ink")
    assert pixel_at(page, "map", 0.8, 0.2) == colour(page, "none")
    assert pixel_at(page, "map", at.overlap, at.overlap) == colour(page, "surface")
    assert pixel_at(page, "pad", np.sqrt(critical_weight(0.16)), 0.4, reach=1) == colour(
        page, "critical"
    )
    page.mouse.click(*place_of(page, "map", 0.6, 0.3))
    assert value(page, "overlap") == pytest.approx(0.6, abs=0.02)
    assert f"{FIGURE}" and value(page, "sigma_w") == 2.0
