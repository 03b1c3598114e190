"""P4: steps without read-out, gam = 1 and alpha = 0.

A step of four consecutive locations is too low for gam = 1, so blocks of 4k locations are taken
apart into k interleaved quads {i, i+k, i+2k, i+3k}, each a step or a constant of height
J = 8 k^2/(n-1)^2.  The constants not needed as steps set the level at the left end.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from numerics.permutation.construction import (
    EVALUATION,
    Assembly,
    Construction,
    Sampler,
    checked_constant,
    checked_domain,
    checked_width,
    sample_at,
    to_float,
)
from numerics.permutation.feedback import Integers, feedback_steps
from numerics.permutation.quads import LEFTOVERS, constant_signs, quads
from numerics.permutation.realise import SelfCheckFailed
from numerics.permutation.rounding import Domain, round_up
from theory.errors import AssumptionViolated

SMALLEST_WIDTH = 4
HYPOTHESIS = (
    "there is k <= n/4 with 2 k^2/(n-1) >= L and "
    "8 k^2/(n-1)^2 (floor(n/(4k)) (k-1) - 2) >= TV + |f(a)+f(b)|"
)


def build_pseudo_copies(
    sample: Sampler, n: int, domain: Domain, *, lipschitz: float, variation: float
) -> Construction:
    """P4: |f-g| <= 8 k^2 d^2 + 4 L k d + 7 d^2 + rounding, d = 1/(n-1), no read-out; O(n).

    ``lipschitz``, ``variation``: upper bounds of the Lipschitz constant and of the total variation
    of F on [0,1], F(t) = f(a + (b-a) t).  ``details["k"]`` is k, the smallest that satisfies the
    hypothesis.  Raises ``AssumptionViolated`` where there is none or samples refute the constants,
    ``InputError`` for malformed input.  Source: note P4.
    """
    n = checked_width("P4", n, SMALLEST_WIDTH)
    domain = checked_domain(domain)
    slope = checked_constant("lipschitz", lipschitz)
    ends = sample_at(sample, np.array([0, 1]), 1)
    travel = checked_constant("variation", variation)
    travel += abs(Fraction(float(ends.values[0])) + Fraction(float(ends.values[1]))) + 2 * ends.eta
    copies = smallest_copies(n, slope, travel)

    blocks, spare = divmod(n, 4 * copies)
    leftover = LEFTOVERS[n % 4]
    fillers = constant_signs(spare // 4, spare // 4 % 2)
    offset = 4 * int(fillers.sum()) + leftover.beyond  # all that is left over, in units d^2
    gaps = 2 * (spare + 4 * copies * np.arange(blocks + 1)) - 1
    samples = sample_at(sample, gaps, 2 * (n - 1))
    # Levels in units of J; their lattice holds the halves of the integers of the quads' parity.
    unit = Fraction(8 * copies**2, (n - 1) ** 2)
    levels = (samples.values - float(Fraction(offset, (n - 1) ** 2))) / float(unit)
    parity = blocks * copies % 2
    start = 2 * round((2 * float(levels[0]) - parity) / 2) + parity
    wound = feedback_steps(levels, start / 2, copies)
    residual = max(wound.residual, abs(float(levels[0]) - start / 2))
    left, right = _signs(wound.steps, copies, start)

    first = np.arange(copies)[None, :, None] + copies * np.arange(4)[None, None, :]
    block_quads = spare + 4 * copies * np.arange(blocks)[:, None, None] + first
    spare_quads = n % 4 + np.arange(spare // 4 * 4).reshape(-1, 4)
    places = np.concatenate([spare_quads, block_quads.reshape(-1, 4)])
    p, q = quads(places, np.concatenate([fillers, left]), np.concatenate([fillers, right]))
    numerators = np.zeros((2, n), dtype=np.int64)
    for row, quarter, rest in ((0, p, leftover.p), (1, q, leftover.q)):
        numerators[row, : rest.size] = rest
        numerators[row, places.ravel()] = quarter.ravel()

    assembly = Assembly.of(numerators[0], numerators[1], domain)
    length = domain[1] - domain[0]
    gamma = to_float("gamma", 1 / length)
    gam = Fraction(gamma) * length
    network = assembly.network(0.0, gamma, readout=False)
    heights = start / 2 + np.concatenate([[0], wound.steps.cumsum()])
    top = Fraction(float(np.abs(heights).max())) * unit + Fraction(abs(offset) + 3, (n - 1) ** 2)
    off = assembly.drift.sup(gam) + abs(gam - 1) * top
    # The levels come from two subtractions and divisions of floats of at most this size.
    size = Fraction(float(np.abs(samples.values).max())) + Fraction(abs(offset), (n - 1) ** 2)
    excess = max(Fraction(residual) - Fraction(1, 2), Fraction(0)) * unit
    noise = samples.eta + 2 * EVALUATION * size
    if excess > 2 * (blocks + 1) * noise:
        accepted = "a larger constant, or samples with a true error bound"
        hypothesis = "L >= the Lipschitz constant of F"
        raise AssumptionViolated("P4", hypothesis, f"residual {residual:.3g}", accepted)
    details = {
        "k": copies,
        "steps": int(np.abs(wound.steps).sum()),
        "residual": residual,
        "stored_against_ideal": round_up(off),
    }
    rounding = round_up(noise + excess + off)
    return Construction("P4", "lipschitz", network, 1.0, rounding, details)


def smallest_copies(n: int, lipschitz: Fraction, travel: Fraction) -> int:
    """The smallest k with 2 k^2 d >= L and 8 k^2 d^2 (floor(n/(4k)) (k-1) - 2) >= ``travel``.

    ``travel`` is TV + |f(a)+f(b)|.  Raises ``AssumptionViolated`` if there is none.
    """
    copies = np.arange(1, n // 4 + 1)
    # Both sides are integers below n^3, the right-hand ones rounded up exactly.
    steep = 2 * copies**2 >= _ceiling(lipschitz * (n - 1))
    enough = 8 * copies**2 * (n // (4 * copies) * (copies - 1) - 2) >= _ceiling(
        travel * (n - 1) ** 2
    )
    found = np.flatnonzero(steep & enough)
    if not found.size:
        accepted = "a larger width, a flatter target, or a read-out (P3, P8)"
        raise AssumptionViolated("P4", HYPOTHESIS, f"n = {n}", accepted)
    return int(copies[found[0]])


def _ceiling(value: Fraction) -> int:
    """The smallest integer >= ``value``, capped where 64-bit comparisons are false anyway."""
    return min(-(-value.numerator // value.denominator), 2**63 - 1)


def _signs(steps: Integers, copies: int, start: int) -> tuple[Integers, Integers]:
    """Signs (left, right), each (blocks * copies,): |steps_q| step quads in block q, evenly spread.

    The other quads are constants that make the sum of all left signs ``start``.
    """
    used = np.abs(steps)[:, None]
    order = np.arange(copies)[None, :]
    stepping = (order + 1) * used // copies > order * used // copies
    right = np.where(stepping, np.sign(steps)[:, None], 0)
    flat = ~stepping
    count, total = int(flat.sum()), start + int(steps.sum())
    if abs(total) > count:
        raise SelfCheckFailed(f"P4: {count} constant quads cannot carry the level {total}")
    right[flat] = constant_signs(count, total)
    left = np.where(flat, right, -right)
    return left.ravel(), right.ravel()
