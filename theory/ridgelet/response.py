"""R2: the frequency response of a band, exactly: smallest error E(mu) at the budget B(mu).

V = {|a| <= lam} x R, m(xi) = (2 pi)^(d-1) kappa(|xi|/lam), and over all densities gamma on V with
L2 norm at most B(mu), attained by the low-pass filter m/(mu+m):

    E^2 = (2 pi)^-d int |fhat|^2 (mu/(mu+m))^2 dxi,   B^2 = (2 pi)^-d int |fhat|^2 m/(mu+m)^2 dxi,
    E(f; B)^2 >= D(mu) - mu B^2 for every B,           D = (2 pi)^-d int |fhat|^2 mu/(mu+m) dxi.

B falls and E rises in mu; B_max^2 = (2 pi)^-d int_{m>0} |fhat|^2/m may be infinite, beyond it the
error is E_inf^2 = (2 pi)^-d int_{m=0} |fhat|^2.

Proof.  S_V S_V* is the Fourier multiplier m (Plancherel in b and the Fourier slice theorem);
Tikhonov regularisation of a multiplier is pointwise.  QED

Errors are L2(R^d) norms, budgets L2 norms of a density.  Source: note R2; arXiv 2008.08427.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx, fmpq

from theory.errors import InputError, Undecided
from theory.ridgelet.response_integrals import PRECISION, Filter, Integrals
from theory.ridgelet.separable_mass import SeparableMass
from theory.ridgelet.spectra import MAX_DIMENSION, check_name
from theory.ridgelet.spectral_mass import LineMass, Mass, RadialMass
from theory.ridgelet.spectral_terms import TermSum, read_target
from theory.ridgelet.spectrum_mass import SpectrumMass
from theory.rigor.balls import hull, working_precision
from theory.statements.statement import Direction, Statement, Status

SCOPE = (
    "R2 speaks of densities on the band with a bounded L2 norm, and of errors on all of R^d: it "
    "bounds neither finite networks (their density has an infinite L2 norm) nor errors on a "
    "compact set; for those see R1, R3, R4 and R7."
)
TOLERANCE = 2e-8
INPUT_PRECISION = 192
# of numbers in series whose terms cancel
SERIES_PRECISION = 1200
SMALLEST_LOG_MU = -1400.0
LARGEST_LOG_MU = 1400.0


@dataclass(frozen=True)
class Point:
    """One pair of the response: enclosures of mu, the budget B(mu) and the error E(mu).

    ``mu`` is None where the budget 0 already reaches the wanted accuracy (mu infinite).
    """

    mu: arb | None
    budget: arb
    error: arb


def mass_of_target(text: str, dimension: int, *, argument: str = "--target") -> Mass:
    """The spectral mass of an expression in x; InputError if it is not square integrable."""
    with working_precision(INPUT_PRECISION):
        target = read_target(text, dimension, argument=argument)
        if dimension > 1:
            if all(term.radial for term in target.terms):
                return RadialMass(target)
            with working_precision(SERIES_PRECISION):
                return SeparableMass(read_target(text, dimension, argument=argument))
        return LineMass(target, _square_norm(target))


def mass_of_spectrum(text: str, dimension: int, *, argument: str = "--spectrum") -> Mass:
    """The spectral mass of |fhat| given in k = |xi|; InputError if decay is not shown."""
    with working_precision(INPUT_PRECISION):
        return SpectrumMass(text, dimension, argument=argument)


def _square_norm(target: TermSum) -> arb | None:
    """|f|^2 in x where the spectrum decays too slowly for a tail (B-splines); else None."""
    if not any(t.window is not None and t.window.kind == "bspline" for t in target.terms):
        return None
    from theory.ridgelet.line_norm import square_norm

    return square_norm(target)


def exact(value: Fraction | int) -> arb:
    """A ball for a rational, at input precision."""
    with working_precision(INPUT_PRECISION):
        number = Fraction(value)
        return arb(fmpq(number.numerator, number.denominator))


class Response:
    """The response curve of one target under one activation and band.

    Raises InputError for cos, sin (R1 answers there), unknown activations, a dimension outside
    1..10, a band that is not positive, and a target that is zero or not shown to differ from it.
    """

    def __init__(self, mass: Mass, activation: str, band: Fraction) -> None:
        check_name(activation, argument="--activation")
        if not 1 <= mass.dimension <= MAX_DIMENSION:
            raise InputError("--dim", mass.dimension, "out of range:", "1 to 10 is accepted")
        if band <= 0:
            raise InputError("--band", band, "not positive:", "a number greater than 0 is accepted")
        self.mass = mass
        self.activation = activation
        self.band = band
        self.filter = Filter(activation, mass.dimension, exact(band))
        self.integrals = Integrals(mass, self.filter)
        self.square_norm = square_norm(mass)
        with working_precision(PRECISION):
            self.norm = self.square_norm.sqrt()

    def at_mu(self, mu: Fraction | arb, tolerance: float = TOLERANCE) -> Point:
        """E(mu) and B(mu) for mu > 0, to a relative radius of ``tolerance`` of their squares."""
        ball = mu if isinstance(mu, arb) else exact(mu)
        if not ball > 0:
            raise InputError("--mu", mu, "not positive:", "a number greater than 0 is accepted")
        found = self.integrals.evaluate(ball, ("E2", "B2"), tolerance)
        with working_precision(PRECISION):
            return Point(ball, _root(found["B2"]), _root(found["E2"]))

    def dual(self, mu: Fraction, budget: Fraction) -> arb:
        """D(mu) - mu B^2, a lower bound of E(f; B)^2 for every mu > 0, with equality at B(mu)."""
        found = self.integrals.evaluate(exact(mu), ("D",), TOLERANCE)
        with working_precision(PRECISION):
            return found["D"] - exact(mu) * exact(budget) ** 2

    def least_error(self) -> arb:
        """E_inf: what no budget removes; 0 unless kappa vanishes beyond a point (sinc)."""
        if self.filter.edge is None:
            return arb(0)
        return energy_beyond(self.mass, self.filter.band)

    def largest_budget(self) -> arb | None:
        """B_max, the largest useful budget; None where it is infinite or not shown to be finite."""
        with working_precision(PRECISION):
            if not self.filter.useful(self.mass):
                return None
        try:
            found = self.integrals.evaluate(arb(0), ("B2",), TOLERANCE)["B2"]
        except Undecided:
            return None
        with working_precision(PRECISION):
            return _root(found) if found.is_finite() else None

    def at_budget(self, budget: Fraction) -> Point:
        """The smallest error at the budget: certified brackets of mu and of the error.

        From B_max on mu is 0 and the error E_inf.  Raises Undecided where the budget is so close
        to B_max, or so large, that no mu is separated from 0.
        """
        if budget <= 0:
            raise InputError(
                "--budget", budget, "not positive:", "a number greater than 0 is accepted"
            )
        aim = exact(budget)
        limit = self._limit()
        if limit is not None and limit <= aim:
            return Point(arb(0), aim, self.least_error())
        low, high = self._bracket(aim, lambda point: point.budget, rising=False)
        with working_precision(PRECISION):
            return Point(_span(low.mu, high.mu), aim, hull(low.error, high.error))

    def at_error(self, error: Fraction) -> Point:
        """The least budget for the accuracy: certified brackets of mu and of the budget.

        At |f| and beyond the budget is 0.  Raises InputError below E_inf, which no budget reaches.
        """
        if error <= 0:
            raise InputError("--eps", error, "not positive:", "a number greater than 0 is accepted")
        aim = exact(error)
        if aim >= self.norm:
            return Point(None, arb(0), self.norm)
        floor = self.least_error()
        if aim <= floor:
            least = floor.str(6, radius=False)
            raise InputError(
                "--eps", float(error), "is below what any budget reaches:", f"more than {least}"
            )
        low, high = self._bracket(aim, lambda point: point.error, rising=True)
        with working_precision(PRECISION):
            return Point(_span(low.mu, high.mu), hull(low.budget, high.budget), aim)

    def _limit(self) -> arb | None:
        if not hasattr(self, "_largest"):
            self._largest = self.largest_budget()
        return self._largest

    def _bracket(self, aim: arb, read: object, *, rising: bool) -> tuple[Point, Point]:
        """Two points, mu a relative 1e-7 apart where that can be told, with ``aim`` between."""
        goal = math.log(float(aim.mid()))
        sign = 1.0 if rising else -1.0

        def gap(log_mu: float, tolerance: float = 1e-6) -> tuple[float, Point]:
            point = self.at_mu(_exponential(log_mu), tolerance)
            value: arb = read(point)  # type: ignore[operator]
            return sign * (math.log(max(float(value.mid()), 5e-324)) - goal), point

        log_mu = self._locate(gap)
        margin = 4e-8
        while margin < 0.1:
            low = self.at_mu(_exponential(log_mu - margin), 1e-9)
            high = self.at_mu(_exponential(log_mu + margin), 1e-9)
            below, above = (read(p) for p in ((low, high) if rising else (high, low)))  # type: ignore[operator]
            if below < aim < above:
                return low, high
            margin *= 4
        raise Undecided("--budget", aim.str(8, radius=False), "no mu is separated from", "another")

    def _locate(self, gap: object) -> float:
        """A float log(mu) near the solution: doubling steps, then regula falsi (Illinois)."""
        a = 2.0 * math.log(max(float(self.norm.mid()), 1e-300)) / 100
        fa, _ = gap(a)  # type: ignore[operator]
        step = 2.0 if fa < 0 else -2.0
        while True:
            b = a + step
            # a kappa that vanishes at an edge would need panels graded to it without end
            least = SMALLEST_LOG_MU if self.filter.edge is None else -60.0
            if not least < b < LARGEST_LOG_MU:
                raise Undecided("response", f"mu = exp({b:.0f})", "not solved for down to", "less")
            fb, _ = gap(b)  # type: ignore[operator]
            if (fb > 0) != (fa > 0):
                break
            a, fa, step = b, fb, 2 * step
        for _ in range(60):
            if abs(b - a) < 1e-9 or fb == fa:
                break
            c = b - fb * (b - a) / (fb - fa)
            if not min(a, b) < c < max(a, b):
                c = (a + b) / 2
            fc, _ = gap(c, 1e-9)  # type: ignore[operator]
            if (fc > 0) != (fb > 0):
                a, fa = b, fb
            else:
                fa /= 2
            b, fb = c, fc
            if abs(fb) < 1e-10:
                break
        return b


def square_norm(mass: Mass, tolerance: float = TOLERANCE) -> arb:
    """|f|^2 in L2(R^d); InputError if it is zero or not shown to be positive."""
    if mass.total is not None:
        total = mass.total
    else:
        try:
            total = Integrals(mass, None).evaluate(arb(0), ("W",), tolerance)["W"]
        except Undecided:
            total = arb.nan()
    if not total > 0:
        raise InputError(
            getattr(mass, "argument", "--target"),
            getattr(mass, "text", "f"),
            "is zero or infinite somewhere, or not shown to be neither:",
            "a square integrable function other than 0 is accepted",
        )
    return total


def energy_beyond(mass: Mass, radius: arb) -> arb:
    """The L2 norm of the part of f with |xi| > ``radius``; the bound of R1."""
    unit = Filter("sinc", mass.dimension, radius)
    scale = float(square_norm(mass, 1e-3).mid())
    found = Integrals(mass, unit).evaluate(arb(0), ("E2",), 1e-9, floor=1e-16 * scale)
    with working_precision(PRECISION):
        return _root(found["E2"])


def _root(square: arb) -> arb:
    """The square root of an enclosure of a number >= 0."""
    return square.nonnegative_part().sqrt() if square.is_finite() else arb.nan()


def _exponential(log_mu: float) -> arb:
    """An exact number near exp(log_mu): as good as any, and exact."""
    with working_precision(max(64, ctx.prec)):
        return arb(log_mu).exp().mid()


def _span(low: arb | None, high: arb | None) -> arb:
    assert low is not None
    assert high is not None
    return hull(low, high)


STATEMENT = Statement(
    id="R2",
    family="ridgelet",
    title="frequency response",
    claim=(
        "For coefficient densities on {|a| <= lam} x R with L2 norm at most B the smallest "
        "L2(R^d) error is attained by the low-pass filter m/(mu+m), an exact pair (B(mu), E(mu)); "
        "it speaks of densities, not of finite networks."
    ),
    direction=Direction.EXACT,
    status=Status.THEOREM,
    paper="2008.08427",
    proof_sketch="The synthesis operator times its adjoint is the multiplier m; Tikhonov.",
    sharp=True,
    sharp_note="attained, uniquely in the network, by the filtered target",
    proved_in="theory/ridgelet/response.py",
    tests=("tests/ridgelet/test_response.py", "tests/ridgelet/test_kappa.py"),
    falsified_by=(
        "tests/adversary/test_false_theorems.py::test_a_sharp_constant_cannot_be_better_by_1_05[R2]"
    ),
    notebook="notebooks/01_ridgelet.ipynb",
)
