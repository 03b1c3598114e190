"""The figures of the ridgelet family: frontier gaps and times, error against the band, widths.

    python benchmarks/ridgelet_figures.py --out figures

Frontier: certified gap and seconds of the check cases in one and two dimensions.  Band: certified
floor, best network and output weights trained on random draws, at a fixed budget, for two targets.
Width: the smallest power of two at which the median over five draws of the trained error is within
10% of the certified floor of the same budget.  Budget in practice: the |c|_1 that the usual ways to
train use when nobody limits it, beside the certified floor at that |c|_1.  Writes
``ridgelet_figures.json``, two pictures and
prints the tables.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from numerics.ridgelet.budget_use import BudgetUse, budget_in_practice
from numerics.ridgelet.draws import box_units
from numerics.ridgelet.network import RidgeNetwork
from numerics.ridgelet.output_weights import best_output_weights
from numerics.ridgelet.quadrature import box_measure
from theory.targets.box_target import BoxTarget
from verify import pictures
from verify.files import output_folder, write_text
from verify.frontiers.curve import frontier
from verify.frontiers.request import FrontierRequest
from verify.frontiers.results import FrontierPoint

# target, activation, lambda = beta, budgets
CASES = (
    ("sin(2*pi*x)", "tanh", 2, ("1.148", "20.36", "23.473")),
    ("sin(2*pi*x)", "tanh", 5, ("2.733", "4.092")),
    ("sin(4*pi*x)", "tanh", 2, ("0.881",)),
    ("abs(x-1/3)", "relu", 2, ("0.5", "1")),
    ("exp(-20*(x-1/2)**2)", "gaussian", 2, ("5", "50")),
    ("sin(2*pi*x0)*cos(pi*x1)", "tanh", 2, ("10",)),
)
CURVE = ("sin(2*pi*x)", "tanh", 2, 20)
BANDS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
BAND_CASES = (("sin(2*pi*x)", "5"), ("exp(-50*(x-1/2)**2)", "5"))
WIDTH_CASES = (("sin(2*pi*x)", 2, "4"), ("sin(2*pi*x)", 2, "20.36"), ("sin(2*pi*x)", 5, "2.733"))
USE_CASES = (("sin(2*pi*x)", 100), ("sin(2*pi*x)", 1000), ("sin(4*pi*x)", 100))
SEEDS = range(5)
LARGEST_WIDTH = 2**16


def points(text: str, activation: str, band: float, budgets: tuple[str, ...]) -> Iterator[Any]:
    """Certified frontier points with the seconds each took."""
    for budget in budgets:
        start = time.perf_counter()
        side = Fraction(band)
        target = BoxTarget.parse(text)
        request = FrontierRequest(target, activation, side, side, (Fraction(budget),))
        point = frontier(request).points[0]
        yield point, time.perf_counter() - start


def frontier_row(text: str, activation: str, band: int, budget: str) -> dict[str, Any]:
    """One row of the frontier table."""
    point, seconds = next(points(text, activation, band, (budget,)))
    return {
        "target": text,
        "activation": activation,
        "band": band,
        "budget": budget,
        "lower": point.lower,
        "upper": point.upper,
        "gap": point.gap,
        "closed_form": point.closed_form,
        "status": point.status,
        "units": point.width,
        "seconds": seconds,
    }


def trained(text: str, band: float, budget: str, width: int, seed: int) -> float:
    """L2 error of the best output weights on one random draw under the budget; measured."""
    target = BoxTarget.parse(text)
    measure = box_measure([(0.0, 1.0)], max(2, round(band)))
    a, b, _ = box_units(width, 1, band, band, seed)
    features = RidgeNetwork("tanh", a, b, np.zeros(width)).features(measure.points)
    values = target.sample(measure.points)
    return best_output_weights(features, values, measure.weights, float(Fraction(budget))).error


def band_rows(text: str, budget: str) -> list[dict[str, Any]]:
    """Error against the band at a fixed budget, 200 random units per draw."""
    rows = []
    for band in BANDS:
        point: FrontierPoint = next(points(text, "tanh", band, (budget,)))[0]
        errors = [trained(text, band, budget, 200, seed) for seed in SEEDS]
        rows.append({"band": band, "lower": point.lower, "upper": point.upper, "trained": errors})
    return rows


def width_row(text: str, band: int, budget: str) -> dict[str, Any]:
    """The smallest power of two within 10% of the floor, and the medians on the way."""
    point: FrontierPoint = next(points(text, "tanh", band, (budget,)))[0]
    medians: dict[int, float] = {}
    width, found = 16, None
    while width <= LARGEST_WIDTH and found is None:
        medians[width] = median(trained(text, band, budget, width, seed) for seed in SEEDS)
        if medians[width] <= 1.1 * point.lower:
            found = width
        width *= 2
    return {
        "target": text,
        "band": band,
        "budget": budget,
        "lower": point.lower,
        "width": found,
        "medians": medians,
    }


def use_rows(text: str, band: float, width: int) -> Iterator[tuple[BudgetUse, float]]:
    """Each way to train with the certified floor at the median |c|_1 that it uses."""
    target, side = BoxTarget.parse(text), Fraction(band)
    measure = box_measure([(0.0, 1.0)], 8)
    values = target.sample(measure.points)
    for use in budget_in_practice("tanh", band, band, width, measure, values, seeds=SEEDS):
        budget = Fraction(f"{use.mass:.4g}")
        request = FrontierRequest(target, "tanh", side, side, (budget,))
        yield use, frontier(request).points[0].lower


def band_picture(rows: dict[str, list[dict[str, Any]]], folder: Path) -> None:
    """Error against the band for both targets."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    for axes, (text, entries) in zip(figure.subplots(1, len(rows)), rows.items(), strict=True):
        bands = [row["band"] for row in entries]
        floor = [row["lower"] for row in entries]
        axes.fill_between(bands, 0, floor, color="0.85", label="impossible (certified)")
        axes.plot(bands, [row["upper"] for row in entries], label="best network (certified)")
        for seed in SEEDS:
            label = "trained, 200 units (measured)" if seed == 0 else None
            errors = [row["trained"][seed] for row in entries]
            axes.plot(bands, errors, ".", color="C1", label=label)
        axes.set(xlabel="band", ylabel="L2 error", title=text)
        axes.legend()
    pictures.save(figure, folder / "ridgelet_bands.png")


def main() -> None:
    """Measure everything and print the tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="figures")
    folder = output_folder(Path(parser.parse_args().out))
    print("| target | activation | band | budget | lower | upper | gap | closed form | seconds |")
    print("|---|---|---|---|---|---|---|---|---|")
    table = []
    for text, activation, band, budgets in CASES:
        for budget in budgets:
            row = frontier_row(text, activation, band, budget)
            table.append(row)
            gap = "-" if row["gap"] is None else f"{row['gap']:.1e}"
            closed = "-" if row["closed_form"] is None else f"{row['closed_form']:.4g}"
            print(
                f"| {text} | {activation} | {band} | {budget} | {row['lower']:.6g} "
                f"| {row['upper']:.6g} | {gap} | {closed} | {row['seconds']:.2f} |"
            )
    text, activation, band, count = CURVE
    start = time.perf_counter()
    request = FrontierRequest(
        BoxTarget.parse(text), activation, Fraction(band), Fraction(band), None, count
    )
    curve = frontier(request)
    seconds = time.perf_counter() - start
    print(
        f"\ncurve of {count} budgets: {seconds:.1f} s, largest gap {curve.gap}, {curve.verdict}\n"
    )
    bands = {text: band_rows(text, budget) for text, budget in BAND_CASES}
    band_picture(bands, folder)
    for text, rows in bands.items():
        print(f"\n{text}\n\n| band | lower | upper | trained, median |\n|---|---|---|---|")
        for row in rows:
            middle = median(row["trained"])
            print(f"| {row['band']} | {row['lower']:.4g} | {row['upper']:.4g} | {middle:.4g} |")
    widths = [width_row(*case) for case in WIDTH_CASES]
    print("\n| target | band | budget | lower | smallest width within 10% |\n|---|---|---|---|---|")
    for row in widths:
        print(
            f"| {row['target']} | {row['band']} | {row['budget']} | {row['lower']:.4g} "
            f"| {row['width'] or f'beyond {LARGEST_WIDTH}'} |"
        )
    print("\n| target | width | trained by | |c|_1 used | error | floor there |")
    print("|---|---|---|---|---|---|")
    used = []
    for text, width in USE_CASES:
        for use, floor in use_rows(text, 2.0, width):
            print(
                f"| {text} | {width} | {use.method} | {use.mass:.4g} | {use.error:.4g} "
                f"| {floor:.4g} |"
            )
            used.append({"target": text, "floor": floor} | asdict(use))
    document = {
        "used": used,
        "frontier": table,
        "curve_seconds": seconds,
        "bands": bands,
        "widths": widths,
    }
    write_text(folder / "ridgelet_figures.json", json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
