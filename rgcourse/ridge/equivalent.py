"""Ridge regression whose learning curve can be calculated: the ridge is renormalized.

There are D features. Feature k has variance lambda_k (the `spectrum`), and the target has the power
c_k in it (the `target`), so that

    y = sum_k sqrt(c_k) z_k + noise,     z_k normal numbers, one for each of P examples.

The predictor is that of the kernel matrix K = sum_k lambda_k z_k z_k^T, with a ridge on its
diagonal. Modes with small lambda_k cannot be learnt from P examples, and all that they do is add to
the ridge. What it becomes when all modes are integrated out is P kappa, where kappa, the
*renormalized ridge*, solves

    P = sum_k lambda_k / (lambda_k + kappa) + ridge / kappa,
    gamma = sum_k (lambda_k / (lambda_k + kappa))**2 / P,
    d ln kappa / d ln P = -1 / (1 - gamma),

and the mean squared error on new examples, without their noise, is

    error + noise = (sum_k c_k (kappa / (lambda_k + kappa))**2 + noise) / (1 - gamma).

This is an equivalent for many modes and examples, not an identity at finite P. `draw_errors` does
the regression itself.

References
----------
B. Bordelon, A. Canatar and C. Pehlevan, Proc. Mach. Learn. Res. 119, 1024 (2020), arXiv:2002.02561.
J. N. Howard, R. Jefferson, A. Maiti and Z. Ringel, Mach. Learn.: Sci. Technol. 6, 025038 (2025),
arXiv:2405.06008.
A. Atanasov, J. A. Zavatone-Veth and C. Pehlevan, arXiv:2405.00592.
"""

import math
from typing import NamedTuple

import numpy as np
from numba.extending import register_jitable
from numpy.typing import ArrayLike, NDArray

from .. import _checks
from .._compile import compiled

__all__ = [
    "LearningCurve", "Renormalized", "integrate_out", "learning_curve", "renormalized_ridge",
]  # fmt: skip

HALVINGS = 64  # of the logarithm of kappa: enough for all 53 bits
SMALLEST, LARGEST = 1e-100, 1e100  # beyond, products leave the floating-point numbers
LEAST_KAPPA = 1e-150  # below, its square does
CLOSEST = 1e-9  # of gamma to 1: nearer, rounding decides

# --- Kernels ------------------------------------------------------------------------------------
# spectrum, target: float64, D of each.


@register_jitable
def renormalize(spectrum, D, P, ridge):
    """kappa for P examples; 0 where P >= D and there is no ridge.

    Bisection in ln kappa. The sum over modes is D lambda_min / (lambda_min + kappa) at least and
    sum(lambda) / kappa at most, which gives both ends.
    """
    if P >= D and ridge <= 0.0:
        return 0.0
    total = ridge
    least = spectrum[0]
    for k in range(D):
        total += spectrum[k]
        least = min(least, spectrum[k])
    high = total / P
    low = max(ridge / P, least * (D - P) / P)
    for _ in range(HALVINGS):
        kappa = math.sqrt(low * high)
        learnt = ridge / kappa
        for k in range(D):
            learnt += spectrum[k] / (spectrum[k] + kappa)
        if learnt > P:
            low = kappa
        else:
            high = kappa
    return math.sqrt(low * high)


@register_jitable
def predict_error(spectrum, target, D, P, ridge, noise, out):
    """Fill `out` with kappa, gamma and the error on new examples, without their noise."""
    kappa = renormalize(spectrum, D, P, ridge)
    gamma = 0.0
    missed = noise
    for k in range(D):
        share = spectrum[k] / (spectrum[k] + kappa)
        gamma += share * share / P
        missed += target[k] * (1.0 - share) * (1.0 - share)
    out[0] = kappa
    out[1] = gamma
    out[2] = missed / (1.0 - gamma) - noise


_renormalize, _predict_error = compiled(renormalize), compiled(predict_error)


# --- For Python ---------------------------------------------------------------------------------


class LearningCurve(NamedTuple):
    """What theory says for each P: arrays of the shape of P.

    Attributes
    ----------
    error : array
        Mean squared error on new examples, without their noise.
    kappa : array
        The renormalized ridge per example.
    gamma : array
        0 to 1: the share of the errors that comes back through the data.
    """

    error: NDArray[np.float64]
    kappa: NDArray[np.float64]
    gamma: NDArray[np.float64]


class Renormalized(NamedTuple):
    """A smaller machine that makes the same errors in its modes.

    Attributes
    ----------
    ridge, noise : float
        Its ridge and the variance of its noise.
    """

    ridge: float
    noise: float


def renormalized_ridge(
    spectrum: ArrayLike, P: ArrayLike, *, ridge: float = 0.0
) -> NDArray[np.float64]:
    """The renormalized ridge kappa of P examples.

        P = sum_k lambda_k / (lambda_k + kappa) + ridge / kappa

    Parameters
    ----------
    spectrum : array (D,)
        Variances lambda_k of the features, positive.
    P : float or array
        Numbers of examples, 1 or more; whole numbers are not needed.
    ridge : float
        What stands on the diagonal of the kernel matrix, 0 or more.

    Returns
    -------
    array, shape of P

    Raises
    ------
    ValueError
        For a spectrum that is not positive, P below 1, or P >= D without a ridge; and where
        rounding would decide, in P too close to D, or in numbers near the ends of their range.

    Examples
    --------
    A flat spectrum: 40 = 100 / (1 + kappa).

    >>> renormalized_ridge([1.0] * 100, [40]).round(6)
    array([1.5])
    """
    variances, numbers, ridge = checked(spectrum, P, ridge)
    found = []
    for p in numbers.flat:
        kappa = _renormalize(variances, variances.size, float(p), ridge)
        _refuse_rounded(p, kappa, np.sum((variances / (variances + kappa)) ** 2) / p)
        found.append(kappa)
    return np.reshape(found, numbers.shape)


def learning_curve(
    spectrum: ArrayLike,
    target: ArrayLike,
    P: ArrayLike,
    *,
    ridge: float = 0.0,
    noise: float = 0.0,
) -> LearningCurve:
    """Error, kappa and gamma for P examples, by the deterministic equivalent.

    Parameters
    ----------
    spectrum, target : array (D,)
        Variances lambda_k of the features, positive; power c_k of the target, 0 or more.
    P : float or array
        Numbers of examples, 1 or more.
    ridge, noise : float
        Ridge, and variance of the noise on the examples; 0 or more.

    Returns
    -------
    LearningCurve

    Raises
    ------
    ValueError
        As `renormalized_ridge`, and for a target that does not fit the spectrum.

    Examples
    --------
    A flat spectrum is a random projection: 1 - P / D of the target is missed.

    >>> learning_curve([1.0] * 100, [0.01] * 100, [40]).error.round(6)
    array([0.6])
    """
    variances, numbers, ridge = checked(spectrum, P, ridge)
    power, noise = checked_target(target, variances), not_negative("noise", noise)
    found, out = np.empty((3, numbers.size)), np.empty(3)
    for i, p in enumerate(numbers.flat):
        _predict_error(variances, power, variances.size, float(p), ridge, noise, out)
        _refuse_rounded(p, out[0], out[1])
        found[:, i] = out
    kappa, gamma, error = found.reshape(3, *numbers.shape)
    return LearningCurve(error, kappa, gamma)


def integrate_out(
    spectrum: ArrayLike,
    target: ArrayLike,
    P: float,
    keep: int,
    *,
    ridge: float = 0.0,
    noise: float = 0.0,
) -> Renormalized:
    """Ridge and noise of the machine of the first `keep` modes that stands for all of them.

    The modes that are left out add to the ridge, screened by kappa, and their errors to the noise:

        ridge' = ridge + sum_out lambda / (1 + lambda / kappa)
        noise' = noise + sum_out [c (kappa / (lambda + kappa))**2
                                  + (lambda / (lambda + kappa))**2 (error + noise) / P].

    Parameters
    ----------
    spectrum, target, P, ridge, noise
        As for `learning_curve`; P one number.
    keep : int
        How many modes are kept, 0 to D. With none the ridge is P kappa.

    Returns
    -------
    Renormalized

    Raises
    ------
    ValueError
        As `learning_curve`, or `keep` out of range.

    Examples
    --------
    >>> integrate_out([1.0] * 100, [0.01] * 100, 40, 0).ridge  # doctest: +ELLIPSIS
    60.0...
    """
    curve = learning_curve(spectrum, target, P, ridge=ridge, noise=noise)
    if curve.kappa.ndim:
        raise ValueError(f"P must be one number, got an array of shape {curve.kappa.shape}")
    variances, power = np.asarray(spectrum, float), np.asarray(target, float)
    keep = _checks.integer("keep", keep, minimum=0)
    if keep > variances.size:
        raise ValueError(f"keep must be at most the {variances.size} modes there are, got {keep}")
    share = variances[keep:] / (variances[keep:] + curve.kappa)
    bias = np.sum(power[keep:] * (1 - share) ** 2)
    spread = np.sum(share**2) * (curve.error + noise) / P
    return Renormalized(float(ridge + curve.kappa * share.sum()), float(noise + bias + spread))


def _refuse_rounded(P, kappa, gamma):
    """ValueError where rounding has decided what kappa or gamma are."""
    if not kappa > LEAST_KAPPA:
        raise ValueError(
            f"the renormalized ridge of P = {P:g} examples, got {kappa:g}, must be above "
            f"{LEAST_KAPPA:g}; multiply spectrum and ridge by one factor, and it is multiplied too"
        )
    if not gamma < 1 - CLOSEST:
        raise ValueError(
            f"P = {float(P)!r} examples and so small a ridge determine all modes but for rounding: "
            f"1 - gamma must be above {CLOSEST:g}, got {1 - gamma:.1g}; use a larger ridge, or "
            f"more modes"
        )


def not_negative(name, value):
    """`value` as a float; ValueError below 0, and where its square would overflow."""
    value = _checks.finite(name, value)
    if value < 0:
        raise ValueError(f"{name} must be 0 or more, got {value:g}")
    if value > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST:g}, got {value:g}")
    return value


def checked(spectrum, P, ridge, *, ends_at=None):
    """Spectrum, P and ridge as arrays and a float; without a ridge P must be below `ends_at`."""
    spectrum = np.ascontiguousarray(_checks.numbers_only("spectrum", spectrum))
    if spectrum.ndim != 1 or spectrum.size == 0 or spectrum.min() <= 0:
        least = f"{spectrum.min():g}" if spectrum.size else "none"
        raise ValueError(
            f"spectrum must be a row of positive variances, got shape {spectrum.shape}, "
            f"the least {least}; leave out modes without variance"
        )
    if not SMALLEST <= spectrum.max() <= LARGEST:
        raise ValueError(
            f"the largest variance of a spectrum must lie between {SMALLEST:g} and {LARGEST:g}, "
            f"got {spectrum.max():g}; multiply spectrum and ridge by one factor"
        )
    P, ridge = _checks.numbers_only("P", P), not_negative("ridge", ridge)
    if P.size == 0 or P.min() < 1:
        raise ValueError(f"P must be 1 or more examples, got {P.min() if P.size else 'none'}")
    end = spectrum.size if ends_at is None else ends_at
    if ridge == 0 and P.max() >= end:
        raise ValueError(
            f"without a ridge P must be below {end}, got {P.max():g}: so many examples determine "
            f"all {spectrum.size} modes; use a ridge, or more modes"
        )
    return spectrum, P, ridge


def checked_target(target, spectrum):
    """The target as an array; ValueError unless it has a power of 0 or more for each mode."""
    target = np.ascontiguousarray(_checks.numbers_only("target", target))
    if target.shape != spectrum.shape or target.min() < 0:
        raise ValueError(
            f"target must be {spectrum.size} powers of 0 or more, one a mode, got shape "
            f"{target.shape}, the least {target.min() if target.size else 'none'}"
        )
    if target.max() > LARGEST:
        raise ValueError(f"target must have powers of at most {LARGEST:g}, got {target.max():g}")
    return target
