"""The chain: decimated exactly, against enumerated rings and transfer matrices; exact samples."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse import jackknife
from rgcourse.blocking import decimate_spins
from rgcourse.couplings import correlation_length, decimate_chain, sample_chain

couplings = st.floats(-3, 3, allow_nan=False)


def log_weights(n, K, h):
    """ln of the weight of every state of a ring of n spins, shape (2,) * n."""
    states = np.array(list(itertools.product([1, -1], repeat=n)))
    bonds = (states * np.roll(states, -1, axis=1)).sum(axis=1)
    return (K * bonds + h * states.sum(axis=1)).reshape((2,) * n)


def log_z_ring(n, K, h):
    """ln Z of a ring, from the eigenvalues of the transfer matrix."""
    root = np.sqrt(np.exp(2 * K) * np.sinh(h) ** 2 + np.exp(-2 * K))
    middle = np.exp(K) * np.cosh(h)
    return np.log((middle + root) ** n + (middle - root) ** n)


@settings(deadline=None, max_examples=60)
@given(couplings, couplings, st.sampled_from([2, 3, 4]))
def test_every_weight_of_the_ring_is_kept(K, h, b):
    """A ring of 3 b spins with all but every b-th summed over is a ring of 3: state by state."""
    K_new, h_new, g = decimate_chain(K, h, b)
    kept = np.arange(0, 3 * b, b)
    summed = tuple(i for i in range(3 * b) if i not in kept)
    marginal = np.log(np.exp(log_weights(3 * b, K, h)).sum(axis=summed))
    assert np.allclose(3 * b * g + log_weights(3, K_new, h_new), marginal, atol=1e-11)


@pytest.mark.parametrize(
    "K, h, b, K_new, h_new",
    [
        (0.5, 0.2, 2, 0.21117659706, 0.351467705633),
        (1.0, 0.1, 2, 0.660182683, 0.196380019),
        (2.0, 0.05, 4, 1.304587592494, 0.199662624612),
    ],
)
def test_known_steps(K, h, b, K_new, h_new):
    assert decimate_chain(K, h, b)[:2] == pytest.approx((K_new, h_new), abs=1e-9)


@pytest.mark.parametrize("K", [1e-9, 1e-3, 0.4, 1.0, 6.0])
@pytest.mark.parametrize("b", [2, 3, 7])
def test_tanh_to_the_power_b(K, b):
    for sign in (1, -1):
        K_new, h_new, _ = decimate_chain(sign * K, 0.0, b)
        assert np.tanh(K_new) == pytest.approx((sign * np.tanh(K)) ** b, rel=1e-12)
        assert h_new == 0


def test_strong_coupling_loses_ln_b_over_two():
    K_new, _, g = decimate_chain(300.0, 0.0, 4)
    assert K_new == pytest.approx(300 - np.log(4) / 2, abs=1e-12)
    assert np.isfinite(g) and decimate_chain(0.0) == (0.0, 0.0, np.log(2) / 2)


def test_flow_sums_up_to_the_free_energy():
    K, h, total, n = 1.0, 0.3, 0.0, 64
    exact = log_z_ring(n, K, h)
    while n > 1:
        K_new, h_new, g = decimate_chain(K, h)
        total += n * g
        K, h, n = K_new, h_new, n // 2
        assert total + log_z_ring(n, K, h) == pytest.approx(exact, abs=1e-12)


def test_arrays_go_through_together():
    K, h = np.array([[0.1, 0.5]]), np.array([[0.0], [0.2]])
    together = decimate_chain(K, h, 3)
    assert together[0].shape == (2, 2)
    assert [float(part[1, 1]) for part in together] == [*map(float, decimate_chain(0.5, 0.2, 3))]


@pytest.mark.parametrize("b", [2, 3, 5])
def test_correlation_length_shrinks_by_b(b):
    K, h = np.linspace(0.1, 3, 9), np.linspace(0, 0.7, 9)
    for field in (0 * h, h):
        K_new, h_new, _ = decimate_chain(K, field, b)
        assert np.allclose(correlation_length(K_new, h_new) * b, correlation_length(K, field))
    assert correlation_length(0.0) == 0
    assert correlation_length(30.0) == pytest.approx(np.exp(60) / 2, rel=1e-9)


@pytest.mark.parametrize("K, h", [(0.7, 0.0), (0.5, 0.2), (-0.4, 0.1)])
def test_samples_have_exact_averages(rng, z_within, K, h):
    spins = sample_chain(K, 40, 5000, h=h, rng=rng)
    step = 1e-5
    m = (log_z_ring(400, K, h + step) - log_z_ring(400, K, h - step)) / (800 * step)
    bond = (log_z_ring(400, K + step, h) - log_z_ring(400, K - step, h)) / (800 * step)
    found = spins.astype(float)
    z_within(jackknife(np.mean, found.mean(axis=1)).z_score(m))
    pairs = (found[:, 1:] * found[:, :-1]).mean(axis=1)
    z_within(jackknife(np.mean, pairs).z_score(bond))
    wrong = (log_z_ring(400, 1.05 * K + step, h) - log_z_ring(400, 1.05 * K - step, h)) / 800 / step
    assert abs(jackknife(np.mean, pairs).z_score(wrong)) > 4  # the power of the line above


def test_decimated_samples_are_samples_of_the_decimated_chain(rng, z_within):
    K, h = 0.8, 0.1
    K_new, h_new, _ = decimate_chain(K, h)
    kept = decimate_spins(sample_chain(K, 40, 5000, h=h, rng=rng)).astype(float)
    fresh = sample_chain(K_new, 20, 5000, h=h_new, rng=rng).astype(float)
    for r in (1, 2):
        a, b = ((x[:, r:] * x[:, :-r]).mean(axis=1) for x in (kept, fresh))
        z_within(jackknife(np.mean, a).z_score(jackknife(np.mean, b)))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: decimate_chain(np.nan), "K must be finite"),
        (lambda: decimate_chain(1.0, np.inf), "h must be finite"),
        (lambda: decimate_chain(1.0, 0.0, 1), "b must be at least 2"),
        (lambda: decimate_chain(1.0, 0.0, 2.5), "b must be a whole number"),
        (lambda: decimate_chain(np.ones(3), np.ones(2)), "shapes that broadcast"),
        (lambda: correlation_length(-1.0), "K must not be negative"),
        (lambda: sample_chain(200.0, 3, 3, rng=1), "between -100 and 100"),
        (lambda: sample_chain(1.0, 0, 3, rng=1), "n_spins must be at least 1"),
        (lambda: sample_chain(1.0, 3, 3, rng=None), "rng is needed"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("sign", [-1, 1])
def test_samples_up_to_couplings_and_fields_of_100(sign):
    """Where a chance is 1 to rounding, nothing may turn over."""
    for h in np.arange(20.0, 100.5, 0.5):
        for K in (-3.0, 0.0, 0.3, 3.0, 30.0):
            assert np.all(sample_chain(K, 40, 2, h=h * sign, rng=1) == sign), (K, h)
    ordered = sample_chain(100.0 * sign, 50, 4, rng=1)
    assert np.all(ordered[:, 1:] * ordered[:, :-1] == sign)
    for K, h in ((100.001 * sign, 0.0), (0.3, 100.001 * sign)):
        with pytest.raises(ValueError, match="must lie between -100 and 100"):
            sample_chain(K, 50, 4, h=h, rng=1)


@pytest.mark.parametrize("K", [18.0, 20.0, 100.0])
def test_without_a_field_an_ordered_chain_is_up_as_often_as_down(rng, z_within, K):
    """Also where exp(-2 K) is nothing beside 1: pieces without a wall, of either sign."""
    pieces = sample_chain(K, 5, 2000, rng=rng)
    assert np.all(pieces == pieces[:, :1])
    z_within(pieces[:, 0].sum() / np.sqrt(2000))
