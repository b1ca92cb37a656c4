"""Three families of maps, and their orbits on flat buffers, for native code and for the page.

The families go by their number in `rgcourse.doubling.orbits.FAMILIES`, which has the formulas.
"""

import math

from numba.extending import register_jitable

from .._compile import compiled

__all__: list[str] = []  # kernels, imported by name

START = 0.9  # of the critical point: the point itself can end on an unstable cycle
BLOCK = 16  # steps whose slopes are multiplied before their logarithm is taken
TINY = 1e-300


@register_jitable
def sine_of_pi(x):
    """sin(pi x) for 0 <= x <= 1, to the last digit but one, by the series of cos around x = 1/2."""
    t = math.pi * (x - 0.5)
    y = -t * t
    s = 1.0 + y * (1.0 / 552.0)
    s = 1.0 + y * (1.0 / 462.0) * s
    s = 1.0 + y * (1.0 / 380.0) * s
    s = 1.0 + y * (1.0 / 306.0) * s
    s = 1.0 + y * (1.0 / 240.0) * s
    s = 1.0 + y * (1.0 / 182.0) * s
    s = 1.0 + y * (1.0 / 132.0) * s
    s = 1.0 + y * (1.0 / 90.0) * s
    s = 1.0 + y * (1.0 / 56.0) * s
    s = 1.0 + y * (1.0 / 30.0) * s
    s = 1.0 + y * (1.0 / 12.0) * s
    s = 1.0 + y * (1.0 / 2.0) * s
    return s


@register_jitable
def cosine_of_pi(x):
    """cos(pi x) for 0 <= x <= 1, by the series of sin around x = 1/2."""
    t = math.pi * (0.5 - x)
    y = -t * t
    s = 1.0 + y * (1.0 / 600.0)
    s = 1.0 + y * (1.0 / 506.0) * s
    s = 1.0 + y * (1.0 / 420.0) * s
    s = 1.0 + y * (1.0 / 342.0) * s
    s = 1.0 + y * (1.0 / 272.0) * s
    s = 1.0 + y * (1.0 / 210.0) * s
    s = 1.0 + y * (1.0 / 156.0) * s
    s = 1.0 + y * (1.0 / 110.0) * s
    s = 1.0 + y * (1.0 / 72.0) * s
    s = 1.0 + y * (1.0 / 42.0) * s
    s = 1.0 + y * (1.0 / 20.0) * s
    s = 1.0 + y * (1.0 / 6.0) * s
    return t * s


@register_jitable
def next_value(kind, a, x):
    """One step of the map number `kind` of `FAMILIES`."""
    if kind == 0:
        return a * x * (1.0 - x)
    if kind == 1:
        return a * sine_of_pi(x)
    return x * (1.0 + a - a * x * x)


@register_jitable
def slope_at(kind, a, x):
    """The derivative of the map at x."""
    if kind == 0:
        return a * (1.0 - 2.0 * x)
    if kind == 1:
        return a * math.pi * cosine_of_pi(x)
    return 1.0 + a - 3.0 * a * x * x


@register_jitable
def critical_at(kind, a):
    """Where the slope is zero, for x > 0."""
    if kind == 2:
        return ((1.0 + a) / (3.0 * a)) ** 0.5
    return 0.5


@register_jitable
def loss_at(w):
    """(w^2 - 1)^2 / 4."""
    return 0.25 * (w * w - 1.0) * (w * w - 1.0)


@register_jitable
def start_orbits(kind, low, step, n, xs):
    """The orbit of each column, close to its critical point; parameters low + (c + 1/2) step."""
    for c in range(n):
        xs[c] = START * critical_at(kind, low + (c + 0.5) * step)


@register_jitable
def let_settle(kind, low, step, first, last, steps, xs):
    """Move the orbits of the columns first .. last - 1 on, without a trace."""
    for _ in range(steps):
        for c in range(first, last):
            xs[c] = next_value(kind, low + (c + 0.5) * step, xs[c])


@register_jitable
def add_visits(
    kind, low, step, first, last, x_low, x_high, n_rows, n, steps, xs, slopes, logs, hits, counts
):
    """Move the orbits of some of the n columns on, and count where they have been.

    `counts` has n_rows rows of n cells, `hits` the visits in all rows of a column, `logs` the sum
    of ln |slope|; all are added to. `steps` is a multiple of 16; `slopes` is space for n numbers.
    """
    scale = n_rows / (x_high - x_low)
    for _ in range(steps // BLOCK):
        for c in range(first, last):
            slopes[c] = 1.0
        for _ in range(BLOCK):
            for c in range(first, last):
                a = low + (c + 0.5) * step
                x = xs[c]
                slopes[c] *= slope_at(kind, a, x)
                x = next_value(kind, a, x)
                xs[c] = x
                if x_low <= x and x < x_high:
                    row = int((x - x_low) * scale)
                    if row < n_rows:
                        counts[row * n + c] += 1
                        hits[c] += 1
        for c in range(first, last):
            size = abs(slopes[c])
            logs[c] += math.log(size if size > TINY else TINY)


@register_jitable
def period_at(kind, a, transient, longest, tolerance):
    """The period on which the orbit has settled after `transient` steps; 0 for none up to longest.

    Returns are looked for at the point of the orbit next to the critical one, where its points lie
    farthest apart.
    """
    center = critical_at(kind, a)
    x = START * center
    for _ in range(transient):
        x = next_value(kind, a, x)
    nearest = x
    for _ in range(longest):
        x = next_value(kind, a, x)
        if abs(x - center) < abs(nearest - center):
            nearest = x
    x = nearest
    for period in range(1, longest + 1):
        x = next_value(kind, a, x)
        if abs(x - nearest) < tolerance:
            return period
    return 0


@register_jitable
def mean_log_slope(kind, a, transient, steps):
    """The mean of ln |slope| over so many steps after a transient; 0 counts as 1e-300."""
    x = START * critical_at(kind, a)
    for _ in range(transient):
        x = next_value(kind, a, x)
    total = 0.0
    for _ in range(steps):
        size = abs(slope_at(kind, a, x))
        total += math.log(size if size > TINY else TINY)
        x = next_value(kind, a, x)
    return total / steps


@register_jitable
def write_orbit(kind, a, x, n, orbit):
    """x and the n - 1 points that follow it."""
    for i in range(n):
        orbit[i] = x
        x = next_value(kind, a, x)


@compiled
def fill_density(
    kind, low, step, x_low, x_high, n_rows, n, transient, steps, xs, slopes, logs, hits, counts
):
    """`start_orbits`, `let_settle` and `add_visits` for all columns."""
    start_orbits(kind, low, step, n, xs)
    let_settle(kind, low, step, 0, n, transient, xs)
    add_visits(
        kind, low, step, 0, n, x_low, x_high, n_rows, n, steps, xs, slopes, logs, hits, counts
    )
