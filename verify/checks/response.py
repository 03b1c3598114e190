"""Kind ``response``: the smallest error and its budget at mu, for densities on a band (note R2).

    E^2 = (2 pi)^-d int |fhat|^2 (mu/(mu+m))^2 dxi,  B^2 = (2 pi)^-d int |fhat|^2 m/(mu+m)^2 dxi,

m(xi) = (2 pi)^(d-1) kappa(|xi|/lam): integrals over r = |xi| of the density of |fhat|^2, panel by
panel by Taylor's theorem; near 0 and beyond the last panel by monotony of m.  Where the spectrum
decays slowly (B-splines) E^2 is |f|^2, integrated in x, less (2 pi)^-d int |fhat|^2 (1 - q^2), q =
mu/(mu+m), which m makes small far out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from flint import arb, arb_series, ctx

from verify.checks import fields, line_energy
from verify.checks.dyadic import rational
from verify.checks.kappa import ACTIVATIONS, Kappa, density, power_integral, quotient
from verify.checks.separable import Separable
from verify.checks.spectral import Line, Radial, parse, terms
from verify.checks.spectrum import Spectrum
from verify.checks.verdicts import Case, Outcome, Stop, ball, invalid, precision, quote, refuted

SCALARS = ("budget_high", "budget_low", "error_high", "error_low")
WHAT = ("error", "budget")
ORDER = 17
BITS = 112
# of numbers in series whose terms cancel
INPUT_BITS = 1200
# How much of what may be wrong at most each panel may use.
SHARES = (64, 1024, 16384)
MAX_PANELS = 4_000
MAX_DIMENSION = 10
LONGEST = 4096  # bits of a number that is not a bound


def check(case: Case) -> Outcome:
    """error_low <= E(mu) <= error_high and budget_low <= B(mu) <= budget_high."""
    source = "spectrum" if "spectrum" in case.certificate else "target"
    keys = (source, "activation", "band", "dimension", "mu")
    claimed = fields.claimed(case, "lower", *keys)
    certificate = case.certificate
    d, name = certificate["dimension"], certificate["activation"]
    if type(d) is not int or not 1 <= d <= MAX_DIMENSION:
        raise invalid(f"dimension is not an integer from 1 to {MAX_DIMENSION}: {quote(d)}")
    if name not in ACTIVATIONS:
        raise invalid(f"activation is none of {', '.join(ACTIVATIONS)}: {quote(name)}")
    band, mu = (_positive(certificate[key], key) for key in ("band", "mu"))
    witness, scalars = fields.witness(case, SCALARS)
    if witness.get("arrays") != {}:
        raise invalid("witness.arrays is not empty")
    ends = {key: rational(scalars[key], key) for key in SCALARS}
    if claimed != ends["error_low"]:
        raise invalid("bound.value is not error_low")
    if min(ends.values()) < 0 or any(ends[k + "_low"] > ends[k + "_high"] for k in WHAT):
        raise invalid("the ends of an interval are negative or reversed")
    with precision(BITS), _length(ORDER):
        found = _mass(certificate[source], source, d)
        worker = _Integrals(case, found, name, d, band, mu)
        for share in SHARES:
            outcome = worker.decide(ends, share)
            if outcome is not None:
                return outcome
    return Outcome("UNDECIDED", f"the intervals are too narrow at {BITS} bits")


def _positive(value: object, where: str) -> arb:
    exact = rational(value, where)
    if exact <= 0 or max(exact.numerator.bit_length(), exact.denominator.bit_length()) > LONGEST:
        raise invalid(f"{where} is not a positive number of moderate length")
    with precision(BITS):
        return ball(exact)


@contextmanager
def _length(count: int) -> Iterator[None]:
    before = ctx.cap
    ctx.cap = count
    try:
        yield
    finally:
        ctx.cap = before


def _mass(text: Any, source: str, d: int) -> Line | Radial | Separable | Spectrum:
    try:
        if source == "spectrum":
            return Spectrum(parse(text, "k"), d)
        found = terms(parse(text, "r"), d)
        if d == 1:
            return Line(found)
        if all(term.radial for term in found):
            return Radial(found, d)
        with precision(INPUT_BITS):
            return Separable(terms(parse(text, "r"), d), d)
    except Stop:
        raise
    except (ArithmeticError, ValueError, IndexError) as error:
        raise invalid(f"the expression cannot be evaluated: {quote(error)}") from None


class _Integrals:
    def __init__(
        self,
        case: Case,
        mass: Line | Radial | Separable | Spectrum,
        name: str,
        d: int,
        band: arb,
        mu: arb,
    ) -> None:
        self.case, self.mass, self.name, self.d = case, mass, name, d
        self.band, self.mu = band, mu
        self.front = (2 * arb.pi()) ** (d - 1)
        self.kappa = Kappa(name, d, mu / self.front * arb(2) ** -80, case.clock)
        self.edge = band if name == "sinc" else None
        self.slow = isinstance(mass, Line) and line_energy.slow(mass.terms)
        self.known: dict[str, arb] = {}

    def m(self, r: arb) -> arb:
        """m at an exact r."""
        if self.edge is not None and r >= self.edge:
            return arb(0)
        key = r.repr()
        if key not in self.known:
            self.known[key] = self.front * self.kappa.value(r / self.band)
        return self.known[key]

    def decide(self, ends: dict[str, Fraction], share: int) -> Outcome | None:
        """The verdict with panels of this share of the intervals' squares; None if it is open."""
        squares = {key: ball(value) ** 2 for key, value in ends.items()}
        room = [
            float((squares[key + "_high"] - squares[key + "_low"]).upper()) / share for key in WHAT
        ]
        error, budget = self._total(room)
        if self.slow and isinstance(self.mass, Line):
            error = line_energy.energy(self.mass.terms, room[0], self.case.clock) - error
        verdicts = []
        for key, value in (("error", error), ("budget", budget)):
            low, high = squares[key + "_low"], squares[key + "_high"]
            if value < low or value > high:
                raise refuted(f"the {key} at mu lies outside its interval")
            verdicts.append(bool(value >= low and value <= high))
        return Outcome("PROVED", f"error and budget, {BITS} bits") if all(verdicts) else None

    def _total(self, room: list[float]) -> tuple[arb, arb]:
        """The integrals for E^2 (or for |f|^2 - E^2, ``slow``) and B^2."""
        breaks = [*self.mass.breaks, *([] if self.edge is None else [self.edge])]
        spans = [(edge.lower().max(arb(0)).mid(), edge.upper().mid()) for edge in breaks]
        R = arb(1)
        while not (all(high <= R for _, high in spans) and self.mass.tail(R).is_finite()):
            R = 2 * R
            self.case.clock.tick()
            if arb(2) ** 300 < R:
                raise invalid("the spectrum is not shown to be square integrable")
        error, budget = self._tail(R)
        while not (_fits(error, room[0]) and _fits(budget, room[1])) and arb(2) ** 300 > R:
            self.case.clock.tick()
            R = 2 * R
            error, budget = self._tail(R)
        work, start = [], arb(0)
        for low, high in sorted(spans, key=lambda span: float(span[0])):
            for end, crude in ((low, False), (high, True)):
                if end > start:
                    work.append((start, end, crude))
                    start = end
        work.append((start, R, False))
        count = 0
        while work:
            low, high, crude = work.pop()
            count += 1
            self.case.clock.tick()
            parts = self._panel(low, high, crude)
            good = all(_fits(part, limit) for part, limit in zip(parts, room, strict=True))
            if good or crude or count > MAX_PANELS:
                error, budget = error + parts[0], budget + parts[1]
                continue
            middle = high / 4 if low.is_zero() else 2 * low if high > 4 * low else (low + high) / 2
            work += [(low, middle.mid(), False), (middle.mid(), high, False)]
        return error, budget

    def _panel(self, low: arb, high: arb, crude: bool) -> tuple[arb, arb]:
        if crude or low.is_zero():
            whole = self._bound(low, high)
            m = self.m(high)
            q = self.mu / (self.mu + m)
            # m/(mu+m)^2 falls in m where m >= mu
            peak = q * q * m / (self.mu * self.mu) if m >= self.mu else 1 / (4 * self.mu)
            return _up_to(whole if self.slow else whole * q * q), _up_to(whole * peak)
        ends = self.m(high), self.m(low)

        def error(r: arb, point: arb) -> arb_series:
            q = self._filter(r, point, ends)[1]
            return self.mass.series(r, point) * (1 - q * q if self.slow else q * q)

        def budget(r: arb, point: arb) -> arb_series:
            m, q = self._filter(r, point, ends)
            return self.mass.series(r, point) * q * q * m / (self.mu * self.mu)

        return power_integral(error, low, high), power_integral(budget, low, high)

    def _filter(self, r: arb, point: arb, ends: tuple[arb, arb]) -> tuple[arb_series, arb_series]:
        """m and mu/(mu+m) around the point (r the point), or over a panel with these end values."""
        if self.edge is not None and point >= self.edge:
            return arb_series([0]), arb_series([1])
        slope = density(self.name, self.d, arb_series([r / self.band, 1 / self.band]))
        value = self.m(r) if r is point else ends[0].union(ends[1])
        m = (slope * (-2 * self.front / self.band)).integral() + arb_series([value])
        return m, quotient(arb_series([self.mu]), self.mu + m)

    def _bound(self, low: arb, high: arb) -> arb:
        with _length(1):
            ends = low.union(high)
            return self.mass.series(ends, ends)[0].abs_upper() * (high - low)

    def _tail(self, R: arb) -> tuple[arb, arb]:
        """The error's part is between 0 and the mass beyond R, times 1 - q^2 <= 2 m/mu if slow.

        m/(mu+m)^2 <= 1/(4 mu), m/mu^2.
        """
        mass, m = self.mass.tail(R), self.m(R)
        peak = (m / (self.mu * self.mu)).min(1 / (4 * self.mu))
        return _up_to(mass * (2 * m / self.mu).min(arb(1)) if self.slow else mass), _up_to(
            mass * peak
        )


def _fits(value: arb, limit: float) -> bool:
    return bool(value.is_finite()) and float(value.rad()) <= limit


def _up_to(value: arb) -> arb:
    return arb(0).union(value.upper()) if value.is_finite() else arb.nan()
