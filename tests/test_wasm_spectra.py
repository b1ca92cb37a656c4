"""A small matrix is taken apart in the page as in the package: same code, same bits."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse._random import random_state
from rgcourse.spectra import live, tails

N, M = 12, 24


def test_a_matrix_with_a_spike_is_taken_apart_alike():
    page, state = Page("spectra.wasm"), random_state(4)
    noise, u, v, a = np.empty(N * M), np.empty(N), np.empty(M), np.empty(N * M)
    values, found = np.empty(N), np.empty(2)
    arrays = {"noise": noise, "u": u, "v": v, "a": a, "values": values, "found": found}
    at = {name: page.put(array) for name, array in arrays.items()}
    there = page.put(state)
    for x, n, scale in (("noise", N * M, M**-0.5), ("u", N, 1.0), ("v", M, 1.0)):
        native(live.fill_gaussian)(n, arrays[x], scale, state)
        page.call("fill_gaussian", n, at[x], scale, there)
    for x, n in (("u", N), ("v", M)):
        native(live.normalize)(n, arrays[x])
        page.call("normalize", n, at[x])
    native(live.add_spike)(N, M, 1.5, noise, u, v, a)
    page.call("add_spike", N, M, 1.5, at["noise"], at["u"], at["v"], at["a"])
    assert native(live.turn_rows)(N, M, 40, a) == page.call("turn_rows", N, M, 40, at["a"])
    row = native(live.read_rows)(N, M, a, values)
    assert page.call("read_rows", N, M, at["a"], at["values"]) == row
    native(live.read_overlaps)(N, M, row, 1.5, noise, u, v, a, found)
    page.call("read_overlaps", N, M, row, 1.5, *(at[x] for x in ("noise", "u", "v", "a", "found")))
    for name, array in arrays.items():
        assert page.get(at[name], array) == pytest.approx(array, rel=1e-12), name
    assert np.array_equal(page.get(there, state), state)

    matrix = (noise.reshape(N, M) + 1.5 * np.outer(u, v)).astype(float)
    U, s, V = np.linalg.svd(matrix, full_matrices=False)
    assert values == pytest.approx(s, rel=1e-12)
    assert found == pytest.approx([(U[:, 0] @ u) ** 2, (V[0] @ v) ** 2], rel=1e-9)


def test_tails_are_measured_alike(rng):
    page, logs = Page("spectra.wasm"), -np.sort(-rng.standard_normal(40))
    ours = np.empty((2, 36))
    at = [page.put(array) for array in (logs, *ours)]
    native(tails.measure_tails)(40, 5, logs, *ours)
    page.call("measure_tails", 40, 5, *at)
    for place, array in zip(at[1:], ours, strict=True):
        assert page.get(place, array) == pytest.approx(array, rel=1e-12)
