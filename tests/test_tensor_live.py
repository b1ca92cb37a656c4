"""The page's renormalization of tensors: exact tori, plain NumPy, Onsager, Baxter's corners."""

import itertools

import numpy as np
import pytest
from native_tensors import native_flow, plain_flow, plain_rings
from wasm_page import native

from rgcourse.exact import CRITICAL_K, CRITICAL_T, kaufman, onsager_log_z
from rgcourse.tensor_rg import live, live_readings, scaling_dimensions, trg_flow
from rgcourse.tensor_rg.corners import LARGEST_K, LEAST_K, MOST_LEVELS, baxter_spectrum

COUPLINGS = [0.1, 1 / 2.4, CRITICAL_K, 0.5, 1.0]


def tilted_torus(m, K):
    """ln Z per site of the torus with the periods (m, m) and (m, -m), by enumeration."""
    sites = {(a, b): i for i, (a, b) in enumerate(
        (a, b) for a in range(2 * m) for b in range(2 * m) if (a - b) % 2 == 0)}  # fmt: skip
    bonds = [(i, sites[(a + 1) % (2 * m), (b + way) % (2 * m)])
             for (a, b), i in sites.items() for way in (1, -1)]  # fmt: skip
    energies = [sum(s[i] * s[j] for i, j in bonds)
                for s in itertools.product([1, -1], repeat=len(sites))]  # fmt: skip
    return np.log(np.sum(np.exp(K * np.array(energies)))) / len(sites)


@pytest.mark.parametrize("K", COUPLINGS)
def test_nothing_is_truncated_on_small_tori(K):
    """Legs have 2, 4, 4, 16 values after one to four steps, and the tori are 1, 2, 2, 4 wide."""
    readings, b = native_flow(K, 16, 4)
    exact = [tilted_torus(1, K), kaufman(2, K).log_z, tilted_torus(2, K), kaufman(4, K).log_z]
    assert [reading.log_z for reading in readings] == pytest.approx(exact, rel=1e-13)
    readings, _ = native_flow(K, 4, 3)
    assert [reading.log_z for reading in readings] == pytest.approx(exact[:3], rel=1e-13)
    assert b["totals"][1] == 16


def test_no_coupling_at_all():
    readings, b = native_flow(0.0, 4, 5)
    assert [reading.log_z for reading in readings] == pytest.approx([np.log(2)] * 5, rel=1e-14)
    assert b["legs"][:2].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("K", "chi", "n_steps"),
    [(CRITICAL_K, 2, 12), (CRITICAL_K, 5, 10), (CRITICAL_K, 8, 10), (CRITICAL_K, 12, 8),
     (CRITICAL_K, 16, 6), (1 / 2.4, 8, 10), (1 / 2.2, 6, 9), (0.5, 8, 8), (0.9, 4, 5)],
)  # fmt: skip
def test_as_plain_numpy(K, chi, n_steps):
    readings, _ = native_flow(K, chi, n_steps)
    flow = plain_flow(K, chi, n_steps)
    for n, (reading, (T, log_factor, spectrum)) in enumerate(zip(readings, flow, strict=True), 1):
        log_z = (np.log(np.einsum("ulul", T)) + log_factor) / 2**n  # [u] [l] [u] [l]
        assert reading.log_z == pytest.approx(log_z, rel=1e-13)
        assert reading.spectrum == pytest.approx(spectrum, abs=1e-12)
        one, two = plain_rings(T)
        x = -np.log(one / one[0]) / (2 * np.pi)
        low = x < 2
        assert reading.x[low] == pytest.approx(x[low], abs=1e-8)
        assert reading.c == pytest.approx(4 / np.pi * np.log(one[0] ** 2 / two[0]), abs=1e-10)


@pytest.mark.parametrize(("K", "chi"), [(CRITICAL_K, 8), (CRITICAL_K, 12), (1 / 2.4, 6), (0.5, 8)])
def test_as_the_package(K, chi):
    """`trg_flow` goes another way, by symmetric halves, to the same numbers."""
    readings, _ = native_flow(K, chi, 16)
    flow = trg_flow(K, chi, 16)
    assert [reading.log_z for reading in readings] == pytest.approx(flow.log_z[1:], rel=1e-13)
    assert [len(reading.x) for reading in readings] == [len(T) for T in flow.tensors[1:]]
    for n in (7, 8):
        levels = [x for x in scaling_dimensions(flow.tensors[n], 4) if x < 2]
        assert readings[n - 1].x[1 : 1 + len(levels)] == pytest.approx(levels, abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, 3, 17, 64])
def test_singular_values_of_any_matrix(rng, n):
    singular = native(live.orthogonal_rows)
    for matrix in (rng.normal(size=(n, n)), rng.normal(size=(n, 2)) @ rng.normal(size=(2, n)),
                   np.diag(10.0 ** -np.arange(n)), np.zeros((n, n)), np.ones((n, n))):  # fmt: skip
        rows, squares = matrix.ravel().copy(), np.zeros(n)
        singular(rows, 0, n, squares, 0)
        s = np.linalg.svd(matrix, compute_uv=False)
        found = np.sort(np.sqrt(squares))[::-1]
        assert found == pytest.approx(s, abs=1e-13 * max(1.0, s[0]))
        rows = rows.reshape(n, n)
        overlap = rows @ rows.T  # row [column], row' [column]
        assert overlap == pytest.approx(np.diag(squares), abs=1e-12 * max(1.0, s[0] ** 2))
        square = matrix.T @ matrix  # column' [row], [row] column
        assert rows.T @ rows == pytest.approx(square, abs=1e-12 * max(1.0, s[0] ** 2))


@pytest.mark.parametrize("n", [1, 2, 5, 16])
def test_eigenvalues_of_any_matrix(rng, n):
    """Moduli, pairs of complex ones among them; of a nearly triangular one, too."""
    matrices = [np.diag(np.arange(1.0, n + 1)) + np.triu(rng.normal(size=(n, n)), 1),
                np.zeros((n, n))]  # fmt: skip
    basis = np.linalg.qr(rng.normal(size=(n, n)))[0]
    apart = np.diag(2.0 ** -np.arange(n))
    if n > 1:
        apart[:2, :2] = [[3, -1], [1, 3]]
    matrices.append(basis @ apart @ basis.T)  # i [k] [k] j
    for matrix in matrices:
        values = np.zeros(n)
        native(live_readings.moduli)(matrix.ravel().copy(), n, np.zeros(n * n), values, 0)
        expected = np.sort(np.abs(np.linalg.eigvals(matrix)))
        assert np.sort(values) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("K", [1e-3, *COUPLINGS, CRITICAL_K - 1e-9, CRITICAL_K + 1e-5, 3.0])
def test_exact_log_z_is_onsager_s(K):
    assert native(live_readings.exact_log_z_at)(K) == pytest.approx(onsager_log_z(K), rel=1e-14)


@pytest.mark.parametrize(
    ("T", "chi", "error"),
    [(2.0, 4, -2.6e-4), (2.0, 8, -3.5e-6), (2.0, 16, -6e-7), (CRITICAL_T, 4, -2.9e-4),
     (CRITICAL_T, 8, -6.9e-5), (CRITICAL_T, 16, -4.6e-6), (2.4, 4, -7.7e-5), (2.4, 8, -8.5e-5)],
)  # fmt: skip
def test_errors_of_log_z(T, chi, error):
    """As code gave them that tears equal singular values apart, which matters here and there."""
    K = 1 / T if T != CRITICAL_T else CRITICAL_K
    readings, _ = native_flow(K, chi, 24)
    assert readings[-1].log_z / onsager_log_z(K) - 1 == pytest.approx(error, rel=0.1)


def test_dimensions_at_the_critical_point():
    """16 values, a block of 16 x 16 sites: 1/8, 1, 9/8, 9/8 and c = 1/2, before they drift."""
    readings, _ = native_flow(CRITICAL_K, 16, 13)
    assert readings[7].x[1:5] == pytest.approx([1 / 8, 1, 9 / 8, 9 / 8], abs=0.03)
    assert readings[7].x_odd[:5].tolist() == [0, 1, 0, 1, 1]
    assert readings[7].x[1] == pytest.approx(1 / 8, abs=1e-3)
    assert readings[7].c == pytest.approx(1 / 2, abs=0.01)
    assert abs(readings[12].x[1] - 1 / 8) > 10 * abs(readings[7].x[1] - 1 / 8)


def test_far_from_it_nothing_is_left_to_measure():
    for K, x in ((0.5, 0), (1 / 3, None)):
        (*_, last), _ = native_flow(K, 6, 14)
        assert last.c == pytest.approx(0, abs=0.01)
        assert last.x[1] == pytest.approx(x, abs=1e-5) if x is not None else last.x[1] > 2


@pytest.mark.parametrize(("T", "n", "close"), [(2.0, 10, 1e-3), (2.4, 4, 1e-3), (2.6, 4, 1e-3)])
def test_the_flow_stops_at_baxter_s_corners(T, n, close):
    """The largest singular values, after blocks have outgrown the correlation length."""
    spectra = [native_flow(1 / T, 16, steps)[0][-1].spectrum[:n] for steps in (13, 15)]
    for spectrum in spectra:
        assert spectrum == pytest.approx(baxter_spectrum(1 / T, n), abs=close)
    assert spectra[0] == pytest.approx(spectra[1], abs=close / 5)


def test_corners_by_hand():
    """Above T_c from 1 + x, 1 + x**3, .. squared, below from twice 1 + x**2, 1 + x**4, .. ."""
    x = baxter_spectrum(0.4, 2)[1]
    assert baxter_spectrum(0.4, 12) == pytest.approx(x ** np.array(
        [0, 1, 1, 2, 3, 3, 4, 4, 4, 4, 5, 5]))  # fmt: skip
    levels = baxter_spectrum(0.5, 12)
    y = levels[2]
    assert levels == pytest.approx(y ** np.array([0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]))


@pytest.mark.parametrize("K", [0.45, 0.5, 0.8])
def test_corners_of_dual_couplings_have_one_epsilon(K):
    dual = -0.5 * np.log(np.tanh(K))
    assert baxter_spectrum(dual, 2)[1] ** 2 == pytest.approx(baxter_spectrum(K, 3)[2])


@pytest.mark.parametrize("K", [0.45, 0.5, 0.8])
def test_corners_give_yang_s_magnetization(K):
    """prod (1 - q**(2 j - 1)) / (1 + q**(2 j - 1)) = (1 - k**2)**(1/8), q = exp(-epsilon)."""
    q = baxter_spectrum(K, 3)[2] ** 2  # exp(-2 epsilon / 4) squared
    powers = q ** np.arange(1, 200, 2)
    expected = (1 - np.sinh(2 * K) ** -4) ** (1 / 8)
    assert np.prod((1 - powers) / (1 + powers)) == pytest.approx(expected, rel=1e-12)


def test_no_lines_at_the_critical_point():
    assert baxter_spectrum(CRITICAL_K, 5) == pytest.approx(np.ones(5))


@pytest.mark.parametrize("n", [1, 2, MOST_LEVELS, np.int8(3)])
@pytest.mark.parametrize("K", [LEAST_K, LARGEST_K, 1, np.float32(0.4)])
def test_corners_just_inside(K, n):
    levels = baxter_spectrum(K, n)
    assert levels.shape == (n,) and levels[0] == 1
    assert np.all(np.diff(levels) <= 0) and np.all(levels >= 0)


@pytest.mark.parametrize(
    ("K", "n", "message"),
    [
        (0.0, 3, "K must lie between 1e-70 and 100, got 0"),
        (-0.4, 3, "K must lie between"),
        (LEAST_K / 2, 3, "K must lie between"),
        (LARGEST_K * 1.001, 3, "K must lie between"),
        (np.nan, 3, "K must be finite"),
        (10**400, 3, "K must be finite"),
        (None, 3, "K must be one real number"),
        (True, 3, "K must be one real number"),
        ("0.4", 3, "K must be one real number"),
        ([0.4], 3, "K must be one real number"),
        (0.4, 0, "n must be at least 1, got 0"),
        (0.4, MOST_LEVELS + 1, "n must be at most 4096, got 4097"),
        (0.4, 10**30, "n must be at most 4096"),
        (0.4, 2.0, "n must be a whole number"),
        (0.4, None, "n must be a whole number"),
        (0.4, True, "n must be a whole number"),
    ],
)
def test_corners_refuse(K, n, message):
    with pytest.raises(ValueError, match=message):
        baxter_spectrum(K, n)
