"""P8 with half the unit: kinks in {-3..3}, error at most (3/8) M2/(n-1)^2 where it succeeds.

With gam = M2/2 second differences are at most 2 units, the feedback's kinks lie in {-3..3}, and
knots err by at most gam d^2/2 = M2 d^2/4.  Permutations with these displacements exist only for
|sum k_i| <= 2n - 4, that is |f'(1) - f'(0)| <= M2 up to O(1/n); that they always exist then, from
n = 10 on, is a conjecture (:mod:`theory.permutation.wide_displacements`), so is what is predicted.
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
from numerics.permutation.feedback import feedback_kinks
from numerics.permutation.realise import SelfCheckFailed
from numerics.permutation.rounding import Domain, round_up
from numerics.permutation.signs import assign, reachable
from numerics.permutation.wide_realise import WIDEST, realise_wide
from theory.errors import AssumptionViolated
from theory.permutation.wide_displacements import LARGEST_MILP_WIDTH, STATEMENT, most_turned

SMALLEST_WIDTH = 17


def build_kinks_wide(sample: Sampler, n: int, domain: Domain, *, curvature: float) -> Construction:
    """|f-g| <= (gam/2 + M2/8)/(n-1)^2 + rounding with gam = max(M2/2, 2 s0 (n-1)/(n(n-9)-118)).

    ``curvature``: an upper bound M2 > 0 of |F''| on [0,1].  Raises ``AssumptionViolated`` where the
    kinks turn too much (|sum k_i| > 2n - 4), where no layout or no signs are found, for n outside
    17..20000 and for samples that refute ``curvature``; ``InputError`` for malformed input.
    """
    name = STATEMENT.id
    n = checked_width(name, n, SMALLEST_WIDTH)
    if n > LARGEST_MILP_WIDTH:
        accepted = f"a width of at most {LARGEST_MILP_WIDTH}"
        raise AssumptionViolated(name, f"n <= {LARGEST_MILP_WIDTH}", n, accepted)
    domain, bend = checked_domain(domain), checked_constant("curvature", curvature)
    if bend == 0:
        raise AssumptionViolated(name, "M2 > 0", "M2 = 0", "P8 is exact for affine targets")
    samples = sample_at(sample, np.arange(n), n - 1)
    rise = Fraction(abs(float(samples.values[1]) - float(samples.values[0]))) + 2 * samples.noise
    unit = max(
        bend / (2 * (n - 1) ** 2) + 2 * samples.noise, 2 * rise / (n * (n - 9) - 118), SMALLEST_UNIT
    )
    gamma, gam = file_gamma(unit * (n - 1) ** 2, domain)
    unit = gam / (n - 1) ** 2
    wound = feedback_kinks((samples.values - samples.values[0]) / float(unit), WIDEST)
    if wound.residual > 0.5 or abs(wound.first) > reachable(n):
        accepted = "a larger constant, or samples with a true error bound"
        hypothesis = "M2 >= sup |F''|"
        raise AssumptionViolated(name, hypothesis, f"residual {wound.residual:.3g}", accepted)
    turned = abs(int(wound.kinks.sum()))
    if turned > most_turned(n):
        accepted = "a target whose slope changes by less than M2 from end to end"
        raise AssumptionViolated(name, "|sum k| <= 2n - 4", f"{turned} at n = {n}", accepted)
    pairs = realise_wide(wound.kinks)
    if pairs is None:
        accepted = "another width may have one"
        raise AssumptionViolated(name, "a layout of the kinks is found", "none", accepted)
    try:
        p, q = assign(pairs, wound.first, WIDEST)
    except SelfCheckFailed as error:
        raise AssumptionViolated(name, "signs are found", str(error), "another width") from None
    assembly = Assembly.of(p, q, domain)
    start = Fraction(float(samples.values[0]))
    network, off = assembly.with_readout(gamma, gam, start, moment(q))
    details = {
        "first_rise": wound.first,
        "kink_sum": int(wound.kinks.sum()),
        "residual": wound.residual,
        "stored_against_ideal": round_up(off),
    }
    rounding = round_up(samples.noise + off)
    return Construction(name, "curvature", network, round_up(gam), rounding, details)
