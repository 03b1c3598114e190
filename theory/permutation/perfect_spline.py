"""The extremal function of P10: a perfect spline with n + 1 alternating extrema, exactly.

h = 1/(n - 2 + sqrt 2); f'' = -+M2 with switches at the zeros of f; extrema of alternating sign and
size A = M2 h^2/8 at 0, c_j = h/sqrt 2 + j h (j = 0..n-2) and 1.  All numbers lie in Q(sqrt 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import arb

from theory.errors import InputError
from theory.rigor.balls import ball


@dataclass(frozen=True)
class Surd:
    """a + b sqrt 2 with rational a, b; exact arithmetic and order."""

    a: Fraction
    b: Fraction = Fraction(0)

    def __add__(self, other: Surd) -> Surd:
        return Surd(self.a + other.a, self.b + other.b)

    def __sub__(self, other: Surd) -> Surd:
        return Surd(self.a - other.a, self.b - other.b)

    def __mul__(self, other: Surd) -> Surd:
        return Surd(self.a * other.a + 2 * self.b * other.b, self.a * other.b + self.b * other.a)

    def scaled(self, factor: Fraction | int) -> Surd:
        """factor (a + b sqrt 2)."""
        return Surd(self.a * factor, self.b * factor)

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        if self.a == 0 or self.b == 0 or (self.a > 0) == (self.b > 0):
            total = self.a + self.b
            return (total > 0) - (total < 0)
        # opposite signs: the larger square wins, and 2 b^2 = a^2 has no rational solution
        a_wins = self.a * self.a > 2 * self.b * self.b
        return 1 if (self.a > 0) == a_wins else -1

    def __lt__(self, other: Surd) -> bool:
        return (self - other).sign < 0

    def __le__(self, other: Surd) -> bool:
        return (self - other).sign <= 0

    @property
    def enclosure(self) -> arb:
        """A ball at the working precision."""
        return ball(self.a) + ball(self.b) * arb(2).sqrt()


ROOT = Surd(Fraction(0), Fraction(1))


@dataclass(frozen=True)
class PerfectSpline:
    """The spline for ``width`` n >= 2 and curvature M2 > 0; raises InputError otherwise."""

    width: int
    curvature: Fraction

    def __post_init__(self) -> None:
        if self.width < 2:
            raise InputError("width", self.width, "too small:", "at least 2 is accepted")
        if self.curvature <= 0:
            raise InputError("M2", self.curvature, "not positive:", "M2 > 0 is accepted")

    @cached_property
    def spacing(self) -> Surd:
        """h = 1/(n - 2 + sqrt 2) = (n - 2 - sqrt 2)/((n - 2)^2 - 2)."""
        m = self.width - 2
        return Surd(Fraction(m), Fraction(-1)).scaled(Fraction(1, m * m - 2))

    @cached_property
    def amplitude(self) -> Surd:
        """A = M2 h^2/8."""
        return (self.spacing * self.spacing).scaled(self.curvature / 8)

    @cached_property
    def alternation(self) -> tuple[Surd, ...]:
        """The n + 1 points 0, c_0, ..., c_{n-2}, 1, where f is -A, A, -A, ..."""
        inner = tuple(
            self.spacing.scaled(j) + self.spacing * ROOT.scaled(Fraction(1, 2))
            for j in range(self.width - 1)
        )
        return (Surd(Fraction(0)), *inner, Surd(Fraction(1)))

    @cached_property
    def switches(self) -> tuple[Surd, ...]:
        """The n - 2 zeros c_j + h/2 where f'' changes sign."""
        half = self.spacing.scaled(Fraction(1, 2))
        return tuple(centre + half for centre in self.alternation[1:-2])

    def value(self, x: Surd) -> Surd:
        """f(x) = (-1)^j (A - M2 (x - c_j)^2/2) on the arc of c_j, for x in [0, 1]."""
        if x.sign < 0 or Surd(Fraction(1)) < x:
            raise InputError("x", x.enclosure, "outside the domain:", "0 <= x <= 1 is accepted")
        arc = sum(1 for switch in self.switches if switch < x)
        step = x - self.alternation[arc + 1]
        height = self.amplitude - (step * step).scaled(self.curvature / 2)
        return height.scaled(-1 if arc % 2 else 1)
