"""Analogies by skip-grams of 64 numbers a word, trained longer than the page has time for.

The page's skip-gram, all pairs within five words of the six novels at once, with 400 steps of Adam
instead of 60, five times from random starts. Counted are the right answers to *a is to b as c is to
whom*, as they come, without the three words of the question, and by the control that names the
nearest word to c, which never looks at a and b.

The list of genders was written before any answer was counted. Those of plurals and of tenses were
added after it had been lost to the control, to see whether that holds for other kinds. Of
skip-grams 60, 240 and 600 steps had been tried on genders before, with up to three starts.
"""

import numpy as np

from rgcourse import text

N_WORDS, D, K, WINDOW, STEPS, RATE, STARTS = 2000, 64, 5, 5, 400, 0.1, 5
KINDS = {
    "gender": "he she,him her,his her,himself herself,man woman,men women,boy girl,"
    "father mother,son daughter,brother sister,brothers sisters,husband wife,uncle aunt,"
    "gentleman lady,gentlemen ladies,mr mrs,sir madam,nephew niece,papa mama,lord lady,boys girls",
    "number": "sister sisters,brother brothers,friend friends,letter letters,day days,year years,"
    "eye eyes,word words,thing things,house houses,room rooms,girl girls,lady ladies,"
    "feeling feelings,hour hours,minute minutes,child children,man men,woman women",
    "tense": "is was,are were,has had,do did,think thought,know knew,see saw,say said,come came,"
    "go went,give gave,take took,make made,feel felt,find found,speak spoke",
}


def run(seed):
    """For each kind how many questions, and rows (start) of right answers; correlations of PMI."""
    every_word = [word for novel in text.novels().values() for word in novel.words]
    common = text.vocabulary(every_word, N_WORDS)
    pairs = text.joint_counts(text.encode(every_word, common), range(1, WINDOW + 1), N_WORDS + 1)
    pairs = (pairs + pairs.T)[:N_WORDS, :N_WORDS].astype(np.float32)
    share = pairs.sum(axis=1)
    often = pairs >= 400
    pmi = np.log((pairs * share.sum() / np.outer(share, share))[often])
    asked = {kind: questions(line, common) for kind, line in KINDS.items()}
    found = {f"{kind} questions": len(asked[kind]) for kind in KINDS}
    found |= {kind: [] for kind in KINDS} | {"correlation with PMI, pairs seen 400 times": []}
    for rng in np.random.default_rng(seed).spawn(STARTS):
        words, contexts = skip_gram(pairs, share, rng)
        for kind in KINDS:
            found[kind].append(answers(words, asked[kind]))
        product = (words @ contexts.T)[often]
        found["correlation with PMI, pairs seen 400 times"].append(
            float(np.corrcoef(pmi, product)[0, 1])
        )
    return found


def questions(line, common):
    """Places of a, b, c and the answer, (n, 4), for all pairs of pairs of different known words."""
    place = {word: i for i, word in enumerate(common)}
    pairs = [pair.split() for pair in line.split(",")]
    return np.array(
        [
            [place[word] for word in (*p, *q)]
            for p in pairs
            for q in pairs
            if len({*p, *q}) == 4 and {*p, *q} <= set(place)
        ]
    )


def skip_gram(pairs, share, rng):
    """Vectors of words and of contexts, (2, n_words, D)."""
    both = pairs + K * np.outer(share, share) / share.sum()
    wc = 0.1 * rng.normal(size=(2, N_WORDS, D)).astype(np.float32)
    m, v = np.zeros_like(wc), np.zeros_like(wc)
    for t in range(1, STEPS + 1):
        slope = pairs - both / (1 + np.exp(-wc[0] @ wc[1].T))
        g = np.array([slope @ wc[1], slope.T @ wc[0]]) / share[:, None]
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8)
        wc += np.float32(RATE * (1 - t / STEPS)) * step
    return wc


def answers(vectors, asked):
    """Right answers: as they come, inputs excluded, nearest word only."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    near = unit @ unit.T
    right = [0, 0, 0]
    for a, b, c, wanted in asked:
        analogy, nearest = near[b] - near[a] + near[c], near[c].copy()
        right[0] += int(np.argmax(analogy) == wanted)
        for j, score in ((1, analogy), (2, nearest)):
            score[[a, b, c]] = -9
            right[j] += int(np.argmax(score) == wanted)
    return right
