"""The certified sup-norm error of a one-hidden-layer relu network against a target (C3)."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Literal

from numerics.networks import Network
from theory.errors import InputError
from theory.targets.cells import inner_ends
from theory.targets.target import Target
from verify.certify.exact import ExactNodes, exact_nodes
from verify.certify.fast import FastNodes, fast_nodes
from verify.certify.pieces import Found, refine
from verify.progress import Progress

Mode = Literal["auto", "exact", "fast"]

PRECISIONS = (96, 192)
# Below this width the exact mode is as quick as setting up the fast one.
FAST_WIDTH = 1000
# Below this float64 cannot tell the two ends apart.
SMALLEST_GAP = 1e-13


@dataclass(frozen=True)
class SupError:
    """lower <= sup over the domain of |f - g| <= upper, both proved and rounded outwards.

    |f - g| >= ``lower`` at the float64 point ``where``.  ``gap`` = (upper - lower)/upper as
    reached.  ``pieces``: affine pieces cut at the cells of f''; ``bisections``: how often one was
    split; ``rounding_budget``: the proved bound of all rounding of e = f - g, contained in both
    ends; ``mode``: "exact" or "fast".
    """

    upper: float
    lower: float
    where: float
    mode: str
    gap: float
    pieces: int
    bisections: int
    rounding_budget: float
    seconds: float


def certify_sup(
    network: Network,
    target: Target,
    *,
    mode: Mode = "auto",
    gap: float = 1e-6,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> SupError:
    """Enclose sup |f - g| over the target's domain; the network's floats are exact dyadics.

    Splits pieces until upper - lower <= ``gap`` upper, or until ``seconds`` have passed; every knot
    is evaluated in any case, and what is returned is rigorous either way.  ``auto`` computes the
    rounding budget of float64 arithmetic first and uses it where it leaves the gap alone.
    ``progress(done, total, stage)`` is called now and then.  Raises InputError where f is not shown
    to be finite, and on a gap outside [1e-13, 1).  Source: note C3.
    """
    started = time.monotonic()
    deadline = math.inf if seconds is None else started + seconds
    if not SMALLEST_GAP <= gap < 1:
        raise InputError("gap", gap, "out of range:", f"{SMALLEST_GAP:g} <= gap < 1 is accepted")
    if mode not in ("auto", "exact", "fast"):
        raise InputError("mode", mode, "unknown:", "auto, exact or fast is accepted")
    inner_ends(target)
    best: SupError | None = None
    if mode == "fast" or (mode == "auto" and network.width >= FAST_WIDTH):
        nodes = fast_nodes(network, target, gap if mode == "auto" else math.inf)
        if nodes is not None:
            best = _enclose(nodes, "fast", gap, started, deadline, progress)
            if mode == "fast" or best.gap <= gap or time.monotonic() > deadline:
                return best
        elif mode == "fast":
            accepted = "finite sums of weights in float64, or mode exact, are accepted"
            raise InputError("mode", mode, "cannot bound the rounding in", accepted)
    for precision in PRECISIONS:
        last = precision == PRECISIONS[-1]
        exact = exact_nodes(network, target, gap, precision, progress, optional=not last)
        if exact is None:
            continue
        found = _enclose(exact, "exact", gap, started, deadline, progress)
        best = found if best is None else min(best, found, key=lambda result: result.gap)
        if best.gap <= gap or time.monotonic() > deadline or best.rounding_budget == 0:
            break
    assert best is not None
    return best


def _enclose(
    nodes: ExactNodes | FastNodes,
    mode: str,
    gap: float,
    started: float,
    deadline: float,
    progress: Progress | None,
) -> SupError:
    """Refine, and turn the outcome into numbers that are safe in their direction."""
    found: Found = refine(nodes, gap, deadline, progress)
    where, size = nodes.attained(found.where)
    budget = nodes.delta
    upper = _up(found.ceiling + budget)
    lower = max(0.0, _down(size - budget))
    return SupError(
        upper=upper,
        lower=lower,
        where=where,
        mode=mode,
        gap=(upper - lower) / upper if upper > 0 else 0.0,
        pieces=len(nodes.owner),
        bisections=found.splits,
        rounding_budget=budget,
        seconds=time.monotonic() - started,
    )


def _up(value: float) -> float:
    """A rounded sum, rounded up (0 is exact)."""
    return math.nextafter(value, math.inf) if value else 0.0


def _down(value: float) -> float:
    return math.nextafter(value, -math.inf) if value else 0.0
