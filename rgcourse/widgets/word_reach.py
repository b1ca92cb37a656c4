"""How far a word sees: a chapter coloured by a word function, and what shuffles leave of C(d)."""

import base64
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from .. import _checks
from ..text import correlation_near, encode, joint_counts, novels, word_functions
from ..text import vocabulary as most_frequent
from ..text.windows import BLOCKS, WINDOW, lags_near
from ._declare import Button, Choice, Stops, Whole, one_of, plot
from ._front import LiveFigure, seeded, text

__all__ = ["WordReach"]

DISTANCES = (
    1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 63, 80, 100, 125, 160, 200, 250, 320, 400,
    500, 630, 800, 1000,
)  # fmt: skip
PIECE = 20  # words
N_FUNCTIONS = 3
LEARNED, NEAR = 2000, 10  # words that functions are learned of, and how near their neighbours are
SHORTEST = 5000  # words: below that nothing can be seen at the largest distances
STEPS = 127  # of a function, from zero to its largest value: int8
SHORT = 192  # whole numbers below it take one byte, larger ones two
SMOOTHED = 100  # words of the text that are one point of the strip
ORDERS = {
    "as written": "as written",
    "words": "words shuffled",
    "pieces": f"{PIECE}-word pieces shuffled",
    "sentences": "sentences shuffled",
    "Markov": "Markov chain of its words",
}


class Order(traitlets.TraitType):
    """One of the orders of the words; ValueError for another."""

    default_value = "as written"

    def validate(self, figure, value):
        """`value`, if it is one of them."""
        return one_of(self.name, value, tuple(ORDERS))


class WordReach(LiveFigure):
    """A text coloured by a function of its words, and how far that function is remembered.

    Above, the text at a place and d words later; below, the function's mean over 100 words along
    the text; beside them C(d) with its error, by `rgcourse.text.correlation_near`, compiled, of the
    text as written and of what a shuffle leaves of it.

    With 30 000 words C(100) of the first function is more than three errors above zero in each of
    the 22 stretches of that length which the six novels have. How far out the tail is seen differs:
    160 to 800 words, with a median near 300.

    Parameters
    ----------
    novel : str
        A name in `rgcourse.text.novels()`; the figure has its beginning.
    n_words : int
        How many of its words, rounded down to whole sentences; at least 5000. Each thousand adds
        3 kB to the page.
    vocabulary : sequence of str, optional
        Words with functions of their own. If left out, functions are learned in the other novels,
        from neighbours up to ten words away.
    values : array_like, shape (len(vocabulary) + 1, at least 3), optional
        With `vocabulary`: the functions of its words and, in the last row, of all other words, as
        of `rgcourse.text.word_functions`.
    d : int
        The distance: 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, .. 1000, or the nearest of them.
    function : {1, 2, 3}
        The first is the most predictable from its neighbours.
    order : {"as written", "words", "pieces", "sentences", "Markov"}
        What is shuffled; pieces have 20 words, the Markov chain has each word's followers.
    at : int
        The word at which the text is opened.
    seed : int
        Start of the page's random numbers.
    running : bool
        Whether it reads on, word by word, as soon as it is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `found`, C(d) and its error in the order shown.

    Raises
    ------
    ValueError
        For values outside these, here or on later assignment of the controls; for functions that do
        not fit their vocabulary.

    Examples
    --------
    >>> WordReach(n_words=6000, order="sentences", d=50).d
    50
    """

    title = text("How far can a word see?")
    try_line = text("try each shuffle. Which one kills the tail of C(d) and leaves its head?")

    d = Stops(DISTANCES, 100, label="Distance d", name="distance", text="{} words")
    at = Whole(0, 10**9, label="Place", name="place", step=10, fine=1, text="word {}")
    function = Choice(
        {1: "first", 2: "second", 3: "third"}, label="Word function", name="function", key="f"
    )
    as_written = Button("As written", key="a")
    shuffle_words = Button("Shuffle words", key="w")
    shuffle_pieces = Button(f"Shuffle {PIECE}-word pieces", key="p", hint="shuffle pieces")
    shuffle_sentences = Button("Shuffle sentences", key="t")
    markov = Button("Markov chain", key="m")
    order = Order().tag(sync=True, follow=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.Int()).tag(sync=True)
    words = text()  # the different words, those with functions of their own first
    ids = text()  # whole numbers, see `packed`
    lengths = text()  # of the sentences, as well
    functions = text()  # int8: word by word the three values, the last for all other words
    found = traitlets.List(traitlets.Float()).tag(sync=True)
    readouts = {"now": "C(d)", "written": "as written", "reach": "seen to d ="}

    def __init__(
        self,
        novel: str = "Emma",
        *,
        n_words: int = 30_000,
        vocabulary: Sequence[str] | None = None,
        values: ArrayLike | None = None,
        d: int = 100,
        function: int = 1,
        order: str = "as written",
        at: int = 0,
        seed: int = 4,
        **frame: Any,
    ) -> None:
        self.novel = one_of("novel", novel, tuple(novels()))
        if (vocabulary is None) != (values is None):
            raise ValueError("vocabulary and values belong together: give both or neither")
        known, table = learned(self.novel) if vocabulary is None else (vocabulary, values)
        table = function_table(known, table)
        said, starts = beginning(self.novel, n_words)
        own = sorted_words(said, known)
        n_known = len(set(own) & set(known))
        rows = table[[*encode(own[:n_known], known), -1]]
        self.n_words = len(said)
        self.step = float(np.abs(table).max() / STEPS)
        self.ends = [ends_of(own[:n_known], column) for column in rows[:-1].T]
        self.corpus = mean_correlation(tuple(known), table.tobytes())
        super().__init__(
            narrow={"at": (0, self.n_words - DISTANCES[-1] - 1)},
            words=" ".join(own),
            ids=packed(encode(said, own)),
            lengths=packed(np.diff([*starts, len(said)])),
            functions=base64.b64encode(np.rint(rows / self.step).astype(np.int8)).decode(),
            d=d,
            function=function,
            order=order,
            at=at,
            **seeded(seed),
            **frame,
        )

    @property
    def plots(self) -> dict[str, Any]:
        """The function along the text, and C(d)."""
        mean = (f"mean of {SMOOTHED} words", -1, 1)
        return {
            "strip": plot(("word", 0, self.n_words), mean, drop=("at", ""), size="small"),
            "decay": plot(("distance d (words)", 0.9, 1200), ("C(d)", 8e-4, 0.6),
                          drop=("d", ""), size="tall", log="xy"),
        }  # fmt: skip

    @property
    def constants(self) -> dict[str, Any]:
        """Distances, sizes and names, and C(d) of all novels."""
        lowest, highest = lags_near(np.array(DISTANCES), WINDOW)
        return {
            "distances": DISTANCES,
            "lowest": lowest.tolist(),
            "highest": highest.tolist(),
            "blocks": BLOCKS,
            "piece": PIECE,
            "smoothed": SMOOTHED,
            "step": self.step,
            "short": SHORT,
            "orders": ORDERS,
            "ends": self.ends,
            "corpus": self.corpus,
            "novel": self.novel,
        }

    @property
    def legend(self) -> str:
        """The caption."""
        return (
            f"The first {self.n_words} words of {self.novel}: red and heavy where the chosen "
            "function is high, blue and slanted where it is low. In the boxes a word and the word "
            "d later, with their x, the function less its mean in standard deviations. C(d) "
            f"is the mean of all such products, for lags within {WINDOW:.0%} of d, with its "
            f"error from {BLOCKS} stretches of the text; what is below one error is not drawn. "
            "Where the tail is lost differs from one stretch of a novel to the next. Dotted: mean "
            f"of six novels. Below the text, the function's mean over {SMOOTHED} words; between "
            "the dashed lines lie 95 % of such means where words are independent. Click "
            "on a word, a place or a distance. Shuffles and C(d) are those of rgcourse.text, "
            f"compiled. Seed {self.seed}."
        )


def beginning(novel, n_words):
    """The first words of a novel, as many whole sentences as there is room for; their starts."""
    whole = novels()[novel]
    n_words = _checks.integer("n_words", n_words, minimum=SHORTEST)
    if n_words > len(whole.words):
        raise ValueError(f"{novel} has {len(whole.words)} words, got n_words = {n_words}")
    starts = [*whole.sentences, len(whole.words)]
    last = np.searchsorted(starts, n_words, side="right") - 1
    return whole.words[: starts[last]], starts[:last]


@cache
def learned(novel):
    """A vocabulary and its functions, learned in all novels but this one."""
    others = [word for name, other in novels().items() if name != novel for word in other.words]
    vocabulary = most_frequent(others, LEARNED)
    counts = joint_counts(encode(others, vocabulary), np.arange(1, NEAR + 1))
    return vocabulary, word_functions(counts, N_FUNCTIONS).values


def function_table(vocabulary, values):
    """The first functions, shape (len(vocabulary) + 1, 3); ValueError where they do not fit."""
    table = _checks.finite_array("values", values)
    if table.ndim != 2 or len(table) != len(vocabulary) + 1 or table.shape[1] < N_FUNCTIONS:
        raise ValueError(
            f"values must have shape ({len(vocabulary) + 1}, at least {N_FUNCTIONS}): a row for "
            f"each word of the vocabulary and one for all others; got {table.shape}"
        )
    return np.ascontiguousarray(table[:, :N_FUNCTIONS])


def sorted_words(words, vocabulary):
    """The different words, those of the vocabulary first, frequent ones before rare ones."""
    known = set(vocabulary)
    ranked = most_frequent(words, len(set(words)))
    return [w for w in ranked if w in known] + [w for w in ranked if w not in known]


def ends_of(words, values, n=5):
    """The words, most frequent first, for which a function is highest, and lowest."""
    frequent = np.arange(len(words) // 2)  # a reader will meet them
    ranked = frequent[np.argsort(-values[: len(frequent)], kind="stable")]
    return [[words[i] for i in ranked[:n]], [words[i] for i in ranked[::-1][:n]]]


@cache
def mean_correlation(vocabulary, values):
    """C(d) of each function, the mean over all novels, from the bytes of a table of values."""
    table = np.frombuffer(values).reshape(len(vocabulary) + 1, N_FUNCTIONS)
    coded = [encode(novel.words, vocabulary) for novel in novels().values()]
    return [
        np.mean([correlation_near(ids, column, DISTANCES).value for ids in coded], 0)
        .round(5)
        .tolist()
        for column in np.ascontiguousarray(table.T)
    ]


def packed(numbers):
    """Whole numbers in one byte each below 192, in two up to 16575, as base64."""
    parts = []
    for number in map(int, numbers):
        above, rest = divmod(number - SHORT, 256)
        parts.append(bytes([number]) if number < SHORT else bytes([SHORT + above, rest]))
    return base64.b64encode(b"".join(parts)).decode()
