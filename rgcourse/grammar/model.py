"""The grammar: draw its rules, write sentences, parse them."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._random import random_state
from ._kernels import _draw_rules, _group_tuples, _number_tuples, _write_level

__all__ = ["Grammar", "Sentences", "random_grammar"]

Symbols = NDArray[np.int32]

MAX_TUPLES = 2**20  # of one level: v**s
MAX_SYMBOLS = 2**28  # of all texts of one call


class Sentences(NamedTuple):
    """Labels, (P,), and `levels`: L + 1 arrays (P, s^l), from the labels down to the text."""

    labels: Symbols
    levels: list[Symbols]


@dataclass(frozen=True)
class Grammar:
    """Rules of all levels, from the top: `rules[l]` writes symbols of level l in those of l + 1.

    Parameters
    ----------
    rules : tuple of int32 arrays (symbols, m, s)
        Symbols written from 0 to v - 1. On top there are n_classes, below v.
    v : int
        Number of kinds of symbols below the top, at least 2.

    Raises
    ------
    ValueError
        If a tuple stands twice in one level, or shapes and symbols do not fit.
    """

    rules: tuple[Symbols, ...]
    v: int

    def __post_init__(self) -> None:
        v = _checks.integer("v", self.v, minimum=2)
        rules = tuple(whole_numbers("rules", level) for level in self.rules)
        if not rules or any(level.ndim != 3 or level.size == 0 for level in rules):
            raise ValueError(
                "rules must be one array (symbols, m, s) or more, got shapes "
                f"{[level.shape for level in rules]}"
            )
        n_classes, m, s = rules[0].shape
        check_sizes(len(rules), v, n_classes, m, s)
        for l, level in enumerate(rules):
            expected = (v if l else n_classes, m, s)
            if level.shape != expected:
                raise ValueError(f"rules[{l}] must have shape {expected}, got {level.shape}")
            if level.min() < 0 or level.max() >= v:
                raise ValueError(f"rules[{l}] must hold symbols from 0 to {v - 1}")
            if len(np.unique(level.reshape(-1, s), axis=0)) < len(level) * m:
                raise ValueError(
                    f"rules[{l}] uses a tuple twice, so that texts would have two parses; use "
                    f"each once, as random_grammar does"
                )
        object.__setattr__(self, "rules", rules)
        object.__setattr__(self, "v", v)

    @property
    def L(self) -> int:
        """Number of levels below the labels."""
        return len(self.rules)

    @property
    def n_classes(self) -> int:
        """Number of labels."""
        return self.rules[0].shape[0]

    @property
    def m(self) -> int:
        """Number of synonyms: tuples that a symbol can be written as."""
        return self.rules[0].shape[1]

    @property
    def s(self) -> int:
        """Number of symbols in a tuple."""
        return self.rules[0].shape[2]

    @property
    def n_tuples(self) -> int:
        """Number of tuples that could be, v^s."""
        return int(self.v**self.s)

    @property
    def length(self) -> int:
        """Number of symbols in a text, s^L."""
        return int(self.s**self.L)

    @property
    def n_sentences(self) -> int:
        """Number of different texts: n_classes times m for each of the symbols above the text."""
        written = sum(self.s**level for level in range(self.L))
        return int(self.n_classes * self.m**written)

    def write(self, symbols: ArrayLike, *, level: int = 0, rng: Any) -> list[Symbols]:
        """New texts under given symbols: arrays of all levels from `level` down to the text.

        Parameters
        ----------
        symbols : int array (P, s^level)
            Symbols of that level.
        level : int
            Of `symbols`, from 0 (labels) to L (the text, which comes back alone).
        rng : numpy Generator or seed
            Source of randomness.

        Raises
        ------
        ValueError
            If there is no such level, or symbols do not fit it.
        """
        level = _checks.integer("level", level, minimum=0)
        if level > self.L:
            raise ValueError(f"level must be from 0 (labels) to L = {self.L} (text), got {level}")
        n_kinds = self.v if level else self.n_classes
        above = symbol_rows("symbols", symbols, self.s**level, n_kinds)
        check_amount(len(above), self.length)
        state, levels = random_state(rng), [above]
        for rules in self.rules[level:]:
            below = np.empty((len(above), above.shape[1] * self.s), np.int32)
            _write_level(above.size, self.m, self.s, rules.ravel(), above.ravel(), below.ravel(),
                         state)  # fmt: skip
            levels.append(below)
            above = below
        return levels

    def sample(self, P: int, *, rng: Any) -> Sentences:
        """P sentences with labels drawn evenly: `Sentences(labels, levels)`.

        Parameters
        ----------
        P : int
            Number of sentences, at least 1; they may repeat.
        rng : numpy Generator or seed
            Source of randomness.

        Examples
        --------
        >>> grammar = random_grammar(2, v=4, m=2, rng=1)
        >>> labels, levels = grammar.sample(100, rng=2)
        >>> [level.shape for level in levels]
        [(100, 1), (100, 2), (100, 4)]
        """
        P = _checks.integer("P", P, minimum=1)
        check_amount(P, self.length)
        rng = _checks.generator(rng)
        labels = rng.integers(self.n_classes, size=P, dtype=np.int32)
        return Sentences(labels, self.write(labels[:, None], rng=rng))

    def groups(self, level: int) -> Symbols:
        """The true groups: which symbol of `level` each tuple under it means, -1 for none.

        Parameters
        ----------
        level : int
            Of the symbols, from 0 to L - 1.
        """
        level = _checks.integer("level", level, minimum=0)
        if level >= self.L:
            raise ValueError(f"level must be from 0 to L - 1 = {self.L - 1}, got {level}")
        rules = self.rules[level]
        found = np.full(self.n_tuples, -1, np.int32)
        numbers = np.empty(len(rules) * self.m, np.int32)
        _number_tuples(numbers.size, self.s, self.v, rules.ravel(), numbers)
        found[numbers] = np.repeat(np.arange(len(rules), dtype=np.int32), self.m)
        return found

    def parse(self, text: ArrayLike) -> Sentences:
        """The one parse of texts (P, s^L): `Sentences(labels, levels)`, as they were written.

        Raises
        ------
        ValueError
            If a text is not grammatical.

        Examples
        --------
        >>> grammar = random_grammar(3, v=4, m=2, rng=1)
        >>> sentences = grammar.sample(100, rng=2)
        >>> bool(np.all(grammar.parse(sentences.levels[-1]).labels == sentences.labels))
        True
        """
        levels = [symbol_rows("text", text, self.length, self.v)]
        for level in range(self.L - 1, -1, -1):
            below = levels[0]
            tuples = np.empty((len(below), below.shape[1] // self.s), np.int32)
            _number_tuples(tuples.size, self.s, self.v, below.ravel(), tuples.ravel())
            above = np.empty_like(tuples)
            _group_tuples(tuples.size, self.groups(level), tuples.ravel(), above.ravel())
            if above.min() < 0:
                row, place = np.argwhere(above < 0)[0]
                wrong = below[row, place * self.s : (place + 1) * self.s]
                raise ValueError(
                    f"text {row} is not grammatical: no symbol of level {level} is written "
                    f"{tuple(map(int, wrong))}"
                )
            levels.insert(0, above)
        return Sentences(levels[0][:, 0].copy(), levels)


def random_grammar(
    L: int, *, v: int = 8, n_classes: int | None = None, m: int, s: int = 2, rng: Any
) -> Grammar:
    """A grammar of L levels with rules drawn at random, no tuple twice in a level.

    Parameters
    ----------
    L : int
        Levels below the labels, at least 1; a text has s^L symbols.
    v : int
        Kinds of symbols below the labels, at least 2.
    n_classes : int, optional
        Kinds of labels; v of them unless given.
    m : int
        Tuples that each symbol can be written as.
    s : int
        Symbols in a tuple, at least 2.
    rng : numpy Generator or seed
        Source of randomness.

    Raises
    ------
    ValueError
        If n_classes m or v m tuples are more than there are, v^s.

    References
    ----------
    F. Cagnetta et al., Phys. Rev. X 14, 031001 (2024), doi:10.1103/PhysRevX.14.031001.

    Examples
    --------
    >>> grammar = random_grammar(3, v=8, m=4, rng=1)
    >>> grammar.length, grammar.n_sentences == 8 * 4**7
    (8, True)
    """
    L = _checks.integer("L", L, minimum=1)
    v = _checks.integer("v", v, minimum=2)
    n_classes = v if n_classes is None else _checks.integer("n_classes", n_classes, minimum=1)
    m = _checks.integer("m", m, minimum=1)
    s = _checks.integer("s", s, minimum=2)
    check_sizes(L, v, n_classes, m, s)
    state, deck = random_state(rng), np.empty(v**s, np.int32)
    levels = [np.empty((v if l else n_classes, m, s), np.int32) for l in range(L)]
    for rules in levels:
        _draw_rules(len(rules), m, s, v, deck, rules.ravel(), state)
    return Grammar(tuple(levels), v)


def check_sizes(L: int, v: int, n_classes: int, m: int, s: int) -> None:
    """ValueError unless there are tuples enough, and not too many."""
    if s < 2:
        raise ValueError(f"s must be at least 2, got {s}: a tuple of one symbol only renames")
    if s * math.log2(v) > math.log2(MAX_TUPLES) + 1e-9:
        raise ValueError(f"v^s = {v}^{s} tuples are too many, expected at most {MAX_TUPLES}")
    if L * math.log2(s) > math.log2(MAX_SYMBOLS) + 1e-9:
        raise ValueError(f"a text of s^L = {s}^{L} symbols is too long; take fewer levels")
    for name, n_symbols in (("n_classes", n_classes), ("v", v if L > 1 else 0)):
        if n_symbols * m > v**s:
            raise ValueError(
                f"{name} * m = {n_symbols * m} tuples are needed, no two alike, and there are "
                f"v^s = {v**s}; take m <= {v**s // n_symbols}"
            )


def check_amount(P: int, length: int) -> None:
    """ValueError if P texts of that length are too many symbols."""
    if P * length > MAX_SYMBOLS:
        raise ValueError(
            f"{P} texts of {length} symbols are too many; take at most {MAX_SYMBOLS // length}"
        )


def whole_numbers(name: str, value: ArrayLike) -> Symbols:
    """`value` as a new int32 array; ValueError unless it holds whole numbers of that size."""
    array = _checks.finite_array(name, value)
    if array.size and (np.any(array != np.rint(array)) or np.abs(array).max() >= 2**31):
        raise ValueError(f"{name} must hold whole numbers below 2^31")
    return array.astype(np.int32)


def symbol_rows(name: str, value: ArrayLike, width: int | None, n_kinds: int) -> Symbols:
    """`value` as int32 (P, width); ValueError unless it holds symbols from 0 to n_kinds - 1."""
    array = whole_numbers(name, value)
    if array.ndim != 2 or array.size == 0 or (width is not None and array.shape[1] != width):
        expected = "any number of" if width is None else str(width)
        raise ValueError(
            f"{name} must be rows of {expected} symbols, one row a sentence, got shape "
            f"{array.shape}"
        )
    if array.min() < 0 or array.max() >= n_kinds:
        wrong = array[(array < 0) | (array >= n_kinds)].flat[0]
        raise ValueError(f"{name} must hold symbols from 0 to {n_kinds - 1}, found {wrong}")
    return array
