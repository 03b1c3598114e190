"""The construction B2 for a request: carried out, predicted by B2a, certified."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.bias.construction import BiasConstruction, build_biases
from numerics.bias.kink_mass import sufficient_width
from theory.bias.bins import describe, draw_bins
from theory.rigor.balls import float_up
from theory.targets.enclosures import Profile
from verify.certify.sup import SMALLEST_GAP, SupError, certify_sup
from verify.progress import Progress
from verify.results import Alternative, ConstructedFigure
from verify.sandwich.bias_request import LARGEST_WIDTH, BiasRequest


@dataclass(frozen=True)
class BuiltBias:
    """A construction with the certified error of its stored network."""

    construction: BiasConstruction
    error: SupError
    seconds: float


def construct_biases(
    request: BiasRequest,
    profile: Profile,
    *,
    units_per_knot: int = 2,
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
        reason=_shortage(made, request, profile),
    )
    return figure, BuiltBias(made, error, seconds)


def _shortage(made: BiasConstruction, request: BiasRequest, profile: Profile) -> str | None:
    """Why the error is larger than the rate, and which width would do, in words."""
    short = made.shortage
    if short is None:
        return None
    text = f"the kink budget of these weights is short ({short})"
    if not profile.slope.available:
        return f"{text}; f' is not shown to be bounded, and no width follows it where it is not"
    if request.draw is None:
        return text
    enough = sufficient_width(request.target, request.draw, request.width, LARGEST_WIDTH)
    if enough is None:
        return f"{text}; a width of {LARGEST_WIDTH} does not hold enough either"
    return f"{text}; with this range and seed a width of about {enough} holds enough"


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
