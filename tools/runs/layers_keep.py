"""What three halvings keep of four couplings: votes, averages, energy densities, 100 networks.

Question: at one fixed temperature, which share of the Fisher information about a coupling is left
in what stands on the 2 x 2 sites after three halvings of a 16 x 16 lattice? With the operator O of
the coupling it is Var(E[O|features]) / Var(O), the R^2 of the best decoder. The operators at T_c:

    h   the magnetization, odd and relevant;     t      the energy, even and relevant;
    t'  the energy beyond |m|, that is, less its mean at that |m|;
    u   bonds along the diagonals, less their mean at that |m| and less their regression on t':
        even and irrelevant;                     noise  the staggered magnetization.

Capacity is equal on both sides. In bits: one number a site, rounded at quantiles to 1, 2 or 3 bits
(a vote has one), and the decoder is the table of all functions of the 2^4 to 2^12 states. In
numbers: 1 or 8 a site, not rounded (the rules leave theirs of the block or of eighths of it),
and the decoder is linear regression on the numbers, all their products and 300 random relu units,
all summed over the four translations. What lies beyond five spreads is cut off there.

Fixed before the first run: ten seeds with training and test lattices of their own; 100 000 test
lattices each; architectures `mean` (mean over the lattice behind three layers), `sites` (no mean)
and `deep` (a fourth layer, no mean), each with 1, 2 and 8 channels after the third layer; 3000
steps on 39 000 lattices a network, beside it for `mean` a tenth of both; untrained networks of the
same channels. The claim "it keeps what matters and throws away what does not, as RG does" has
three parts, and each is refuted for an architecture and width

    keeps t   if it keeps less of t than the better of vote and average at equal numbers,
    keeps h   if it keeps less of h than the better of vote and average at equal numbers,
    drops u   if it does not keep less of u than untrained networks,

by three errors of the mean of ten differences (for the last: unless less by three errors).
T = 2.1 and 2.5 are controls, for `mean` with one channel, in bits. A pilot of 20 000 lattices and
300 steps was seen before the first full run. It changed none of these rules and brought in one
control more, `pair`: energy density and diagonals together, half of the numbers each, which could
keep u. In the first full run the decoder of numbers was wild where a channel is nearly always zero;
the cut at five spreads was put in for that. To save time that run's two channels were left out
(there `sites` and `deep` kept 0.05 more of t than averages) and the test lattices made 60 000.

Seen after the runs: the rule for u has no room, because untrained networks keep none of it. The bar
for t leaves out energy densities, which keep all. t' favours features that know |m| (`beyond_m`).
With eight channels t is not converged and h is skewed (`layers_longer`).
"""

import numpy as np
from sklearn.linear_model import Ridge

from rgcourse.blocking import block_spins
from rgcourse.networks import cross_entropy, random_net, train_nets
from rgcourse.samplers import SwendsenWang
from rgcourse.statistics import quantile_levels, share_told

L, T_C = 16, 2 / np.log(1 + np.sqrt(2))
N_SEEDS, N_TEST, N_CONTROL = 10, 60_000, 30_000
TOLD = np.linspace(1.5, 3.04, 78)
N_STEPS, N_EACH = 3000, 500  # steps, and lattices a temperature and network
WIDTHS, BITS = (1, 8), (1, 2, 3)
SHAPES = {"mean": ((), 1), "sites": ((), 4), "deep": ((8,), 1)}  # layers after the third, sites
TRANSLATIONS = np.array([[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]])
OPERATORS = "h", "t", "t'", "u", "noise"


def run(seed):
    """Lists of ten shares: "vote 1 bits t", "average 8 numbers h", "mean 8 numbers u", ...

    `brief` is `mean` with a tenth of steps and data. Also the losses of the networks, how many have
    a last map that is zero everywhere, and the shares that |m| alone tells.
    """
    rng = np.random.default_rng(seed)
    nets = {(name, w): _networks(name, w, 1, rng) for name in SHAPES for w in WIDTHS}
    nets |= {("brief", w): _networks("mean", w, 10, rng) for w in WIDTHS}
    nets |= {
        ("untrained", w): [random_net((6, 8, w), rng=rng) for _ in range(N_SEEDS)] for w in WIDTHS
    }
    found = {}
    exam = _sample(TOLD, 20, rng)
    for name, w in nets:
        found[f"{name} {w} loss"] = [
            cross_entropy(net.probability(exam), np.repeat(TOLD < T_C, 20)) for net in nets[name, w]
        ]
    for k in range(N_SEEDS):
        here = {key: several[k] for key, several in nets.items()}
        _add(found, "", _examined(_sample([T_C], N_TEST, rng), here, rng))
        few = {(name, 1): here[name, 1] for name in ("mean", "untrained")}
        for T in (2.1, 2.5):
            _add(found, f"T {T} ", _examined(_sample([T], N_CONTROL, rng), few, rng, numbers=False))
    return found


def _add(found, prefix, shares):
    for name, share in shares.items():
        found.setdefault(prefix + name, []).append(round(float(share), 5))


def _sample(temperatures, n, rng):
    lattices = np.empty((len(temperatures), n, L, L), np.int8)
    for some, T in zip(lattices, temperatures, strict=True):
        chain = SwendsenWang(L, 1 / T, rng=rng)
        chain.sweep(50)
        for s in some:
            chain.sweep(3)
            s[:] = chain.spins
    return lattices.reshape(-1, L, L)


def _networks(name, width, fewer, rng):
    """Ten, on lattices of chains of their own; dealt out as `train_nets` takes them."""
    more, sites = SHAPES[name]
    s = np.stack([_sample(TOLD, N_EACH // fewer, rng) for _ in range(N_SEEDS)], axis=1)
    ordered = np.repeat(TOLD < T_C, N_EACH // fewer * N_SEEDS)
    return train_nets(
        s.reshape(-1, L, L), ordered, n_nets=N_SEEDS, n_steps=N_STEPS // fewer,
        channels=(6, 8, width, *more), sites=sites, rng=rng,
    )  # fmt: skip


def operators(s):
    """The five, one column each."""
    x, y = np.roll(s, 1, axis=1), np.roll(s, 1, axis=2)
    m = s.mean(axis=(1, 2))
    t = -(s * x + s * y).mean(axis=(1, 2))
    diagonal = (x * y + s * np.roll(x, 1, axis=2)).mean(axis=(1, 2))
    beyond, u = beyond_m(t, m), beyond_m(diagonal, m)
    u -= beyond * (u @ beyond) / (beyond @ beyond)
    signs = (-1) ** np.indices((L, L)).sum(axis=0)
    return np.stack([m, t, beyond, u, (s * signs).mean(axis=(1, 2))], axis=1)


def beyond_m(values, m):
    """Values less their mean at that |m|, of which there are L^2 / 2 + 1."""
    state = np.rint(abs(m) * L * L / 2).astype(int)
    return values - (np.bincount(state, values) / np.maximum(np.bincount(state), 1))[state]


def rules(s, width, rng):
    """Numbers that a rule leaves of `width` parts of each of four blocks: (n, 4, width)."""
    votes = np.sign(_means(s, width) + rng.choice([-1e-3, 1e-3], (len(s), 4, width)))
    if width == 1:  # three votes of 2 x 2, as the magnet's renormalization has them
        blocks = s
        for _ in range(3):
            blocks = block_spins(blocks, rng=rng)
        votes = blocks.reshape(-1, 4, 1)
    bonds = s * np.roll(s, -1, axis=1) + s * np.roll(s, -1, axis=2)
    found = {"vote": votes, "average": _means(s, width), "energy density": _means(bonds, width)}
    if width > 1:
        corners = s * (np.roll(s, (-1, -1), axis=(1, 2)) + np.roll(s, (-1, 1), axis=(1, 2)))
        halves = _means(bonds, width // 2), _means(corners, width // 2)
        found["pair"] = np.concatenate(halves, axis=2)
    return found


def _means(x, width):
    """Over `width` equal parts of each block, whose edges are 8 / a and 8 / b."""
    a, b = {1: (1, 1), 4: (2, 2), 8: (4, 2)}[width]
    mean = x.reshape(-1, 2, a, 8 // a, 2, b, 8 // b).mean(axis=(3, 6), dtype=np.float32)
    return mean.transpose(0, 1, 3, 2, 4).reshape(-1, 4, width)


def states(numbers, bits):
    """The state of the four sites, the same for all four translations."""
    levels = quantile_levels(numbers[:, :, 0], bits)
    return np.min(levels[:, TRANSLATIONS] @ (2**bits) ** np.arange(4), axis=1)


def told_by_numbers(numbers, wanted, rng, n_units=300):
    """R^2 on the last quarter of the samples, of a decoder that knows no place, one a column."""
    n, width = 3 * len(numbers) // 4, numbers.shape[2]
    x = numbers.astype(np.float32)
    x = np.clip((x - x.mean(axis=(0, 1))) / (x.std(axis=(0, 1)) + 1e-6), -5, 5)
    over = [(c, d) for c in range(width) for d in range(c, width)]
    moved = x[:, TRANSLATIONS]  # sample translation site channel
    products = [np.einsum("nsc,nsd->ncd", x, moved[:, g]) for g in range(4)]
    weights = rng.normal(size=(4 * width, n_units)) / np.sqrt(4 * width)
    units = np.maximum(
        moved.reshape(len(x), 4, -1) @ weights.astype(np.float32)
        + rng.normal(size=n_units).astype(np.float32), 0,
    ).sum(axis=1)  # fmt: skip
    X = np.concatenate(
        [
            x.sum(axis=1),
            *(np.stack([p[:, c, d] for c, d in over], axis=1) for p in products),
            units,
        ],
        axis=1,
    )
    spread = X[:n].std(axis=0)
    X = np.clip((X - X[:n].mean(axis=0)) / np.where(spread > 1e-3, spread, np.inf), -10, 10)
    Y = wanted - wanted[:n].mean(axis=0)
    fit = Ridge(alpha=1e-3 * n, solver="cholesky", fit_intercept=False).fit(X[:n], Y[:n])
    return 1 - np.sum((Y[n:] - fit.predict(X[n:])) ** 2, axis=0) / np.sum(Y[n:] ** 2, axis=0)


def _examined(s, nets, rng, numbers=True):
    wanted = operators(s)
    m = np.rint(abs(wanted[:, 0]) * L * L / 2).astype(int)
    found = {f"|m| {name}": share_told(m, x) for name, x in zip(OPERATORS, wanted.T, strict=True)}
    for w in WIDTHS if numbers else (1,):
        left = rules(s, w, rng)
        for (name, width), net in nets.items():
            if width == w:
                left[name] = net.layers(s)[2].reshape(len(s), 4, w)
        for name, x in left.items():
            shares = {}
            if w == 1:
                found[f"{name} silent"] = np.ptp(x) == 0
                for b in BITS:
                    shares[f"{b} bits"] = [share_told(states(x, b), o) for o in wanted.T]
            if numbers:
                few = 2 * len(s) // 3
                shares[f"{w} numbers"] = told_by_numbers(x[:few], wanted[:few], rng)
            for how, values in shares.items():
                for operator, value in zip(OPERATORS, values, strict=True):
                    found[f"{name} {how} {operator}"] = value
    return found
