"""The free field against linear algebra: every covariance to rounding, then the samples."""

import numpy as np
import pytest

from rgcourse import jackknife
from rgcourse.field_theory import (
    correlation_length,
    lattice_momenta,
    propagator,
    sample_free_field,
)
from rgcourse.field_theory.free import coloured


def action_matrix(L, dim, r):
    """S = 1/2 phi A phi, from the definition: each bond adds (phi - phi')**2 / 2."""
    sites = np.arange(L**dim).reshape((L,) * dim)
    A = r * np.eye(L**dim)
    for axis in range(dim):
        for x, y in zip(sites.ravel(), np.roll(sites, -1, axis).ravel(), strict=True):
            for a, b, sign in ((x, x, 1), (y, y, 1), (x, y, -1), (y, x, -1)):
                A[a, b] += sign
    return A


SHAPES = [(2, 1), (5, 1), (2, 2), (4, 2), (5, 2), (3, 3)]


@pytest.mark.parametrize("L, dim", SHAPES)
def test_propagator_is_the_inverse_of_the_action(L, dim):
    for r in (0.05, 1.0, 7.0):
        exact = np.linalg.inv(action_matrix(L, dim, r))
        assert propagator(L, r, dim).ravel() == pytest.approx(exact[0], abs=1e-12)


@pytest.mark.parametrize("L, dim", SHAPES)
def test_samples_have_exactly_that_covariance(L, dim):
    """Coloured noise is linear in the noise: its matrix times its transpose is the propagator."""
    r = 0.3
    unit = np.eye(L**dim).reshape(-1, *(L,) * dim)
    M = coloured(unit, (lattice_momenta(L, dim) + r) ** -0.5).reshape(L**dim, -1)
    assert M.T @ M == pytest.approx(np.linalg.inv(action_matrix(L, dim, r)), abs=1e-12)


def test_momenta_are_the_eigenvalues_of_the_laplacian():
    eigenvalues = np.linalg.eigvalsh(action_matrix(4, 2, 0.0))
    assert np.sort(lattice_momenta(4, 2).ravel()) == pytest.approx(eigenvalues, abs=1e-12)


@pytest.mark.parametrize("r", [0.01, 0.25, 3.0])
def test_correlation_length_from_planes(r):
    planes = propagator(128, r, 2).sum(axis=1)
    assert np.log(planes[2] / planes[3]) == pytest.approx(1 / correlation_length(r), rel=1e-4)


def test_sampled_modes(rng, z_within):
    r, L = 0.4, 6
    phi = sample_free_field(L, r, 4000, rng=rng)
    power = abs(np.fft.fft2(phi)) ** 2 / L**2
    for k in [(0, 0), (0, 1), (3, 3), (1, 2)]:
        exact = 1 / (lattice_momenta(L, 2)[k] + r)
        measured = jackknife(np.mean, power[:, *k])
        z_within(measured.z_score(exact))
        if k == (0, 1):
            assert abs(measured.z_score(1.15 * exact)) > 4


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: propagator(8, 0.0, 2), "a free field needs r > 0, got r = 0.*use Phi4 with u > 0"),
        (lambda: sample_free_field(8, -0.1, 3, rng=1), "needs r > 0"),
        (lambda: sample_free_field(8, 1.0, 3, rng=None), "rng is needed"),
        (lambda: sample_free_field(1, 1.0, 3, rng=1), "L must be at least 2"),
        (lambda: lattice_momenta(4, 0), "dim must be at least 1"),
        (lambda: correlation_length(-1), "needs r > 0"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
