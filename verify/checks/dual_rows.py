"""F(a, b) = (1/m) sum_q phi_q sigma(a.x_q - b) over tiles, row by row; sigma analytic.

Where the moments of the rows up to a large degree cost too much (three axes), every tile looks at
every row: C[gamma, k] of ``taylor_tiles`` is a sum, and by Taylor's theorem what is left out is at
most S (1/m) sum_q |phi_q| (|da|.|x_q| + |db|)^P, S = sup |sigma^(P)|/P! over all that a.x_q - b
can be.  Unlike a bound by Cauchy's formula this is small where sigma is tame on the real line, so
tiles are large.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb

from flint import arb, arb_mat, fmpq, fmpq_poly

from verify.checks import sigma
from verify.checks.dual_analytic import EVEN, ODD
from verify.checks.strips import half_width, strip_bound
from verify.checks.taylor_tiles import KEPT, TilePolynomials
from verify.checks.tiles import Bounds, Parameters, Point, Tile, cut, grid
from verify.checks.verdicts import Clock, ball, precision, undecided

ORDERS = (4, 5, 6, 7, 8, 9, 10, 12)
BITS = 64
# what a row costs in a tile: an activation with its derivatives, and one product
SECONDS_PER_ROW, SECONDS_PER_PRODUCT = 6e-6, 2e-8
# of the sup that is to be proved, what a first tile may lose to the remainder
LOSS = 0.2
# pieces per unit of length on which a derivative is enclosed, and the length up to which it is
PIECES, FARTHEST = 32, 40
# rows that are looked at for the choice of an order
SAMPLE = 1000


@dataclass(frozen=True)
class RowPlan:
    """Order P, half-width h of the first tiles, their number, and the seconds for them, about."""

    order: int
    half: Fraction
    tiles: int
    seconds: float


class RowUnits:
    """``points`` row by row, phi at each; enclosures of F over tiles."""

    def __init__(
        self,
        points: Sequence[Sequence[float]],
        phi: Sequence[arb],
        parameters: Parameters,
        near: float,
        clock: Clock,
    ) -> None:
        """``near``: about sup |F|/|phi|, for the choice of orders only.

        Raises Stop (UNDECIDED) where the first tiles alone do not fit into the time.
        """
        self.parameters, self.dimension = parameters, len(points[0])
        with precision(BITS):
            self.plan = self._plan(points, phi, near)
            left = clock.end - time.monotonic()
            if self.plan.seconds > left:
                raise undecided(
                    f"{self.plan.tiles} tiles of {len(points)} rows need about "
                    f"{self.plan.seconds:.3g} s, more than the {max(0.0, left):.3g} s that are left"
                )
            self.points = arb_mat([[arb(x) for x in point] for point in points])
            self.sizes = [[arb(abs(x)) for x in point] for point in points]
            self.phi = [value / len(points) for value in phi]
            self.charge = [abs(value) for value in self.phi]
            self.polynomials = TilePolynomials(self.dimension, self.plan.order)
            self.blocks = self._blocks(clock)
            self.steepest = self._steepest(self.plan.order)
            self.derivatives = _derivatives(parameters.activation, self.plan.order)
        self.remainder: Callable[[Point], arb] = lru_cache(KEPT)(self._remainder)

    def fixed(self) -> arb:
        """No unit is looked at outside the tiles."""
        return arb(0)

    def importance(self) -> list[Fraction]:
        """The root of the mean square of the data along each axis, and 1 for b."""
        squares = [
            sum(float((row[i] * row[i]).mid()) for row in self.sizes) / len(self.sizes)
            for i in range(self.dimension)
        ]
        return [Fraction(math.sqrt(square)) for square in squares] + [Fraction(1)]

    def tiles(self) -> list[Tile]:
        """V in cubes, one half of it where sigma is odd or even."""
        band, beta = self.parameters.band, self.parameters.beta
        axes = []
        for axis in range(self.dimension):
            low = Fraction(0) if axis == 0 and self._mirrored() else -band
            axes.append(_even(low, band, self.plan.half))
        return grid([*axes, _even(-beta, beta, self.plan.half)])

    def _mirrored(self) -> bool:
        """Whether (a, b) -> (-a, -b) changes at most the sign of F."""
        return self.parameters.activation in ODD | EVEN

    def bounds(self, tile: Tile) -> Bounds:
        """An enclosure of |F| at the centre of a tile, and an upper bound of |F| over the tile."""
        with precision(BITS):
            centre, halves = tile
            *a, b = map(ball, centre)
            found = (self.points * arb_mat(self.dimension, 1, a)).entries()
            table = self._table([t - b for t in found])
            local = arb_mat(len(self.polynomials.rows), self.plan.order)
            for start, degree, block in self.blocks:
                part = block * table[degree]
                for i in range(part.nrows()):
                    for k in range(part.ncols()):
                        local[start + i, degree + k] = part[i, k]
            above = self.polynomials.above(local, halves) + self.remainder(halves)
            return abs(local[0, 0]), above

    def _table(self, places: Sequence[arb]) -> list[arb_mat]:
        """For each g < P the matrix [q, k] of sigma_(g+k) at the rows, k < P - g."""
        name, order = self.parameters.activation, self.plan.order
        if self.derivatives is None:
            whole = [sigma.taylor(name, t, order - 1) for t in places]
            return [arb_mat([row[g:] for row in whole]) for g in range(order)]
        rows = []
        for t in places:
            front = sigma.value(name, t)
            base = t if name == "gaussian" else front
            row = [front] if name == "gaussian" else [arb(1), front]
            while len(row) <= order:
                row.append(row[-1] * base)
            rows.append(row)
        powers = arb_mat(rows)
        return [powers * matrix for matrix in self.derivatives]

    def _blocks(self, clock: Clock) -> list[tuple[int, int, arb_mat]]:
        """Per degree g: its first row, g, and the matrix phi_q x_q^gamma/m, |gamma| = g."""
        columns: dict[tuple[int, ...], list[arb]] = {}
        blocks, start = [], 0
        axes = [[self.points[q, i] for q in range(len(self.phi))] for i in range(self.dimension)]
        for degree in range(self.plan.order):
            clock.tick()
            found = []
            for gamma in self.polynomials.rows:
                if sum(gamma) != degree:
                    continue
                if degree == 0:
                    columns[gamma] = self.phi
                else:
                    axis = next(i for i, g in enumerate(gamma) if g)
                    lower = (*gamma[:axis], gamma[axis] - 1, *gamma[axis + 1 :])
                    pairs = zip(columns[lower], axes[axis], strict=True)
                    columns[gamma] = [value * x for value, x in pairs]
                found.append(columns[gamma])
            blocks.append((start, degree, arb_mat(found)))
            start += len(found)
        return blocks

    def _remainder(self, halves: Point) -> arb:
        """S (1/m) sum_q |phi_q| (|da|.|x_q| + |db|)^P at most."""
        *a, b = map(ball, halves)
        total = arb(0)
        for row, charge in zip(self.sizes, self.charge, strict=True):
            reach = b
            for half, size in zip(a, row, strict=True):
                reach += half * size
            total += charge * reach**self.plan.order
        return (total * self.steepest).upper()

    def _steepest(self, order: int) -> arb:
        """sup |sigma^(P)|/P! over |t| <= band max |x|_1 + beta, at most."""
        longest = arb(0)
        for row in self.sizes:
            longest = longest.max(sum(row, arb(0)))
        reach = (ball(self.parameters.band) * longest + ball(self.parameters.beta)).upper()
        return _steepest(self.parameters.activation, order, reach)

    def _plan(self, points: Sequence[Sequence[float]], phi: Sequence[arb], near: float) -> RowPlan:
        """The order with the least work, from some of the rows; any choice is valid."""
        stride = -(-len(points) // SAMPLE)
        charge = [abs(float(value.mid())) for value in phi[::stride]]
        lengths = [sum(map(abs, point)) for point in points[::stride]]
        norm = math.sqrt(sum(value * value for value in charge) / len(charge))
        sides = [float(self.parameters.band)] * self.dimension + [float(self.parameters.beta)]
        reach = arb(sides[0] * max(lengths) + sides[-1])
        share = 0.5 if self._mirrored() else 1.0
        best: RowPlan | None = None
        for order in ORDERS:
            terms = zip(charge, lengths, strict=True)
            weight = sum(v * (1 + x) ** order for v, x in terms) / len(charge)
            steep = float(_steepest(self.parameters.activation, order, reach).mid())
            allowed = LOSS * near * norm
            half = (allowed / max(weight * steep, 1e-300)) ** (1 / order)
            half = min(half, 2 * max(sides))
            if not half > 1e-9:
                continue
            count = share * math.prod(max(1, math.ceil(side / half)) for side in sides)
            products = comb(order + self.dimension, self.dimension + 1)
            cost = count * len(points) * (SECONDS_PER_ROW + SECONDS_PER_PRODUCT * products)
            if best is None or cost < best.seconds:
                best = RowPlan(order, Fraction(half).limit_denominator(1 << 20), int(count), cost)
        if best is None:
            raise undecided("no tile is small enough for these rows")
        return best


def _even(low: Fraction, high: Fraction, half: Fraction) -> list[tuple[Fraction, Fraction]]:
    """[low, high] in equal pieces of half-width at most about ``half``."""
    if low == high:
        return [(low, Fraction(0))]
    return cut(low, high, (high - low) / math.ceil((high - low) / (2 * half)))


def _derivatives(name: str, order: int) -> list[arb_mat] | None:
    """sigma_k as polynomials of degree at most P: per g the matrix [power, k], of sigma_(g+k).

    tanh, logistic: in y = sigma, sigma_(k+1) = y'(y) d sigma_k/dy/(k+1), y' = 1 - y^2 or y - y^2;
    Gaussian: e^(-t^2/2) p_k(t), p_(k+1) = (p_k' - t p_k)/(k+1).  None for the others.
    """
    rules = {"tanh": fmpq_poly([1, 0, -1]), "logistic": fmpq_poly([0, 1, -1])}
    if name == "gaussian":
        p = fmpq_poly([1])
    elif name in rules:
        p = fmpq_poly([0, 1])
    else:
        return None
    rows = []
    for k in range(order):
        entries = p.coeffs()
        rows.append([arb(c) for c in entries] + [arb(0)] * (order + 1 - len(entries)))
        slope = p.derivative()
        p = slope - fmpq_poly([0, 1]) * p if name == "gaussian" else rules[name] * slope
        p = p * fmpq(1, k + 1)
    return [arb_mat(rows[g:]).transpose() for g in range(order)]


def _steepest(name: str, order: int, reach: arb) -> arb:
    return min(_cauchy(name, order, reach), _on_line(name, order, reach), key=float)


def _cauchy(name: str, order: int, reach: arb) -> arb:
    """min over radii r of M(r)/r^P."""
    width = half_width(name)
    assert width is not None
    found = arb.pos_inf()
    for k in range(1, 40):
        r = arb(k) / 40 * width if width.is_finite() else arb(k) / 5
        value = strip_bound(name, r, reach + r) / r**order
        if value < found:
            found = value.upper()
    return found


@lru_cache(maxsize=256)
def _pieces(name: str, order: int, low: int) -> arb:
    """sup |sigma^(P)|/P! over [low, low + 1], at most."""
    found = arb(0)
    for k in range(PIECES):
        t = arb(low) + arb(2 * k + 1) / (2 * PIECES) + arb(0, arb(1) / (2 * PIECES))
        found = found.max(sigma.taylor(name, t, order)[order].abs_upper())
    return found


def _on_line(name: str, order: int, reach: arb) -> arb:
    """The same over |t| <= reach, from enclosures on short pieces.

    logistic(t) = (1 + tanh(t/2))/2 and softplus' = logistic, since tanh has the better enclosures.
    """
    if name == "logistic":
        return _on_line("tanh", order, reach / 2) / arb(2) ** (order + 1)
    if name == "softplus":
        return _on_line("logistic", order - 1, reach) / order
    if not reach < FARTHEST:
        return arb.pos_inf()
    last = int(float(reach)) + 1
    found = arb(0)
    for low in range(-last, last):
        found = found.max(_pieces(name, order, low))
    return found if found.is_finite() else arb.pos_inf()
