"""What the package says, and what programs of others say of the same: `make test-oracles`.

They are large and want versions of their own, so they are an extra, `oracles`, and not a part of
`make test`. quimb contracts tensor networks, frgfp solves flow equations by global collocation,
emcee and pyerrors measure autocorrelation times.
"""

import math
import warnings

import frgfp
import numpy as np
import pyerrors
import pytest
from emcee.autocorr import integrated_time
from scipy.optimize import brentq

from rgcourse.exact import CRITICAL_K, kaufman
from rgcourse.local_potential import local_potential_point
from rgcourse.samplers import SwendsenWang
from rgcourse.statistics import autocorrelation_time, jackknife
from rgcourse.tensor_rg import hotrg_flow, ising_tensor, trg_flow

with warnings.catch_warnings():  # quimb tells which of its own extras are not there
    warnings.simplefilter("ignore", UserWarning)
    import quimb.tensor as qtn


# --- tensor networks: quimb -----------------------------------------------------------------------


def halves(T, kept, chi):
    """A tensor with legs u, l, d, r as two of three legs, the legs `kept` in the first."""
    how = {"method": "svd", "max_bond": chi, "cutoff": 1e-28, "cutoff_mode": "rel"}
    return T.split(list(kept), absorb="both", bond_ind="x", get="tensors", **how)


def quimb_trg(T, chi):
    """One step of Levin and Nave: four halves around a square."""
    ul, dr = halves(T, "ul", chi)
    ur, dl = halves(T, "ur", chi)
    corners = [
        dr.reindex({"d": "west", "r": "north", "x": "u"}),
        dl.reindex({"d": "east", "l": "north", "x": "r"}),
        ur.reindex({"u": "west", "r": "south", "x": "l"}),
        ul.reindex({"u": "east", "l": "south", "x": "d"}),
    ]
    return qtn.tensor_contract(*corners, output_inds="uldr")


def quimb_hotrg(T, chi):
    """One step of Xie et al.: one tensor on another, and what was horizontal is vertical."""
    above = T.reindex({"l": "l1", "r": "r1", "d": "a"})
    both = above @ T.reindex({"l": "l2", "r": "r2", "u": "a"})
    how = {"method": "svd", "max_bond": chi, "cutoff": 3e-9, "cutoff_mode": "rel"}
    U, _ = both.split(["l1", "l2"], absorb="right", bond_ind="k", get="tensors", **how)
    right = U.reindex({"l1": "r1", "l2": "r2", "k": "q"})
    new = qtn.tensor_contract(U, both, right, output_inds=["k", "u", "q", "d"])
    return new.reindex({"k": "u", "u": "l", "q": "d", "d": "r"})


def quimb_log_z(step, K, chi, n_steps):
    """ln Z per site after 0, 1, ... steps."""
    first, log_scale = ising_tensor(K)
    T, log_z = qtn.Tensor(first, inds="uldr"), []
    for n in range(n_steps + 1):
        top = float(abs(T.data).max())
        T, log_scale = T / top, log_scale + math.log(top)
        log_z.append((math.log(T.trace(["u", "l"], ["d", "r"])) + log_scale) / 2**n)
        T, log_scale = step(T, chi), 2 * log_scale
    return log_z


@pytest.mark.parametrize("chi", [2, 4, 8, 10])
@pytest.mark.parametrize("K", [0.38, CRITICAL_K, 0.5])
@pytest.mark.parametrize(("ours", "step"), [(trg_flow, quimb_trg), (hotrg_flow, quimb_hotrg)])
def test_the_same_step_of_the_same_bond_dimension(ours, step, K, chi):
    assert ours(K, chi, 8).log_z == pytest.approx(quimb_log_z(step, K, chi, 8), abs=1e-9)


@pytest.mark.parametrize("K", [0.38, CRITICAL_K, 0.5])
def test_the_torus_that_quimb_contracts_in_its_own_way(K):
    """It cuts other legs, so that the two agree within what HOTRG loses, and no better."""
    network = qtn.TN2D_classical_ising_partition_function(16, 16, beta=K, cyclic=True)
    theirs = math.log(network.contract_hotrg(max_bond=16, cutoff=0.0)) / 16**2
    exact = kaufman(16, K).log_z
    lost = [hotrg_flow(K, chi, 8).log_z_per_site - exact for chi in (8, 16)]
    assert abs(theirs - exact) < 1e-6 and abs(lost[1]) < abs(lost[0]) / 4
    assert abs(theirs - exact - lost[1]) < 1e-5
    assert abs(theirs - kaufman(16, 1.001 * K).log_z) > 1e-4  # a wrong coupling would be seen


# --- the local potential: frgfp -------------------------------------------------------------------

TOP, ORDER = 6.5, 20  # of rho, and of the polynomials


def flow_equation(rho, u, u1, u2, parameters):
    """du/dt of Litim's equation, in the units of `rgcourse.local_potential`."""
    d, N = parameters[0], parameters[1]
    radial = 1.0 / (1.0 + u1 + 2.0 * rho * u2)
    return -d * u + (d - 2.0) * rho * u1 + (N - 1.0) / (1.0 + u1) + radial


@pytest.fixture(scope="module")
def collocation():
    ansatz = frgfp.ChebyshevAnsatz(inv_dim=1, order=ORDER, interval=(0.0, TOP))
    rho = TOP * (1 - np.cos(np.pi * np.arange(ORDER + 1) / ORDER))[:, np.newaxis] / 2
    return ansatz, rho, frgfp.lpa.LPACollSolver(rho, ansatz, flow_equation, 1, 2)


def on(rho, evaluate):
    """What a function of frgfp gives on points, in one row."""
    return np.ravel(evaluate(rho))


def relevant_exponent(ansatz, rho, potential, d, N):
    """1 / nu: the largest rate, towards small k, of a small change of the fixed potential.

    The constant in the potential, which grows as k**-d, is no coupling.
    """
    u1, u2 = on(rho, potential.evaluate_grad), on(rho, potential.evaluate_hess)
    rows = [frgfp.FuncFromAnsatz(ansatz, unit) for unit in np.eye(ansatz.num_coeffs)]
    v, v1, v2 = (
        np.array([on(rho, getattr(row, name)) for row in rows]).T
        for name in ("evaluate", "evaluate_grad", "evaluate_hess")
    )
    x = rho  # a column
    angular = (N - 1) * v1 / (1 + u1[:, np.newaxis]) ** 2
    radial = (v1 + 2 * x * v2) / (1 + u1 + 2 * x[:, 0] * u2)[:, np.newaxis] ** 2
    change = -d * v + (d - 2) * x * v1 - angular - radial
    rates = -np.linalg.eigvals(np.linalg.solve(v, change))
    return max(rate.real for rate in rates if abs(rate - d) > 1e-3)


@pytest.mark.parametrize("d", [3.0, 3.2])
@pytest.mark.parametrize("N", [1, 2, 3])
def test_the_fixed_potential_on_a_whole_interval(collocation, N, d):
    """Ours is a series about the minimum, theirs Chebyshev polynomials from 0 to far beyond."""
    ansatz, rho, solver = collocation
    kappa, a = local_potential_point(N, d=d, n_terms=2).couplings[:2]  # only to start from
    parabola = a * (rho[:, 0] - kappa) ** 2 / 2
    start = frgfp.FuncFromAnsatz.from_grid(ansatz=ansatz, grid=rho, vals=parabola)
    found = solver.local_optimize(start.coeffs, flow_params=(d, N), tol=1e-9)
    assert found is not None

    ours = local_potential_point(N, d=d, n_terms=16)
    at = brentq(lambda x: on(np.array([[x]]), found.evaluate_grad)[0], TOP / 10, TOP)
    assert ours.couplings[0] == pytest.approx(at, rel=1e-6)
    curvature = on(np.array([[at]]), found.evaluate_hess)[0]
    assert ours.couplings[1] == pytest.approx(curvature, rel=1e-5)
    theirs = relevant_exponent(ansatz, rho, found, d, N)
    assert ours.exponents[0] == pytest.approx(theirs, abs=1e-4)


# --- autocorrelation: emcee and pyerrors ----------------------------------------------------------

WINDOW = 6  # in units of tau, as the package documents


def autoregressive(rng):
    """A series of which tau is known: (1 + rho) / (1 - rho) / 2 = 9.5 for rho = 0.9."""
    x = rng.normal(size=100_000)
    x[0] /= math.sqrt(1 - 0.9**2)
    for n in range(1, len(x)):
        x[n] += 0.9 * x[n - 1]
    return x


def energies(rng):
    chain = SwendsenWang(16, CRITICAL_K, rng=rng)
    chain.sweep(100)
    return chain.record(50_000).energy


@pytest.fixture(params=[autoregressive, energies])
def series(request, rng):
    return request.param(rng)


def test_emcee_sums_the_same_up_to_the_same_lag(series):
    """It counts from both sides, so that its time is twice ours, and its window half as long.

    Ours takes off the bias of order 1/n and half of the last term, each below 0.3 percent here.
    """
    theirs = float(integrated_time(series, c=WINDOW / 2)[0]) / 2
    assert autocorrelation_time(series).value == pytest.approx(theirs, rel=0.006)


def test_pyerrors_finds_the_same_time_and_error(series):
    ours = autocorrelation_time(series)
    found = pyerrors.Obs([series], ["chain"])
    found.gamma_method()  # with Wolff's automatic window
    theirs = found.e_tauint["chain"], found.e_dtauint["chain"]
    assert abs(ours.value - theirs[0]) < 3 * ours.error  # their window is the shorter one
    window = math.ceil(WINDOW * max(ours.value, 2))
    assert ours.value == pytest.approx(found.e_n_tauint["chain"][window], rel=0.01)
    assert ours.error == pytest.approx(found.e_n_dtauint["chain"][window], rel=0.05)
    of_the_mean = math.sqrt(2 * ours.value * series.var() / len(series))
    assert of_the_mean == pytest.approx(found.dvalue, rel=0.06)
    assert jackknife(np.mean, series).error == pytest.approx(found.dvalue, rel=0.4)  # 64 bins
