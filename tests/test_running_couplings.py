"""Running couplings: the published coefficients, exact integrals, thresholds, the vortex flow."""

import math

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from rgcourse.epsilon_expansion import shell_rates
from rgcourse.poor_mans_scaling import kondo_scale
from rgcourse.running_couplings import (
    ALPHA_S_M_Z,
    M_Z,
    QUARK_MASSES,
    alpha_s,
    banks_zaks,
    beta_coefficients,
    pole_scale,
    qed_inverse_alpha,
    run_coupling,
)
from rgcourse.xy import vortex_flow


@pytest.mark.parametrize("n_f", [0, 3, 5, 6, 16.5, 20])
def test_three_colours_have_the_textbook_coefficients(n_f):
    b0 = (33 - 2 * n_f) / (12 * math.pi)
    b1 = (153 - 19 * n_f) / (24 * math.pi**2)
    b2 = (2857 - 5033 / 9 * n_f + 325 / 27 * n_f**2) / (128 * math.pi**3)
    assert beta_coefficients(n_f) == pytest.approx([b0, b1, b2], rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("n_c", [2, 3, 4, 10])
def test_freedom_ends_at_eleven_halves_of_the_colours(n_c):
    assert beta_coefficients(5.5 * n_c, n_c)[0] == pytest.approx(0, abs=1e-14)
    assert (
        beta_coefficients(5.5 * n_c - 0.1, n_c)[0] > 0 > beta_coefficients(5.5 * n_c + 0.1, n_c)[0]
    )


def implicit(alpha, t, b, loops):
    """The difference of both sides of integral d alpha / beta = t."""

    def rate(a):
        return -a * a * sum(b[k] * a**k for k in range(loops))

    end = run_coupling(alpha, 1.0, math.exp(t / 2), loops=loops, n_f=5)
    value, _ = quad(lambda a: 1 / rate(a), alpha, end, epsabs=0, epsrel=1e-12)
    return value - t


@pytest.mark.parametrize("loops", [1, 2, 3])
@pytest.mark.parametrize("t", [-6.0, -1.0, 0.5, 5.0, 40.0, 400.0])
def test_the_running_is_the_exact_integral(loops, t):
    assert implicit(0.118, t, beta_coefficients(5), loops) == pytest.approx(0, abs=2e-6)


def test_one_loop_is_a_straight_line():
    b0 = beta_coefficients(5)[0]
    for Q in (0.5, 10.0, 1e16):
        straight = 1 / 0.118 + 2 * b0 * math.log(Q / M_Z)
        assert 1 / run_coupling(0.118, M_Z, Q, loops=1) == pytest.approx(straight, rel=1e-12)


@pytest.mark.parametrize(
    "Q, expected",
    [
        (5, (0.202766, 0.212300, 0.212910)),
        (10, (0.173084, 0.177874, 0.178145)),
        (1000, (0.087744, 0.086844, 0.086810)),
    ],
)
def test_five_flavours_to_six_digits(Q, expected):
    found = [run_coupling(0.1180, M_Z, Q, loops=loops) for loops in (1, 2, 3)]
    assert found == pytest.approx(expected, abs=6e-7)


@pytest.mark.parametrize("loops", [1, 2, 3])
@pytest.mark.parametrize("n_f, n_c", [(0, 3), (5, 3), (16, 3), (20, 3), (2, 2)])
def test_there_and_back_and_in_two_parts(loops, n_f, n_c):
    kw = dict(loops=loops, n_f=n_f, n_c=n_c)
    there = run_coupling(0.1, 100.0, 20.0, **kw)
    assert run_coupling(there, 20.0, 100.0, **kw) == pytest.approx(0.1, rel=1e-8)
    half = run_coupling(0.1, 100.0, 50.0, **kw)
    assert run_coupling(half, 50.0, 20.0, **kw) == pytest.approx(there, rel=1e-8)


def test_units_do_not_matter():
    assert run_coupling(0.2, 3.0, 7.0) == pytest.approx(run_coupling(0.2, 3e9, 7e9), rel=1e-12)


def test_two_loops_end_at_the_fixed_point():
    star = banks_zaks(16)
    assert star == pytest.approx(0.041612, abs=2e-6)
    b = beta_coefficients(16)
    assert b[0] + b[1] * star == pytest.approx(0, abs=1e-15)
    low = run_coupling(0.9 * star, 1.0, 1e-300, loops=2, n_f=16)
    assert 0.9 * star < low < star
    assert run_coupling(star, 1.0, 1e-200, loops=2, n_f=16) == pytest.approx(star, rel=1e-9)
    assert banks_zaks(8) == 0 == banks_zaks(17) and banks_zaks(8.1) > 10


# ------------------------------------------------------------------ thresholds


@pytest.mark.parametrize("loops", [1, 2, 3])
def test_thresholds_match(loops):
    c = 11 / 72 / math.pi**2 if loops == 3 else 0.0
    for m in QUARK_MASSES:
        below, above = alpha_s([m * (1 - 1e-12), m * (1 + 1e-12)], loops=loops)
        assert above == pytest.approx(below * (1 - c * below**2), rel=1e-9)


def test_between_the_thresholds_five_flavours_run():
    Q = np.array([[5.0, 91.1876], [120.0, 30.0]])
    one = [[run_coupling(0.118, M_Z, q) for q in row] for row in Q]
    assert alpha_s(Q) == pytest.approx(np.array(one), rel=1e-9)
    assert alpha_s(91.1876).shape == () and ALPHA_S_M_Z == 0.1180


def test_fewer_flavours_run_faster_below_and_more_slower_above():
    assert alpha_s(2.0) > run_coupling(0.118, M_Z, 2.0)
    assert alpha_s(1e4) > run_coupling(0.118, M_Z, 1e4)


# -------------------------------------------------------------------- the pole


def test_one_formula_has_all_poles():
    b0 = beta_coefficients(5)[0]
    scale = pole_scale(0.118, -2 * b0, M_Z)
    assert scale == pytest.approx(0.087827, abs=1e-6)
    assert 1 / run_coupling(0.118, M_Z, 4 * scale, loops=1) == pytest.approx(2 * b0 * math.log(4))
    assert pole_scale(0.2, -1) == pytest.approx(kondo_scale(0.2), rel=1e-14)
    electron = pole_scale(1 / 137.035999, 2 / (3 * math.pi), 0.51099895e-3)
    assert electron == pytest.approx(1.45e277, rel=2e-3)


def test_electrodynamics():
    assert qed_inverse_alpha(M_Z, leptons=1) == pytest.approx(134.46998, abs=1e-5)
    assert qed_inverse_alpha(M_Z) == pytest.approx(132.19968, abs=1e-5)
    assert qed_inverse_alpha([1e-9, 5e-4]).tolist() == [137.035999] * 2


# --------------------------------------------------------------------- vortices


@pytest.mark.parametrize(
    "x, y, end", [(0.5, 0.5, 30), (0.6, 0.5, 30), (0.5, 0.6, 6), (0.1, 0.5, 3.4), (-0.3, 0.1, 2.5),
                  (-0.2, 0.2, 4.5), (0.0, 0.3, 5), (0.4, 0.0, 9), (-0.4, 0.0, 9)]
)  # fmt: skip
def test_vortices_flow_as_their_equations_say(x, y, end):
    l = np.linspace(0, end, 41)  # noqa: E741
    flow = vortex_flow(x, y, l)
    path = solve_ivp(lambda _, p: [-p[1] ** 2, -p[0] * p[1]], (0, end), [x, y], t_eval=l,
                     rtol=1e-11, atol=1e-13)  # fmt: skip
    assert flow.x == pytest.approx(path.y[0], rel=1e-6, abs=1e-8)
    assert flow.y == pytest.approx(path.y[1], rel=1e-6, abs=1e-7)
    assert flow.x**2 - flow.y**2 == pytest.approx(x * x - y * y, abs=1e-9)


def test_the_separatrix_is_marginal():
    flow = vortex_flow(0.25, 0.25, [0, 10, 100])
    assert 1 / flow.x == pytest.approx([4, 14, 104], rel=1e-12)


def test_four_marginal_laws_have_the_slopes_that_their_modules_say():
    g = 1e-3
    assert shell_rates((0.0, g), d=4, N=1)[1] / g**2 == pytest.approx(-3, rel=1e-12)
    rate = (run_coupling(g, 1.0, math.exp(1e-2), loops=1) - g) / 1e-2
    assert rate / g**2 == pytest.approx(-2 * beta_coefficients(5)[0], rel=1e-3)


# ----------------------------------------------------------------------- errors

BAD = [
    None,
    True,
    np.True_,
    "1",
    math.nan,
    math.inf,
    -1.0,
    0.0,
    [1.0, 2.0],
    np.array([]),
    1j,
    10**400,
]


@pytest.mark.parametrize("wrong", BAD, ids=repr)
@pytest.mark.parametrize(
    "call",
    [
        lambda v: run_coupling(v, 91.0, 10.0),
        lambda v: run_coupling(0.1, v, 10.0),
        lambda v: run_coupling(0.1, 91.0, v),
        lambda v: run_coupling(0.1, 91.0, 10.0, loops=v),
        lambda v: beta_coefficients(5, v),
        lambda v: pole_scale(v, -1.0),
        lambda v: pole_scale(0.1, -1.0, v),
        lambda v: qed_inverse_alpha(91.0, leptons=v),
        lambda v: alpha_s(10.0, alpha_M_Z=v),
        lambda v: alpha_s(10.0, masses=v),
    ],
)
def test_bad_numbers_are_refused(call, wrong):
    with pytest.raises(ValueError):
        call(wrong)


@pytest.mark.parametrize("good", [np.float32(0.1), np.float64(0.1), np.array(0.1), 0.1])
def test_numbers_of_every_kind(good):
    assert run_coupling(good, np.int64(91), np.int8(10), loops=np.int8(1)) > 0.1


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: run_coupling(0.118, M_Z, 0.08, loops=1), "stay on the near side of the pole"),
        (lambda: run_coupling(4.001, 1.0, 2.0), "at most 4, got 4.001"),
        (lambda: run_coupling(1e-13, 1.0, 2.0), "at least 1e-12"),
        (lambda: run_coupling(0.1, 1e-200, 1e200), "factor 1e300 apart"),
        (lambda: run_coupling(0.1, 1.0, 2.0, loops=4), "loops must be 1, 2 or 3, got 4"),
        (lambda: beta_coefficients(-0.1), "n_f must be a number of flavours"),
        (lambda: beta_coefficients(5, 1), "n_c must be a number of colours above 1"),
        (lambda: alpha_s(0.59), "0.6 GeV or more, where alpha_s has a meaning, got 0.59"),
        (lambda: alpha_s([]), "got none"),
        (lambda: alpha_s(10.0, masses=(4.18, 1.27, 163.0)), "charm < bottom"),
        (lambda: alpha_s(10.0, masses=(1.27, 4.18, 80.0)), "< top, got"),
        (lambda: alpha_s(0.6, alpha_M_Z=0.14), "near side of the pole"),
        (lambda: pole_scale(0.1, 0.0), "b must not be 0"),
        (lambda: pole_scale(1e-3, 1.0), "beyond all floats; compare"),
        (lambda: qed_inverse_alpha(91.0, leptons=4), "leptons must be 1, 2 or 3, got 4"),
        (lambda: qed_inverse_alpha(0.0), "Q must be positive"),
        (lambda: qed_inverse_alpha(1e300, leptons=1), "beyond the Landau pole of 1 lepton"),
        (lambda: vortex_flow(0.5, -0.1, 1.0), "y must not be negative"),
        (lambda: vortex_flow(0.5, 0.5, -1.0), "must be 0 or more"),
        (lambda: vortex_flow(0.5, 0.6, 9.0), "this flow ends at l = "),
        (lambda: vortex_flow(-0.5, 0.5, 2.0), "this flow ends at l = 2, got l = 2"),
        (lambda: vortex_flow(math.nan, 0.5, 2.0), "x must be finite"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_limits_from_inside():
    assert run_coupling(4.0, 1.0, 1.01) < 4
    assert run_coupling(1e-12, 1.0, 9e299) == pytest.approx(1e-12, rel=1e-8)
    assert alpha_s(0.6, loops=1) < 1
    assert vortex_flow(-0.5, 0.5, 1.999).x[0] < -100
    assert np.isfinite(beta_coefficients(0, 1e6)).all() and banks_zaks(0) == 0
