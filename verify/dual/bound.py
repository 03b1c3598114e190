"""The lower bound that a floating-point phi proves (note R4; arXiv 2008.08427)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np
from flint import arb
from numpy.typing import ArrayLike, NDArray

from theory.errors import InputError, Undecided
from theory.ridgelet.activations import activation as known
from theory.rigor.balls import ball, float_down, working_precision
from theory.targets.box_target import BoxTarget
from verify.certificates import Certificate
from verify.checks.duals import BITS, MAX_DEGREE, BoxDual, DataDual, expected
from verify.checks.fields import BoxTarget as CheckedTarget
from verify.checks.grammar import parse
from verify.checks.strips import half_width
from verify.checks.tiles import Parameters
from verify.checks.verdicts import Clock, Stop
from verify.dual.line_supremum import SYMMETRIC, line_sum, line_supremum
from verify.dual.search import Supremum, supremum
from verify.ridge_certificates import dual_certificate

Array = NDArray[np.float64]
Rows = tuple[ArrayLike, ArrayLike]
GAP = 2e-4
# where tiles cost more
COARSE_GAP = 2e-3
# Of the gap, what is given away so that the checker's own enclosure is sure to suffice.
SPARE = 0.1
# Of the time, what is left unused so that the checker, on a busier machine, has enough.
SPARE_TIME = 0.25


@dataclass(frozen=True)
class DualBound:
    """|f - g|_L2 >= ``value`` for every network of the class, and what the proof is made of.

    ``value`` is rounded down and at least 0; ``inner`` = <f, phi> and ``norm`` = |phi| are near,
    ``sup_lower`` <= M(phi) <= ``sup_upper`` (inf where <f, phi> <= 0 settles it); ``reached`` says
    whether M is known to the gap asked for; ``tiles`` and ``seconds`` what it took.
    ``certificate`` is None where the value is 0.
    """

    value: float
    inner: float
    norm: float
    sup_lower: float
    sup_upper: float
    reached: bool
    tiles: int
    seconds: float
    certificate: Certificate | None


def certified_dual(
    subject: BoxTarget | Rows,
    activation: str,
    lam: Fraction,
    beta: Fraction,
    budget: Fraction,
    phi: ArrayLike,
    *,
    affine: bool = False,
    gap: float | None = None,
    seconds: float = 100.0,
) -> DualBound:
    """(<f, phi> - B M(phi))/|phi| in balls, M(phi) = sup over V of |int phi sigma(a.x - b) dP|.

    ``subject``: a BoxTarget with the uniform probability measure, or (points (m, d), values (m,))
    with the empirical one.  ``phi``: for a box the coefficients in the orthonormal Legendre basis,
    all alpha of total degree <= N by degree, then lexicographic; for data its m values.  ``affine``
    allows a free affine part: coefficients of degree 0 and 1 must be 0; for data the affine part of
    phi is removed exactly.  M is enclosed until the value is known to the relative ``gap``: 2e-4,
    or 2e-3 for relu and step on a rectangle and for rows in three dimensions.

    Raises InputError for inputs that do not fit, Undecided where ``seconds`` do not suffice or an
    enclosure is not available.
    """
    start = time.monotonic()
    known(activation)
    if lam <= 0 or beta < 0:
        raise InputError(
            "--box", f"{lam} {beta}", "is no box:", "LAMBDA > 0, BETA >= 0 is accepted"
        )
    if budget < 0:
        raise InputError("--budget", budget, "is negative:", "a budget of at least 0 is accepted")
    if gap is None:
        gap = COARSE_GAP if _costly(subject, activation) else GAP
    if not 0 < gap < 1:
        raise InputError("gap", gap, "is out of range:", "a number between 0 and 1 is accepted")
    clock, values = Clock(seconds), _finite("phi", phi)
    dual = _dual(subject, values, affine)
    try:
        return _bound(
            subject, dual, activation, (lam, beta), budget, values, affine, gap, clock, start
        )
    except Stop as stop:
        accepted = "more time, a smaller box or another phi is accepted"
        raise Undecided(
            "phi", activation, f"{stop.outcome.reason}; no bound for", accepted
        ) from None


def _costly(subject: BoxTarget | Rows, activation: str) -> bool:
    """relu or step on a rectangle, or rows in three dimensions."""
    if isinstance(subject, BoxTarget):
        return half_width(activation) is None and subject.dimension == 2
    return np.ndim(subject[0]) == 2 and np.shape(subject[0])[1] == 3


def _bound(
    subject: BoxTarget | Rows,
    dual: BoxDual | DataDual,
    activation: str,
    box: tuple[Fraction, Fraction],
    budget: Fraction,
    phi: Array,
    affine: bool,
    gap: float,
    clock: Clock,
    start: float,
) -> DualBound:
    if isinstance(dual, BoxDual):
        inner, norm = dual.pairing(affine, clock)
    else:
        dual = dual.without_affine(clock) if affine else dual
        inner, norm = dual.pairing(clock)
    with working_precision(BITS):
        if not norm > 0:
            raise Undecided("phi", "phi", "has no positive norm:", "a phi != 0 is accepted")
        near = expected(inner, norm, budget)

    def value_of(sup: float) -> arb:
        return (inner - ball(budget) * ball(sup)) / norm

    def enough(low: float, high: float) -> bool:
        with working_precision(BITS):
            best, now = float(value_of(low).mid()), float(value_of(high).mid())
        # no positive bound is possible, or the bound is close to the best
        return best <= 0 or best - now <= gap * best

    low = high = 0.0
    tiles, reached = 0, True
    if not inner > 0:
        # no positive bound, whatever M is
        high, reached = math.inf if budget > 0 else 0.0, budget == 0
    elif budget > 0:
        found = _on_a_line(dual, activation, box, enough, clock)
        if found is None:
            units = dual.units(Parameters(activation, *box), near, clock)
            with working_precision(BITS):
                end = clock.end - SPARE_TIME * max(0.0, clock.end - time.monotonic())
                found = supremum(units, enough, end)
        low, high, tiles, reached = found.low, found.high, found.tiles, found.reached
    with working_precision(BITS):
        exact = value_of(high) if inner > 0 else arb(0)
        value = max(0.0, float_down(exact * (1 - ball(SPARE * gap)))) if exact > 0 else 0.0
    certificate = None
    if value > 0:
        certificate = dual_certificate(subject, activation, box, budget, phi, value, affine=affine)
    return DualBound(
        value=value,
        inner=float(inner.mid()),
        norm=float(norm.mid()),
        sup_lower=low,
        sup_upper=high,
        reached=reached,
        tiles=tiles,
        seconds=time.monotonic() - start,
        certificate=certificate,
    )


def _on_a_line(
    dual: BoxDual | DataDual,
    activation: str,
    box: tuple[Fraction, Fraction],
    enough: Callable[[float, float], bool],
    clock: Clock,
) -> Supremum | None:
    """The supremum in floating point where that is possible: d = 1, a box, some activations."""
    if not isinstance(dual, BoxDual) or dual.dimension > 1:
        return None
    total = line_sum(dual.coefficients, *dual.target.sides[0], activation, *box)
    if total is None:
        return None
    return line_supremum(total, activation in SYMMETRIC, enough, clock.end)


def _dual(subject: BoxTarget | Rows, phi: Array, affine: bool) -> BoxDual | DataDual:
    """phi for the checks' enclosures; raises InputError for shapes that do not fit."""
    if isinstance(subject, BoxTarget):
        d, sizes = (
            subject.dimension,
            [comb(n + subject.dimension, n) for n in range(MAX_DEGREE[subject.dimension] + 1)],
        )
        if phi.size not in sizes:
            accepted = f"C(N + {d}, {d}) coefficients, N <= {MAX_DEGREE[d]}, are accepted"
            raise InputError("phi", phi.size, "has a length that fits no degree:", accepted)
        if affine and phi[: d + 1].any():
            accepted = "coefficients of degree 0 and 1 equal to 0 are accepted with an affine part"
            raise InputError("phi", phi[: d + 1].tolist(), "is not orthogonal to x:", accepted)
        target = CheckedTarget(parse(subject.text), subject.domain)
        return BoxDual(target, sizes.index(phi.size), phi.tolist())
    points, values = (
        _finite(name, rows, ravel=False)
        for name, rows in zip(("points", "values"), subject, strict=True)
    )
    if points.ndim == 1:
        points = points[:, None]
    if (
        points.ndim != 2
        or values.shape != (len(points),)
        or phi.size != len(points)
        or not phi.size
    ):
        shapes = f"{points.shape}, {values.shape}, {phi.shape}"
        raise InputError(
            "phi", shapes, "has shapes that do not fit:", "(m, d), (m,), (m,) are accepted"
        )
    if not 1 <= points.shape[1] <= 3:
        raise InputError("points", points.shape, "has too many axes:", "d <= 3 is accepted")
    phi_balls = [arb(x) for x in phi.tolist()]
    return DataDual(points.shape[1], points.ravel().tolist(), values.tolist(), phi_balls)


def _finite(name: str, values: ArrayLike, *, ravel: bool = True) -> Array:
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise InputError(name, "nan or inf", "holds", "finite numbers are accepted")
    return array.ravel() if ravel else array
