"""Networks that learn a grammar from context, again: ten times the steps, and five together.

Question: do ten times the steps, or the mean of what five networks expect, change what the networks
of `grammar_context` know? There, those that regroup and forget lose against counting the more the
more levels share their 2000 steps.

Fixed before the run, with the methods, budgets and the criterion of `grammar_context`:

    "level 3 5 1024"         at L = 5 its window of P had ended too early; ten seeds,
    "level 3 5 256 x10"      ten times the steps, the first four seeds,
    "end 3 3 1024 x10"       the same, the first three seeds,
    "... five"               five networks together, the first four seeds.

More steps or more networks matter if they move the mean of these seeds by three errors of the mean
difference. The names without x10 and five are in `grammar_context`, with the same seeds, grammars
and sentences. The points are few because the processor was; a longer list was cut before the run.
"""

from long_runs import load

context = load("grammar_context")
MORE = (
    ("level 3 5 256 x10", 4, {"n_steps": 10 * context.N_STEPS}),
    ("level 3 4 128 five", 4, {"n_nets": 5}),
    ("end 3 3 1024 five", 4, {"n_nets": 5}),
    ("end 3 3 1024 x10", 3, {"n_steps": 10 * context.N_STEPS}),
)


def run(seed):
    """Lists of shares over the seeds by names such as "end 3 3 1024 x10"."""
    found = context.run(seed, 3, {"level": {5: (1024,)}})
    for key, n_seeds, more in MORE:
        method, m, L, P, _ = key.split()
        sizes = int(m), int(L), int(P)
        found[key] = [context.share(method, *sizes, [seed, k], **more) for k in range(n_seeds)]
        print(key, found[key], flush=True)
    return found
