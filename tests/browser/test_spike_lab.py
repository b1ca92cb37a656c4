"""The spike in a real browser: its values, overlap and tails are those of the package."""

import numpy as np
import pytest
from figures import FIGURE, HURRY, colour, pixel_at, place_of, readout, value, verdict, words

from rgcourse._random import random_state
from rgcourse.spectra import live, tail_distances
from rgcourse.widgets import SpikeLab

N, M = 60, 120


def matrix(seed, theta, fresh=0):
    """The matrix of the figure after some presses of New noise, and its left spike."""
    state = random_state(np.random.default_rng(seed))
    u, v, noise = np.empty(N), np.empty(M), np.empty(N * M)
    for x in (u, v):
        live.fill_gaussian(len(x), x, 1.0, state)
        live.normalize(len(x), x)
    for _ in range(fresh + 1):
        live.fill_gaussian(N * M, noise, M**-0.5, state)
    return noise.reshape(N, M) + theta * np.outer(u, v), u


def agree(page, seed, fresh=0):
    theta, tail = value(page, "theta"), value(page, "tail")
    A, u = matrix(seed, theta, fresh)
    U, s, _ = np.linalg.svd(A, full_matrices=False)
    found = page.evaluate(f"{FIGURE}.scene.found")
    assert found["values"] == pytest.approx(s, rel=1e-10)
    assert value(page, "largest") == pytest.approx(s[0])
    assert value(page, "overlap") == pytest.approx((U[:, 0] @ u) ** 2, rel=1e-6, abs=1e-9)
    alphas, distances = tail_distances(s**2, n_min=5)
    assert found["distances"] == pytest.approx(distances, rel=1e-9)
    assert value(page, "alpha") == pytest.approx(alphas[tail - 5])
    assert readout(page, "largest") == f"{s[0]:.3f}"
    assert float(readout(page, "alpha")) == pytest.approx(alphas[tail - 5], abs=0.006)
    assert float(readout(page, "distance")) == pytest.approx(distances[tail - 5], abs=6e-4)
    return s, distances


@pytest.mark.parametrize("theta, tail, said", [(0, 20, "Nothing"), (0.6, 5, "Hid"), (2, 60, "See")])
def test_numbers_are_those_of_the_package(mount, theta, tail, said):
    page = mount(SpikeLab(theta=theta, tail=tail, seed=3))
    agree(page, 3)
    assert verdict(page).startswith(said)
    assert page.errors == []


def test_the_spike_is_dragged_and_the_tail_is_chosen(mount):
    page = mount(SpikeLab(seed=4))
    page.mouse.click(*place_of(page, "spike", 1.5, 1))
    assert value(page, "theta") == pytest.approx(1.5, abs=0.02)
    page.mouse.click(*place_of(page, "tails", 2, 30))
    assert value(page, "tail") == pytest.approx(30, abs=2)
    s, distances = agree(page, 4)
    page.get_by_role("button", name="By the book").click()
    assert value(page, "tail") == 20 + int(np.argmin(distances[15:]))
    page.get_by_role("button", name="New noise").click()
    agree(page, 4, fresh=1)


def test_keys_alone(mount):
    page = mount(SpikeLab(seed=4))
    page.locator("figure.rgw").focus()
    page.keyboard.press("c")
    assert value(page, "theta") == pytest.approx(0.5**0.25)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("t")
    page.keyboard.press("n")
    assert value(page, "tail") == 21
    agree(page, 4, fresh=1)
    page.keyboard.press("b")
    page.keyboard.press("s")
    assert value(page, "theta") == pytest.approx(0.5**0.25 + 0.15, abs=0.06)
    page.keyboard.press("0")
    assert (value(page, "theta"), value(page, "tail")) == (0, 20)
    agree(page, 4)


def test_points_and_line_stand_where_the_package_says(mount):
    page = mount(SpikeLab(theta=2.0, seed=5))
    s, _ = agree(page, 5)
    assert pixel_at(page, "spike", 2.0, s[0]) == colour(page, "accent")
    theta, outlier, _ = value(page, "spec")["constants"]["law"][25]
    assert pixel_at(page, "spike", theta, outlier, reach=1) == colour(page, "ink")
    assert pixel_at(page, "tails", s[40] ** 2, 41) == colour(page, "surface")
    assert "Largest singular value" in words(page)


def test_it_runs_to_the_end_and_answers_the_bet(mount, poll):
    question = ("Does it leave?", "a little", "not at all")
    page = mount(SpikeLab(seed=2, predict=question, verdict=("not at all", "it hides.")),
                 script=HURRY)  # fmt: skip
    page.get_by_role("button", name="not at all").click()
    page.get_by_role("button", name="Run").click()
    poll(lambda: value(page, "running") is False)
    assert value(page, "theta") == pytest.approx(2.5)
    assert "It is so: it hides." in page.locator("figure.rgw").inner_text()
    assert page.errors == []
