"""The exponents of the O(N) model, summed live from their divergent series."""

import numpy as np
import traitlets

from .._palette import LIGHT
from ..epsilon_expansion import eta_series, inverse_nu_series, omega_series
from ..reference import entry
from ..resummation import conformal, conformal_sums, lipatov_a, resum
from ._front import Between, LiveFigure, OneOf, Whole, picture, plots, said, script

SERIES = {"nu": inverse_nu_series, "eta": eta_series, "omega": omega_series}
SYMBOLS = {"nu": "$\\nu$", "eta": "$\\eta$", "omega": "$\\omega$"}
N_MOST, LOOPS = 3, (3, 6)
B_RANGE, LAM_RANGE, D_RANGE = (0.0, 30.0), (-1.0, 4.0), (2.0, 3.9)
REACH = {"nu": 0.03, "eta": 0.008, "omega": 0.2}  # of the plot against b, up and down
WIDE = {"nu": (0.4, 1.2), "eta": (0.0, 0.32), "omega": (0.0, 2.0)}  # of the plot against d
DIMENSIONS = tuple(np.linspace(2, 3.8, 10).round(1).tolist())  # where that plot has the rule


class BorelSum(LiveFigure):
    """Borel sums of nu, eta or omega against their free numbers and against d, live in the page.

    The series come from `rgcourse.epsilon_expansion`, accepted values from the ledger; sums and the
    error rule are the kernels of `rgcourse.resummation`, compiled.

    Parameters
    ----------
    quantity : {"nu", "eta", "omega"}
    N : int
        Components of the field, 0 to 3.
    order : int
        Loops, 3 to 6; where six are not confirmed, five are used.
    b, lam : float
        Parameters of the Borel transform: b from 0 to 30, lam from -1 to 4.
    d : float
        Dimension, 2 to 3.9.
    running : bool
        Whether loops are added one by one as soon as the figure is seen.
    title, try_line, caption, predict
        As for `IsingLab`.

    The page reports `estimate`, the value and error of the rule.

    Raises
    ------
    ValueError
        For values outside these ranges, here or on later assignment.

    Examples
    --------
    >>> BorelSum("eta", N=2).quantity
    'eta'
    """

    _esm = script(
        "plot", "steps", "borel_sum", wasm=("resummation",),
        given={"loops": LOOPS, "b": B_RANGE, "lam": LAM_RANGE, "d": D_RANGE,
               "growth": [lipatov_a(N) for N in range(N_MOST + 1)],
               "reach": REACH, "wide": WIDE, "dimensions": DIMENSIONS,
               "sizes": [conformal.N_NODES, conformal.N_B, conformal.N_LAM]},
    )  # fmt: skip
    title = said("How much does a divergent series know?")
    try_line = said(
        "move b and λ until the three curves lie on one another and are flat. Then press "
        "r and see where the rule went."
    )

    quantity = OneOf(SERIES)
    N = Whole(0, N_MOST)
    order = Whole(*LOOPS)
    b = Between(*B_RANGE)
    lam = Between(*LAM_RANGE)
    d = Between(*D_RANGE)
    series = traitlets.Dict().tag(sync=True)
    known = traitlets.Dict().tag(sync=True)
    estimate = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, quantity="nu", N=1, *, order=6, b=5.0, lam=1.0, d=3.0, **frame):
        super().__init__(
            frame,
            quantity=quantity,
            N=N,
            order=order,
            b=b,
            lam=lam,
            d=d,
            series=all_series(),
            known=known_values(),
        )

    def coefficients(self):
        """The series in use, up to the chosen order or the highest that is confirmed."""
        return np.array(self.series[self.quantity][self.N][: self.order + 1])

    def rule(self, d):
        """(value, error) of the exponent at dimension d."""
        found = resum(self.coefficients(), lipatov_a(self.N), epsilon=4 - d).estimate
        return self._exponent(found.value, found.error)

    def _exponent(self, value, error=0.0):
        return (1 / value, error / value**2) if self.quantity == "nu" else (value, error)

    def still(self):
        figure, left, right = plots(7.4, 3.4, 2)
        c, a, symbol = self.coefficients(), lipatov_a(self.N), SYMBOLS[self.quantity]
        shift = np.flatnonzero(c)[0]
        b = np.linspace(*B_RANGE, 61)
        sums = np.array([
            conformal_sums(c[shift:], a, b=x, lam=self.lam, epsilon=4 - self.d) for x in b
        ]) * (4 - self.d) ** shift  # fmt: skip
        for k, dash in ((-3, ":"), (-2, "--"), (-1, "-")):
            left.plot(b, self._exponent(sums[:, k])[0], color=LIGHT["ink"], linestyle=dash)
        value, error = self.rule(self.d)
        found = resum(c, a, epsilon=4 - self.d)
        left.errorbar(found.b, value, error, color=LIGHT["critical"], marker="o",
                      markerfacecolor=LIGHT["surface"])  # fmt: skip
        reach = REACH[self.quantity]
        left.text(1, value - 0.9 * reach, "sums of the last three orders; ring: rule",
                  color=LIGHT["muted"], size=8)  # fmt: skip
        left.set(xlabel="$b$", ylabel=symbol, ylim=(value - reach, value + reach))
        limits = WIDE[self.quantity]
        values, errors = np.array([self.rule(d) for d in DIMENSIONS]).T
        right.errorbar(DIMENSIONS, values, errors, color=LIGHT["critical"], marker="o",
                       markersize=3)  # fmt: skip
        fine = np.linspace(2, 4, 81)
        plain = self._exponent(np.polynomial.polynomial.polyval(4 - fine, c))[0]
        inside = np.cumprod((plain > limits[0])[::-1] & (plain < limits[1])[::-1])[::-1] == 1
        right.plot(fine[inside], plain[inside], color=LIGHT["hot"], linestyle="--")
        for at, accepted, _ in self.known[self.quantity][self.N]:
            right.plot(at, accepted, "o", color=LIGHT["ok"])
        low, high = limits
        right.text(2.1, low + 0.05 * (high - low), "dashed: plain sum; full: rule; dots: accepted",
                   color=LIGHT["muted"], size=8)  # fmt: skip
        right.set(xlabel="dimension $d$", ylabel=symbol, ylim=limits)
        return picture(figure)

    def words(self):
        value, error = self.rule(self.d)
        loops = len(self.coefficients()) - 1
        plain, _ = self._exponent(np.polynomial.polynomial.polyval(4 - self.d, self.coefficients()))
        return (
            f"{self.title} The exponent {self.quantity} for N = {self.N} from {loops} loops at d = "
            f"{self.d:g}: the plain sum of the series is {plain:.3f}, the Borel sum by the error "
            f"rule {value:.4f} with error {error:.4f}. Left, sums of the last three orders against "
            f"b; right, plain sum and rule against the dimension, with accepted values as dots."
        )


def all_series():
    """The coefficients of every exponent for N = 0 ... 3, as far as they are confirmed."""
    return {
        name: [series(N).tolist() for N in range(N_MOST + 1)] for name, series in SERIES.items()
    }


def known_values():
    """Triples (d, value, error) of exponents: the ledger's at d = 3, exact ones at d = 2."""
    ising = {name: entry(f"ising_2d.{name}").value for name in ("nu", "eta")}
    exact = {"nu": {0: 3 / 4, 1: ising["nu"]}, "eta": {0: 5 / 24, 1: ising["eta"]}, "omega": {}}
    table = {}
    for name in SERIES:
        items = [entry(f"resummation.{name}_{N}") for N in range(N_MOST + 1)]
        table[name] = [
            [[3.0, item.value, item.error]]
            + ([[2.0, exact[name][N], 0.0]] if N in exact[name] else [])
            for N, item in enumerate(items)
        ]
    return table
