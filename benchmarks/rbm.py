"""An epoch of persistent contrastive divergence, ours and scikit-learn's: who is faster, and right?

    python benchmarks/rbm.py          a minute; exit code 1 below a floor

Both programs get the same data in the same precision and batch size, and run in this process, in
one thread, in turns: ours, theirs, ours, .. . A time is the least of ROUNDS turns, in CPU seconds
of the whole process; a turn is one epoch from an untrained machine. A ratio is that of the least
times, its spread the range of the middle half of the ratios of single turns. Ours are centered
updates (rgcourse's default), theirs plain ones, which are less work. A speed only counts if the
trainer is right in the same run: machines small enough to be summed must reach the likelihood of
scikit-learn's.

Needs the extra `learn`. Writes `rbm.json` beside this file.
"""

import os

for threads in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"

import json  # noqa: E402
import platform  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from importlib.metadata import version  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
from sklearn.neural_network import BernoulliRBM  # noqa: E402

from rgcourse.rbm import RBM, log_likelihood, train_rbm  # noqa: E402
from rgcourse.samplers import sample_ising_heat_bath  # noqa: E402

HERE = Path(__file__).parent
ROUNDS = 7
SAMPLES, PIXELS = 3000, 784
FLOOR, AIM = 1.3, 2.0
SIZES = [(256, 100), (256, 10), (1024, 100), (1024, 10)]  # hidden units, batch
CLOSE = 0.02  # nats by which the mean log-likelihood may fall short of the peer's


def images(rng):
    """Binary data with the size and the share of ink of handwritten digits, in ten kinds."""
    ink = 0.4 * rng.random((10, PIXELS)) ** 2
    kinds = ink[rng.integers(0, 10, SAMPLES)]
    return (rng.random(kinds.shape) < kinds).astype(np.float32)


def peer(n_hidden, batch_size, **options):
    return BernoulliRBM(n_hidden, batch_size=batch_size, random_state=0, **options)


def seconds(run):
    start = time.process_time()
    run()
    return time.process_time() - start


def compare(data, n_hidden, batch_size):
    """One row: an epoch of ours against scikit-learn's, fed with float32 and with float64."""
    double = data.astype(float)
    programs = {
        "ours": lambda: train_rbm(
            data, n_hidden, n_epochs=1, batch_size=batch_size, rate=0.01, rng=0
        ),
        "scikit-learn, float32": lambda: peer(
            n_hidden, batch_size, n_iter=1, learning_rate=0.01
        ).fit(data),
        "scikit-learn, float64": lambda: peer(
            n_hidden, batch_size, n_iter=1, learning_rate=0.01
        ).fit(double),
    }
    programs["ours"]()  # compile
    turns = {name: [] for name in programs}
    for _ in range(ROUNDS):
        for name, run in programs.items():
            turns[name].append(seconds(run))
    least = {name: min(times) for name, times in turns.items()}
    row = {"n_visible": PIXELS, "n_hidden": n_hidden, "batch_size": batch_size,
           "microseconds per sample": {name: 1e6 * t / len(data) for name, t in least.items()},
           "floor": FLOOR, "aim": AIM, "ratio": {}, "spread": {}}  # fmt: skip
    for name in list(programs)[1:]:
        row["ratio"][name] = least[name] / least["ours"]
        single = np.divide(turns[name], turns["ours"])
        row["spread"][name] = np.quantile(single, [0.25, 0.75]).tolist()
    row["passed"] = min(row["ratio"].values()) >= FLOOR
    parts = [
        f"{name} {ratio:.2f} ({row['spread'][name][0]:.2f} .. {row['spread'][name][1]:.2f})"
        for name, ratio in row["ratio"].items()
    ]
    print(
        f"{PIXELS} x {n_hidden:<5d} batch {batch_size:<4d}"
        f"{row['microseconds per sample']['ours']:8.1f} us a sample   times {',  '.join(parts)}"
        f"   floor {FLOOR:g}, aim {AIM:g}{'' if row['passed'] else '  TOO SLOW'}",
        flush=True,
    )
    return row


def likelihoods(seed):
    """Mean log-likelihood of 4 x 4 magnets, by summation, under ours and under the peer."""
    spins = sample_ising_heat_bath(4, 0.4, 5000, n_burn=100, n_between=5, rng=seed)
    data = (spins.reshape(len(spins), -1) + 1) // 2
    ours = train_rbm(data, 10, n_epochs=60, rate=0.1, batch_size=50, rng=seed)
    theirs = BernoulliRBM(10, learning_rate=0.1, batch_size=50, n_iter=60, random_state=seed)
    theirs.fit(data.astype(np.float32))
    arrays = theirs.components_.T, theirs.intercept_visible_, theirs.intercept_hidden_
    machines = ours, RBM(*(np.asarray(array, float) for array in arrays))
    return [log_likelihood(machine, data).mean() for machine in machines]


def main():
    data = images(np.random.default_rng(1))
    rows = [compare(data, *size) for size in SIZES]
    found = np.array([likelihoods(seed) for seed in range(3)])
    ours, theirs = found.mean(axis=0)
    right = bool(ours > theirs - CLOSE)
    print(f"mean ln p of 4 x 4 magnets: ours {ours:.3f}, scikit-learn {theirs:.3f}"
          f"{'' if right else '  WRONG'}")  # fmt: skip
    good = right and all(row["passed"] for row in rows)
    results = {
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("numba", "numpy", "scipy", "scikit-learn")},
        "rows": rows,
        "mean log-likelihood": {"ours": ours, "scikit-learn": theirs},
    }
    (HERE / "rbm.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print("all floors hold" if good else "BELOW A FLOOR, OR WRONG")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
