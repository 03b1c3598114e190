"""B1 on the line: an explicit network with bounded parameters that B1 can match, and its width.

f on [a, b] with |f''| <= M2 is interpolated on N pieces of length h, M2 h^2/8 <= eps/2.  The kink
s_k - s_{k-1} at t (s_k the chord slopes) is made by units with w = gamma/max(1, |t|), beta = -w t,
and |c| <= gamma, each at most gamma^2/max(1, |t|); f(a) by constant units gamma relu(gamma); so

    m0 = ceil(|f(a)|/gamma^2) + ceil(|s_0| max(1,|a|)/gamma^2)
         + sum_k ceil(|s_k - s_{k-1}| max(1,|t_k|)/gamma^2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from theory.bias.matching import largest_eta, matching_error, matching_units
from theory.errors import AssumptionViolated, InputError
from theory.rigor.balls import ball, float_down, float_up, working_precision
from theory.rigor.numbers import exact_text
from theory.targets.enclosures import Profile
from theory.targets.target import Target

Array = NDArray[np.float64]

PRECISION = 128
# Beyond this many pieces the kinks are bounded by the variation of f' instead of one by one.
MOST_PIECES = 50_000
# Parts of R tried for gamma.
STEPS = 32
# Quotients this close to an integer are rounded up exactly.
CLOSE = 2.0**-40
LARGEST_QUOTIENT = 2.0**40
# Part of eps/2 kept for the rounding of a stored network.
KEPT = Fraction(1, 2**20)


@dataclass(frozen=True)
class Interpolant:
    """The interpolant of f at N + 1 equidistant points: upper ends of its kinks, in user units.

    ``knots`` (N,): left ends of the pieces, ``reach`` max(1, |t|) there; ``turns`` (N,): the
    slope s_0, then the kinks; ``first`` is f(a).  Beyond ``MOST_PIECES`` pieces only s_0
    is listed, and the kinks are bounded together by ``variation`` = M2 (b-a).
    """

    target: Target
    pieces: int
    error: Fraction
    first: float
    first_up: float
    knots: Array
    reach: Array
    turns: Array
    turns_up: Array
    variation: float

    def units(self, gamma: Fraction) -> int:
        """m0, rounded up; an upper bound where there are more than ``MOST_PIECES`` pieces."""
        constant, counts = self._counts(gamma)
        total = constant + int(counts.sum())
        if self.pieces > len(self.knots):
            far = max(Fraction(1), abs(self.target.low), abs(self.target.high))
            total += self.pieces - 1 + math.ceil(Fraction(self.variation) * far / gamma**2)
        return max(1, total)

    def _counts(self, gamma: Fraction) -> tuple[int, NDArray[np.int64]]:
        """Units for f(a), and for each turn: ceilings of quotients, exact where they are close."""
        square = gamma * gamma
        size = self.turns_up * self.reach
        if max(size.max(), self.first_up) > LARGEST_QUOTIENT * float_down(square):
            accepted = "a larger gamma is accepted"
            raise InputError("--gamma", exact_text(gamma), "asks for too many units:", accepted)
        quotients = size / float(square)
        counts = np.ceil(quotients).astype(np.int64)
        near = np.abs(quotients - np.rint(quotients)) <= CLOSE * np.maximum(1.0, quotients)
        for index in np.flatnonzero(near).tolist():
            exact = Fraction(self.turns_up[index]) * Fraction(self.reach[index]) / square
            counts[index] = math.ceil(exact)
        return math.ceil(Fraction(self.first_up) / square), counts

    def network(self, gamma: Fraction) -> tuple[Array, Array, Array]:
        """(W, b, C) of the m0 units, every entry at most gamma in absolute value.

        Raises InputError where the kinks are only bounded together.
        """
        if self.pieces > len(self.knots):
            accepted = f"at most {MOST_PIECES} pieces: a larger eps is accepted"
            raise InputError("--eps", self.pieces, "asks for a network of pieces:", accepted)
        limit = float_down(gamma)
        constant, counts = self._counts(gamma)
        weights = np.where(self.reach > 1, np.nextafter(limit / self.reach, 0.0), limit)
        shares = self.turns / (np.maximum(counts, 1) * weights)
        W = np.concatenate([np.zeros(constant), np.repeat(weights, counts)])
        b = np.concatenate([np.full(constant, limit), np.repeat(-weights * self.knots, counts)])
        each = self.first / (max(constant, 1) * limit)
        C = np.concatenate([np.full(constant, each), np.repeat(shares, counts)])
        if not W.size:
            W, b, C = np.zeros(1), np.zeros(1), np.zeros(1)
        return W, b, np.clip(C, -limit, limit)


@dataclass(frozen=True)
class MatchingWidth:
    """B1 for a target: width n (exact), log10 n as (lower, upper), and what it is made of.

    ``explain`` is the chain of inequalities, one line each.
    """

    width: int
    log10_width: tuple[float, float]
    m0: int
    eta: float
    gamma: Fraction
    pieces: int
    interpolation: Fraction
    matching: Fraction
    explain: tuple[str, ...]
    interpolant: Interpolant


def matching_width(
    target: Target,
    eps: Fraction,
    delta: Fraction,
    weight_range: Fraction,
    gamma: Fraction | None = None,
) -> MatchingWidth:
    """B1: with n random frozen units biases alone reach |f - g| <= eps, probability 1 - delta.

    W and C uniform on [-R, R], R = ``weight_range``; ``gamma`` (default: the best of 31 parts of R)
    bounds the parameters of the interpolant.  Half of eps goes to interpolation, half to matching,
    and eta is as large as that allows.  Raises InputError for eps or delta outside (0, 1), R <= 0,
    gamma outside (0, R), and AssumptionViolated where f'' is not shown to be bounded.
    """
    for name, value in (("--eps", eps), ("--delta", delta)):
        if not 0 < value < 1:
            raise InputError(name, value, "out of range:", "a number between 0 and 1 is accepted")
    if weight_range <= 0:
        raise InputError("--weight-range", weight_range, "not positive:", "R > 0 is accepted")
    if gamma is not None and not 0 < gamma < weight_range:
        accepted = f"0 < gamma < R = {exact_text(weight_range)} is accepted"
        raise InputError("--gamma", exact_text(gamma), "out of range:", accepted)
    shape = interpolant(target, eps / 2)
    tried = (
        [gamma]
        if gamma is not None
        else [weight_range * Fraction(k, STEPS) for k in range(1, STEPS)]
    )
    return min(
        (_with_gamma(shape, eps, delta, weight_range, part) for part in tried),
        key=lambda found: found.width,
    )


def interpolant(target: Target, share: Fraction) -> Interpolant:
    """The coarsest equidistant interpolant of f shown to be within ``share`` of it."""
    profile = Profile(target)
    _ = profile.sup
    bend = profile.curvature
    if not bend.available:
        accepted = "a target with a bounded second derivative is accepted"
        raise AssumptionViolated("B1", f"f'' is bounded ({bend.reason})", target.text, accepted)
    curvature = Fraction(bend.upper)
    # the least N with M2 <= 8 share N^2, in units of the domain
    need = math.ceil(curvature / (8 * share))
    pieces = max(1, math.isqrt(max(need - 1, 0)) + 1)
    listed = pieces if pieces <= MOST_PIECES else 1
    with working_precision(PRECISION):
        step = target.length / pieces
        ends = [target.low + k * step for k in range(listed + 1)]
        heights = [target.value(x) for x in ends]
        slopes = [(high - low) / ball(step) for low, high in pairwise(heights)]
        turns = [slopes[0], *(new - old for old, new in pairwise(slopes))]
        return Interpolant(
            target=target,
            pieces=pieces,
            error=curvature / (8 * pieces**2),
            first=float(heights[0].mid()),
            first_up=float_up(abs(heights[0])),
            knots=np.array([float(x) for x in ends[:-1]]),
            reach=np.array([max(1.0, float_up(abs(x))) for x in ends[:-1]]),
            turns=np.array([float(turn.mid()) for turn in turns]),
            turns_up=np.array([float_up(abs(turn)) for turn in turns]),
            variation=float_up(curvature / target.length),
        )


def _with_gamma(
    shape: Interpolant, eps: Fraction, delta: Fraction, R: Fraction, gamma: Fraction
) -> MatchingWidth:
    target = shape.target
    reach = max(abs(target.low), abs(target.high))
    m0 = shape.units(gamma)
    share = eps / 2 * (1 - KEPT)
    eta = largest_eta(m0, share, gamma=gamma, weight_range=R, reach=reach)
    found = matching_units(m0, eta, delta, R)
    matching = matching_error(m0, eta, gamma, reach)
    low, high = found.log10_width
    lines = (
        f"N = {shape.pieces} pieces: |f - N1| <= M2 h^2/8 <= {_up(shape.error)} <= eps/2",
        f"m0 = {m0} units with parameters in [-{exact_text(gamma)}, {exact_text(gamma)}] make N1",
        f"X1 = max|x| = {exact_text(reach)}, eta = {_down(eta)} <= R - gamma = "
        f"{exact_text(R - gamma)}",
        f"m0 eta (2 gamma X1 + gamma + eta X1) <= {_up(matching)} <= eps/2 = {exact_text(eps / 2)}",
        f"a unit lies within eta of its partner with probability p = (eta/R)^2 >= "
        f"{_down((eta / R) ** 2)}",
        f"n = m0 ceil(ln(m0/delta)/-ln(1-p)), delta = {exact_text(delta)}: log10 n in "
        f"[{low:.12g}, {high:.12g}]",
    )
    return MatchingWidth(
        found.width,
        found.log10_width,
        m0,
        float(eta),
        gamma,
        shape.pieces,
        shape.error,
        matching,
        lines,
        shape,
    )


def _up(value: Fraction) -> str:
    return f"{float_up(value) * (1 + 1e-6):.6g}"


def _down(value: Fraction) -> str:
    return f"{float_down(value) * (1 - 1e-6):.6g}"
