"""Enclosures of the integrals of note R2 over the radius r = |xi|, for one mass and one filter.

    mass W = int w,   E^2 = int w q^2,   B^2 = int w m/(mu+m)^2,   D = int w q,   q = mu/(mu+m),

m(r) = (2 pi)^(d-1) kappa(r/lam).  The half-line is cut into panels.  On a panel every factor is a
power series with ball coefficients: m' is elementary, so one value of kappa gives the series of m,
and the last coefficient over the whole panel bounds the rest.  The first panel [0, a] and the tail
[R, inf) are enclosed by monotonicity of q and by w's own bounds.  Panels are cut until the sum is
as tight as asked; that it cannot be is an outcome, Undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flint import arb, arb_series, ctx

from theory.errors import Undecided
from theory.ridgelet.envelopes import Envelope, inverse_kappa
from theory.ridgelet.spectra import kappa, spectrum_square_series
from theory.ridgelet.spectral_mass import Mass, quotient
from theory.rigor.balls import hull, working_precision

ORDER = 16
PRECISION = 96
MAX_PANELS = 10_000
MAX_ROUNDS = 120
QUANTITIES = ("W", "E2", "B2", "D")


@dataclass(frozen=True)
class Filter:
    """The multiplier m of an activation, a dimension and a band lam."""

    activation: str
    dimension: int
    band: arb

    def value(self, r: arb) -> arb:
        """m(r) over the ball r > 0."""
        front = (2 * arb.pi()) ** (self.dimension - 1)
        return front * kappa(self.activation, self.dimension, r / self.band)

    def series(self, r: arb, value: arb) -> arb_series:
        """Taylor coefficients of m over the ball r; m' = -2 (2 pi)^(d-1) |sigma#|^2 tau^-d/lam."""
        tau = arb_series([r / self.band, 1 / self.band])
        density = spectrum_square_series(self.activation, tau)
        for _ in range(self.dimension):
            density = quotient(density, tau)
        front = -2 * (2 * arb.pi()) ** (self.dimension - 1) / self.band
        return (density * front).integral() + arb_series([value])

    def useful(self, mass: Mass) -> bool:
        """Whether int w/m is shown to be finite at the far end, so that B_max may be asked for."""
        edge = self.edge
        if edge is not None:
            near = hull(edge * arb(0.999), edge)
            return bool(mass.bound(near).is_zero())
        R = arb(2)
        while arb(2) ** 60 > R:
            shape = mass.beyond(R)
            if shape is not None and self.unfiltered(R, shape).is_finite():
                return True
            R = R * R
        return False

    def unfiltered(self, R: arb, shape: Envelope) -> arb:
        """An upper bound of int_R^inf w/m, w within its envelope; infinite where none is shown."""
        d, lam = self.dimension, self.band
        inverse = inverse_kappa(self.activation, d, R / lam)
        # in r = lam tau
        C = inverse.C * (-inverse.p * lam.log()).exp() / (2 * arb.pi()) ** (d - 1)
        rescaled = Envelope(C, inverse.p, inverse.s / lam, inverse.t / (lam * lam))
        return shape.times(rescaled).tail(R)

    @property
    def edge(self) -> arb | None:
        """Where m becomes 0, or None."""
        return self.band if self.activation == "sinc" else None


@contextmanager
def series_length(count: int) -> Iterator[None]:
    """flint's process-wide length of power series within a block, and restored."""
    before = ctx.cap
    ctx.cap = count
    try:
        yield
    finally:
        ctx.cap = before


@dataclass(frozen=True)
class Panel:
    """[low, high] with exact ends; ``high`` None is the tail; ``head`` the first, at 0."""

    low: arb
    high: arb | None
    head: bool = False
    crude: bool = False


class Integrals:
    """The integrals of one mass under one filter (None: only W); panels are kept between calls."""

    def __init__(self, mass: Mass, filter: Filter | None) -> None:
        self.mass = mass
        self.filter = filter
        self.series_cache: dict[tuple[str, str], tuple[arb_series, arb_series]] = {}
        self.m_cache: dict[str, arb] = {}
        self.panels = self._first_panels()

    def _first_panels(self) -> list[Panel]:
        with working_precision(PRECISION):
            breaks = list(self.mass.breaks)
            if self.filter is not None and self.filter.edge is not None:
                breaks.append(self.filter.edge)
            spans = sorted(
                ((edge.lower().max(arb(0)).mid(), edge.upper().mid()) for edge in breaks),
                key=lambda span: float(span[0]),
            )
            R = arb(1)
            while True:
                found = self.mass.beyond(R) if all(span[1] <= R for span in spans) else None
                if found is not None and found.tail(R).is_finite():
                    break
                R = 2 * R
                if arb(2) ** 900 < R:
                    raise Undecided("spectrum", "its tail", "is not bounded:", "a faster decay")
            marks = [arb(0)]
            panels = []
            for low, high in spans:
                # up to where the break may begin, then over it
                for end, crude in ((low, False), (high, True)):
                    if end > marks[-1]:
                        panels.append(Panel(marks[-1], end, marks[-1].is_zero(), crude))
                        marks.append(end)
            if marks[-1] < R:
                panels.append(Panel(marks[-1], R, head=marks[-1].is_zero()))
            return [*panels, Panel(R, None)]

    def evaluate(
        self, mu: arb, wanted: tuple[str, ...], tolerance: float, floor: float = 0.0
    ) -> dict[str, arb]:
        """Enclosures of the quantities ``wanted`` of relative radius at most ``tolerance``.

        ``mu`` = 0 makes E2 the mass where m = 0 and B2 the square of the largest useful budget.
        A radius of ``tolerance`` times ``floor`` is enough in any case.  Raises Undecided.
        """
        before = self.panels
        with working_precision(PRECISION), series_length(ORDER + 1):
            try:
                return self._evaluate(mu, wanted, tolerance, floor)
            except Undecided:
                # panels too far out or too many would stand in the way of the next quantity
                self.panels = before
                raise

    def _evaluate(
        self, mu: arb, wanted: tuple[str, ...], tolerance: float, floor: float
    ) -> dict[str, arb]:
        names = tuple(dict.fromkeys((*wanted, "W"))) if self.mass.total is not None else wanted
        kept: dict[int, dict[str, arb]] = {}
        for _ in range(MAX_ROUNDS):
            if len(self.panels) > MAX_PANELS:
                break
            values = []
            for panel in self.panels[:-1]:
                found = kept.get(id(panel))
                if found is None:
                    found = kept[id(panel)] = self._panel(panel, mu, names)
                values.append(found)
            values.append(self._tail(self.panels[-1], mu, names, values))
            totals = {name: sum((v[name] for v in values), arb(0)) for name in names}
            worst = [False] * len(values)
            done = True
            for name in wanted:
                total = totals[name]
                # beyond the range of floats nothing is known yet
                scale = float(total.mid()) if total.is_finite() else 0.0
                scale = max(scale if scale < float("inf") else 0.0, floor)
                radius = float(total.rad()) if total.is_finite() else float("inf")
                if radius <= tolerance * scale:
                    continue
                done = False
                share = 0.25 * tolerance * scale / len(values)
                finite = [
                    float(v[name].rad()) if v[name].is_finite() else float("inf") for v in values
                ]
                limit = max(share, 1e-3 * max((x for x in finite if x < float("inf")), default=0.0))
                for index, size in enumerate(finite):
                    if size > limit:
                        worst[index] = True
                if worst[-1] and "W" in names:
                    # the tail is what the others leave of the whole
                    sizes = [float(value["W"].rad()) for value in values[:-1]]
                    if not sum(sizes) <= 0.5 * finite[-1]:
                        worst[-1] = False
                        fair = 0.25 * finite[-1] / len(values)
                        worst[:-1] = [
                            x or not y <= fair for x, y in zip(worst, sizes, strict=False)
                        ]
            if done:
                return {name: totals[name] for name in wanted}
            if not any(worst):
                break
            parts: list[Panel] = []
            for panel, bad in zip(self.panels, worst, strict=True):
                parts.extend(_cut(panel) if bad else [panel])
            # kept panels stay alive in self.panels, so that their ids stay theirs
            alive = {id(panel) for panel in parts}
            kept = {key: value for key, value in kept.items() if key in alive}
            self.panels = parts
        raise Undecided("response", f"{len(self.panels)} panels", "not tight enough with", "a "
                        "smoother target, or a larger mu")  # fmt: skip

    def _m(self, r: arb) -> arb:
        key = r.repr() if hasattr(r, "repr") else str(r)
        if key not in self.m_cache:
            assert self.filter is not None
            self.m_cache[key] = self.filter.value(r)
        return self.m_cache[key]

    def _panel(self, panel: Panel, mu: arb, names: tuple[str, ...]) -> dict[str, arb]:
        assert panel.high is not None
        low, high = panel.low, panel.high
        width = high - low
        best = self._coarse(panel, mu, names)
        if panel.crude or all(best[name].is_zero() for name in names):
            return best
        if panel.head and self.filter is not None:
            # m is infinite at 0, but w is not
            names = tuple(name for name in names if name == "W")
        at_mid, over = self._series(panel)
        half = width / 2
        for name in names:
            inner = _integrand(name, mu, *at_mid)
            outer = _integrand(name, mu, *over)
            total, power = arb(0), 2 * half
            for index in range(0, ORDER, 2):
                total += inner[index] * power / (index + 1)
                power = power * half * half
            total += outer[ORDER] * power / (ORDER + 1)
            if total.is_finite() and (not best[name].is_finite() or total.rad() < best[name].rad()):
                best[name] = total
        return best

    def _series(
        self, panel: Panel
    ) -> tuple[tuple[arb_series, arb_series], tuple[arb_series, arb_series]]:
        assert panel.high is not None
        low, high = panel.low, panel.high
        middle = (low + high) / 2
        ball = hull(low, high)
        if self.filter is None or panel.head:
            zero = arb_series([0])
            return (self.mass.series(middle, middle), zero), (self.mass.series(ball, middle), zero)
        edge = self.filter.edge
        key = (low.repr(), high.repr())
        if key not in self.series_cache:
            if edge is not None and low >= edge:
                m_mid = m_ball = arb_series([0])
            else:
                m_mid = self.filter.series(middle, self.filter.value(middle))
                m_ball = self.filter.series(ball, hull(self._m(low), self._m(high)))
            first = (self.mass.series(middle, middle), m_mid)
            self.series_cache[key] = first
            self.series_cache[(key[0], key[1] + "ball")] = (self.mass.series(ball, middle), m_ball)
        return self.series_cache[key], self.series_cache[(key[0], key[1] + "ball")]

    def _coarse(self, panel: Panel, mu: arb, names: tuple[str, ...]) -> dict[str, arb]:
        """Between 0 and width times the largest value: rough, for panels at 0 and at breaks."""
        assert panel.high is not None
        bound = self.mass.bound(hull(panel.low, panel.high)) * (panel.high - panel.low)
        whole = hull(arb(0), bound.upper()) if bound.is_finite() else arb.nan()
        result = {}
        for name in names:
            if name == "W" or self.filter is None:
                result[name] = whole
                continue
            edge = self.filter.edge
            if edge is not None and panel.low >= edge:
                value = whole if name in ("E2", "D") else arb(0)
            else:
                m = arb(0) if edge is not None and panel.high >= edge else self._m(panel.high)
                q = mu / (mu + m) if not (mu.is_zero() and m.is_zero()) else arb(1)
                if name == "E2":
                    value = hull(arb(0), (whole * q * q).upper())
                elif name == "D":
                    value = hull(arb(0), (whole * q).upper())
                elif mu.is_zero():
                    value = hull(arb(0), (whole / m).upper()) if m > 0 else arb.nan()
                else:
                    # m/(mu+m)^2 = q (1-q)/mu, falling in m beyond mu
                    peak = q * (1 - q) / mu if m >= mu else 1 / (4 * mu)
                    value = hull(arb(0), (whole * peak).upper())
            result[name] = value
        return result if not whole.is_zero() else dict.fromkeys(names, arb(0))

    def _tail(
        self, panel: Panel, mu: arb, names: tuple[str, ...], values: list[dict[str, arb]]
    ) -> dict[str, arb]:
        R = panel.low
        shape = self.mass.beyond(R)
        high = shape.tail(R).upper() if shape is not None else arb.pos_inf()
        beyond = hull(arb(0), high) if high.is_finite() else arb.nan()
        if self.mass.total is not None and "W" in names:
            rest = self.mass.total - sum((v["W"] for v in values), arb(0))
            if rest.is_finite() and beyond.is_finite() and rest.rad() < beyond.rad():
                beyond = hull(rest.lower().max(arb(0)), rest.upper().max(arb(0)).min(high))
        result = {}
        for name in names:
            if name == "W" or self.filter is None:
                result[name] = beyond
                continue
            edge = self.filter.edge
            if edge is not None and edge <= R:
                result[name] = beyond if name in ("E2", "D") else arb(0)
            elif name == "B2" and mu.is_zero():
                result[name] = self._unfiltered_tail(R, shape)
            elif mu.is_zero():
                result[name] = arb(0)
            else:
                m = self._m(R)
                q = mu / (mu + m)
                if name == "B2":
                    peak = m / ((mu + m) * (mu + m)) if m <= mu else 1 / (4 * mu)
                    result[name] = hull(arb(0), (beyond.upper() * peak).upper())
                else:
                    low = q * q if name == "E2" else q
                    result[name] = hull((beyond.lower() * low).lower(), beyond.upper())
        return result

    def _unfiltered_tail(self, R: arb, shape: Envelope | None) -> arb:
        """int_R^inf w/m where the two envelopes show it to be finite."""
        assert self.filter is not None
        high = arb.nan() if shape is None else self.filter.unfiltered(R, shape).upper()
        return hull(arb(0), high) if high.is_finite() else arb.nan()


def _integrand(name: str, mu: arb, w: arb_series, m: arb_series) -> arb_series:
    if name == "W":
        return w
    if mu.is_zero():
        if name == "B2":
            return quotient(w, m)
        return w if m.length() == 0 else arb_series([0])
    if m.length() == 0:
        return w if name in ("E2", "D") else arb_series([0])
    q = quotient(arb_series([mu]), mu + m)
    if name == "D":
        return w * q
    square = w * q * q
    return square if name == "E2" else square * m / (mu * mu)


def _cut(panel: Panel) -> list[Panel]:
    """Two panels for one; a first panel loses three quarters, the tail doubles."""
    low, high = panel.low, panel.high
    if high is None:
        return [Panel(low, 2 * low), Panel(2 * low, None)]
    if panel.crude:
        return [panel]
    middle = high / 4 if panel.head else (low + high) / 2
    if not panel.head and high > 4 * low:
        middle = 2 * low if low > 0 else middle
    return [Panel(low, middle, head=panel.head), Panel(middle, high)]
