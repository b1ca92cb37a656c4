"""Local rules that draw a fine lattice given a coarse one, their fit, and their use."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._random import UNIT, random_state
from ._kernels import CONTEXTS, WIDE_BITS, all_rule_thresholds, count_all, zoom_in_all

__all__ = ["LocalRule", "context_counts", "fit_rule", "nats_per_site", "zoom_in"]

WIDE = 4 << WIDE_BITS
FEATURES = np.array([(2 * d - 2, 2 * p - 1, 2 * c - 2)
                     for d in range(3) for p in range(2) for c in range(3)], float)  # fmt: skip
MAX_STEPS = 100
SMALL = 1e-10  # of a gradient per site
STRONGEST = 1e100  # of a rule's numbers, which are added and multiplied
MOST_COUNTS = 1e100  # sums of more may overflow
SURE = 20.0  # log-odds from which on 1 - p has lost its digits


class LocalRule(NamedTuple):
    """A rule of three numbers: the log-odds of an up spin for each spin that it looks at.

        p(up) = 1 / (1 + exp(-z)),  z = drawn (s_above + s_left) + parent S + near (S_1 + S_2)

    s are spins of the fine lattice that are drawn already, S the coarse spin in which the site
    lies, S_1 and S_2 those beside it on whose sides the site lies. For weights w of a Boltzmann
    factor exp(w s s'), as couplings K have them, these are 2 w.
    """

    drawn: float
    parent: float
    near: float

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Probability of up for each context, shape (3, 2, 3): axes drawn, parent, near."""
        with np.errstate(over="ignore"):
            return (1 / (1 + np.exp(-_log_odds(self)))).reshape(3, 2, 3)


def _log_odds(rule: LocalRule) -> NDArray[np.float64]:
    """z of all contexts, in one row; ValueError unless the rule is three numbers."""
    weights = _checks.finite_array("rule", rule)
    if weights.shape != (3,) or np.abs(weights).max() > STRONGEST:
        raise ValueError(
            f"rule must be three numbers between -{STRONGEST:g} and {STRONGEST:g}, got {rule}"
        )
    return FEATURES @ weights


def context_counts(fine: ArrayLike, coarse: ArrayLike, *, wide: bool = False) -> NDArray[np.int64]:
    """How often a site was down and up in each context, shape (3, 2, 3, 2) or (4, 65536, 2).

    The narrow context is (up spins among the two drawn ones, parent, up spins among the two near
    ones). The wide one is the parity of the site, 2 (x mod 2) + y mod 2, and a number of 16 bits:
    seven drawn spins and the nine coarse ones around the parent. All that a fit needs of any number
    of lattices is in these counts.

    Parameters
    ----------
    fine : array (n, 2 H, 2 H) of +1 and -1
    coarse : array (n, H, H) of +1 and -1
        Block spins of `fine`.
    wide : bool
        Which context.

    Raises
    ------
    ValueError
        If the arrays are not spins, or `fine` is not twice as wide as `coarse`.

    Examples
    --------
    >>> int(context_counts([[[1, 1], [1, 1]]], [[[1]]])[2, 1, 2, 1])
    4
    """
    fine, coarse = _checks.many_spins(fine, dim=2), _checks.many_spins(coarse, dim=2)
    n, H = coarse.shape[:2]
    if fine.shape != (n, 2 * H, 2 * H):
        raise ValueError(
            f"a fine lattice is twice as wide as its coarse one, got shapes {fine.shape} and "
            f"{coarse.shape}; block_spins(fine, rng=rng) makes the second from the first"
        )
    wide = bool(wide)
    counts = np.zeros(2 * (WIDE if wide else CONTEXTS), np.int64)
    count_all(fine.reshape(n, -1), coarse.reshape(n, -1), 2 * H, wide, counts)
    return counts.reshape((4, -1, 2) if wide else (3, 2, 3, 2))


def _checked_counts(counts: ArrayLike) -> NDArray[np.float64]:
    found = _counts(counts)
    if found.shape != (3, 2, 3, 2) or found.min() < 0 or found.sum() <= 0:
        raise ValueError(
            f"counts must be those of context_counts, shape (3, 2, 3, 2), none negative and not "
            f"all zero, got shape {found.shape}"
        )
    return found.reshape(CONTEXTS, 2)


def _counts(counts: ArrayLike) -> NDArray[np.float64]:
    """The counts as an array; ValueError for those that no lattices can have."""
    found = _checks.finite_array("counts", counts)
    if found.size and found.max() > MOST_COUNTS:
        raise ValueError(f"counts must be at most {MOST_COUNTS:g}, got {found.max():g}")
    return found


def fit_rule(counts: ArrayLike) -> LocalRule:
    """The rule of three numbers that makes the counted spins most likely.

    Newton's method on the mean log-likelihood, a concave function of three numbers; a step that
    goes too far is halved.

    Parameters
    ----------
    counts : array (3, 2, 3, 2)
        From `context_counts`.

    Raises
    ------
    ValueError
        If the counts are not such, or have no maximum: where all spins of a kind of context agree
        the likeliest rule is infinitely sure.

    Examples
    --------
    >>> rule = LocalRule(0.4, 1.3, 0.5)
    >>> up = rule.probabilities
    >>> [round(w, 6) for w in fit_rule(np.stack([1 - up, up], axis=-1))]
    [0.4, 1.3, 0.5]
    """
    table = _checked_counts(counts)
    table = table / table.sum()
    w, height = np.zeros(3), _mean_log(table, np.zeros(3))
    for _ in range(MAX_STEPS):
        with np.errstate(over="ignore"):
            up = 1 / (1 + np.exp(-FEATURES @ w))
        gradient = FEATURES.T @ (table[:, 1] - table.sum(axis=1) * up)
        curvature = (FEATURES.T * (table.sum(axis=1) * up * (1 - up))) @ FEATURES
        if np.linalg.cond(curvature) > 1e12:
            break
        if np.abs(gradient).max() < SMALL:
            return LocalRule(*map(float, w))
        step = np.linalg.solve(curvature, gradient)
        while (new := _mean_log(table, w + step)) < height - SMALL:  # too far
            step = step / 2
        w, height = w + step, new
    raise ValueError(
        "these counts have no likeliest rule: some spin that the rule looks at always, or never, "
        "agrees; count more lattices, at a temperature where both happen"
    )


def _mean_log(table: NDArray[np.float64], w: NDArray[np.float64]) -> float:
    """The mean log-likelihood of shares `table` of down and up."""
    z = FEATURES @ w
    return -float(np.sum(table * np.logaddexp(0, np.stack([z, -z], axis=-1))))


def nats_per_site(probabilities: ArrayLike | LocalRule, counts: ArrayLike) -> float:
    """Mean of -ln(probability of the spin that was there), in nats a site.

    It is at least the conditional entropy of the fine lattice, given the coarse one, per fine site,
    whatever the probabilities are.

    Parameters
    ----------
    probabilities : LocalRule, or array of probabilities of up
    counts : array
        From `context_counts`, with one axis more.

    Raises
    ------
    ValueError
        If shapes do not fit, or the probabilities lie outside 0 to 1.

    Examples
    --------
    >>> counts = context_counts([[[1, 1], [1, 1]]], [[[1]]])
    >>> round(nats_per_site(LocalRule(0, 0, 0), counts), 6)
    0.693147
    """
    up = _probabilities(probabilities)
    table = _counts(counts)
    if table.shape != (*up.shape, 2) or table.min() < 0 or table.sum() <= 0:
        raise ValueError(
            f"counts of shape {table.shape} do not belong to probabilities of shape {up.shape}; "
            f"expected {(*up.shape, 2)}, from context_counts"
        )
    both = np.stack([1 - up, up], axis=-1)
    with np.errstate(divide="ignore"):
        surprise = -np.log(both)
    if isinstance(probabilities, LocalRule):  # never impossible, however sure
        z = _log_odds(probabilities).reshape(up.shape)
        exact = np.logaddexp(0, np.stack([z, -z], axis=-1))
        surprise = np.where(np.abs(z)[..., None] > SURE, exact, surprise)
    return float(np.sum(table[table > 0] * surprise[table > 0]) / table.sum())


def _probabilities(rule: ArrayLike | LocalRule) -> NDArray[np.float64]:
    """Probabilities of up, of a narrow or a wide table."""
    if isinstance(rule, LocalRule):
        return rule.probabilities
    up = _checks.finite_array("probabilities", rule)
    if up.shape not in ((3, 2, 3), (4, 1 << WIDE_BITS)) or up.min() < 0 or up.max() > 1:
        raise ValueError(
            f"a rule is a LocalRule, or probabilities between 0 and 1 of shape (3, 2, 3) or "
            f"(4, {1 << WIDE_BITS}), got shape {up.shape}"
        )
    return up


def _thresholds(rule: ArrayLike | LocalRule) -> NDArray[np.uint64]:
    """A random word below the threshold of a context makes its spin point up."""
    up = _probabilities(rule)
    if isinstance(rule, LocalRule):
        thresholds = np.empty(CONTEXTS, np.uint64)
        drawn, parent, near = map(float, rule)
        all_rule_thresholds(drawn, parent, near, thresholds)
        return thresholds
    sure = up.ravel() >= 1
    below = np.where(sure, 0.0, up.ravel()) * UNIT
    return np.where(sure, np.uint64(2**64 - 1), below.astype(np.uint64))


def zoom_in(
    coarse: ArrayLike, rule: ArrayLike | LocalRule, *, rng: int | np.random.Generator | None = None
) -> NDArray[np.int8]:
    """Fine lattices of twice the width, drawn site by site, int8 array (n, 2 H, 2 H).

    Row by row, from left to right, each spin is drawn given the coarse lattice and the spins that
    are there already. Where the torus closes and a spin is not there yet, its parent stands in.

    Parameters
    ----------
    coarse : array (n, H, H) of +1 and -1
        `np.array([[[1]]])` is one spin.
    rule : LocalRule, or array of probabilities of up
        A table of shape (3, 2, 3) or (4, 65536), for the contexts of `context_counts`.
    rng : int or numpy.random.Generator
        Source of the random numbers; required.

    Raises
    ------
    ValueError
        If the lattices are not square lattices of spins, or the rule is none.

    Examples
    --------
    >>> zoom_in([[[1]]], LocalRule(0.0, 99.0, 0.0), rng=1).tolist()
    [[[1, 1], [1, 1]]]
    """
    coarse = _checks.many_spins(coarse, dim=2)
    thresholds = _thresholds(rule)
    n, L = len(coarse), 2 * coarse.shape[1]
    fine = np.empty((n, L, L), np.int8)
    wide = len(thresholds) != CONTEXTS
    zoom_in_all(coarse.reshape(n, -1), L, wide, thresholds, fine.reshape(n, -1), random_state(rng))
    return fine
