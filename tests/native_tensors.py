"""The flow of tensors that the page shows: by native kernels, and by plain NumPy without parity."""

from typing import NamedTuple

import numpy as np
from wasm_page import native

from rgcourse.tensor_rg import live, live_readings

INT = np.int32


class Reading(NamedTuple):
    """What stands on the page after a step."""

    log_z: float
    spectrum: np.ndarray
    odd: np.ndarray
    x: np.ndarray
    x_odd: np.ndarray
    c: float


def buffers(chi):
    """Empty buffers, by the names that the kernels give them."""
    sizes = {"tensor": chi**4, "legs": 2 * live.NEW, "totals": 2, "halves": 4 * chi**3,
             "rows": chi**4, "others": chi**4, "lengths": chi**2, "places": 3 * chi**2,
             "spectrum": chi**2, "parities": chi**2, "values": chi, "odd": chi}  # fmt: skip
    whole = {"legs", "places", "parities", "odd"}
    return {name: np.zeros(n, INT if name in whole else float) for name, n in sizes.items()}


STEP = "tensor legs totals halves rows others lengths places spectrum parities".split()


def native_flow(K, chi, n_steps):
    """(readings, buffers) of `n_steps` steps at coupling K."""
    b = buffers(chi)
    native(live.first_tensor)(K, b["tensor"], b["legs"], b["totals"])
    readings = []
    for _ in range(n_steps):
        n = b["legs"][0] * b["legs"][1]
        native(live.trg_step)(chi, *(b[name] for name in STEP))
        work = b["tensor"], b["legs"], b["rows"], b["others"]
        one = native(live_readings.ring_of_one)(*work, b["values"], b["odd"])
        two = native(live_readings.ring_of_two)(*work)
        log_z = native(live.log_z_at)(b["tensor"], b["legs"], b["totals"])
        c = native(live_readings.central_charge)(one, two)
        kept = b["legs"][0]
        readings.append(
            Reading(log_z, b["spectrum"][:n].copy(), b["parities"][:n].copy(),
                    b["values"][:kept].copy(), b["odd"][:kept].copy(), c)
        )  # fmt: skip
    return readings, b


def plain_start(K):
    """T of one spin, [u, l, d, r]."""
    spins = np.array([1.0, -1.0])
    W = np.stack([np.sqrt(np.cosh(K)) + 0 * spins, np.sqrt(np.sinh(K)) * spins], axis=1)
    return np.einsum("su,sl,sd,sr->uldr", W, W, W, W)


def halve(matrix, chi):
    """Two halves with at most chi values of the leg between them, and all singular values."""
    U, s, V = np.linalg.svd(matrix)
    kept = whole = min(chi, int(np.sum(s > 1e-14 * s[0])))
    while 0 < whole < len(s) and s[whole - 1] - s[whole] <= 1e-9 * s[whole - 1]:
        whole -= 1
    kept = whole or kept
    root = np.sqrt(s[:kept])
    return U[:, :kept] * root, root[:, None] * V[:kept], s


def plain_flow(K, chi, n_steps):
    """(T, ln of its factor, singular values) after each step, without any parity."""
    T, log_factor, flow = plain_start(K), 0.0, []
    for _ in range(n_steps):
        largest = np.abs(T).max()
        T, log_factor = T / largest, 2 * (log_factor + np.log(largest))
        nu, nl = T.shape[:2]
        A, B, s = halve(T.reshape(nu * nl, nu * nl), chi)  # u l | d r
        C, D, _ = halve(T.transpose(0, 3, 1, 2).reshape(nu * nl, nl * nu), chi)  # u r | l d
        A, B = A.reshape(nu, nl, -1), B.reshape(-1, nu, nl)
        C, D = C.reshape(nu, nl, -1), D.reshape(-1, nl, nu)
        upper = np.einsum("kdr,qre->kqde", B, D)
        lower = np.einsum("dfp,efm->pmde", C, A)
        T = np.einsum("kqde,pmde->kpmq", upper, lower)
        flow.append((T, log_factor, s / s[0]))
    return flow


def plain_rings(T):
    """The eigenvalues of rings of one and of two blocks, largest moduli first, by full matrices."""
    n = T.shape[0]
    one = np.einsum("uldl->ud", T)
    two = np.einsum("albr,crdl->acbd", T, T).reshape(n * n, n * n)
    return [np.sort(np.abs(np.linalg.eigvals(M)))[::-1] for M in (one, two)]
