"""Pictures as sums of waves: the transform against FFT, filters against their exact errors."""

import numpy as np
import pytest
from wasm_page import native

from rgcourse.spectra.live import fill_gaussian
from rgcourse.zoom_in import shell_spectrum, waves, wiener_error


def shells_of(L):
    k = np.fft.fftfreq(L) * L
    return np.floor(np.hypot(k[:, None], k) + 0.5).astype(int)


def transformed(x):
    L, flat = len(x), np.array(x, float).ravel()
    waves._transform(L, np.empty(2 * L), flat, np.empty(2 * L))
    return flat.reshape(L, L)


@pytest.mark.parametrize("L", [4, 8, 32, 128])
def test_waves_are_hartley_s_and_their_own_way_back(L, rng):
    x, k = rng.normal(size=(L, L)), np.arange(L)
    angle = 2 * np.pi * (np.outer(k, k) % L) / L
    cas = (np.cos(angle) + np.sin(angle)) / np.sqrt(L)
    assert transformed(x) == pytest.approx(cas @ x @ cas, abs=1e-12)
    assert transformed(transformed(x)) == pytest.approx(x, abs=1e-13)


@pytest.mark.parametrize("L", [4, 64])
def test_powers_of_shells_are_those_of_fourier_s_waves(L, rng):
    x = rng.normal(size=(L, L))
    counts, powers = shell_spectrum(x)
    power = abs(np.fft.fft2(x)) ** 2 / L**2
    assert counts.sum() == L**2
    for shell, (n, p) in enumerate(zip(counts, powers, strict=True)):
        ours = power[shells_of(L) == shell]
        assert n == len(ours) and p == pytest.approx(ours.mean() if n else 0, rel=1e-11)


def test_the_expected_error_is_the_mean_over_noises(rng, z_within):
    """For a picture that is anything but Gaussian; a noise that is 5 % off is seen."""
    L, sigma = 32, 0.7
    picture = np.where(np.hypot(*np.indices((L, L)) - 12) < 9, 1.0, -0.5)
    counts, powers = shell_spectrum(picture)
    wave, shells = transformed(picture), shells_of(L)
    n = len(counts), sigma, counts.astype(float), powers
    for fill, factors in (
        (lambda f: native(waves.wiener_factors)(n[0], sigma, powers, f), np.empty(n[0])),
        (lambda f: native(waves.sharp_factors)(n[0], 5, f), np.empty(n[0])),
    ):
        fill(factors)
        out = np.empty(L * L)
        errors = []
        for noise in rng.normal(size=(800, L, L)):
            noisy = (wave + sigma * transformed(noise)).ravel()
            native(waves.filter_waves)(L, factors, noisy, out)
            errors.append(np.mean((transformed(out.reshape(L, L)) - picture) ** 2))
        assert out == pytest.approx(factors[shells].ravel() * noisy)
        expected = native(waves.expected_error)(*n, factors)
        error = np.std(errors) / np.sqrt(len(errors))
        z_within((np.mean(errors) - expected) / error)
        off = native(waves.expected_error)(n[0], 1.05 * sigma, *n[2:], factors)
        assert off - expected > 6 * error


def test_no_other_factors_beat_wiener_s_and_a_sharp_cut_costs_at_most_twice(rng):
    counts, powers = shell_spectrum(rng.normal(size=(64, 64)).cumsum(0).cumsum(1))
    n, c = len(counts), counts.astype(float)
    for sigma in (0.3, 3.0, 30.0):
        factors, best = np.empty(n), wiener_error(counts, powers, sigma)
        native(waves.wiener_factors)(n, sigma, powers, factors)
        assert native(waves.expected_error)(n, sigma, c, powers, factors) == pytest.approx(best)
        for _ in range(20):
            other = factors + rng.normal(scale=0.05, size=n)
            assert native(waves.expected_error)(n, sigma, c, powers, other) > best
        sharp = []
        for cut in range(n):
            native(waves.sharp_factors)(n, cut, other)
            sharp.append(native(waves.expected_error)(n, sigma, c, powers, other))
        assert native(waves.best_cut)(n, sigma, c, powers) == np.argmin(sharp)
        fewest = np.sum(c * np.minimum(powers, sigma**2)) / c.sum()  # each shell for itself
        assert best < fewest < min(sharp) + 1e-12 and fewest < 2 * best


def test_the_cutoff_is_where_a_falling_power_meets_the_noise():
    L = 128
    counts = np.bincount(shells_of(L).ravel()).astype(float)
    powers = 200 / np.maximum(np.arange(len(counts)), 1) ** 1.75
    for k in (5, 12, 30, 50):
        sigma = np.sqrt(200 / (k + 0.5) ** 1.75)
        found = native(waves.cutoff)(len(counts), sigma, counts, powers)
        assert found == pytest.approx(k + 0.5, abs=0.15)


def thresholded(y, t, step=1):
    """The page's filter, for one picture."""

    def split(a, axis):
        b = np.roll(a, -step, axis)
        return (a + b) / 2, (a - b) / 2

    def join(s, d, axis):
        return (s + d + np.roll(s - d, step, axis)) / 2

    if step == len(y) // 2:
        return y
    s, d = split(y, 0)
    (ss, *a), b = split(s, 1), split(d, 1)
    x = [c * (abs(c) > t / (2 * step)) for c in (*a, *b)]
    s = join(thresholded(ss, t, 2 * step), x[0], 1)
    return join(s, join(x[1], x[2], 1), 0)


@pytest.mark.parametrize("limit", [0.0, 1.0, 3.0, 1e9])
def test_thresholds_are_those_of_the_page(limit, rng):
    L, y = 64, rng.normal(size=(64, 64))
    out = np.empty(L * L)
    memory = np.empty(waves.detail_memory(L))
    native(waves.keep_large)(L, limit, y.ravel(), memory, out)
    assert out.reshape(L, L) == pytest.approx(thresholded(y, limit), abs=1e-12)
    if not limit:
        assert out == pytest.approx(y.ravel(), abs=1e-12)


def test_a_gaussian_field_has_the_power_that_was_asked_for(rng, z_within):
    L, state = 64, rng.integers(1, 2**63, 4).astype(np.uint64)
    sums, x = np.zeros(46), np.empty(L * L)
    for _ in range(200):
        native(fill_gaussian)(L * L, x, 1.0, state)
        native(waves.colour_waves)(L, 1.75, x)
        assert x[0] == 0
        sums += shell_spectrum(transformed(x.reshape(L, L)))[1]
    k = np.fft.fftfreq(L) * L
    k2 = (k[:, None] ** 2 + k**2).ravel()
    power = np.where(k2 > 0, np.maximum(k2, 1) ** -0.875, 0)
    shells = shells_of(L).ravel()
    for shell in (1, 4, 17, 40):
        law = power[shells == shell]
        error = np.sqrt(2 * np.sum(law**2) / 200) / len(law)
        z_within((sums[shell] / 200 - law.mean()) / error)


def test_discs_cover_all_and_have_the_sizes_that_were_asked_for(rng):
    L, state = 128, rng.integers(1, 2**63, 4).astype(np.uint64)
    x = np.full(L * L, -1.0)
    native(waves.drop_discs)(L, 1, 20.0, 20.0 + 1e-9, x, state)
    assert np.sum(x >= 0) == pytest.approx(np.pi * 20**2, rel=0.02)
    native(waves.drop_discs)(L, 4000, 3.0, 40.0, x, state)
    assert 0 <= x.min() and x.max() <= 1 and len(np.unique(x)) > 100
    native(waves.standardize)(L * L, x)
    assert (x.mean(), x.std()) == pytest.approx((0, 1), abs=1e-12)
    areas = []  # of one disc each
    for _ in range(3000):
        one = np.full(L * L, -1.0)
        native(waves.drop_discs)(L, 1, 3.0, 40.0, one, state)
        areas.append(np.sum(one >= 0))
    # of pi r**2, with r from r**-3
    mean = 2 * np.pi * np.log(40 / 3) / (3**-2 - 40**-2)
    assert np.mean(areas) == pytest.approx(mean, abs=4 * np.std(areas) / np.sqrt(3000))


@pytest.mark.parametrize("shape", [(4, 8), (12, 12), (2, 2), (16,)])
def test_a_picture_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"L a power of two from 4 on, got \("):
        shell_spectrum(np.ones(shape))


def test_other_guards():
    with pytest.raises(ValueError, match="finite"):
        shell_spectrum(np.full((4, 4), np.nan))
    with pytest.raises(ValueError, match="sigma > 0"):
        wiener_error([1.0], [1.0], 0.0)
    with pytest.raises(ValueError, match="as many counts as powers"):
        wiener_error([1.0, 2.0], [1.0], 1.0)
