"""Critical exponents of the O(N) model as exact power series in epsilon = 4 - d, to five loops.

The functions of the coupling are tabulated in `o_n.toml`. The fixed point g*(epsilon) is a power
series too, the reversion of epsilon(g) = beta(g) / g + epsilon. With x = g / (N + 8) and
e = epsilon / (N + 8)**2 no division is left,

e = x / 3 + b_2 x**2 + b_3 (N + 8) x**3 + ...

so that every step is arithmetic of polynomials in N and zeta values, and a symbolic N costs no more
than a number.

References
----------
H. Kleinert, J. Neu, V. Schulte-Frohlinde, K. G. Chetyrkin and S. A. Larin, Phys. Lett. B 272, 39
(1991), doi:10.1016/0370-2693(91)91009-K; erratum B 319, 545 (1993), arXiv:hep-th/9503230.
"""

import numbers
import tomllib
from fractions import Fraction
from functools import cache
from importlib.resources import files
from math import prod

import numpy as np
import sympy
from numpy.typing import NDArray
from scipy.special import zeta

from .. import _checks

__all__ = ["eta_series", "field_functions", "inverse_nu_series", "omega_series"]

LOOPS = 5
_ZETAS = (3, 4, 5, 6, 7)
_RING = sympy.ring(["N", *(f"z{k}" for k in _ZETAS)], sympy.QQ)[0]
_N = _RING.gens[0]
_SYMBOLS = {str(s): s for s in _RING.symbols}
_EXACT_ZETA = {_SYMBOLS[f"z{k}"]: sympy.zeta(k) for k in _ZETAS}


def field_functions(
    N: float | sympy.Expr, loops: int = LOOPS
) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
    """(beta, gamma_phi, gamma_m2) as SymPy expressions in the symbols g and epsilon.

    beta = mu dg/dmu with H = (grad phi)**2 / 2 + (16 pi**2 mu**epsilon g / 4!) (phi**2)**2; then
    eta = 2 gamma_phi(g*), 1/nu = 2 - gamma_m2(g*), omega = beta'(g*) where beta(g*) = 0.

    Parameters
    ----------
    N : SymPy expression or number
        Number of components of the field, at least -2; a symbol for the general result.
    loops : int
        1 to 5: beta to g**(loops + 1), the others to g**loops.

    Raises
    ------
    ValueError
        If N is below -2, or loops out of its range.

    References
    ----------
    H. Kleinert et al., Phys. Lett. B 272, 39 (1991), doi:10.1016/0370-2693(91)91009-K.

    Examples
    --------
    >>> beta, gamma_phi, gamma_m2 = field_functions(1, loops=2)
    >>> beta
    -epsilon*g - 17*g**3/3 + 3*g**2
    >>> gamma_phi, gamma_m2
    (g**2/12, -5*g**2/6 + g)
    """
    loops = _checks.integer("loops", loops, minimum=1)
    if loops > LOOPS:
        raise ValueError(f"loops must be at most {LOOPS}, got {loops}: no more are tabulated")
    N = _components(N)
    g, epsilon = sympy.symbols("g epsilon")
    if not isinstance(N, sympy.Basic):
        is_float = N.denominator > 1 and N == float(N)  # of 0.1 the fraction that is meant, 1/10
        N = float(N) if is_float else sympy.Rational(N.numerator, N.denominator)
    values = {_SYMBOLS["N"]: sympy.nsimplify(N, rational=True)} | _EXACT_ZETA

    def polynomial(name, first, last):
        terms = enumerate(_tabulated(name)[: last - first + 1], start=first)
        return sum(c.as_expr().subs(values) * g**k for k, c in terms)

    beta = -epsilon * g + polynomial("beta", 2, loops + 1)
    return beta, polynomial("gamma_phi", 2, loops), polynomial("gamma_m2", 1, loops)


def eta_series(
    N: float | sympy.Expr, order: int | None = None
) -> NDArray[np.float64] | list[sympy.Expr]:
    """Coefficients of epsilon**0 ... epsilon**order of eta, the exponent of the correlations.

    <phi(0) phi(r)> ~ r**-(d - 2 + eta) at the critical point; eta = 2 gamma_phi(g*).

    Parameters
    ----------
    N : number or SymPy expression
        Number of components, at least -2: 0 self-avoiding walk, 1 Ising, 2 superfluid helium,
        3 Heisenberg magnet. An expression of SymPy, such as a symbol, asks for exact coefficients.
    order : int, optional
        Highest power of epsilon, up to 5; 6 for N = 0, 1, 2, 3, 4. By default all that are known.

    Returns
    -------
    array of float, shape (order + 1,), or list of SymPy expressions
        Dimensionless; the list where N is an expression of SymPy, with zeta values left symbolic.

    Raises
    ------
    ValueError
        If N is below -2 or not finite, or the order beyond what is known.

    References
    ----------
    H. Kleinert et al., Phys. Lett. B 272, 39 (1991), doi:10.1016/0370-2693(91)91009-K; order 6:
    D. V. Batkovich, K. G. Chetyrkin and M. V. Kompaniets, Nucl. Phys. B 906, 147 (2016),
    arXiv:1601.01960.

    Examples
    --------
    >>> eta_series(1, 3).round(6).tolist()
    [0.0, 0.0, 0.018519, 0.01869]
    >>> eta_series(sympy.Symbol("N"), 2)[2]
    (N + 2)/(2*(N + 8)**2)
    """
    return _series("eta", N, order)


def inverse_nu_series(
    N: float | sympy.Expr, order: int | None = None
) -> NDArray[np.float64] | list[sympy.Expr]:
    """Coefficients of epsilon**0 ... epsilon**order of 1/nu; the first is 2.

    xi ~ |t|**-nu, so 1/nu is y_t, the thermal eigenvalue; 1/nu = 2 - gamma_m2(g*).

    Parameters
    ----------
    N : number or SymPy expression
        Number of components, at least -2; an expression of SymPy asks for exact coefficients.
    order : int, optional
        Highest power of epsilon, up to 5; 6 for N = 0 and 1. By default all that are known.

    Returns
    -------
    array of float, shape (order + 1,), or list of SymPy expressions
        Dimensionless; the list where N is an expression of SymPy, with zeta values left symbolic.

    Raises
    ------
    ValueError
        If N is below -2 or not finite, or the order beyond what is known.

    References
    ----------
    H. Kleinert et al., Phys. Lett. B 272, 39 (1991), doi:10.1016/0370-2693(91)91009-K; order 6:
    M. V. Kompaniets and E. Panzer, Phys. Rev. D 96, 036016 (2017), arXiv:1705.06483.

    Examples
    --------
    >>> inverse_nu_series(1, 2).round(6).tolist()
    [2.0, -0.333333, -0.117284]
    >>> inverse_nu_series(sympy.Symbol("N"), 1)
    [2, (-N - 2)/(N + 8)]
    """
    return _series("inverse_nu", N, order)


def omega_series(
    N: float | sympy.Expr, order: int | None = None
) -> NDArray[np.float64] | list[sympy.Expr]:
    """Coefficients of epsilon**0 ... epsilon**order of omega, the leading correction to scaling.

    Observables approach their scaling form as L**-omega; omega = beta'(g*), minus the eigenvalue of
    the least irrelevant coupling.

    Parameters
    ----------
    N : number or SymPy expression
        Number of components, at least -2; an expression of SymPy asks for exact coefficients.
    order : int, optional
        Highest power of epsilon, up to 5; 6 for N = 1. By default all that are known.

    Returns
    -------
    array of float, shape (order + 1,), or list of SymPy expressions
        Dimensionless; the list where N is an expression of SymPy, with zeta values left symbolic.

    Raises
    ------
    ValueError
        If N is below -2 or not finite, or the order beyond what is known.

    References
    ----------
    H. Kleinert et al., Phys. Lett. B 272, 39 (1991), doi:10.1016/0370-2693(91)91009-K; order 6:
    M. V. Kompaniets and E. Panzer, Phys. Rev. D 96, 036016 (2017), arXiv:1705.06483.

    Examples
    --------
    >>> omega_series(1, 2).round(6).tolist()
    [0.0, 1.0, -0.62963]
    """
    return _series("omega", N, order)


# --- exact arithmetic ---------------------------------------------------------------------------


@cache
def _data():
    text = files("rgcourse.epsilon_expansion").joinpath("o_n.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _tabulated(name):
    """The coefficients of one function as polynomials in N and the zeta values."""
    return [
        _RING.from_expr(sympy.expand(sympy.sympify(line, locals=_SYMBOLS)))
        for line in _data()[name]
    ]


def _times(p, q):
    """Product of two power series, lists of coefficients of equal length, cut off there."""
    n = len(p)
    return [sum((p[i] * q[k - i] for i in range(k + 1)), _RING.zero) for k in range(n)]


def _in_powers(coefficients, x):
    """sum_k coefficients[k] x**k for a power series x that starts at first order."""
    total, power = [_RING.zero] * len(x), [_RING.one] + [_RING.zero] * (len(x) - 1)
    for c in coefficients:
        total = [t + c * p for t, p in zip(total, power, strict=True)]
        power = _times(power, x)
    return total


@cache
def _numerators(name):
    """Polynomials P_k with coefficient P_k / (N + 8)**(2 k) of epsilon**k, k = 0 ... LOOPS."""
    scale = [(_N + 8) ** k for k in range(LOOPS + 2)]
    beta = _tabulated("beta")
    # e = x / 3 + rest(x), with (N + 8)**-2 of the first power taken out of the factors
    rest = [_RING.zero, _RING.zero] + [b * scale[k] for k, b in enumerate(beta[1:])]
    x = [_RING.zero, _RING(3)] + [_RING.zero] * (LOOPS - 1)
    for _ in range(LOOPS):
        x = [-3 * c for c in _in_powers(rest, x)]
        x[1] += 3
    if name == "omega":  # beta'(g*) = -epsilon + sum (k + 2) b_k g**(k + 1)
        slope = [_RING.zero] + [(k + 2) * b * scale[k + 1] for k, b in enumerate(beta)]
        series = _in_powers(slope, x)
        series[1] -= scale[2]
        return series
    function, first, factor = {"eta": ("gamma_phi", 2, 2), "inverse_nu": ("gamma_m2", 1, -1)}[name]
    terms = [_RING.zero] * first + [
        factor * c * scale[k] for k, c in enumerate(_tabulated(function), start=first)
    ]
    series = _in_powers(terms, x)
    series[0] += 2 if name == "inverse_nu" else 0
    return series


@cache
def _symbolic(name, k):
    """Coefficient of epsilon**k in the symbol N of the ring, in lowest terms."""
    numerator, power = _numerators(name)[k], 2 * k
    while power and numerator and not numerator.rem(_N + 8):
        numerator, power = numerator.exquo(_N + 8), power - 1
    return sympy.factor(numerator.as_expr()) / (_SYMBOLS["N"] + 8) ** power


@cache
def _by_zeta(name, k):
    """The same, as pairs (product of zeta values, {power of N: rational})."""
    parts = {}
    for (power, *zetas), c in _numerators(name)[k].terms():
        parts.setdefault(tuple(zetas), {})[power] = Fraction(int(c.numerator), int(c.denominator))
    values = [float(zeta(j)) for j in _ZETAS]
    weight = {z: prod(v**e for v, e in zip(values, z, strict=True)) for z in parts}
    return [(weight[z], polynomial) for z, polynomial in parts.items()]


def _number(name, k, N):
    """Coefficient of epsilon**k at a Fraction N; polynomials in N are summed exactly."""
    exact = [(w, sum(c * N**p for p, c in poly.items())) for w, poly in _by_zeta(name, k)]
    return sum(w * float(value / (N + 8) ** (2 * k)) for w, value in exact)


def _components(N):
    """N as a Fraction, or as it is where SymPy knows it; ValueError below -2 or if not finite.

    Of whatever type a number comes, only Python's own integers go on: those of NumPy wrap around.
    """
    if isinstance(N, sympy.Basic):
        if N.is_number and not (N.is_real and N >= -2):
            raise ValueError(f"N must be at least -2, got {N}: below it g* runs away")
        return N
    if isinstance(N, np.ndarray) and N.ndim == 0:
        N = N[()]
    number = _checks.finite("N", N)
    if number < -2:
        raise ValueError(f"N must be at least -2, got {N}: below it the expansion has no meaning")
    if isinstance(N, numbers.Integral):
        return Fraction(int(N))
    return N if isinstance(N, Fraction) else Fraction(number)


def _series(name, N, order):
    N = _components(N)
    known = {int(key): c for key, c in _data()["six_loops"][name].items()}
    exact = isinstance(N, sympy.Basic)
    most = LOOPS + (not exact and N in known)
    order = most if order is None else _checks.integer("order", order, minimum=0)
    if order > most:
        number = N if exact or N.denominator == 1 else float(N)
        decimals = ", ".join(map(str, known))
        raise ValueError(
            f"order {order} of {name} is not known here for N = {number}: use "
            f"order {most} or less; order {LOOPS + 1} is tabulated, as decimals, for the numbers "
            f"N = {decimals}"
        )
    low = range(min(order, LOOPS) + 1)
    if exact:
        values = {_SYMBOLS["N"]: N} | _EXACT_ZETA
        return [_symbolic(name, k).subs(values, simultaneous=True) for k in low]
    last = [known[N]] if order > LOOPS else []
    return np.array([_number(name, k, N) for k in low] + last)
