"""How far words see in Jane Austen, functions learned on any three of the six novels.

The page takes two of the 20 ways to choose three novels for learning; here are all. For each, and
each novel that was not learned from, the correlation C(d) of the first function is measured at the
page's distances, and ln C is fitted by straight lines in ln d from 3 to 200, 3 to 25 and 25 to 200
words, for the second and third function from 3 to 200 alone.

The verdict is the course's rule: no power if the slopes of the two halves differ by three errors of
the mean over the six novels, each the mean of its ten splits. The ranges were chosen after a first
look at the curves of one split, before this run. So it repeats with 18 other splits, but on the
same novels, what was seen there.
Nothing is drawn at random, so the seed does not matter.
"""

import itertools

import numpy as np

from rgcourse import text

N_WORDS, WINDOW, MIN_COUNT = 3000, 10, 20
DISTANCES = np.unique(np.geomspace(1, 3000, 24).round().astype(int))


def run(seed):
    """Rows of (split, novel) in order: "learned from", "measured on", and the slopes."""
    novels = text.novels().values()
    known = text.vocabulary([word for novel in novels for word in novel.words], N_WORDS)
    ids = [text.encode(novel.words, known) for novel in novels]
    near = range(1, WINDOW + 1)
    tables = [text.joint_counts(book, near, N_WORDS + 1) for book in ids]
    found = {"learned from": [], "measured on": [], "3 to 25": [], "25 to 200": []}
    found |= {f"3 to 200, function {k}": [] for k in (1, 2, 3)}
    for split in itertools.combinations(range(6), 3):
        counts = sum(tables[i] for i in split)
        values = text.word_functions(counts, 3, min_count=2 * WINDOW * MIN_COUNT).values
        for i in sorted({*range(6)} - {*split}):
            c = text.correlation_at(ids[i], values, DISTANCES)
            found["learned from"].append(list(split))
            found["measured on"].append(i)
            for k in range(3):
                found[f"3 to 200, function {k + 1}"].append(slope(c[:, k], 3, 200))
            for low, high in ((3, 25), (25, 200)):
                found[f"{low} to {high}"].append(slope(c[:, 0], low, high))
    return found


def slope(c, low, high):
    """Of ln c against ln d over the distances from `low` to `high`."""
    here = (DISTANCES >= low) & (DISTANCES <= high)
    return float(np.polyfit(np.log(DISTANCES[here]), np.log(c[here]), 1)[0])
