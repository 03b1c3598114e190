"""Width-n networks from the fitted measure, certified: sampled, apportioned, and the fit itself."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import arb

from numerics.ridgelet.maurey import Sample, apportioned, exact_mass, sampled
from numerics.ridgelet.network import RidgeNetwork
from numerics.ridgelet.quadrature import Array, Measure
from theory.errors import Undecided
from theory.ridgelet.maurey import sampling_error
from theory.rigor.balls import ball, float_up, working_precision
from theory.targets.box_target import BoxTarget
from verify.progress import Progress
from verify.results import Alternative, ConstructedFigure
from verify.ridge_error import certified_l2
from verify.sandwiches.ridgelet_request import RidgeletRequest

ATTEMPTS = 20
# the theorem of a prediction that holds with probability 1 - delta
SAMPLED = "R6"
PRECISION = 128
SECONDS = 60.0


@dataclass(frozen=True)
class Enclosed:
    """|f - g|_L2 between ``lower`` and ``upper``; ``measured`` where no enclosure was found."""

    lower: float
    upper: float
    status: str
    reason: str | None = None


@dataclass(frozen=True)
class Attempt:
    """One sample: its seed, its certified error, and whether it keeps the predicted bound."""

    seed: int
    value: float
    kept: bool


@dataclass(frozen=True)
class BuiltRidge:
    """The figure, the network behind it, the samples that were drawn, and the fitted network."""

    figure: ConstructedFigure
    network: RidgeNetwork | None
    attempts: tuple[Attempt, ...]
    fitted: RidgeNetwork
    fitted_error: Enclosed


def enclosed(network: RidgeNetwork, target: BoxTarget, measure: Measure, values: Array) -> Enclosed:
    """The certified error, or the measured one with the reason why it is not certified."""
    try:
        lower, upper = certified_l2(network, target, seconds=SECONDS)
    except Undecided as undecided:
        found = measure.norm(values - network(measure.points))
        return Enclosed(found, found, "measured", str(undecided))
    return Enclosed(lower, upper, "certified")


def construct_ridge(
    request: RidgeletRequest,
    fitted: RidgeNetwork,
    fitted_error: Enclosed,
    measure: Measure,
    values: Array,
    *,
    progress: Progress | None = None,
) -> BuiltRidge:
    """Width-n networks on the units of ``fitted``, sampled and apportioned; the better one.

    Samples use the seeds seed, seed + 1, ... until one keeps its bound, |f - g*| + S R (1 + sqrt(2
    ln(1/delta)))/sqrt(n), which holds with probability 1 - delta: sampling again after a miss is
    legitimate, and every attempt is recorded.
    """
    start = time.perf_counter()
    target = request.target
    if not np.abs(fitted.c).any():
        reason = "the fitted network is 0: there is nothing to sample"
        empty = ConstructedFigure(None, None, None, None, "certified", reason=reason)
        return BuiltRidge(empty, None, (), fitted, fitted_error)
    norms = unit_norms(fitted, target)
    chance = None
    if norms is not None:
        with working_precision(PRECISION):
            mass, largest = ball(exact_mass(fitted)), arb(max(norms))
            chance = sampling_error(mass, largest, request.width, request.delta)
    drawn, attempts = _samples(
        request, fitted, fitted_error, chance, norms, measure, values, progress
    )
    made = [drawn, _apportioned(request, fitted, fitted_error, norms, measure, values)]
    best, other = sorted(made, key=lambda entry: entry.error.upper)
    others = (_alternative(other), _itself(request, fitted, fitted_error))
    figure = ConstructedFigure(
        value=best.error.upper,
        lower_end=best.error.lower,
        predicted=best.predicted,
        theorem=best.theorem,
        status=best.error.status,
        alternatives=tuple(entry for entry in others if entry is not None),
        rounding=_rounding(best.sample, norms),
        mode=best.mode,
        seconds_construct=time.perf_counter() - start,
        reason=best.error.reason or best.reason,
    )
    return BuiltRidge(figure, best.sample.network, attempts, fitted, fitted_error)


@dataclass(frozen=True)
class _Made:
    """A width-n network with its error and its promise."""

    sample: Sample
    error: Enclosed
    predicted: float | None
    theorem: str
    mode: str
    reason: str | None = None


def _samples(
    request: RidgeletRequest,
    fitted: RidgeNetwork,
    fitted_error: Enclosed,
    chance: arb | None,
    norms: tuple[float, ...] | None,
    measure: Measure,
    values: Array,
    progress: Progress | None,
) -> tuple[_Made, tuple[Attempt, ...]]:
    """The first sample that keeps its bound, or the best of ``ATTEMPTS``, and all of them."""
    attempts: list[Attempt] = []
    best: _Made | None = None
    for attempt in range(ATTEMPTS):
        if progress is not None:
            progress(attempt, ATTEMPTS, f"sampling {request.width} units")
        sample = sampled(fitted, request.width, request.seed + attempt)
        error = enclosed(sample.network, request.target, measure, values)
        limit = _predicted(fitted_error, chance, _rounding(sample, norms))
        kept = limit is None or error.upper <= limit
        attempts.append(Attempt(request.seed + attempt, error.upper, kept))
        # a bound that holds with probability 1 - delta is not contradicted by a miss
        made = _Made(sample, error, limit if kept else None, SAMPLED, "sampled")
        if kept:
            best = made
            break
        if best is None or error.upper < best.error.upper:
            best = replace(made, reason=f"missed its bound in {attempt + 1} samples")
    assert best is not None
    return best, tuple(attempts)


def _alternative(made: _Made) -> Alternative:
    certified = made.error.status == "certified"
    how = f"units {made.mode} from the fitted measure"
    return Alternative(
        made.theorem,
        made.error.upper,
        made.predicted,
        made.reason or made.error.reason or how,
        made.error.lower if certified else None,
    )


def unit_norms(network: RidgeNetwork, target: BoxTarget) -> tuple[float, ...] | None:
    """Upper bounds of |sigma_j|_L2 over the box, one per unit; None where one is not enclosed."""
    zero = BoxTarget.parse("0", target.domain)
    found = []
    try:
        for a, b in zip(network.a, network.b, strict=True):
            unit = RidgeNetwork(network.activation, a[None, :], b[None], np.ones(1))
            found.append(certified_l2(unit, zero, seconds=SECONDS)[1])
    except Undecided:
        return None
    return tuple(found)


def _rounding(sample: Sample, norms: tuple[float, ...] | None) -> float | None:
    """n |S/n - weight| R: what storing the weights as float64 may cost."""
    if norms is None:
        return None
    width = int(sample.counts.sum())
    loss = sample.mass - width * Fraction(sample.weight)
    return float_up(ball(abs(loss)) * arb(max(norms)))


def _predicted(fitted: Enclosed, chance: arb | None, rounding: float | None) -> float | None:
    if chance is None or rounding is None or fitted.status != "certified":
        return None
    with working_precision(PRECISION):
        return float_up(arb(fitted.upper) + chance + arb(rounding))


def _apportioned(
    request: RidgeletRequest,
    fitted: RidgeNetwork,
    fitted_error: Enclosed,
    norms: tuple[float, ...] | None,
    measure: Measure,
    values: Array,
) -> _Made:
    """The deterministic variant with its own bound, sum_j |n_j w - |c_j|| |sigma_j| further."""
    sample = apportioned(fitted, request.width)
    error = enclosed(sample.network, request.target, measure, values)
    limit = None
    if norms is not None and fitted_error.status == "certified":
        with working_precision(PRECISION):
            total = arb(fitted_error.upper)
            shares = zip(sample.counts.tolist(), np.abs(fitted.c).tolist(), norms, strict=True)
            for count, c, norm in shares:
                gap = abs(count * Fraction(sample.weight) - Fraction(c))
                total = total + ball(gap) * arb(norm)
            limit = float_up(total)
    return _Made(sample, error, limit, "R6 (apportioned)", "apportioned")


def _itself(request: RidgeletRequest, fitted: RidgeNetwork, error: Enclosed) -> Alternative | None:
    """The fitted network, where its units are not more than the width."""
    if fitted.width > request.width:
        return None
    units = "1 unit" if fitted.width == 1 else f"{fitted.width} units"
    reason = f"the fitted network itself, {units} with weights of their own"
    return Alternative("R4 fit", error.upper, None, reason, error.lower)
