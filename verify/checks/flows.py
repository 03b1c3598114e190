"""Solutions of the three systems from a whole box, sample by sample, as forms in the start.

A form stands for a0 + sum_k a_k eps^k + sum_j c_j eta_j, the eps in [-1, 1]^d coordinates of the
start in its box, monomials up to degree 3, eta_j in [-1, 1] noise.  Its coefficients are balls; in
products, whatever is no such term is bounded by absolute values and widens the ball a0.

A step of length h from the forms z: a box Y with hull(z) + [0, h] f(Y) inside Y holds the solutions
(Moore), so z(h) lies in sum_{k<=p} z_k h^k + Y_{p+1} h^{p+1}, z_k and Y_{p+1} the Taylor
coefficients from z and from Y.  Then the radii of all coefficients become new noise, and noise that
has grown long is put into a parallelepiped U diag(s): with U X = N, s_i = sum_j |X_ij|.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any, TypeVar

from flint import arb, arb_mat

from verify.checks.verdicts import Clock, ball, precision, undecided

DEGREE, ORDER, BITS = 3, 16, 96
# Largest remainder of one step; noise is merged beyond this many columns per coordinate.
TOLERANCE, COLUMNS = 2.0**-44, 20
MOST_PARTS = 64


@dataclass(frozen=True)
class Space:
    """The monomials of eps: degree of each, and the products (i, j, k) that stay within."""

    degrees: tuple[int, ...]
    products: tuple[tuple[int, int, int], ...]


@cache
def space(variables: int) -> Space:
    """Degree at most 3; the constant first, then eps_1 .. eps_d."""
    powers = [e for e in product(range(DEGREE + 1), repeat=variables) if sum(e) <= DEGREE]
    powers.sort(key=lambda e: (sum(e), [-x for x in e]))
    place = {e: i for i, e in enumerate(powers)}
    kept = []
    for a, b in product(powers, repeat=2):
        both = tuple(x + y for x, y in zip(a, b, strict=True))
        if both in place:
            kept.append((place[a], place[b], place[both]))
    return Space(tuple(sum(e) for e in powers), tuple(kept))


class Form:
    """A form: coefficients of the monomials, then of the noise."""

    def __init__(self, basis: Space, values: list[arb], noise: list[arb]) -> None:
        self.basis, self.values, self.noise = basis, values, noise
        parts = [arb(0)] * (DEGREE + 2)
        for degree, value in zip(basis.degrees, values, strict=True):
            parts[degree] += value.abs_upper()
        for value in noise:
            parts[DEGREE + 1] += value.abs_upper()
        # sums of absolute values: per degree, and of the noise
        self.parts = parts

    def __add__(self, other: Form | arb) -> Form:
        if isinstance(other, Form):
            values = [a + b for a, b in zip(self.values, other.values, strict=True)]
            noise = [a + b for a, b in zip(self.noise, other.noise, strict=True)]
            return Form(self.basis, values, noise)
        return Form(self.basis, [self.values[0] + other, *self.values[1:]], self.noise)

    def __sub__(self, other: Form) -> Form:
        return self + other * arb(-1)

    def __mul__(self, other: Form | arb) -> Form:
        if not isinstance(other, Form):
            return Form(
                self.basis, [v * other for v in self.values], [v * other for v in self.noise]
            )
        a, b = self.values, other.values
        values = [arb(0)] * len(a)
        for i, j, k in self.basis.products:
            values[k] += a[i] * b[j]
        noise = [a[0] * v + b[0] * u for u, v in zip(self.noise, other.noise, strict=True)]
        beyond, last = arb(0), DEGREE + 1
        for p in range(1, last + 1):
            for q in range(1, last + 1):
                if p == last or q == last or p + q > DEGREE:
                    beyond += self.parts[p] * other.parts[q]
        values[0] += arb(0, 1) * beyond
        return Form(self.basis, values, noise)

    def __truediv__(self, other: int) -> Form:
        return self * (1 / arb(other))

    def hull(self) -> arb:
        """All values."""
        return self.values[0] + arb(0, 1) * sum(self.parts[1:], arb(0))


Ring = TypeVar("Ring", arb, Form)
# rates(parameters, series of z, series of products, k): coefficient k of f(z)
Rates = Callable[..., tuple[Any, ...]]


def _conv(a: Sequence[Ring], b: Sequence[Ring], k: int) -> Ring:
    total = a[0] * b[k]
    for j in range(1, k + 1):
        total = total + a[j] * b[k - j]
    return total


def _cosine(p: list[arb], s: list[list[Ring]], q: list[list[Ring]], k: int) -> tuple[Ring, ...]:
    x, y = s
    return y[k], x[k] * arb(-1)


def _vanderpol(p: list[arb], s: list[list[Ring]], q: list[list[Ring]], k: int) -> tuple[Ring, ...]:
    x, y = s
    q[0].append(_conv(x, x, k))
    return y[k], (y[k] - _conv(q[0], y, k)) * p[0] - x[k]


def _lorenz(p: list[arb], s: list[list[Ring]], q: list[list[Ring]], k: int) -> tuple[Ring, ...]:
    x, y, w = s
    fall = x[k] * p[1] - _conv(x, w, k) - y[k]
    return (y[k] - x[k]) * p[0], fall, _conv(x, y, k) - w[k] * p[2]


# name: dimension, names of the parameters, rates
SYSTEMS: dict[str, tuple[int, tuple[str, ...], Rates]] = {
    "cosine": (2, (), _cosine),
    "vanderpol": (2, ("mu",), _vanderpol),
    "lorenz": (3, ("sigma", "rho", "beta"), _lorenz),
}


@dataclass(frozen=True)
class Flow:
    """One of the systems with its parameters as balls."""

    rates: Rates
    parameters: list[arb]

    def taylor(self, start: Sequence[Ring], order: int) -> list[list[Ring]]:
        """Taylor coefficients 0 .. order of the solution from ``start``."""
        rows: list[list[Ring]] = [[value] for value in start]
        products: list[list[Ring]] = [[]]
        for k in range(order):
            fresh = self.rates(self.parameters, rows, products, k)
            for row, value in zip(rows, fresh, strict=True):
                row.append(value / (k + 1))
        return rows

    def within(self, start: Sequence[arb], h: arb) -> list[arb] | None:
        """A box that holds all solutions from ``start`` on [0, h]; None if that is not shown."""

        def image(box: Sequence[arb]) -> list[arb]:
            slopes = self.rates(self.parameters, [[v] for v in box], [[]], 0)
            return [z + arb(0).union(h) * f for z, f in zip(start, slopes, strict=True)]

        box = image(start)
        for _ in range(8):
            trial = [v + arb(0, 1) * (v.rad() / 4 + arb(2) ** -80) for v in box]
            box = image(trial)
            if not all(v.is_finite() for v in box):
                return None
            if all(t.contains(v) for t, v in zip(trial, box, strict=True)):
                return box
        return None

    def step(self, forms: list[Form], h: arb) -> list[Form] | None:
        """The forms at time h; None if this length is not shown to be short enough."""
        box = self.within([form.hull() for form in forms], h)
        if box is None:
            return None
        rest = [row[-1] * h ** (ORDER + 1) for row in self.taylor(box, ORDER + 1)]
        if not all(v.is_finite() and v.abs_upper() <= TOLERANCE for v in rest):
            return None
        moved = []
        for row, remainder in zip(self.taylor(forms, ORDER), rest, strict=True):
            value = row[-1]
            for coefficient in reversed(row[:-1]):
                value = value * h + coefficient
            moved.append(value + remainder)
        if not all(form.hull().is_finite() for form in moved):
            return None
        return _cleaned(moved)


def samples(
    flow: Flow, box: Sequence[tuple[Fraction, Fraction]], step: Fraction, clock: Clock
) -> Iterator[tuple[list[arb], arb]]:
    """Coordinate 1 at the times 0, step, 2 step, ...: exact coefficients and a radius."""
    basis = space(len(box))
    with precision(BITS):
        forms = []
        for i, (low, high) in enumerate(box):
            values = [arb(0)] * len(basis.degrees)
            values[0], values[1 + i] = ball((low + high) / 2), ball((high - low) / 2)
            forms.append(Form(basis, values, []))
        forms = _cleaned(forms)
    parts = 1
    while True:
        yield forms[0].values, forms[0].parts[-1]
        parts = max(1, parts // 2)
        with precision(BITS):
            while (moved := _across(flow, forms, ball(step) / parts, parts, clock)) is None:
                parts *= 2
                if parts > MOST_PARTS:
                    raise undecided("the solution is not enclosed: it may blow up")
            forms = moved


def _across(flow: Flow, forms: list[Form], h: arb, parts: int, clock: Clock) -> list[Form] | None:
    now: list[Form] | None = forms
    for _ in range(parts):
        clock.tick()
        if now is None:
            return None
        now = flow.step(now, h)
    return now


def _cleaned(forms: list[Form]) -> list[Form]:
    """The same set with exact coefficients: radii become noise, one symbol per coordinate."""
    d = len(forms)
    noise = [[v.mid() for v in form.noise] for form in forms]
    for i, form in enumerate(forms):
        radius = sum((v.rad() for v in (*form.values, *form.noise)), arb(0)).upper()
        for j in range(d):
            noise[i].append(radius if i == j else arb(0))
    if len(noise[0]) > COLUMNS * d:
        noise = _merged(noise)
    return [
        Form(form.basis, [v.mid() for v in form.values], row)
        for form, row in zip(forms, noise, strict=True)
    ]


def _merged(noise: list[list[arb]]) -> list[list[arb]]:
    """d columns whose parallelepiped holds the given ones; any invertible U is sound."""
    d = len(noise)
    floats = [[float(row[j]) for row in noise] for j in range(len(noise[0]))]
    size = max(max(map(abs, column)) for column in floats)
    if not 0 < size < math.inf:
        return noise
    candidates = sorted(([x / size for x in c] for c in floats), key=_norm, reverse=True)
    candidates += [[float(i == j) for i in range(d)] for j in range(d)]
    basis: list[list[float]] = []
    for column in candidates:
        rest = column
        for _ in range(2):
            for b in basis:
                along = sum(x * y for x, y in zip(rest, b, strict=True))
                rest = [x - along * y for x, y in zip(rest, b, strict=True)]
        if len(basis) < d and _norm(rest) > 1e-3 * _norm(column):
            basis.append([x / _norm(rest) for x in rest])
    U = arb_mat(d, d, [arb(basis[j][i]) for i in range(d) for j in range(d)])
    inner = U.solve(arb_mat(noise)).tolist()
    reach = [sum((abs(v) for v in row), arb(0)).upper() for row in inner]
    return [[U[i, j] * reach[j] for j in range(d)] for i in range(d)]


def _norm(column: Sequence[float]) -> float:
    return math.hypot(*column)
