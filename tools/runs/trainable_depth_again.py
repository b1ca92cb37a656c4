"""Deep tanh networks taught ten times as long, again: ten seeds in place of three.

Made after other seeds had moved numbers of `trainable_depth_longer` and `trainable_depth_deeper`,
which have three seeds each: at depth 40 the strongest weights had come to a mean of 0.80 in place
of 0.93, and at depth 80 those with w2 = 1.3 to 0.58 in place of 0.81. The same networks, digits and
steps on seeds that nobody had seen. Fixed before the run:

- Depth 40, 2000 steps, all seven w2, ten seeds. The verdict is that of `trainable_depth_longer` if
  each mean is above half of what the critical networks reach by three errors; what the weakest
  single network reaches is stated.
- Depth 80, 2000 steps at the slow rate, w2 = 1.3, ten seeds: such networks are mostly taught if
  more than half of them pass one half.
- Depth 80, 2000 steps at the rate 0.02, w2 = 1.3 and the critical one, three seeds: the depth that
  the steps reach is one of the rate as well, if the critical networks do not reach one half.
"""

import long_runs

base = long_runs.load("trainable_depth")


def run(seed):
    """Shares of right answers: lists over w2 and seed."""

    def longer(w2, depth, n_seeds, rate):
        return base.shares(seed, w2, depth, n_seeds=n_seeds, n_steps=10 * base.N_STEPS, rate=rate)

    return {
        "depth 40": [longer(w2, 40, 10, base.RATE) for w2 in base.W2],
        "slow 80": longer(1.3, 80, 10, base.SLOW),
        "fast 80": [longer(w2, 80, 3, base.RATE) for w2 in (1.3, base.EDGE)],
    }
