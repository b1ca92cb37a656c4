"""Block spins by a rule of the reader's own, and the couplings that block spins seem to have.

A rule has one number for each of the 16 states of a 2 x 2 block: how likely the block spin is up,
1, 0, or 1/2 for a coin. Spin i of state k stands in row i // 2 and column i % 2, and is up where
bit i of k is 0, as in `rgcourse.information.block_by_rule`. So 15 - k is the mirror image of k,
and a rule treats up and down alike where the two numbers add up to 1.

The couplings of block spins are guessed from what each spin does given its neighbours. If only h,
nearest neighbours, second neighbours and plaquettes act, a spin is up with the odds
exp(2 (h + K a + K_2 b + K_4 c)), where a, b and c are the sums of its four neighbours, of its four
diagonal ones, and of the products of the other three spins of its four plaquettes. The couplings
that make what was seen most likely are those of Besag's pseudo-likelihood: exact in the limit if
nothing else acts, and else the four that describe it best.

References
----------
R. H. Swendsen, Phys. Rev. Lett. 42, 859 (1979), doi:10.1103/PhysRevLett.42.859.
J. Besag, The Statistician 24, 179 (1975), doi:10.2307/2987782.
"""

import math

import numpy as np
from numba import int64, uint64
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled
from .._random import next_word, random_state
from ..exact import CRITICAL_K
from ..statistics import Estimate

__all__ = [
    "PRESET_MAGNETS",
    "PRESET_RULES",
    "blocks_by_design",
    "critical_magnet",
    "neighbour_couplings",
]

SIDE, STATES = 2, 16
KINDS = 5  # values of each of the three sums of a neighbourhood
NEIGHBOURHOODS = KINDS**3
COUNTS = 2 * NEIGHBOURHOODS  # with the spin itself, down and up
N_COUPLINGS = 4
SLOPE, AROUND, MEAN = 16, 20, 24  # places in the memory of the kernels
ROUNDS, LARGEST = 40, 4.0  # of Newton; couplings beyond are those of spins that never differ

SUMS = (1 - 2 * (np.arange(STATES)[:, None] >> np.arange(SIDE**2) & 1)).sum(axis=1)
CORNER = 1.0 - (np.arange(STATES) & 1)
PRESET_RULES = {
    "majority": np.where(SUMS == 0, 0.5, SUMS > 0),
    "decimation": CORNER,
    "average and sign": np.where(SUMS >= 0, 1.0, 0.0),
    "max-pool": np.where(SUMS > -4, 1.0, 0.0),
    "product": np.where(SUMS % 4 == 0, 1.0, 0.0),
}

# Couplings of `rgcourse.samplers.PlaquetteClusters` in units of K, and K at the critical point. The
# last two are ours, from strips of 3 to 10 spins, good to 2e-6 and 3e-5. An exercise of the book
# (design_rg) goes the way for second neighbours.
PRESET_MAGNETS = {
    "square": {"K": CRITICAL_K, "K_4": 0.0, "K_down": 0.0, "K_up": 0.0},
    "triangular": {"K": math.log(3) / 4, "K_4": 0.0, "K_down": 1.0, "K_up": 0.0},
    "second neighbours": {"K": 0.190192, "K_4": 0.0, "K_down": 1.0, "K_up": 1.0},
    "plaquettes": {"K": 0.35533, "K_4": 0.5, "K_down": 0.0, "K_up": 0.0},
}

# --- Kernels ------------------------------------------------------------------------------------
# rule: int8, 2 for up, 1 for a coin, 0 for down. counts: seen spins, down and up in turn, of each
# neighbourhood.


@register_jitable
def blocks_by_coins(spins, L, rule, out, state):
    """Block spins of one L x L lattice, into `out` of (L // 2)**2; both flat."""
    half = L // SIDE
    bits = uint64(0)
    for X in range(half):
        for Y in range(half):
            block = X * half + Y
            bits = next_word(state) if block & 63 == 0 else bits >> uint64(1)
            i = SIDE * (X * L + Y)
            now = (spins[i] < 0) + 2 * (spins[i + 1] < 0)
            now += 4 * (spins[i + L] < 0) + 8 * (spins[i + L + 1] < 0)
            out[block] = 2 * int64(rule[now] + int64(bits & uint64(1)) > 1) - 1


@register_jitable
def count_neighbourhoods(spins, L, counts):
    """Add each spin of a lattice, with what is around it, to `counts`."""
    for x in range(L):
        row, above, below = x * L, (x + L - 1) % L * L, (x + 1) % L * L
        for y in range(L):
            left, right = (y + L - 1) % L, (y + 1) % L
            n, s, w, e = spins[above + y], spins[below + y], spins[row + left], spins[row + right]
            nw, ne = spins[above + left], spins[above + right]
            sw, se = spins[below + left], spins[below + right]
            a, b = n + s + w + e, nw + ne + sw + se
            c = n * w * nw + n * e * ne + s * w * sw + s * e * se
            kind = ((a + 4) // 2 * KINDS + (b + 4) // 2) * KINDS + (c + 4) // 2
            counts[2 * kind + (spins[row + y] > 0)] += 1.0


@register_jitable
def newton_move(work):
    """Solve for the move of Newton's method in place, see `likeliest_couplings`; 0 where it fails.

    The matrix is positive where all four couplings can be told apart.
    """
    n = N_COUPLINGS
    for i in range(n):
        if not work[i * n + i] > 1e-9:
            return 0
        for k in range(n):
            if k != i:
                factor = work[k * n + i] / work[i * n + i]
                for j in range(n):
                    work[k * n + j] -= factor * work[i * n + j]
                work[SLOPE + k] -= factor * work[SLOPE + i]
    for i in range(n):
        work[SLOPE + i] /= work[i * n + i]
    return 1


@register_jitable
def add_counts(bins, n_bins, left_out, total):
    """The sum of all bins of counts but number `left_out` (-1: of all), in `total`."""
    for i in range(COUNTS):
        total[i] = 0.0
        for k in range(n_bins):
            if k != left_out:
                total[i] += bins[k * COUNTS + i]


@register_jitable
def likeliest_couplings(counts, couplings, work):
    """The `couplings` h, K, K_2, K_4 that make `counts` most likely; 0 where there are none.

    Newton's method from zero; the sum is concave, so there is one maximum. `work` holds 24 numbers:
    the matrix, the slope, and what the couplings multiply.
    """
    for i in range(N_COUPLINGS):
        couplings[i] = 0.0
    for _ in range(ROUNDS):
        for i in range(24):
            work[i] = 0.0
        for kind in range(NEIGHBOURHOODS):
            down, up = counts[2 * kind], counts[2 * kind + 1]
            if down + up == 0.0:
                continue
            work[AROUND] = 1.0
            work[AROUND + 1] = 2.0 * (kind // (KINDS * KINDS)) - 4.0
            work[AROUND + 2] = 2.0 * (kind // KINDS % KINDS) - 4.0
            work[AROUND + 3] = 2.0 * (kind % KINDS) - 4.0
            total = 0.0
            for i in range(N_COUPLINGS):
                total += couplings[i] * work[AROUND + i]
            p = 1.0 / (1.0 + math.exp(-2.0 * total))
            for i in range(N_COUPLINGS):
                work[SLOPE + i] += (up - (down + up) * p) * work[AROUND + i]
                for j in range(N_COUPLINGS):
                    share = (down + up) * 2.0 * p * (1.0 - p)
                    work[i * N_COUPLINGS + j] += share * work[AROUND + i] * work[AROUND + j]
        if newton_move(work) == 0:
            return 0
        largest = 0.0
        for i in range(N_COUPLINGS):
            couplings[i] += work[SLOPE + i]
            largest = max(largest, abs(work[SLOPE + i]))
            if not abs(couplings[i]) < LARGEST:
                return 0
        if largest < 1e-12:
            return 1
    return 0


@register_jitable
def measure_couplings(bins, n_bins, total, work, result):
    """Couplings and their jackknife errors, in `result`, of all bins; nan where there are none.

    `total` is a bin; `work` holds 32 numbers, `result` eight.
    """
    for i in range(2 * N_COUPLINGS):
        result[i] = math.nan
    for i in range(N_COUPLINGS):
        work[MEAN + i], work[MEAN + N_COUPLINGS + i] = 0.0, 0.0
    for k in range(n_bins):
        add_counts(bins, n_bins, k, total)
        if likeliest_couplings(total, result, work) == 0:
            for i in range(2 * N_COUPLINGS):
                result[i] = math.nan
            return
        for i in range(N_COUPLINGS):
            change = result[i] - work[MEAN + i]
            work[MEAN + i] += change / (k + 1)
            work[MEAN + N_COUPLINGS + i] += change * (result[i] - work[MEAN + i])
    add_counts(bins, n_bins, -1, total)
    if likeliest_couplings(total, result, work) == 0:
        for i in range(2 * N_COUPLINGS):
            result[i] = math.nan
        return
    for i in range(N_COUPLINGS):
        spread = work[MEAN + N_COUPLINGS + i]
        result[N_COUPLINGS + i] = math.sqrt(spread * (n_bins - 1) / n_bins)


@compiled
def _blocks_of_samples(samples, L, rule, out, state):
    for k in range(samples.shape[0]):
        blocks_by_coins(samples[k], L, rule, out[k], state)


@compiled
def _count_samples(samples, L, bins):
    for k in range(samples.shape[0]):
        count_neighbourhoods(samples[k], L, bins[k * bins.shape[0] // samples.shape[0]])


_measure_couplings = compiled(measure_couplings)


# --- For Python ---------------------------------------------------------------------------------


def checked_design(rule: ArrayLike | str) -> NDArray[np.float64]:
    """A rule as 16 numbers; ValueError unless it is the name of one, or has 0, 1/2 and 1 only."""
    if isinstance(rule, str):
        if rule not in PRESET_RULES:
            raise ValueError(f"rule must be one of {', '.join(PRESET_RULES)}, got {rule!r}")
        return PRESET_RULES[rule].copy()
    values = _checks.finite_array("rule", rule)
    if values.shape != (STATES,) or not np.isin(values, (0, 0.5, 1)).all():
        raise ValueError(
            f"rule must be {STATES} numbers, 1 for up, 0 for down and 0.5 for a coin, one for each "
            f"state of a 2 x 2 block, got {values.tolist() if values.size < 20 else values.shape}"
        )
    return values


def critical_magnet(name: str, *, ratio: float = 1.0) -> dict[str, float]:
    """Couplings of one of `PRESET_MAGNETS`, `ratio` times the critical ones.

    Parameters
    ----------
    name : str
        "square", "triangular", "second neighbours" (as strong as nearest ones), or "plaquettes"
        (four spins at once, half as strong as neighbours).
    ratio : float
        K / K_c, positive.

    Raises
    ------
    ValueError
        For other names, and ratios that are not positive.

    Examples
    --------
    >>> critical_magnet("triangular")["K_down"]
    0.27465307216702745
    """
    if name not in PRESET_MAGNETS:
        raise ValueError(f"name must be one of {', '.join(PRESET_MAGNETS)}, got {name!r}")
    if not _checks.finite("ratio", ratio) > 0:
        raise ValueError(f"ratio must be positive, got {ratio:g}")
    parts = PRESET_MAGNETS[name]
    K = ratio * parts["K"]
    return {key: K if key == "K" else K * part for key, part in parts.items()}


def blocks_by_design(
    spins: ArrayLike, rule: ArrayLike | str, *, rng: int | np.random.Generator
) -> NDArray[np.int8]:
    """Block spins of 2 x 2 blocks by a rule of one's own.

    Parameters
    ----------
    spins : array_like, shape (n_samples, L, L)
        Ising spins +1 and -1, L even.
    rule : str or array_like, shape (16,)
        A name of `PRESET_RULES`, or for each state of the block 1 (up), 0 (down) or 0.5 (a coin).
        Spin i of state k stands in row i // 2 and column i % 2, and is up where bit i of k is 0.
    rng : int or numpy.random.Generator
        Source of the coins.

    Returns
    -------
    ndarray of int8, shape (n_samples, L / 2, L / 2)

    Raises
    ------
    ValueError
        For arrays without Ising spins, an odd L, and rules that are none.

    References
    ----------
    L. P. Kadanoff, Physics Physique Fizika 2, 263 (1966), doi:10.1103/PhysicsPhysiqueFizika.2.263.

    Examples
    --------
    >>> blocks_by_design([[[-1, -1], [-1, 1]]], "max-pool", rng=1)
    array([[[1]]], dtype=int8)
    """
    samples, values = _checks.many_spins(spins, dim=2), checked_design(rule)
    n, L = samples.shape[:2]
    if L % SIDE:
        raise ValueError(f"blocks of 2 x 2 need an even L, got L = {L}")
    out = np.empty((n, L // SIDE, L // SIDE), np.int8)
    flat = np.ascontiguousarray(samples.reshape(n, -1))
    doubled = (2 * values).astype(np.int8)
    _blocks_of_samples(flat, L, doubled, out.reshape(n, -1), random_state(rng))
    return out


def neighbour_couplings(spins: ArrayLike, *, n_bins: int = 16) -> Estimate:
    """The couplings h, K, K_2, K_4 that lattices seem to have, an Estimate of four numbers.

    Field, nearest neighbours, second neighbours and plaquettes, from what each spin does given its
    eight neighbours (Besag's pseudo-likelihood), with jackknife errors. They are the couplings of
    the lattices if they have no others.

    Parameters
    ----------
    spins : array_like, shape (n_samples, L, L)
        Ising spins +1 and -1, from a Markov chain in its order.
    n_bins : int
        Bins of the jackknife, 2 to the number of lattices.

    Raises
    ------
    ValueError
        For arrays without Ising spins, and spins so much alike that no couplings follow.

    References
    ----------
    J. Besag, The Statistician 24, 179 (1975), doi:10.2307/2987782.

    Examples
    --------
    Spins without any order have no couplings, to within an error of 0.01:

    >>> spins = np.random.default_rng(1).choice([-1, 1], (32, 16, 16))
    >>> bool(np.all(abs(neighbour_couplings(spins).value) < 0.03))
    True
    """
    samples = _checks.many_spins(spins, dim=2)
    n, L = samples.shape[:2]
    n_bins = _checks.integer("n_bins", n_bins, minimum=2)
    if n_bins > n:
        raise ValueError(f"n_bins must be at most the number of lattices, {n}, got {n_bins}")
    if L < 4:
        raise ValueError(f"eight neighbours that differ need L >= 4, got L = {L}")
    bins = np.zeros((n_bins, COUNTS))
    _count_samples(np.ascontiguousarray(samples.reshape(n, -1)), L, bins)
    total, work, result = np.empty(COUNTS), np.empty(32), np.empty(2 * N_COUPLINGS)
    _measure_couplings(bins.ravel(), n_bins, total, work, result)
    if np.isnan(result).any():
        raise ValueError("these spins are too much alike to have couplings; take more lattices")
    return Estimate(result[:N_COUPLINGS], result[N_COUPLINGS:])
