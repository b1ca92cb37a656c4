"""The package against its peers: who is how many times faster, and is it still right?

    python benchmarks/bench.py             everything: a few minutes; exit code 1 below a floor
    python benchmarks/bench.py packed      only rows whose name contains "packed"

All programs of one row run in this process, in one thread, in turns: ours, theirs, ours, .. . A
time is the least of ROUNDS turns, in CPU seconds of the whole process, so that no helper thread
goes unnoticed. A ratio is that of the least times; its spread is the range of the middle half of
the ratios of single turns. A speed only counts if the sampler is right in the same run: energies
within 4 standard errors of the exact ones.

Peers: mcising and peapods from the package index, and plain C (`peers.c`), compiled on the spot.
Needs the extra `bench` and a C compiler. Writes `results.json` beside this file.
"""

import os

for threads in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[threads] = "1"

import ctypes  # noqa: E402
import datetime  # noqa: E402
import json  # noqa: E402
import math  # noqa: E402
import platform  # noqa: E402
import resource  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from dataclasses import asdict, dataclass, field  # noqa: E402
from importlib.metadata import version  # noqa: E402
from pathlib import Path  # noqa: E402

import mcising  # noqa: E402
import numpy as np  # noqa: E402
import peapods  # noqa: E402

from rgcourse.blocking import block_spins  # noqa: E402
from rgcourse.exact import enumerate_ising, kaufman  # noqa: E402
from rgcourse.multispin import PackedHeatBath, PackedIsing  # noqa: E402
from rgcourse.multispin.masks import LEVELS  # noqa: E402
from rgcourse.samplers import Metropolis, SwendsenWang, Wolff  # noqa: E402
from rgcourse.statistics import jackknife  # noqa: E402

HERE = Path(__file__).parent
ROUNDS = 15
SECONDS = 0.03  # of a turn; longer turns would meet more of what else the machine does
K_C = {2: math.log(1 + math.sqrt(2)) / 2, 3: 0.221654626}
LATTICE = {2: "square", 3: "cubic"}


@dataclass
class Row:
    """One comparison: `ratio` is the time of `peer` over ours, or ours over `peer` if `inverse`."""

    name: str
    L: int
    dim: int
    ours: float  # nanoseconds per spin, or per spin of the cluster
    peer: str
    theirs: float
    ratio: float
    spread: tuple
    floor: float = math.nan
    aim: float = math.nan
    inverse: bool = False
    passed: bool = field(init=False)

    def __post_init__(self):
        far = self.ratio > self.floor if self.inverse else self.ratio < self.floor
        self.passed = not far

    def __str__(self):
        low, high = self.spread
        bounds = "" if math.isnan(self.floor) else f"floor {self.floor:g}, aim {self.aim:g}"
        return (
            f"{self.name:24} L = {self.L:<5d} dim {self.dim} {self.ours:8.4f} ns"
            f"  {self.peer:28} {self.theirs:8.4f} ns  ratio {self.ratio:7.2f}"
            f" ({low:.2f} .. {high:.2f})  {bounds}{'' if self.passed else '  TOO SLOW'}"
        )


# --- programs: a function of n that does n units of work and returns how many spins it treated ----


def sweeps(chain):
    def run(n):
        chain.sweep(n)
        return n * chain.n_sites

    return run


def mcising_run(algorithm, L, dim, K):
    simulation = mcising.IsingSimulation(L, 1.0, 0.0, 0.0, 0.0, 1, algorithm, LATTICE[dim])
    simulation.set_spins(np.ones((L,) * dim, np.int8))  # as ours; from noise, clusters start small
    return lambda n: simulation.sweep(n, temperature=1 / K)[1]


def peapods_run(mode, L, dim, K):
    model = peapods.Ising((L,) * dim, temperatures=np.array([1 / K]))
    cluster = {} if mode == "metropolis" else dict(cluster_update_interval=1, cluster_mode=mode)

    def run(n):
        model.sample(n, warmup_ratio=0.0, sequential=True, **cluster)
        return n * L**dim

    return run


def wolff_run(L, K):
    chain = Wolff(L, K, rng=1)
    return lambda n: int(chain.record(1, every=n).cluster_size[0] * n + 0.5)


class InC:
    """The C peers, compiled with this machine's own compiler."""

    def __init__(self, folder):
        library = Path(folder, "peers.so")
        compiler = os.environ.get("CC", "cc")
        flags = ["-O3", "-march=native", f"-DLEVELS={LEVELS}", "-shared", "-fPIC"]
        source = str(HERE / "peers.c")
        subprocess.run([compiler, *flags, "-o", str(library), source], check=True)
        self.compiler = subprocess.run(
            [compiler, "--version"], capture_output=True, text=True, check=True
        ).stdout.splitlines()[0]
        self.library = ctypes.CDLL(str(library))
        self.library.wolff.restype = ctypes.c_int64

    def call(self, name, *arguments):
        def plain(argument):
            if isinstance(argument, np.ndarray):
                return ctypes.c_void_p(argument.ctypes.data)
            return ctypes.c_uint64(int(argument))

        return getattr(self.library, name)(*map(plain, arguments))

    def start(self, L):
        return np.ones(L * L, np.int8), np.random.default_rng(1).integers(1, 2**64, 4, np.uint64)

    def metropolis(self, L, K):
        spins, state = self.start(L)
        n = np.arange(-4, 5, 2)
        flip = np.exp(np.minimum(0, -2 * K * np.outer([-1, 1], n)))
        chance = np.array([min(int(p * 2.0**64), 2**64 - 1) for p in flip.flat], np.uint64)

        def run(sweeps):
            self.call("metropolis", spins, L, chance, state, sweeps)
            return sweeps * L * L

        return run

    def cluster(self, name, L, K):
        spins, state = self.start(L)
        work, bond = np.empty(L * L, np.int32), int(-math.expm1(-2 * K) * 2.0**64)

        def run(n):
            total = self.call(name, spins, L, bond, work, state, n)
            return total if name == "wolff" else n * L * L

        return run

    def packed(self, chain):
        tables = chain._tables

        def run(n):
            self.call(
                "packed_sweeps", chain.words, chain.L, tables.rule, tables.poisson,
                tables.corrections, tables.marked, chain._streams, chain._state, n,
            )  # fmt: skip
            return n * chain.n_sites

        return run


# --- timing ---------------------------------------------------------------------------------------


def nanoseconds(run, n):
    start = time.process_time()
    spins = run(n)
    return (time.process_time() - start) / spins * 1e9


def turns(programs):
    """Nanoseconds per spin, array (programs, ROUNDS); every program gets turns of equal length."""
    counts = []
    for run in programs:
        run(10)  # compile, and leave the start behind
        n, seconds = 1, 0.0
        while seconds < SECONDS:
            n = max(n + 1, int(n * min(8.0, 1.2 * SECONDS / max(seconds, 1e-6))))
            start = time.process_time()
            run(n)
            seconds = time.process_time() - start
        counts.append(n)
    rounds = [[nanoseconds(*job) for job in zip(programs, counts, strict=True)]
              for _ in range(ROUNDS)]  # fmt: skip
    return np.array(rounds).T


def compare(name, L, dim, ours, peers, bounds=None, inverse=False):
    """One `Row` for each peer."""
    times = turns([ours, *peers.values()])
    rows = []
    for peer, theirs in zip(peers, times[1:], strict=True):
        single = times[0] / theirs if inverse else theirs / times[0]
        mine, other = times[0].min(), theirs.min()
        ratio = mine / other if inverse else other / mine
        spread = tuple(np.quantile(single, [0.25, 0.75]))
        floor, aim = (bounds or {}).get(peer, (math.nan, math.nan))
        row = Row(name, L, dim, mine, peer, other, ratio, spread, floor, aim, inverse)
        print(row, flush=True)
        rows.append(row)
    return rows


def all_rows(in_c):
    """Names and functions that measure; each returns a list of rows."""

    def packed(L, dim, floor, aim):
        K = K_C[dim]
        peers = {"mcising": mcising_run("metropolis", L, dim, K),
                 "peapods": peapods_run("metropolis", L, dim, K)}  # fmt: skip
        if dim == 2:
            peers["C, one spin at a time"] = in_c.metropolis(L, K)
        ours = sweeps(PackedIsing(L, K, dim=dim, rng=1))
        return compare("packed Metropolis", L, dim, ours, peers, {"mcising": (floor, aim)})

    def same_in_c(L):
        ours, twin = (PackedIsing(L, K_C[2], rng=1) for _ in range(2))
        run = in_c.packed(twin)
        ours.sweep(100)
        run(100)
        if not np.array_equal(ours.words, twin.words):
            raise RuntimeError("C and numba disagree: peers.c is not the algorithm of square.py")
        peers = {"same algorithm in C": run}
        bounds = {"same algorithm in C": (1.35, 1.1)}
        return compare("packed Metropolis", L, 2, sweeps(ours), peers, bounds, inverse=True)

    def heat_bath(L, dim):
        K = K_C[dim]
        peers = {"packed Metropolis": sweeps(PackedIsing(L, K, dim=dim, rng=1))}
        ours = sweeps(PackedHeatBath(L, K, dim=dim, rng=1))
        bounds = {"packed Metropolis": (1.5, 1.2)}
        return compare("packed heat bath", L, dim, ours, peers, bounds, inverse=True)

    def in_field(L):
        peers = {"packed Metropolis, no field": sweeps(PackedIsing(L, K_C[2], rng=1))}
        ours = sweeps(PackedIsing(L, K_C[2], h=0.01, rng=1))
        return compare("packed, field", L, 2, ours, peers, inverse=True)

    def one_by_one(L):
        peers = {"mcising": mcising_run("metropolis", L, 2, K_C[2]),
                 "C, one spin at a time": in_c.metropolis(L, K_C[2])}  # fmt: skip
        ours = sweeps(Metropolis(L, K_C[2], rng=1))
        return compare("int8 Metropolis", L, 2, ours, peers, {"mcising": (1.0, 10.0)})

    def swendsen_wang(L):
        peers = {"mcising": mcising_run("swendsen_wang", L, 2, K_C[2]),
                 "C": in_c.cluster("swendsen_wang", L, K_C[2])}  # fmt: skip
        ours = sweeps(SwendsenWang(L, K_C[2], rng=1))
        return compare("Swendsen-Wang", L, 2, ours, peers, {"mcising": (3.0, 6.0)})

    def wolff(L, floor, aim):
        peers = {"mcising": mcising_run("wolff", L, 2, K_C[2]),
                 "C": in_c.cluster("wolff", L, K_C[2])}  # fmt: skip
        ours = wolff_run(L, K_C[2])
        return compare("Wolff", L, 2, ours, peers, {"mcising": (floor, aim)})

    def majority(L):
        chain = PackedIsing(L, K_C[2], rng=1)
        chain.sweep(100)
        spins, rng = chain.spins[np.newaxis], np.random.default_rng(1)

        def ours(n):
            for _ in range(n):
                chain.block()
            return n * L * L

        def theirs(n):
            for _ in range(n):
                block_spins(spins, rng=rng)
            return n * L * L

        return compare("packed majority", L, 2, ours, {"int8 block_spins": theirs},
                       {"int8 block_spins": (30.0, 80.0)})  # fmt: skip

    yield "packed Metropolis 2D", lambda: packed(1024, 2, 70, 120)
    yield "packed Metropolis 2D", lambda: packed(256, 2, 55, 90)
    yield "packed Metropolis 3D", lambda: packed(64, 3, 50, 80)
    yield "packed Metropolis 3D", lambda: packed(128, 3, 50, 100)
    for L in (256, 1024):
        yield "packed Metropolis in C", lambda L=L: same_in_c(L)
    yield "packed heat bath 2D", lambda: heat_bath(1024, 2)
    yield "packed heat bath 3D", lambda: heat_bath(64, 3)
    yield "packed field", lambda: in_field(1024)
    yield "packed majority", lambda: majority(1024)
    yield "int8 Metropolis", lambda: one_by_one(1024)
    for L in (256, 1024):
        yield "Swendsen-Wang", lambda L=L: swendsen_wang(L)
    yield "Wolff", lambda: wolff(256, 1.2, 2)
    yield "Wolff", lambda: wolff(1024, 1.8, 3)


# --- and is it right? -----------------------------------------------------------------------------


def mean_energy(chain, n, every):
    chain.sweep(n * every // 5)
    return jackknife(np.mean, chain.record(n, every).energy, n_bins=24)


def checks():
    """Name and deviation in standard errors of every sampler that is timed."""
    for K in (0.35, K_C[2]):
        every = 4 if K < 0.4 else 20
        for Chain in (PackedIsing, PackedHeatBath):
            energy = mean_energy(Chain(128, K, rng=7), 60_000, every)
            yield f"{Chain.__name__} L=128 K={K:.4f}", energy.z_score(kaufman(128, K).energy)
        for Chain, n in ((Metropolis, 20_000), (Wolff, 40_000), (SwendsenWang, 8_000)):
            energy = mean_energy(Chain(32, K, rng=7), n, 4)
            yield f"{Chain.__name__} L=32 K={K:.4f}", energy.z_score(kaufman(32, K).energy)
    for Chain in (Wolff, SwendsenWang):
        energy = mean_energy(Chain(3, 0.2, dim=3, rng=7), 50_000, 4)
        exact = enumerate_ising(3, 0.2, dim=3).energy
        yield f"{Chain.__name__} L=3 dim=3", energy.z_score(exact)
    cubic = [
        mean_energy(PackedIsing(64, 0.2, dim=3, rng=7), 3000, 5),
        mean_energy(PackedHeatBath(64, 0.2, dim=3, rng=7), 3000, 5),
        mean_energy(Metropolis(64, 0.2, dim=3, rng=7), 400, 5),
        mean_energy(Wolff(64, 0.2, dim=3, rng=7), 1500, 400),
    ]
    for name, energy in zip(("heat bath", "int8", "Wolff"), cubic[1:], strict=True):
        yield f"packed - {name} L=64 dim=3", energy.z_score(cubic[0])


# --- compile and start ----------------------------------------------------------------------------

FIRST_CALLS = """
from rgcourse.blocking import block_spins
from rgcourse.multispin import PackedIsing
from rgcourse.samplers import Metropolis, Wolff
for Chain in (Metropolis, Wolff): chain = Chain(16, 0.4, rng=1); chain.record(2)
block_spins(chain.spins[None], rng=1)
packed = PackedIsing(256, 0.4, rng=1); packed.record(2); packed.block().unpack()
"""


def start_up():
    """CPU seconds of a process that imports and makes first calls, without and with a cache."""
    seconds = []
    with tempfile.TemporaryDirectory() as cache:
        for _ in range(4):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
            subprocess.run([sys.executable, "-c", FIRST_CALLS], env=environment, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {"cold": seconds[0], "warm": min(seconds[1:]), "floor": [15.0, 1.0], "aim": [8.0, 0.7]}


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor()


def main(wanted=""):
    with tempfile.TemporaryDirectory() as folder:
        in_c = InC(folder)
        rows = [row for name, measure in all_rows(in_c) if wanted in name for row in measure()]
    deviations = {name: float(z) for name, z in checks()}
    for name, z in deviations.items():
        print(f"{name:36} z = {z:+.2f}{'' if abs(z) < 4 else '  WRONG'}")
    starts = start_up()
    print(f"first calls: {starts['cold']:.1f} s compiling, {starts['warm']:.2f} s from the cache")
    good = (
        all(row.passed for row in rows)
        and all(abs(z) < 4 for z in deviations.values())
        and starts["cold"] <= starts["floor"][0]
        and starts["warm"] <= starts["floor"][1]
    )
    if not wanted:
        results = {
            "machine": {"processor": processor(), "system": platform.system(),
                        "compiler": in_c.compiler, "cores": os.cpu_count()},
            "versions": {"python": platform.python_version()}
            | {name: version(name) for name in ("numba", "numpy", "mcising", "peapods")},
            "date": datetime.date.today().isoformat(),
            "method": {"rounds": ROUNDS, "seconds": SECONDS, "levels": LEVELS},
            "rows": [{k: None if v != v else v for k, v in asdict(row).items()} for row in rows],
            "z_scores": deviations,
            "start_up": starts,
        }  # fmt: skip
        text = json.dumps(results, indent=1, default=float)
        (HERE / "results.json").write_text(text + "\n", encoding="utf-8")
    print("all floors hold" if good else "BELOW A FLOOR, OR WRONG")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
