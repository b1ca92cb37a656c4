"""The texts of `WordReach`, made by the package itself: the page must agree word by word."""

import base64

import numpy as np

from rgcourse._random import random_state
from rgcourse.text import controls
from rgcourse.widgets.word_reach import N_FUNCTIONS, PIECE, SHORT


def unpacked(text):
    """The whole numbers that `packed` has written."""
    numbers, parts = [], iter(base64.b64decode(text))
    for byte in parts:
        numbers.append(byte if byte < SHORT else SHORT + 256 * (byte - SHORT) + next(parts))
    return np.array(numbers)


def written(figure):
    """The text as written, int32, its different words, and the starts of its sentences."""
    starts = np.cumsum([0, *unpacked(figure.lengths)])[:-1]
    return unpacked(figure.ids).astype(np.int32), figure.words.split(" "), starts


def function_of(figure, k):
    """The values of function k, from 1, of all words, as the page has them in 8 bits."""
    rows = np.frombuffer(base64.b64decode(figure.functions), np.int8).reshape(-1, N_FUNCTIONS)
    words = len(figure.words.split(" "))
    return figure.step * rows[np.minimum(np.arange(words), len(rows) - 1), k - 1].astype(float)


def rearranged(figure, order, state=None):
    """The text in an order, from the figure's own start of the generator or from a state."""
    ids, words, sentences = written(figure)
    state = random_state(figure.seed) if state is None else state
    result = np.empty_like(ids)
    if order == "Markov":
        first, followers = np.empty(len(words) + 1, np.int32), np.empty_like(ids)
        controls._walk_markov(ids, len(ids), len(words), first, followers, len(ids), result, state)
        return result
    equal = np.arange(0, len(ids), PIECE if order == "pieces" else 1)
    starts = (sentences if order == "sentences" else equal).astype(np.int32)
    scratch = np.empty_like(starts)
    controls._reorder_pieces(ids, len(ids), starts, len(starts), scratch, result, state)
    return result
