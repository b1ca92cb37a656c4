"""Why T_c comes out too high: told readers of |m| and of the energy at L = 8 to 128, and networks.

The page finds, from L = 8, 16, 24, 32, a logistic step for each curve and a line in 1/L, a T_c
that is too high: networks by 0.0071(16), readers of |m| by 0.0079(9), of the energy by 0.0021(8).
Three explanations are tried: the sizes, the step (against the crossing of 1/2, interpolated), and
the line (against a parabola in 1/L). A fourth is the logistic curve of the reader, against the best
rising function of |m|.

Fixed beforehand: it is called *finite size* if the bias of the told reader of |m| falls by a factor
of 2 at least when all sizes are doubled, to 16, 32, 48, 64; they are doubled once more, to 32, 64,
96, 128. Ten readers with chains of their own, 100 training lattices at each of the 78 temperatures
of the school "told", 800 test lattices at each of 19 x = (T - T_c) L from -3 to 3. Twenty networks,
schooled and examined as those of the page, at 16, 32, 48 and 64.
"""

import numpy as np
from scipy.optimize import curve_fit
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from rgcourse.networks import train_nets
from rgcourse.samplers import SwendsenWang

T_C, TOLD, X = 2 / np.log(1 + np.sqrt(2)), np.linspace(1.5, 3.04, 78), np.linspace(-3, 3, 19)
SIZES = 8, 16, 24, 32, 48, 64, 96, 128
WINDOWS = {"8 to 32": (8, 16, 24, 32), "16 to 64": (16, 32, 48, 64), "32 to 128": (32, 64, 96, 128)}
N_READERS, N_TRAIN, N_TEST = 10, 100, 800
NET_SIZES, N_NETS, N_NET_TRAIN, N_NET_TEST = (16, 32, 48, 64), 20, 50, 200


def run(seed):
    """Lists, one number a reader: "|m| step middle 8", "|m| step 8 to 32 line", ... parabola."""
    rng = np.random.default_rng(seed)
    middles = {}
    for L in SIZES:
        for _ in range(N_READERS):
            for name, curve in _curves_of_readers(L, rng).items():
                _add(middles, name, L, curve)
    for L in NET_SIZES:
        for curve in _curves_of_networks(L, rng):
            _add(middles, "network", L, curve)
    found = {f"{name} middle {L}": _rounded(T) for (name, L), T in middles.items()}
    for name in dict.fromkeys(name for name, _ in middles):
        for window, sizes in WINDOWS.items():
            if all((name, L) in middles for L in sizes):
                T = np.array([middles[name, L] for L in sizes])
                for kind, degree in (("line", 1), ("parabola", 2)):
                    T_found = np.polyfit(1 / np.array(sizes), T, degree)[-1]
                    found[f"{name} {window} {kind}"] = _rounded(T_found)
    return found


def _rounded(numbers):
    return np.round(numbers, 6).tolist()


def _add(middles, name, L, y):
    T = T_C + X / L
    fit = curve_fit(lambda T, middle, width: expit((middle - T) / width), T, y, (2.27, 1 / L))[0]
    middles.setdefault((f"{name} step", L), []).append(fit[0])
    k = len(y) - 1 - np.argmax(y[::-1] > 0.5)  # the last above 1/2
    crossing = T[k] + (T[k + 1] - T[k]) * (y[k] - 0.5) / (y[k] - y[k + 1])
    middles.setdefault((f"{name} crossing", L), []).append(crossing)


def _sample(L, T, n, rng):
    chain = SwendsenWang(L, 1 / T, rng=rng)
    chain.sweep(50)
    s = np.empty((n, L, L), np.int8)
    for one in s:
        chain.sweep(3)
        one[:] = chain.spins
    return s


def _measured(L, temperatures, n, rng):
    """|m| and energy, shapes (temperature, n)."""
    found = []
    for T in temperatures:
        s = _sample(L, T, n, rng)
        bonds = s * (np.roll(s, 1, axis=1) + np.roll(s, 1, axis=2))
        found.append([abs(s.mean(axis=(1, 2))), -bonds.mean(axis=(1, 2))])
    return np.moveaxis(np.array(found), 1, 0)


def _curves_of_readers(L, rng):
    ordered = np.repeat(TOLD < T_C, N_TRAIN)
    school, exam = (_measured(L, T, n, rng) for T, n in ((TOLD, N_TRAIN), (T_C + X / L, N_TEST)))
    curves = {}
    for name, taught, seen in zip(("|m|", "energy"), school, exam, strict=True):
        fit = LogisticRegression(C=1e6).fit(taught.reshape(-1, 1), ordered)
        p = fit.predict_proba(seen.reshape(-1, 1))[:, 1]
        curves[name] = p.reshape(seen.shape).mean(axis=1)
        best = IsotonicRegression(increasing="auto", out_of_bounds="clip")
        p = best.fit(taught.ravel(), ordered).predict(seen.ravel())
        curves[f"best {name}"] = p.reshape(seen.shape).mean(axis=1)
    return curves


def _curves_of_networks(L, rng):
    s = np.stack(
        [[_sample(L, T, N_NET_TRAIN, rng) for T in TOLD] for _ in range(N_NETS)], axis=2
    ).reshape(-1, L, L)
    ordered = np.repeat(TOLD < T_C, N_NET_TRAIN * N_NETS)
    for net in train_nets(s, ordered, n_nets=N_NETS, rng=rng):
        exam = np.concatenate([_sample(L, T, N_NET_TEST, rng) for T in T_C + X / L])
        yield net.probability(exam).reshape(len(X), N_NET_TEST).mean(axis=1)
