"""Tests of claims about probabilities: a false alarm less than once in ten million runs each.

Seeds are fixed, so a run repeats itself; the level is what a change of seed, or of the stream, may
cost.  A claim is *refuted* where the counts seen would have probability below ``FALSE_ALARM`` were
it true: a true claim is then refuted with at most that probability, and a suite with ten such tests
stays below 1e-6.
"""

from __future__ import annotations

from scipy.stats import binom

FALSE_ALARM = 1e-7
# Standard deviations of a normal law beyond which, on both sides together, lies 2e-8.
SIGMAS = 5.6


def refutes_at_least(hits: int, trials: int, promised: float) -> bool:
    """Whether so few hits refute that their probability is at least ``promised``."""
    return bool(binom.cdf(hits, trials, promised) < FALSE_ALARM)


def refutes_at_most(hits: int, trials: int, allowed: float) -> bool:
    """Whether so many hits refute that their probability is at most ``allowed``."""
    return bool(binom.sf(hits - 1, trials, allowed) < FALSE_ALARM)
