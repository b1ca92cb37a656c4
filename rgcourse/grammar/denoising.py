"""What a noisy text says about every symbol of its tree: exact belief propagation and its flow."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from ._kernels import _beliefs_down, _beliefs_up
from .model import Grammar, check_sizes, whole_numbers

__all__ = ["Beliefs", "believe", "denoising_map", "hints"]

Reals = NDArray[np.float64]


class Beliefs(NamedTuple):
    """Probabilities of every symbol: L + 1 arrays (P, s^l, kinds), labels first, text last.

    `upward` knows what lies under a symbol, `posterior` all of the text.
    """

    upward: list[Reals]
    posterior: list[Reals]


def hints(text: ArrayLike, noise: float, *, v: int) -> Reals:
    """Evidence (P, n, v): each letter gets 1 - noise + noise / v, every other one noise / v.

    That is what the letter says of the one that stood there, if with the probability `noise` it
    was replaced by a letter drawn evenly from all v.

    Parameters
    ----------
    text : int array (P, n)
        Letters from 0 to v - 1, or -1 for one that was rubbed out, which says nothing.
    noise : float
        From 0 (sure) to 1 (says nothing).
    v : int
        Kinds of letters.

    Raises
    ------
    ValueError
        If letters or noise are out of range.

    Examples
    --------
    >>> hints([[2, -1]], 0.5, v=4).tolist()
    [[[0.125, 0.125, 0.625, 0.125], [0.25, 0.25, 0.25, 0.25]]]
    """
    v, noise = _checks.integer("v", v, minimum=2), _checks.finite("noise", noise)
    if not 0 <= noise <= 1:
        raise ValueError(f"noise must be from 0 to 1, got {noise}")
    letters = whole_numbers("text", text)
    if letters.ndim != 2 or letters.size == 0:
        raise ValueError(f"text must be rows of letters, got shape {letters.shape}")
    if letters.min() < -1 or letters.max() >= v:
        wrong = letters[(letters < -1) | (letters >= v)].flat[0]
        raise ValueError(f"text must hold letters from 0 to {v - 1}, or -1, found {wrong}")
    evidence = np.where(letters[..., None] == np.arange(v), 1 - noise + noise / v, noise / v)
    evidence[letters < 0] = 1 / v
    return evidence


def believe(grammar: Grammar, evidence: ArrayLike) -> Beliefs:
    """Exact probabilities of all symbols of the tree, given evidence on the letters of its text.

    The trees have no loops, so one pass up and one down are Bayes' rule, without approximation.

    Parameters
    ----------
    grammar : Grammar
        With its rules known.
    evidence : array (P, s^L, v)
        How probable the evidence would be, were the letter this one; up to a factor. `hints` makes
        it from a noisy text.

    Returns
    -------
    Beliefs(upward, posterior). Where the evidence contradicts every rule, all symbols are equal.

    Raises
    ------
    ValueError
        If evidence has another shape, is negative, or excludes all letters at a place.

    Examples
    --------
    Without noise there is no doubt.

    >>> from rgcourse.grammar import random_grammar
    >>> grammar = random_grammar(2, v=4, m=2, rng=1)
    >>> labels, levels = grammar.sample(1, rng=2)
    >>> float(believe(grammar, hints(levels[-1], 0, v=4)).posterior[0][0, 0, labels[0]])
    1.0
    """
    given = _checks.finite_array("evidence", evidence)
    v, s, m = grammar.v, grammar.s, grammar.m
    if given.ndim != 3 or given.size == 0 or given.shape[1:] != (grammar.length, v):
        raise ValueError(
            f"evidence must have the shape (P, {grammar.length}, {v}), got {given.shape}"
        )
    total = given.sum(axis=-1, keepdims=True)
    if given.min() < 0 or total.min() <= 0 or not np.all(np.isfinite(total)):
        raise ValueError("evidence must not be negative, nor zero or infinite in sum at a place")
    P, upward = len(given), [np.ascontiguousarray(given / total)]
    for rules in grammar.rules[::-1]:
        below = upward[0]
        n = below.shape[1] // s
        above = np.empty((P, n, len(rules)))
        _beliefs_up(P * n, len(rules), m, s, v, rules.ravel(), below.ravel(), above.ravel())
        upward.insert(0, above)
    outside = np.full(upward[0].shape, 1 / grammar.n_classes)
    posterior = [upward[0].copy()]
    for rules, below in zip(grammar.rules, upward[1:], strict=True):
        n, outside_below = below.shape[1] // s, np.empty_like(below)
        _beliefs_down(P * n, len(rules), m, s, v, rules.ravel(), outside.ravel(), below.ravel(),
                      outside_below.ravel())  # fmt: skip
        both = below * outside_below
        total = both.sum(axis=-1, keepdims=True)
        posterior.append(np.divide(both, total, out=np.full_like(both, 1 / v), where=total > 0))
        outside = outside_below
    return Beliefs(upward, posterior)


def denoising_map(p: ArrayLike, *, v: int, m: int, s: int = 2) -> float | Reals:
    """Mean belief in the true symbol one level up, if it is p in each of its s children.

        F(p) = [p^s + f a (1 - p^s)] / [p^s + f (1 - p^s)],
        f = (m v - 1) / (v^s - 1),    a = (m - 1) / (m v - 1):

    f is the share of the other tuples that the grammar uses, a that of them which are synonyms.
    Belief propagation is exact; this closes it in one number, with the mean over random rules in
    place of these rules, which is right when v is large.

    Parameters
    ----------
    p : float or array
        From 1 / v (nothing known) to 1; below 1 / v, a wrong symbol is believed.
    v, m, s : int
        Kinds of symbols, synonyms, symbols in a tuple; m <= v^(s - 1).

    Raises
    ------
    ValueError
        If p is no probability, or there are not so many tuples.

    References
    ----------
    A. Sclocchi, A. Favero and M. Wyart, Proc. Natl. Acad. Sci. 122, e2408799121 (2025),
    doi:10.1073/pnas.2408799121.

    Examples
    --------
    A quarter is a fixed point for 16 symbols and 4 synonyms.

    >>> float(denoising_map(0.25, v=16, m=4))
    0.25
    """
    v, m = _checks.integer("v", v, minimum=2), _checks.integer("m", m, minimum=1)
    s = _checks.integer("s", s, minimum=2)
    check_sizes(2, v, v, m, s)
    p = _checks.finite_array("p", p)
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        raise ValueError(f"p must be a probability, got {p[(p < 0) | (p > 1)].flat[0]:g}")
    right = p**s
    used, synonyms = (m * v - 1) / (v**s - 1), (m - 1) / (v**s - 1)
    above = (right + synonyms * (1 - right)) / (right + used * (1 - right))
    return float(above) if above.ndim == 0 else above
