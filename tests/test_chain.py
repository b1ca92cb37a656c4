"""What every chain shares: numbers that can be set between updates, sizes that cannot, one face."""

import copy
import inspect
import math
import pickle

import numpy as np
import pytest
from scipy.integrate import quad

from rgcourse._chain import Chain
from rgcourse.exact import enumerate_ising, kaufman
from rgcourse.field_theory import Phi4
from rgcourse.multispin import HeatBathReplicas, MetropolisReplicas, PackedHeatBath, PackedIsing
from rgcourse.rbm import RBM, GibbsChain, random_rbm
from rgcourse.samplers import HeatBath, Metropolis, SwendsenWang, Wolff
from rgcourse.statistics import jackknife

RBMS = [random_rbm(6, 4, scale=0.5, rng=seed) for seed in (1, 2)]
# class, arguments, {parameter: (old value, new value)}
CASES = [
    *((C, (8,), {"K": (0.2, 0.5)}) for C in (HeatBath, Metropolis, Wolff, SwendsenWang)),
    *((C, (4,), {"K": (0.1, 0.2), "dim": 3}) for C in (HeatBath, Metropolis, Wolff, SwendsenWang)),
    *((C, (8,), {"K": (0.2, 0.5), "h": (0.0, 0.2)}) for C in (HeatBath, Metropolis)),
    *((C, (128,), {"K": (0.2, 0.5)}) for C in (PackedIsing, PackedHeatBath)),
    *((C, (128,), {"K": (0.2, 0.5), "h": (0.0, 0.2)}) for C in (PackedIsing, PackedHeatBath)),
    *((C, (128,), {"K": (0.2, -0.5), "h": (0.3, 0.0)}) for C in (PackedIsing, PackedHeatBath)),
    *((C, (16,), {"K": (0.1, 0.2), "dim": 3}) for C in (PackedIsing, PackedHeatBath)),
    *((C, (8,), {"K": (0.2, 0.5)}) for C in (HeatBathReplicas, MetropolisReplicas)),
    (Phi4, (6,), {"r": (-1.3, 0.5), "u": (6.0, 12.0), "clusters": (1, 3)}),
    (Phi4, (6,), {"r": (-1.3, 0.5), "u": (6.0, 12.0), "step": (0.5, 0.8)}),
    (GibbsChain, (), {"rbm": RBMS, "n_chains": 5}),
]
every_case = pytest.mark.parametrize(
    ("Kind", "sizes", "values"), CASES, ids=[f"{C.__name__}-{v}"[:50] for C, _, v in CASES]
)


def pick(values, which):
    """The arguments with old (0) or new (1) values."""
    return {k: v[which] if isinstance(v, (tuple, list)) else v for k, v in values.items()}


def inner(chain):
    """The arrays that say where a chain is: configuration and random numbers."""
    layers = getattr(chain, "_layers", None)
    names = ("_state", "_streams", "_spins", "_words", "_field", "_v", "_h")
    found = [getattr(chain, name) for name in names if hasattr(chain, name)]
    return [*found, layers.state] if layers else found


@every_case
def test_a_number_that_is_set_holds_for_the_updates_to_come(Kind, sizes, values):
    """The same bits as a chain that was made with it, from the same place."""
    chain = Kind(*sizes, **pick(values, 0), rng=3)
    chain.sweep(5)
    new = Kind(*sizes, **pick(values, 1), rng=4)
    for name, value in values.items():
        if isinstance(value, (tuple, list)):
            setattr(chain, name, value[1])
            assert getattr(chain, name) == value[1]
    for there, here in zip(inner(new), inner(chain), strict=True):
        there[...] = here
    assert np.array_equal(new.sample(3, every=2), chain.sample(3, every=2))
    for ours, theirs in zip(inner(chain), inner(new), strict=True):
        assert np.array_equal(ours, theirs)
    assert repr(chain) == repr(new)


@every_case
def test_a_value_that_is_refused_changes_nothing(Kind, sizes, values):
    chain, twin = (Kind(*sizes, **pick(values, 0), rng=3) for _ in range(2))
    before = repr(chain)
    for name, value in values.items():
        if isinstance(value, (tuple, list)):
            for bad in (math.nan, "hot"):
                with pytest.raises(ValueError, match=f"{name} must be"):
                    setattr(chain, name, bad)
            assert getattr(chain, name) == value[0]
    assert repr(chain) == before
    assert np.array_equal(chain.sample(2, every=3), twin.sample(2, every=3))


@pytest.mark.parametrize(
    ("chain", "name", "value", "message"),
    [
        (Wolff(4, 0.3, rng=1), "K", -0.1, "need K >= 0"),
        (SwendsenWang(4, 0.3, rng=1), "h", 0.1, "needs h = 0, got h = 0.1; use HeatBath"),
        (Metropolis(4, 0.3, rng=1), "K", 0.0, "use HeatBath"),
        (PackedIsing(128, 0.3, rng=1), "K", 0.0, "use PackedHeatBath"),
        (PackedIsing(16, 0.3, dim=3, rng=1), "h", 0.1, "in 2D only"),
        (MetropolisReplicas(8, 0.3, rng=1), "K", 0.0, "use HeatBathReplicas"),
        (Phi4(4, -1.0, 6.0, rng=1), "u", 0.0, "no minimum"),
        (Phi4(4, -1.0, 6.0, rng=1), "step", 0.0, "step must be above 0"),
        (Phi4(4, -1.0, 6.0, rng=1), "clusters", -1, "clusters must be at least 0"),
        (GibbsChain(RBMS[0], rng=1), "rbm", random_rbm(6, 3, rng=1), "6 visible and 4 hidden"),
    ],
)
def test_what_cannot_be_set_is_refused_with_the_way_out(chain, name, value, message):
    before = getattr(chain, name)
    with pytest.raises(ValueError, match=message):
        setattr(chain, name, value)
    assert getattr(chain, name) == before
    chain.sweep()


@pytest.mark.parametrize("name", ["L", "dim", "n_sites", "n_chains"])
@every_case
def test_sizes_are_fixed(Kind, sizes, values, name):
    chain = Kind(*sizes, **pick(values, 0), rng=1)
    if not hasattr(chain, name):
        return
    before = getattr(chain, name)
    kind = Kind.__name__
    with pytest.raises(AttributeError, match=f"{name} of a {kind} is fixed.*make a new {kind}"):
        setattr(chain, name, 12)
    assert getattr(chain, name) == before


@every_case
def test_names_that_mean_nothing_cannot_be_set(Kind, sizes, values):
    chain = Kind(*sizes, **pick(values, 0), rng=1)
    unknown = {"T", "beta", "J", "k", "dim", "h", "K", "r", "rbm", "spin", "seed", "n_samples"}
    for name in sorted(unknown - set(dir(Kind))) + ["sweep", "record"]:
        with pytest.raises(AttributeError, match=f"^{name} of a {Kind.__name__} cannot be set, on"):
            setattr(chain, name, 0.5)
        assert name not in vars(chain)
    chain.sweep()


@pytest.mark.parametrize(
    ("chain", "name", "message"),
    [
        (HeatBathReplicas(8, 0.3, rng=1), "h", "only K, spins$"),
        (MetropolisReplicas(8, 0.3, rng=1), "dim", "only K, spins$"),
        (Phi4(4, -1.0, 6.0, rng=1), "K", "only clusters, field, r, step, u$"),
        (Phi4(4, -1.0, 6.0, rng=1), "T", "only clusters, field, r, step, u$"),
        (HeatBath(4, 0.3, rng=1), "T", "only K, h, spins; use K = 1 / T$"),
        (Wolff(4, 0.3, rng=1), "beta", "only K, h, spins; use K = 1 / T$"),
        (PackedIsing(128, 0.3, rng=1), "words", "only K, h, spins$"),
        (PackedIsing(256, 0.3, rng=1).block(), "words", "only spins$"),
        (GibbsChain(RBMS[0], rng=1), "hidden", "only rbm, visible$"),
    ],
)
def test_a_name_that_is_refused_is_answered_with_those_that_are_not(chain, name, message):
    before = chain.words.copy() if name == "words" else None
    with pytest.raises(AttributeError, match=f"^{name} of a .* cannot be set, {message}"):
        setattr(chain, name, np.zeros(3, np.uint8))
    if name == "words":
        assert np.array_equal(chain.words, before) and chain.magnetization() == 1


@every_case
def test_a_chain_can_be_copied_and_pickled(Kind, sizes, values):
    chain = Kind(*sizes, **pick(values, 0), rng=3)
    chain.sweep(2)
    copies = copy.deepcopy(chain), pickle.loads(pickle.dumps(chain))
    expected = chain.sample(2)
    for other in copies:
        assert np.array_equal(other.sample(2), expected)


def test_a_class_made_of_a_chain_can_declare_more():
    class Named(HeatBath):
        label: str | None = None

    chain = Named(4, 0.3, rng=1)
    chain.label = "cold"
    assert chain.label == "cold"


def test_the_step_follows_the_action_unless_it_was_given():
    chain = Phi4(4, -1.3, 6.0, rng=1)
    before = chain.step
    chain.u = 600.0  # where the quartic term sets the width
    assert chain.step == Phi4(4, -1.3, 600.0, rng=1).step != before
    chain.step = 0.3
    chain.u = 6.0
    assert chain.step == 0.3
    chain.step = None
    assert chain.step == before


@pytest.mark.parametrize("Kind", [HeatBath, Metropolis, Wolff, SwendsenWang])
def test_one_chain_through_several_temperatures(Kind, rng, z_within):
    """Energies after each change of K against the sum over all states; the old K is excluded."""
    chain = Kind(4, 0.7, rng=rng)
    for K, old in ((0.2, 0.7), (0.5, 0.2), (0.35, 0.5)):
        chain.K = K
        chain.sweep(500)
        energy = jackknife(np.mean, chain.record(20_000, every=5).energy)
        z_within(energy.z_score(enumerate_ising(4, K).energy))
        assert abs(energy.z_score(enumerate_ising(4, old).energy)) > 10


@pytest.mark.parametrize("Kind", [HeatBath, Metropolis])
def test_one_chain_through_several_fields(Kind, rng, z_within):
    chain = Kind(4, 0.3, rng=rng)
    for h in (0.4, -0.1):
        chain.h = h
        chain.sweep(500)
        m2 = jackknife(np.mean, chain.record(20_000, every=5).magnetization ** 2)
        z_within(m2.z_score(enumerate_ising(4, 0.3, h=h).m2))


@pytest.mark.parametrize("Kind", [PackedIsing, PackedHeatBath])
def test_packed_chains_through_temperatures(Kind, rng, z_within):
    chain = Kind(128, 0.2, rng=rng)
    for K in (0.3, 0.35):
        chain.K = K
        chain.sweep(500)
        energy = jackknife(np.mean, chain.record(4000, every=4).energy, n_bins=32)
        z_within(energy.z_score(kaufman(128, K).energy))


@pytest.mark.parametrize("Kind", [HeatBathReplicas, MetropolisReplicas])
def test_replicas_through_temperatures(Kind, rng, z_within):
    chain = Kind(4, 0.2, rng=rng)
    for K in (0.4, 0.3):
        chain.K = K
        chain.sweep(500)
        means = chain.record(400, every=10).energy.mean(axis=0)
        z_within(jackknife(np.mean, means).z_score(enumerate_ising(4, K).energy))


def test_a_field_through_couplings(rng, z_within):
    """L = 2 in one dimension: two sites, an integral over two fields."""
    chain = Phi4(2, 2.0, 1.0, dim=1, rng=rng)
    chain.r, chain.u = 0.5, 6.0
    chain.sweep(500)

    def moment(power):
        def inner_integral(x):
            def weight(y):
                action = (x - y) ** 2 + sum(0.25 * p**2 + 0.25 * p**4 for p in (x, y))
                return x**power * math.exp(-action)

            return quad(weight, -6, 6)[0]

        return quad(inner_integral, -6, 6)[0]

    phi2 = jackknife(np.mean, chain.record(40_000, every=3).phi2)
    z_within(phi2.z_score(moment(2) / moment(0)))


def test_a_machine_through_weights(rng, z_within):
    """Free units with other biases: means are those of the new machine."""
    chain = GibbsChain(RBM(np.zeros((3, 2)), np.zeros(3), np.zeros(2)), 4000, rng=rng)
    chain.sweep(2)
    chain.rbm = RBM(np.zeros((3, 2)), [1.0, -2.0, 0.5], np.zeros(2))
    chain.sweep(2)
    p = 1 / (1 + np.exp([-1.0, 2.0, -0.5]))
    z_within((chain.visible.mean(axis=0) - p) / np.sqrt(p * (1 - p) / 4000))


@pytest.mark.parametrize("Kind", [HeatBath, Metropolis, Wolff, SwendsenWang, PackedIsing,
                                  PackedHeatBath, HeatBathReplicas, MetropolisReplicas, Phi4,
                                  GibbsChain])  # fmt: skip
def test_all_chains_have_one_face(Kind):
    assert issubclass(Kind, Chain)
    for name in ("sweep", "record", "sample"):
        assert getattr(Kind, name) is getattr(Chain, name)
    signature = str(inspect.signature(Kind))
    assert "args" not in signature and "rng" in signature


@pytest.mark.parametrize("Kind", [HeatBath, Metropolis, Wolff, SwendsenWang, PackedIsing,
                                  HeatBathReplicas])  # fmt: skip
def test_a_temperature_is_answered_with_the_coupling(Kind):
    with pytest.raises(TypeError, match=rf"^{Kind.__name__} takes the coupling K = 1 / T.*2\.27"):
        Kind(128, T=2.27, rng=1)
    with pytest.raises(TypeError, match=rf"^{Kind.__name__}: .*'J'"):
        Kind(128, 0.4, J=1.0, rng=1)
    with pytest.raises(TypeError, match=rf"^{Kind.__name__}: missing.*'rng'"):
        Kind(128, 0.4)


def test_copies_are_read_only_and_any_array_can_be_set():
    chain = GibbsChain(RBMS[0], 2, rng=1)
    with pytest.raises(ValueError, match="read-only"):
        chain.visible[0, 0] = 1
    start = np.array([[1, 0, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1]])
    chain.visible = start
    assert np.array_equal(chain.visible, start)
    with pytest.raises(ValueError, match=r"visible must have shape \(2, 6\), got \(6,\)"):
        chain.visible = start[0]
    replicas = HeatBathReplicas(8, 0.3, rng=1)
    series = replicas.record(2)
    assert np.array_equal(series.energy[-1], replicas.energy())
    assert np.array_equal(series.magnetization[-1], replicas.magnetization())
