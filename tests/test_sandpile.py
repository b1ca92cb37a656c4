"""Sandpiles against enumeration, determinants and inverse matrices; statistics only after them."""

import itertools
import math

import numpy as np
import pytest
from scipy.stats import chi2

import rgcourse.sandpile as sandpile
from rgcourse import Estimate, mean_of
from rgcourse.sandpile import (
    HEIGHT_PROBABILITIES,
    MannaPile,
    Sandpile,
    add_piles,
    burning_times,
    identity_pile,
    is_recurrent,
    laplacian,
    mean_avalanche,
    random_recurrent,
    reached_piles,
    recurrent_count,
    recurrent_piles,
    stabilize,
)

# --- toppling ------------------------------------------------------------------------------------


def topple_one_by_one(heights, rng):
    """The rule as it is written, an unstable site drawn by lot at a time."""
    pile, topplings = np.array(heights), np.zeros_like(heights)
    while (unstable := np.argwhere(pile >= 4)).size:
        x, y = unstable[rng.integers(len(unstable))]
        pile[x, y] -= 4
        topplings[x, y] += 1
        for dx, dy in [(1, 0), (-1, 0), (0, 1), (0, -1)]:
            if 0 <= x + dx < len(pile) and 0 <= y + dy < len(pile):
                pile[x + dx, y + dy] += 1
    return pile, topplings


@pytest.mark.parametrize("L", [1, 2, 3, 6])
def test_any_order_comes_to_the_same(L, rng):
    start = rng.integers(0, 12, (L, L))
    whole = stabilize(start)
    for _ in range(5):
        pile, topplings = topple_one_by_one(start, rng)
        assert np.array_equal(whole.heights, pile)
        assert np.array_equal(whole.topplings, topplings)


@pytest.mark.parametrize("L", [1, 4, 20])
def test_topplings_are_counted_by_the_laplacian(L, rng):
    start = rng.integers(0, 20, (L, L))
    rest, u = stabilize(start)
    assert np.array_equal(start.ravel() - laplacian(L) @ u.ravel(), rest.ravel())  # site [site]
    assert rest.min() >= 0 and rest.max() <= 3


def test_many_grains_on_one_site():
    """More steps than one call of the kernel makes, and a shape with the symmetry of the square."""
    start = np.zeros((63, 63), int)
    start[31, 31] = 20_000
    rest, u = stabilize(start)
    assert np.array_equal(rest, rest[::-1]) and np.array_equal(rest, rest.T)
    assert np.array_equal(start.ravel() - laplacian(63) @ u.ravel(), rest.ravel())  # site [site]


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64, list])
def test_all_whole_numbers_will_do(kind):
    start = [[4, 3], [3, 4]]
    start = start if kind is list else np.array(start, kind)
    found = stabilize(start)
    assert found.heights.dtype == np.int64
    assert np.array_equal(
        found.heights, topple_one_by_one([[4, 3], [3, 4]], np.random.default_rng(1))[0]
    )


@pytest.mark.parametrize(
    "wrong, words",
    [
        (None, "whole numbers"),
        ("pile", "whole numbers"),
        ([[0.5]], "heights.astype"),
        (np.array([[math.nan]]), "float64"),
        ([[True]], "whole numbers"),
        ([[1], [1, 2]], "whole numbers"),
        ([], "whole numbers"),
        (np.zeros((0, 0), int), "shape"),
        ([1, 2], "shape"),
        ([[1, 2]], "shape"),
        (3, "shape"),
        (np.zeros((1, 4, 4), int), "shape"),
        ([[-1]], "fewer than 0"),
        ([[2**29]], "fewer than 536870912"),
        (np.full((2, 2), 2**62), "fewer than 536870912"),
        ([[2**70]], "whole numbers"),
    ],
)
def test_what_is_no_pile(wrong, words):
    for function in (stabilize, burning_times, is_recurrent, lambda p: add_piles(p, [[1]])):
        with pytest.raises(ValueError, match=words):
            function(wrong)


def test_the_last_pile_that_is_allowed():
    assert stabilize([[2**29 - 1]]).topplings[0, 0] == (2**29 - 1) // 4


def test_piles_of_two_sizes_have_no_sum():
    with pytest.raises(ValueError, match="one shape"):
        add_piles([[1]], np.ones((2, 2), int))


def test_only_stable_piles_burn():
    assert is_recurrent([[3]])
    with pytest.raises(ValueError, match="stabilize"):
        is_recurrent([[4]])


# --- which piles recur ---------------------------------------------------------------------------


def forbidden(pile):
    """Dhar's definition: some set of sites, each with fewer grains than neighbours in the set."""
    sites = list(np.ndindex(pile.shape))
    for size in range(1, len(sites) + 1):
        for chosen in itertools.combinations(sites, size):
            inside = set(chosen)
            if all(
                pile[x, y]
                < sum((x + i, y + j) in inside for i, j in [(1, 0), (-1, 0), (0, 1), (0, -1)])
                for x, y in chosen
            ):
                return True
    return False


def test_burning_finds_the_forbidden_sets():
    for heights in itertools.product(range(4), repeat=4):
        pile = np.reshape(heights, (2, 2))
        assert is_recurrent(pile) == (not forbidden(pile))


def test_burning_times_follow_their_rule(rng):
    for pile in [random_recurrent(9, rng=rng), rng.integers(0, 4, (9, 9))]:
        times = burning_times(pile)
        framed = np.pad(np.where(times < 0, 10**6, times), 1)
        near = np.array([framed[2:, 1:-1], framed[:-2, 1:-1], framed[1:-1, 2:], framed[1:-1, :-2]])
        for t in range(1, times.max() + 2):
            ready = pile >= np.sum(near >= t, axis=0)
            assert np.array_equal(ready, (times > 0) & (times <= t))


def test_counts_are_determinants():
    """192 and 100352, by burning, by dropping, and as det Delta."""
    for L in (1, 2, 3):
        found = recurrent_piles(L)
        assert np.array_equal(found, reached_piles(L))
        assert len(found) == recurrent_count(L) == round(np.linalg.det(laplacian(L)))
    assert recurrent_count(2) == 192 and recurrent_count(3) == 100352
    assert recurrent_count(4) == 557568000


def test_large_counts_are_products_of_eigenvalues():
    for L in (10, 30):
        wave = 2 - 2 * np.cos(np.pi * np.arange(1, L + 1) / (L + 1))
        log = np.log(wave[:, None] + wave).sum()
        assert math.log(recurrent_count(L)) == pytest.approx(log, rel=1e-12)


def test_mean_avalanche_is_the_mean_of_the_inverse():
    for L in (1, 2, 3, 10, 31):
        inverse = np.linalg.inv(laplacian(L))
        assert mean_avalanche(L) == pytest.approx(inverse.sum() / L**2, rel=1e-12)
    assert mean_avalanche(10) == pytest.approx(5.0100913, abs=5e-8)
    assert mean_avalanche(32) == pytest.approx(40.580318, abs=5e-7)


def test_mean_avalanche_over_all_recurrent_piles():
    """Every recurrent pile of 2 x 2 sites, a grain on every site of it: 768 avalanches."""
    sizes = []
    for pile in recurrent_piles(2):
        for site in np.ndindex(2, 2):
            grown = pile.copy()
            grown[site] += 1
            sizes.append(stabilize(grown).topplings.sum())
    assert np.mean(sizes) == 0.5 == pytest.approx(mean_avalanche(2))


# --- the group -----------------------------------------------------------------------------------


@pytest.mark.parametrize("L", [1, 2, 5, 24])
def test_the_identity(L, rng):
    e = identity_pile(L)
    assert is_recurrent(e) and np.array_equal(add_piles(e, e), e)
    for _ in range(3):
        pile = random_recurrent(L, rng=rng)
        assert np.array_equal(add_piles(e, pile), pile)


def test_only_the_identity_is_its_own_double():
    doubles = [pile for pile in recurrent_piles(2) if np.array_equal(add_piles(pile, pile), pile)]
    assert len(doubles) == 1 and np.array_equal(doubles[0], identity_pile(2))


# --- samples -------------------------------------------------------------------------------------


def test_every_recurrent_pile_is_equally_likely(rng):
    """All 192 of 2 x 2 sites, 100 times each on average."""
    n, draws = 192, 19200
    found = np.array([random_recurrent(2, rng=rng).ravel() for _ in range(draws)])
    codes, counts = np.unique(found @ [64, 16, 4, 1], return_counts=True)  # draw [site]
    assert np.array_equal(codes, recurrent_piles(2).reshape(n, 4) @ [64, 16, 4, 1])  # pile [site]
    assert 1e-4 < chi2.sf(np.sum((counts - draws / n) ** 2) / (draws / n), n - 1) < 1 - 1e-4


def test_a_biased_draw_would_be_seen():
    """The chance of seeing, with 19200 draws, that a tenth of the piles come 25 % too often."""
    from scipy.stats import ncx2

    shift = 19200 * (0.1 * 0.25**2 + 0.9 * (0.25 / 9) ** 2)
    assert ncx2.sf(chi2.isf(1e-4, 191), 191, shift) > 0.9


def test_heights_far_from_the_edge(rng, z_within):
    """Within 0.001 of the numbers of the infinite plane, in the middle of 256 x 256."""
    found = np.array(
        [
            np.bincount(random_recurrent(256, rng=rng)[80:-80, 80:-80].ravel(), minlength=4) / 96**2
            for _ in range(100)
        ]
    )
    for value, exact in zip(found.T, HEIGHT_PROBABILITIES, strict=True):
        z_within(mean_of(value).z_score(exact))
    assert sum(HEIGHT_PROBABILITIES) == pytest.approx(1)
    assert np.dot(HEIGHT_PROBABILITIES, range(4)) == pytest.approx(17 / 8)
    assert np.allclose(
        HEIGHT_PROBABILITIES, [0.0736362, 0.1738999, 0.3062915, 0.4461724], atol=6e-8
    )


def test_dropping_keeps_the_stationary_state(rng, z_within):
    """3 x 3: the mean height of all 100352 recurrent piles, after many grains."""
    exact = recurrent_piles(3).mean()
    assert exact == pytest.approx(1.81868268, abs=5e-9)
    means = []
    for _ in range(4000):
        pile = Sandpile(3, rng=rng)
        pile.drop(20)
        means.append(pile.heights.mean())
    z_within(mean_of(np.array(means)).z_score(exact))


@pytest.mark.parametrize("L, n", [(10, 400_000), (32, 100_000)])
@pytest.mark.parametrize("kind, moved", [(Sandpile, 1), (MannaPile, 2)])
def test_mean_sizes(kind, moved, L, n, rng, z_within):
    """Also Manna's: a grain makes as many steps before it leaves, two of them a toppling."""
    found = kind(L, rng=rng).drop(n)
    size = mean_of(found.size.reshape(40, -1).mean(axis=1))
    z_within(size.z_score(moved * mean_avalanche(L)))
    z_within(mean_of(found.lost.reshape(40, -1).mean(axis=1)).z_score(1))
    assert 3 * size.error < 0.05 * size.value, "5 % would be seen"


def test_records_are_those_of_one_avalanche_at_a_time(rng):
    pile = Sandpile(12, rng=rng)
    for _ in range(300):
        before = pile.heights
        row, column = rng.integers(12, size=2)
        avalanche = pile.drop_on(row, column)
        before[row, column] += 1
        whole = stabilize(before)
        assert np.array_equal(pile.heights, whole.heights)
        assert np.array_equal(avalanche.topplings, whole.topplings)
        assert avalanche.profile.sum() == whole.topplings.sum()
        assert np.all(avalanche.profile > 0)


@pytest.mark.parametrize("kind", [Sandpile, MannaPile])
def test_records_belong_together(kind, rng):
    pile = kind(20, rng=rng)
    before = pile.heights.sum()
    found = pile.drop(5000)
    assert len(found) == 5000
    assert pile.heights.sum() == before + len(found) - found.lost.sum()
    assert np.all(found.area <= np.minimum(found.size, 400))
    assert np.all(found.duration <= found.size)
    assert np.array_equal(found.size > 0, found.duration > 0)
    assert np.all(found.lost[found.size == 0] == 0)
    assert len(pile.drop(0)) == 0


@pytest.mark.parametrize("kind", [Sandpile, MannaPile])
def test_a_pile_goes_on_where_it_stopped(kind):
    one, other = kind(15, rng=5), kind(15, rng=5)
    first, second = one.drop(300), one.drop(400)
    whole = other.drop(700)
    assert np.array_equal(np.concatenate([first.size, second.size]), whole.size)
    assert np.array_equal(one.heights, other.heights)
    assert repr(one) == f"{kind.__name__}(L=15)"


def test_manna_has_warmed_up(rng, z_within):
    """Four times the grains before, and the same density within the errors."""
    density = [
        mean_of(np.array([MannaPile(16, warm_up=n, rng=rng).heights.mean() for _ in range(200)]))
        for n in (256, 1024)
    ]
    difference = Estimate(
        density[0].value - density[1].value, math.hypot(density[0].error, density[1].error)
    )
    z_within(difference.z_score(0))


# --- guards --------------------------------------------------------------------------------------

SIDES = {
    laplacian: 64, recurrent_count: 64, mean_avalanche: 8192, identity_pile: 4096,
    recurrent_piles: 3, reached_piles: 3,
    lambda L: random_recurrent(L, rng=1): 4096,
    lambda L: Sandpile(L, rng=1): 4096,
    lambda L: MannaPile(L, rng=1, warm_up=0): 4096,
}  # fmt: skip
WRONG = [None, True, "3", 2.0, np.float64(3), math.nan, math.inf, [], [3], 0, -1, np.int8(-1)]


@pytest.mark.parametrize("function", SIDES)
def test_sides_outside(function):
    for wrong in [*WRONG, SIDES[function] + 1, 10**30, np.uint64(2**63)]:
        with pytest.raises(ValueError, match="L must be"):
            function(wrong)


@pytest.mark.parametrize("function", [laplacian, recurrent_count, mean_avalanche, identity_pile])
def test_sides_just_inside(function):
    if function is not identity_pile:
        function(SIDES[function])
    assert np.array_equal(function(np.uint8(3)), function(3))


def test_a_large_pile():
    pile = Sandpile(4096, rng=1)
    assert is_recurrent(pile.heights)


@pytest.mark.parametrize("wrong", [*WRONG[:-3], -1])
def test_numbers_of_grains(wrong):
    for kind in (Sandpile, MannaPile):
        with pytest.raises(ValueError, match="n must be"):
            kind(3, rng=1).drop(wrong)
    with pytest.raises(ValueError, match="n must be at most"):
        Sandpile(3, rng=1).drop(2**26 + 1)
    if wrong is not None:
        with pytest.raises(ValueError, match="warm_up must be"):
            MannaPile(3, warm_up=wrong, rng=1)


def test_sites_outside():
    pile = Sandpile(3, rng=1)
    pile.drop_on(np.int64(2), 2)
    for row, column in [(3, 0), (0, 3), (-1, 0), (0, -1), (None, 0), (0, 1.0), (True, 0)]:
        with pytest.raises(ValueError, match="row|column"):
            pile.drop_on(row, column)


def test_heights_can_be_set():
    pile = Sandpile(3, rng=1)
    pile.heights = np.full((3, 3), 3)
    assert pile.drop_on(1, 1).topplings.sum() == 9 + 1
    manna = MannaPile(3, rng=1)
    manna.heights = np.zeros((3, 3), int)
    assert manna.drop(1).size[0] == 0
    for kind, wrong in [(pile, np.full((3, 3), 4)), (manna, np.full((3, 3), 2)), (pile, [[1]])]:
        with pytest.raises(ValueError, match="heights must be a stable pile"):
            kind.heights = wrong
    with pytest.raises(ValueError, match="whole numbers"):
        pile.heights = np.zeros((3, 3))


@pytest.mark.parametrize("wrong", [None, 1.0, "1", -1, True])
def test_randomness_must_be_repeatable(wrong):
    for make in (random_recurrent, Sandpile, MannaPile):
        with pytest.raises(ValueError, match="rng"):
            make(3, rng=wrong)


def test_everything_public_is_tested_here():
    assert set(sandpile.__all__) - {"Avalanche", "Avalanches", "Toppled"} <= set(globals())
