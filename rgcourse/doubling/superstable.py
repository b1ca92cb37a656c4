"""Superstable parameters: where the maximum of a map lies on a cycle of 1, 2, 4, 8, ... steps.

There the product of the slopes along the cycle, one factor of which is the slope at the maximum, is
zero, so that the cycle attracts as fast as can be. In a family of maps each period has one such
parameter between its birth and its doubling, and it is easier to find than a bifurcation, where
everything converges slowly. The ratios of their distances tend to Feigenbaum's delta.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = ["NoSuperstableCycle", "distance_ratios", "superstable_parameters"]

LONGEST = 16  # doublings: beyond, neighbouring parameters differ by rounding alone
SETTLED = 4e-15  # a change of the parameter, of its size, that is rounding
RETURNED = 1e-11  # by how much a maximum may miss itself, from rounding
STEPS_AHEAD = 60  # of the distance of the first two, when looking for the third


class NoSuperstableCycle(RuntimeError):
    """The secant method did not reach a parameter where the maximum comes back to itself."""


def superstable_parameters(
    step: Callable[[float, float], float],
    critical: Callable[[float], float],
    guesses: ArrayLike,
    n: int,
) -> NDArray[np.float64]:
    """The parameters r_0, ..., r_{n-1} whose maximum lies on a cycle of 1, 2, ..., 2**(n-1) steps.

    Solves step^(2**k)(x_c, r) = x_c for r by the secant method. The first two start from the
    guesses, and each further one from the last two, whose distance shrinks as it did before.

    Parameters
    ----------
    step : callable
        (x, r) -> the next x.
    critical : callable
        r -> x_c, the place of the maximum or minimum, where the slope of the step is zero.
    guesses : array, shape (2,)
        About where r_0 and r_1 are, different from each other; good to a tenth of their distance.
    n : int
        How many, from 2 to 16. Each takes twice the time of the one before.

    Returns
    -------
    array, shape (n,)

    Raises
    ------
    NoSuperstableCycle
        If the secant method does not settle, or ends at a cycle of half the period.
    ValueError
        If the guesses are no two different numbers, n lies outside, or a function returns no
        finite number at the start.

    Examples
    --------
    The logistic map r x (1 - x) has r_0 = 2 and r_1 = 1 + sqrt(5):

    >>> r = superstable_parameters(lambda x, r: r * x * (1 - x), lambda r: 0.5, [2.1, 3.2], 3)
    >>> r.round(6).tolist()
    [2.0, 3.236068, 3.498562]
    """
    n = _checks.integer("n", n, minimum=2)
    if n > LONGEST:
        raise ValueError(
            f"n must be at most {LONGEST}, got {n}: floats cannot tell further parameters apart"
        )
    guesses = _checks.finite_array("guesses", guesses)
    if guesses.shape != (2,) or guesses[0] == guesses[1]:
        raise ValueError(
            f"guesses must be two different numbers, for periods 1 and 2, got {guesses.tolist()}"
        )
    for name, function in (("step", step), ("critical", critical)):
        if not callable(function):
            raise ValueError(f"{name} must be a function, got {function!r}")
    found: list[float] = []
    width = abs(guesses[1] - guesses[0]) / 20
    for k in range(n):
        if k < 2:
            guess = guesses[k]
        elif k == 2:
            guess, width = _next_crossing(step, critical, *found)
        else:
            apart = found[-1] - found[-2]
            guess = found[-1] + apart**2 / (found[-2] - found[-3])
            width = abs(guess - found[-1]) / 20
        found.append(_secant(step, critical, guess, width, k))
        shorter = abs(_misses(step, critical, found[-1], k - 1)) if k else np.inf
        if shorter < RETURNED or abs(found[-1] - guess) > 10 * width:
            raise NoSuperstableCycle(
                f"a cycle of 2**{k} steps was expected near the parameter {guess} and none, or a "
                f"shorter one, was found at {found[-1]}; start from better guesses"
            )
    return np.array(found)


def distance_ratios(parameters: ArrayLike) -> NDArray[np.float64]:
    """(r_k - r_{k-1}) / (r_{k+1} - r_k), the ratios that tend to delta; shape (n - 2,).

    Parameters
    ----------
    parameters : array, shape (n,)
        r_0, r_1, ..., at least three, no two neighbours equal.

    Raises
    ------
    ValueError
        If they are fewer or not finite, or two neighbours are equal.

    Examples
    --------
    >>> distance_ratios([0.0, 1.0, 1.25]).tolist()
    [4.0]
    """
    parameters = _checks.finite_array("parameters", parameters)
    if parameters.ndim != 1 or len(parameters) < 3:
        raise ValueError(f"ratios need at least three parameters, got shape {parameters.shape}")
    apart = np.diff(parameters)
    if np.any(apart == 0):
        raise ValueError("two neighbouring parameters are equal: their ratio means nothing")
    return apart[:-1] / apart[1:]


def _misses(step, critical, r, k):
    """By how much the maximum misses itself after 2**k steps, nan where an orbit escapes."""
    x = start = float(critical(r))
    try:
        for _ in range(2**k):
            x = step(x, r)
        x = float(x)
    except (ArithmeticError, ValueError):
        return np.nan
    return x - start if np.isfinite(x) else np.nan


def _next_crossing(step, critical, r_0, r_1):
    """(middle, width) of the first stretch beyond r_1 in which period 4 is superstable."""
    stride = (r_1 - r_0) / STEPS_AHEAD
    before = _misses(step, critical, r_1 + stride, 2)
    for i in range(2, STEPS_AHEAD + 1):
        here = _misses(step, critical, r_1 + i * stride, 2)
        if before * here <= 0:
            return r_1 + (i - 0.5) * stride, abs(stride)
        before = here
    raise NoSuperstableCycle(
        f"found no cycle of 4 steps beyond {r_1}, where one of 2 is superstable; does the family "
        "double on, and are the guesses those of periods 1 and 2?"
    )


def _secant(step, critical, guess, width, k):
    """The parameter near the guess at which the maximum comes back after 2**k steps."""
    a, b = guess, guess + 0.1 * width
    at_a, at_b = _misses(step, critical, a, k), _misses(step, critical, b, k)
    if not np.isfinite(at_a) or not np.isfinite(at_b):
        raise ValueError(
            f"step or critical gives no finite number at the parameter {guess}; start from other "
            "guesses"
        )
    for _ in range(60):
        if at_b == 0 or at_a == at_b or not np.isfinite(at_b) or abs(b - a) <= SETTLED * abs(b):
            break
        change = at_b * (b - a) / (at_b - at_a)
        a, at_a, b = b, at_b, b - change
        at_b = _misses(step, critical, b, k)
    if not abs(at_b) < RETURNED * max(1, 4.0**k / 1e3):
        raise NoSuperstableCycle(
            f"found no cycle of 2**{k} steps through the maximum from the guess {guess}: got as "
            f"far as {b}, where it misses by {at_b}; start from better guesses"
        )
    return float(b)
