"""A value with its error: how it prints, what may be done to it, and what is refused."""

import math
import numbers
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _checks

__all__ = ["Estimate", "ShortChainError"]

# A format for numbers: alignment and width are those of the whole, the rest is for each number.
NUMBER_FORMAT = re.compile(
    r"(?P<align>.?[<>^])?(?P<sign>[-+ ]?)(?P<width>\d*)(?P<number>[,_]?(\.\d+)?[eEfFgGn%]?)"
)
# A width with a zero in front, which asks for zeros in place of spaces.
ZEROS = re.compile(r"((?:.?[<>^])?[-+ ]?)0+(?=\d)")


@dataclass(frozen=True, eq=False, init=False)
class Estimate:
    """A value with its standard error, printed as `0.992 ± 0.012`.

    Multiplied or shifted by exact numbers, or raised to a power, the error follows, to first order.
    Two estimates are never combined by `+ - * /`, because they may be correlated: put the
    combination into the jackknife, or, if they are independent, use `minus` and `plus`.

    Parameters
    ----------
    value : float or array of float
    error : float or array of float
        One standard deviation, not negative, same shape as `value`.
    n_bins : float or array of float, optional
        Number of independent bins behind the error. The error is then itself uncertain, and
        (value - truth) / error follows Student's distribution with n_bins - 1 degrees of freedom.

    Raises
    ------
    ValueError
        If value, error or n_bins is not real, the shapes differ, an error is negative or n_bins is
        not above 1.

    Examples
    --------
    Two significant digits of the error decide how much of the value is shown; a format for numbers
    is applied to both.

    >>> print(Estimate(0.99183, 0.01234), 2 * Estimate(0.5, 0.01))
    0.992 ± 0.012 1.000 ± 0.020
    >>> f"{Estimate(0.99183, 0.01234):.2f}"
    '0.99 ± 0.01'
    >>> print(1 / Estimate(4.0, 0.16), Estimate(3.0, 0.5) ** 2)
    0.250 ± 0.010 9.0 ± 3.0
    """

    value: float | NDArray[np.float64]
    error: float | NDArray[np.float64]
    n_bins: float | NDArray[np.float64] | None

    def __init__(
        self, value: ArrayLike, error: ArrayLike, *, n_bins: ArrayLike | None = None
    ) -> None:
        value, error = _checks.real_array("value", value), _checks.real_array("error", error)
        if value.shape != error.shape:
            raise ValueError(
                f"value and error must have the same shape, got {value.shape} and {error.shape}"
            )
        if np.any(error < 0):
            raise ValueError(f"an error cannot be negative, got {error[error < 0].flat[0]}")
        if n_bins is not None:
            if not np.all(_checks.real_array("n_bins", n_bins) > 1):
                raise ValueError(f"n_bins must be more than 1, got {n_bins}")
            bins = np.asarray(n_bins)
            n_bins = np.broadcast_to(bins, value.shape) if bins.ndim else bins.item()
        object.__setattr__(self, "value", value if value.ndim else float(value))
        object.__setattr__(self, "error", error if error.ndim else float(error))
        object.__setattr__(self, "n_bins", n_bins)

    @property
    def degrees(self) -> float | NDArray[np.float64]:
        """Degrees of freedom of the error, n_bins - 1; infinite where `n_bins` is not known."""
        return math.inf if self.n_bins is None else self.n_bins - 1

    def z_score(self, exact: "ArrayLike | Estimate") -> float | NDArray[np.float64]:
        """Deviation from `exact` in standard deviations, float or array.

        With `n_bins` known, t = (value - exact) / error is given as the normal deviate of equal
        probability, so that |z| > 3 means the same for 8 bins and for 800. If `exact` is itself
        an `Estimate`, it counts as independent: the deviation is that of `minus` from zero.

        Parameters
        ----------
        exact : float, array of float or Estimate
            What the value is held against.

        Examples
        --------
        >>> Estimate(1.5, 0.25).z_score(1.0)
        2.0
        """
        if isinstance(exact, Estimate):
            return self.minus(exact).z_score(0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            difference = self.value - _checks.real_array("exact", exact)
            t = np.where(difference == 0, 0.0, difference / self.error)
        z = t if self.n_bins is None else _normal_deviate(t, self.degrees)
        return z if z.ndim else float(z)

    def minus(self, other: "ArrayLike | Estimate") -> "Estimate":
        """The difference of two *independent* estimates, or of an estimate and an exact number.

        Errors add in quadrature. The new `n_bins` is one more than the degrees of freedom after
        Welch, (e1**2 + e2**2)**2 / (e1**4 / degrees1 + e2**4 / degrees2), and need not be whole.
        Estimates from the same chain, or from chains that share a start or random numbers, are
        not independent: put their difference into the jackknife.

        Parameters
        ----------
        other : Estimate, float or array of float
            What is subtracted; an exact number counts as an estimate without error.

        References
        ----------
        B. L. Welch, Biometrika 34, 28 (1947), doi:10.1093/biomet/34.1-2.28.

        Examples
        --------
        >>> a, b = Estimate(2.0, 0.3, n_bins=8), Estimate(1.0, 0.4, n_bins=8)
        >>> print(a.minus(b), round(a.minus(b).degrees, 3))
        1.00 ± 0.50 12.982
        """
        if not isinstance(other, Estimate):
            return self - other
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.subtract(self.value, other.value)
            error = np.hypot(self.error, other.error)
            if self.n_bins is None and other.n_bins is None:
                return Estimate(value, error)
            # variances add, and so do the variances of these, 2 variance**2 / degrees
            shares = (self.error / error) ** 4 / self.degrees
            shares = shares + (other.error / error) ** 4 / other.degrees
            return Estimate(value, error, n_bins=1 + 1 / np.where(shares > 0, shares, 0.0))

    def plus(self, other: "ArrayLike | Estimate") -> "Estimate":
        """The sum of two *independent* estimates, with the error of `minus`.

        Examples
        --------
        >>> print(Estimate(2.0, 0.3).plus(Estimate(1.0, 0.4)))
        3.00 ± 0.50
        """
        return self.minus(-other if isinstance(other, Estimate) else np.negative(other))

    def __mul__(self, factor: ArrayLike) -> "Estimate":
        _only_numbers(factor)
        error = np.multiply(self.error, np.abs(factor))
        return Estimate(np.multiply(self.value, factor), error, n_bins=self.n_bins)

    def __truediv__(self, divisor: ArrayLike) -> "Estimate":
        _only_numbers(divisor)
        if np.any(np.equal(divisor, 0)):
            raise ZeroDivisionError(f"{self} divided by zero")
        return self * np.divide(1, divisor)

    def __rtruediv__(self, number: ArrayLike) -> "Estimate":
        _only_numbers(number)
        if np.any(np.equal(self.value, 0) & np.equal(self.error, 0)):
            raise ZeroDivisionError(f"a number divided by {self}, which is zero without error")
        return self**-1 * number

    def __add__(self, shift: ArrayLike) -> "Estimate":
        _only_numbers(shift)
        error = np.add(self.error, np.multiply(0, shift))  # a shift may be an array
        return Estimate(np.add(self.value, shift), error, n_bins=self.n_bins)

    def __sub__(self, shift: ArrayLike) -> "Estimate":
        _only_numbers(shift)
        return self + np.negative(shift)

    def __rsub__(self, number: ArrayLike) -> "Estimate":
        return -self + number

    def __neg__(self) -> "Estimate":
        return Estimate(np.negative(self.value), self.error, n_bins=self.n_bins)

    def __abs__(self) -> "Estimate":
        return Estimate(np.abs(self.value), self.error, n_bins=self.n_bins)

    def __pow__(self, exponent: ArrayLike) -> "Estimate":
        """value**exponent with the error |exponent value**(exponent - 1)| error, to first order.

        ValueError where the error is as large as the value, for then the first order says nothing.
        The powers 1 and 0 are exact: the estimate itself, and 1 ± 0.
        """
        _only_numbers(exponent)
        base, exponent = np.asarray(self.value), _checks.real_array("exponent", exponent)
        large = (np.abs(base) <= self.error) & np.greater(self.error, 0)
        if np.any(large & (exponent != 0) & (exponent != 1)):
            raise ValueError(
                f"the power of {self} needs an error below the value: that of a power is right "
                f"only to first order; put the power itself into jackknife"
            )
        with np.errstate(all="ignore"):
            value, slope = base**exponent, exponent * base ** (exponent - 1)
            error = np.where(exponent == 0, 0.0, np.abs(slope) * self.error)
        if np.any(np.isfinite(base) & ~np.isfinite(value)):
            raise ValueError(f"{self} to the power {exponent} is no finite real number")
        return Estimate(value, error, n_bins=self.n_bins)

    __rmul__, __radd__ = __mul__, __add__
    __array_ufunc__ = None  # lets array * estimate come to __rmul__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Estimate):
            return NotImplemented
        ours, theirs = (np.broadcast_arrays(e.value, e.error, e.degrees) for e in (self, other))
        return all(map(np.array_equal, ours, theirs))

    def __hash__(self) -> int:
        return hash((self.value, self.error, self.degrees))  # arrays refuse, as arrays do

    def __lt__(self, other: object) -> NoReturn:
        raise TypeError(
            f"{self} has an error, so that no < or > decides: compare its .value, or ask how many "
            f"errors it is away, .z_score(...)"
        )

    __le__ = __gt__ = __ge__ = __lt__

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"{self} has an error, so that it is neither zero nor not: take its .value, or ask how "
            f"many errors it is away from zero, .z_score(0)"
        )

    def __float__(self) -> float:
        raise TypeError(
            f"as a plain number {self} would lose its error: take its .value; to hold it against "
            f"a known number use .z_score(...)"
        )

    def __getitem__(self, index: Any) -> "Estimate":
        value, error = np.asarray(self.value)[index], np.asarray(self.error)[index]
        n_bins = self.n_bins[index] if isinstance(self.n_bins, np.ndarray) else self.n_bins
        return Estimate(value, error, n_bins=n_bins)

    def __len__(self) -> int:
        if isinstance(self.value, float):
            raise TypeError(f"{self} is one number and has no length")
        return len(self.value)

    def __iter__(self) -> "Iterator[Estimate]":
        return (self[i] for i in range(len(self)))

    def __str__(self) -> str:
        return _listed(self, _value_and_error)

    def __repr__(self) -> str:
        return f"Estimate({self})"

    def __format__(self, spec: str) -> str:
        if zeros := ZEROS.match(spec):
            raise ValueError(
                f"the format {spec!r} fills with zeros, which would read as digits of {self}; use "
                f"{zeros[1] + spec[zeros.end() :]!r}, or format its .value and its .error"
            )
        match = NUMBER_FORMAT.fullmatch(spec)
        if match is None or not match["number"]:
            return format(str(self), spec)
        number, sign = match["number"], match["sign"]
        text = _listed(self, lambda value, error: f"{value:{sign}{number}} ± {error:{number}}")
        return format(text, (match["align"] or ">") + match["width"])


class ShortChainError(RuntimeError):
    """A series too short for its own autocorrelation; `.estimate` is the best that can be said."""

    def __init__(self, message: str, estimate: Estimate) -> None:
        super().__init__(message)
        self.estimate = estimate

    def __reduce__(self) -> tuple[Any, ...]:  # pickle would call with the message alone
        return type(self), (*self.args, self.estimate), self.__dict__


def _only_numbers(other: object) -> None:
    """TypeError with the way out where the other side of an operation is not real, or uncertain."""
    if isinstance(other, Estimate):
        raise TypeError(
            "two estimates may be correlated, and the error of the result depends on it: put the "
            "combination into one jackknife, as in jackknife(lambda x, y: ..., x, y); or, if they "
            "are independent, use a.minus(b) or a.plus(b)"
        )
    if isinstance(other, numbers.Real):
        return
    try:
        _checks.real_array("other", other)
    except ValueError:
        raise TypeError(
            f"an Estimate is combined with real numbers and arrays of them, got {other!r} of type "
            f"{type(other).__name__}; use float(...) or np.asarray(..., float) for a number in "
            f"another form, and str() of the estimate to put it into a text"
        ) from None


def _normal_deviate(t: Any, degrees: Any) -> Any:
    """The normal z that is exceeded as often as Student's t with these degrees of freedom."""
    from scipy.special import ndtri, stdtr  # 0.1 s to import, and needed only here

    many = np.isinf(degrees)
    z = -np.sign(t) * ndtri(stdtr(np.where(many, 1.0, degrees), -np.abs(t)))
    return np.where((t == 0) | many, t, z)


def _listed(estimate: Estimate, one: Callable[[float, float], str]) -> str:
    """Text of an estimate, for which `one` writes a single value and error."""
    if np.ndim(estimate.value):
        return "[" + ", ".join(_listed(e, one) for e in estimate) + "]"
    return one(float(estimate.value), float(estimate.error))


def _value_and_error(value: float, error: float) -> str:
    """`0.992 ± 0.012`: two significant digits of the error, the value to the same place."""
    if not (math.isfinite(value) and math.isfinite(error)):
        return f"{value:.6g} ± {error:.2g}"
    if error == 0:
        return f"{value:.12g} ± 0"
    exponent = math.floor(math.log10(max(abs(value), error)))
    power = exponent if exponent < -4 or exponent > 6 else 0
    value, error = value / 10.0**power, error / 10.0**power
    places = max(0, 1 - math.floor(math.log10(float(f"{error:.1e}"))))
    text = f"{value:.{places}f} ± {error:.{places}f}"
    return f"({text})e{power:+03d}" if power else text
