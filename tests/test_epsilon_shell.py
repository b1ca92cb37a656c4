"""Shell integration: the one-loop flow against its own linearization and the exact exponents."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse.epsilon_expansion import (
    critical_r,
    gaussian_point,
    inverse_nu_series,
    omega_series,
    shell_rates,
    shell_trajectory,
    wilson_fisher_point,
)
from rgcourse.epsilon_expansion.shell import escape_time, shell_rate, shell_step, wilson_fisher
from rgcourse.flows import find_fixed_point

dims, components = st.floats(2.1, 3.999), st.floats(-2, 50)


def test_shell_of_finite_width_gives_the_rates():
    """Integrate exp(-dl) < q < 1 numerically; what the rates leave out is of third order."""
    d, N, dl = 3, 2, 1e-5
    x, weight = np.polynomial.legendre.leggauss(8)
    q = 1 - (1 - np.exp(-dl)) * (1 - x) / 2
    area = (1 - np.exp(-dl)) / 2 * weight * q ** (d - 1)
    left_out = []
    for size in (1.0, 0.5):
        r, u = 0.04 * size, 0.06 * size
        once, twice = (np.sum(area / (q**2 + r) ** p) for p in (1, 2))
        there = [
            np.exp(2 * dl) * (r + (N + 2) / 3 * u * once),
            np.exp((4 - d) * dl) * (u - (N + 8) / 3 * u**2 * twice),
        ]
        left_out.append((np.array(there) - [r, u]) / dl - shell_rates((r, u), d=d, N=N))
    assert np.abs(left_out[0]).max() < 1.5e-3
    assert left_out[0] / left_out[1] == pytest.approx([8, 8], rel=0.1)


def test_u_follows_its_exact_solution():
    """du/dl = e u - B u**2 is logistic growth, with B = (N + 8) / 3."""
    for d in (3.0, 4.0, 4.3):
        e, B, start = 4 - d, 3.0, 0.03
        path = shell_trajectory((-0.02, start), d=d, N=1, length=2)
        l = 0.02 * np.arange(len(path))
        growth = (np.exp(e * l) - 1) / e if e else l
        exact = start * np.exp(e * l) / (1 + B * start * growth)
        assert path[:, 1] == pytest.approx(exact, abs=1e-9)


@settings(deadline=None)
@given(dims, components)
def test_fixed_points_solve_the_flow_and_its_linearization(d, N):
    point = wilson_fisher_point(d=d, N=N)
    assert shell_rates(point.couplings, d=d, N=N) == pytest.approx([0, 0], abs=1e-12)
    numerically = find_fixed_point(
        lambda K: K + shell_rates(K, d=d, N=N) / 10, point.couplings, b=np.e
    )
    assert np.sort((numerically.eigenvalues - 1) * 10) == pytest.approx(
        np.sort(np.log(point.eigenvalues)), abs=1e-7
    )
    assert point.exponents[0] > 0 > point.exponents[1]
    closed = np.empty(4)
    wilson_fisher(d, N, closed)
    assert closed == pytest.approx([*point.couplings, *point.exponents], abs=1e-12)


@pytest.mark.parametrize("N", [-2, 0, 1, 2, 3, 10.5])
def test_first_order_in_epsilon_is_exact(N):
    e = 1e-5
    y_t, y_u = wilson_fisher_point(d=4 - e, N=N).exponents
    assert (y_t - 2) / e == pytest.approx(inverse_nu_series(N, 1)[1], abs=1e-9)
    assert -y_u / e == pytest.approx(omega_series(N, 1)[1], abs=1e-9)
    assert wilson_fisher_point(d=4 - e, N=N).couplings / e == pytest.approx(
        [-(N + 2) / (N + 8) / 2, 3 / (N + 8)], abs=1e-4
    )


@pytest.mark.parametrize("d, stable", [(4.2, True), (3.5, False)])
def test_stability_changes_hands_at_four_dimensions(d, stable):
    assert gaussian_point(d=d, N=1).exponents == pytest.approx([2, 4 - d])
    other = wilson_fisher_point(d=d, N=1, negative_u=True)
    assert (other.couplings[1] < 0) == (other.exponents[1] > 0) == stable
    assert wilson_fisher_point(d=4, N=1).couplings.tolist() == [0, 0]


def test_trajectories_converge_with_the_fourth_power_of_the_step():
    def end(steps):
        point = np.array([-0.1, 0.15])
        for _ in range(steps):
            shell_step(point, 3.0, 1.0, 2.0 / steps)
        return point

    path = shell_trajectory((-0.1, 0.15), d=3, N=1, length=2)
    assert path.shape == (101, 2) and path[-1] == pytest.approx(end(100), abs=1e-14)
    errors = [np.abs(end(n) - end(800)).max() for n in (25, 50)]
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.2)
    assert np.abs(path[-1] - end(800)).max() < 1e-7
    rate = np.array([-0.1, 0.15])
    shell_rate(rate, 3.0, 1.0)
    assert rate.tolist() == shell_rates((-0.1, 0.15), d=3, N=1).tolist()


def test_critical_line_leads_into_the_fixed_point():
    for u in (0.05, 1 / 3, 0.5):
        r = critical_r(u, d=3, N=1)
        path = shell_trajectory((r, u), d=3, N=1, length=30)
        nearest = np.abs(path - wilson_fisher_point(d=3, N=1).couplings).max(axis=1).min()
        assert nearest < 1e-3
        assert escape_time(r + 1e-6, u, 3, 1, 2000) < 0 < escape_time(r - 1e-6, u, 3, 1, 2000)
    above = shell_trajectory((critical_r(0.3, d=4.5, N=1), 0.3), d=4.5, N=1, length=12)
    assert np.abs(above).max(axis=1).min() < 0.01  # above four dimensions into the Gaussian one


def test_critical_line_is_tangent_to_the_irrelevant_direction():
    point = wilson_fisher_point(d=3, N=1)
    r, u = point.couplings
    slope = (critical_r(u + 1e-3, d=3, N=1) - critical_r(u - 1e-3, d=3, N=1)) / 2e-3
    irrelevant = point.directions[:, 1]
    assert slope == pytest.approx(irrelevant[0] / irrelevant[1], rel=1e-4)
    assert critical_r(u, d=3, N=1) == pytest.approx(r, abs=1e-10)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: shell_rates((np.nan, 0.1), d=3, N=1), "couplings must be finite"),
        (lambda: shell_rates((0.0, 0.1, 0.2), d=3, N=1), "pair"),
        (lambda: shell_rates((0.0, 0.1), d=2, N=1), "d must be above 2, got 2"),
        (lambda: shell_rates((0.0, 0.1), d=3, N=-2.5), "N must be at least -2, got -2.5"),
        (lambda: gaussian_point(d=float("inf"), N=1), "d must be finite"),
        (lambda: wilson_fisher_point(d=4.2, N=1), r"u\* < 0, where no stable magnet lives"),
        (lambda: critical_r(1.5, d=3, N=1), r"between 0 and 3 / \(N \+ 2\), got 1.5 for N = 1"),
        (lambda: critical_r(-0.1, d=3, N=1), "u must lie between 0"),
        (lambda: shell_trajectory((0, 0), d=3, N=1, length=0), "length must be positive"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("N", [-1.0, 0.0, 1.0, 3.0])
def test_the_critical_line_ends_at_u_of_3_over_N_plus_2(N):
    u = 3 / (N + 2)
    assert -1 < critical_r(u * (1 - 1e-12), d=3, N=N) < 0
    with pytest.raises(ValueError, match="one loop does not reach farther"):
        critical_r(u * (1 + 1e-12), d=3, N=N)
