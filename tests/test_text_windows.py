"""C(d) of a text with its error: exact sums first, then texts whose C(d) is known."""

import numpy as np
import pytest

from rgcourse.text import correlation_at, correlation_near, windows

DISTANCES = np.array([1, 3, 9, 10, 25, 60])


def two_words(n, eigenvalue, rng):
    """A Markov text of two equally frequent words: C(d) = eigenvalue**d."""
    turned = rng.random(n) < (1 - eigenvalue) / 2
    turned[0] = rng.random() < 0.5
    return np.cumsum(turned) % 2


def test_a_single_lag_is_the_plain_correlation(rng):
    ids, values = rng.integers(0, 7, 999), rng.normal(size=7)
    found = correlation_near(ids, values, DISTANCES, window=0)
    assert found.value == pytest.approx(correlation_at(ids, values, DISTANCES), abs=1e-12)


@pytest.mark.parametrize("window, n_blocks", [(0.0, 2), (0.1, 20), (0.35, 7)])
def test_it_is_the_mean_over_lags_and_the_scatter_over_stretches(rng, window, n_blocks):
    ids, values = rng.integers(0, 5, 700), rng.normal(size=5)
    found = correlation_near(ids, values, DISTANCES, window=window, n_blocks=n_blocks)
    x = values[ids] - values[ids].mean()
    for k, d in enumerate(DISTANCES):
        low, high = d - int(window * d), d + int(window * d)
        t = np.arange(len(x) - high)
        products = np.mean([x[t] * x[t + lag] for lag in range(low, high + 1)], 0) / x.var()
        ends = len(t) * np.arange(n_blocks + 1) // n_blocks
        means = [products[a:b].mean() for a, b in zip(ends[:-1], ends[1:], strict=True)]
        assert found.value[k] == pytest.approx(products.mean(), abs=1e-12)
        assert found.error[k] == pytest.approx(np.std(means, ddof=1) / n_blocks**0.5, rel=1e-8)


def test_the_lags_taken_together_do_not_overlap_along_the_figure():
    from rgcourse.widgets.word_reach import DISTANCES as shown

    low, high = windows.lags_near(np.array(shown), windows.WINDOW)
    assert np.all(low[1:] > high[:-1]) and low[0] == high[0] == 1
    assert (low[-1], high[-1]) == (900, 1100)


@pytest.mark.parametrize("eigenvalue", [0.0, 0.8, 0.97])
def test_a_chain_has_its_correlations_within_their_errors(rng, z_within, eigenvalue):
    n, truth = 100_000, eigenvalue ** np.arange(70.0)
    wanted = [truth[d - d // 10 : d + d // 10 + 1].mean() for d in DISTANCES]
    bias = -(1 + eigenvalue) / (1 - eigenvalue) / n  # its own mean is taken off
    found = correlation_near(two_words(n, eigenvalue, rng), [1.0, -1.0], DISTANCES)
    z_within(((found.value - wanted - bias) / found.error)[[0, 3, 5]], 5)  # 20 stretches: Student


def test_errors_are_those_of_many_texts(rng):
    """For a chain they are known to some per cent from 200 texts: right to a tenth."""
    found = [
        correlation_near(two_words(20_000, 0.8, rng), [1.0, -1.0], DISTANCES) for _ in range(200)
    ]
    scatter = np.std([one.value for one in found], axis=0, ddof=1)
    told = np.sqrt(np.mean([one.error**2 for one in found], axis=0))
    assert told / scatter == pytest.approx(np.ones(len(DISTANCES)), abs=0.2)
    assert np.mean(told[[0, 3, 5]] / scatter[[0, 3, 5]]) == pytest.approx(1, abs=0.12)


def test_lags_together_know_more_than_one(rng):
    """Of independent words: the error falls like one over the square root of the lags."""
    ids = rng.integers(0, 2, 50_000)
    one, eleven = (
        correlation_near(ids, [1.0, -1.0], np.arange(50, 60), window=window)
        for window in (0.0, 0.1)
    )
    assert np.mean(eleven.error) / np.mean(one.error) == pytest.approx(11**-0.5, rel=0.25)


def test_a_correlation_wrong_by_a_tenth_would_be_noticed(rng):
    found = correlation_near(two_words(100_000, 0.97, rng), [1.0, -1.0], [1, 10])
    assert np.all(abs(found.value - 1.1 * 0.97 ** np.array([1, 10])) / found.error > 4)


@pytest.mark.parametrize(
    "ids, values, distances, options, message",
    [
        ([[0, 1]], [1, 2], 1, {}, "1D array of whole numbers"),
        ([0.0, 1.0], [1, 2], 1, {}, "whole numbers"),
        ([], [1, 2], 1, {}, "non-empty"),
        ([0, 2] * 50, [1, 2], 1, {}, "ids go up to 2"),
        ([0, 1] * 50, [[1, 2]], 1, {}, "one function"),
        ([0, 1] * 50, [1, np.nan], 1, {}, "finite"),
        ([0, 1] * 50, [3, 3], 1, {}, "no C\\(d\\)"),
        ([0, 1] * 50, [1, 2], 0, {}, "from 1 to 99"),
        ([0, 1] * 50, [1, 2], 1.5, {}, "whole numbers"),
        ([0, 1] * 50, [1, 2], 81, {}, "at least|less than 20 pairs"),
        ([0, 1] * 50, [1, 2], 1, {"window": 1.0}, "less than 1"),
        ([0, 1] * 50, [1, 2], 1, {"window": None}, "window"),
        ([0, 1] * 50, [1, 2], 1, {"n_blocks": 1}, "at least 2"),
        ([0, 1] * 50, [1, 2], 1, {"n_blocks": 2.5}, "whole number"),
    ],
)
def test_refusals(ids, values, distances, options, message):
    with pytest.raises(ValueError, match=message):
        correlation_near(ids, values, distances, **options)


def test_numbers_of_numpy_are_taken():
    found = correlation_near(np.array([0, 1] * 50, np.uint8), [1, -1], np.int32(2))
    assert found.value.tolist() == [1.0] and found.error.tolist() == [0.0]
