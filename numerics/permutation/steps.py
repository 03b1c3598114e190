"""P3: steps with read-out.  Quads of consecutive locations as steps of height H = 4 L/(n-1).

Between the quads, at t_q, the network takes levels G_q with |F(t_q) - G_q| <= H/2; the quad between
two levels is an up-step, a down-step or a constant.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from numerics.permutation.construction import (
    SMALLEST_UNIT,
    Assembly,
    Construction,
    Sampler,
    checked_constant,
    checked_domain,
    checked_width,
    file_gamma,
    moment,
    sample_at,
)
from numerics.permutation.feedback import feedback_steps
from numerics.permutation.quads import LEFTOVERS, constant_signs, quads
from numerics.permutation.rounding import Domain, round_up
from theory.errors import AssumptionViolated

SMALLEST_WIDTH = 4


def build_steps(sample: Sampler, n: int, domain: Domain, *, lipschitz: float) -> Construction:
    """P3: |f-g| <= 4 L/(n-1) + rounding on the domain, n >= 4; O(n).

    ``lipschitz``: an upper bound L of the Lipschitz constant of F on [0,1], F(t) = f(a + (b-a) t).
    Raises ``AssumptionViolated`` for n < 4 or samples that refute L, ``InputError`` for malformed
    input.  Source: note P3.
    """
    n = checked_width("P3", n, SMALLEST_WIDTH)
    height = 4 * checked_constant("lipschitz", lipschitz) / (n - 1)
    hypothesis = "L >= the Lipschitz constant of F"
    return _build("lipschitz", sample, n, domain, height, Fraction(1), hypothesis)


def build_steps_modulus(sample: Sampler, n: int, domain: Domain, *, modulus: float) -> Construction:
    """P3 for any continuous f: |f-g| <= 1.5 om(4/(n-1)) + rounding on the domain, n >= 4; O(n).

    ``modulus``: an upper bound of om(min(4/(n-1), 1)), om the modulus of continuity of F.  Raises
    as ``build_steps``.  Source: note P3.
    """
    n = checked_width("P3", n, SMALLEST_WIDTH)
    height = checked_constant("modulus", modulus)
    hypothesis = "modulus >= om(4/(n-1))"
    return _build("modulus", sample, n, domain, height, Fraction(3, 2), hypothesis)


def _build(
    variant: str,
    sample: Sampler,
    n: int,
    domain: Domain,
    height: Fraction,
    factor: Fraction,
    hypothesis: str,
) -> Construction:
    """P3 with |F(t_{q+1}) - F(t_q)| <= ``height`` and the bound ``factor`` ``height``."""
    domain = checked_domain(domain)
    count, left_over = divmod(n, 4)
    # The gap before quad q is centred at t_q = (l + 4q - 1/2) d, the last one beyond the domain.
    gaps = 2 * (left_over + 4 * np.arange(count + 1)) - 1
    samples = sample_at(sample, gaps, 2 * (n - 1))
    gamma, gam, raised = 0.0, Fraction(0), height
    steps, residual = np.zeros(count, dtype=np.int64), 0.0
    if height > 0:
        wanted = max(height + 2 * samples.noise, SMALLEST_UNIT)
        gamma, gam = file_gamma(wanted * (n - 1) ** 2 / 8, domain)
        raised = 8 * gam / (n - 1) ** 2
        wound = feedback_steps((samples.values - samples.values[0]) / float(raised))
        steps, residual = wound.steps, wound.residual
    spread = Fraction(float(np.abs(samples.values - samples.values[0]).max()))
    if residual > 0.5 or (height == 0 and spread > 2 * samples.eta):
        accepted = "a larger constant, or samples with a true error bound"
        raise AssumptionViolated("P3", hypothesis, f"residual {residual:.3g}", accepted)

    right = steps.copy()
    flat = steps == 0
    right[flat] = constant_signs(int(flat.sum()), int(flat.sum()) % 2)
    left = np.where(flat, right, -right)
    leftover = LEFTOVERS[left_over]
    p, q = quads(left_over + np.arange(4 * count).reshape(count, 4), left, right)
    p, q = np.concatenate([leftover.p, p.ravel()]), np.concatenate([leftover.q, q.ravel()])
    # The level left of the first quad is F(t_0).
    units = moment(q) + leftover.beyond - leftover.at_zero
    assembly = Assembly.of(p, q, domain)
    network, off = assembly.with_readout(gamma, gam, Fraction(float(samples.values[0])), units)
    rest = samples.noise + factor * (raised - height)
    details = {
        "steps": int(np.abs(steps).sum()),
        "residual": residual,
        "stored_against_ideal": round_up(off),
    }
    return Construction("P3", variant, network, round_up(gam), round_up(rest + off), details)
