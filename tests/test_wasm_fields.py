"""The fixed points and the Borel sums of the page are the package's own: same code, same bits."""
"""The field and the power counting of the page are the package's own: same code, same bits."""

import numpy as np
import pytest
from numba import njit
from wasm_page import Page

from rgcourse.epsilon_expansion import (
    critical_r,
    eta_series,
    inverse_nu_series,
    omega_series,
    shell,
    shell_rates,
)
from rgcourse.resummation import conformal, conformal_sums


@pytest.fixture(scope="module")
def flow():
    return Page("epsilon.wasm")


@pytest.fixture(scope="module")
def borel():
    return Page("resummation.wasm")


def native(kernel):
    return njit(error_model="numpy")(kernel)


@pytest.mark.parametrize("d, N", [(4.2, 1.0), (4.0, 0.0), (3.1, 3.0), (2.5, 4.0)])
def test_flows_are_bit_equal(flow, rng, d, N):
    step = native(shell.shell_step)
    for point in rng.uniform([-0.4, 0.0], [0.4, 0.45], (20, 2)):
        there = flow.put(point)
        flow.call("shell_rate", there, d, N)
        assert flow.get(there, point).tolist() == shell_rates(point, d=d, N=N).tolist()
        there = flow.put(point)
        for _ in range(20):
            step(point, d, N, 0.02)
            flow.call("shell_step", there, d, N, 0.02)
        assert np.array_equal(flow.get(there, point), point)
        fate = native(shell.decided_after)(*point, d, N, 1000)
        assert flow.call("decided_after", *point, d, N, 1000) == fate
    assert flow.call("critical_line", 0.3, d, N) == critical_r(0.3, d=d, N=N)
    result = np.empty(4)
    native(shell.wilson_fisher)(d, N, result)
    there = flow.put(np.zeros(4))
    flow.call("wilson_fisher", d, N, there)
    assert np.array_equal(flow.get(there, result), result)


@pytest.mark.parametrize("series, N", [(eta_series, 0), (inverse_nu_series, 1), (omega_series, 3)])
def test_sums_and_rule_are_bit_equal(borel, series, N):
    c, a = series(N, 5), 3 / (N + 8)
    c = c[np.flatnonzero(c)[0] :]
    n = len(c) - 1
    coefficients, nodes = borel.put(c), borel.put(np.zeros(3 * conformal.N_NODES))
    scratch = np.zeros(3 * (n + 1))
    there = borel.put(scratch)
    borel.call("borel_nodes", 4.5, a, nodes)
    borel.call("borel_sums", coefficients, n, a, 4.5, 1.2, nodes, there)
    sums = borel.get(there, scratch)[2 * (n + 1) :]
    assert sums.tolist() == conformal_sums(c, a, b=4.5, lam=1.2).tolist()
    grid = np.zeros(conformal.N_B * conformal.N_LAM)
    value, change, result = borel.put(grid), borel.put(grid), np.zeros(4)
    chosen = borel.put(result)
    borel.call("borel_scan", coefficients, n, a, nodes, there, value, change)
    borel.call("borel_choice", value, change, chosen)
    assert borel.get(chosen, result).tolist() == conformal.resummed(c, n, a).tolist()
from rgcourse._random import random_state
from rgcourse.field_theory import Phi4, counting, coupling_dimension, phi4

CURVES = [(-3.8, 24.0), (-1.2, 6.0), (0.3, 1.5), (-7.9, 47.5)]


@pytest.fixture(scope="module")
def page():
    return Page("fields.wasm")


def test_power_counting_is_bit_equal(page):
    after_zoom = njit(error_model="numpy")(counting.after_zoom)
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
    native = np.empty(4)
    phi4._field_sums(chain._field, chain._neighbours, L**dim, dim, native)
    assert np.array_equal(page.get(sums, native), native)


@pytest.mark.parametrize("r, u", CURVES)
def test_potential_and_widths_are_bit_equal(page, r, u):
    assert page.call("landau_minimum", r, u) == counting.landau_minimum(r, u)
    assert page.call("proposal_width", r, u, 2) == Phi4(4, r, u, rng=1).step
    for phi in (-1.7, 0.0, 0.3, 2.2):
        assert page.call("potential", phi, r, u) == counting.potential(phi, r, u)
