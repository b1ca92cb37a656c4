"""The novels that the package carries, and words as whole numbers.

They are in the public domain; `tools/get_text.py` remakes the file from Debian's package
r-cran-janeaustenr and states the rule by which it is cleaned.
"""

import lzma
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import _checks

__all__ = ["Novel", "encode", "letters", "novels", "vocabulary"]


class Novel(NamedTuple):
    """The `words` of a novel, and where its sentences and chapters start, int arrays."""

    words: tuple[str, ...]
    sentences: NDArray[np.int64]
    chapters: NDArray[np.int64]


@lru_cache(maxsize=1)
def novels() -> Mapping[str, Novel]:
    """The six novels of Jane Austen, from name to `Novel`, in alphabetical order.

    Examples
    --------
    >>> emma = novels()["Emma"]
    >>> emma.words[:3], len(emma.words), len(emma.chapters)
    (('emma', 'woodhouse', 'handsome'), 161852, 55)
    """
    packed = (files("rgcourse") / "data" / "austen.txt.xz").read_bytes()
    one_of_each: dict[str, str] = {}  # one object a word, not one for each time it is written
    found = {}
    for novel in lzma.decompress(packed).decode("ascii").split("# ")[1:]:
        name, body = novel.split("\n", 1)
        words: list[str] = []
        sentences, chapters = [], []
        for chapter in body.strip("\n").split("\n\n"):
            chapters.append(len(words))
            for sentence in chapter.split("\n"):
                sentences.append(len(words))
                words += (one_of_each.setdefault(word, word) for word in sentence.split(" "))
        found[name] = Novel(tuple(words), np.array(sentences), np.array(chapters))
        for starts in found[name][1:]:
            starts.flags.writeable = False
    return MappingProxyType(found)


def _words(name, words):
    """`words` as they are; ValueError for one string or for anything that is not a string."""
    sized = hasattr(words, "__len__") and not isinstance(words, str)  # no iterator: it would end
    if not sized or not all(isinstance(word, str) for word in words):
        raise ValueError(f"{name} must be a sequence of words; for a line of text use line.split()")
    if len(words) == 0:
        raise ValueError(f"{name} must hold at least one word")
    return words


def vocabulary(words: Sequence[str], size: int) -> list[str]:
    """The `size` most frequent words, most frequent first, equally frequent ones by the alphabet.

    Examples
    --------
    >>> vocabulary("to be or not to be".split(), 3)
    ['be', 'to', 'not']
    """
    size = _checks.integer("size", size, minimum=1)
    ranked = sorted(Counter(_words("words", words)).items(), key=lambda item: (-item[1], item[0]))
    if len(ranked) < size:
        raise ValueError(f"size must be at most {len(ranked)}, the different words, got {size}")
    return [word for word, _ in ranked[:size]]


def encode(words: Sequence[str], vocabulary: Sequence[str]) -> NDArray[np.int64]:
    """Each word's place in `vocabulary`, int array; len(vocabulary) for those not in it.

    Examples
    --------
    >>> encode("to be or not to be".split(), ["be", "to"]).tolist()
    [1, 0, 2, 2, 1, 0]
    """
    rank = {word: i for i, word in enumerate(_words("vocabulary", vocabulary))}
    if len(rank) < len(vocabulary):
        raise ValueError("vocabulary must not name a word twice")
    unknown = len(vocabulary)
    return np.array([rank.get(word, unknown) for word in _words("words", words)], np.int64)


def letters(words: Sequence[str]) -> NDArray[np.int64]:
    """The letters of a text, int array: 1 to 26 for a to z, 0 for the space between words.

    Examples
    --------
    >>> letters(["a", "cab"]).tolist()
    [1, 0, 3, 1, 2]
    """
    line = " ".join(_words("words", words))
    codes = np.frombuffer(line.encode(), np.uint8).astype(np.int64) - (ord("a") - 1)
    codes[codes == ord(" ") - (ord("a") - 1)] = 0
    spaces = np.count_nonzero(codes == 0)
    if codes.size == 0 or spaces >= len(words) or codes.min() < 0 or codes.max() > 26:
        raise ValueError("words must be of small letters a to z, as those of `novels` are")
    return codes


def whole_ids(
    ids: Any,
    n_symbols: Any = None,
    *,
    name: str = "ids",
    way_out: str = "encode(words, vocabulary)",
) -> tuple[NDArray[np.int64], int]:
    """`ids` as a contiguous int64 array, and how many symbols there are; ValueError if no text."""
    array = np.asarray(ids)
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iu":
        raise ValueError(
            f"{name} must be a non-empty 1D array of whole numbers, got dtype {array.dtype} and "
            f"shape {array.shape}; use {way_out}"
        )
    if array.min() < 0:
        raise ValueError(f"{name} must not be negative, got {array.min()}")
    fewest = int(array.max()) + 1
    n_symbols = fewest if n_symbols is None else _checks.integer("n_symbols", n_symbols, minimum=1)
    if n_symbols < fewest:
        raise ValueError(f"n_symbols must be at least {fewest}: the ids go up to {fewest - 1}")
    return np.ascontiguousarray(array, np.int64), n_symbols
