"""What a hundred networks, trained and untrained, keep of the sign of a magnet after two poolings.

Fixed before the run: the test of the page `trials` ten times over, each time with lattices and
networks of its own: ten networks trained to tell warm from cold, ten that nobody trained, 400
critical lattices and their negatives, and of the best linear answer for the magnetization the part
that is the same for both. Training has an effect if the mean difference of the hundred is four of
its errors, which are those of the ten repetitions. Ten networks alone had left it open.
"""

import numpy as np

from rgcourse.networks import random_net, train_nets
from rgcourse.samplers import SwendsenWang

K_C = np.arcsinh(1) / 2
REPEATS, NETS, LATTICES = 10, 10, 400


def labelled(n, rng, L=16):
    """n lattices at each of 78 temperatures, and which of these are below T_c."""
    lattices, temperatures = [], np.linspace(1.5, 3.04, 78)
    for T in temperatures:
        chain = SwendsenWang(L, 1 / T, rng=rng)
        chain.sweep(50)
        lattices += [chain.sweep(2) or chain.spins for _ in range(n)]
    return np.array(lattices), np.repeat(temperatures * K_C < 1, n)


def pooled(maps):
    """The largest of each four, (sample, x, y, channel)."""
    n, side = maps.shape[:2]
    return maps.reshape(n, side // 2, 2, side // 2, 2, -1).max(axis=(2, 4))


def even_part(maps, target):
    """Of the best linear answer for the target, what is the same for a lattice and its negative."""
    X = np.c_[maps.mean(axis=(1, 2)), np.ones(len(maps))]
    answer = X @ np.linalg.lstsq(X, target, rcond=None)[0]
    even = (answer + np.roll(answer, LATTICES)) / 2
    return float(np.sqrt(np.mean(even**2) / np.mean(answer**2)))


def run(seed):
    """Tables (repetition, network) of the even part after two poolings."""
    found = {"trained": [], "untrained": []}
    for rng in map(np.random.default_rng, np.random.SeedSequence(seed).spawn(REPEATS)):
        chain = SwendsenWang(64, K_C, rng=rng)
        chain.sweep(100)
        spins = np.array([chain.sweep(3) or chain.spins.copy() for _ in range(LATTICES)])
        mirrored = np.concatenate([spins, -spins])
        target = mirrored.mean(axis=(1, 2))
        nets = {
            "trained": train_nets(*labelled(500, rng), n_nets=NETS, rng=rng),
            "untrained": [random_net(rng=rng) for _ in range(NETS)],
        }
        for kind, some in nets.items():
            maps = [pooled(pooled(net.layers(mirrored)[0])) for net in some]
            found[kind].append([even_part(each, target) for each in maps])
    return found
