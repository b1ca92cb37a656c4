"""The field and the power counting of the page are the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.field_theory import Phi4, counting, coupling_dimension, one_site

CURVES = [(-3.8, 24.0), (-1.2, 6.0), (0.3, 1.5), (-7.9, 47.5)]


@pytest.fixture(scope="module")
def page():
    return Page("fields.wasm")


def test_power_counting_is_bit_equal(page):
    after_zoom = native(counting.after_zoom)
    for d in np.linspace(1, 6, 26):
        for power, derivatives in [(1, 0), (2, 0), (4, 0), (6, 0), (2, 4)]:
            y = page.call("power_counting", d, power, derivatives)
            assert y == coupling_dimension(d, power, derivatives)
            grown = page.call("after_zoom", 0.3, d, power, derivatives, 7.0)
            assert grown == after_zoom(0.3, d, power, derivatives, 7.0)


CASES = [(12, 2, -3.8, 24.0), (4, 3, 0.5, 0.0), (5, 1, -30.0, 400.0)]


@pytest.mark.parametrize("L, dim, r, u", CASES)
def test_fields_are_bit_equal(page, L, dim, r, u, rng):
    chain = Phi4(L, r, u, dim=dim, clusters=2, rng=rng)
    state = random_state(rng)
    chain._state[:] = state
    field, table = page.put(chain.field.ravel()), page.put(np.empty_like(chain._neighbours))
    stack, words, sums = page.put(chain._stack), page.put(state), page.put(np.empty(4))
    page.call("fill_neighbours", L, dim, table)
    assert np.array_equal(page.get(table, chain._neighbours), chain._neighbours)
    for _ in range(20):
        series = chain.record(1)
        accepted = page.call("metropolis_sweep", field, table, L**dim, dim, r, u, chain.step, words)
        turned = sum(
            page.call("wolff_cluster", field, table, L**dim, dim, stack, words) for _ in "12"
        )
        assert (accepted, turned) == (
            round(series.acceptance[0] * L**dim), 2 * series.cluster_size[0]
        )  # fmt: skip
    assert np.array_equal(page.get(field, chain._field), chain._field)
    assert np.array_equal(page.get(words, state), chain._state)
    page.call("field_sums", field, table, L**dim, dim, sums)
    native = chain._measured()
    assert np.array_equal(page.get(sums, native), native)


@pytest.mark.parametrize("b, dim, u", [(2, 4, 8.0), (6, 1, 0.25), (3, 3, 1.0)])
def test_one_site_is_bit_equal(page, b, dim, u):
    """What the page does for a lattice seen as one site, sweep by sweep."""
    seed = 7
    expected = one_site.sample_one_site(b, dim, u, 30, rng=seed)
    sites, r = b**dim, -u * one_site.mass_shift(b, dim)
    field, sums = page.put(np.zeros(sites)), page.put(np.zeros(3))
    neighbours = page.put(np.zeros(2 * dim * sites, np.int32))
    words = page.put(random_state(np.random.default_rng(seed)))
    page.call("fill_neighbours", b, dim, neighbours)
    width = page.call("proposal_width", r, u, dim)
    means = []
    for _ in range(one_site.WARM_UP + 30):
        page.call("metropolis_sweep", field, neighbours, sites, dim, r, u, width, words)
        means.append(page.call("shift_field", field, sites, r, u, one_site.SHIFTS, sums, words))
    shown = b ** ((dim - 2) / 2) * np.array(means[one_site.WARM_UP :])
    assert np.array_equal(shown, expected)


@pytest.mark.parametrize("r, u", CURVES)
def test_potential_and_widths_are_bit_equal(page, r, u):
    assert page.call("landau_minimum", r, u) == counting.landau_minimum(r, u)
    assert page.call("proposal_width", r, u, 2) == Phi4(4, r, u, rng=1).step
    for phi in (-1.7, 0.0, 0.3, 2.2):
        assert page.call("potential", phi, r, u) == counting.potential(phi, r, u)
