"""The smallest width at which a theorem guarantees a wanted error, with a read-out.

Every bound is compared with eps exactly (the certified upper ends of M1, M2, L are rational), at n
and at n - 1, and decreases with n: the answer holds for every larger width too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from functools import cache

from theory.errors import InputError, Undecided
from theory.permutation import curvature_optimal, kinks_lipschitz, steps
from theory.permutation.bounds import first_slope
from theory.rigor.balls import Truth, float_up
from theory.rigor.numbers import exact_text
from theory.statements.enclose import Value
from theory.statements.statement import Statement
from theory.targets.enclosures import Enclosure, Profile
from theory.targets.modulus import MAX_CELLS, modulus_of_continuity

# Beyond this neighbouring locations are no longer different float64 numbers.
LARGEST_MODULUS_WIDTH = 2**50
# Cells spent on one enclosure of om, in turn until it decides.
BUDGETS = (40, 300, MAX_CELLS)

Values = Callable[[int], dict[str, Value]]


@dataclass(frozen=True)
class WidthAnswer:
    """``theorem`` guarantees an error of at most ``bound`` (rounded up) <= eps at ``width``.

    ``explain`` is the chain of inequalities with its numbers, one line each, then what the other
    theorems would need.
    """

    width: int
    theorem: str
    bound: float
    explain: tuple[str, ...]


@dataclass(frozen=True)
class _Candidate:
    """A theorem at its smallest width: least width it speaks of, formula and figures in words."""

    label: str
    statement: Statement
    start: int
    width: int
    values: Values
    formula: str
    figures: tuple[str, ...]

    @property
    def bound(self) -> float:
        return self.statement.bound_up(self.values(self.width))


def smallest_width(profile: Profile, eps: Fraction) -> WidthAnswer:
    """The least n for which P8, P3' or P3 guarantees |f - g| <= eps; affine f: 0 from n = 17 on.

    Without a Lipschitz constant the modulus forms speak.  M2, M1, s0, L and om enter by certified
    upper ends, so the guarantee is one, at this width and at every larger one.  Raises InputError
    for eps <= 0 or a target that is not finite, Undecided if the modulus of continuity is not shown
    to become small enough.
    """
    if eps <= 0:
        raise InputError("--eps", eps, "not positive:", "a number greater than 0 is accepted")
    candidates, refused = _candidates(profile, eps)
    if not candidates:
        problem = f"no width below {LARGEST_MODULUS_WIDTH} is shown to reach {eps} for"
        raise Undecided("--eps", profile.target.text, problem, "a larger eps is accepted")
    best = min(candidates, key=lambda entry: (entry.width, entry.bound))
    lines = [_domain(profile), *best.figures, *_chain(best, eps)]
    lines += [
        f"{other.label} would need n = {other.width}" for other in candidates if other is not best
    ]
    return WidthAnswer(best.width, best.label, best.bound, (*lines, *refused))


def least(holds: Callable[[int], bool], start: int, largest: int | None = None) -> int | None:
    """The least n >= start with ``holds``, which is False up to it and True from it on.

    None if it does not hold at ``largest``.  Doubling, then bisection.
    """
    if largest is not None and not holds(largest):
        return None
    high = start
    while not holds(high):
        high = 2 * high if largest is None else min(2 * high, largest)
    low = max(start - 1, high // 2)
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return high


def _candidates(profile: Profile, eps: Fraction) -> tuple[list[_Candidate], list[str]]:
    found: list[_Candidate] = []
    refused: list[str] = []
    if profile.curvature.available:
        found.append(_by_curvature(profile, eps))
    else:
        refused.append(f"P8 does not apply: {profile.curvature.reason}")
    if profile.slope.available:
        return found + _by_slope(profile, eps), refused
    refused.append(f"P3' and P3 apply in their modulus forms only: {profile.slope.reason}")
    return found + _by_modulus(profile, eps), refused


def _by_curvature(profile: Profile, eps: Fraction) -> _Candidate:
    M1, M2 = Fraction(profile.slope.upper), Fraction(profile.curvature.upper)
    start = curvature_optimal.LEAST_WIDTH
    bend = f"M2 = sup|F''| <= {_up(M2)}"
    if M2 == 0:
        statement = curvature_optimal.AFFINE_STATEMENT
        return _Candidate("P8", statement, start, start, lambda n: {"n": n, "M2": M2}, "0", (bend,))
    statement = curvature_optimal.STATEMENT

    def s0(n: int) -> Fraction:
        return min(M1, first_slope(profile, n))

    def values(n: int) -> dict[str, Value]:
        return {"n": n, "M2": M2, "s0": s0(n)}

    # With s0 <= M1 the bound decreases with n; s0 itself saves a width or two below that.
    width = least(lambda n: _holds(statement, {"n": n, "M2": M2, "s0": M1}, eps), start)
    assert width is not None
    while width > start and _holds(statement, values(width - 1), eps):
        width -= 1
    gam = _up(curvature_optimal.read_out(width, M2, s0(width)))
    figures = (
        bend,
        f"s0 = |F(d) - F(0)|/d <= {_up(s0(width))} and M1 = sup|F'| <= {_up(M1)}",
        f"gam = max(M2, 2 s0 (n-1)/(n(n-9)-118)) <= {gam} at n = {width}",
    )
    formula = "(gam/2 + M2/8)/(n-1)^2"
    return _Candidate("P8", statement, start, width, values, formula, figures)


def _by_slope(profile: Profile, eps: Fraction) -> list[_Candidate]:
    L = profile.slope.upper
    figures = (f"L = sup|F'| <= {_up(L)}",)

    def values(n: int) -> dict[str, Value]:
        return {"n": n, "L": L}

    def candidate(label: str, statement: Statement, start: int, formula: str) -> _Candidate:
        width = least(lambda n: _holds(statement, values(n), eps), start)
        assert width is not None
        return _Candidate(label, statement, start, width, values, formula, figures)

    return [
        candidate("P3'", kinks_lipschitz.STATEMENT, kinks_lipschitz.LEAST_WIDTH, "1.5 L/(n-1)"),
        candidate("P3", steps.STATEMENT, steps.LEAST_WIDTH, "4 L/(n-1)"),
    ]


def _by_modulus(profile: Profile, eps: Fraction) -> list[_Candidate]:
    def candidate(
        label: str, statement: Statement, start: int, reach: int, largest: int
    ) -> _Candidate | None:
        @cache
        def omega(n: int, cells: int) -> Enclosure:
            return modulus_of_continuity(profile.target, Fraction(reach, n - 1), max_cells=cells)

        def values(n: int) -> dict[str, Value]:
            return {"n": n, "omega": min(omega(n, cells).upper for cells in BUDGETS)}

        def holds(n: int) -> bool:
            # far from the edge a coarse enclosure of om decides
            for cells in BUDGETS:
                found = omega(n, cells)
                if _holds(statement, {"n": n, "omega": found.upper}, eps):
                    return True
                if not _holds(statement, {"n": n, "omega": found.lower}, eps):
                    return False
            return False

        width = least(holds, start, largest)
        if width is None:
            return None
        figure = f"om({reach}/(n-1)) <= {_up(values(width)['omega'])} at n = {width}"
        formula = str(statement.expression).replace("omega", f"om({reach}/(n-1))")
        label = f"{label} (modulus)"
        return _Candidate(label, statement, start, width, values, formula, (figure,))

    found = candidate(
        "P3'",
        kinks_lipschitz.MODULUS_STATEMENT,
        kinks_lipschitz.LEAST_WIDTH,
        1,
        LARGEST_MODULUS_WIDTH,
    )
    # P3 is of interest where it needs less
    largest = LARGEST_MODULUS_WIDTH if found is None else found.width
    other = candidate("P3", steps.MODULUS_STATEMENT, steps.LEAST_WIDTH, 4, largest)
    return [entry for entry in (found, other) if entry is not None]


def _holds(statement: Statement, values: dict[str, Value], eps: Fraction) -> bool:
    return statement.at_most(values, eps) is Truth.YES


def _chain(best: _Candidate, eps: Fraction) -> list[str]:
    bound = "" if best.bound == 0 else f" <= {_up(best.bound)}"
    line = f"{best.label} at n = {best.width}: |f - g| <= {best.formula}{bound}"
    lines = [f"{line} <= eps = {exact_text(eps)}"]
    if best.width == best.start:
        return [*lines, f"{best.label} needs n >= {best.start}"]
    before = _up(best.statement.bound_up(best.values(best.width - 1)))
    return [*lines, f"{best.label} at n = {best.width - 1} guarantees {before} only"]


def _domain(profile: Profile) -> str:
    low, high = exact_text(profile.target.low), exact_text(profile.target.high)
    return f"F(u) = f(a + (b-a) u) on [0, 1] with a = {low}, b = {high}; sup norms are the same"


def _up(value: Value) -> str:
    """Six digits, rounded up: an upper bound shown stays one."""
    context = Context(prec=6, rounding=ROUND_CEILING)
    return f"{context.create_decimal(Decimal(float_up(value))).normalize():g}"
