"""Five block spins at T_c through four steps of 128 x 128 lattices: y_t, y_h, and what they tell.

Votes of 2 x 2 spins that break a tie by a coin, by the first spin, or always upwards; a rule chosen
anew at each step, the two groups of states that keep most of a counted table of 16 states and 625
surroundings; decimation. "once" is a control: ties up in the first step, by a coin ever after.
Twenty seeds of 1000 lattices, each with a start of its own.

For each step: "even", y_t of three even operators; "t" and "h", the second and first exponent of
three even and two odd operators together; "m", the mean of the block spins; "kept", what a block
spin says about the four block spins two sites away, in nats. "up" is the share of ties up.

"t over two" and "h over two" are of two steps taken as one, for a rule that alternates has its
exponents over a whole period.

Fixed before the first ten seeds, after smaller runs with others: a rule fails if after four steps
its y_t is off 1 by more than 0.05 and by three errors of the mean. Which operators was left open;
it is decided by all of them, for even ones alone do not measure a step that breaks the symmetry.
The second ten seeds, "once" and the steps taken as one came later, to test what the first had
shown. Expected before the first: the ties-up vote fails with even operators (1.48 seen) and with
both kinds (1.10 seen, too few seeds), the others but decimation pass, and what the ties-up vote
tells falls from step to step.
"""

import numpy as np

from rgcourse.exact import CRITICAL_K
from rgcourse.information import keep_most, mutual_information
from rgcourse.mcrg import UnstableSpectrum, linearized_rg, scaling_exponents
from rgcourse.operators import even_operators, odd_operators
from rgcourse.samplers import SwendsenWang

L, N_LATTICES, N_SEEDS, N_STEPS = 128, 1000, 20, 4
DOWN = np.array([k.bit_count() for k in range(16)])
VOTE = np.where(DOWN < 2, 1.0, 0.0)
TIE = DOWN == 2
RULES = {
    "coin": np.where(TIE, 0.5, VOTE),
    "spin": np.where(TIE, [1.0, 0.0] * 8, VOTE),
    "up": np.where(TIE, 1.0, VOTE),
    "decimation": np.array([1.0, 0.0] * 8),
}


def states(s):
    """State of each block of 2 x 2 spins, shape (n, L/2, L/2), spin i down where bit i is 1."""
    down = (s < 0).astype(np.int16)
    return sum(down[:, i::2, j::2] << (2 * i + j) for i in (0, 1) for j in (0, 1))


def sides(s):
    """State of the four sides, four spins each, of the ring one site away from each block."""
    down = (s < 0).astype(np.int16)

    def at(i, j):
        return np.roll(down, (-i, -j), axis=(1, 2))[:, ::2, ::2]

    ring = [[(e, k) for k in range(-1, 3)] for e in (-2, 3)]
    ring += [[(k, e) for k in range(-1, 3)] for e in (-2, 3)]
    return sum(5**n * sum(at(*site) for site in side) for n, side in enumerate(ring))


def best_rule(s, rng):
    """The two groups of block states that say most about the sides, as a rule."""
    pairs = 625 * states(s).astype(int) + sides(s)
    table = np.bincount(pairs.ravel(), minlength=16 * 625).reshape(16, 625)
    labels = keep_most(table, 2, rng=rng).labels
    return (labels == labels[0]).astype(float)


def told(s):
    """What a spin says about the four spins two sites away, in nats."""
    down = (s < 0).astype(np.int64)
    near = [np.roll(down, d, axis) for axis in (1, 2) for d in (2, -2)]
    pairs = 16 * down + sum(x << k for k, x in enumerate(near))
    return mutual_information(np.bincount(pairs.ravel(), minlength=32).reshape(2, 16))


def exponents(X, Y, columns):
    """All exponents of these operators, without a complaint about a leading pair."""
    try:
        return scaling_exponents(linearized_rg(X[:, columns], Y[:, columns]))
    except UnstableSpectrum as error:
        return np.log2(np.abs(error.eigenvalues))


def operators(s):
    return np.hstack([even_operators(s)[:, :3], odd_operators(s)[:, :2]])


def run(seed):
    """Arrays (seeds, steps): "coin even", "coin t", "coin h", "coin m", "coin kept", ..."""
    found = {}
    for child in np.random.SeedSequence(seed).spawn(N_SEEDS):
        rng = np.random.default_rng(child)
        chain = SwendsenWang(L, CRITICAL_K, rng=rng)
        chain.sweep(300)
        start = np.empty((N_LATTICES, L, L), np.int8)
        for s in start:
            chain.sweep(2)
            s[:] = chain.spins
        first = operators(start)
        for name in (*RULES, "anew", "once"):
            s, seen, rows = start, [first], {"kept": [told(start)]}
            for step in range(N_STEPS):
                if name == "anew":
                    rule = best_rule(s, rng)
                elif name == "once":
                    rule = RULES["coin" if step else "up"]
                else:
                    rule = RULES[name]
                v = states(s)
                s = np.where(rng.random(v.shape) < rule[v], 1, -1).astype(np.int8)
                X, Y = seen[-1], operators(s)
                h, t = exponents(X, Y, slice(5))[:2]
                here = {
                    "even": exponents(X, Y, slice(3))[0],
                    "t": t,
                    "h": h,
                    "m": np.mean(s),
                    "kept": told(s),
                    "up": np.mean(rule[TIE]),
                }
                if len(seen) > 1:  # across two steps the length grows fourfold
                    h, t = exponents(seen[-2], Y, slice(5))[:2] / 2
                    here |= {"t over two": t, "h over two": h}
                seen.append(Y)
                for key, value in here.items():
                    rows.setdefault(key, []).append(float(value))
            for key, row in rows.items():
                found.setdefault(f"{name} {key}", []).append(row)
    return found
