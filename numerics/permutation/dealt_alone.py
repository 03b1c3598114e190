"""P5 without read-out: the steps of P5 with gamma = 1, and the height at the left end by exchanges.

For any locations and values, and on equidistant ones where P9 needs a larger width.  Nothing is
promised but what the certifier says of the result.
"""

from __future__ import annotations

import numpy as np

from numerics.networks import Array, PermutationNetwork, Provenance
from numerics.permutation.construction import Construction, Sampler
from numerics.permutation.dealing import hinges, raise_to
from numerics.permutation.dealt_kinks import deal, prepare
from numerics.permutation.rounding import Domain
from theory.errors import AssumptionViolated

DRAWS = 8


def build_dealt_alone(
    sample: Sampler,
    locations: Array,
    initial: Array,
    domain: Domain,
    *,
    provenance: Provenance,
) -> Construction:
    """The best of a few dealings with alpha = 0 and gamma = 1/(b-a).

    As ``build_dealt_kinks``; ``AssumptionViolated`` where the locations are equal or lie outside
    the domain, since there is no constant to fall back to.
    """
    problem, unit, grid, heights, regular = prepare(sample, locations, initial, domain)
    if not regular:
        accepted = "distinct locations inside the domain are accepted"
        raise AssumptionViolated("P5", "locations in the domain", f"n = {unit.size}", accepted)
    gamma = float(1 / (domain[1] - domain[0]))
    best: PermutationNetwork | None = None
    least = np.inf
    for draw in range(DRAWS if unit.size <= 2000 else 1):
        p, q = deal(problem, 1.0, np.random.default_rng(draw))
        for height in (float(heights[0]), None):
            # The second time the whole error is centred, not the left end.
            error = hinges(unit, p, q, grid) - heights
            middle = float(error.max() + error.min()) / 2
            aim = float(q @ unit) - middle if height is None else height
            p, q = raise_to(unit, p, q, aim)
            size = float(np.abs(hinges(unit, p, q, grid) - heights).max())
            if size < least:
                least = size
                best = PermutationNetwork(
                    locations, p, q, 0.0, gamma, initial, provenance, readout=False
                )
    if best is None:
        accepted = "a target with finite values is accepted"
        raise AssumptionViolated("P5", "finite errors", f"n = {unit.size}", accepted)
    return Construction("P5", "dealt", best, 1.0, 0.0, {"measured": least})
