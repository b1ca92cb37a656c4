"""Magnets grown from one spin by rules and networks: exponents, energies, ten seeds.

Each seed samples 500 critical lattices of 256 x 256 and blocks them three times by majority. From
the pairs (twice blocked, three times blocked), 64 and 32 wide, it fits the rule of three numbers, a
free table of the same contexts and a network of 24 units a parity on 16 spins, trained for 2000
steps. Then each of these and of six other settings grows 2000 lattices of 64 x 64 from one spin.

Settings: "trained"; "parent 0.8", "parent 1.2", "drawn 0.7" and "drawn 0", the trained rule with
one number multiplied; "turned", the trained rule with the parent's number so that eta is 1/4,
found by bisection on lattices of its own; "tree", the parent alone, log-odds 2 artanh(2**(-1/8)),
for which eta = 1/4 exactly; "table"; "network"; and "true", the lattices sampled.

For each setting: "eta", minus the change of log2 <m**2> at each doubling, of the same lattices
before and after; "E", the energy per site of the 64 x 64 lattices (sampled ones: twice blocked);
"back", the share of their block spins that are those from which they were grown; "t" and "h", the
leading exponents of four even and three odd operators, between the 64 x 64 lattices and those from
which they were grown (sampled ones: their blocks); "nats" per site.

"more": all seeds' lattices together, ten times the data. Rule and table fitted again, a network
trained for ten times as many steps on them, and each grown as above, for ten seeds.

A first run, with other seeds, measured exponents between grown lattices and their majority blocks,
of which they are no fixed point: y_h was off 2 - eta / 2 by 0.02. Hence own pairs. Fixed before
this run: a setting fails the weak test if eta of its last doubling differs by more than 0.02, and
by three errors, from that of the doubling before. It fails the fair one if eta of the last doubling
is off 1/4 by more than 0.02, or y_t of its own pairs off 1 by more than 0.05, and by three errors.
Expected from the first run and smaller ones: all settings pass the weak test; the trained rule
fails the fair one by eta (0.218), the tree by y_t (3/4, exactly), the table by y_t (1.07 to 1.10
seen); the rule that is turned to eta = 1/4 and the network pass it.
"""

import numpy as np

from rgcourse.blocking import block_spins
from rgcourse.exact import CRITICAL_K
from rgcourse.mcrg import UnstableSpectrum, linearized_rg, scaling_exponents
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
    """Critical lattices of 256 x 256."""
    chain = SwendsenWang(L, CRITICAL_K, rng=rng)
    chain.sweep(300)
    s = np.empty((N_LATTICES, L, L), np.int8)
    for one in s:
        chain.sweep(5)
        one[:] = chain.spins
    return s


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


def leading(fine, coarse):
    """The leading exponent; of a complex pair, which noise can make, that of its modulus."""
    try:
        return scaling_exponents(linearized_rg(fine, coarse))[0]
    except UnstableSpectrum as error:
        return np.log2(np.abs(error.eigenvalues[0]))


def measured(fine, coarse, rng):
    """Energy, exponents, and the share of votes that give the coarse lattice."""
    even = [even_operators(s)[:, :4] for s in (fine, coarse)]
    odd = [odd_operators(s)[:, :3] for s in (fine, coarse)]
    back = np.mean(block_spins(fine, rng=rng) == coarse)
    return {"E": energy(fine), "t": leading(*even), "h": leading(*odd), "back": back}


def grown_and_measured(rule, rng):
    """All of it for one setting."""
    grown = grow(rule, N_GROWN, DOUBLINGS, rng)
    return {"eta": etas(grown)} | measured(*grown[:-3:-1], rng)


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
        fine = block_spins(block_spins(true_lattices(rng), rng=rng), rng=rng)
        coarse = block_spins(fine, rng=rng)
        keep("true", **measured(fine, coarse, rng))
        counts = context_counts(fine, coarse)
        wide_counts = context_counts(fine, coarse, wide=True)
        narrow, wide = narrow + counts, wide + wide_counts
        net = network_probabilities(fit_network(wide_counts, steps=STEPS, rng=rng))
        rule, table = fit_rule(counts), symmetric(counts)
        for name, one in settings(rule, table, net, rng).items():
            keep(name, **grown_and_measured(one, rng))
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
            keep(f"more {name}", **grown_and_measured(one, rng))
    found["more trained rule"] = list(rule)
    found |= {f"net {key}": np.round(value, 4).tolist() for key, value in net._asdict().items()}
    return found
