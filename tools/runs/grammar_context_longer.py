"""Networks that learn a grammar from context, again: longer, five together, with four synonyms.

Question: do ten times the steps, or the mean of what five networks expect, change the price of
`grammar_context`? And is it as flat in L with m = 4 synonyms, where the context says less?

Fixed before the run, with the methods, budgets and the criterion of `grammar_context`:

    "end 3 3 1024 x10", "level 3 L P x10"        ten times the steps: `end` with the first three
                                                 seeds, `level` with five, at (L, P) = (2, 128),
                                                 (4, 128), (5, 256),
    "end 3 3 1024 five", "level 3 4 128 five"    five networks together, the first five seeds,
    "level 3 5 1024"                             at L = 5 the window had ended too early,
    "level 4 L P", "end 4 3 P"                   m = 4, ten seeds.

More steps or more networks matter if they move the mean of these seeds by three errors of the mean
difference. The names without x10 and five are in `grammar_context`, with the same seeds, grammars
and sentences. For m = 4 the rule of refutation is that of m = 3, over L = 2, 3, 4. A lower bound on
the growth of `end` follows from what it knows at L = 3 and P = 8192.
"""

from long_runs import load

context = load("grammar_context")
WINDOWS = {"level": {2: (256, 512, 1024), 3: (512, 1024), 4: (512, 1024)}, "end": {3: (8192,)}}
FIVE = ("end", 3, 1024), ("level", 4, 128)
LONG = [("end", 3, 1024, 3)] + [("level", L, P, 5) for L, P in ((5, 256), (4, 128), (2, 128))]


def run(seed):
    """Lists of shares over the seeds by names such as "end 3 3 1024 x10"."""
    found = context.run(seed, 3, {"level": {5: (1024,)}})
    for method, L, P, n_seeds in LONG:
        _more(found, f"{method} 3 {L} {P} x10", seed, n_seeds, n_steps=10 * context.N_STEPS)
    for method, L, P in FIVE:
        _more(found, f"{method} 3 {L} {P} five", seed, 5, n_nets=5)
    return found | context.run(seed, 4, WINDOWS)


def _more(found, key, seed, n_seeds, **more):
    method, m, L, P, _ = key.split()
    sizes = int(m), int(L), int(P)
    found[key] = [context.share(method, *sizes, [seed, k], **more) for k in range(n_seeds)]
    print(key, found[key], flush=True)
