"""P8 and P3': the optimal rates, by prescribing the kink at every location (read-out learned).

The network interpolates integer multiples Z_i of gam d^2 at the locations, |F(i d)/(gam d^2) - Z_i|
<= 1/2 up to a constant (feedback.py).  The second differences of Z are in {-2..2} and are realised
as P_i - N_i (realise.py), the first one by signs (signs.py).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from numerics.permutation.construction import (
    EVALUATION,
    SMALLEST_UNIT,
    Assembly,
    Construction,
    Sampler,
    Samples,
    checked_constant,
    checked_domain,
    checked_width,
    file_gamma,
    moment,
    sample_at,
)
from numerics.permutation.feedback import Kinks, feedback_kinks
from numerics.permutation.realise import realise
from numerics.permutation.rounding import Domain, round_up
from numerics.permutation.signs import assign, reachable
from theory.errors import AssumptionViolated

SMALLEST_WIDTH = 17


def build_kinks(sample: Sampler, n: int, domain: Domain, *, curvature: float) -> Construction:
    """P8: |f-g| <= (gam/2 + M2/8)/(n-1)^2 + rounding on the domain; 0 + rounding for affine f.

    ``curvature``: an upper bound M2 of |F''| on [0,1], F(t) = f(a + (b-a) t); 0 says that f is
    affine.  gam = max(M2, 2 s0 (n-1)/(n(n-9)-118)), s0 = |F(d)-F(0)|/d, increased by what the error
    eta of the samples demands.  O(n log n).  Raises ``AssumptionViolated`` for n < 17 or samples
    that refute ``curvature``, ``InputError`` for malformed input.  Source: note P8.
    """
    n = checked_width("P8", n, SMALLEST_WIDTH)
    domain, bend = checked_domain(domain), checked_constant("curvature", curvature)
    samples = sample_at(sample, np.arange(n), n - 1)
    if bend == 0:
        return _straight("P8", "affine", samples, domain, "f affine (M2 = 0)")
    rise = Fraction(abs(float(samples.values[1]) - float(samples.values[0]))) + 2 * samples.noise
    unit = max(bend / (n - 1) ** 2 + 4 * samples.noise, 2 * rise / (n * (n - 9) - 118))
    return _wind("P8", "curvature", samples, domain, unit, Fraction(0), "M2 >= sup |F''|")


def build_kinks_lipschitz(
    sample: Sampler, n: int, domain: Domain, *, lipschitz: float
) -> Construction:
    """P3': |f-g| <= 1.5 L/(n-1) + rounding with gam = 2 L (n-1), n >= 17.

    ``lipschitz``: an upper bound L of the Lipschitz constant of F on [0,1].  Raises as
    ``build_kinks``.  Source: note P3'.
    """
    n = checked_width("P3'", n, SMALLEST_WIDTH)
    domain, slope = checked_domain(domain), checked_constant("lipschitz", lipschitz)
    half = slope / (n - 1)
    return _rough("lipschitz", sample, n, domain, half, "L >= the Lipschitz constant of F")


def build_kinks_modulus(sample: Sampler, n: int, domain: Domain, *, modulus: float) -> Construction:
    """P3' for any continuous f: |f-g| <= 2 om(1/(n-1)) + rounding with gam = 2 om(d)/d^2, n >= 17.

    ``modulus``: an upper bound of om(d), d = 1/(n-1), om the modulus of continuity of F.  Half of
    the bound is the knot error, half the distance of F from its chord, a mean of two differences of
    values at most d apart.  Raises as ``build_kinks``.  Source: note P3'.
    """
    n = checked_width("P3'", n, SMALLEST_WIDTH)
    domain, half = checked_domain(domain), checked_constant("modulus", modulus)
    return _rough("modulus", sample, n, domain, half, "modulus >= om(1/(n-1))")


def _rough(
    variant: str, sample: Sampler, n: int, domain: Domain, half: Fraction, hypothesis: str
) -> Construction:
    """P3' with values at most ``half`` apart at neighbouring knots, unit 2 ``half``."""
    samples = sample_at(sample, np.arange(n), n - 1)
    apart = Fraction(float(np.abs(np.diff(samples.values)).max()))
    if apart > half + 2 * samples.noise:
        accepted = "a larger constant, or samples with a true error bound"
        raise AssumptionViolated("P3'", hypothesis, f"a difference {float(apart):.3g}", accepted)
    if half == 0:
        return _straight("P3'", variant, samples, domain, hypothesis)
    unit = 2 * half + 4 * samples.noise
    return _wind("P3'", variant, samples, domain, unit, half, hypothesis)


def _wind(
    theorem: str,
    variant: str,
    samples: Samples,
    domain: Domain,
    unit: Fraction,
    knot_bound: Fraction,
    hypothesis: str,
) -> Construction:
    """The network with gam d^2 >= ``unit``; its knot error is half of that, up to rounding.

    ``knot_bound`` is what the theorem's bound allows for the knot error, 0 if it allows gam d^2/2.
    """
    n = samples.values.size
    gamma, gam = file_gamma(max(unit, SMALLEST_UNIT) * (n - 1) ** 2, domain)
    unit = gam / (n - 1) ** 2
    wound = feedback_kinks((samples.values - samples.values[0]) / float(unit))
    if wound.residual > 0.5 or abs(wound.first) > reachable(n):
        accepted = "a larger constant, or samples with a true error bound"
        raise AssumptionViolated(theorem, hypothesis, f"residual {wound.residual:.3g}", accepted)
    rest = max(unit / 2 - knot_bound, Fraction(0)) if knot_bound else Fraction(0)
    return _finish(theorem, variant, samples, domain, wound, gamma, gam, samples.noise + rest)


def _straight(
    theorem: str, variant: str, samples: Samples, domain: Domain, hypothesis: str
) -> Construction:
    """Affine F: no kinks, the slope gam d T with a large T, as a small gam is rounded less."""
    n = samples.values.size
    first, last = Fraction(float(samples.values[0])), Fraction(float(samples.values[-1]))
    rise = last - first
    chord = samples.values[0] + float(rise) * (np.arange(n) / (n - 1))
    bend = Fraction(float(np.abs(samples.values - chord).max()))
    if bend > 2 * samples.eta + 8 * EVALUATION * (abs(first) + abs(last)):
        accepted = "a constant above 0, or samples with a true error bound"
        raise AssumptionViolated(theorem, hypothesis, f"a bend of {float(bend):.3g}", accepted)
    slope = (1 if rise >= 0 else -1) * (reachable(n) - 1)
    gamma, gam = file_gamma(rise * (n - 1) / slope, domain)
    missed = abs(rise - gam * slope / (n - 1))
    wound = Kinks(np.zeros(n - 2, dtype=np.int64), slope, 0.0)
    return _finish(theorem, variant, samples, domain, wound, gamma, gam, samples.eta + missed)


def _finish(
    theorem: str,
    variant: str,
    samples: Samples,
    domain: Domain,
    wound: Kinks,
    gamma: float,
    gam: Fraction,
    rest: Fraction,
) -> Construction:
    p, q = assign(realise(wound.kinks), wound.first)
    assembly = Assembly.of(p, q, domain)
    start = Fraction(float(samples.values[0]))
    network, off = assembly.with_readout(gamma, gam, start, moment(q))
    details = {
        "first_rise": wound.first,
        "kink_sum": int(wound.kinks.sum()),
        "residual": wound.residual,
        "stored_against_ideal": round_up(off),
    }
    return Construction(theorem, variant, network, round_up(gam), round_up(rest + off), details)
