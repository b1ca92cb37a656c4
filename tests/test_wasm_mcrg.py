"""Monte Carlo RG in the page is the package's own: same code, same bits, same numbers."""

import numpy as np
import pytest
from wasm_page import Page, native

from rgcourse import jackknife
from rgcourse._random import random_state
from rgcourse.blocking import majority_2d
from rgcourse.mcrg import UnstableSpectrum, linearized_rg, live, scaling_exponents
from rgcourse.operators import even_operators, n_words, odd_operators, terms_of

BINS = 16
measure_spectrum = native(live.measure_spectrum)
add_sample = native(live.add_sample)


@pytest.fixture(scope="module")
def page():
    return Page("mcrg.wasm")


@pytest.mark.parametrize("L", [4, 8, 32, 64])
@pytest.mark.parametrize("even", [True, False])
def test_operators_in_the_page(page, rng, L, even):
    spins = rng.choice(np.array([-1, 1], np.int8), (1, L, L))
    terms = terms_of(even, 2).astype(np.int32)
    expected = (even_operators if even else odd_operators)(spins)[0]
    assert page.call("n_words", 1, L, L) == n_words(1, L, L)
    bits = page.put(np.zeros(n_words(1, L, L), np.uint64))
    sums = np.zeros(len(expected))
    there = page.put(sums)
    page.call("pack_rows", page.put(spins), 1, L, L, bits)
    page.call("sum_operators", bits, 1, L, L, page.put(terms), len(terms) // 14, there)
    assert np.array_equal(page.get(there, sums), expected)


def test_votes_in_the_page(page, rng):
    spins = rng.choice(np.array([-1, 1], np.int8), 64 * 64)
    state, blocks = random_state(rng), np.zeros(32 * 32, np.int8)
    there, out = page.put(state), page.put(blocks)
    page.call("majority_2d", page.put(spins), 64, 2, out, there)
    native(majority_2d)(spins, 64, 2, blocks, state)
    assert np.array_equal(page.get(out, blocks), blocks)
    assert np.array_equal(page.get(there, state), state)


def lattices(rng, n, n_samples, noise):
    """Operators of two levels with exponents of about 1, 0, -1, .. and noise."""
    fine = rng.normal(size=(n_samples, n)) + 3
    coarse = fine * 2.0 ** -np.arange(1.0, n + 1) + noise * rng.normal(size=fine.shape)
    return fine, coarse


def in_page_and_here(page, fine, coarse, chosen):
    """(result, roots) of the page and of the native kernel, from the same bins."""
    n, m, n_samples = fine.shape[1], len(chosen), len(fine)
    size = live.bin_size(n)
    bins = np.zeros(BINS * size)
    there = page.put(bins)
    for k in range(n_samples):
        at = k * BINS // n_samples * size
        add_sample(fine[k], coarse[k], n, bins[at : at + size])
        page.call("add_sample", page.put(fine[k]), page.put(coarse[k]), n, there + 8 * at)
    assert page.call("bin_size", n) == size
    assert np.array_equal(page.get(there, bins), bins)
    chosen = np.array(chosen, np.int32)
    lengths = (size, 2 * m * m, m * m, m + 1, 2 * m, 3)
    buffers = [np.zeros(length) for length in lengths]
    copies = [page.put(buffer) for buffer in buffers]
    measure_spectrum(bins, BINS, n, chosen, m, 2.0, *buffers)
    page.call("measure_spectrum", there, BINS, n, page.put(chosen), m, 2.0, *copies)
    return [(page.get(copies[5], buffers[5]), page.get(copies[4], buffers[4])),
            (buffers[5], buffers[4])]  # fmt: skip


@pytest.mark.parametrize("chosen", [[0], [0, 2], [3, 1, 4], [0, 1, 2, 3, 4]])
@pytest.mark.parametrize("noise", [0.02, 1.0])
def test_spectra_are_bit_equal_and_those_of_numpy(page, rng, chosen, noise):
    fine, coarse = lattices(rng, 5, 320, noise)
    in_page, here = in_page_and_here(page, fine, coarse, chosen)
    for one, other in zip(in_page, here, strict=True):
        assert np.array_equal(one, other, equal_nan=True)
    result, roots = here
    fine, coarse = fine[:, chosen], coarse[:, chosen]
    expected = np.linalg.eigvals(linearized_rg(fine, coarse))
    found = roots.view(complex)
    assert np.all(np.diff(abs(found)) <= 1e-12)
    for eigenvalue in expected:
        assert abs(found - eigenvalue).min() < 1e-8
    assert result[2] == len(fine)

    def leading(S, S_blocked):
        return scaling_exponents(linearized_rg(S, S_blocked))[0]

    try:
        estimate = jackknife(leading, fine, coarse, n_bins=BINS)
    except UnstableSpectrum:
        assert np.isnan(result[:2]).any()
    else:
        assert result[0] == pytest.approx(leading(fine, coarse), abs=1e-9)
        assert result[1] == pytest.approx(estimate.error, rel=1e-6)


def test_nothing_comes_from_nothing(page):
    """Empty bins, and an operator that never changes, give no exponent."""
    nothing = np.zeros((32, 2))
    for result, _ in in_page_and_here(page, nothing, nothing, [0, 1]):
        assert np.isnan(result[0])


def roots_of(pairs):
    roots = np.array(pairs, float).ravel()
    native(live.sort_roots)(roots, len(pairs))
    return roots.reshape(-1, 2).tolist()


@pytest.mark.parametrize("imaginary", [2.05e-9, -2.05e-9, 0.5])
def test_what_is_more_than_rounding_stays_complex(imaginary):
    """1e-9 of the root, |x| + |y|, is the bound."""
    assert roots_of([(0.5, 0), (2, imaginary)]) == [[2, imaginary], [0.5, 0]]


@pytest.mark.parametrize("imaginary", [1.95e-9, -1.95e-9, 0.0])
def test_rounding_makes_no_root_complex(imaginary):
    assert roots_of([(0.5, 0), (-2, imaginary), (1, 0)]) == [[-2, 0], [1, 0], [0.5, 0]]


@pytest.mark.parametrize("twist", [1e-4, -1e-4])
def test_a_spectrum_that_is_hardly_complex_is_called_complex(page, rng, twist):
    """Eigenvalues 2 +- 1e-4 i give no exponent, 2 +- 1e-4 one."""
    coarse = rng.normal(size=(320, 2))
    for T, complex_ in (([[2, -twist], [twist, 2]], True), ([[2, twist], [twist, 2]], False)):
        for result, roots in in_page_and_here(page, coarse @ np.array(T, float), coarse, [0, 1]):
            assert abs(roots[1]) == pytest.approx(1e-4 if complex_ else 0, rel=1e-3)
            assert np.isnan(result[0]) == complex_
