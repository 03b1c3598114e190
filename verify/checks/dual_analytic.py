"""F(a, b) = int phi(x) sigma(a.x - b) dP over a tile of hidden parameters; sigma analytic.

With x = c + r u, |u_i| <= 1, a tile centre (a0, b0) and a point (a0 + da, b0 + db) of the tile,
a.x - b = t0 + s + z,   t0 = a0.c - b0,   s = (r a0).u,   z = da.x - db,   |s| <= S, |z| <= D.

Taylor: sigma(t0 + s + z) = sum_{k<P} sigma_k(t0 + s) z^k + R, sigma_k = sigma^(k)/k!, and by Cauchy
on a disk of radius p inside the strip of analyticity |R| <= M(p) (D/p)^P/(1 - D/p).
Interpolation: sigma_k(t0 + s) is replaced by its interpolant I_k(s) at m Chebyshev points of
[-S, S].  In the ellipse that meets |Im s| = y, |sigma_k| <= M(y + q)/q^k by Cauchy, so |sigma_k -
I_k| <= 4 M(y + q) q^-k rho^(1-m)/(rho - 1) with S (rho - 1/rho)/2 = y; the errors of all k sum to
at most 4 M(y + q) rho^(1-m)/(rho - 1) times sum_{k<P} (D/q)^k.
What is left is a polynomial in (da, db), whose coefficients are moments of phi (no quadrature):
sum_{k,gamma} k!/(gamma! (k-|gamma|)!) (-db)^(k-|gamma|) da^gamma int phi x^gamma I_k((r a0).u) dP.
Both errors are multiplied by int |phi| dP <= |phi|; M are the strip bounds of ``strips``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import factorial, prod

from flint import arb, arb_mat

from verify.checks import sigma
from verify.checks.integrals import Index, indices
from verify.checks.moments import Measure
from verify.checks.strips import half_width, strip_bound
from verify.checks.taylor_tiles import TilePolynomials
from verify.checks.tiles import Bounds, Parameters, Point, Tile, cut, grid
from verify.checks.verdicts import Clock, ball, precision, undecided

ODD = frozenset({"tanh", "erf", "sin"})
EVEN = frozenset({"gaussian", "cos", "sinc"})
MAX_ORDER, MAX_NODES, MAX_ENTRIES = 24, 700, 1_500_000
SHARES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93)
HEIGHTS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
KEPT = 256
# Chebyshev coefficients are tame: on tiles this precision is enough.
TILE_BITS = 96


@dataclass(frozen=True)
class Plan:
    """Orders and radii; any choice is valid, good ones make the remainders small.

    ``order`` P, ``nodes`` m, ``disk`` p, ``height`` y, ``ring`` q, ``reach`` a bound of |a.x - b|.
    """

    order: int
    nodes: int
    disk: arb
    height: arb
    ring: arb
    reach: arb

    @property
    def bits(self) -> int:
        """Working precision: monomials of Chebyshev polynomials cost about 1.3 bits per node."""
        return 128 + 2 * self.nodes

    @property
    def top(self) -> int:
        """The largest degree of a moment that is needed."""
        return self.order + self.nodes - 2


def plan(
    parameters: Parameters,
    centre: Sequence[Fraction],
    radius: Sequence[Fraction],
    coarse: float,
    fine: float,
) -> Plan:
    """Orders for remainders near ``coarse`` (Taylor, on the first tiles; it shrinks with them) and
    ``fine`` (interpolation), both relative to |phi|; chosen in floats, valid always.
    """
    spread = ball(parameters.band * sum(radius, Fraction(0)))
    sizes = [abs(c) + r for c, r in zip(centre, radius, strict=True)]
    reach = ball(parameters.band * sum(sizes, Fraction(0)) + parameters.beta)
    width = half_width(parameters.activation)
    assert width is not None
    choices = [width * arb(f) for f in SHARES] if width.is_finite() else [arb(h) for h in HEIGHTS]
    goal, first = (-math.log(min(max(x, 1e-300), 1e-2)) for x in (fine, coarse))

    def log_bound(y: arb) -> float:
        return math.log(max(1e-9, float(strip_bound(parameters.activation, y, reach + y).mid())))

    def nodes(y: arb) -> float:
        slope = min(1e6, 0.8 * float((y / spread).mid()))
        rho = slope + math.hypot(slope, 1.0)
        return max(2.0, 2 + (goal + 10.0 + log_bound(y) - math.log(rho - 1)) / math.log(rho))

    outer = min(choices, key=nodes)
    count = math.ceil(nodes(outer))
    if count > MAX_NODES:
        raise undecided(f"{count} interpolation nodes are more than {MAX_NODES}")
    # the tiles begin with D = p/3
    order = min(MAX_ORDER, max(6, math.ceil((first + 1.0) / math.log(3.0))))
    d = len(radius)
    entries = math.comb(order - 1 + d, d) * math.comb(count - 1 + d, d)
    if entries > MAX_ENTRIES:
        raise undecided(f"{entries} moments are more than {MAX_ENTRIES}")
    disk = max(choices, key=lambda y: order * math.log(float(y.mid())) - log_bound(y)).mid()
    height, ring = (outer * arb("0.8")).mid(), (outer * arb("0.2")).mid()
    return Plan(order, count, disk, height, ring, reach + outer.upper() + disk)


class AnalyticUnits:
    """Enclosures of F over tiles, for one measure; the caller keeps ``plan.bits`` of precision."""

    def __init__(self, measure: Measure, parameters: Parameters, chosen: Plan, clock: Clock):
        self.measure, self.parameters, self.plan = measure, parameters, chosen
        self.dimension = len(measure.centre)
        name, order = parameters.activation, chosen.order
        self.polynomials = TilePolynomials(self.dimension, order)
        self.rows = self.polynomials.rows
        self.spread = ball(parameters.band * sum(measure.radius, Fraction(0)))
        sides = zip(measure.centre, measure.radius, strict=True)
        self.sizes = [ball(abs(c) + r) for c, r in sides]
        self.cauchy = strip_bound(name, chosen.disk, chosen.reach) * measure.norm
        slope = chosen.height / self.spread
        rho = slope + (slope * slope + 1).sqrt()
        strip = strip_bound(name, chosen.height + chosen.ring, chosen.reach)
        self.lost = 4 * strip * rho ** (1 - chosen.nodes) / (rho - 1) * measure.norm
        self.blocks = self._blocks(clock)
        self.angles = [arb(2 * k + 1) * arb.pi() / (2 * chosen.nodes) for k in range(chosen.nodes)]
        self.powers = self._chebyshev()
        with precision(TILE_BITS):
            self.waves = self._waves()
            self.cosines = [angle.cos() for angle in self.angles]
        self.of_a: Callable[[Point], arb_mat] = lru_cache(KEPT)(self._of_a)
        self.of_t: Callable[[Fraction], arb_mat] = lru_cache(4 * KEPT)(self._of_t)
        self.remainders: Callable[[Point], tuple[arb, arb]] = lru_cache(KEPT)(self._remainders)

    def tiles(self) -> list[Tile]:
        """V in tiles with D about p/3, one half of it where sigma is odd or even.

        All steps are one length divided by powers of two, so that t0 takes few values.
        """
        band, beta = self.parameters.band, self.parameters.beta
        share = 2 * float(self.plan.disk.mid()) / (3 * (self.dimension + 1))
        step = band / max(1, math.ceil(float(band) / share))
        axes = []
        for axis, size in enumerate(self.sizes):
            finer = max(0, math.ceil(math.log2(max(1e-9, float(size.mid())))))
            # (a, b) -> (-a, -b) changes at most the sign of F if sigma is odd or even
            half = axis == 0 and self.parameters.activation in ODD | EVEN
            axes.append(cut(Fraction(0) if half else -band, band, step / 2**finer))
        return grid([*axes, cut(-beta, beta, step)])

    def fixed(self) -> arb:
        """No unit is looked at outside the tiles."""
        return arb(0)

    def importance(self) -> list[Fraction]:
        """What a half-width contributes to D, per axis of a tile, roughly."""
        return [Fraction(float(x.mid())) for x in self.sizes] + [Fraction(1)]

    def bounds(self, tile: Tile) -> Bounds:
        """An enclosure of |F| at the centre of a tile, and an upper bound of |F| over the tile."""
        with precision(TILE_BITS):
            return self._bounds(tile)

    def _bounds(self, tile: Tile) -> Bounds:
        (*a, b), halves = tile
        centre = tuple(a)
        shift = sum((x * c for x, c in zip(centre, self.measure.centre, strict=True)), -b)
        local = self.of_a(centre) * self.of_t(shift)
        cauchy, lost = self.remainders(halves)
        at_centre = abs(local[0, 0]) + lost * arb(0, 1)
        return at_centre, self.polynomials.above(local, halves) + cauchy + lost

    def _remainders(self, halves: Point) -> tuple[arb, arb]:
        """Bounds of the Taylor remainder and of the errors of interpolation over a tile."""
        *a, b = map(ball, halves)
        reach = b + sum((x * size for x, size in zip(a, self.sizes, strict=True)), arb(0))
        share, ratio = reach / self.plan.disk, reach / self.plan.ring
        inside = share < 1
        cauchy = self.cauchy * share**self.plan.order / (1 - share) if inside else arb.pos_inf()
        total = sum((ratio**k for k in range(self.plan.order)), arb(0))
        return cauchy.upper(), (self.lost * total).upper()

    def _chebyshev(self) -> arb_mat:
        """[e, j]: the coefficient of v^e in T_j(v), for e, j < m."""
        m = self.plan.nodes
        powers = arb_mat(m, m)
        powers[0, 0] = arb(1)
        before, here = [1], [0, 1]
        for j in range(1, m):
            for e, value in enumerate(here):
                powers[e, j] = arb(value)
            following = [0, *(2 * value for value in here)]
            for e, value in enumerate(before):
                following[e] -= value
            before, here = here, following
        return powers

    def _waves(self) -> arb_mat:
        """[j, k]: how g(S cos theta_k) enters the coefficient of T_j in the interpolant of g."""
        m = self.plan.nodes
        return arb_mat(
            [[(angle * j).cos() * (2 if j else 1) / m for angle in self.angles] for j in range(m)]
        )

    def _of_t(self, shift: Fraction) -> arb_mat:
        """[j, k]: the coefficient of T_j(s/S) in I_k, at t0 = ``shift``."""
        name, order, at = self.parameters.activation, self.plan.order, ball(shift)
        nodes = (at + self.spread * cosine for cosine in self.cosines)
        return self.waves * arb_mat([sigma.taylor(name, t, order - 1) for t in nodes])

    def _of_a(self, a: Point) -> arb_mat:
        """[gamma, j]: int phi x^gamma T_j((r a).u/S) dP, through the multinomial theorem.

        Monomials cancel in T_j, so this is done at ``plan.bits`` and rounded afterwards.
        """
        with precision(self.plan.bits):
            exact = self._monomials(a) * self.powers
        return exact * arb(1)

    def _monomials(self, a: Point) -> arb_mat:
        """[gamma, e]: int phi x^gamma ((r a).u/S)^e dP."""
        slopes = [ball(x * r) / self.spread for x, r in zip(a, self.measure.radius, strict=True)]
        powers = []
        for slope in slopes:
            row = [arb(1)]
            for _ in range(self.plan.nodes):
                row.append(row[-1] * slope)
            powers.append(row)
        columns = []
        for block, terms in self.blocks:
            weights = [
                prod((row[g] for row, g in zip(powers, eta, strict=True)), start=arb(count))
                for eta, count in terms
            ]
            columns.append((block * arb_mat(len(weights), 1, weights)).entries())
        return arb_mat(columns).transpose()

    def _blocks(self, clock: Clock) -> list[tuple[arb_mat, list[tuple[Index, int]]]]:
        """For e < m the matrix int phi x^gamma u^eta dP, |eta| = e, with e!/eta! per column."""
        tables: dict[Index, dict[Index, arb]] = {}
        for gamma in self.rows:
            clock.tick()
            tables[gamma] = self._raised(tables, gamma)
        blocks = []
        for e in range(self.plan.nodes):
            terms = [eta for eta in indices(self.dimension, e) if sum(eta) == e]
            entries = [tables[gamma][eta] for gamma in self.rows for eta in terms]
            counts = [factorial(e) // prod(map(factorial, eta)) for eta in terms]
            block = arb_mat(len(self.rows), len(terms), entries)
            blocks.append((block, list(zip(terms, counts, strict=True))))
        return blocks

    def _raised(self, tables: dict[Index, dict[Index, arb]], gamma: Index) -> dict[Index, arb]:
        """int phi x^gamma u^eta dP for |eta| + |gamma| <= top, from the table of gamma - e_i."""
        if sum(gamma) == 0:
            return dict(self.measure.moments)
        axis = next(i for i, g in enumerate(gamma) if g)
        lower = tables[(*gamma[:axis], gamma[axis] - 1, *gamma[axis + 1 :])]
        c, r = ball(self.measure.centre[axis]), ball(self.measure.radius[axis])
        top = self.measure.top - sum(gamma)
        return {
            eta: c * value + r * lower[(*eta[:axis], eta[axis] + 1, *eta[axis + 1 :])]
            for eta, value in lower.items()
            if sum(eta) <= top
        }
