"""Deep tanh networks of several widths at depth 80, on the critical line and off it.

Control of `trainable_depth`, whose networks and digits these are, with other seeds, at its slow
rate, 0.005. Its networks of width 64 fail at depth 80 even on the critical line. Fixed before the
run, after a look at three networks of width 256: width repairs depth if the mean share on the edge
rises with each doubling and passes 0.9, and it is depth over width that counts off the edge as well
if widths 128 do so there.
"""

import long_runs

base = long_runs.load("trainable_depth")
WIDTHS, SEEDS = (32, 64, 128, 256), (5, 5, 5, 3)
OFF = (1.3, 2.8)


def run(seed):
    """Shares of right answers: lists over width, or over w2, and seed."""

    def shares(w2, width, n_seeds):
        return base.shares(seed + width, w2, 80, width=width, n_seeds=n_seeds, rate=base.SLOW)

    return {
        "widths": list(WIDTHS),
        "edge": [shares(base.EDGE, n, k) for n, k in zip(WIDTHS, SEEDS, strict=True)],
        "w2 off": list(OFF),
        "off": [shares(w2, 128, 3) for w2 in OFF],
    }
