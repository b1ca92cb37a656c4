"""*Below four dimensions*, by other routes: the package, closed forms, and the page's own way."""

import functools
import math
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from coursework_class import INSTRUCTOR, SECRET, hard_wired

from rgcourse import epsilon_expansion as near_four
from rgcourse import field_theory as ft
from rgcourse.coursework import grade, key, rehearsal, source
from rgcourse.reference import entry
from rgcourse.resummation import conformal_sums

KINDS = [(m, n) for n in (1, 2, 3, 5, 6) for m in (2, 3, 4) if 4 != m * n <= 12]


@functools.cache
def made():
    return key.make(INSTRUCTOR / "below_four_dimensions.ipynb", SECRET)


@functools.cache
def hidden(question):
    """What the hidden cell of a question defines."""
    space = key.space_of_source()
    exec("\n\n".join(made().assignment.code_of("cases", question)), space)
    return SimpleNamespace(**{name: space[name] for name in space if name != "__builtins__"})


@functools.cache
def reference():
    """Names of the reference solution for one student."""
    return key.Reference(made())._space_of(made().parameters("ada"))


def test_short_arms_are_those_of_the_package():
    for d, n, p in ((2.5, 4, 0), (3, 6, 0), (3.7, 2, 4)):
        assert reference()["dimension"](d, 2, n, p) == pytest.approx(ft.coupling_dimension(d, n, p))
    case = made().cases("powers", {"sigma": 2.0, "dim": 3.0})[4]
    assert case.expected == [ft.upper_critical_dimension(4), ft.upper_critical_dimension(6)]


def by_formula(m, n, epsilon):
    return hidden("symmetry").by_formula({"copies": m, "components": n, "epsilon": epsilon})


def test_the_isotropic_point_is_that_of_wilson_and_fisher():
    for m, n in ((2, 1), (3, 1)):
        point, y_t, omega = by_formula(m, n, 0.5)
        known = near_four.wilson_fisher_point(d=3.5, N=m * n)
        assert point == {"u": 0.0, "v": pytest.approx(known.couplings[1])}
        assert y_t == pytest.approx(known.exponents[0])
    assert by_formula(3, 1, 1.0)[2] == pytest.approx(-entry("epsilon.cubic_3").value, abs=1e-4)


def test_the_reduced_flow_is_that_of_the_tensor():
    """For every kind that is drawn: the formula of u and v against the contracted tensors."""
    rates = reference()["rates"]
    one = reference()["isotropic"]
    for m, n in ((2, 1), (2, 3), (3, 2), (4, 3), (2, 6)):
        every, each = one(m * n), np.zeros((m * n,) * 4)
        for a in range(m):
            own = slice(a * n, a * n + n)
            each[own, own, own, own] = one(n)
        u, v, e = 0.07, 0.04, 0.3
        _, dV = rates(np.zeros((m * n,) * 2), u * each + v * every, e)
        du = e * u - (n + 8) / 3 * u**2 - 4 * u * v
        dv = e * v - (m * n + 8) / 3 * v**2 - 2 * (n + 2) / 3 * u * v
        assert np.allclose(dV, du * each + dv * every, atol=1e-12)


@pytest.mark.parametrize(("m", "n"), KINDS)
def test_one_point_of_four_is_stable_for_every_kind(m, n):
    point, _, omega = by_formula(m, n, 0.4)
    assert omega > 0
    kind = (point["u"] != 0) + 2 * (point["v"] != 0)
    assert kind == (2 if m * n < 4 else 1 if n > 4 else 3)


@pytest.mark.parametrize(
    "cutoff",
    [
        "c(q) = exp(-s q^2)",
        "c(q) = 1 / (1 + s q^2)^2",
        "c(q) = 1 / (1 + s^2 q^4)",
        f"c(q) = 1 for {'s q^2 < 1'}, and 0 beyond",
    ],
)
def test_the_constant_of_every_cutoff_in_closed_form(cutoff):
    h, p, r = hidden("cutoff"), {"cutoff": cutoff, "s": 1.3}, 1e-7
    assert 16 * math.pi**2 * h.integral(p, r) + math.log(r) == pytest.approx(
        h.constant(p), abs=5e-5
    )
    if "beyond" in cutoff:
        x = 1.3 * 0.2
        exact = math.log1p(1 / x) - 1 / (1 + x)
        assert 16 * math.pi**2 * h.integral(p, 0.2) == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("N", [2, 5, 12])
def test_the_second_order_is_that_of_the_package(N):
    e = 0.7
    told = {c.name: c.expected for c in made().cases("second_order", {"N": N, "d": 4 - e})[3:]}
    inverse = near_four.inverse_nu_series(N, 2)
    powers = e ** np.arange(3)
    assert told["nu"] == pytest.approx(1 / (inverse @ powers))
    assert told["eta"] == pytest.approx(near_four.eta_series(N, 2) @ powers)
    assert told["omega_2"] == pytest.approx(near_four.omega_series(N, 2) @ powers)
    itself = [1 / 2, -inverse[1] / 4, -inverse[2] / 4 + inverse[1] ** 2 / 8]
    assert told["nu_itself"] == pytest.approx(itself @ powers)


def test_the_sums_and_the_integral_of_one_site():
    h = hidden("one_site")
    for N, g, b, lam in ((1, 0.5, 2.0, 0.0), (4, 1.5, 5.0, 1.0), (2, 1.1, 3.5, 0.75)):
        c = h.series(N, 6)
        assert c == pytest.approx(reference()["site_series"](N, 6))
        ours = h.mapped_sum(c * g ** np.arange(7), 2 / 3 * g, b, lam)
        assert ours == pytest.approx(conformal_sums(c, 2 / 3, b=b, lam=lam, epsilon=g)[-1])
        assert h.exact(N, g) == pytest.approx(reference()["site_exact"](N, g), rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_honest_errors_pass_and_others_do_not(seed):
    """By rejection, by a chain with bins, and by the same chain whose memory was forgotten."""
    case = made().cases("one_site", made().parameters("ada"))[-1]

    def verdict(measure):
        rng = np.random.default_rng(seed)
        told = [measure(N, g, rng) for N, g in case.args[0]]
        return case.judge([[float(x) for x in pair] for pair in told], case.expected)

    def chains(N, g, rng, forget=False):
        phi, told = rng.normal(size=(40, N)), []
        S = lambda x: (x**2).sum(axis=1) / 2 + g * (x**2).sum(axis=1) ** 2 / 24  # noqa: E731
        for step in range(140):
            new = phi + rng.normal(size=phi.shape)
            kept = rng.random(40) < np.exp(np.minimum(S(phi) - S(new), 0))
            phi = np.where(kept[:, None], new, phi)
            if step >= 20:
                told.append((phi**2).sum(axis=1))
        bins = np.ravel(told) if forget else np.mean(told, axis=0)
        return bins.mean(), bins.std(ddof=1) / len(bins) ** 0.5

    honest = reference()["measure"]
    assert verdict(honest) is None and verdict(chains) is None
    assert "too small" in verdict(lambda *x: chains(*x, forget=True))
    assert "too small" in verdict(lambda *x: (honest(*x)[0], honest(*x)[1] / 2))
    assert "too large" in verdict(lambda N, g, rng: (reference()["site_exact"](N, g), 0.03 * N))


@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
def test_somebody_else_s_rules_lose_their_points(monkeypatch):
    """Code in which a cutoff and an error rule are built in, beneath one's own numbers."""
    words = ("cutoff", "error_rule")
    lost = hard_wired(made(), words, rehearsal, grade.Grader(made()), monkeypatch)
    assert {"cutoff", "one_site"} <= lost and not lost & {"powers", "symmetry", "second_order"}


def test_the_source_is_read():
    assert len(source.reference_code(made().assignment)) > 10
