"""Depth 80 with ten times the training, and with shortcuts around layers as weak as they are many.

Made after looking at `trainable_depth_longer`: ten times the steps had taught every network of
depth 40, those of depth 11 xi among them, and shortcuts had not repaired depth 80. Fixed before
this run, on seeds that nobody had seen:

- Is there a depth in units of xi that ten times the training does not reach? Depth 80, 2000 steps
  at the slow rate, which was the better one there, five w2, three seeds. A limit by xi is seen if a
  w2 with depth above 20 xi is below half of what the critical one reaches.
- Shortcuts with w2 / 80 and b2 / 80 in each layer, so that all layers together add what one did
  before; first signals of variance one half, five seeds, rate 0.02. Yang and Schoenholz
  (arXiv:1712.08969) find that what counts is sigma_w times the root of the depth. Shortcuts repair
  what the edge repairs if all five means are above one half.
"""

import long_runs

base = long_runs.load("trainable_depth")
SOME = (0, 1, 3, 5, 6)  # of its w2


def run(seed):
    """Shares of right answers: lists over w2 and seed."""
    w2 = [base.W2[i] for i in SOME]
    weak = {"b2": base.B2 / 80, "q": 0.5, "shortcuts": True}
    return {
        "some": list(SOME),
        "weak shortcuts": [base.shares(seed, w / 80, 80, n_seeds=5, **weak) for w in w2],
        "long": [
            base.shares(seed, w, 80, n_seeds=3, n_steps=10 * base.N_STEPS, rate=base.SLOW)
            for w in w2
        ],
    }
