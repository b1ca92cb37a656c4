"""Gradient descent at the margin of stability: its sharpness, and whether it goes in avalanches.

Full-batch gradient descent on 500 digits of scikit-learn, a network 64-w-w-10 with tanh, half the
mean squared distance to one-hot labels, float32. `share` is eta * sharpness / 2, the largest
eigenvalue of the Hessian by power iteration, every hundredth step; above 1 a quadratic valley would
throw the descent out. Ten starts: w = 32 at eta = 0.03, 0.06 and 0.1, and w = 64, 128 at 0.1.

What an avalanche would be: the loss leaves its lowest value so far, and comes back. The size of such
an excursion is the sum of (loss - lowest) / lowest. Written down before the run: excursions count
as avalanches of all sizes if their largest is more than 100 times their median and if that ratio
grows with w from 32 to 128, as the largest avalanche of a pile grows with L. The first 500 steps
are left out. `planted` is the same ratio when sizes are drawn from a power law P(s) ~ s**-1.5 over
three decades, as many of them as there were excursions: what the test would have seen.
"""

import numpy as np

N_SEEDS, STEPS, EVERY, SKIP = 10, 2000, 100, 500
CASES = [(32, 0.03), (32, 0.06), (32, 0.1), (64, 0.1), (128, 0.1)]


def run(seed):
    """{"32 0.1 share": (ten, 20), "32 0.1 ratio": ten, ...}."""
    x, y = _digits()
    found = {}
    for width, eta in CASES:
        rows = {"share": [], "ratio": [], "excursions": [], "loss": [], "planted": [], "rises": []}
        for rng in np.random.default_rng([seed, width]).spawn(N_SEEDS):
            shares, losses = _descend(_start(width, rng), x, y, eta)
            sizes = _excursions(losses[SKIP:])
            rows["share"].append(np.round(shares, 4).tolist())
            rows["loss"].append(float(f"{losses[-1]:.4g}"))
            rows["excursions"].append(len(sizes))
            rows["rises"].append(round(float(np.mean(np.diff(losses[SKIP:]) > 0)), 4))
            rows["ratio"].append(_ratio(sizes))
            rows["planted"].append(_ratio((1 - rng.random(len(sizes)) * (1 - 1e-1**1.5)) ** -2.0))
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
    """Sizes of the times away from the lowest loss so far."""
    lowest = np.minimum.accumulate(losses)
    away = (losses - lowest) / lowest
    sizes, now = [], 0.0
    for distance in away:
        if distance > 0:
            now += distance
        elif now > 0:
            sizes.append(now)
            now = 0.0
    return sizes


def _ratio(sizes):
    return round(float(np.max(sizes) / np.median(sizes)), 2) if len(sizes) > 4 else 0.0


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
