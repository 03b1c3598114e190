"""The L2 error of a ridge network, enclosed (notes R4, R6; arXiv 2008.08427).

|f - g|_L2 over the uniform probability on the target's box, or over the rows of a data set, for
exactly the float64 numbers of the network.  The integration is that of the checker.
"""

from __future__ import annotations

from array import array

import numpy as np
from flint import arb
from numpy.typing import NDArray

from numerics.ridgelet.network import RidgeNetwork
from theory.errors import InputError, Undecided
from theory.rigor.balls import float_down, float_up
from theory.targets.box_target import BoxTarget
from verify.checks import fields
from verify.checks.grammar import parse
from verify.checks.ridge import Ridge
from verify.checks.squared_error import on_box, on_data
from verify.checks.verdicts import Clock, Stop, precision

Array = NDArray[np.float64]
# Rows of a data set: points (m, d) and values (m,).
Rows = tuple[Array, Array]
SECONDS = 100.0
PRECISIONS = (96, 160, 256, 512)
# Wanted accuracy of the mean square, relative to it.
ACCURACY = arb(2) ** -62
# Smaller squares are not told from 0.
FLOOR = arb(2) ** -400
# Boxes looked at before a target counts as not finite.
FIRST_LOOK = 2000
# Points for a first look.
SAMPLE = 64


def certified_l2(
    network: RidgeNetwork, target: BoxTarget | Rows, *, seconds: float = SECONDS
) -> tuple[float, float]:
    """(lower, upper) around |f - g|_L2; floats rounded down and up.

    ``target``: a BoxTarget (uniform probability on its box) or (points (m, d), values (m,)).
    Analytic activations and, on the line, relu and step: relative width about 1e-16 for targets
    that are piecewise analytic.  Kinks in several variables: valid, but wide.  Raises InputError
    for dimensions that do not fit, Undecided where nothing finite is established in ``seconds``.
    """
    record = checker_network(network)
    try:
        if isinstance(target, BoxTarget):
            mean = _on_box(target, network, record, seconds)
        else:
            mean = _on_rows(target, record, seconds)
    except Stop as stop:
        raise _undecided(network, stop.outcome.reason) from None
    if not mean.is_finite():
        raise _undecided(network, "no finite enclosure was found")
    with precision(256):
        low, high = mean.lower(), mean.upper()
        zero = arb(0)
        return (
            max(0.0, float_down((low if low > 0 else zero).sqrt())),
            float_up((high if high > 0 else zero).sqrt()),
        )


def require_finite(target: BoxTarget, *, argument: str = "--target") -> None:
    """InputError unless f is shown to be finite and real on its whole box."""
    aim = fields.BoxTarget(parse(target.text), target.domain)
    nothing = array("d", [0.0] * target.dimension)
    zero = array("d", [0.0])
    network = Ridge("cos", target.dimension, nothing, zero, zero, nothing, 0.0)
    with precision(PRECISIONS[0]):
        # any finite enclosure is good enough
        found = on_box(aim, network, arb(2) ** 200, Clock(SECONDS), most=FIRST_LOOK)
    if not found.mean.is_finite():
        accepted = "a function that is finite and real on the whole domain is accepted"
        raise InputError(argument, target.text, "not shown to be finite and real:", accepted)


def _undecided(network: RidgeNetwork, reason: str) -> Undecided:
    subject = f"{network.activation} network of width {network.width}"
    accepted = "more time, or a target that is smooth and finite on its domain, may help"
    return Undecided("--target", subject, f"L2 error undecided ({reason}) for", accepted)


def checker_network(network: RidgeNetwork) -> Ridge:
    """The same network as the checker's record."""
    assert network.slope is not None
    a, b, c, slope = (
        array("d", np.ascontiguousarray(v).ravel().tobytes())
        for v in (network.a, network.b, network.c, network.slope)
    )
    return Ridge(network.activation, network.dimension, a, b, c, slope, float(network.offset))


def _on_box(target: BoxTarget, network: RidgeNetwork, record: Ridge, seconds: float) -> arb:
    if target.dimension != network.dimension:
        accepted = f"a network in {target.dimension} variables is accepted"
        raise InputError("network", network.dimension, "has the dimension", accepted)
    aim = fields.BoxTarget(parse(target.text), target.domain)
    clock = Clock(seconds)
    tolerance = _sampled(target, network) * ACCURACY
    mean = arb.nan()
    for bits in PRECISIONS:
        with precision(bits):
            found = on_box(aim, record, tolerance, clock)
            mean = found.mean
            if not mean.is_finite() or mean.rad() <= 16 * ACCURACY * abs(mean).lower():
                return mean
            if not found.complete:
                # room for the checker, whose tolerance differs a little
                return mean + abs(mean).upper() * arb(0, arb(2) ** -40)
            tolerance = (abs(mean).upper() * ACCURACY).max(FLOOR)
    return mean


def _sampled(target: BoxTarget, network: RidgeNetwork) -> arb:
    """The mean square over a few points, to know what is small."""
    unit = (np.arange(SAMPLE) + 0.5) / SAMPLE
    shifts = [np.modf(unit * SAMPLE * (np.sqrt(5) - 1) / 2 * (axis + 1))[0] for axis in range(3)]
    sides = [(float(low), float(high)) for low, high in target.domain]
    columns = [low + (high - low) * t for (low, high), t in zip(sides, shifts, strict=False)]
    points = np.stack(columns, axis=1)
    square = float(np.mean((target.sample(points) - network(points)) ** 2))
    return arb(square).max(FLOOR)


def _on_rows(rows: Rows, record: Ridge, seconds: float) -> arb:
    points, values = checked_rows(rows, record.dimension)
    flat = array("d", points.ravel().tobytes()), array("d", values.tobytes())
    clock = Clock(seconds)
    mean = arb.nan()
    for bits in (64, *PRECISIONS):
        with precision(bits):
            mean = on_data(*flat, record, clock).mean
            if mean.rad() <= abs(mean).lower() * arb(2) ** (8 - min(bits, 64)):
                break
    return mean


def checked_rows(rows: Rows, dimension: int) -> Rows:
    """Points (m, d) and values (m,) as contiguous float64; raises InputError otherwise."""
    points, values = (np.ascontiguousarray(part, dtype=np.float64) for part in rows)
    if points.ndim != 2 or values.shape != points.shape[:1] or not len(values):
        shapes = f"{points.shape} and {values.shape}"
        raise InputError("data", shapes, "has shapes", "points (m, d) and values (m,)")
    if points.shape[1] != dimension:
        accepted = f"a network in {points.shape[1]} variables is accepted"
        raise InputError("network", dimension, "has the dimension", accepted)
    if not (np.isfinite(points).all() and np.isfinite(values).all()):
        raise InputError("data", "nan or inf", "holds", "finite numbers are accepted")
    return points, values
