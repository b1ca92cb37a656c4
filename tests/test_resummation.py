"""Sums of divergent series against integrals that are known, and an error rule that is blind."""

import ast
import inspect
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from rgcourse import reference
from rgcourse.epsilon_expansion import eta_series, inverse_nu_series, omega_series
from rgcourse.resummation import (
    PadePole,
    borel_pade_sum,
    borel_resum,
    conformal,
    conformal_sums,
    estimate,
    lipatov_a,
    pade,
    pade_sum,
    pade_table,
    resum,
)

EULER = [(-1) ** k * math.factorial(k) for k in range(16)]  # the series of exp(1/x) E_1(1/x) / x


def euler(x):
    return float(mpmath.exp(1 / x) * mpmath.e1(1 / x) / x)


def moments(N, order):
    """Series of <phi**2> for N components without space: weight exp(-phi**2/2 - g phi**4/24)."""

    def chi(p):
        return math.prod(Fraction(N + 2 * i) for i in range(p))

    below, above = (
        [chi(m + 2 * k) * Fraction(-1, 24) ** k / math.factorial(k) for k in range(order + 1)]
        for m in (0, 1)
    )
    quotient = []
    for k in range(order + 1):
        quotient.append(above[k] - sum(quotient[i] * below[k - i] for i in range(k)))
    return [float(c) for c in quotient]


def moment(N, g):
    def integral(p):
        return quad(lambda r: r ** (N - 1 + p) * math.exp(-r * r / 2 - g * r**4 / 24), 0, 40)[0]

    return integral(2) / integral(0)


# --- the integral and the map ---------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(st.floats(-0.5, 60), st.floats(0.05, 2))
def test_nodes_integrate_powers_exactly(b, a):
    nodes = np.empty(3 * conformal.N_NODES)
    conformal.borel_nodes(b, a, nodes)
    weight, w, growth = nodes.reshape(-1, 3).T
    t = 4 * w / (a * (1 - w) ** 2)
    for k in range(7):
        ratio = math.prod(b + i for i in range(1, k + 1))
        assert weight @ t**k == pytest.approx(ratio, rel=1e-8)
    assert growth == pytest.approx(-2 * np.log(1 - w), abs=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.floats(0, 20), st.floats(-1, 3), st.floats(0.1, 2))
def test_the_map_keeps_the_series(b, lam, a):
    """sum d_k w**k (1 - w)**(-2 lam), expanded again in y, is the Borel transform."""
    c = np.array([1.0, -0.5, 0.7, -2.0, 6.0])
    nodes, scratch = np.empty(3 * conformal.N_NODES), np.empty(15)
    conformal.borel_nodes(b, a, nodes)
    conformal.borel_sums(c, 4, a, b, lam, nodes, scratch)
    d = scratch[:5] * (4 / a) ** np.arange(5)
    y = 0.02 / a * np.exp(2j * np.pi * np.arange(32) / 32)  # a circle inside the cut
    root = np.sqrt(1 + a * y)
    w = (root - 1) / (root + 1)
    transform = sum(d[k] * w**k for k in range(5)) * (1 - w) ** (-2 * lam)
    for k in range(5):
        coefficient = np.mean(transform * y ** (-k)).real
        assert coefficient == pytest.approx(
            c[k] / math.prod(b + i for i in range(1, k + 1)), rel=1e-4, abs=1e-6
        )


@pytest.mark.parametrize("a", [1e-300, 3e-15, 3e-12, 1e-3, 2.0, 1e6])
def test_nodes_keep_their_digits_for_any_growth(a):
    """(root - 1) / (root + 1) has none where root is nearly 1."""
    nodes = np.empty(3 * conformal.N_NODES)
    conformal.borel_nodes(5.0, a, nodes)
    with mpmath.workdps(700):
        for i in (0, 56, 112):
            s = -3.5 + 0.08 * i
            t = mpmath.mpf(math.exp(s - math.exp(-s)))
            root = mpmath.sqrt(1 + mpmath.mpf(a) * t)
            assert nodes[3 * i + 1] == pytest.approx(float((root - 1) / (root + 1)), rel=1e-13)


@pytest.mark.parametrize("N", [1e3, 1e6, 1e12, 1e15, 1e30, 1e100, 1e250, 10**18])
def test_very_many_components_have_the_exponents_of_the_spherical_model(N):
    """1/nu = 1 + 32 / (pi**2 N) + ..., omega = 1 - 64 / (pi**2 N), eta = 8 / (3 pi**2 N)."""
    inverse_nu = borel_resum(inverse_nu_series(N, 5), N)
    assert inverse_nu.value - 1 == pytest.approx(0, abs=4 / N + 1e-14)
    assert inverse_nu.error < 20 / N + 1e-14
    assert borel_resum(omega_series(N, 5), N).value - 1 == pytest.approx(0, abs=20 / N + 1e-14)
    eta = borel_resum(eta_series(N, 5), N)
    assert eta.value * float(N) == pytest.approx(8 / (3 * np.pi**2), rel=0.1)


def test_sums_of_slowly_growing_series_are_plain_sums():
    """As a goes to 0 the Borel sum becomes the sum itself, at every order and for every b, lam."""
    c = np.array([1.0, -0.5, 0.25, 0.1])
    for a in (1e-12, 1e-15, 1e-40, 1e-200, 1e-290, 5e-324):
        for b, lam in ((0.0, -1.0), (5.0, 1.5), (30.0, 4.0)):
            sums = conformal_sums(c, a, b=b, lam=lam)
            assert sums == pytest.approx(np.cumsum(c), abs=1e-10)


def test_a_series_in_w_is_summed_exactly():
    """A transform 1 / (1 + a y) is (1 - w)**2 / (1 + w)**2, whose sums must converge."""
    sums = conformal_sums(EULER, 1.0, b=0, lam=-1)
    assert sums[-1] == pytest.approx(euler(1), abs=2e-6)
    errors = np.abs(sums - euler(1))
    assert errors[12] < errors[8] / 10 < errors[4] / 100


@pytest.mark.parametrize("x", [0.3, 1.0, 2.0])
def test_sums_of_lower_orders_are_those_of_shorter_series(x):
    c = moments(2, 6)
    sums = conformal_sums(c, 2 / 3, b=3, lam=0.2, epsilon=x)
    for n in range(7):
        assert conformal_sums(c[: n + 1], 2 / 3, b=3, lam=0.2, epsilon=x)[-1] == sums[n]


# --- the error rule -------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [4, 5, 6])
@pytest.mark.parametrize("N", [1, 2, 3, 4])
def test_the_rule_holds_where_the_answer_is_known(N, order):
    """Integrals over one field: same signs, same growth, a = 2/3, as far out as a x = 1."""
    c = moments(N, order)
    for x in (0.375, 0.5, 0.75, 1.5):
        found = resum(c, 2 / 3, epsilon=x).estimate
        assert abs(found.value - moment(N, x)) < found.error < 0.1 * moment(N, x)


def test_a_wrong_coefficient_is_seen():
    """Power: 5 % on the fourth coefficient moves the value by more than the error of the fifth."""
    c = np.array(moments(1, 6))
    wrong = c * (1 + 0.05 * (np.arange(7) == 2))
    found = resum(wrong, 2 / 3, epsilon=0.75).estimate
    assert abs(found.value - moment(1, 0.75)) > found.error


def test_the_choice_is_the_least_error_of_the_grid():
    c, a = inverse_nu_series(1, 5), 1 / 3
    found = resum(c, a)
    assert 0 <= found.b <= 30 and -1 <= found.lam <= 4
    sums = conformal_sums(c, a, b=found.b, lam=found.lam)
    assert sums[-1] == pytest.approx(found.estimate.value, rel=1e-12)

    def error(b, lam):
        f = conformal_sums(c, a, b=b, lam=lam)
        change = np.abs(f[-1] - f[-3:-1]).max()
        steps = np.arange(-4, 5) * 0.5, np.arange(-5, 6) * 0.1
        along_b = [conformal_sums(c, a, b=b + s, lam=lam)[-1] for s in steps[0] if 0 <= b + s <= 30]
        along_lam = [
            conformal_sums(c, a, b=b, lam=lam + s)[-1] for s in steps[1] if -1.01 < lam + s < 4.01
        ]
        return change + np.ptp(along_b) + np.ptp(along_lam)

    assert error(found.b, found.lam) == pytest.approx(found.estimate.error, rel=1e-9)
    elsewhere = [error(b, lam) for b in (0, 3, 5, 9, 15) for lam in (0, 1, 1.5, 2, 3)]
    assert found.estimate.error < min(elsewhere)


def test_the_rule_reads_no_accepted_value():
    """Its code imports and opens nothing that could hold one, and has no number but those of its
    grid and its checks.
    """
    imported, numbers = set(), set()
    for module in (estimate, conformal):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                start = getattr(node, "module", None)
                imported |= {f"{start}.{a.name}" if start else a.name for a in node.names}
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                numbers.add(node.value)
            assert getattr(node, "id", "") not in ("open", "eval", "exec", "__import__", "globals")
    assert imported == {
        "math", "numpy", "numba.njit", "numba.extending.register_jitable", "_checks",
        "numpy.typing.ArrayLike", "numpy.typing.NDArray",
        "dataclasses.dataclass", "statistics.Estimate", "conformal.resummed",
        "conformal.sums_of_all_orders",
    }  # fmt: skip
    assert numbers == {0.0, 0.08, 0.1, 0.5, 1.0, 2.0, 3.0, 3.5, 4.0}


def test_another_ledger_changes_nothing(monkeypatch):
    before = [exponent(name, N) for name, N in ACCEPTED]

    def nothing(*_):
        raise AssertionError("the ledger was read")

    monkeypatch.setattr(reference, "entry", nothing)
    monkeypatch.setattr(reference, "entries", nothing)
    assert [exponent(name, N) for name, N in ACCEPTED] == before


def test_common_powers_are_taken_out():
    c = [1, -0.4, 0.5, -1.1, 3.3]
    for epsilon in (0.5, 1.0):
        shifted = resum([0, 0, *c], 0.4, epsilon=epsilon)
        plain = resum(c, 0.4, epsilon=epsilon)
        assert shifted.estimate.value == pytest.approx(epsilon**2 * plain.estimate.value)
        assert shifted.estimate.error == pytest.approx(epsilon**2 * plain.estimate.error)


def test_ends_of_the_range():
    assert borel_resum([2, -1, 3], 1, epsilon=0).value == 2
    nothing = borel_resum(eta_series(-2, 5), -2)
    assert (nothing.value, nothing.error) == (0, 0)
    tiny = borel_resum(inverse_nu_series(1, 5), 1, epsilon=1e-3)
    assert tiny.value == pytest.approx(2 - 1e-3 / 3 - 1.173e-7, abs=1e-9) and tiny.error < 1e-9


def test_coefficients_of_sympy_are_numbers_too():
    import sympy

    exact = inverse_nu_series(sympy.Integer(1), 5)
    assert borel_resum(exact, 1).value == pytest.approx(
        borel_resum(inverse_nu_series(1, 5), 1).value, rel=1e-12
    )


# --- exponents ------------------------------------------------------------------------------------

# Bootstrap and Monte Carlo: see the ledger, section on the resummed exponents
ACCEPTED = {
    ("nu", 0): 0.587597, ("nu", 1): 0.62997097, ("nu", 2): 0.67175, ("nu", 3): 0.71169,
    ("eta", 0): 0.031043, ("eta", 1): 0.036297612, ("eta", 2): 0.038176, ("eta", 3): 0.03788,
    ("omega", 0): 0.899, ("omega", 1): 0.82968, ("omega", 2): 0.789, ("omega", 3): 0.759,
}  # fmt: skip


def exponent(name, N):
    function = {"nu": inverse_nu_series, "eta": eta_series, "omega": omega_series}[name]
    found = borel_resum(function(N), N)
    if name == "nu":
        return 1 / found.value, found.error / found.value**2
    return found.value, found.error


def test_exponents_of_the_ising_class():
    for name, bound in (("nu", 0.003), ("eta", 0.002), ("omega", 0.03)):
        assert exponent(name, 1)[0] == pytest.approx(ACCEPTED[name, 1], abs=bound)


def test_nine_of_twelve_within_two_errors_that_are_small():
    cap = {"nu": 0.010, "eta": 0.005, "omega": 0.05}
    inside = []
    for (name, N), accepted in ACCEPTED.items():
        value, error = exponent(name, N)
        assert error < cap[name]
        inside.append(abs(value - accepted) <= 2 * error)
    assert sum(inside) >= 9


# --- Pade -----------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 3), st.integers(0, 3))
def test_pade_reproduces_its_coefficients(m, n):
    c = EULER[: m + n + 1]
    p, q = pade(c, m, n)
    assert len(p) == m + 1 and len(q) == n + 1 and q[0] == 1
    again = np.convolve(q, c)[: m + n + 1]
    assert again == pytest.approx(np.append(p, np.zeros(n)), abs=1e-9)


def test_pade_of_a_rational_function_is_exact():
    c = np.convolve([1, 2], [(-0.5) ** k for k in range(9)])[:9]
    assert pade_sum(c, 1, 1, epsilon=0.7) == pytest.approx(2.4 / 1.35)
    with pytest.raises(ValueError, match=r"\[2/2\] approximant of this series does not exist"):
        pade_sum(c, 2, 2)


@pytest.mark.parametrize("ratio", np.linspace(0.1, 3, 13))
@pytest.mark.parametrize(("m", "n"), [(1, 2), (2, 2), (1, 3)])
def test_more_poles_than_the_series_has_are_not_made_up_from_rounding(ratio, m, n):
    """A geometric series has one pole; the matrix for more is singular but for its last digits."""
    series = ratio ** np.arange(m + n + 1)
    assert pade(series, 0, 1)[1] == pytest.approx([1, -ratio], rel=1e-14)
    with pytest.raises(ValueError, match="approximant of this series does not exist"):
        pade(series, m, n)


@pytest.mark.parametrize(
    ("inside", "outside"),
    [({"b": -0.5}, {"b": -0.51}), ({"b": 60}, {"b": 60.1}), ({"lam": 20}, {"lam": 20.1}),
     ({"lam": -20}, {"lam": -20.1}), ({"epsilon": 0.0}, {"epsilon": -1e-9}),
     ({"epsilon": 3.0}, {"epsilon": 3.001})],
)  # fmt: skip
def test_parameters_of_the_borel_sum_reach_as_far_as_promised(inside, outside):
    model = {"b": 2.0, "lam": 1.0}
    sums = conformal_sums(EULER[:6], 1, **model | inside)
    assert np.all(np.isfinite(sums))
    if "epsilon" in inside and inside["epsilon"] == 0:
        assert sums.tolist() == [1.0] * 6
    with pytest.raises(ValueError, match="must"):
        conformal_sums(EULER[:6], 1, **model | outside)


def test_diagonals_enclose_the_integral_of_stieltjes():
    """[n - 1 / n] from below and [n / n] from above: a theorem for this series."""
    below, above = pade_sum(EULER, 6, 7), pade_sum(EULER, 7, 7)
    assert below < euler(1) < above < below + 1e-3


def test_a_pole_on_the_axis_is_never_a_silent_number():
    c = [1.0, 2.0, 4.0]  # 1 / (1 - 2 x)
    with pytest.raises(PadePole, match="pole between 0 and epsilon = 1, at 0.5") as caught:
        pade_sum(c, 0, 1)
    assert caught.value.poles == pytest.approx([0.5])
    assert pade_sum(c, 0, 1, epsilon=0.25) == 2
    with pytest.raises(PadePole, match="positive axis of the Borel transform"):
        borel_pade_sum(c, 0, 1)
    table = pade_table(omega_series(1, 5))
    assert np.isnan(table[1, 4]) and np.isfinite(table[3, 2]) and np.isnan(table[3, 3])


@settings(deadline=None, max_examples=50)
@given(st.floats(0.05, 0.95), st.sampled_from([2, 3]))
def test_a_multiple_pole_is_one_too(place, order):
    """(1 - x / place)**-order: rounding moves such roots off the axis."""
    c = [math.comb(k + order - 1, k) * place**-k for k in range(order + 1)]
    with pytest.raises(PadePole, match="between 0 and epsilon"):
        pade_sum(c, 0, order)


def test_borel_pade_against_the_integral():
    assert borel_pade_sum(EULER, 0, 1) == pytest.approx(euler(1), abs=1e-7)
    for b in (0.0, 2.5):
        assert borel_pade_sum(moments(1, 8), 4, 4, b=b, epsilon=0.75) == pytest.approx(
            moment(1, 0.75), abs=1e-3
        )


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: borel_resum([2, -1, 3], -2.5), "N must be at least -2"),
        (lambda: borel_resum([2, -1, 3], 1, epsilon=-0.2), "in d = 4.2 > 4"),
        (lambda: borel_resum([2, -1, 3], 1, epsilon=3.5), "epsilon must be at most 3"),
        (lambda: borel_resum([2, -1], 1), "compares three orders: got 2 coefficients"),
        (lambda: borel_resum([0, 2, -1], 1), "got 2 coefficients from the first that is not zero"),
        (lambda: borel_resum(eta_series(1, 1), 1), "three orders: got 2 coefficients"),
        (lambda: borel_resum([2, math.inf, 3], 1), "coefficients must be finite"),
        (lambda: borel_resum([2, -1, 3], math.inf), "N must be finite"),
        (lambda: borel_resum([2, -1, 3], 1, epsilon=math.nan), "epsilon must be finite"),
        (lambda: borel_resum([2, -1, 3], "1"), "N must be one real number"),
        (lambda: borel_resum([2, -1j, 3], 1), "coefficients must be a real number"),
        (lambda: resum([1, -1, 2], 1e200), "the sums overflow"),
        (lambda: conformal_sums([1, -1], 1, b=0, lam=99), "lam must lie between -20 and 20"),
        (lambda: borel_resum([2, math.nan, 3], 1), "coefficients must be finite"),
        (lambda: borel_resum([[2, 1, 3]], 1), "one-dimensional"),
        (lambda: borel_resum("abc", 1), "coefficients must be a real number"),
        (lambda: resum([1, -1, 2], -1.0), "a must be positive, got -1"),
        (lambda: conformal_sums([1, -1], 1, b=-1, lam=0), "b must lie between -0.5 and 60"),
        (lambda: lipatov_a(-3), "N must be at least -2, got -3"),
        (lambda: pade([1, 2], 1, 1), r"\[1/1\] needs m \+ n \+ 1 = 3 coefficients"),
        (lambda: pade_sum([1, 2], 1, 0, epsilon=0), "epsilon must be positive, got 0"),
        (lambda: borel_pade_sum([1, 2], 1, 0, b=-1), "b must be above -1"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(("beside", "refused"), [(1.3e-4, True), (1.7e-4, False)])
def test_poles_beside_the_way_are_let_pass_from_1e_4_on(beside, refused):
    """1 / ((x - 1/2)**2 + beside**2); of a pole at x the bound is 1e-4 (1 + |x|)."""
    size = 0.25 + beside**2
    series = [1 / size, 1 / size**2, (1 - size) / size**3]
    if refused:
        with pytest.raises(PadePole, match="between 0 and epsilon"):
            pade_sum(series, 0, 2)
    else:
        assert pade_sum(series, 0, 2) == pytest.approx(1 / (0.25 + beside**2), rel=1e-6)
