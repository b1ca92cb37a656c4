"""Autocorrelations of a running chain: the same products, the same time as from the series."""

import numpy as np
import pytest
from test_statistics import autoregressive

from rgcourse.correlator import POINTS, RunningAutocorrelation
from rgcourse.statistics import ShortChainError, autocorrelation_time


@pytest.mark.parametrize("n", [1, 2, 7, 100, 1000])
def test_every_lag_is_the_mean_product(rng, n):
    x = rng.normal(0.5, 1.0, n)
    running = RunningAutocorrelation(mean=0.5, levels=5)
    running.add(x)
    change, known = x - 0.5, dict(zip(running.lags.tolist(), running.values, strict=True))
    variance = np.mean(change**2)
    for level in range(5):
        kept = change[:: 2**level]
        for k in range(POINTS // 2 if level else 0, min(POINTS, len(kept))):
            expected = np.mean(kept[k:] * kept[: len(kept) - k]) / variance
            assert known.pop(k * 2**level) == pytest.approx(expected, abs=1e-12)
    assert known == {}


def test_lags_rise_without_gap():
    running = RunningAutocorrelation(mean=0.0, levels=4)
    running.add(np.arange(500.0) - 250)
    assert running.lags[:POINTS].tolist() == list(range(POINTS))
    assert np.all(np.diff(running.lags) > 0)
    assert running.lags[-1] == 8 * (POINTS - 1)


def test_pieces_are_as_good_as_the_whole(rng):
    x = rng.normal(size=777)
    whole, pieces = (RunningAutocorrelation(mean=0.0) for _ in range(2))
    whole.add(x)
    for piece in (x[:1], x[1:50], x[50:]):
        pieces.add(piece)
    assert len(pieces) == len(whole) == 777
    assert np.array_equal(whole.values, pieces.values)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.95, 0.995])
def test_time_of_an_autoregressive_series(rng, rho, z_within):
    tau = (1 + rho) / (1 - rho) / 2
    x = autoregressive(rho, 400_000, rng)[0]
    running = RunningAutocorrelation(mean=0.0)
    running.add(x)
    z_within(running.time().z_score(tau))
    windowed = autocorrelation_time(x)
    assert abs(running.time().value - windowed.value) < windowed.error
    assert running.time().error == pytest.approx(windowed.error, rel=0.2)


def test_a_wrong_time_would_be_noticed(rng):
    running = RunningAutocorrelation(mean=0.0)
    running.add(autoregressive(0.95, 1_000_000, rng)[0])
    assert abs(running.time().z_score(1.2 * 19.5)) > 4


def test_a_short_run_is_refused_with_what_was_found(rng):
    running = RunningAutocorrelation(mean=0.0)
    running.add(autoregressive(0.999, 5000, rng)[0])
    with pytest.raises(ShortChainError, match="5000 steps are too few") as caught:
        running.time()
    assert caught.value.estimate.value > 100


@pytest.mark.parametrize("n", [23, 24])
def test_lags_up_to_half_of_the_run_count(n):
    """One kick has no memory, and the window closes at the lag 12 at the earliest."""
    running = RunningAutocorrelation(mean=0.0)
    running.add([1.0] + [0.0] * (n - 1))
    if n == 24:
        with pytest.raises(ShortChainError, match="24 steps are too few"):
            running.time()
        running.add([0.0])
        assert running.time().value == pytest.approx(0.5)
        return
    with pytest.raises(ShortChainError, match="23 steps are too few"):
        running.time()


@pytest.mark.parametrize(("rho", "taken"), [(-0.9, False), (-0.05, False), (0.0, True)])
def test_series_that_alternate_are_left_to_the_whole_series(rho, taken, rng):
    """Long lags are kept on a coarse grid, where an alternating sum looks like a positive one."""
    running = RunningAutocorrelation(mean=0.0)
    running.add(autoregressive(rho, 100_000, rng)[0])
    if taken:
        assert running.time().value == pytest.approx(0.5, abs=0.05)
        return
    with pytest.raises(ShortChainError, match="alternates"):
        running.time()


def test_a_wrong_mean_shows():
    """The mean must be known: an offset is a correlation that never ends."""
    running = RunningAutocorrelation(mean=3.0)
    running.add(np.random.default_rng(1).normal(size=2000))
    assert np.all(running.values[1:40] > 0.8)
    with pytest.raises(ShortChainError):
        running.time()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mean": float("inf")}, "mean must be finite"),
        ({"mean": None}, "mean must be one real number"),
        ({"mean": 0.0, "levels": 0}, "levels must be at least 1"),
        ({"mean": 0.0, "levels": 41}, "levels must be at most 40"),
    ],
)
def test_bad_memory_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        RunningAutocorrelation(**arguments)


def test_bad_series_are_refused():
    running = RunningAutocorrelation(mean=0.0)
    with pytest.raises(ValueError, match="one chain, got an array of shape"):
        running.add(np.ones((2, 3)))
    with pytest.raises(ValueError, match="finite"):
        running.add([1.0, np.nan])
    with pytest.raises(ValueError, match="at least 4 measurements are needed, got 0"):
        running.time()
    assert running.values.size == running.lags.size == 0
