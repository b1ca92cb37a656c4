"""What all chains have in common: they go on, record, repeat, stop, and refuse bad input."""

import _thread
import os
import signal
import subprocess
import sys
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse import jackknife, samplers
from rgcourse.samplers import HeatBath, Metropolis, SwendsenWang, Wolff

CHAINS = [HeatBath, Metropolis, Wolff, SwendsenWang]
LOCAL, CLUSTER = CHAINS[:2], CHAINS[2:]
SAMPLE = {
    HeatBath: samplers.sample_ising_heat_bath,
    Metropolis: samplers.sample_ising_metropolis,
    Wolff: samplers.sample_ising_wolff,
    SwendsenWang: samplers.sample_ising_swendsen_wang,
}
K = {2: 0.25, 3: 0.12}

every_chain = pytest.mark.parametrize("Chain", CHAINS)
every_dim = pytest.mark.parametrize("dim", [2, 3])


@every_chain
@every_dim
def test_a_chain_goes_on_where_it_stopped(Chain, dim):
    at_once, in_parts = (Chain(6, K[dim], dim=dim, rng=3) for _ in range(2))
    at_once.sweep(7)
    in_parts.sweep(3)
    in_parts.sweep(0)
    in_parts.sweep()
    in_parts.record(3)
    assert np.array_equal(at_once.spins, in_parts.spins)
    assert not np.array_equal(at_once.spins, Chain(6, K[dim], dim=dim, rng=3).spins)


@every_chain
@every_dim
def test_samples_are_the_spins_one_after_the_other(Chain, dim):
    chain, twin = (Chain(4, K[dim], dim=dim, rng=3) for _ in range(2))
    samples = chain.sample(5, every=3)
    assert samples.dtype == np.int8
    assert np.array_equal(samples, [twin.sweep(3) or twin.spins for _ in range(5)])
    assert np.array_equal(chain.spins, twin.spins)
    for bad in ({"n": 0}, {"n": 1, "every": 0}):
        with pytest.raises(ValueError, match="must be at least 1, got 0"):
            chain.sample(**bad)


@every_chain
@every_dim
def test_record_measures_what_the_spins_are(Chain, dim):
    chain, twin = (Chain(4, K[dim], dim=dim, rng=5) for _ in range(2))
    series = chain.record(5, every=3)
    assert len(series) == 5 and chain.n_sites == 4**dim
    for energy, magnetization in zip(*series, strict=True):
        twin.sweep(3)
        s = twin.spins.astype(int)
        bonds = sum((s * np.roll(s, 1, axis)).sum() for axis in range(dim))
        assert energy == twin.energy() == -bonds / s.size
        assert magnetization == twin.magnetization() == s.mean()


@every_chain
@pytest.mark.parametrize("sites_per_call", [1, 64, 1000])
def test_long_runs_in_many_calls_give_the_same(Chain, sites_per_call, monkeypatch):
    expected, chain = (Chain(6, 0.4, rng=7) for _ in range(2))
    whole = expected.record(10, every=4)
    samples = expected.sample(3, every=4)
    expected.sweep(50)
    monkeypatch.setattr(Chain, "_sites_per_call", sites_per_call)
    series = chain.record(10, every=4)
    assert np.array_equal(chain.sample(3, every=4), samples)
    chain.sweep(50)
    assert np.array_equal(chain.spins, expected.spins)
    for name in vars(whole):
        assert np.array_equal(getattr(series, name), getattr(whole, name))


@pytest.fixture
def heeds_ctrl_c():
    """Ctrl-C is heard: a shell that starts `pytest &` has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_stops_a_long_run_and_the_chain_lives_on(heeds_ctrl_c):
    chain = HeatBath(64, 0.4, rng=1)
    chain.sweep(1)  # compiled before the interruption
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        chain.sweep(10**9)  # a day and more
    timer.join()
    assert abs(chain.record(10).energy).max() <= 2


@every_chain
def test_spins_are_a_copy_and_can_be_set(Chain):
    chain = Chain(4, 0.4, rng=1)
    before = chain.spins
    assert before.dtype == np.int8 and before.shape == (4, 4) and np.all(before == 1)
    with pytest.raises(ValueError, match="read-only"):
        before[0, 0] = -1
    start = np.random.default_rng(1).choice([-1, 1], (4, 4))
    chain.spins = start
    assert np.array_equal(chain.spins, start) and np.all(before == 1)
    with pytest.raises(ValueError, match=r"shape \(4, 4\), got \(3, 3\)"):
        chain.spins = np.ones((3, 3))
    with pytest.raises(ValueError, match=r"\+1 or -1, found 0"):
        chain.spins = np.zeros((4, 4))


@every_chain
def test_recording_keeps_no_configurations(Chain):
    chain = Chain(256, 0.3, rng=1)
    chain.record(1)
    tracemalloc.start()
    chain.record(50)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * chain.n_sites


@every_chain
@every_dim
def test_samples_are_the_configurations_of_a_chain(Chain, dim):
    samples = SAMPLE[Chain](4, K[dim], 3, dim=dim, n_burn=5, n_between=2, rng=11)
    assert samples.shape == (3, *(4,) * dim) and samples.dtype == np.int8
    chain = Chain(4, K[dim], dim=dim, rng=11)
    chain.sweep(5)
    for sample in samples:
        chain.sweep(2)
        assert np.array_equal(sample, chain.spins)
    generator = np.random.default_rng(11)
    again = SAMPLE[Chain](4, K[dim], 3, dim=dim, n_burn=5, n_between=2, rng=generator)
    assert np.array_equal(again, samples)


def test_chains_in_threads_do_not_disturb_each_other():
    def run(seed):
        chain = SwendsenWang(32, 0.44, rng=seed)
        return chain.record(200).energy

    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(run, range(4)))
    for seed, energy in enumerate(together):
        assert np.array_equal(energy, run(seed))


def test_the_same_bits_without_the_compiler():
    """Kernels are plain Python functions; interpreted they must do what they do compiled."""
    script = (
        "import numpy as np\n"
        "from rgcourse.samplers import HeatBath, Metropolis, SwendsenWang, Wolff\n"
        "with np.errstate(over='ignore'):\n"  # random words are meant to overflow
        "    for Chain in (HeatBath, Metropolis, Wolff, SwendsenWang):\n"
        "        for dim in (2, 3):\n"
        "            chain = Chain(4, 0.3, dim=dim, rng=2)\n"
        "            print(*chain.record(20).energy.tolist(), *chain.spins.ravel().tolist())\n"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "NUMBA_DISABLE_JIT": flag},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for flag in "01"
    ]
    assert outputs[0].count("\n") == 8
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("Chain", LOCAL)
@pytest.mark.parametrize("L", [3, 5, 63])
def test_checkerboards_are_even(Chain, L):
    with pytest.raises(ValueError, match=f"L = {L} is odd.*use an even L.*Wolff"):
        Chain(L, 0.4, rng=1)


ZERO_BUT_FOR_ROUNDING = np.arange(-0.3, 0.4, 0.1)[3]


@pytest.mark.parametrize(
    ("L", "K", "dim"),
    [(8, 0.0, 2), (4, 0.0, 3), (2, 0.3, 2), (8, ZERO_BUT_FOR_ROUNDING, 2), (4, -4.9e-4, 3)],
)
def test_metropolis_that_only_turns_over_is_refused(L, K, dim):
    for h in (0.0, 1e-17, -4.9e-4):
        with pytest.raises(ValueError, match="cannot reach all configurations.*use HeatBath"):
            Metropolis(L, K, h=h, dim=dim, rng=1)
    chain = Metropolis(L, K, h=0.1, dim=dim, rng=1)
    chain.sweep(1)
    if L > 2:
        with pytest.raises(ValueError, match="use HeatBath"):
            chain.h = 0.0


def test_the_weakest_coupling_that_metropolis_takes_still_samples(z_within):
    """It forgets its start within a thousand sweeps, as the refusal promises."""
    chain = Metropolis(16, 5e-4, rng=1)
    chain.sweep(10_000)
    energy = jackknife(np.mean, chain.record(100_000).energy, n_bins=20)
    z_within(energy.z_score(-2 * 5e-4))


@pytest.mark.parametrize("Chain", CLUSTER)
def test_clusters_need_ferromagnets(Chain):
    with pytest.raises(ValueError, match="need K >= 0, got K = -0.1"):
        Chain(4, -0.1, rng=1)
    with pytest.raises(TypeError, match="'h'"):
        Chain(4, 0.1, h=0.1, rng=1)


not_numbers = st.sampled_from([np.nan, np.inf, -np.inf, "0.4", None, [0.4], 1j])
not_sizes = st.one_of(st.integers(max_value=0), st.sampled_from([4.0, "4", None, True, [4]]))


@every_chain
@settings(deadline=None, max_examples=30)
@given(K=not_numbers)
def test_coupling_must_be_a_finite_number(Chain, K):
    if K == "0.4":
        K = "many"
    with pytest.raises(ValueError, match="K must be"):
        Chain(4, K, rng=1)


@pytest.mark.parametrize("Chain", LOCAL)
@pytest.mark.parametrize("h", [np.nan, np.inf, "up"])
def test_field_must_be_a_finite_number(Chain, h):
    with pytest.raises(ValueError, match="h must be"):
        Chain(4, 0.4, h=h, rng=1)


@every_chain
@settings(deadline=None, max_examples=30)
@given(bad=not_sizes)
def test_sizes_and_counts_must_be_positive_whole_numbers(Chain, bad):
    with pytest.raises(ValueError, match="L must be"):
        Chain(bad, 0.4, rng=1)
    with pytest.raises(ValueError, match="n_samples must be"):
        SAMPLE[Chain](4, 0.4, bad, n_burn=0, n_between=1, rng=1)
    with pytest.raises(ValueError, match="n_between must be"):
        SAMPLE[Chain](4, 0.4, 1, n_burn=0, n_between=bad, rng=1)
    chain = Chain(4, 0.4, rng=1)
    for arguments in ((bad, 1), (1, bad)):
        with pytest.raises(ValueError, match="must be"):
            chain.record(*arguments)
    with pytest.raises(ValueError, match="n must be"):
        chain.sweep(-1 if bad == 0 else bad)


@every_chain
def test_other_bad_input(Chain):
    with pytest.raises(ValueError, match="L must be at least 2"):
        Chain(1, 0.4, rng=1)
    with pytest.raises(ValueError, match="dim must be 2"):
        Chain(4, 0.4, dim=4, rng=1)
    with pytest.raises(ValueError, match="rng is needed"):
        Chain(4, 0.4, rng=None)
    with pytest.raises(TypeError, match="'rng'"):
        Chain(4, 0.4)
    with pytest.raises(ValueError, match="rng must be"):
        Chain(4, 0.4, rng=1.5)
    with pytest.raises(ValueError, match="sites, at most .* use a smaller L"):
        Chain(50_000, 0.4, rng=1)
    with pytest.raises(ValueError, match="n_burn must be at least 0"):
        SAMPLE[Chain](4, 0.4, 1, n_burn=-1, n_between=1, rng=1)


@every_chain
def test_extreme_couplings_do_not_overflow(Chain):
    cold = Chain(4, 1e300, rng=1).record(3)
    assert np.all(cold.energy == -2) and np.all(np.abs(cold.magnetization) == 1)
    if Chain in LOCAL:
        frozen = Chain(4, -1e300, h=0.1, rng=1)
        frozen.sweep(50)
        up = Chain(4, 0.1, h=1e300, rng=1)
        up.sweep(1)
        assert up.magnetization() == 1 and abs(frozen.energy()) <= 2
