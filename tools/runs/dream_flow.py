"""Repeated reconstruction by machines trained on magnets of many temperatures, and where it ends.

Question: where does v -> h -> v -> ... lead, read off as a temperature, and is that place T_c?
Three thermometers, each calibrated on the 10 x 10 magnet itself: energy (exact), correlation along
diagonals, |m|. Each flow starts from all up and from noise, 1000 chains, and ends after 1000
sweeps; it counts as ended if the two starts agree.
Rules, before the run. *Reproduced*, if the set of the paper, T = 0, 0.25, ..., 6 in equal parts,
ends within 10 % of T_c by energy. *Not about T_c*, if other sets end further away than that, by
three errors of ten seeds. *No magnet of any temperature*, if the thermometers at one end differ by
three errors. Ten seeds, each with its own lattices. Again with ten times the epochs, ten times the
lattices (three seeds), and persistent chains with ten times the epochs (ten, since the first three
had scattered much more than the others: settled after looking).
"""

import numpy as np
from scipy.interpolate import PchipInterpolator

from rgcourse import rbm
from rgcourse.exact import CRITICAL_T, kaufman
from rgcourse.samplers import sample_ising_swendsen_wang

L, HIDDEN, EPOCHS, LATTICES, CHAINS = 10, 64, 60, 12_000, 1000
SWEEPS = (0, 1, 3, 10, 30, 100, 300, 1000)
SEEDS, FEW = 10, 3
SETS = {
    "0 to 6": np.arange(0, 6.01, 0.25),
    "0 to 12": np.arange(0, 12.01, 0.5),
    "1 and 6": np.array([1.0, 6.0]),
    "2.75 to 6": np.arange(2.75, 6.01, 0.25),
    "0 to 1.75": np.arange(0, 1.76, 0.25),
    "T_c": np.array([CRITICAL_T]),
    "0 to 6, mostly hot": np.r_[np.arange(0, 6.01, 0.25), np.repeat(np.arange(4, 6.01, 0.25), 7)],
}
GRID = np.r_[np.arange(0.5, 4, 0.1), np.arange(4, 12.1, 0.5)]


def lattices(T, n, rng):
    """n independent lattices at T, shape (n, L, L)."""
    if T == 0:
        return np.broadcast_to(rng.choice([-1, 1], (n, 1, 1)), (n, L, L))
    return sample_ising_swendsen_wang(L, 1 / T, n, n_burn=100, n_between=3, rng=rng)


def observables(s):
    """Energy, correlation along a diagonal and |m| of each lattice, shape (3, n)."""
    s = s.reshape(-1, L, L).astype(float)
    energy = -(s * np.roll(s, 1, 1) + s * np.roll(s, 1, 2)).mean(axis=(1, 2))
    diagonal = (s * np.roll(s, (1, 1), (1, 2))).mean(axis=(1, 2))
    return np.array([energy, diagonal, np.abs(s.mean(axis=(1, 2)))])


def thermometers(rng):
    """(energy, diagonal, |m|) -> three temperatures, from the magnet itself."""
    _, diagonal, m = np.array([observables(lattices(T, 20_000, rng)).mean(axis=1) for T in GRID]).T
    energy = np.array([kaufman(L, 1 / T).energy for T in GRID])
    columns = energy, -diagonal, -m
    rising = [np.r_[True, np.diff(np.maximum.accumulate(c)) > 0] for c in columns]
    curves = [PchipInterpolator(c[r], GRID[r]) for c, r in zip(columns, rising, strict=True)]
    limits = [(c.x[0], c.x[-1]) for c in curves]

    def read(means):
        signed = means * np.array([1, -1, -1])
        return [
            float(curve(np.clip(x, *ends)))
            for curve, x, ends in zip(curves, signed, limits, strict=True)
        ]

    return read


def training_set(temperatures, n, rng):
    each = -(-n // len(temperatures))
    return np.concatenate([lattices(T, each, rng) for T in temperatures])


def flow(machine, start, rng):
    """Means of the observables after each of SWEEPS reconstructions, shape (len(SWEEPS), 3)."""
    chain = rbm.GibbsChain(machine, CHAINS, start=start, rng=rng)
    means, done = [], 0
    for sweeps in SWEEPS:
        chain.sweep(sweeps - done)
        done = sweeps
        means.append(observables(2 * chain.visible.astype(np.int8) - 1).mean(axis=1))
    return np.array(means)


def one(data, n_hidden, read, rng, *, epochs=EPOCHS, persistent=False):
    """Readings of the data and of the end by all thermometers, of both flows by the energy."""
    v = (data.reshape(len(data), -1) + 1) // 2
    machine = rbm.train_rbm(
        v, n_hidden, n_epochs=epochs, batch_size=200, rate=(0.3, 0.01), k=1,
        persistent=persistent, rng=rng,
    )  # fmt: skip
    cold = flow(machine, np.ones((CHAINS, L * L), np.int8), rng)
    hot = flow(machine, rng.integers(0, 2, (CHAINS, L * L), dtype=np.int8), rng)
    return {
        "read": read(observables(data).mean(axis=1)),
        "end": read((cold[-1] + hot[-1]) / 2),
        "from cold": [read(x)[0] for x in cold],
        "from hot": [read(x)[0] for x in hot],
    }


def run(seed):
    root = np.random.default_rng(seed)
    read = thermometers(root)
    plans = [(name, T, HIDDEN, SEEDS, {}, 1) for name, T in SETS.items()]
    plans += [(f"0 to 6, {n} hidden", SETS["0 to 6"], n, SEEDS, {}, 1) for n in (16, 225)]
    longer, chains = {"epochs": 10 * EPOCHS}, {"epochs": 10 * EPOCHS, "persistent": True}
    plans += [
        ("0 to 6, ten times the epochs", SETS["0 to 6"], HIDDEN, FEW, longer, 1),
        ("0 to 6, ten times the lattices", SETS["0 to 6"], HIDDEN, FEW, {}, 10),
        ("1 and 6, ten times the epochs", SETS["1 and 6"], HIDDEN, FEW, longer, 1),
        ("0 to 6, persistent", SETS["0 to 6"], HIDDEN, SEEDS, chains, 1),
    ]
    found = {"sweeps": list(SWEEPS)}
    for name, T, n_hidden, seeds, options, more in plans:
        rows = [
            one(training_set(T, more * LATTICES, rng), n_hidden, read, rng, **options)
            for rng in root.spawn(seeds)
        ]
        for key in ("read", "end"):
            found[f"{name}: {key}"] = [np.round(row[key], 4).tolist() for row in rows]
        ends = [row["from cold"][-1] - row["from hot"][-1] for row in rows]
        found[f"{name}: cold minus hot"] = np.round(ends, 4).tolist()
        for start in ("from cold", "from hot"):
            means = np.mean([row[start] for row in rows], axis=0)
            found[f"{name}: {start}"] = np.round(means, 4).tolist()
        print(name, np.mean(found[f"{name}: end"], axis=0), flush=True)
    return found
