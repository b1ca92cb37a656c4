"""Networks that learn a grammar from context, again: a read-out that forgets, and coarse answers.

Question: the networks `end` of `grammar_context` are read out one fresh block at a time, and are
asked for raw letters, where `level` groups pairs before it asks, reads and answers. Which of these
differences makes its price?

    "end ..."      as in `grammar_context`: one deep network, raw answers, single blocks,
    "grouped ..."  the same networks, nothing trained again. Only the read-out forgets: pairs of
                   the fresh sentences are grouped by the mean of what the first layer expects
                   beside them, pairs of groups by that of the second, and so on.
    "coarse ..."   one deep network that reads raw letters, read out as `end`, but each layer has to
                   predict the sibling as a *pair of groups*, which the rule of counting has found
                   in the same sentences.

Methods, grammars, sentences, steps and the criterion are those of `grammar_context`. Fixed before
the run, after trials with the same seeds had shown the effect: ten seeds at L = 3, fewer at L = 4,
because the processor was short. A difference is one if it is beyond three errors of its mean.
"""

import jax.numpy as jnp
import numpy as np
import optax
from long_runs import load

from rgcourse.grammar import neighbour_counts, number_tuples, random_grammar, regroup
from rgcourse.information import keep_most
from rgcourse.networks import Reader, random_reader, train_reader
from rgcourse.networks.trees import _maps, _train

context = load("grammar_context")
V, N_STEPS = context.V, context.N_STEPS
POINTS = (  # method, L, P, seeds
    ("coarse", 3, 1024, 10),
    ("end", 3, 1024, 10),
    ("coarse", 4, 2048, 6),
    ("end", 3, 512, 10),
    ("end", 4, 8192, 4),
)


def run(seed):
    """Lists of shares over the seeds by names such as "grouped 3 3 1024"."""
    found = {}
    for method, L, P, n_seeds in POINTS:
        learn = coarse if method == "coarse" else end
        names = [
            f"{name} 3 {L} {P}" for name in (("end", "grouped") if learn is end else ("coarse",))
        ]
        rows = [learn(L, P, [seed, k]) for k in range(n_seeds)]
        found |= {
            name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)
        }
        print(*((name, found[name]) for name in names), flush=True)
    return found


def _texts(L, P, seed):
    rng = np.random.default_rng([*seed, 3, L])
    grammar = random_grammar(L, v=V, m=3, rng=rng)
    fresh = grammar.sample(context.N_FRESH, rng=rng).levels
    return rng, fresh, grammar.sample(P, rng=rng).levels[-1]


def _score(groups, fresh):
    return round(float(context.top_share(groups, fresh[1])), 4)


def end(L, P, seed):
    """The share by single blocks, and that by groups, of one network end to end."""
    rng, fresh, texts = _texts(L, P, seed)
    net = random_reader(V, L - 1, n_channels=context.N_CHANNELS, rng=rng)
    net = train_reader(net, texts, n_steps=N_STEPS, rng=rng)
    table = net.predict(fresh[-1]).reshape(2 * len(fresh[-1]), -1)
    single = keep_most(table, V, n_restarts=5, rng=rng).labels
    return _score(single, fresh), _score(grouped(net, fresh[-1], rng), fresh)


def grouped(net, text, rng):
    """The halves of the texts in groups, found level by level from what a network expects."""
    groups = text
    for l in range(len(net.layers)):
        part = Reader(net.layers[: l + 1], net.heads[: l + 1], V)
        pairs = number_tuples(groups, v=V)
        beside = np.zeros((V * V, 2 * 2**l * V * V))
        np.add.at(beside, pairs.ravel(), part.predict(text).reshape(pairs.size, -1))
        labels = keep_most(beside, V, rng=rng).labels
        groups = regroup(pairs, np.maximum(labels, 0))
    return groups


def coarse(L, P, seed):
    """The share of one network that reads letters and answers in groups."""
    rng, fresh, texts = _texts(L, P, seed)
    answers, groups = [], texts
    for _ in range(L - 1):
        pairs = number_tuples(groups, v=V)
        answers.append(pairs)
        labels = keep_most(neighbour_counts(pairs, n_tuples=V * V), V, rng=rng).labels
        groups = regroup(pairs, np.maximum(labels, 0))
    net = random_reader(V, L - 1, n_channels=context.N_CHANNELS, rng=rng)
    weights = net.layers, tuple(head[:, :, 0] for head in net.heads)
    data = texts.astype(np.int8), np.concatenate(answers, axis=1)
    layers, heads = _train(_coarse_loss, weights, V, data, N_STEPS, 64, 0.01, rng)
    block = _maps(np, layers, fresh[-1].astype(np.int8), V)[-1]
    scores = np.einsum("nbc,csk->nbsk", block, heads[-1]) / np.sqrt(block.shape[-1])
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    table = (odds / odds.sum(axis=-1, keepdims=True)).reshape(2 * len(fresh[-1]), -1)
    return (_score(keep_most(table, V, n_restarts=5, rng=rng).labels, fresh),)


def _coarse_loss(weights, v, texts, answers):
    """Mean surprise at the sibling's pair of groups, summed over the layers."""
    layers, heads = weights
    total, first = 0.0, 0
    for block, head in zip(_maps(jnp, layers, texts, v), heads, strict=True):
        n, places, channels = block.shape
        siblings = block.reshape(n, places // 2, 2, channels)
        scores = jnp.einsum("nbsc,csk->nbsk", siblings, head) / np.sqrt(channels)
        here = answers[:, first : first + places].astype(jnp.int32)
        other = here.reshape(n, places // 2, 2)[:, :, ::-1]
        total += optax.softmax_cross_entropy_with_integer_labels(scores, other).mean()
        first += places
    return total
