"""Growing lattices: against enumeration, closed forms and brute force, then against samples."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from rgcourse.blocking import block_spins
from rgcourse.mcrg import linearized_rg
from rgcourse.operators import even_operators, odd_operators
from rgcourse.zoom_in import (
    LocalRule,
    OddNetwork,
    context_counts,
    fit_network,
    fit_rule,
    nats_per_site,
    network_probabilities,
    zoom_in,
)
from rgcourse.zoom_in.odd_network import loss_and_gradient

RULE = LocalRule(0.4, 1.35, 0.5)


def context(fine, coarse, x, y):
    """(drawn, parent, near) of a site, written anew with lists and remainders."""
    L, H = len(fine), len(coarse)

    def spin(i, j, there):
        return fine[i % L][j % L] if there else coarse[i % L // 2][j % L // 2]

    drawn = spin(x - 1, y, x > 0) + spin(x, y - 1, y > 0)
    X, Y = x // 2, y // 2
    up_or_down, left_or_right = (1 if x % 2 else -1), (1 if y % 2 else -1)
    near = coarse[(X + up_or_down) % H][Y] + coarse[X][(Y + left_or_right) % H]
    return (drawn + 2) // 2, (coarse[X][Y] + 1) // 2, (near + 2) // 2


def wide_context(fine, coarse, x, y):
    """(parity, bits) of a site, the same way."""
    L, H = len(fine), len(coarse)

    def spin(i, j, there):
        return fine[i % L][j % L] if there else coarse[i % L // 2][j % L // 2]

    seen = [spin(x - 1, y + j, x > 0) for j in (-1, 0, 1, 2)]
    seen += [spin(x - 2, y, x > 1), spin(x, y - 1, y > 0), spin(x, y - 2, y > 1)]
    X, Y = x // 2, y // 2
    seen += [coarse[(X + i) % H][(Y + j) % H] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return 2 * (x % 2) + y % 2, sum(1 << k for k, s in enumerate(seen) if s > 0)


def random_pair(H, seed):
    rng = np.random.default_rng(seed)
    spins = np.array([-1, 1], np.int8)
    return rng.choice(spins, (2 * H, 2 * H)), rng.choice(spins, (H, H))


@given(H=st.sampled_from([1, 2, 3, 4]), seed=st.integers(0, 2**20))
@settings(max_examples=40, deadline=None)
def test_contexts_are_what_a_site_sees(H, seed):
    fine, coarse = random_pair(H, seed)
    narrow, wide = np.zeros((3, 2, 3, 2), int), np.zeros((4, 65536, 2), int)
    as_lists = fine.tolist(), coarse.tolist()
    for x, y in product(range(2 * H), repeat=2):
        up = int(fine[x, y] > 0)
        narrow[(*context(*as_lists, x, y), up)] += 1
        wide[(*wide_context(*as_lists, x, y), up)] += 1
    assert np.array_equal(context_counts([fine], [coarse]), narrow)
    assert np.array_equal(context_counts([fine], [coarse], wide=True), wide)


def probability(fine, coarse, up):
    """Of a fine lattice, given the coarse one: the product over its sites."""
    p = 1.0
    for x, y in product(range(len(fine)), repeat=2):
        u = up[context(fine, coarse, x, y)]
        p *= u if fine[x][y] > 0 else 1 - u
    return p


def test_fine_lattices_have_the_probabilities_of_the_product(rng):
    """All 16 that one spin can become: the sum is one, and samples have these frequencies."""
    every = [np.reshape(s, (2, 2)).tolist() for s in product([-1, 1], repeat=4)]
    for parent in (-1, 1):
        p = np.array([probability(s, [[parent]], RULE.probabilities) for s in every])
        assert p.sum() == pytest.approx(1, abs=1e-14)
        n = 40_000
        fine = zoom_in(np.full((n, 1, 1), parent), RULE, rng=rng).reshape(n, 4) > 0
        seen = np.bincount(fine @ [8, 4, 2, 1], minlength=16)
        assert abs(norm.isf(chi2.sf(np.sum((seen - n * p) ** 2 / (n * p)), 15))) < 4
        wrong = np.array([probability(s, [[parent]], LocalRule(0.36, 1.35, 0.5).probabilities)
                          for s in every])  # fmt: skip
        assert np.sum((seen - n * wrong) ** 2 / (n * wrong)) > chi2.isf(1e-4, 15), "power"


def test_two_doublings_by_enumeration(rng, z_within):
    """<m**2> and the energy of 4 x 4 lattices grown from one spin, over all 2 x 2 in between."""
    up = RULE.probabilities
    n = 20_000
    exact = np.zeros(2)
    for s in product([-1, 1], repeat=4):
        middle = np.reshape(s, (2, 2)).tolist()
        p = probability(middle, [[1]], up)
        exact += p * np.array(moments(middle, up))
    fine = zoom_in(zoom_in(np.ones((n, 1, 1), int), RULE, rng=rng), RULE, rng=rng).astype(float)
    bonds = fine * (np.roll(fine, 1, 1) + np.roll(fine, 1, 2))
    for found, mean in zip((fine.mean((1, 2)), -bonds.mean((1, 2))), exact, strict=True):
        z_within((found.mean() - mean) / found.std() * np.sqrt(n))


def moments(coarse, up):
    """<m> and E of the fine lattices of a 2 x 2 one, by summing over rows of four spins."""
    weights = {(): 1.0}
    for x, y in product(range(4), repeat=2):
        new = {}
        for spins, p in weights.items():
            fine = [[*spins, *[0] * (16 - len(spins))][4 * i : 4 * i + 4] for i in range(4)]
            u = up[context(fine, coarse, x, y)]
            new[(*spins, 1)], new[(*spins, -1)] = p * u, p * (1 - u)
        weights = new
    s = np.array(list(weights)).reshape(-1, 4, 4).astype(float)
    p = np.array(list(weights.values()))
    assert p.sum() == pytest.approx(1, abs=1e-12)
    bonds = s * (np.roll(s, 1, 1) + np.roll(s, 1, 2))
    return p @ s.mean((1, 2)), -(p @ bonds.mean((1, 2)))


def test_the_parent_alone_is_a_tree(rng, z_within):
    """Correlations are A**(2 k) for sites whose common ancestor lies k steps back."""
    parent = 1.1
    A, n = np.tanh(parent / 2), 30_000
    s = rng.choice(np.array([-1, 1]), (n, 1, 1))
    for _ in range(4):
        s = zoom_in(s, LocalRule(0, parent, 0), rng=rng)
    for other, k in (((0, 1), 1), ((2, 1), 2), ((5, 3), 3), ((15, 15), 4)):
        products = (s[:, 0, 0] * s[:, other[0], other[1]]).astype(float)
        z_within((products.mean() - A ** (2 * k)) / products.std() * np.sqrt(n))


def test_exponents_of_the_tree_come_from_its_own_pairs(rng, z_within):
    """y_h = 2 - eta / 2 exactly, and y_t = 1 - eta, of the operators m and nearest neighbours."""
    A = 2**-0.125
    s = rng.choice(np.array([-1, 1]), (4000, 1, 1))
    for _ in range(3):
        s = zoom_in(s, LocalRule(0, 2 * np.arctanh(A), 0), rng=rng)
    found = []
    for part in np.split(s, 10):
        fine = zoom_in(part, LocalRule(0, 2 * np.arctanh(A), 0), rng=rng)
        found.append([linearized_rg(f(fine)[:, :1], f(part)[:, :1])[0, 0]
                      for f in (odd_operators, even_operators)])  # fmt: skip
    mean, error = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / np.sqrt(10)
    for m, e, exact in zip(mean, error, (2**1.875, 2**0.75), strict=True):
        z_within((m - exact) / e)
        assert 4 * e < abs(exact - 2), "power: neither is 2"


@pytest.mark.parametrize("rule", [RULE, LocalRule(0, 0, 0), LocalRule(-0.3, 0.2, 1.0)])
def test_the_fit_finds_the_rule_that_made_the_pairs(rule, rng, z_within):
    exact = np.stack([1 - rule.probabilities, rule.probabilities], axis=-1)
    assert fit_rule(exact) == pytest.approx(rule, abs=1e-7)
    coarse = rng.choice(np.array([-1, 1]), (20, 64, 64))
    fits = [fit_rule(context_counts(zoom_in(c[None], rule, rng=rng), c[None])) for c in coarse]
    mean, error = np.mean(fits, axis=0), np.std(fits, axis=0, ddof=1) / np.sqrt(20)
    for m, e, w in zip(mean, error, rule, strict=True):
        z_within((m - w) / e)
        assert e < 0.01, "power"


def test_the_fitted_rule_is_the_likeliest(rng):
    fine = block_spins(rng.choice(np.array([-1, 1]), (4, 64, 64)), rng=rng)
    counts = context_counts(fine, block_spins(fine, rng=rng))
    best = fit_rule(counts)
    least = nats_per_site(best, counts)
    for k, d in product(range(3), (-0.02, 0.02)):
        moved = list(best)
        moved[k] += d
        assert nats_per_site(LocalRule(*moved), counts) > least
    table = counts[..., 1] / counts.sum(axis=-1)
    assert nats_per_site(table, counts) < least, "a free table can only be likelier"
    assert nats_per_site(LocalRule(0, 0, 0), counts) == pytest.approx(np.log(2), abs=1e-15)


def test_tables_draw_what_rules_draw():
    coarse = np.random.default_rng(1).choice(np.array([-1, 1]), (3, 8, 8))
    by_rule = zoom_in(coarse, RULE, rng=4)
    assert np.array_equal(by_rule, zoom_in(coarse, RULE.probabilities, rng=4))
    sure = np.ones((3, 2, 3))
    assert zoom_in(coarse, sure, rng=1).min() == 1 and zoom_in(coarse, 0 * sure, rng=1).max() == -1
    assert np.all(zoom_in(coarse, np.zeros((4, 65536)), rng=1) == -1)


def test_turning_all_spins_turns_the_rule():
    up = RULE.probabilities
    assert up + up[::-1, ::-1, ::-1] == pytest.approx(np.ones((3, 2, 3)), abs=1e-15)
    net = small_network()
    p = network_probabilities(net)
    assert p + p[:, ::-1] == pytest.approx(np.ones((4, 65536)), abs=1e-12)


def small_network(n_hidden=3):
    rng = np.random.default_rng(5)
    shapes = (4, 16, n_hidden), (4, n_hidden), (4, n_hidden)
    return OddNetwork(*(0.3 * rng.normal(size=shape) for shape in shapes))


def test_gradients_are_differences():
    net, rng = small_network(), np.random.default_rng(6)
    spins, labels = (rng.choice([-1.0, 1.0], shape) for shape in ((4, 7, 16), (4, 7)))
    _, gradient = loss_and_gradient(net, spins, labels)
    for which, found in enumerate(gradient):
        for at in list(np.ndindex(found.shape))[::5]:
            ends = []
            for d in (1e-5, -1e-5):
                moved = [x.copy() for x in net]
                moved[which][at] += d
                ends.append(loss_and_gradient(OddNetwork(*moved), spins, labels)[0])
            assert found[at] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-9)


def test_a_network_learns_what_a_wider_context_knows():
    """Spins that agree with a coarse corner, which the rule of three numbers does not see."""
    rng = np.random.default_rng(7)
    coarse = rng.choice(np.array([-1, 1], np.int8), (20, 32, 32))
    corner = np.roll(coarse, (1, 1), axis=(1, 2)).repeat(2, axis=1).repeat(2, axis=2)
    fine = np.where(rng.random(corner.shape) < 0.9, corner, -corner)
    wide = context_counts(fine, coarse, wide=True)
    fit = network_probabilities(fit_network(wide, n_hidden=4, steps=400, rng=rng))
    entropy = -0.9 * np.log(0.9) - 0.1 * np.log(0.1)
    narrow = context_counts(fine, coarse)
    assert abs(nats_per_site(fit, wide) - entropy) < 0.02
    assert nats_per_site(fit_rule(narrow), narrow) > entropy + 0.2


def test_the_same_seed_gives_the_same():
    coarse = np.ones((2, 4, 4), int)
    assert np.array_equal(zoom_in(coarse, RULE, rng=3), zoom_in(coarse, RULE, rng=3))
    assert not np.array_equal(zoom_in(coarse, RULE, rng=3), zoom_in(coarse, RULE, rng=4))


ONE = np.ones((1, 2, 2), int)


@pytest.mark.parametrize(("call", "words"), [
    (lambda: zoom_in(ONE[0], RULE, rng=1), "shape"),
    (lambda: zoom_in(2 * ONE, RULE, rng=1), "found 2"),
    (lambda: zoom_in(ONE, RULE), "rng is needed"),
    (lambda: zoom_in(ONE, np.ones((3, 2)), rng=1), r"\(3, 2, 3\)"),
    (lambda: zoom_in(ONE, 1.1 * np.ones((3, 2, 3)), rng=1), "between 0 and 1"),
    (lambda: zoom_in(ONE, -0.1 * np.ones((3, 2, 3)), rng=1), "between 0 and 1"),
    (lambda: zoom_in(ONE, LocalRule(0, np.nan, 0), rng=1), "finite"),
    (lambda: context_counts(ONE, ONE), "twice as wide"),
    (lambda: fit_rule(np.ones((3, 2, 3))), r"\(3, 2, 3, 2\)"),
    (lambda: fit_rule(np.zeros((3, 2, 3, 2))), "not"),
    (lambda: fit_rule(context_counts(np.ones((1, 4, 4), int), ONE)), "no likeliest rule"),
    (lambda: nats_per_site(RULE, np.ones((3, 2, 3))), "context_counts"),
    (lambda: nats_per_site(np.ones((4, 65536)), np.ones((3, 2, 3, 2))), "context_counts"),
    (lambda: fit_network(np.ones((4, 16, 2)), rng=1), "wide=True"),
    (lambda: fit_network(np.zeros((4, 65536, 2)), rng=1), "every parity"),
    (lambda: fit_network(np.ones((4, 65536, 2)), n_hidden=0, rng=1), "n_hidden"),
    (lambda: fit_network(np.ones((4, 65536, 2)), steps=0, rng=1), "steps"),
])  # fmt: skip
def test_wrong_input_is_refused_with_a_way_out(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_rule_however_sure_has_a_finite_surprise():
    counts = context_counts(-np.ones((1, 2, 2)), [[[1]]])  # four spins against their parent
    for parent in (15.0, 19.9, 20.1, 40.0, 99.0, 1000.0, 1e99):
        rule = LocalRule(0.0, parent, 0.0)
        assert nats_per_site(rule, counts) == pytest.approx(parent, rel=1e-6)
        assert set(zoom_in([[[1]]], rule, rng=1).flat) == {1}
    table = np.ones((3, 2, 3))
    assert nats_per_site(table, counts) == np.inf  # a table may say never


@pytest.mark.parametrize(
    "rule, words",
    [
        (LocalRule(np.nan, 0, 0), "rule must be finite, got nan"),
        (LocalRule(0, 1.1e100, 0), "rule must be three numbers between"),
        (LocalRule(1e308, -1e308, 1e308), "rule must be three numbers between"),
        (LocalRule([1, 2], [3, 4], [5, 6]), "rule must be three numbers between"),
        (LocalRule(None, 0, 0), "rule must be a real number"),
        (LocalRule(1j, 0, 0), "rule must be a real number"),
    ],
)
def test_rules_that_are_none_are_refused(rule, words):
    counts = context_counts(-np.ones((1, 2, 2)), [[[1]]])
    calls = (lambda: rule.probabilities, lambda: zoom_in([[[1]]], rule, rng=1),
             lambda: nats_per_site(rule, counts))  # fmt: skip
    for call in calls:
        with pytest.raises(ValueError, match=words):
            call()


def test_steps_that_go_too_far_are_halved():
    counts = np.zeros((18, 2))  # plain Newton steps diverge here, and there is a maximum
    counts[[3, 11, 14, 15, 16], 1] = 10, 1e5, 100, 1, 1e4
    counts[[0, 9, 16], 0] = 1, 1e5, 1e3
    rule = fit_rule(counts.reshape(3, 2, 3, 2))
    best = nats_per_site(rule, counts.reshape(3, 2, 3, 2))
    for k in range(3):
        for change in (-0.01, 0.01):
            other = np.array(rule)
            other[k] += change
            assert nats_per_site(LocalRule(*other), counts.reshape(3, 2, 3, 2)) > best


def test_counts_that_overflow_are_refused():
    counts = np.ones((3, 2, 3, 2))
    assert fit_rule(1e100 * counts) == fit_rule(counts)
    assert nats_per_site(RULE, 1e100 * counts) == pytest.approx(nats_per_site(RULE, counts))
    for call in (fit_rule, lambda c: nats_per_site(RULE, c)):
        with pytest.raises(ValueError, match="counts must be at most 1e"):
            call(1.1e100 * counts)
    with pytest.raises(ValueError, match="counts must be at most 1e"):
        fit_network(np.full((4, 65536, 2), 1.1e100), rng=1)


def test_networks_that_are_none_are_refused():
    net = OddNetwork(np.ones((4, 16, 2)), np.zeros((4, 2)), np.ones((4, 2)))
    sure = network_probabilities(net._replace(v=1e100 * net.v))
    assert sure.min() == 0 and sure.max() == 1 and np.isfinite(sure).all()
    for wrong, words in (
        (net._replace(v=1.1e100 * net.v), "must be at most 1e"),
        (net._replace(w=np.nan * net.w), "w must be finite"),
        (net._replace(b=net.b[:, :1]), "w of shape \\(4, 16, n_hidden\\)"),
        (net._replace(v=net.v[:1]), "w of shape \\(4, 16, n_hidden\\)"),
        (None, "net must be an OddNetwork"),
    ):
        with pytest.raises(ValueError, match=words):
            network_probabilities(wrong)


def test_read_only_and_strange_arrays_are_taken(rng):
    fine, coarse = rng.choice([-1, 1], (3, 4, 4)), rng.choice([-1, 1], (3, 2, 2))
    expected = context_counts(fine, coarse, wide=True)
    locked = [x.astype(np.int8) for x in (fine, coarse)]
    for x in locked:
        x.flags.writeable = False
    for wide in (1, np.bool_(True), np.array(True)):
        assert np.array_equal(context_counts(*locked, wide=wide), expected)
    turned = np.ascontiguousarray(fine.T).T
    assert np.array_equal(context_counts(turned, coarse.astype(np.float32), wide=True), expected)
    grown = zoom_in(locked[1], RULE, rng=1)
    assert np.array_equal(grown, zoom_in(coarse.astype(float), RULE, rng=np.random.default_rng(1)))
