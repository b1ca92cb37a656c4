"""Deep tanh networks taught ten times as long, and with shortcuts around their layers.

Controls of `trainable_depth`, whose networks and digits these are, with other seeds.

- Is what cannot be trained only slow? Depth 40, 2000 steps in place of 200, five w2, three seeds.
  Fixed before the run: training longer changes the verdict if the w2 with xi < 4 then reaches half
  of what the critical one reaches.
- Shortcuts, h + f(h) in place of f(h), depth 80, the same five w2, five seeds, both rates: they
  repair what the edge repairs if all ten means are above one half.
"""

import long_runs

base = long_runs.load("trainable_depth")
SOME = (0, 1, 3, 5, 6)  # of its w2


def run(seed):
    """Shares of right answers: lists over w2 and seed."""
    w2 = [base.W2[i] for i in SOME]
    return {
        "some": list(SOME),
        "long": [base.shares(seed, w, 40, n_seeds=3, n_steps=10 * base.N_STEPS) for w in w2],
        "shortcuts": [
            [base.shares(seed, w, 80, n_seeds=5, shortcuts=True, rate=rate) for w in w2]
            for rate in (base.RATE, base.SLOW)
        ],
    }
