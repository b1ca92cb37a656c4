"""The camera that zooms out and the blind test, seen from Python."""

import itertools
import math

import numpy as np
import pytest
from native_lattices import packed_start, zoomed_out

from rgcourse.exact import CRITICAL_K, CRITICAL_T, onsager_energy
from rgcourse.widgets import WhichZoom, ZoomCamera
from rgcourse.widgets._zoomed import coupling_table

SEED = 20


@pytest.mark.parametrize("figure", [ZoomCamera, WhichZoom])
@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"L": 4096}, "at most 2048"),
        ({"L": 256}, "at least 512"),
        ({"window": 130}, "at most .*, got L = 2048 and a window of 130"),
        ({"window": 31}, "even"),
        ({"window": 4}, "at least 8"),
        ({"L": 576, "window": 10}, "multiple of 128"),
        ({"temperatures": (2.0, 2.0, 3.0)}, "three rising"),
        ({"temperatures": (2.0, 2.5)}, "three rising"),
        ({"temperatures": (0.5, 2.0, 2.5)}, "between 1 and 4"),
        ({"temperatures": (2.0, math.nan, 2.5)}, "finite"),
        ({"seed": -1}, "at least 0"),
    ],
)
def test_both_refuse(figure, wrong, message):
    with pytest.raises(ValueError, match=message):
        figure(**wrong)


@pytest.mark.parametrize(
    "figure, wrong, message",
    [
        (ZoomCamera, {"zoom": 4.5}, "between 0 and 4"),
        (ZoomCamera, {"shown": "hot"}, "'below', 'at', 'above'"),
        (ZoomCamera, {"centre": [0.5]}, "two shares"),
        (ZoomCamera, {"centre": [0.5, 2]}, "between 0 and 1"),
        (WhichZoom, {"window": 66}, "at most 64"),
        (WhichZoom, {"picture": 6}, "between 1 and 5"),
        (WhichZoom, {"temperature": "cold"}, "'mystery', 'below', 'at', 'above'"),
    ],
)
def test_each_refuses(figure, wrong, message):
    with pytest.raises(ValueError, match=message):
        figure(**wrong)


def test_table_gives_the_coupling_of_an_energy():
    """Between its rows, too: the thermometer shows three digits."""
    agreement, K = np.transpose(coupling_table())
    assert np.all(np.diff(agreement) > 0) and (agreement[0], K[0]) == (0, 0)
    assert agreement[-1] > 0.9999
    between = np.unique(np.r_[np.linspace(0, 1, 997), CRITICAL_K + np.geomspace(1e-6, 0.1, 50)])
    found = np.interp(-np.asarray(onsager_energy(between)) / 2, agreement, K)
    assert np.max(abs(found - between)) < 6e-4


def test_agreement_settles_at_the_critical_temperature_and_runs_away_beside_it():
    """What the thermometer shows of lattices like the page's, b = 1, 2, 4, 8, 16."""
    agreements = {}
    for T in (2.20, CRITICAL_T, 2.35):
        steps = zoomed_out(packed_start(2048, T, 0, SEED), 4, SEED)
        agreements[T] = [agreement(spins) for spins in steps]
    below, at, above = map(np.array, agreements.values())
    assert np.all(np.diff(below) > 0.02) and below[-1] > 0.96
    assert np.all(np.diff(above) < -0.04) and above[-1] < 0.3
    assert np.all(abs(at - [0.7071, 0.695, 0.694, 0.698, 0.705]) < [0.006, 0.01, 0.014, 0.02, 0.03])


def test_a_trained_machine_gets_two_of_five_at_the_critical_temperature():
    """As the caption says; one that sorts by the agreement of neighbours guesses."""
    rng = np.random.default_rng(SEED)
    rounds = np.array([seen for seed in range(6) for seen in windows_seen(seed, 20, rng)])
    learn, play = rounds[:60], rounds[60:]
    means = learn.mean(axis=0)
    spread = np.mean([np.cov(learn[:, level].T) for level in range(5)], axis=0)
    off = play[:, :, None] - means  # round, picture, level, correlation
    likely = -np.einsum("rplc,cd,rpld->rpl", off, np.linalg.inv(spread), off)
    orders = np.array(list(itertools.permutations(range(5))))
    totals = likely[:, np.arange(5), orders].sum(axis=-1)
    hits = np.sum(orders[np.argmax(totals, axis=1)] == np.arange(5), axis=1)
    assert abs(hits.mean() - 2) < 4 * max(hits.std(), 1) / np.sqrt(len(play))
    assert hits.mean() > 1 + 3 / np.sqrt(len(play))
    sorted_hits = np.sum(np.argsort(-rounds[:, :, 0], axis=1) == np.arange(5), axis=1)
    assert abs(sorted_hits.mean() - 1) < 4 / np.sqrt(len(rounds))


def windows_seen(seed, count, rng):
    """Four correlations in a window of 64 x 64 block spins, at b = 1, 2, 4, 8, 16, many times."""
    steps = zoomed_out(packed_start(2048, CRITICAL_T, 0, seed), 4, seed)
    for _ in range(count):
        starts = [rng.integers(len(step), size=2) for step in steps]
        yield [
            correlations(np.roll(step, -start, (0, 1))[:64, :64].astype(np.int16))
            for step, start in zip(steps, starts, strict=True)
        ]


def correlations(spins):
    """Of neighbours, second and third neighbours, and of four spins of a square."""
    moved = {
        d: np.roll(spins, d, (0, 1)) for d in [(1, 0), (0, 1), (1, 1), (1, -1), (2, 0), (0, 2)]
    }
    pairs = [[(1, 0), (0, 1)], [(1, 1), (1, -1)], [(2, 0), (0, 2)]]
    found = [np.mean([np.mean(spins * moved[d]) for d in pair]) for pair in pairs]
    return [*found, np.mean(spins * moved[1, 0] * moved[0, 1] * moved[1, 1])]


def agreement(spins):
    spins = spins.astype(np.int16)
    return sum(np.mean(spins * np.roll(spins, 1, axis)) for axis in (0, 1)) / 2
