"""How far a word sees, from Python: texts and functions that the page gets, values, refusals."""

import json

import numpy as np
import pytest
from native_words import function_of, rearranged, unpacked, written

from rgcourse.text import correlation_near, encode, novels
from rgcourse.widgets import WordReach, word_reach
from rgcourse.widgets.word_reach import DISTANCES, packed

FEW = {"vocabulary": ["the", "she", "you"], "values": np.eye(4)[:, :3]}


@pytest.fixture(scope="module")
def figure():
    return WordReach()


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"novel": "Ulysses"}, "novel must be one of 'Emma'"),
        ({"n_words": 4999}, "at least 5000"),
        ({"n_words": 10**6}, "Emma has .* words"),
        ({"n_words": 6000.5}, "whole number"),
        ({"d": 0}, "between 1 and 1000"),
        ({"d": np.nan}, "finite"),
        ({"function": 4}, "function must be one of 1, 2, 3"),
        ({"order": "letters"}, "order must be one of 'as written', 'words'"),
        ({"at": -1}, "at must lie between 0 and"),
        ({"at": 6000}, "at must lie between 0 and"),
        ({"seed": None}, "whole number"),
        ({"values": np.eye(3)}, "give both or neither"),
        ({"vocabulary": ["a"], "values": np.eye(3)}, r"shape \(2, at least 3\)"),
        ({"vocabulary": ["a"], "values": np.ones((2, 2))}, r"got \(2, 2\)"),
        ({"vocabulary": ["a"], "values": np.full((2, 3), np.inf)}, "finite"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        WordReach(**{"n_words": 6000} | (FEW if "values" not in wrong else {}) | wrong)


def test_assignment_is_checked_too():
    figure = WordReach(n_words=6000, **FEW)
    with pytest.raises(ValueError, match="order must be one of"):
        figure.order = "paragraphs"
    figure.d = 108  # the nearest there is
    assert (figure.d, figure.order) == (100, "as written")


def test_numbers_come_back_as_they_were_packed(rng):
    numbers = [0, 191, 192, 447, 448, 16575, *rng.integers(0, 16576, 500).tolist()]
    assert unpacked(packed(numbers)).tolist() == numbers


def test_the_page_gets_the_novel_s_beginning(figure):
    ids, words, starts = written(figure)
    whole = novels()["Emma"]
    assert tuple(words[i] for i in ids) == whole.words[: figure.n_words]
    assert 29_900 < figure.n_words <= 30_000 and figure.n_words in whole.sentences
    assert np.array_equal(starts, whole.sentences[: len(starts)])
    assert len(json.dumps({k: getattr(figure, k) for k in ("ids", "words", "functions")})) < 90_000


def test_functions_are_those_of_the_other_novels_in_eight_bits(figure):
    _, words, _ = written(figure)
    vocabulary, values = word_reach.learned("Emma")
    rows = dict(zip(vocabulary, values, strict=False))
    for k in (1, 2, 3):
        wanted = [rows.get(word, values[-1])[k - 1] for word in words]
        assert function_of(figure, k) == pytest.approx(wanted, abs=0.51 * figure.step)
    high, low = figure.ends[0]
    assert "thank" in high and "door" in low, "speech is told from narration"
    assert figure.narrowed["at"] == (0, figure.n_words - DISTANCES[-1] - 1)


def test_other_functions_can_be_given():
    figure = WordReach(n_words=6000, **FEW)
    ids, words, _ = written(figure)
    assert sorted(words[:3]) == ["she", "the", "you"]
    assert function_of(figure, 1)[ids].sum() == pytest.approx(
        novels()["Emma"].words[: figure.n_words].count("the")
    )


def test_the_tail_is_seen_at_a_hundred_words_and_no_shuffle_has_it(figure):
    """The power of the figure: C(100) of 30 000 words is six errors away from each shuffle."""
    ids, _, _ = written(figure)
    near = [DISTANCES.index(d) for d in (1, 100)]
    head, tail = near
    before = correlation_near(ids, function_of(figure, 1), DISTANCES)
    assert before.value[tail] > 5 * before.error[tail]
    for order in ("words", "pieces", "sentences", "Markov"):
        after = correlation_near(rearranged(figure, order), function_of(figure, 1), DISTANCES)
        off = np.hypot(before.error, after.error)
        assert before.value[tail] - after.value[tail] > 3 * off[tail], order
        if order != "words":
            assert abs(before.value[head] - after.value[head]) < 3 * off[head], order
    second = correlation_near(ids, function_of(figure, 2), DISTANCES)
    assert second.value[tail] > 3 * second.error[tail]


def test_so_it_is_in_every_stretch_of_every_novel():
    """What the docstring says: the tail is always seen at 100 words, and lost at 160 to 800."""
    vocabulary, values = word_reach.learned("Emma")
    reach = []
    for novel in novels().values():
        ids = encode(novel.words, vocabulary)
        for start in range(0, len(ids) - 30_000 + 1, 30_000):
            found = correlation_near(ids[start : start + 30_000], values[:, 0], DISTANCES)
            lost = np.flatnonzero(found.value < 3 * found.error)
            reach.append(DISTANCES[lost[0] - 1])
    assert len(reach) == 22 and (min(reach), max(reach)) == (160, 800)
    assert 250 <= np.median(reach) <= 320
