"""A grammar undone level by level: what a learner groups, and what it costs to be right."""

from typing import Any

import traitlets

from .. import _checks
from ..information.grouping import LEAST_GAIN
from ._declare import Button, Choice, Stops, Whole, plot, within
from ._front import LiveFigure, seeded, text

__all__ = ["GrammarLab"]

V = 8  # kinds of symbols, and of labels
SIZES = [round(2 ** (k / 2)) for k in range(8, 31)]  # 16 to 32768
GRAMMARS = 16  # that a figure can show
RESTARTS = 10  # of the grouping
M_RANGE, L_RANGE = (2, V), (2, 6)


def up_to(ends):
    """The whole numbers from one end to the other."""
    return range(ends[0], ends[1] + 1)


class GrammarLab(LiveFigure):
    """Sentences of a random grammar, and a learner that groups their pairs, live in the page.

    P sentences are written by `rgcourse.grammar`, with eight symbols. From the text up,
    `rgcourse.information.keep_most` puts the pairs of each level into eight groups by what they say
    about the label, or about the neighbour under the same parent: its raw text, or its pair of
    groups. The groups are then the symbols of the next level. How right they are is exact,
    `rgcourse.grammar.live.score_groups`.

    Parameters
    ----------
    P : int
        Number of sentences, 16 to 32768; goes to the nearest half power of two.
    m : int
        Synonyms of each symbol, 2 to 8.
    L : int
        Levels, 2 to 6.
    learner : str
        What is asked: "label", "raw" (neighbour) or "coarse" (neighbour).
    grammar : int
        Which grammar, 0 to 15: it has the rules of `random_grammar(L, m=m, rng=seed + grammar)`.
    running : bool
        Whether fresh sentences are learnt from, again and again, as soon as the figure is seen.
    seed : int
        Start of the page's random numbers.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports of each level, from the text up, `right` and `kept`; the number of levels that
    are `undone`; and the number of `samples`.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> lab = GrammarLab(P=500, m=3, L=4, learner="coarse")
    >>> lab.P
    512
    """

    title = text("How many sentences does a level cost?")
    try_line = text(
        "find the smallest P at which the top level ticks. Then add a level, and find it again. "
        "Then ask the coarse neighbour."
    )

    P = Stops(SIZES, 1024, label="Sentences P", name="P")
    m = Whole(*M_RANGE, 4, label="Synonyms", name="m", text="m = {}", keys="m")
    L = Whole(*L_RANGE, 3, label="Levels", name="L", text="L = {}", keys="l")
    learner = Choice(
        {
            "label": "the label",
            "raw": "the raw neighbour",
            "coarse": "the coarse neighbour",
        },
        label="Pairs are grouped by",
        name="grouped by",
        key="n",
        hint="label/neighbour",
    )
    new_grammar = Button("New grammar", key="g")
    grammar = traitlets.Int().tag(sync=True, follow=True)
    seed = traitlets.Int().tag(sync=True)
    seed_words = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    right = traitlets.List(traitlets.Float()).tag(sync=True)
    kept = traitlets.List(traitlets.Float()).tag(sync=True)
    undone = traitlets.Int().tag(sync=True)
    samples = traitlets.Int().tag(sync=True)
    readouts = {"star": "P*", "ratio": "P/P*", "top": "top level right", "undone": "undone"}
    plots = {
        "curve": plot(
            ("sentences P", SIZES[0], SIZES[-1]), ("called right", 0, 1.05), drop=("P", ""), log="x"
        ),
    }
    # Sentences by the formulas, by m and L: of the label, and of a level by its coarse neighbour.
    constants = {
        "v": V,
        "restarts": RESTARTS,
        "least_gain": LEAST_GAIN,
        "stars": {m: {L: V * m**L for L in up_to(L_RANGE)} for m in up_to(M_RANGE)},
        "prices": {m: V**2 * m**3 / (V - m) if m < V else 0 for m in up_to(M_RANGE)},
    }
    legend = (
        "A sentence, its tree, and what the learner calls each pair: mark and letter are those "
        "of the symbol that its group stands for, struck through where it is a wrong one. At "
        "the right of each level the share of its symbols that is called right, a tick when all "
        "are, and a bar for the information that the names keep. Below, every P that was tried, "
        "thick the top level. P* = 8 m to the power L; with the coarse neighbour, the other "
        "line is the price of a level. Groups by rgcourse.information.keep_most, compiled; "
        "scores by rgcourse.grammar.live.score_groups, over all sentences that there could be."
    )

    def __init__(self, P: int = 1024, *, seed: int = 2024, **traits: Any) -> None:
        super().__init__(P=P, **seeded(seed, GRAMMARS), **traits)

    @traitlets.validate("grammar")
    def _check_grammar(self, proposal):
        number = _checks.integer("grammar", proposal["value"], minimum=0)
        return int(within("grammar", number, 0, GRAMMARS - 1))
