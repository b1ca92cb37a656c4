"""Packed spins: the same update bit by bit, the exact averages, the way out of bad input."""

import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy.stats import poisson

from rgcourse._compile import compiled
from rgcourse.exact import kaufman
from rgcourse.exact.onsager import interface_tension
from rgcourse.multispin import PackedHeatBath, PackedIsing, coarse, cubic, masks, rules, square
from rgcourse.samplers import HeatBath, Wolff
from rgcourse.statistics import jackknife

K_C = math.log(1 + math.sqrt(2)) / 2
CHAINS = [PackedIsing, PackedHeatBath]
LENGTH = {2: 128, 3: 16}
both_chains = pytest.mark.parametrize("Packed", CHAINS)
both_dims = pytest.mark.parametrize("dim", [2, 3])


def random_spins(L, dim, rng):
    return rng.choice(np.array([-1, 1], np.int8), (L,) * dim)


def neighbour_sum(spins):
    return sum(np.roll(spins, step, axis) for axis in range(spins.ndim) for step in (1, -1))


def bond_sum(spins):
    spins = spins.astype(int)
    return sum((spins * np.roll(spins, 1, axis)).sum() for axis in range(spins.ndim))


# --- the same update, written for single spins, from the same random words ------------------------


def rotated(word, shift):
    return (word << np.uint64(shift)) | (word >> np.uint64(64 - shift))


def xoroshiro128pp(state):
    """Next word of many generators; `state` is (2, n) and advances."""
    s0, s1 = state
    word = rotated(s0 + s1, 17) + s0
    s1 = s1 ^ s0
    state[0] = rotated(s0, 49) ^ s1 ^ (s1 << np.uint64(21))
    state[1] = rotated(s1, 28)
    return word


def xoshiro256pp(state):
    """Next word of one generator, as a Python int; `state` is a list of four ints."""
    full = 2**64 - 1
    s0, s1, s2, s3 = state
    total = (s0 + s3) & full
    word = (((total << 23) | (total >> 41)) + s0) & full
    shifted = (s1 << 17) & full
    s2, s3 = s2 ^ s0, s3 ^ s1
    state[:] = s0 ^ s3, s1 ^ s2, s2 ^ shifted, ((s3 << 45) | (s3 >> 19)) & full
    return word


class OneByOne:
    """The update of a packed chain, spin by spin on an int8 array, with the chain's own numbers."""

    def __init__(self, chain):
        self.chain, self.spins = chain, chain.spins.astype(int)
        self.L, self.dim, self.h = chain.L, getattr(chain, "dim", 2), getattr(chain, "h", 0.0)
        self.state = [int(word) for word in chain._state]
        self.streams = chain._streams.reshape(2, -1).copy()
        if self.dim == 2:
            self.R = self.L // 64
            self.rows = [(r,) for r in range(self.R)]
            self.strips = [(b * self.R,) for b in range(64)]
        else:
            self.R = self.L // 8
            self.rows = [(i, j) for i in range(self.R) for j in range(self.R)]
            self.strips = [(a * self.R, b * self.R) for a in range(8) for b in range(8)]

    def sweep(self):
        for colour in (0, 1):
            for row in self.rows:
                masks, top_digit = self.masks()
                for b, strip in enumerate(self.strips):
                    where = tuple(x + s for x, s in zip(row, strip, strict=True))
                    first = (sum(row) + colour) % 2
                    self.update(where, first, [mask[b] for mask in masks], top_digit[b])

    def masks(self):
        """Booleans (64, columns) for each probability of this row, and the first random digit."""
        tables = self.chain._tables
        columns = self.L // 2
        digits = [
            (xoroshiro128pp(self.streams) >> np.arange(64, dtype=np.uint64)[:, None]) & np.uint64(1)
            for _ in range(masks.LEVELS)
        ]
        number = sum(digit.astype(int) << level for level, digit in enumerate(digits))
        found = []
        length = int(tables.poisson[0])
        n = rules.n_probabilities(2 * self.dim, self.h)
        for j, (P, inverse) in enumerate(zip(tables.rule[:n], tables.rule[n : 2 * n], strict=True)):
            mask = number >= 2**masks.LEVELS - int(P)
            table = [int(p) for p in tables.poisson[1 + j * length : 1 + (j + 1) * length]]
            arrived = xoshiro256pp(self.state)
            for _ in range(sum(arrived > p for p in table)):
                word = xoshiro256pp(self.state)
                mask[word % 64, ((word >> 14) * columns) >> 50] = True
            found.append(mask != bool(inverse))
        return found, digits[-1].astype(bool)

    def update(self, where, first, masks, top_digit):
        chain = self.chain
        n = neighbour_sum(self.spins)[where][first::2]
        old = self.spins[where][first::2]
        field = chain.K * n + self.h
        on_tie = 1 if chain.K < 0 and not self.h else -1
        aligned = np.where(field == 0, on_tie, np.sign(field)).astype(int)
        if self.h:
            excited = np.choose((n + 4) // 2, masks)
        else:
            tie = top_digit if chain._heat_bath else True
            excited = np.choose(abs(n) // 2, [tie, *masks])
        new = np.where(excited, -aligned, aligned)
        if not chain._heat_bath:
            new = np.where(old != aligned, aligned, new)
            new = np.where(field == 0, -old, new)
        self.spins[where][first::2] = new


@both_chains
@pytest.mark.parametrize(
    "dim, K, h",
    [(2, 0.4, 0.0), (2, 0.05, 0.0), (2, -0.3, 0.0), (2, 0.3, 0.07), (2, -0.2, -1.0), (2, 0.0, 0.1),
     (3, 0.2, 0.0), (3, 0.02, 0.0), (3, -0.15, 0.0)],
)  # fmt: skip
def test_one_sweep_bit_by_bit(Packed, dim, K, h, rng):
    chain = Packed(LENGTH[dim], K, h=h, dim=dim, rng=rng)
    chain.spins = random_spins(chain.L, dim, rng)
    one_by_one = OneByOne(chain)
    for _ in range(2):
        one_by_one.sweep()
        chain.sweep()
        assert np.array_equal(chain.spins, one_by_one.spins)
    assert [int(word) for word in chain._state] == one_by_one.state
    assert np.array_equal(chain._streams.reshape(2, -1), one_by_one.streams)
    assert not chain._tables.corrections.any()


@pytest.mark.parametrize("kernel, dim, h", [("sweep_2d", 2, 0.0), ("sweep_field_2d", 2, 0.1),
                                            ("sweep_3d", 3, 0.0)])  # fmt: skip
def test_plain_functions_give_the_same_bits_as_compiled_ones(kernel, dim, h):
    chain, twin = (PackedHeatBath(LENGTH[dim], 0.2, h=h, dim=dim, rng=8) for _ in range(2))
    chain.sweep()
    tables = twin._tables
    with np.errstate(over="ignore"):
        getattr(square if dim == 2 else cubic, kernel)(
            twin.words, twin.L, tables.rule, tables.poisson, tables.corrections, tables.marked,
            twin._streams, twin._state,
        )  # fmt: skip
    assert np.array_equal(chain.words, twin.words)
    assert np.array_equal(chain._streams, twin._streams)


# --- probabilities are exact ---------------------------------------------------------------------


@pytest.mark.parametrize("columns", [1, 64, 1024])
@pytest.mark.parametrize("p", [0.0, 1e-12, 1 / 3, 0.5, 0.171572875, 0.999, 1.0, 2.0**-30, 0.7])
def test_digits_and_corrections_together_make_the_probability(p, columns):
    tables = masks.MaskTables(1, columns, 2)
    masks.set_probability(p, 0, 1, columns, tables.rule, tables.poisson)
    P, turned = (int(word) for word in tables.rule)
    at_most = tables.poisson[1:] / 2**64
    rate = np.sum(1 - at_most) / (64 * columns)  # the mean, which is the sum of P(more than n)
    made = 1 - (1 - P / 2**masks.LEVELS) * math.exp(-rate)
    assert (1 - made if turned else made) == pytest.approx(p, rel=1e-15, abs=3e-16)
    assert turned == (2**64 - 1 if p > 0.5 else 0)
    assert rate < 2 ** (1.1 - masks.LEVELS)


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.3, 4.0, 500.0, 2000.0])
def test_poisson_table(mean):
    length = masks.table_length(4 * int(mean) + 4)
    table = np.full(1 + length, 7, np.uint64)
    masks.poisson_table(mean, 1, length, table)
    expected = poisson.cdf(np.arange(length), mean)
    assert np.allclose(table[1:] / 2**64, expected, rtol=0, atol=1e-13)
    assert table[-1] == 2**64 - 1 and table[0] == 7
    assert np.all(table[1:-1] <= table[2:])


@pytest.mark.parametrize("L", [128, 512, 2048, 32768])
def test_no_table_is_too_short(L):
    """The events of the fullest row there can be, all but one in 2**64."""
    fullest = 64 * (L // 2) * 2.0 ** (1.1 - masks.LEVELS)
    assert poisson.sf(masks.table_length(L // 2) - 1, fullest) < 2.0**-64


@both_chains
@pytest.mark.parametrize(
    "dim, K, h", [(2, 0.4, 0.0), (2, 0.1, 0.0), (2, 0.3, 0.05), (3, 0.22, 0.0), (3, -0.1, 0.0)]
)
def test_spins_turn_with_the_exact_probability(Packed, dim, K, h, rng, z_within):
    """Millions of updates, sorted by old spin and neighbour sum: chi-square against the rule."""
    chain = Packed({2: 512, 3: 64}[dim], K, h=h, dim=dim, rng=rng)
    chain.spins = random_spins(chain.L, dim, rng)
    even = np.indices(chain.spins.shape).sum(0) % 2 == 0
    tried, up = np.zeros((2, 2, 2 * dim + 1), int)
    for _ in range(20):
        old = chain.spins
        chain.sweep()
        new = chain.spins
        half_way = np.where(even, new, old)
        for colour, n in ((even, neighbour_sum(old)), (~even, neighbour_sum(half_way))):
            case = (old[colour] > 0) * (2 * dim + 1) + (n[colour] + 2 * dim) // 2
            tried += np.bincount(case, minlength=tried.size).reshape(tried.shape)
            up += np.bincount(case[new[colour] > 0], minlength=up.size).reshape(up.shape)
    n = np.arange(-2 * dim, 2 * dim + 1, 2)
    s = np.array([[-1], [1]])
    if Packed is PackedHeatBath:
        p_up = np.broadcast_to(1 / (1 + np.exp(-2 * (K * n + h))), tried.shape)
    else:
        p_flip = np.minimum(1, np.exp(-2 * s * (K * n + h)))
        p_up = np.where(s > 0, 1 - p_flip, p_flip)
    certain = (p_up == 0) | (p_up == 1)
    assert np.array_equal(up[certain], (tried * p_up)[certain])
    z = (up - tried * p_up)[~certain] / np.sqrt(tried * p_up * (1 - p_up))[~certain]
    z_within(z[np.isfinite(z)])
    assert (tried[~certain] > 1000).sum() >= 2 * dim


# --- averages -------------------------------------------------------------------------------------


@both_chains
@pytest.mark.parametrize(
    "L, K, every, n",
    [(128, 0.35, 4, 20_000), (128, K_C, 20, 60_000), (256, 0.35, 4, 6_000), (128, 0.5, 4, 20_000)],
)
def test_energy_is_kaufmans(Packed, L, K, every, n, rng, z_within):
    chain = Packed(L, K, rng=rng)
    chain.sweep(n // 2)
    energy = jackknife(np.mean, chain.record(n, every).energy, n_bins=32)
    z_within(energy.z_score(kaufman(L, K).energy))
    assert abs(energy.z_score(kaufman(L, 1.05 * K).energy)) > 4 or K == 0.5


def test_critical_energy_of_a_larger_lattice(rng, z_within):
    chain = PackedIsing(256, K_C, rng=rng)
    chain.sweep(200_000)
    energy = jackknife(np.mean, chain.record(30_000, every=50).energy, n_bins=24)
    z_within(energy.z_score(kaufman(256, K_C).energy))


def difference(one, other):
    return (one.value - other.value) / math.hypot(one.error, other.error)


@both_chains
@pytest.mark.parametrize("K", [0.18, 0.221654626])
def test_cubic_energies_are_those_of_wolff(Packed, K, rng, z_within):
    packed, wolff = Packed(16, K, dim=3, rng=rng), Wolff(16, K, dim=3, rng=rng)
    packed.sweep(5_000)
    wolff.sweep(2_000)
    ours = jackknife(np.mean, packed.record(40_000, every=5).energy, n_bins=32)
    theirs = jackknife(np.mean, wolff.record(10_000, every=5).energy, n_bins=32)
    z_within(difference(ours, theirs))


@both_chains
def test_averages_in_a_field_are_those_of_single_spins(Packed, rng, z_within):
    packed, single = Packed(128, 0.3, h=0.04, rng=rng), HeatBath(128, 0.3, h=0.04, rng=rng)
    packed.sweep(200)
    single.sweep(200)
    ours, theirs = packed.record(8_000, every=4), single.record(1_500, every=4)
    for a, b in zip(ours, theirs, strict=True):
        z_within(difference(jackknife(np.mean, a, n_bins=32), jackknife(np.mean, b, n_bins=32)))


@both_chains
def test_antiferromagnet_mirrors_the_ferromagnet(Packed, rng, z_within):
    chain = Packed(128, -0.35, rng=rng)
    chain.sweep(1000)
    energy = jackknife(np.mean, chain.record(10_000, every=4).energy, n_bins=32)
    z_within(energy.z_score(-kaufman(128, 0.35).energy))


# --- where each spin is ---------------------------------------------------------------------------


@both_dims
def test_samples_are_the_spins_one_after_the_other(dim):
    chain, twin = (PackedIsing(128 if dim == 2 else 16, 0.2, dim=dim, rng=3) for _ in range(2))
    expected = [twin.sweep(2) or twin.spins for _ in range(3)]
    assert np.array_equal(chain.sample(3, every=2), expected)
    assert np.array_equal(chain.spins, twin.spins)


@both_dims
def test_pack_and_unpack(dim, rng):
    for L in (LENGTH[dim], 3 * LENGTH[dim]):
        chain = PackedIsing(L, 0.2, dim=dim, rng=rng)
        assert (chain.unpack() == 1).all() and chain.energy() == -dim
        spins = random_spins(L, dim, rng)
        chain.spins = spins
        assert np.array_equal(chain.unpack(), spins) and chain.unpack().dtype == np.int8
        assert chain.energy() == -bond_sum(spins) / spins.size
        assert chain.magnetization() == pytest.approx(spins.mean(), abs=1e-15)
        chain.sweep(3)
        assert chain.energy() == -bond_sum(chain.spins) / spins.size, "the margin is up to date"


def test_bits_are_where_the_documentation_says():
    chain = PackedIsing(256, 0.2, rng=1)
    spins = -np.ones((256, 256), np.int8)
    spins[3 + 7 * 4, 2 * 5 + 1] = 1  # R = 4: r = 3, b = 7, k = 5, so c = 0
    chain.spins = spins
    word = (3 + 1) * (128 + 2) + 1 + 5
    assert chain.words[word] == 1 << 7
    chain = PackedIsing(16, 0.2, dim=3, rng=1)
    spins = -np.ones((16, 16, 16), np.int8)
    spins[1 + 2 * 2, 1 + 5 * 2, 2 * 3 + 1] = 1  # R = 2: i = j = 1, a = 2, b = 5, k = 3, c = 1
    chain.spins = spins
    assert chain.words[(4 + 2) * 4 * 10 + 2 * 10 + 1 + 3] == 1 << (8 * 2 + 5)


@both_dims
def test_block_is_the_majority_with_fair_ties(dim, rng, z_within):
    L = 4 * LENGTH[dim]
    chain = PackedIsing(L, 0.25 / (dim - 1), dim=dim, rng=rng)
    chain.spins = random_spins(L, dim, rng)
    spins = chain.spins.astype(int)
    sums = spins.reshape([n for _ in range(dim) for n in (L // 2, 2)])
    sums = sums.sum(axis=tuple(range(1, 2 * dim, 2)))
    once, again = chain.block(), chain.block()
    for blocked in (once, again):
        blocks = blocked.unpack()
        assert np.array_equal(blocks[sums != 0], np.sign(sums[sums != 0]))
        assert blocked.energy() == -bond_sum(blocks) / blocks.size
        z_within(blocks[sums == 0].sum() / np.sqrt((sums == 0).sum()))
    z_within((once.unpack() * again.unpack())[sums == 0].sum() / np.sqrt((sums == 0).sum()))
    assert np.array_equal(chain.spins, spins), "blocking leaves the spins alone"
    assert once.L == L // 2 and once.block().L == L // 4
    with pytest.raises(ValueError, match="cannot be halved in packed form"):
        once.block().block()


@pytest.mark.parametrize("b", [2, 4])
def test_counts_are_the_spins_up_in_each_block(b, rng):
    chain = PackedIsing(256, 0.2, rng=rng)
    chain.spins = random_spins(256, 2, rng)
    counts = np.zeros((256 // b) ** 2, np.uint8)
    compiled(square.counts_2d)(chain.words, 256, b, counts)
    up = chain.spins.reshape(256 // b, b, 256 // b, b) > 0
    assert np.array_equal(counts, up.sum(axis=(1, 3)).ravel())


# --- starting large -------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1, 2, 5])
def test_coarse_coupling_divides_the_correlation_length(factor):
    for K in (0.1, 0.4, 0.44, 0.45, 0.7, 3.0):
        smaller = coarse.coarse_coupling(K, factor)
        length = 1 / interface_tension(K)
        assert 1 / interface_tension(smaller) == pytest.approx(length / factor, rel=1e-9)
    assert coarse.coarse_coupling(K_C, factor) == pytest.approx(K_C, abs=1e-14)
    assert interface_tension(K_C) == pytest.approx(0.0, abs=1e-15)


# --- a chain like the others ----------------------------------------------------------------------


@both_chains
@both_dims
def test_a_chain_goes_on_where_it_stopped(Packed, dim):
    at_once, in_parts = (Packed(LENGTH[dim], 0.2, dim=dim, rng=3) for _ in range(2))
    at_once.sweep(7)
    in_parts.sweep(3)
    in_parts.sweep(0)
    in_parts.record(2, every=2)
    assert np.array_equal(at_once.words, in_parts.words)
    other = Packed(LENGTH[dim], 0.2, dim=dim, rng=4)
    other.sweep(7)
    assert not np.array_equal(at_once.words, other.words)


@both_chains
@pytest.mark.parametrize("dim, h", [(2, 0.0), (2, 0.2), (3, 0.0)])
def test_record_measures_what_the_spins_are(Packed, dim, h):
    chain, twin = (Packed(LENGTH[dim], 0.2, h=h, dim=dim, rng=5) for _ in range(2))
    series = chain.record(4, every=3)
    for energy, magnetization in zip(*series, strict=True):
        twin.sweep(3)
        assert energy == twin.energy() == -bond_sum(twin.spins) / twin.n_sites
        assert magnetization == twin.magnetization() == pytest.approx(twin.spins.mean())


def test_chains_in_threads_are_the_chains_one_after_the_other():
    def run(seed):
        chain = PackedIsing(128, 0.4, rng=seed)
        return chain.record(200).energy

    with ThreadPoolExecutor(2) as pool:
        in_threads = list(pool.map(run, range(4)))
    assert all(np.array_equal(a, run(seed)) for seed, a in enumerate(in_threads))


@pytest.mark.slow
def test_same_bits_on_every_processor(tmp_path):
    code = (
        "import hashlib; from rgcourse.multispin import PackedHeatBath, PackedIsing\n"
        "chains = (PackedIsing(128, 0.4, rng=1), PackedHeatBath(128, 0.3, h=0.1, rng=1),\n"
        "          PackedIsing(16, 0.2, dim=3, rng=1))\n"
        "for chain in chains: chain.sweep(50)\n"
        "bits = hashlib.sha256(b''.join(chain.words.tobytes() for chain in chains)).hexdigest()\n"
        "print(bits)"
    )
    here = {}
    exec(code, here)
    plain_processor = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), **plain_processor},
    )  # fmt: skip
    assert done.stdout.split() == [here["bits"]]


# --- bad input ------------------------------------------------------------------------------------


@both_chains
@pytest.mark.parametrize(
    "arguments, message",
    [
        (dict(L=64, K=0.4), "L = 64 cannot be packed, it must be a multiple of 128 in dim = 2"),
        (dict(L=130, K=0.4), "use L = 128, or samplers.Metropolis"),
        (dict(L=24, K=0.4, dim=3), "multiple of 16 in dim = 3"),
        (dict(L=128.0, K=0.4), "L must be a whole number"),
        (dict(L=0, K=0.4), "at least 1"),
        (dict(L=65536, K=0.4), "at most 32768"),
        (dict(L=2048, K=0.4, dim=3), "at most 1024"),
        (dict(L=128, K=math.nan), "K must be finite"),
        (dict(L=128, K=0.4, h=math.inf), "h must be finite"),
        (dict(L=128, K="cold"), "K must be one real number"),
        (dict(L=128, K=0.4, dim=4), "dim must be 2"),
        (dict(L=16, K=0.4, dim=3, h=0.1), "in 2D only; use samplers.HeatBath"),
    ],
)
def test_bad_input_is_refused(Packed, arguments, message):
    with pytest.raises(ValueError, match=message):
        Packed(**arguments, rng=1)
    with pytest.raises(ValueError, match="rng is needed"):
        Packed(128, 0.4, rng=None)


def test_metropolis_refuses_to_flip_for_ever():
    with pytest.raises(ValueError, match="flips every spin in every sweep"):
        PackedIsing(128, 0.0, rng=1)
    for nearly in (np.arange(-0.3, 0.4, 0.1)[3], -4.9e-4):
        with pytest.raises(ValueError, match="flips every spin in every sweep, or nearly"):
            PackedIsing(128, nearly, rng=1)
        with pytest.raises(ValueError, match="flips every spin in every sweep, or nearly"):
            PackedIsing(128, nearly, h=1e-18, rng=1)
        PackedHeatBath(128, nearly, rng=1).sweep()
    PackedIsing(128, 0.0, h=5e-4, rng=1).sweep()
    free = PackedHeatBath(128, 0.0, rng=1)
    free.sweep()
    assert abs(free.magnetization()) < 0.05


@both_dims
def test_bad_spins_and_counts_are_refused(dim):
    L = LENGTH[dim]
    chain = PackedIsing(L, 0.2, dim=dim, rng=1)
    with pytest.raises(ValueError, match="shape"):
        chain.spins = np.ones((L, L // 2))
    with pytest.raises(ValueError, match="must be"):
        chain.spins = np.zeros((L,) * dim, np.int8)
    with pytest.raises(ValueError, match="at least 0"):
        chain.sweep(-1)
    with pytest.raises(ValueError, match="at least 1"):
        chain.record(0)
    assert (chain.spins == 1).all()


@pytest.mark.parametrize("K", [800.0, -800.0, 5e-4])
def test_extreme_couplings_stay_finite(K):
    for Packed in CHAINS:
        chain = Packed(128, K, rng=2)
        chain.sweep(3)
        assert abs(chain.energy()) <= 2
