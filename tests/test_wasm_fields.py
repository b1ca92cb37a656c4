"""The fixed points and the Borel sums of the page are the package's own: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

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
        fate = native(shell.escape_time)(*point, d, N, 1000)
        assert flow.call("escape_time", *point, d, N, 1000) == fate
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
