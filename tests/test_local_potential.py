"""The local-potential approximation against Litim's values, and its limits of many components."""

import numpy as np
import pytest

from rgcourse.local_potential import local_potential_point, local_potential_rates

# nu of D. F. Litim, Nucl. Phys. B 631, 128 (2002), table 1, d = 3, optimized regulator
LITIM = {0: 0.592083, 1: 0.649562, 2: 0.708211, 3: 0.761123, 4: 0.804348}


@pytest.mark.parametrize("N", LITIM)
def test_published_exponents(N):
    point = local_potential_point(N, n_terms=16)
    assert 1 / point.exponents[0] == pytest.approx(LITIM[N], abs=1e-6)


def test_more_terms_settle_the_exponents():
    nu = {n: 1 / local_potential_point(1, n_terms=n).exponents[0] for n in (6, 10, 14, 20)}
    errors = [abs(nu[n] - nu[20]) for n in (6, 10, 14)]
    assert errors[0] < 1e-3 and errors[1] < 1e-5 and errors[2] < 1e-7
    omega = [-local_potential_point(1, n_terms=n).exponents[1] for n in (12, 16)]
    assert omega[0] == pytest.approx(omega[1], abs=1e-5)


@pytest.mark.parametrize("N", [0, 1, 3.5])
def test_the_fixed_point_is_one_and_nature_is_recovered_at_four_dimensions(N):
    point = local_potential_point(N, d=3.2)
    assert np.abs(local_potential_rates(point.couplings, d=3.2, N=N)).max() < 1e-10
    e = 1e-4
    near = local_potential_point(N, d=4 - e).exponents
    assert (near[0] - 2) / e == pytest.approx(-(N + 2) / (N + 8), abs=1e-3)
    assert near[1] / e == pytest.approx(-1, abs=1e-3)


def test_many_components_are_exact():
    """At N = infinity the approximation is exact: nu = 1 / (d - 2), omega = 4 - d."""
    for d in (3.0, 3.5):
        y = local_potential_point(1e5, d=d).exponents
        assert [1 / y[0], -y[1]] == pytest.approx([1 / (d - 2), 4 - d], abs=1e-4)


def test_rates_follow_the_equation_for_the_potential():
    """u' between its points, from the flow equation for u, by differences."""
    N, d, kappa, a = 2.0, 3.0, 2.5, np.array([0.12, 0.01, 0.002])

    def du_dt(rho):
        x = rho - kappa
        u = sum(c * x ** (k + 2) / (k + 2) for k, c in enumerate(a))
        u1 = sum(c * x ** (k + 1) for k, c in enumerate(a))
        u2 = sum((k + 1) * c * x**k for k, c in enumerate(a))
        radial = 1 / (1 + u1 + 2 * rho * u2)
        return -d * u + (d - 2) * rho * u1 + (N - 1) / (1 + u1) + radial

    h = 1e-3
    at = [(du_dt(kappa + x + h) - du_dt(kappa + x - h)) / (2 * h) for x in (-2 * h, 0, 2 * h)]
    d_kappa, d_a1, *_ = local_potential_rates(np.array([kappa, *a]), d=d, N=N)
    assert at[1] == pytest.approx(-d_kappa * a[0], abs=1e-5)
    assert (at[2] - at[0]) / (4 * h) == pytest.approx(d_a1 - 2 * d_kappa * a[1], abs=1e-4)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: local_potential_point(-1), "N must be at least 0, got -1"),
        (lambda: local_potential_point(1, d=4), "from 4 on only the Gaussian point"),
        (lambda: local_potential_point(1, d=2.5), "3 <= d < 4, got 2.5"),
        (lambda: local_potential_point(1, n_terms=1), "n_terms must be at least 2"),
        (lambda: local_potential_point(1, n_terms=30), "n_terms must be at most 20"),
        (lambda: local_potential_point(float("nan")), "N must be finite"),
        (lambda: local_potential_rates([3.0], d=3, N=1), r"must be \(kappa, a_1, ...\)"),
        (lambda: local_potential_rates([3.0, 0.0, 1.0], d=3, N=1), "a_1 not zero"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("d", [3 - 1e-9, 4.0])
def test_dimensions_from_3_to_just_below_4(d):
    inside = np.clip(d, 3, 4 - 1e-2)
    assert local_potential_point(1, d=inside, n_terms=4).exponents[0] > 1
    with pytest.raises(ValueError, match="d must lie in 3 <= d < 4"):
        local_potential_point(1, d=d, n_terms=4)
