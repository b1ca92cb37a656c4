"""Series of the O(N) exponents: tensors, large N, zeta values, and the published table."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse.epsilon_expansion import (
    eta_series,
    field_functions,
    inverse_nu_series,
    omega_series,
    series,
)

n = sympy.Symbol("N")
g, epsilon = sympy.symbols("g epsilon")
SERIES = {"eta": eta_series, "inverse_nu": inverse_nu_series, "omega": omega_series}

# From eps**1 (eta: eps**2) to eps**5, as printed: H. Kleinert et al., Phys. Lett. B 272, 39 (1991),
# with the erratum, evaluated.
TABLE = {
    ("eta", 0): [".015625", ".0166015625", "-.008367494045", ".02650461749"],
    ("eta", 1): [".01851851852", ".01868998628", "-.008328770341", ".02565645083"],
    ("eta", 2): [".02", ".019", "-.007893594033", ".02320911971"],
    ("eta", 3): [".02066115702", ".01839867495", "-.007449474404", ".02038282091"],
    ("eta", 4): [".02083333333", ".01736111111", "-.007085182272", ".01763149711"],
    ("inverse_nu", 0): ["-.25", "-.0859375", ".1144253039", "-.2875129509", ".9561331447"],
    ("inverse_nu", 1): [
        "-.3333333333", "-.1172839506", ".1245274059", "-.3068495421", ".9512403074",
    ],
    ("inverse_nu", 2): ["-.4", "-.14", ".1224359403", "-.3047256736", ".8792397462"],
    ("inverse_nu", 3): [
        "-.4545454545", "-.1558978212", ".1150713412", "-.2935989278", ".7899351028",
    ],
    ("inverse_nu", 4): ["-.5", "-.1666666667", ".1058555206", "-.2786611219", ".7021665678"],
    ("omega", 0): ["1", "-.65625", "1.823605556", "-6.285357846", "26.87319087"],
    ("omega", 1): ["1", "-.6296296296", "1.618220677", "-5.23513597", "20.74983641"],
    ("omega", 2): ["1", "-.6", "1.437179702", "-4.420277776", "16.37382209"],
    ("omega", 3): ["1", "-.5702479339", "1.2829002", "-3.781114778", "13.18186258"],
    ("omega", 4): ["1", "-.5416666667", "1.152588749", "-3.271928763", "10.80162848"],
}  # fmt: skip


@pytest.mark.parametrize("name, N", TABLE)
def test_series_equal_the_published_table_to_all_printed_digits(name, N):
    first = 2 if name == "eta" else 1
    ours = SERIES[name](N, 5)[first:]
    for coefficient, printed in zip(ours, TABLE[name, N], strict=True):
        assert abs(coefficient - float(printed)) <= 0.51 * last_digit(printed)
    assert SERIES[name](N, 5)[:first].tolist() == ([2] if name == "inverse_nu" else [0] * first)


def last_digit(printed):
    return 10.0 ** -len(printed.partition(".")[2]) if "." in printed else 1e-15


def test_two_orders_as_symbols():
    exact = {
        "eta": [0, 0, (n + 2) / (2 * (n + 8) ** 2)],
        "inverse_nu": [2, -(n + 2) / (n + 8), -(n + 2) * (13 * n + 44) / (2 * (n + 8) ** 3)],
        "omega": [0, 1, -3 * (3 * n + 14) / (n + 8) ** 2],
    }
    for name, published in exact.items():
        for ours, theirs in zip(SERIES[name](n, 2), published, strict=True):
            assert sympy.simplify(ours - theirs) == 0


def test_three_and_four_orders_as_symbols():
    """As printed: H. Kleinert et al., Phys. Lett. B 272, 39 (1991), with the zeta value."""
    e, m, z = 5 * n + 22, n + 8, sympy.zeta(3)
    eta_3 = (n + 2) * (-(n**2) + 56 * n + 272) / (8 * m**4)
    bracket = 5 * n**4 + 230 * n**3 - 1124 * n**2 - 17920 * n - 46144 + 384 * e * m * z
    eta_4 = -(n + 2) * bracket / (32 * m**6)
    bracket = 3 * n**3 - 452 * n**2 - 2672 * n - 5312 + 96 * e * m * z
    nu_3 = (n + 2) * bracket / (8 * m**5)
    omega_3 = (33 * n**3 + 538 * n**2 + 4288 * n + 9568 + 96 * e * m * z) / (4 * m**4)
    exact = [(eta_series, 3, eta_3), (eta_series, 4, eta_4), (inverse_nu_series, 3, nu_3),
             (omega_series, 3, omega_3)]  # fmt: skip
    for function, order, published in exact:
        assert sympy.simplify(function(n, order)[order] - published) == 0


def test_all_known_orders_are_the_default():
    for name, six in {"eta": range(5), "inverse_nu": (0, 1), "omega": (1,)}.items():
        function = SERIES[name]
        orders = {N: len(function(N)) - 1 for N in range(-2, 7)}
        assert orders == {N: 6 if N in six else 5 for N in orders}
        assert function(1).tolist() == function(1, 6).tolist()
        assert function(1.0, 6)[6] == function(np.int64(1), 6)[6]
        assert len(function(sympy.Integer(1))) == len(function(n)) == 6  # decimals are not exact


WHOLE = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64]
FLOATS = [np.float16, np.float32, np.float64, np.longdouble]


@pytest.mark.parametrize("kind", WHOLE + FLOATS)
@pytest.mark.parametrize("name", SERIES)
def test_a_number_of_numpy_is_the_number_it_stands_for(name, kind):
    """A coefficient needs N**10: whole numbers of NumPy wrap around there, and say nothing."""
    largest = min(np.iinfo(kind).max, 2**62) if kind in WHOLE else 2048
    for N in (1, 3, 103, largest):
        right = SERIES[name](int(N)).tolist()
        for value in (kind(N), np.array(N, dtype=kind), np.array([N], dtype=kind)[0]):
            assert SERIES[name](value).tolist() == right
            assert str(field_functions(value, 2)) == str(field_functions(int(N), 2))
        if len(right) == 7:
            assert SERIES[name](kind(N), 6)[6] == right[6]


def test_numbers_of_other_kinds():
    half = eta_series(0.5, 5).tolist()
    for value in (Fraction(1, 2), np.float16(0.5), np.array(0.5), sympy.Rational(1, 2)):
        assert [float(c) for c in eta_series(value, 5)] == pytest.approx(half, rel=1e-12, abs=0)
    assert field_functions(0.1, 1) == field_functions(Fraction(1, 10), 1)
    assert eta_series(np.int8(-2)).tolist() == [0] * 6
    for value in (np.int8(-3), np.float32(-2.01), np.array(-3)):
        with pytest.raises(ValueError, match="N must be at least -2"):
            eta_series(value)
    for value in (np.bool_(True), np.array(True), np.complex128(1), np.array([1]), "1", None):
        with pytest.raises(ValueError, match="N must be one real number"):
            eta_series(value)
    for value in (10**400, np.float32("inf"), np.array(np.nan)):
        with pytest.raises(ValueError, match="N must be finite"):
            eta_series(value)
    assert len(eta_series(np.nextafter(1, 2))) == 6  # just beside a tabulated N


@settings(deadline=None, max_examples=20)
@given(st.fractions(-2, 30, max_denominator=50))
def test_symbols_and_numbers_agree(N):
    for function in SERIES.values():
        exact = [float(c.subs(n, sympy.Rational(N))) for c in map(sympy.sympify, function(n, 5))]
        assert function(float(N), 5) == pytest.approx(exact, rel=1e-11, abs=1e-15)


def test_exact_numbers_stay_exact():
    low = [0, 0, sympy.Rational(1, 54), sympy.Rational(109, 5832)]
    assert eta_series(sympy.Integer(1), 3) == low
    (fourth,) = eta_series(sympy.Integer(1), 4)[4:]
    assert fourth.has(sympy.zeta(3)) and isinstance(eta_series(1, 4), np.ndarray)


def test_two_components_less_than_none_is_gaussian():
    assert eta_series(-2, 5).tolist() == [0] * 6
    assert inverse_nu_series(-2, 5).tolist() == [2, 0, 0, 0, 0, 0]
    assert inverse_nu_series(sympy.Integer(-2), 5) == [2, 0, 0, 0, 0, 0]


# --- recomputed: two and three loops, from tensors ---------------------------------------------


def with_mass(N):
    """lambda_ijkl of the O(N) model at g = 1, and an index N + 1 that stands for the square root of
    a mass: lambda_ijss = delta_ij, in all orders. Nothing with index s goes round a loop.
    """
    one, source = np.diag([1.0] * N + [0]), np.eye(1, N + 1, N)[0]
    quartic = np.einsum("ij,kl->ijkl", one, one)
    mass = np.einsum("ij,k,l->ijkl", one, source, source)
    return sum(np.transpose(quartic, p) for p in PAIRINGS) / 3 + sum(
        np.transpose(mass, (*p[2:], *p[:2])) + np.transpose(mass, p) for p in PAIRINGS
    )


PAIRINGS = [(0, 1, 2, 3), (0, 2, 1, 3), (0, 3, 2, 1)]


@pytest.mark.parametrize("N", [1, 2, 3, 5])
def test_two_loops_from_tensors(N):
    """I. Jack and H. Osborn, Nucl. Phys. B 343, 647 (1990): beta_ijkl of any quartic potential."""
    V = with_mass(N)
    two, three = V[:N, :N], V[:N, :N, :N]  # first indices: those that go round loops
    bubble = np.einsum("abij,abkl->ijkl", two, two)
    one_loop = sum(np.transpose(bubble, p) for p in PAIRINGS)
    triangle = np.einsum("abij,acdk,bcdl->ijkl", two, three, three)
    legs = [(i, j) for j in range(4) for i in range(j)]  # the two that share a vertex
    two_loops = -sum(np.moveaxis(triangle, [0, 1], pair) for pair in legs)
    sunset = np.einsum("abci,abcj->ij", three, three) / 12
    for leg in range(4):
        two_loops = two_loops + np.moveaxis(np.tensordot(sunset, V, (1, leg)), 0, leg)

    beta, gamma_phi, gamma_m2 = field_functions(N, loops=3)
    functions = beta.subs(epsilon, 0), gamma_phi, gamma_m2
    b, f, m = (sympy.Poly(function, g).coeff_monomial for function in functions)
    assert [one_loop[0, 0, 0, 0], two_loops[0, 0, 0, 0]] == pytest.approx([b(g**2), b(g**3)])
    assert [one_loop[0, 0, N, N], two_loops[0, 0, N, N]] == pytest.approx([m(g), m(g**2)])
    inner = V[:N, :N, :N, :N]
    chain = -np.einsum("iabc,bcde,deaj->ij", inner, inner, inner) / 16
    assert [sunset[0, 0], chain[0, 0]] == pytest.approx([f(g**2), f(g**3)])


# --- recomputed: many components ------------------------------------------------------------------


def large_n(numerators, k):
    """Coefficients of 1, 1/N and 1/N**2 of P_k(N) / (N + 8)**(2 k), as numbers."""
    symbols = series._RING.symbols
    zetas = {s: mpmath.zeta(j) for s, j in zip(symbols[1:], (3, 4, 5, 6, 7), strict=True)}
    polynomial = sympy.Poly(numerators[k].as_expr(), symbols[0])
    top, below, last = (
        mpmath.mpf(sympy.N(polynomial.coeff_monomial(symbols[0] ** p).subs(zetas), 30))
        if p >= 0 else mpmath.mpf(0)
        for p in (2 * k, 2 * k - 1, 2 * k - 2)
    )  # fmt: skip
    return top, below - 16 * k * top, last - 16 * k * below + 64 * k * (2 * k + 1) * top


def eta_1(mu):
    """N eta for N -> infinity, d = 2 mu (S. Ma, Phys. Rev. A 7, 2172 (1973))."""
    r = mpmath.rgamma
    return -4 * mpmath.gamma(2 * mu - 2) * r(2 - mu) * r(mu - 1) * r(mu - 2) * r(mu + 1)


def eta_2(mu):
    """The next order (A. N. Vasil'ev, Yu. M. Pis'mak, J. R. Honkonen, Theor. Math. Phys. 47, 465
    (1981), doi:10.1007/BF01019296)."""
    v = mpmath.psi(0, 2 - mu) + mpmath.psi(0, 2 * mu - 2) - mpmath.psi(0, mu - 2) - mpmath.psi(0, 2)
    bracket = (
        v * (1 + mu / (2 - mu) + mu * (2 * mu - 3) / (2 - mu))
        + (mu**2 + mu - 1) / (2 * mu * (mu - 1))
        + mu * (3 - mu) / (2 * (2 - mu) ** 2)
        + 2 * mu * (mu - 1) / (2 - mu)
    )
    return eta_1(mu) ** 2 * bracket


def expanded(f, order=5):
    """Taylor coefficients at epsilon = 0 of f(mu), mu = 2 - epsilon / 2, from a circle."""
    with mpmath.workdps(40):
        points = [0.25 * mpmath.expjpi(mpmath.mpf(2 * j) / 64) for j in range(64)]
        values = [f(2 - z / 2) for z in points]
        return [
            mpmath.re(sum(v * z**-k for v, z in zip(values, points, strict=True)) / 64)
            for k in range(order + 1)
        ]


def close(a, b):
    return abs(a - b) < 1e-12 * max(1, abs(b))


def test_one_over_n_to_all_known_orders():
    # 1/nu and omega: S. Ma 1973; D. J. Broadhurst, J. A. Gracey and D. Kreimer, Z. Phys. C 75, 559
    exact = {
        "eta": (lambda mu: 0, eta_1),
        "inverse_nu": (
            lambda mu: 2 * mu - 2,
            lambda mu: 2 * (mu - 1) * (2 * mu - 1) / (2 - mu) * eta_1(mu),
        ),
        "omega": (lambda mu: 4 - 2 * mu, lambda mu: -2 * (2 * mu - 1) ** 2 * eta_1(mu)),
    }
    for name, orders in exact.items():
        for order, f in enumerate(orders):
            for k, coefficient in enumerate(expanded(f)):
                assert close(large_n(series._numerators(name), k)[order], coefficient), (name, k)


def test_one_over_n_squared_of_eta():
    for k, coefficient in enumerate(expanded(eta_2)):
        assert close(large_n(series._numerators("eta"), k)[2], coefficient)


def test_the_wrong_reading_of_four_loops_is_found(monkeypatch):
    """-(5 N**3 + 6310 N**2 + ...) equals the true bracket at N = 1 and fails here."""
    right = series._tabulated

    def wrong(name):
        table = list(right(name))
        if name == "beta":
            N = series._N
            table[3] += (-10 * N**3 + 10 * N**2) * series._RING(1) / 3888
        return table

    monkeypatch.setattr(series, "_tabulated", wrong)
    numerators = series._numerators.__wrapped__("eta")
    agree = [close(large_n(numerators, k)[2], c) for k, c in enumerate(expanded(eta_2))]
    assert agree == [True] * 5 + [False]


# --- recomputed: even zeta values -----------------------------------------------------------------


@pytest.mark.parametrize("name", SERIES)
def test_even_zeta_values_hide_in_the_odd_ones(name):
    """In z3 + 3/2 e z4 - 5/2 e**3 z6 and z5 + 5/2 e z6, e = epsilon / 2, no even one is left.

    P. A. Baikov and K. G. Chetyrkin, JHEP 06, 141 (2018), arXiv:1804.10088. This holds every
    coefficient of an even zeta value at four and five loops, for symbolic N.
    """
    N, z3, z4, z5, z6, z7, e = sympy.ring("N z3 z4 z5 z6 z7 e", sympy.QQ)[1:]
    hats = [N, z3 - 3 * e * z4 / 2 + 5 * e**3 * z6 / 2, z4, z5 - 5 * e * z6 / 2, z6, z7]
    total = e.ring.zero
    for k, numerator in enumerate(series._numerators(name)):
        for powers, c in (numerator * (series._N + 8) ** (10 - 2 * k)).terms():
            factors = (hat**power for hat, power in zip(hats, powers, strict=True))
            total += math.prod(factors, start=c * (2 * e) ** k)
    assert {m[2] or m[4] for p in series._numerators(name) for m in p.monoms()} > {0}
    assert not [m for m in total.monoms() if m[-1] <= 5 and (m[2] or m[4])]


# --- six loops ------------------------------------------------------------------------------------


def test_six_loops_of_one_component_follow_from_functions_of_g():
    """g**7 of beta, g**6 of the others, N = 1, as printed to eight digits or fewer by M. V.
    Kompaniets and E. Panzer, Phys. Rev. D 96, 036016 (2017), give the decimals of eps**6.
    """
    beta, gamma_phi, gamma_m2 = field_functions(1, loops=5)
    beta = [float(sympy.Poly(beta.subs(epsilon, 0), g).coeff_monomial(g**k)) for k in range(8)]
    phi = [float(sympy.Poly(gamma_phi, g).coeff_monomial(g**k)) for k in range(7)]
    m2 = [float(sympy.Poly(gamma_m2, g).coeff_monomial(g**k)) for k in range(7)]
    beta[7], phi[6], m2[6] = -34776.133, 14.384, -1354.64
    star = np.zeros(7)  # g*(eps): solve sum beta_k g**(k - 1) = eps order by order
    for order in range(1, 7):
        powers = [np.eye(1, 7)[0]]
        for _ in range(6):
            powers.append(np.convolve(powers[-1], star)[:7])
        right = (order == 1) - sum(beta[k] * powers[k - 1][order] for k in range(2, 8))
        star[order] += right / beta[2]
    powers = [np.eye(1, 7)[0]]
    for _ in range(6):
        powers.append(np.convolve(powers[-1], star)[:7])
    eta = 2 * sum(phi[k] * powers[k][6] for k in range(7))
    inverse_nu = -sum(m2[k] * powers[k][6] for k in range(7))
    omega = sum(k * beta[k] * powers[k - 1][6] for k in range(2, 8))
    assert eta == pytest.approx(eta_series(1, 6)[6], abs=2e-5)
    assert inverse_nu == pytest.approx(inverse_nu_series(1, 6)[6], abs=1e-4)
    assert omega == pytest.approx(omega_series(1, 6)[6], abs=1e-3)


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: eta_series(-2.1, 3), "N must be at least -2, got -2.1"),
        (lambda: omega_series(sympy.Integer(-3), 3), "N must be at least -2, got -3"),
        (lambda: eta_series(float("nan"), 3), "N must be finite"),
        (lambda: eta_series("1", 3), "N must be one real number"),
        (lambda: eta_series(1, 7), "order 7 of eta is not known.*use order 6 or less"),
        (lambda: inverse_nu_series(2, 6), "order 6 of inverse_nu.*use order 5.*N = 0, 1"),
        (lambda: omega_series(n, 6), "order 6 of omega is not known here for N = N: use order 5"),
        (lambda: eta_series(1, -1), "order must be at least 0"),
        (lambda: eta_series(5, 6), "order 6 of eta is not known here for N = 5: use order 5"),
        (lambda: eta_series(sympy.Integer(1), 6), "order 6 of eta is not known here"),
        (lambda: omega_series(float("inf"), 2), "N must be finite"),
        (lambda: omega_series(sympy.oo, 2), "N must be at least -2, got oo"),
        (lambda: omega_series(sympy.I, 2), "N must be at least -2, got I"),
        (lambda: inverse_nu_series(True, 2), "N must be one real number"),
        (lambda: eta_series(1, 2.0), "order must be a whole number"),
        (lambda: field_functions(1, 6), "loops must be at most 5, got 6"),
        (lambda: field_functions(-2.5), "N must be at least -2"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
