"""Magnets grown from one spin by rules and networks: exponents, energies, ten seeds.

Each seed samples 500 critical lattices of 256 x 256 and blocks them three times by majority. From
the pairs (twice blocked, three times blocked), 64 and 32 wide, it fits the rule of three numbers, a
free table of the same contexts and a network of 24 units a parity on 16 spins, trained for 2000
steps. Then each of these and of five other settings grows 2000 lattices of 64 x 64 from one spin.

Settings: "trained"; "parent 0.8", "parent 1.2", "drawn 0.7" and "drawn 0", the trained rule with
one number multiplied; "turned", the trained rule with the parent's number so that eta is 1/4,
found by bisection on lattices of its own; "tree", the parent alone, log-odds 2 artanh(2**(-1/8)),
for which eta = 1/4 exactly; "table"; "network"; and "true", the lattices sampled, twice blocked.

For each setting: "eta", minus the change of log2 <m**2> at each doubling, of the same lattices
before and after; "E", the energy per site of the 64 x 64 lattices; "t" and "h", the leading
exponents of four even and three odd operators, between those lattices and their majority blocks;
"back", the share of block spins that are those from which the lattice was grown; "nats" per site.

"more": all seeds' lattices together, ten times the data. Rule and table fitted again, a network
trained for 10 x 2000 steps on them, and each grown as above, for ten seeds.

Fixed before this run, after smaller ones with other seeds: a rule fails the weak test if eta of its
last doubling differs by more than 0.02, and by three errors, from that of the doubling before. It
fails the fair one if eta is off 1/4 by more than 0.02 or y_t off 1 by more than 0.05, and by three
errors. Expected from the smaller runs: all settings pass the weak test; the trained rule fails the
fair one by eta (0.215 seen), the tree by y_t (0.78 seen), and the network passes.
"""

import numpy as np

from rgcourse.blocking import block_spins
from rgcourse.exact import CRITICAL_K
from rgcourse.mcrg import linearized_rg, scaling_exponents
from rgcourse.operators import even_operators, odd_operators
from rgcourse.samplers import SwendsenWang
from rgcourse.zoom_in import (
    LocalRule,
    context_counts,
    fit_network,
    fit_rule,
    nats_per_site,
    network_probabilities,
    zoom_in,
)

L, N_LATTICES, N_GROWN, DOUBLINGS, N_SEEDS, STEPS = 256, 500, 2000, 6, 10, 2000
TREE = LocalRule(0.0, 2 * np.arctanh(2**-0.125), 0.0)


def true_lattices(rng):
    """Critical lattices blocked twice, 64 x 64, and once more."""
    chain = SwendsenWang(L, CRITICAL_K, rng=rng)
    chain.sweep(300)
    s = np.empty((N_LATTICES, L, L), np.int8)
    for one in s:
        chain.sweep(5)
        one[:] = chain.spins
    fine = block_spins(block_spins(s, rng=rng), rng=rng)
    return fine, block_spins(fine, rng=rng)


def energy(s):
    return -np.mean(s * (np.roll(s, 1, 1) + np.roll(s, 1, 2)), dtype=float)


def square(s):
    return np.mean(s.mean(axis=(1, 2)) ** 2)


def grow(rule, n, doublings, rng):
    """Lattices grown from one spin, all sizes."""
    grown = [rng.choice(np.array([-1, 1], np.int8), (n, 1, 1))]
    for _ in range(doublings):
        grown.append(zoom_in(grown[-1], rule, rng=rng))
    return grown


def etas(grown):
    return -np.diff(np.log2([square(s) for s in grown]))


def measured(fine, coarse):
    """Energy and exponents of lattices, which are blocked, and whether that gives the coarse."""
    blocks = block_spins(fine, rng=np.random.default_rng(fine[:, 0, 0].sum() + 10**6))
    even = [even_operators(s)[:, :4] for s in (fine, blocks)]
    odd = [odd_operators(s)[:, :3] for s in (fine, blocks)]
    return {
        "E": energy(fine),
        "t": scaling_exponents(linearized_rg(*even))[0],
        "h": scaling_exponents(linearized_rg(*odd))[0],
        "back": np.mean(blocks == coarse),
    }


def symmetric(table):
    """Probabilities of up from counts, the same with all spins turned over."""
    both = table + table[::-1, ::-1, ::-1, ::-1]
    return both[..., 1] / both.sum(axis=-1)


def turned(rule, rng):
    """The rule with the parent's number for which eta of the sixth doubling is 1/4."""
    low, high = 0.5 * rule.parent, rule.parent
    for _ in range(7):
        middle = rule._replace(parent=(low + high) / 2)
        if etas(grow(middle, N_GROWN, DOUBLINGS, rng))[-1] > 0.25:
            low = middle.parent
        else:
            high = middle.parent
    return rule._replace(parent=(low + high) / 2)


def settings(rule, table, network, rng):
    drawn, parent, near = rule
    return {
        "trained": rule,
        "parent 0.8": LocalRule(drawn, 0.8 * parent, near),
        "parent 1.2": LocalRule(drawn, 1.2 * parent, near),
        "drawn 0.7": LocalRule(0.7 * drawn, parent, near),
        "drawn 0": LocalRule(0.0, parent, near),
        "turned": turned(rule, rng),
        "tree": TREE,
        "table": table,
        "network": network,
    }


def run(seed):
    """Arrays (seeds, ...): "trained eta", "trained E", ..., "rule", and weights of a network."""
    found, narrow, wide = {}, 0, 0

    def keep(name, **values):
        for key, value in values.items():
            found.setdefault(f"{name} {key}", []).append(np.asarray(value, float).tolist())

    children = np.random.SeedSequence(seed).spawn(N_SEEDS)
    streams = [np.random.default_rng(child) for child in children]
    for rng in streams:
        fine, coarse = true_lattices(rng)
        keep("true", **measured(fine, coarse))
        counts = context_counts(fine, coarse)
        wide_counts = context_counts(fine, coarse, wide=True)
        narrow, wide = narrow + counts, wide + wide_counts
        net = network_probabilities(fit_network(wide_counts, steps=STEPS, rng=rng))
        rule, table = fit_rule(counts), symmetric(counts)
        for name, one in settings(rule, table, net, rng).items():
            grown = grow(one, N_GROWN, DOUBLINGS, rng)
            keep(name, eta=etas(grown), **measured(grown[-1], grown[-2]))
            if isinstance(one, LocalRule):
                keep(name, rule=one)
        for name, one in {"trained": rule, "table": table}.items():
            keep(name, nats=nats_per_site(one, counts))
        keep("network", nats=nats_per_site(net, wide_counts))
    net = fit_network(wide, steps=10 * STEPS, rng=streams[0])
    rule, table = fit_rule(narrow), symmetric(narrow)
    more = {"trained": rule, "table": table, "network": network_probabilities(net)}
    for name, one in more.items():
        counts = wide if name == "network" else narrow
        found[f"more {name} nats"] = nats_per_site(one, counts)
        for rng in streams:
            grown = grow(one, N_GROWN, DOUBLINGS, rng)
            keep(f"more {name}", eta=etas(grown), **measured(grown[-1], grown[-2]))
    found["more trained rule"] = list(rule)
    found |= {f"net {key}": np.round(value, 4).tolist() for key, value in net._asdict().items()}
    return found
