"""The picture of a frequency response: error against budget, and the filter m/(mu + m)."""

from __future__ import annotations

import math
from pathlib import Path

from flint import arb

from theory.errors import Undecided
from verify.pictures import COLOURS, save
from verify.response_curve import Curve

SAMPLES = 24
TOLERANCE = 1e-3


def draw(curve: Curve, path: Path) -> Path | None:
    """Write the picture to ``path``; None for R1, which has no curve."""
    from matplotlib.figure import Figure

    response = curve.response
    if response is None:
        return None
    figure = Figure(figsize=(9, 7), layout="constrained")
    top, bottom = figure.subplots(2, 1)
    middles = [math.sqrt(p.mu[0] * p.mu[1]) for p in curve.points if p.mu and p.mu[0] > 0]
    low, high = min(middles, default=1e-8), max(middles, default=1.0)
    budgets, errors = [], []
    for index in range(SAMPLES):
        mu = low / 30 * (900 * high / low) ** (index / (SAMPLES - 1))
        try:
            point = response.at_mu(arb(mu), TOLERANCE)
        except Undecided:
            continue
        budgets.append(float(point.budget.mid()))
        errors.append(float(point.error.mid()))
    top.loglog(budgets, errors, color=COLOURS["target"], lw=1.2, label="E(f; B), drawn in floats")
    known = [p for p in curve.points if p.budget is not None and p.budget[1] > 0 and p.error[1] > 0]
    top.loglog(
        [p.budget[1] for p in known if p.budget is not None],
        [p.error[1] for p in known],
        "o",
        color=COLOURS["constructed"],
        label="certified",
    )
    if curve.max_budget is not None:
        top.axvline(curve.max_budget[1], color=COLOURS["lower"], ls=":", label="largest budget")
    top.set_xlabel("budget B: L2 norm of the density")
    top.set_ylabel("error in L2(R^d)")
    top.set_title("infinite-width law; not a bound for finite networks", fontsize=9)
    band = float(curve.request.band)
    radii = [band * (k + 1) / 40 for k in range(320)]
    gains = [float(response.filter.value(arb(r)).mid()) for r in radii]
    for mu in middles[:6]:
        filtered = [gain / (mu + gain) for gain in gains]
        bottom.plot(radii, filtered, lw=1.2, label=f"mu = {mu:.3g}")
    bottom.axvline(band, color=COLOURS["lower"], ls=":", label="the band")
    bottom.set_xlabel("|xi|_inf" if curve.request.cube else "|xi|")
    bottom.set_ylabel("m/(mu + m)")
    for axes in (top, bottom):
        axes.grid(True, which="both", lw=0.3, alpha=0.5)
        axes.legend(fontsize=8, loc="best")
    return save(figure, path)
