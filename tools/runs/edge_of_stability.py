"""Gradient descent at the margin of stability: its sharpness, and whether it goes in avalanches.

Full-batch gradient descent on 500 digits of scikit-learn, a network 64-w-w-10 with tanh, half the
mean squared distance to one-hot labels, float32. `share` is eta * sharpness / 2, the largest
eigenvalue of the Hessian by power iteration, every hundredth step; above 1 a quadratic valley would
throw the descent out. Ten starts: w = 32 at eta = 0.03, 0.06 and 0.1, w = 64 at 0.1, and w = 128 at
0.05, because at 0.1 it blows up from the start.

What an avalanche would be: the loss leaves its lowest value so far, and comes back. The size of
such an excursion is the sum of (loss - lowest) / lowest, and only those above 0.001 count, beyond
the rounding of float32. The first 500 steps are left out. Excursions are called avalanches of all
sizes if the largest of ten starts is more than 30 times their median. `planted` is that ratio for
as many sizes drawn from P(s) ~ s**-1.5 over three decades, a hundred times: what the test would
have seen. The floor of 0.001 and the factor of 30 were set after a look at four starts with other
seeds; these here are new.
"""

import numpy as np

N_SEEDS, STEPS, EVERY, SKIP = 10, 2000, 100, 500
FLOOR = 1e-3
CASES = [(32, 0.03), (32, 0.06), (32, 0.1), (64, 0.1), (128, 0.05)]


def run(seed):
    """{"32 0.1 share": (ten, 20), "32 0.1 sizes": all excursions, "32 0.1 planted": hundred}."""
    x, y = _digits()
    found = {}
    for width, eta in CASES:
        shares, ends, counts, sizes = [], [], [], []
        for rng in np.random.default_rng([seed, width]).spawn(N_SEEDS):
            share, losses = _descend(_start(width, rng), x, y, eta)
            events = _excursions(losses[SKIP:])
            shares.append(np.round(share, 4).tolist())
            ends.append(float(f"{losses[-1]:.4g}"))
            counts.append(len(events))
            sizes += [float(f"{size:.4g}") for size in events]
        rng = np.random.default_rng([seed, width, 1])
        drawn = (1 - rng.random((100, max(1, len(sizes)))) * (1 - 1000**-0.5)) ** -2
        planted = np.round(drawn.max(axis=1) / np.median(drawn, axis=1), 2).tolist()
        rows = {"share": shares, "loss": ends, "count": counts, "sizes": sizes, "planted": planted}
        found |= {f"{width} {eta:g} {key}": row for key, row in rows.items()}
    return found


def _digits():
    from sklearn.datasets import load_digits

    x, t = load_digits(return_X_y=True)
    return (x[:500] / 8 - 1).astype(np.float32), np.eye(10, dtype=np.float32)[t[:500]]


def _start(width, rng):
    sizes = (64, width, width, 10)
    return [
        part
        for n, m in zip(sizes, sizes[1:], strict=False)
        for part in ((rng.normal(size=(n, m)) / n**0.5).astype(np.float32), np.zeros(m, np.float32))
    ]


def _excursions(losses):
    """Sizes of the times away from the lowest loss so far, those above the floor."""
    lowest = np.minimum.accumulate(losses)
    sizes, now = [], 0.0
    for distance in (losses - lowest) / lowest:
        if distance == 0 and now > FLOOR:
            sizes.append(now)
        now = now + float(distance) if distance > 0 else 0.0
    return sizes


_JITTED = {}


def _descend(start, x, y, eta):
    """eta * sharpness / 2 every hundredth step, and the loss at every step."""
    import jax
    import jax.numpy as jnp

    if not _JITTED:

        def loss(p):
            a = jnp.tanh(x @ p[0] + p[1])  # digit hidden [pixel]
            b = jnp.tanh(a @ p[2] + p[3])  # digit hidden' [hidden]
            return 0.5 * ((b @ p[4] + p[5] - y) ** 2).sum(1).mean()  # digit label [hidden']

        def walk(p, eta):
            def step(p, _):
                value, g = jax.value_and_grad(loss)(p)
                return [a - eta * b for a, b in zip(p, g, strict=True)], value

            return jax.lax.scan(step, p, None, length=EVERY)

        def sharpness(p, v):
            def turn(v, _):
                size = jnp.sqrt(sum((a * a).sum() for a in v))
                v = [a / size for a in v]
                h = jax.jvp(jax.grad(loss), (p,), (v,))[1]
                return h, sum((a * b).sum() for a, b in zip(v, h, strict=True))

            v, values = jax.lax.scan(turn, v, None, length=30)
            return values[-1], v

        _JITTED["both"] = jax.jit(walk), jax.jit(sharpness)
    walk, sharpness = _JITTED["both"]
    rng = np.random.default_rng(0)
    p, v = start, [rng.normal(size=a.shape).astype(np.float32) for a in start]
    shares, losses = [], []
    for _ in range(STEPS // EVERY):
        p, part = walk(p, np.float32(eta))
        value, v = sharpness(p, v)
        shares.append(eta * float(value) / 2)
        losses.append(np.asarray(part))
    return shares, np.concatenate(losses)
