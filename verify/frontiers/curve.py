"""All points of a request, one after the other, with whatever an earlier run left behind."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from verify.frontiers import state
from verify.frontiers.fitting import Fitter, require_clarabel
from verify.frontiers.points import SECONDS, frontier_point
from verify.frontiers.request import FrontierRequest
from verify.frontiers.results import Frontier, FrontierPoint
from verify.progress import Progress


def frontier(
    request: FrontierRequest,
    *,
    out: Path | None = None,
    seconds: float = SECONDS,
    progress: Progress | None = None,
) -> Frontier:
    """Certify every point; with ``out`` files are written there and earlier points are kept.

    ``seconds`` limits each certificate; ``progress`` hears of every point.  Raises InputError for a
    target that is not finite on its domain or where the cone solver is missing.
    """
    start = time.perf_counter()
    require_clarabel()
    budgets, points = (None, {}) if out is None else state.load(out, request)
    kept = len(points)
    fitter: Fitter | None = None
    if budgets is None:
        if request.budgets is None and progress is not None:
            progress(0, 1, "choosing budgets")
        fitter = Fitter.start(request)
        budgets = request.budgets or fitter.budgets()
    for index, budget in enumerate(budgets):
        if index in points:
            continue
        if progress is not None:
            progress(len(points), len(budgets), f"budget {float(budget):.4g}")
        fitter = fitter or Fitter.start(request)
        name = f"point-{index + 1:03d}"
        points[index] = frontier_point(fitter, budget, out=out, name=name, seconds=seconds)
        if out is not None:
            state.save(out, request, budgets, points)
    ordered = tuple(points[index] for index in range(len(budgets)))
    result = Frontier(request, ordered, time.perf_counter() - start, kept, None, _notes(ordered))
    return result if out is None else _draw(result, out)


def _notes(points: tuple[FrontierPoint, ...]) -> tuple[str, ...]:
    """Why points are not certified, each reason once."""
    budgets: dict[str, list[str]] = {}
    for point in points:
        if point.reason is not None:
            budgets.setdefault(point.reason, []).append(f"{float(point.budget):.6g}")
    return tuple(
        f"budget{'s' if len(entries) > 1 else ''} {', '.join(entries)}: {reason}"
        for reason, entries in budgets.items()
    )


def _draw(result: Frontier, out: Path) -> Frontier:
    """``frontier.png``, or a note where matplotlib is not installed."""
    from verify import pictures

    if not pictures.available():
        note = "no picture: matplotlib is not installed (extra 'plots')"
        return replace(result, notes=(*result.notes, note))
    from verify.frontiers.picture import frontier_figure

    return replace(result, picture=pictures.save(frontier_figure(result), out / "frontier.png"))
