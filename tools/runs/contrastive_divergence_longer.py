"""Whether what CD-1 loses on the hot magnet grows with the epochs and stays with more snapshots.

Question: `contrastive_divergence` leads machines on for 250 epochs. Is the distance from the
controls that of a budget, so that it rises or falls with ten times the epochs, and is it one of
25 000 snapshots?

Fixed beforehand: three fresh seeds at temperature 2.5. Each makes its reference as that run does,
500 quiet epochs of PCD-2, and leads it on by CD-1 and by PCD-2 for 25, 250 and 2500 epochs. Two
more fresh seeds have 250 000 snapshots and a tenth of all epochs: the same number of steps as 250
epochs there. No seed is added, whatever they show. Reports: those of that run; what is compared is
CD-1 minus PCD of the same seed and length, in D and |m|. The distance changes with the budget if
that of 2500 epochs differs from that of 250 by three errors of the mean of three; else the power,
three errors, is printed, and nothing is said of its end. It is one of few snapshots if the mean of
the two seeds is below half of the ten seeds' mean.

Seen before, and the reason for it: one seed of that run went from 0.040 at 250 epochs to 0.023 at
2500; another, of a referee, had 0.034, 0.042 and 0.041 at 25, 250 and 2500.
"""

import long_runs
import numpy as np

from rgcourse import rbm

short = long_runs.load("contrastive_divergence")
LENGTHS, N_SEEDS = (25, 250, 2500), 3
MORE, N_MORE, TIMES = 250_000, 2, 10


def run(seed):
    """Lists over seeds, by names such as "250 epochs, CD-1, D"."""
    seeds = np.random.SeedSequence(seed).generate_state(N_SEEDS + N_MORE).tolist()
    found = {"seeds": seeds}
    for one in seeds[:N_SEEDS]:
        for key, value in _one(one, LENGTHS).items():
            found.setdefault(key, []).append(value)
    for one in seeds[N_SEEDS:]:
        for key, value in _one(one, (short.N_EPOCHS,), TIMES).items():
            found.setdefault(f"ten times the snapshots, {key}", []).append(value)
    return found


def _one(seed, lengths, times=1):
    rng = np.random.default_rng(seed)
    magnet = short._Magnet(short.TEMPERATURES["hot"], rng)
    if times > 1:
        magnet.data = magnet.snapshots(MORE, rng)
    ways = {"PCD": {"persistent": True, "k": 2}, "CD-1": {"persistent": False, "k": 1}}
    noisy = short.NOISY | {"n_epochs": short.NOISY["n_epochs"] // times}
    go = {**short.QUIET, "rng": rng}
    start = rbm.train_rbm(magnet.data, short.N_HIDDEN, **noisy, rng=rng)
    n_epochs = short.N_REFERENCE // times
    best = rbm.train_rbm(magnet.data, start=start, n_epochs=n_epochs, **go, **ways["PCD"])
    found = magnet.report("reference", best, None, rng)
    for n in lengths:
        for name, way in ways.items():
            led = rbm.train_rbm(magnet.data, start=best, n_epochs=n // times, **go, **way)
            found |= magnet.report(f"{n} epochs, {name}", led, best, rng)
    return found
