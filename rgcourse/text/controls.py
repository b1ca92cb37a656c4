"""Control texts that have forgotten what they should, and a language that is solvable.

A text whose pieces are shuffled keeps what is inside a piece; a Markov text keeps each word's next
word. A tree language is the plainest one with a grammar: every symbol of a level is written as
`branching` symbols of the level below.

References
----------
H. W. Lin and M. Tegmark, Entropy 19, 299 (2017), doi:10.3390/e19070299 (Markov chains and trees).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .._random import next_below, random_state
from .corpus import whole_ids
from .pairs import LARGEST_TABLE, whole_distances

__all__ = ["markov_text", "pieces", "shuffle_pieces", "tree_correlation", "tree_text"]


def reorder_pieces(ids, n, starts, n_pieces, order, result, state):
    """Fill `result` with the pieces of `ids` in random order; `order` (n_pieces,) is scratch."""
    for j in range(n_pieces):
        order[j] = j
    for j in range(n_pieces - 1, 0, -1):
        other = next_below(state, j + 1)
        order[j], order[other] = order[other], order[j]
    place = 0
    for j in range(n_pieces):
        piece = order[j]
        end = starts[piece + 1] if piece + 1 < n_pieces else n
        for i in range(starts[piece], end):
            result[place] = ids[i]
            place += 1


def walk_markov(ids, n, n_symbols, first, followers, n_steps, result, state):
    """Fill `result` (n_steps,) with a chain that steps as `ids` does, read as a ring.

    Scratch: `first` (n_symbols + 1,) and `followers` (n,), the words after each word in one list.
    """
    for symbol in range(n_symbols + 1):
        first[symbol] = 0
    for i in range(n):
        first[ids[i] + 1] += 1
    for symbol in range(n_symbols):
        first[symbol + 1] += first[symbol]
    for i in range(n):
        followers[first[ids[i]]] = ids[i + 1 if i + 1 < n else 0]
        first[ids[i]] += 1
    for symbol in range(n_symbols, 0, -1):  # filling moved each start to its end
        first[symbol] = first[symbol - 1]
    first[0] = 0
    here = ids[next_below(state, n)]
    for step in range(n_steps):
        result[step] = here
        here = followers[first[here] + next_below(state, first[here + 1] - first[here])]


_reorder_pieces, _walk_markov = compiled(reorder_pieces), compiled(walk_markov)


def pieces(n: int, length: int) -> NDArray[np.int64]:
    """Where pieces of equal `length` start in a text of n words; the last one may be shorter.

    Examples
    --------
    >>> pieces(7, 3).tolist()
    [0, 3, 6]
    """
    n = _checks.integer("n", n, minimum=1)
    return np.arange(0, n, _checks.integer("length", length, minimum=1))


def shuffle_pieces(
    ids: ArrayLike, starts: ArrayLike, *, rng: np.random.Generator | int
) -> NDArray[np.int64]:
    """The text with its pieces in random order, each of them whole.

    Parameters
    ----------
    ids : array_like of int, shape (n,)
        The text.
    starts : array_like of int, shape (n_pieces,)
        Where its pieces start, rising, the first at 0: `pieces(n, 1)` shuffles words,
        `novel.sentences` sentences, `novel.chapters` chapters.
    rng : numpy.random.Generator or int

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    ValueError
        For starts that do not rise from 0 to less than n.

    Examples
    --------
    >>> sorted(shuffle_pieces([7, 8, 9], [0, 2], rng=1).tolist())
    [7, 8, 9]
    """
    ids, _ = whole_ids(ids)
    starts, _ = whole_ids(starts, name="starts", way_out=f"pieces({len(ids)}, length)")
    if starts[0] != 0 or starts[-1] >= len(ids) or np.any(np.diff(starts) <= 0):
        raise ValueError(
            f"starts must rise from 0 to less than {len(ids)}, got {starts[0]} to {starts[-1]}; "
            f"use pieces({len(ids)}, length)"
        )
    result, order = np.empty_like(ids), np.empty_like(starts)
    state = random_state(rng)
    _reorder_pieces(ids, len(ids), starts, len(starts), order, result, state)
    return result


def markov_text(
    ids: ArrayLike, n: int | None = None, *, rng: np.random.Generator | int
) -> NDArray[np.int64]:
    """A text in which each word follows as it does in `ids`, and remembers no earlier one.

    Each next word is one of those behind the present word in `ids`, each place equally likely;
    the text is read as a ring, so that its word frequencies are those of the chain.

    Parameters
    ----------
    ids : array_like of int, shape (n,)
        The text.
    n : int, optional
        How many words to make; by default as many as `ids` has.
    rng : numpy.random.Generator or int

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> set(np.diff(markov_text([0, 1, 2], 9, rng=1)).tolist())  # 0 1 2 0 1 2 ...
    {1, -2}
    """
    ids, n_symbols = whole_ids(ids)
    if n_symbols > LARGEST_TABLE:
        raise ValueError(
            f"ids go up to {n_symbols - 1}, more than 2**27 symbols; use encode(words, vocabulary)"
        )
    n_steps = len(ids) if n is None else _checks.integer("n", n, minimum=1)
    first, followers = np.empty(n_symbols + 1, np.int64), np.empty_like(ids)
    result = np.empty(n_steps, np.int64)
    state = random_state(rng)
    _walk_markov(ids, len(ids), n_symbols, first, followers, n_steps, result, state)
    return result


def _tree(height, eigenvalue, branching):
    """The three checked, with b^height small enough."""
    height = _checks.integer("height", height, minimum=1)
    branching = _checks.integer("branching", branching, minimum=2)
    eigenvalue = _checks.finite("eigenvalue", eigenvalue)
    if not -1 <= eigenvalue <= 1:
        raise ValueError(f"eigenvalue must be from -1 to 1, got {eigenvalue}")
    if height * np.log2(branching) > 40:
        raise ValueError(f"a tree with {branching}**{height} leaves is too large: at most 2**40")
    return height, eigenvalue, branching


def tree_text(
    height: int, eigenvalue: float, *, branching: int = 2, rng: np.random.Generator | int
) -> NDArray[np.int64]:
    """The leaves of a tree of symbols 0 and 1, each child its parent's copy or not.

    A child differs from its parent with probability (1 - eigenvalue) / 2, which makes `eigenvalue`
    the second eigenvalue of the rule. The root is 0 or 1, equally likely.

    Parameters
    ----------
    height : int
        Levels of rules; the text has branching**height symbols, at most 2**27.
    eigenvalue : float
        From -1 to 1.
    branching : int
        Children of each symbol.
    rng : numpy.random.Generator or int

    Returns
    -------
    ndarray of int, shape (branching**height,)

    Examples
    --------
    >>> tree_text(3, 1.0, rng=1).tolist() in ([0] * 8, [1] * 8)
    True
    """
    height, eigenvalue, branching = _tree(height, eigenvalue, branching)
    if height * np.log2(branching) > 27:
        raise ValueError(f"a text of {branching}**{height} symbols is too long: at most 2**27")
    rng = _checks.generator(rng)
    level = rng.integers(0, 2, 1)
    for _ in range(height):
        level = np.repeat(level, branching)
        level ^= rng.random(len(level)) < (1 - eigenvalue) / 2
    return level


def tree_correlation(
    distances: ArrayLike, height: int, eigenvalue: float, *, branching: int = 2
) -> NDArray[np.float64]:
    """Exact correlation of the leaves of `tree_text` at each distance, all positions averaged.

    Two leaves whose nearest common ancestor is h levels up are eigenvalue^(2 h) correlated. Of
    the b^height - d pairs at the distance d, b^(height - h) (max(b^h - d, 0) - b max(b^(h-1) - d,
    0)) have theirs there: those inside a block of b^h leaves, but not inside one of b^(h-1).

    Parameters
    ----------
    distances : int or array_like of int
        Each from 1 to branching**height - 1.
    height, eigenvalue, branching
        As in `tree_text`, for up to 2**40 leaves.

    Returns
    -------
    ndarray, shape (n_distances,)

    Examples
    --------
    >>> tree_correlation([1, 3], 2, 0.5)  # leaves ab cd: ab, bc, cd, and a with d
    array([0.1875, 0.0625])
    """
    height, eigenvalue, branching = _tree(height, eigenvalue, branching)
    d = whole_distances(distances, branching**height)
    pairs = np.zeros(len(d))
    total = np.zeros(len(d))
    for h in range(1, height + 1):
        block, smaller = branching**h, branching ** (h - 1)
        here = np.maximum(block - d, 0) - branching * np.maximum(smaller - d, 0)
        here = here * float(branching ** (height - h))
        total += here * eigenvalue ** (2 * h)
        pairs += here
    return total / pairs
