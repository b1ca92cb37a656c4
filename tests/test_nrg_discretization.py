"""Wilson chains: closed form, Lanczos, and levels so small that rounding could swallow them."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rgcourse.nrg import (
    band_correction,
    energy_unit,
    flat_chain,
    free_levels,
    lanczos_chain,
    star_levels,
    wilson_chain,
)

# single-particle levels of long free chains, in units of the last site's energy
LEVELS = {
    2.0: ([0.655512885, 1.97600244, 3.99988138, 8.0], [1.29638541, 2.82596576, 5.65685152]),
    2.5: ([0.746855856, 2.49320633, 6.24999504, 15.625], [1.52048321, 3.95255048, 9.88211766]),
    3.0: ([0.80004771, 2.99748744, 8.99999959, 27.0], [1.6957543, 5.19609636, 15.5884573]),
}


@pytest.mark.parametrize("Lambda", LEVELS)
def test_levels_of_the_free_chain_are_wilsons(Lambda):
    for n_sites, expected in zip((46, 47), LEVELS[Lambda], strict=True):
        levels = flat_chain(Lambda, n_sites).levels(n_sites) / energy_unit(Lambda, n_sites - 1)
        positive = levels[levels > 1e-9][: len(expected)]
        assert positive == pytest.approx(expected, rel=1e-8)
        assert (np.abs(levels) < 1e-9).sum() == n_sites % 2  # one level at zero if odd


def test_small_levels_keep_their_digits():
    """The smallest of 60 sites is 1e-12 of the largest; QR alone would leave it four digits."""
    t = wilson_chain(2.5, 60)
    with mpmath.workdps(60):
        h = mpmath.zeros(60)
        for n, hop in enumerate(t):
            h[n, n + 1] = h[n + 1, n] = mpmath.mpf(float(hop))
        # 1 / smallest level is the norm of the inverse, by power iteration on its square
        v, inverse = mpmath.matrix([1] + [0] * 59), h**-1
        for _ in range(40):
            v = inverse * (inverse * v)
            v = v / mpmath.norm(v)
        exact = 1 / mpmath.norm(inverse * v)
    assert float(exact) == pytest.approx(np.abs(free_levels(t)).min(), rel=1e-12)


def test_hoppings_by_closed_form_are_hoppings_by_lanczos():
    for Lambda, n_sites in ((1.7, 15), (2.0, 40), (3.0, 50)):
        chain = lanczos_chain(np.ones_like, Lambda, n_sites)
        assert chain.hoppings == pytest.approx(wilson_chain(Lambda, n_sites), rel=1e-12)
        assert np.all(chain.onsite == 0) or np.max(np.abs(chain.onsite / chain.scale)) < 1e-12
        assert chain.weight == pytest.approx(2.0, rel=1e-14)


def lopsided(w):
    return np.abs(w) ** 0.3 * (1 + 0.7 * w)


@pytest.mark.parametrize("z", [1.0, 0.4])
def test_a_chain_has_the_moments_of_its_star(z):
    """<0| H**k |0> of the chain is the k-th moment of the star, up to k = 2 n - 1."""
    chain = lanczos_chain(lopsided, 2.0, 6, z=z)
    h = np.diag(chain.onsite) + np.diag(chain.hoppings, 1) + np.diag(chain.hoppings, -1)
    energies, weights = star_levels(lopsided, 2.0, 80, z=z)
    power = np.eye(6)
    for k in range(12):
        moment = weights @ energies**k / weights.sum()
        assert power[0, 0] == pytest.approx(moment, rel=1e-12, abs=1e-15), k
        power = power @ h


def test_shifted_cuts_shift_the_hoppings():
    """Far down the chain all that z changes is the scale, by Lambda**(1 - z)."""
    ratio = flat_chain(2.5, 30, z=0.5).hoppings / wilson_chain(2.5, 30)
    assert ratio[-8:] == pytest.approx(2.5**0.5, rel=1e-7)


def test_correction_is_that_of_the_better_discretization():
    """Levels at integral h / integral (h / w), which need no correction, lie A times lower."""
    energies, _ = star_levels(np.ones_like, 2.0, 3)
    assert energies[0] / band_correction(2.0) == pytest.approx(0.5 / np.log(2))


@settings(deadline=None, max_examples=20)
@given(st.floats(1.2, 8), st.integers(2, 12))
def test_hoppings_fall_and_levels_come_in_pairs(Lambda, n_sites):
    t = wilson_chain(Lambda, n_sites)
    assert np.all(t > 0) and np.all(np.diff(t) < 0)
    levels = free_levels(t)
    assert levels == pytest.approx(-levels[::-1], abs=1e-14)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: wilson_chain(1.0, 5), "Lambda must be greater than 1"),
        (lambda: wilson_chain(2.0, 0), "n_sites must be at least 1"),
        (lambda: flat_chain(2.0, 5, z=0.0), "z must lie between 0"),
        (lambda: flat_chain(2.0, 5, z=1.5), "z must lie between 0"),
        (lambda: lanczos_chain(lambda w: -w, 2.0, 5), "must be finite and not negative"),
        (lambda: lanczos_chain(np.zeros_like, 2.0, 5), "positive somewhere"),
        (lambda: lanczos_chain(lambda w: (w > 0.6) * 1.0, 2.0, 5), "use fewer sites"),
        (lambda: free_levels([1.0, 1.0], [0.0]), "n - 1 hoppings"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
