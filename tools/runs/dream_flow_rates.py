"""Repeated reconstruction by machines of other batches and rates: is 4 % below T_c theirs, too?

Made after looking: `dream_flow` trains on the temperatures 0 to 6 in batches of 200 and at
a rate that falls from 0.3 to 0.01, as is usual, and ends 4 % below T_c. Three seeds each of other
batches and rates had ended 11 % below and 4 % above. The same machines, lattices, epochs and
thermometers, on seeds that nobody had seen, ten each. Fixed before the run: that the place is near
T_c is a matter of batch and rate if two settings end on different sides of it, or if one ends
further away than 10 %, by three errors. (A first execution, with seed 2026, forgot to turn off the
persistent chains that `train_rbm` has by default. It was another experiment, and was thrown away.)
"""

import long_runs
import numpy as np

from rgcourse import rbm

base = long_runs.load("dream_flow")
SETTINGS = {
    "batches of 50": (50, (0.3, 0.01)),
    "batches of 200": (200, (0.3, 0.01)),
    "batches of 1000": (1000, (0.3, 0.01)),
    "rate from 0.05": (200, (0.05, 0.01)),
    "rate from 1 to 0.03": (200, (1.0, 0.03)),
}


def run(seed):
    """By setting: "end", the readings of three thermometers for each seed, and "cold minus hot"."""
    root = np.random.default_rng(seed)
    read = base.thermometers(root)
    found = {}
    for name, (batch, rate) in SETTINGS.items():
        rows = [one(batch, rate, read, rng) for rng in root.spawn(base.SEEDS)]
        found[f"{name}: end"] = [end for end, _ in rows]
        found[f"{name}: cold minus hot"] = [apart for _, apart in rows]
    return found


def one(batch, rate, read, rng):
    """Where the flows of one machine end, by energy, diagonal and |m|, and how far apart."""
    data = base.training_set(base.SETS["0 to 6"], base.LATTICES, rng)
    machine = rbm.train_rbm(
        (data.reshape(len(data), -1) + 1) // 2, base.HIDDEN, n_epochs=base.EPOCHS,
        batch_size=batch, rate=rate, k=1, persistent=False, rng=rng,
    )  # fmt: skip
    sites = base.L * base.L
    cold = base.flow(machine, np.ones((base.CHAINS, sites), np.int8), rng)[-1]
    hot = base.flow(machine, rng.integers(0, 2, (base.CHAINS, sites), dtype=np.int8), rng)[-1]
    ends = [round(T, 4) for T in read((cold + hot) / 2)]
    return ends, round(read(cold)[0] - read(hot)[0], 4)
