"""Signals in deep random networks: integrals by quadrature, known points, real networks, slopes."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from rgcourse.signal_flow import (
    DeepNet,
    critical_point,
    critical_weight,
    fixed_variance,
    loss_and_gradient,
    overlap_after,
    phase,
    random_deep,
    send_pairs,
    train_deep,
    variance_after,
)


def mean(f):
    """<f(u)> of a normal u, by adaptive quadrature."""
    return quad(lambda u: f(u) * norm.pdf(u), -12, 12, epsabs=1e-13, limit=300)[0]


@pytest.mark.parametrize("q", [0.0, 1e-8, 0.2, 1.3, 3.0, 6.0])
def test_one_layer_is_the_integral(q):
    expected = 1.7 * mean(lambda u: np.tanh(np.sqrt(q) * u) ** 2) + 0.05
    assert variance_after(q, 1.7, 0.05) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("q", [0.2, 1.3, 4.0])
@pytest.mark.parametrize("c", [-1.0, -0.4, 0.0, 0.3, 0.99, 1.0])
def test_overlaps_are_the_double_integral(q, c):
    nodes, weights = np.polynomial.hermite_e.hermegauss(160)
    weights = weights / weights.sum()
    u, v = np.meshgrid(nodes, nodes, indexing="ij")
    a = np.tanh(np.sqrt(q) * u)
    b = np.tanh(np.sqrt(q) * (c * u + math.sqrt(1 - c * c) * v))
    both = 1.9 * np.einsum("i,j,ij->", weights, weights, a * b) + 0.1
    one = 1.9 * mean(lambda u: np.tanh(np.sqrt(q) * u) ** 2) + 0.1
    assert float(overlap_after(c, q, 1.9, 0.1)) == pytest.approx(both / one, abs=2e-7)


def test_overlaps_of_an_odd_function_without_biases_are_odd_and_convex():
    c = np.linspace(-1, 1, 21)
    after = overlap_after(c, 1.1, 2.0, 0.0)
    assert after == pytest.approx(-after[::-1], abs=1e-12)
    assert np.all(np.diff(after[10:], 2) > 0) and after[-1] == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("b2", [0.001, 0.05, 0.3, 1.0, 2.0])
def test_the_critical_line(b2):
    """chi = 1 and q' = q, solved by other means."""

    def squares(q):
        return mean(lambda u: np.tanh(np.sqrt(q) * u) ** 2)

    def slopes(q):
        return mean(lambda u: np.cosh(np.sqrt(q) * u) ** -4.0)

    q = brentq(lambda q: q - squares(q) / slopes(q) - b2, 1e-6, 12, xtol=1e-13)
    assert critical_weight(b2) == pytest.approx(1 / slopes(q), rel=1e-9)
    assert critical_point(q) == pytest.approx((1 / slopes(q), b2), rel=1e-9, abs=1e-9)
    w2 = critical_weight(b2)
    assert fixed_variance(w2, b2) == pytest.approx(q, rel=1e-7)
    assert phase(w2 * 0.99, b2).overlap == 1 > phase(w2 * 1.01, b2).overlap


@pytest.mark.parametrize(
    "w2, q, chi, length, c",
    [
        (1.0, 0.1935925202, 0.75903165, 3.626975, 1.0),
        (1.5, 0.4180372005, 0.93863627, 15.790994, 1.0),
        (2.5, 1.0639583774, 1.1335157, 11.7956, 0.44680423),
        (4.0, 2.195493928, 1.342402414, 6.98027, 0.16506496),
    ],
)
def test_known_points_at_a_bias_of_one_twentieth(w2, q, chi, length, c):
    found = phase(w2, 0.05)
    assert found.q == pytest.approx(q, abs=5e-8)
    assert (found.chi, found.overlap) == pytest.approx((chi, c), abs=2e-7)
    assert found.length == pytest.approx(length, rel=1e-5)


def test_lengths_are_those_of_the_iteration():
    for w2 in (1.3, 2.2):
        at = phase(w2, 0.05)
        c = at.overlap - 1e-3
        after = float(overlap_after(c, at.q, w2, 0.05))
        slope = (after - at.overlap) / (c - at.overlap)
        assert -1 / np.log(slope) == pytest.approx(at.length, rel=2e-3)


def test_the_edge_itself_has_no_length():
    assert phase(critical_weight(0.05), 0.05).length > 1e5
    assert phase(1.7, 0.05).length > phase(1.5, 0.05).length > phase(1.0, 0.05).length
    assert phase(1.9, 0.05).length > phase(2.2, 0.05).length > phase(3.5, 0.05).length


def test_without_biases_signals_die_below_one_and_live_above():
    assert fixed_variance(1.0, 0.0) < 1e-12
    # K' = w2 K - 2 w2 K^2 + ..., so that K = (w2 - 1) / (2 w2) to lowest order
    assert fixed_variance(1.001, 0.0) == pytest.approx(0.0005, rel=0.01)
    with pytest.raises(ValueError, match="all signals die"):
        phase(0.9, 0.0)


# ------------------------------------------------------------------ real networks


def test_inputs_are_exactly_what_was_asked_for(rng):
    seen = send_pairs(5, 31, 0, 1.5, 0.1, q=0.7, c=-0.3, rng=rng)[:, 0]
    assert seen[:, :2] == pytest.approx(0.7, rel=1e-12)
    assert seen[:, 2] == pytest.approx(2 * 0.7 * 1.3, rel=1e-12)


@pytest.mark.parametrize("width", [2, 63, 64])
def test_one_layer_is_exact_in_the_mean_at_any_width(width, rng):
    """Given the inputs, the mean squares of a layer have the mean w2 <tanh^2> + b2."""
    nets, w2, b2 = 4000, 1.8, 0.2
    seen = send_pairs(nets, width, 1, w2, b2, q=0.9, c=0.5, rng=rng)[:, 1]
    wide = variance_after(0.9, w2, b2)
    if width == 64:  # inputs of exact mean square on few units are no normal numbers
        c = float(overlap_after(0.5, 0.9, w2, b2))
        for column, expected in ((0, wide), (1, wide), (2, 2 * wide * (1 - c))):
            values = seen[:, column]
            error = values.std() / np.sqrt(nets)
            assert abs(values.mean() - expected) < 4 * error + 0.02 * expected
    assert abs(seen[:, 0].mean() - seen[:, 1].mean()) < 4 * (
        (seen[:, 0] - seen[:, 1]).std() / np.sqrt(nets)
    )
    # the variance of a mean over `width` normal units, each of variance about `wide`
    spread = seen[:, 0].var() * width / (2 * seen[:, 0].mean() ** 2)
    assert 0.85 < spread < (2.5 if width == 2 else 1.4)


def test_deep_and_wide_networks_follow_the_map(rng):
    at = phase(1.5, 0.05)
    seen = send_pairs(200, 200, 15, 1.5, 0.05, q=at.q, c=0.3, rng=rng)
    c = 0.3
    for layer in range(1, 16):
        c = float(overlap_after(c, at.q, 1.5, 0.05))
        q1, q2, d = seen[:, layer].T
        overlaps = (q1 + q2 - d) / (2 * np.sqrt(q1 * q2))
        error = overlaps.std() / np.sqrt(200)
        assert abs(overlaps.mean() - c) < 4 * error + 0.01
    # power: the map of a network with a tenth more weight is refused
    off = 0.3
    for _ in range(15):
        off = float(overlap_after(off, phase(1.65, 0.05).q, 1.65, 0.05))
    assert abs(overlaps.mean() - off) > 4 * error + 0.01


# ------------------------------------------------------------------ training


@pytest.mark.parametrize("shortcuts", [False, True])
def test_the_gradient_is_the_slope_of_the_loss(shortcuts, rng):
    net = random_deep(3, 6, 1.5, 0.2, n_inputs=5, n_classes=4, shortcuts=shortcuts, rng=rng)
    x, y = rng.normal(size=(7, 5)), rng.integers(0, 4, 7)
    _, gradient = loss_and_gradient(net, x, y)
    parts = [*net.weights, *net.biases]
    assert [g.shape for g in gradient] == [p.shape for p in parts]
    for k, part in enumerate(parts):
        where = tuple(rng.integers(0, n) for n in part.shape)
        values = []
        for sign in (1, -1):
            moved = [p.copy() for p in parts]
            moved[k][where] += sign * 0.01
            split = len(net.weights)
            other = DeepNet(tuple(moved[:split]), tuple(moved[split:]), shortcuts)
            values.append(loss_and_gradient(other, x, y)[0])
        assert (values[0] - values[1]) / 0.02 == pytest.approx(gradient[k][where], abs=2e-4)


def test_first_signals_have_the_variance_that_stays(rng):
    net = random_deep(20, 400, 1.6, 0.05, rng=rng)
    images = rng.choice([-1.0, 1.0], (50, 64))
    squares = [np.mean(h**2) for h in net.signals(images)]
    assert np.abs(np.divide(squares, phase(1.6, 0.05).q) - 1).max() < 0.25


def test_it_learns_and_leaves_its_start_alone(rng):
    net = random_deep(4, 32, 1.76, 0.05, n_inputs=8, n_classes=2, rng=rng)
    x = rng.choice([-1.0, 1.0], (400, 8))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    before = [w.copy() for w in net.weights]
    taught = train_deep(net, x, y, n_steps=400, rng=1)
    assert np.mean(taught.classify(x) == y) > 0.95
    assert all(np.array_equal(a, b) for a, b in zip(before, net.weights, strict=True))
    again = train_deep(net, x, y, n_steps=400, rng=1)
    assert np.array_equal(again.weights[2], taught.weights[2])


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda: variance_after(-0.1, 1, 0), "q must lie between 0 and 12, got -0.1"),
        (lambda: variance_after(12.1, 1, 0), "q must lie"),
        (lambda: variance_after(1, 6.1, 0), "variance of the weights, must lie between 0 and 6"),
        (lambda: variance_after(1, 0, 0), "must be above 0"),
        (lambda: fixed_variance(1, -0.01), "variance of the biases, must lie"),
        (lambda: overlap_after(1.01, 1, 1, 0), "overlaps must lie between -1 and 1, got 1.01"),
        (lambda: overlap_after(0.5, 0, 1, 0), "no overlap"),
        (lambda: critical_point(6.1), "q must lie between 0 and 6"),
        (lambda: critical_weight(2.1), "b2 must lie between 0 and 2"),
        (lambda: send_pairs(1, 1, 1, 1, 0, q=1, c=0, rng=1), "width must be at least 2"),
        (lambda: send_pairs(1, 2, 1, 1, 0, q=0, c=0, rng=1), "q must be above 0"),
        (lambda: send_pairs(1, 2, 1, 1, 0, q=1, c=1.1, rng=1), "c between -1 and 1"),
        (lambda: random_deep(0, 4, 1.5, 0.1, rng=1), "depth must be at least 1"),
        (lambda: train_deep(random_deep(1, 4, 1.5, 0.1, rng=1), [[1.0] * 63], [1], rng=1), "64"),
        (lambda: train_deep(random_deep(1, 4, 1.5, 0.1, rng=1), [[1.0] * 64], [10], rng=1),
         "from 0 to 9"),
        (lambda: train_deep(random_deep(1, 4, 1.5, 0.1, rng=1), [[1.0] * 64], [1.0], rng=1),
         "whole numbers"),
        (lambda: train_deep(random_deep(1, 4, 1.5, 0.1, rng=1), [[1.0] * 64], [1], rate=0.0,
                            rng=1), "above 0"),
        (lambda: train_deep(random_deep(1, 4, 1.5, 0.1, rng=1), [[1.0] * 64], [1], momentum=1.0,
                            rng=1), "momentum must lie"),
    ],
)  # fmt: skip
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


def test_the_ends_of_the_ranges_are_allowed():
    assert 0 < variance_after(12, 6, 6) < 12 and critical_weight(0) == pytest.approx(1)
    assert critical_weight(2.0) > critical_weight(1.0) and critical_point(6.0)[1] > 2
    assert overlap_after([-1, 1], 1, 1, 0) == pytest.approx([-1, 1], abs=1e-7)


@pytest.mark.parametrize("q", [1e-320, 1e-300, 1e-33, 1e-20, 0.99e-12, 1e-12])
def test_the_weakest_signals_see_a_straight_line(q):
    assert variance_after(q, 1.5, 0.0) == pytest.approx(1.5 * q, rel=1e-9)
    assert variance_after(q, 1.5, 0.1) == pytest.approx(0.1 + 1.5 * q, rel=1e-9)
    assert overlap_after([0.5, -1.0, 1.0], q, 1.5, 0.0) == pytest.approx([0.5, -1, 1], rel=1e-9)
    assert overlap_after(0.5, q, 1e-300, 0.0) == pytest.approx(0.5, rel=1e-9)
    assert overlap_after(-1.0, q, 1.5, 1.5 * q) == pytest.approx(0, abs=1e-9)


def test_small_fixed_variances_solve_their_equation():
    assert fixed_variance(1.0, 0.0) == fixed_variance(0.9, 0.0) == 0
    assert fixed_variance(0.5, 1e-300) == pytest.approx(2e-300, rel=1e-12)
    assert fixed_variance(1 + 1e-9, 0.0) == pytest.approx(0.5e-9, rel=1e-6)
    assert fixed_variance(1.0, 1e-20) == pytest.approx((0.5e-20) ** 0.5, rel=1e-6)
    below, above = fixed_variance(0.5, 0.49e-6), fixed_variance(0.5, 0.51e-6)  # on both sides
    assert below / 0.49e-6 == pytest.approx(above / 0.51e-6, rel=1e-6)


def test_the_critical_line_begins_with_a_cube():
    for q in (1e-30, 1e-8, 0.99e-3, 1.01e-3):
        w2, b2 = critical_point(q)
        assert b2 == pytest.approx(4 / 3 * q**3 * (1 - 6 * q + 37.4 * q**2), rel=3e-4)
        assert w2 == pytest.approx(1 + 2 * q, rel=1e-5)
        assert critical_weight(b2) == pytest.approx(w2, rel=1e-6)
    assert critical_weight(0.0) == 1


@pytest.mark.parametrize("b2, off", [(1e-8, 1e-3), (1e-4, 3e-4), (0.05, 1e-4), (0.5, 1e-4)])
def test_close_to_the_edge_a_length_is_right_or_refused(b2, off):
    # c = sum a_n**2 c**n, with a_n the Hermite coefficients of tanh: no sums in two variables
    u = np.arange(-240, 241) * 0.05
    weight = np.exp(-u * u / 2) / np.exp(-u * u / 2).sum()
    w2 = critical_weight(b2) * (1 + off)
    at = phase(w2, b2)
    tanh = np.tanh(at.q**0.5 * u)
    before, here, squares = 0 * u, 1 + 0 * u, []
    for n in range(120):
        squares.append(w2 / at.q * (weight @ (here * tanh)) ** 2)
        before, here = here, (u * here - n**0.5 * before) / (n + 1) ** 0.5
    n, low, high = np.arange(120), 1e-9, 1.0
    for _ in range(60):  # bisection of x = 1 - c, without the root at 0
        x = (low * high) ** 0.5
        if squares @ -np.expm1(n * np.log1p(-x)) > x:
            low = x
        else:
            high = x
    assert 1 - at.overlap == pytest.approx(x, rel=0.01)
    slope = squares @ (n * (1 - x) ** (n - 1.0))
    assert at.length == pytest.approx(-1 / math.log(slope), rel=0.02)
    with pytest.raises(ValueError, match="so close to the edge"):
        phase(critical_weight(b2) * (1 + 1e-6), b2)


def test_where_an_overlap_ends_is_not_guessed():
    assert phase(1.001, 0.0).overlap == pytest.approx(0, abs=1e-6)
    assert phase(1.001, 0.0).length == pytest.approx(6.013e6, rel=1e-3)
    for b2 in (1e-10, 1e-6, 1e-3, 0.05, 1.0, 2.0):  # on the edge, however rounding has decided
        at = phase(critical_weight(b2), b2)
        assert (at.overlap, at.length) == (1, math.inf) and at.chi == pytest.approx(1, abs=1e-9)
    assert phase(1.7609546396, 0.05).length == math.inf  # ten digits of the edge are the edge
    with pytest.raises(ValueError, match="so close to the edge"):  # from below, too
        phase(critical_weight(1e-8) * (1 - 1e-9), 1e-8)
    for w2 in (1 + 1e-4, 1 + 1e-5, 1 + 1e-7, 1 + 1e-9):  # the overlap is 0 at them all
        with pytest.raises(ValueError, match="so close to the edge"):
            phase(w2, 0.0)
    assert phase(0.5, 0.51e-12).overlap == 1
    with pytest.raises(ValueError, match="all signals die for w2 = 0.5"):
        phase(0.5, 0.49e-12)
    assert phase(1e-300, 0.1).q == 0.1
    with pytest.raises(ValueError, match="at least 1e-300"):
        phase(0.9e-300, 0.1)


def test_pairs_that_die_or_overflow_are_refused():
    for q in (1e-12, 1e100):
        assert np.isfinite(send_pairs(1, 5, 2, 1.5, 0.1, q=q, c=0.5, rng=1)).all()
    for q in (0.9e-12, 1.1e100):
        with pytest.raises(ValueError, match="q must lie between 1e-12 and 1e"):
            send_pairs(1, 5, 2, 1.5, 0.1, q=q, c=0.5, rng=1)
    assert send_pairs(1, 500, 60, 0.5, 0.0, q=1.0, c=0.5, rng=1)[:, :, :2].min() > 1e-20
    with pytest.raises(ValueError, match="all signals die for w2 = 0.5 and b2 = 0"):
        send_pairs(1, 500, 90, 0.5, 0.0, q=1.0, c=0.5, rng=1)
    with pytest.raises(ValueError, match="say with q"):
        random_deep(2, 5, 0.5, 0.0, rng=1)
    assert len(random_deep(2, 5, 0.5, 0.0, q=1e-9, rng=1).biases) == 2


@pytest.mark.parametrize(
    "images, message",
    [
        (np.full((2, 6), np.nan), "images must be finite in 32 bits, got nan"),
        (np.full((2, 6), 1e39), "images must be finite in 32 bits, got inf"),
        (np.ones(6), "rows of 6 numbers, got shape \\(6,\\)"),
        (np.ones((2, 5)), "rows of 6 numbers, got shape \\(2, 5\\)"),
        (np.ones((0, 6)), "rows of 6 numbers, got shape \\(0, 6\\)"),
        (np.ones((2, 6)) + 1j, "images must be a real number"),
        ("six", "images must be a real number"),
        (np.ma.masked_array(np.ones((2, 6)), np.eye(2, 6)), "no masked entries"),
    ],
)
def test_images_that_are_none_are_refused(images, message):
    net = random_deep(2, 5, 1.5, 0.1, n_inputs=6, rng=1)
    for call in (net.classify, net.signals, lambda x: loss_and_gradient(net, x, [0, 1])):
        with pytest.raises(ValueError, match=message):
            call(images)
    assert net.classify(np.full((2, 6), 1e30)).shape == (2,)
    assert net.classify(np.ones((2, 6), np.uint8)).tolist() == net.classify([[1] * 6] * 2).tolist()


def test_training_changes_no_input_and_says_where_weights_overflow(rng):
    net = random_deep(2, 5, 1.5, 0.1, n_inputs=6, rng=1)
    images, classes = rng.normal(size=(9, 6)), np.arange(9, dtype=np.uint8)
    before = [x.copy() for x in (*net.weights, *net.biases)]
    images.flags.writeable = classes.flags.writeable = False
    taught = train_deep(net, images, classes, n_steps=5, rate=1e3, rng=1)
    assert all(np.isfinite(w).all() for w in taught.weights)
    assert all(map(np.array_equal, before, (*net.weights, *net.biases)))
    with pytest.raises(ValueError, match="rate must be a number of 32 bits, got 1e"):
        train_deep(net, images, classes, n_steps=5, rate=1e39, rng=1)
    with pytest.raises(ValueError, match="the weights overflow at a rate of 3e"):
        train_deep(net, images, classes, n_steps=50, rate=3e38, rng=1)
    with pytest.raises(ValueError, match="classes must be from 0 to 9, got 0 to 10"):
        train_deep(net, images, [0] * 8 + [10], rng=1)
    with pytest.raises(ValueError, match="classes must have no masked"):
        train_deep(net, images, np.ma.masked_array(classes, classes > 3), rng=1)
