"""The renormalized ridge: flat spectra in closed form, identities, and regressions drawn."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import iv

from rgcourse._random import random_state
from rgcourse.ridge import (
    draw_errors,
    integrate_out,
    learning_curve,
    regression,
    renormalized_ridge,
    sphere_spectrum,
)

K = np.arange(1.0, 513)
SPECTRUM, TARGET = K**-1.5, K**-3.0

machines = st.builds(
    lambda a, b, D, share, ridge, noise: (
        np.arange(1.0, D + 1) ** -a,
        np.arange(1.0, D + 1) ** -b,
        1 + share * (D - 2),
        ridge,
        noise,
    ),
    st.floats(1.05, 3),
    st.floats(1.05, 8),
    st.integers(3, 300),
    st.floats(0, 1),
    st.sampled_from([0.0, 1e-9, 0.03, 10.0]),
    st.sampled_from([0.0, 0.2]),
)


# --- What theory says


@settings(deadline=None)
@given(machines)
def test_kappa_solves_its_equation(machine):
    spectrum, _, P, ridge, _ = machine
    kappa = renormalized_ridge(spectrum, P, ridge=ridge)
    assert np.sum(spectrum / (spectrum + kappa)) + ridge / kappa == pytest.approx(P, rel=1e-10)


@settings(deadline=None)
@given(machines)
def test_the_beta_function_is_one_over_one_minus_gamma(machine):
    spectrum, target, P, ridge, _ = machine
    step = 1e-4
    low, high = np.log(renormalized_ridge(spectrum, [P, P * (1 + step)], ridge=1e-3 + ridge))
    gamma = learning_curve(spectrum, target, P * (1 + step / 2), ridge=1e-3 + ridge).gamma
    assert (high - low) / math.log1p(step) == pytest.approx(-1 / (1 - gamma), rel=1e-5)


def test_a_power_law_flows_to_its_fixed_exponent():
    for a in (1.5, 2.0, 3.0):
        k = np.arange(1.0, 400_001)
        curve = learning_curve(k**-a, k**-a, 60)
        whole = (math.pi / a) / math.sin(math.pi / a)
        assert curve.gamma == pytest.approx(1 - 1 / a, abs=0.02)
        assert curve.kappa == pytest.approx((whole / 60) ** a, rel=0.05)


@settings(deadline=None)
@given(machines, st.floats(0, 1))
def test_a_machine_without_some_modes_makes_the_same_errors_in_the_others(machine, share):
    spectrum, target, P, ridge, noise = machine
    keep = max(1, round(share * len(spectrum)))
    options = {"ridge": ridge, "noise": noise}
    whole = learning_curve(spectrum, target, P, **options)
    new = integrate_out(spectrum, target, P, keep, **options)
    if new.ridge < 1e-9:
        return  # all is kept and there is no ridge: nothing was integrated out
    small = learning_curve(spectrum[:keep], target[:keep], P, ridge=new.ridge, noise=new.noise)
    assert small.kappa == pytest.approx(whole.kappa, rel=1e-8)
    assert small.error + new.noise == pytest.approx(whole.error + noise, rel=1e-6)


def test_with_no_mode_left_the_ridge_is_p_kappa_and_the_noise_is_all_error():
    new = integrate_out(SPECTRUM, TARGET, 30, 0, ridge=0.1, noise=0.2)
    curve = learning_curve(SPECTRUM, TARGET, 30, ridge=0.1, noise=0.2)
    assert new.ridge == pytest.approx(30 * curve.kappa, rel=1e-12)
    assert new.noise == pytest.approx(curve.error + 0.2, rel=1e-12)
    same = integrate_out(SPECTRUM, TARGET, 30, len(K), ridge=0.1, noise=0.2)
    assert same == (0.1, 0.2)


def test_a_huge_ridge_learns_nothing_and_many_examples_everything():
    assert learning_curve(SPECTRUM, TARGET, 9, ridge=1e9).error == pytest.approx(TARGET.sum())
    late = learning_curve(SPECTRUM, TARGET, 1e7, ridge=1e-6)
    assert late.error < 1e-6 * TARGET.sum() and late.gamma < 1e-4


def test_shapes_follow_p():
    curve = learning_curve(SPECTRUM, TARGET, [[10, 20, 30], [40, 50, 60]])
    assert curve.error.shape == curve.kappa.shape == curve.gamma.shape == (2, 3)
    assert curve.error[1, 0] == learning_curve(SPECTRUM, TARGET, 40).error
    assert renormalized_ridge(SPECTRUM, 40).shape == ()


# --- Regressions


def test_a_fit_is_that_of_linear_algebra(rng):
    D, P, ridge, noise = 60, 25, 0.02, 0.3
    z, gram, y, missed = np.empty(D * P), np.empty(P * P), np.empty(P), np.empty(D)
    state = random_state(rng)
    spectrum, target = SPECTRUM[:D].copy(), TARGET[:D].copy()
    again = state.copy()
    error = regression._fit_once(spectrum, target, D, P, ridge, noise, z, gram, y, missed, state)
    regression.compiled(regression.fill_normals)(D * P, z, again)
    numbers = np.empty(P)
    regression.compiled(regression.fill_normals)(P, numbers, again)
    signs = np.array([1.0 if regression.uniform(again) >= 0.5 else -1.0 for _ in range(D)])
    Z, amplitude = z.reshape(D, P), signs * np.sqrt(target)
    kernel = Z.T @ (spectrum[:, None] * Z) + ridge * np.eye(P)
    weights = np.linalg.solve(kernel, Z.T @ amplitude + np.sqrt(noise) * numbers)
    expected = (amplitude - spectrum * (Z @ weights)) ** 2
    assert missed == pytest.approx(expected, rel=1e-8)
    assert error == pytest.approx(expected.sum(), rel=1e-10)
    assert np.array_equal(state, again)


def test_normal_numbers_are_normal(rng, z_within):
    numbers, n = np.empty(200_001), 200_001
    regression.compiled(regression.fill_normals)(n, numbers, random_state(rng))
    z_within(math.sqrt(n) * numbers.mean())
    z_within(math.sqrt(n / 2) * (np.mean(numbers**2) - 1))
    z_within(math.sqrt(n / 96) * (np.mean(numbers**4) - 3))
    z_within(math.sqrt(n) * np.mean(numbers[1:] * numbers[:-1]))


def test_flat_spectra_have_exact_means(rng, z_within):
    """Without noise the data are a random projection; noise adds P / (D - P - 1) of itself."""
    D, P, n = 40, 12, 3000
    flat = np.ones(D)
    clean = draw_errors(flat, flat / D, P, n, rng=rng).sum(axis=1)
    z_within((clean.mean() - (1 - P / D)) / clean.std() * math.sqrt(n))
    noisy = draw_errors(flat, 0 * flat, P, n, noise=2.0, rng=rng).sum(axis=1)
    exact = 2.0 * P / (D - P - 1)
    z_within((noisy.mean() - exact) / noisy.std() * math.sqrt(n))
    assert abs(learning_curve(flat, 0 * flat, P, noise=2.0).error / exact - 1) < 1.01 / (D - P)


@pytest.mark.parametrize("ridge, noise", [(0.0, 0.0), (0.3, 0.1)])
def test_drawn_errors_are_near_the_equivalent(rng, ridge, noise):
    """Within four errors and 3 %, with the power to see that the ridge has been renormalized."""
    options = {"ridge": ridge, "noise": noise}
    errors = draw_errors(SPECTRUM, TARGET, 64, 400, rng=rng, **options)
    curve = learning_curve(SPECTRUM, TARGET, 64, **options)
    total = errors.sum(axis=1)
    error_of_mean = total.std() / 20
    assert abs(total.mean() - curve.error) < 4 * error_of_mean + 0.03 * curve.error
    assert error_of_mean < 0.06 * curve.error
    bare = np.sum(TARGET * (ridge / 64 / (SPECTRUM + ridge / 64)) ** 2)
    assert abs(bare - curve.error) > 8 * error_of_mean + 0.03 * curve.error


def test_few_modes_with_renormalized_ridge_and_noise_stand_for_all(rng):
    new = integrate_out(SPECTRUM, TARGET, 64, 4)
    whole = draw_errors(SPECTRUM, TARGET, 64, 1000, rng=rng)[:, :4].sum(axis=1)
    few = draw_errors(SPECTRUM[:4], TARGET[:4], 64, 1000, ridge=new.ridge, noise=new.noise,
                      rng=rng).sum(axis=1)  # fmt: skip
    error = math.hypot(whole.std(), few.std()) / math.sqrt(1000)
    assert abs(whole.mean() - few.mean()) < 4 * error + 0.02 * whole.mean()
    bare = draw_errors(SPECTRUM[:4], TARGET[:4], 64, 1000, ridge=1e-9,
                       noise=TARGET[4:].sum(), rng=rng).sum(axis=1)  # fmt: skip
    assert bare.mean() > 3 * whole.mean()


# --- Spheres


def test_the_circle_has_bessel_functions():
    found = sphere_spectrum(lambda r: np.exp(-(r**2) / 2), 1, 8)
    assert found.values == pytest.approx(math.exp(-1) * iv(np.arange(8), 1), abs=1e-15)
    assert found.multiplicities.tolist() == [1, 2, 2, 2, 2, 2, 2, 2]
    assert found.left == pytest.approx(1 - found.modes.sum(), abs=1e-15)


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_polynomials_are_counted_and_the_trace_is_kept(d):
    found = sphere_spectrum(lambda r: np.exp(-r), d, 9)
    assert found.multiplicities.sum() == math.comb(8 + d, d) + math.comb(7 + d, d)
    assert len(found.modes) == found.multiplicities.sum()
    assert 0 < found.left < 1 and np.all(np.diff(found.values) < 0)
    more = sphere_spectrum(lambda r: np.exp(-r), d, 30)
    assert more.left < found.left
    assert more.values[:9] == pytest.approx(found.values, abs=1e-14)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_plane_wave_has_one_level(d):
    found = sphere_spectrum(lambda r: 1 - r**2 / 2, d, 6)
    assert found.values == pytest.approx([0, 1 / (d + 1), 0, 0, 0, 0], abs=1e-12)
    assert found.left == pytest.approx(0, abs=1e-9)


# --- Refusals


@pytest.mark.parametrize(
    "spectrum, target, P, options, message",
    [
        ([1.0, 0.0], [1, 1], 1, {}, "spectrum must be a row of positive variances"),
        ([], [], 1, {}, "the least none"),
        ([[1.0]], [[1.0]], 1, {}, "got shape \\(1, 1\\)"),
        ([1.0, 1.0], [1.0], 1, {}, "target must be 2 powers"),
        ([1.0, 1.0], [1.0, -0.1], 1, {}, "the least -0.1"),
        ([1.0, 1.0], [1.0, 1.0], 0.5, {}, "P must be 1 or more examples, got 0.5"),
        ([1.0, 1.0], [1.0, 1.0], [], {}, "got none"),
        ([1.0, 1.0], [1.0, 1.0], 2, {}, "without a ridge P must be below 2"),
        ([1.0, 1.0], [1.0, 1.0], 1, {"ridge": -1e-9}, "ridge must be 0 or more"),
        ([1.0, 1.0], [1.0, 1.0], 1, {"noise": -1.0}, "noise must be 0 or more, got -1"),
        ([1.0, math.nan], [1.0, 1.0], 1, {}, "spectrum must be finite"),
        ([1.0, 1.0], [1.0, 1.0], 1, {"noise": math.inf}, "noise"),
    ],
)
def test_wrong_machines_are_refused(spectrum, target, P, options, message):
    with pytest.raises(ValueError, match=message):
        learning_curve(spectrum, target, P, **options)


def test_what_is_just_inside_is_taken(rng):
    assert learning_curve([1.0, 1.0], [0.0, 1.0], 1.999).kappa > 0
    assert learning_curve([1.0, 1.0], [0.0, 1.0], 2, ridge=1e-12).kappa > 0
    assert draw_errors([1.0, 1.0], [1.0, 1.0], 2, 1, rng=rng).shape == (1, 2)
    with pytest.raises(ValueError, match="without a ridge P must be below 3, got 3"):
        draw_errors([1.0, 1.0], [1.0, 1.0], 3, 1, rng=rng)
    assert draw_errors([1.0, 1.0], [1.0, 1.0], 3, 1, ridge=1e-9, rng=rng).max() < 1e-9
    with pytest.raises(ValueError, match="n_draws must be at least 1"):
        draw_errors([1.0, 1.0], [1.0, 1.0], 1, 0, rng=rng)
    with pytest.raises(ValueError, match="P must be a whole number"):
        draw_errors([1.0, 1.0], [1.0, 1.0], 1.5, 1, rng=rng)


def test_singular_matrices_and_wrong_cuts_say_so(rng):
    with pytest.raises(RuntimeError, match="30 examples is singular; a small ridge"):
        draw_errors([1.0, *[1e-200] * 39], np.ones(40), 30, 1, rng=rng)
    with pytest.raises(ValueError, match="keep must be at most the 512 modes"):
        integrate_out(SPECTRUM, TARGET, 9, 513)
    with pytest.raises(ValueError, match="P must be one number"):
        integrate_out(SPECTRUM, TARGET, [9, 10], 5)


@pytest.mark.parametrize(
    "d, n_levels, message",
    [(0, 5, "d must be at least 1"), (2, 1, "n_levels"), (2, 5001, "at most 5000")],
)
def test_wrong_spheres_are_refused(d, n_levels, message):
    with pytest.raises(ValueError, match=message):
        sphere_spectrum(np.exp, d, n_levels)
    with pytest.raises(ValueError, match="kernel must be finite"):
        sphere_spectrum(lambda r: r * math.nan, 2, 5)


def test_numbers_at_the_ends_of_their_range_scale_or_are_refused():
    flat = np.ones(100)
    for size in (1e-100, 1e100):  # 1 + kappa = 100 / 40 at any scale
        assert renormalized_ridge(size * flat, 40) == pytest.approx(1.5 * size, rel=1e-12)
    for size in (0.9e-100, 1.1e100):
        with pytest.raises(ValueError, match="the largest variance of a spectrum"):
            renormalized_ridge(size * flat, 40)
    for name in ("ridge", "noise"):
        assert np.isfinite(learning_curve(flat, flat, 40, **{name: 1e100}).error)
        with pytest.raises(ValueError, match=f"{name} must be at most"):
            learning_curve(flat, flat, 40, **{name: 1.1e100})
    assert np.isfinite(learning_curve(flat, 1e100 * flat, 40).error)
    with pytest.raises(ValueError, match="target must have powers of at most"):
        learning_curve(flat, 1.1e100 * flat, 40)


def test_a_ridge_too_small_for_its_square_is_refused():
    steep = np.exp(-np.arange(1.0, 501))
    assert 1e-150 < renormalized_ridge(steep, 300, ridge=1e-130) < 1e-129
    with pytest.raises(ValueError, match="multiply spectrum and ridge by one factor"):
        renormalized_ridge(steep, 400)
    with pytest.raises(ValueError, match="renormalized ridge of P = 1e"):
        learning_curve([1.0, 1.0], [1.0, 1.0], 1e200, ridge=1.0)


def test_examples_too_close_to_the_modes_are_refused():
    flat = np.ones(100)
    near = learning_curve(flat, flat, 100 * (1 - 2e-9))
    assert near.error == pytest.approx(100 * 2e-9, rel=1e-5)
    for P, ridge in ((100 * (1 - 0.5e-9), 0.0), (np.nextafter(100, 0), 0.0), (100, 1e-30)):
        with pytest.raises(ValueError, match="but for rounding"):
            learning_curve(flat, flat, P, ridge=ridge, noise=0.1)
        with pytest.raises(ValueError, match="but for rounding"):
            renormalized_ridge(flat, P, ridge=ridge)


def test_a_nearly_singular_matrix_is_refused_and_its_ridge_helps():
    k = np.arange(1.0, 65)
    assert draw_errors(k**-3, k**-2, 60, 3, rng=1).max() < 0.1
    with pytest.raises(RuntimeError, match=r"singular; a small ridge, such as 1e-11"):
        draw_errors(k**-8, k**-2, 64, 3, rng=1)
    assert draw_errors(k**-8, k**-2, 64, 3, ridge=1e-11, rng=1).shape == (3, 64)


@pytest.mark.parametrize(
    "kernel, d, n_levels, message",
    [
        (lambda r: 1 / r, 2, 3, "kernel must be finite, got inf"),
        (lambda r: np.sin(r) / r, 2, 3, "kernel must be finite, got nan"),
        (lambda r: np.ones(3), 2, 3, "each of 1 distances, got an array of shape \\(3,\\)"),
        (lambda r: r[:1], 2, 3, "each of 20000 distances, got an array of shape \\(1,\\)"),
        (np.ones(3), 2, 3, "kernel must be a function of the distance"),
        (np.cos, 1_000_001, 2, "d must be at most 1000000"),
        (np.cos, 2, 5001, "n_levels must be at most 5000"),
        (np.cos, 20, 68, "n_levels must be at most 67 on a sphere of d = 20"),
        (np.cos, 1_000_000, 5000, "n_levels must be at most 4 on a sphere"),
    ],
)
def test_wrong_kernels_are_refused(kernel, d, n_levels, message):
    with pytest.raises(ValueError, match=message):
        sphere_spectrum(kernel, d, n_levels)


def test_kernels_just_inside_are_taken():
    assert sphere_spectrum(lambda r: 2.0, 2, 2).values == pytest.approx([2, 0])
    flat = sphere_spectrum(lambda r: r**2, 1_000_000, 2).values  # of 2 - 2 t
    assert flat == pytest.approx([2, -2 / 1_000_001])
    assert sphere_spectrum(np.cos, 20, 67).multiplicities.dtype == np.int64
