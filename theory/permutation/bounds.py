"""Which theorems of the permutation family speak of a target at a width, and what they promise.

Certified upper ends of L, M2, TV and om enter upper bounds, certified lower ends the class bounds,
so that every float here is safe in the direction it claims.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from theory.bias.knots import CLASS_STATEMENT as B6_CLASS
from theory.errors import InputError
from theory.permutation import (
    counting,
    curvature_lower,
    curvature_optimal,
    kinks_lipschitz,
    no_readout,
    pseudo_copies,
    steps,
)
from theory.permutation.turning import chord_turn
from theory.rigor.balls import Truth, ball, float_up, working_precision
from theory.statements.enclose import Value
from theory.statements.statement import Statement
from theory.targets.enclosures import PRECISION, Enclosure, Profile
from theory.targets.modulus import modulus_of_continuity

NEEDS_READOUT = "needs the affine read-out; without it P9 and P4 apply"
TURNS = "f turns by {:.3g}, more than the {} that the construction absorbs"
# What four locations at the ends of the domain absorb.
LARGEST_TURN = 8
LIPSCHITZ_FORM = "not evaluated: the Lipschitz form is taken at this width"


@dataclass(frozen=True)
class AppliedBound:
    """A theorem that applies: error <= ``value`` (rounded up) at ``width``.

    ``theorem`` is P8, P9, P3', P3 or P4; ``variant`` one of curvature, boundary layer, affine,
    lipschitz, modulus; ``constants`` are the certified figures that entered (M2, s0, L, omega, TV,
    ends, k, m, turn).  ``status`` is that of the statement: P9's is a conjecture.
    """

    theorem: str
    variant: str
    width: int
    value: float
    constants: Mapping[str, float]
    status: str = "theorem"

    @property
    def label(self) -> str:
        """The theorem, with its form where it has two."""
        return f"{self.theorem} (modulus)" if self.variant == "modulus" else self.theorem

    def for_network(
        self, gam: float, stride: int | None = None, unit: int | None = None, layer: float = 0.0
    ) -> float:
        """The bound at a network's ``gam`` (P8), ``stride`` (P4) or ``unit`` (P9); rounded up.

        They may exceed what was predicted from f alone, by the sampling error of the construction
        and, for P9, by what the search found; ``layer`` is what its end cells add to the bound.
        """
        if self.theorem == "P9" and unit is not None:
            return no_readout_bound(self.width, unit, self.constants["M2"], layer)
        if self.theorem == "P4" and stride is not None:
            values: dict[str, Value] = {**self.constants, "n": self.width, "k": stride}
            return pseudo_copies.STATEMENT.bound_up(values)
        if self.variant != "curvature":
            return self.value
        with working_precision(PRECISION):
            d = 1 / ball(self.width - 1)
            return float_up((ball(gam) / 2 + ball(self.constants["M2"]) / 8) * d * d)


@dataclass(frozen=True)
class Refused:
    """A theorem that does not apply, or was not evaluated, and why."""

    label: str
    reason: str


@dataclass(frozen=True)
class ClassBound:
    """A worst-case lower bound over the target's class, rounded down; None with a ``reason``."""

    value: float | None
    theorem: str
    reason: str | None = None


def best_bounds(
    profile: Profile, width: int, *, readout: bool = True
) -> tuple[tuple[AppliedBound, ...], tuple[Refused, ...]]:
    """P8, P3', P3 (both forms), or P9 without read-out, and P4: those that apply, best first.

    Raises InputError where the target is not finite.
    """
    entries: list[AppliedBound | Refused] = []
    if readout:
        entries += [_curvature(profile, width), *_rough(profile, width)]
    else:
        entries += [Refused(label, NEEDS_READOUT) for label in ("P8", "P3'", "P3")]
        entries.append(_alone(profile, width))
    entries.append(_copies(profile, width))
    applied = [entry for entry in entries if isinstance(entry, AppliedBound)]
    refused = [entry for entry in entries if isinstance(entry, Refused)]
    return tuple(sorted(applied, key=lambda entry: entry.value)), tuple(refused)


def class_lower_bound(profile: Profile, width: int, *, equidistant: bool = True) -> ClassBound:
    """P10 if f'' is bounded, else P6 for Lipschitz targets, at the target's own M2 or L.

    Locations that are not equidistant have up to n knots inside: the class form of B6.
    """
    if equidistant and profile.curvature.available:
        return _class_bound("P10", curvature_lower.STATEMENT, width, M2=profile.curvature)
    if not profile.slope.available:
        return ClassBound(None, "P6" if equidistant else "B6", profile.slope.reason)
    if equidistant:
        return _class_bound("P6", counting.STATEMENT, width, L=profile.slope)
    return _class_bound("B6", B6_CLASS, width, L=profile.slope)


def first_slope(profile: Profile, width: int) -> Fraction:
    """An upper end of s0 = |F(d) - F(0)|/d, d = 1/(n-1), as an exact number."""
    with working_precision(PRECISION + 2 * width.bit_length()):
        rise = profile.target.unit_value(ball(Fraction(1, width - 1)))
        rise = abs(rise - profile.target.unit_value(ball(0)))
        return Fraction(float_up(rise * (width - 1)))


def _class_bound(name: str, statement: Statement, width: int, **figure: Enclosure) -> ClassBound:
    values: dict[str, Value] = {"n": width}
    values |= {symbol: Fraction(found.lower) for symbol, found in figure.items()}
    reason = refusal(statement, values)
    if reason is not None:
        return ClassBound(None, name, reason)
    return ClassBound(statement.bound_down(values), name)


def refusal(statement: Statement, values: Mapping[str, Value]) -> str | None:
    """The first hypothesis that is not proved, in words; None if all hold."""
    for outcome in statement.check(values):
        if outcome.truth is not Truth.YES:
            verb = "violated by" if outcome.truth is Truth.NO else "not decided for"
            return f"hypothesis {outcome.hypothesis.text} {verb} {outcome.shown}"
    return None


def _apply(
    theorem: str, variant: str, statement: Statement, width: int, **figures: Value
) -> AppliedBound | Refused:
    values: dict[str, Value] = {"n": width, **figures}
    reason = refusal(statement, values)
    value = 0.0 if reason is not None else statement.bound_up(values)
    constants = {name: float_up(figure) for name, figure in figures.items()}
    made = AppliedBound(theorem, variant, width, value, constants)
    return made if reason is None else Refused(made.label, reason)


def _curvature(profile: Profile, width: int) -> AppliedBound | Refused:
    curvature = profile.curvature
    if not curvature.available:
        return Refused("P8", str(curvature.reason))
    M2 = curvature.upper
    if M2 == 0:
        return _apply("P8", "affine", curvature_optimal.AFFINE_STATEMENT, width, M2=M2)
    s0 = first_slope(profile, width) if width >= curvature_optimal.LEAST_WIDTH else Fraction(0)
    return _apply("P8", "curvature", curvature_optimal.STATEMENT, width, M2=M2, s0=s0)


def no_readout_bound(width: int, unit: int, curvature: float, layer: float = 0.0) -> float:
    """P9's (m/2 + M2/8)/(n-1)^2 + layer, rounded up."""
    with working_precision(PRECISION):
        d = 1 / ball(width - 1)
        return float_up((ball(unit) / 2 + ball(curvature) / 8) * d * d + ball(layer))


def _alone(profile: Profile, width: int) -> AppliedBound | Refused:
    """P9: what its network would satisfy, also where the hypotheses of the conjecture fail."""
    curvature = profile.curvature
    if not curvature.available:
        return Refused("P9", str(curvature.reason))
    if width < no_readout.LEAST_SEARCHED:
        return Refused("P9", f"looked for from n = {no_readout.LEAST_SEARCHED} on")
    turn = float_up(chord_turn(profile.target, width))
    M2 = curvature.upper
    if turn >= LARGEST_TURN:
        return Refused("P9", TURNS.format(turn, LARGEST_TURN))
    unit = max(1, math.ceil(M2))
    layer = max(turn - 4.0, 0.0) / (4 * (width - 1))
    value = no_readout_bound(width, unit, M2, layer)
    variant = "boundary layer" if layer else "curvature"
    constants = {"M2": M2, "m": float(unit), "turn": turn}
    return AppliedBound("P9", variant, width, value, constants, "conjecture")


def _rough(profile: Profile, width: int) -> list[AppliedBound | Refused]:
    slope = profile.slope
    made: list[AppliedBound | Refused] = []
    if slope.available:
        L = slope.upper
        made = [
            _apply("P3'", "lipschitz", kinks_lipschitz.STATEMENT, width, L=L),
            _apply("P3", "lipschitz", steps.STATEMENT, width, L=L),
        ]
    for name, statement, reach in (
        ("P3'", kinks_lipschitz.MODULUS_STATEMENT, 1),
        ("P3", steps.MODULUS_STATEMENT, 4),
    ):
        # om(s) <= min(L s, max F - min F): below this the Lipschitz form is the better one
        if slope.available and slope.upper * reach <= (width - 1) * profile.sup.upper:
            made.append(Refused(f"{name} (modulus)", LIPSCHITZ_FORM))
            continue
        omega = _modulus(profile, Fraction(reach, max(width - 1, 1)))
        made.append(_apply(name, "modulus", statement, width, omega=omega))
        if not slope.available:
            made.append(Refused(name, str(slope.reason)))
    return made


def _modulus(profile: Profile, s: Fraction) -> float:
    """An upper end of om(s), never more than 2 sup|F| (exact in float64)."""
    most = 2 * profile.sup.upper
    try:
        return min(modulus_of_continuity(profile.target, s).upper, most)
    except InputError:
        # F is finite, as sup|F| shows; only the search for a smaller modulus gave up
        return most


def _copies(profile: Profile, width: int) -> AppliedBound | Refused:
    slope, variation = profile.slope, profile.variation
    for figure in (slope, variation):
        if not figure.available:
            return Refused("P4", str(figure.reason))
    left, right = profile.ends
    with working_precision(PRECISION):
        ends = Fraction(float_up(abs(left + right)))
    L, TV = Fraction(slope.upper), Fraction(variation.upper)
    k = pseudo_copies.smallest_k(width, L, TV, ends) if width >= 2 else None
    if k is None:
        return Refused("P4", f"no stride k <= n/4 meets its hypotheses at n = {width}")
    return _apply("P4", "lipschitz", pseudo_copies.STATEMENT, width, k=k, L=L, TV=TV, ends=ends)
