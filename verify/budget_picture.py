"""The picture of ``icebound budget``: needed budget against frequency, one curve per band.

The targets are sin(2 pi k x) on the command's first axis; horizontal lines show what float32 and
float64 can carry at that accuracy, an estimate (:func:`verify.budget.largest_log10`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from theory.ridgelet.degree import Norm, needed_budget
from theory.rigor.numbers import exact_text
from theory.targets.box_target import BoxTarget, Interval
from verify.budget import ROUNDOFF, BudgetPoint, largest_log10

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FREQUENCIES = (1, 2, 3, 4, 6, 8)
COLOURS = ("#0072B2", "#D55E00", "#009E73")
Curves = Mapping[Fraction, Sequence[tuple[int, float]]]


def frequency_curves(
    name: str, side: Interval, bands: Sequence[Fraction], eps: Fraction, norm: Norm
) -> dict[Fraction, list[tuple[int, float]]]:
    """For every band the pairs (k, log10 of the budget that sin(2 pi k x) needs for ``eps``)."""
    curves: dict[Fraction, list[tuple[int, float]]] = {}
    for band in bands:
        curves[band] = []
        for k in FREQUENCIES:
            wave = BoxTarget.parse(f"sin({2 * k}*pi*x)", (side,))
            log10 = needed_budget(wave, name, band, eps, norm).log10
            if log10 is not None:
                curves[band].append((k, log10))
    return curves


def draw(
    target: BoxTarget,
    name: str,
    band: Fraction,
    points: Sequence[BudgetPoint],
    curves: Curves,
    eps: Fraction,
) -> Figure:
    """Two panels: budget against accuracy for the target, and against frequency and band."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    known = [(float(p.eps), p.needed.log10) for p in points if p.needed.log10 is not None]
    if known:
        label = f"needed by {target.text}, certified"
        left.plot(*zip(*sorted(known), strict=True), "o-", color="black", ms=4, label=label)
    left.set_xscale("log")
    ends = sorted(point.eps for point in points)
    spread = [ends[0] / 2, ends[-1] * 2]
    for kind, style in zip(ROUNDOFF, ("--", ":"), strict=True):
        limit = [largest_log10(e, kind) for e in spread]
        label = f"{kind} carries less (estimate)"
        left.plot([float(e) for e in spread], limit, style, color="#CC79A7", label=label)
        right.axhline(largest_log10(eps, kind), ls=style, color="#CC79A7", label=label)
    left.set_xlabel("error eps")
    left.set_ylabel("log10 of the l1 norm of the output weights")
    left.set_title(f"{name} units, hidden weights up to {exact_text(band)}, any width")
    for colour, (width, curve) in zip(COLOURS, curves.items(), strict=False):
        if curve:
            label = f"hidden weights up to {exact_text(width)}"
            right.plot(*zip(*curve, strict=True), "o-", color=colour, ms=4, label=label)
    right.set_xlabel("frequency k of sin(2 pi k x)")
    right.set_title(f"error {float(eps):.3g}: certified lower bounds")
    for axes in (left, right):
        axes.grid(True, lw=0.3, alpha=0.5)
        axes.legend(fontsize=8, loc="best")
    return figure
