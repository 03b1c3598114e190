"""Kind ``trajectory``: a recurrent network stays near the true solution, for a box of starts (B4').

x = z_1 / scale along z' = f(z), sampled every ``step``.  The network starts at ``start`` and is fed
x_t for t < warm, then its own output of ``delay`` samples ago (``input`` "output"), or 0 ("zero"),
or x_t for ever ("truth").  Claim: for every z(0) in the box, at step t = 1 .. steps after the
warm-up, |C r - x| <= errors[t-1], x the sample that this output foretells; ``bound`` is the largest
of the errors.  The box is cut into ``split`` cells; in each, solution and network are forms in the
same coordinates of the start, and the forms are subtracted term by term.
"""

from __future__ import annotations

import hashlib
import re
import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from flint import arb, fmpz

from verify.checks import fields
from verify.checks.dyadic import arrays, float64, rational
from verify.checks.flows import SYSTEMS, Flow, samples, space
from verify.checks.recurrent import Network
from verify.checks.verdicts import (
    Case,
    Outcome,
    ball,
    invalid,
    precision,
    quote,
    refuted,
)

KEYS = (
    "system", "parameters", "step", "scale", "delay", "input", "warm", "steps", "box", "split",
    "units", "frozen",
)  # fmt: skip
INPUTS = ("output", "zero", "truth")
FROZEN = ("W", "B", "C")
MOST_STEPS, MOST_CELLS, MOST_DELAY = 100_000, 100_000, 10_000
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class _Claim:
    flow: Flow
    step: Fraction
    scale: Fraction
    delay: int
    source: str
    warm: int
    steps: int
    sides: tuple[tuple[Fraction, Fraction], ...]
    parts: tuple[int, ...]

    def cells(self) -> Iterator[tuple[tuple[Fraction, Fraction], ...]]:
        """The cells of the box one by one: all of them at once may be gigabytes of long numbers."""
        for place in product(*map(range, self.parts)):
            axes = zip(self.sides, self.parts, place, strict=True)
            yield tuple((a + (b - a) * k / m, a + (b - a) * (k + 1) / m) for (a, b), m, k in axes)


def check(case: Case) -> Outcome:
    """|output - solution| <= errors[t-1] at every step t, for every start in the box."""
    bound = fields.claimed(case, "upper", *KEYS)
    found = case.certificate
    claim = _claim(found)
    n = fields.width(found["units"])
    witness, scalars = fields.witness(case, ("alpha", "beta", "bits"))
    sizes = {"W": n * n, "B": n, "C": n, "b": n, "start": n, "errors": claim.steps}
    weights = dict(zip(sizes, arrays(case, witness, sizes), strict=True))
    _frozen(found["frozen"], weights)
    limits = [Fraction(value) for value in weights.pop("errors")]
    if min(limits) < 0 or max(limits) != bound:
        raise invalid("bound.value is not the largest of errors, which are 0 or more")
    alpha, beta = (float64(scalars[name], name) for name in ("alpha", "beta"))
    bits = rational(scalars["bits"], "bits")
    if beta < 0 or not (bits.denominator == 1 and 1 <= bits <= 64):
        raise invalid("beta >= 0 and an integer number of bits from 1 to 64 are needed")
    missed: str | None = None
    most = 0
    for cell in claim.cells():
        total = claim.warm + claim.steps
        shared = len(space(len(cell)).degrees) - 1
        network = Network(weights, alpha, beta, shared, total, int(bits))
        for t, low, high, scale in _errors(case, claim, cell, network):
            limit = limits[t]
            # |error| reaches ``low`` somewhere in the cell, and nowhere exceeds ``high``
            if low * limit.denominator > limit.numerator << scale:
                raise refuted(f"at step {t + 1} the distance exceeds its bound")
            if high * limit.denominator > limit.numerator << scale and missed is None:
                missed = f"at step {t + 1} the enclosure is wider than the bound"
        most = max(most, network.columns)
    if missed is not None:
        return Outcome("UNDECIDED", missed)
    count = prod(claim.parts)
    plural = "s" if count > 1 else ""
    how = f"{claim.steps} steps, {count} cell{plural}, {most} terms at most"
    return Outcome("PROVED", how)


def _errors(
    case: Case, claim: _Claim, cell: Sequence[tuple[Fraction, Fraction]], network: Network
) -> Iterator[tuple[int, int, int, int]]:
    """Per step t after the warm-up: t, and 2^-scale low <= max |error| <= 2^-scale high."""
    truth = samples(claim.flow, cell, claim.step, case.clock)
    ahead = [next(truth) for _ in range(claim.delay)]
    outputs: list[tuple[list[fmpz], fmpz, int]] = []
    nothing = fmpz(0)
    degrees = space(len(cell)).degrees
    for t in range(claim.warm + claim.steps):
        case.clock.tick()
        if t < claim.warm or claim.source == "truth":
            value, remainder = _fixed(ahead[0], claim.scale, network.Q)
            output = network.step(value, nothing, remainder)
        elif claim.source == "zero":
            output = network.step([nothing], nothing, nothing)
        else:
            y, error, scale = outputs[-claim.delay]
            cut = scale - network.Q
            value = [entry >> cut for entry in y]
            output = network.step(value, (error >> cut) + 1 + len(y), nothing)
        outputs = [*outputs[-claim.delay :], output]
        ahead = [*ahead[1:], next(truth)]
        if t >= claim.warm:
            y, error, scale = output
            x, rest = _fixed(ahead[-1], claim.scale, scale)
            gap = [v - (x[k] if k < len(x) else 0) for k, v in enumerate(y)]
            linear, other = abs(gap[0]), error + rest
            for k, entry in enumerate(gap[1:], start=1):
                if k < len(degrees) and degrees[k] == 1:
                    linear += abs(entry)
                else:
                    other += abs(entry)
            yield t - claim.warm, int(linear - other), int(linear + other), scale


def _fixed(sample: tuple[list[arb], arb], scale: Fraction, shift: int) -> tuple[list[fmpz], fmpz]:
    """The sample over ``scale`` as integers times 2^-shift, and what is to be added to it."""
    values, radius = sample
    with precision(max(96, shift + 32)):
        unit = 1 / ball(scale)
        balls = [value * unit for value in values]
        rest = radius * unit
        for value in balls:
            rest += value.rad()
        whole = [_floor(value.mid(), shift) for value in balls]
        return whole, _floor(rest.upper(), shift) + 1 + len(whole)


def _floor(value: arb, shift: int) -> fmpz:
    mantissa, exponent = value.man_exp()
    power = int(exponent) + shift
    return fmpz(mantissa << power if power >= 0 else mantissa >> -power)


def _claim(found: dict[str, Any]) -> _Claim:
    name = found["system"]
    if not isinstance(name, str) or name not in SYSTEMS:
        raise invalid(f"system is none of {', '.join(SYSTEMS)}: {quote(name)}")
    dimension, names, rates = SYSTEMS[name]
    parameters = fields.members(found["parameters"], names, "parameters")
    with precision(192):
        balls = [ball(rational(parameters[key], key)) for key in names]
    step, scale = rational(found["step"], "step"), rational(found["scale"], "scale")
    if step <= 0 or scale <= 0:
        raise invalid("step or scale is not positive")
    source = found["input"]
    if not isinstance(source, str) or source not in INPUTS:
        raise invalid(f"input is none of {', '.join(INPUTS)}: {quote(source)}")
    delay = _count(found["delay"], "delay", 1, MOST_DELAY)
    warm = _count(found["warm"], "warm", delay if source == "output" else 0, MOST_STEPS)
    steps = _count(found["steps"], "steps", 1, MOST_STEPS)
    box, split = found["box"], found["split"]
    if not isinstance(box, list) or len(box) != 2 * dimension:
        raise invalid(f"box is not a list of {2 * dimension} numbers")
    ends = [rational(end, "box") for end in box]
    sides = list(zip(ends[::2], ends[1::2], strict=True))
    if any(low > high for low, high in sides):
        raise invalid("box is empty")
    if not isinstance(split, list) or len(split) != dimension:
        raise invalid(f"split is not a list of {dimension} integers")
    parts = [_count(part, "split", 1, MOST_CELLS) for part in split]
    if prod(parts) > MOST_CELLS:
        raise invalid(f"split makes more than {MOST_CELLS} cells")
    return _Claim(
        Flow(rates, balls), step, scale, delay, source, warm, steps, tuple(sides), tuple(parts)
    )


def _count(value: object, where: str, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise invalid(f"{where} is not an integer from {least} to {most}: {quote(value)}")
    return value


def _frozen(declared: object, weights: dict[str, array[float]]) -> None:
    """Refuses matrices other than those whose sha256 (of their float64 bytes) is declared."""
    hashes = fields.members(declared, FROZEN, "frozen")
    for name in FROZEN:
        digest = hashes[name]
        if not isinstance(digest, str) or not _HASH.fullmatch(digest):
            raise invalid(f"frozen.{name} is not a sha256: {quote(digest)}")
        values = array("d", weights[name])
        if sys.byteorder == "big":
            values.byteswap()
        if hashlib.sha256(values.tobytes()).hexdigest() != digest:
            raise refuted(f"{name} is not the matrix of the declared sha256")
