"""The construction B2 for a request: carried out, predicted by B2a, certified."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.bias.construction import build_biases
from numerics.bias.kink_mass import sufficient_width
from numerics.bias.reports import BiasConstruction
from theory.bias.bins import describe, draw_bins
from theory.rigor.balls import float_up
from theory.targets.enclosures import Profile
from verify.certify.sup import SMALLEST_GAP, SupError, certify_sup
from verify.progress import Progress
from verify.results import Alternative, ConstructedFigure
from verify.sandwiches.bias_request import SEARCHED_WIDTH, BiasRequest

# Widths below this part of the one that surely holds enough kink are not tried.
BELOW_ENOUGH = 0.5
QUICK_WIDTH = 1200
FINE_GROWTH, ROUGH_GROWTH = 1.1, 1.5


@dataclass(frozen=True)
class BuiltBias:
    """A construction with the certified error of its stored network.

    ``least``: where the construction does not follow the target, about the smallest width that does
    with the same range and seed, if there is one.
    """

    construction: BiasConstruction
    error: SupError
    seconds: float
    least: int | None = None


def construct_biases(
    request: BiasRequest,
    profile: Profile,
    *,
    units_per_knot: int | None = None,
    gap: float = 1e-6,
    progress: Progress | None = None,
) -> tuple[ConstructedFigure, BuiltBias]:
    """Biases for the request's frozen weights, with a certified error.

    ``predicted`` is the bound of B2a for the mismatches of this very sweep, plus rounding; whether
    B2b proves a rate for the draw, or which bin is short, is among the alternatives.  A draw
    without enough kink still gives a network; ``reason`` says what is missing.
    """
    W, C = request.weights
    if progress is not None:
        progress(0, 1, "constructing B2")
    start = time.perf_counter()
    made = build_biases(request.target, W, C, draw=request.draw, units_per_knot=units_per_knot)
    seconds = time.perf_counter() - start
    least = None if made.followed else smallest_width(request, profile)
    network, limit = made.network.relu(), made.prediction.value
    error = certify_sup(network, request.target, gap=gap, progress=progress)
    if error.lower <= limit < error.upper:
        # a sharp bound: the enclosure must be tighter than the distance to it
        error = certify_sup(network, request.target, mode="exact", gap=SMALLEST_GAP)
    figure = ConstructedFigure(
        value=error.upper,
        lower_end=error.lower,
        predicted=limit if np.isfinite(limit) else None,
        theorem="B2a",
        status="certified",
        alternatives=(guaranteed(request, profile),),
        rounding=made.prediction.rounding,
        mode=error.mode,
        seconds_construct=seconds,
        seconds_certify=error.seconds,
        reason=_too_small(made, request, profile, least),
    )
    return figure, BuiltBias(made, error, seconds, least)


def _too_small(
    made: BiasConstruction, request: BiasRequest, profile: Profile, least: int | None
) -> str | None:
    """Why the error is larger than the rate, and which width would do, in words."""
    short = made.shortage
    if short is None and made.followed:
        return None
    if short is None:
        text = f"{request.width} units leave an error of more than a tenth of max f - min f"
    else:
        text = f"the kink budget of these weights is short ({short})"
    if request.draw is None:
        return text
    if least is not None:
        return f"{text}; with this range and seed a width of about {least} works"
    if made.followed and profile.slope.available:
        holds = sufficient_width(request.target, request.draw, request.width, SEARCHED_WIDTH)
        if holds is not None:
            return f"{text}; with this range and seed a width of about {holds} holds enough"
    if not profile.slope.available:
        return f"{text}; f' is not shown to be bounded, and every width falls short somewhere"
    return f"{text}; a width of {SEARCHED_WIDTH} does not work either"


def smallest_width(request: BiasRequest, profile: Profile) -> int | None:
    """About the smallest larger width at which this range and seed follow the target, or None.

    Widths in steps of a tenth are tried out while that is quick; further up the kink that a draw
    holds decides.  Another width is another draw, so the answer is good to some ten percent.
    """
    draw, width, enough = request.draw, request.width + 1, 0
    if draw is None:
        return None
    growth = ROUGH_GROWTH
    if profile.slope.available:
        holds = sufficient_width(request.target, draw, request.width, SEARCHED_WIDTH)
        if holds is None:
            return None
        width, enough, growth = max(width, int(BELOW_ENOUGH * holds)), holds, FINE_GROWTH
    while width <= QUICK_WIDTH:
        W, C = draw.weights(width)
        made = build_biases(request.target, W[:, 0], C[0], draw=draw, units_per_knot=2)
        if made.followed:
            return width
        width = max(width + 1, round(growth * width))
    return enough if enough > request.width else None


def guaranteed(request: BiasRequest, profile: Profile) -> Alternative:
    """B2b for this draw: its bound, or the first of its hypotheses that fails."""
    if not profile.curvature.available:
        return Alternative("B2b", None, None, profile.curvature.reason)
    W, C = request.weights
    length = request.target.length
    # F(u) = f(a + (b - a) u) has the kinks c |w| (b - a): B2b speaks of the unit interval
    right = W > 0
    kinks = C[right] * np.abs(W[right]) * float(length)
    if not kinks.any():
        return Alternative("B2b", None, None, "no right-facing unit has a kink")
    largest = Fraction(float(np.abs(W).max())) * Fraction(float(np.abs(C).max()))
    if request.given is None:
        largest = Fraction(float(request.weight_range)) ** 2
    found = draw_bins(kinks.tolist(), largest * length, Fraction(profile.curvature.upper))
    if found.reason is not None:
        return Alternative("B2b", None, None, found.reason)
    reason = f"{describe(found)}; value and first slope at the left end from other units"
    return Alternative("B2b", None, float_up(found.bound), reason)
