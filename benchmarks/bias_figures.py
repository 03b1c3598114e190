"""The figures of the bias family: what biases alone reach, and what they do.

    python benchmarks/bias_figures.py                      # about a minute and a half
    python benchmarks/bias_figures.py --largest 100000     # some minutes more
    python benchmarks/bias_figures.py --only masks learned matching

``widths``: sin(2 pi x) + 0.3: certified error, its predicted bound, the best floor, times.
``ratios``: how far the error falls from 1000 to 4000 units, for several targets.
``range``: the same target with weights from [-0.1, 0.1].
``outputs``: two and three outputs on one vector of biases.
``learned``: where trained biases put their knots, beside those of the construction.
``masks``: the best mask of few units with random biases, beside trained biases.
``matching``: how often the width of B1 suffices where it is small enough to be drawn.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from numerics.bias.census import census, density_distance
from numerics.bias.draw import BiasDraw
from numerics.bias.masks import best_mask, unit_values
from numerics.bias.several_outputs import build_several
from theory.bias.matching import matching_units
from theory.targets.target import Target
from verify.bias_floors import given_weights_floor
from verify.certify.sup import certify_sup
from verify.display import shown_down, shown_up
from verify.knots.bound import knot_bound
from verify.results import ConstructedFigure
from verify.sandwiches.bias_constructions import BuiltBias, construct_biases
from verify.sandwiches.bias_request import BiasRequest
from verify.sandwiches.bias_training import train_on_draw

SINE = Target.parse("sin(2*pi*x)+0.3")
WIDTHS = (400, 800, 1600, 3200, 6400, 12_800, 100_000, 1_000_000)
SMOOTH = (
    "sin(2*pi*x)+0.3",
    "exp(x)",
    "x**2",
    "1/(1+4*x**2)",
    "tanh(5*x-2)",
    "abs(x-1/3)",
    "sqrt(x)",
)
AIMS = tuple(map(Target.parse, ("sin(2*pi*x)+0.3", "cos(5*x)/2", "exp(-4*(x-1/2)**2)")))


def built(
    target: Target, width: int, weight_range: Fraction = Fraction(1)
) -> tuple[BiasRequest, ConstructedFigure, BuiltBias]:
    request = BiasRequest(target, width, weight_range=weight_range)
    figure, made = construct_biases(request, request.profile())
    return request, figure, made


def row(target: Target, width: int, weight_range: Fraction = Fraction(1)) -> str:
    request, figure, made = built(target, width, weight_range)
    floors = [floor.value for floor in given_weights_floor(target, *request.weights)]
    floor = max(*floors, knot_bound(target, width).value)
    seconds = f"{figure.seconds_construct:>7.1f} s {figure.seconds_certify:>6.1f} s"
    short = "" if made.construction.followed else "  (kinks are short)"
    return (
        f"{width:>7}  {shown_up(figure.value):>9}  {shown_up(figure.predicted):>9}  "
        f"{shown_down(floor):>9}  {seconds}{short}"
    )


HEAD = "  width  certified  predicted      floor  construct  certify"


def widths(largest: int) -> None:
    print(HEAD)
    for width in WIDTHS:
        if width <= largest:
            print(row(SINE, width), flush=True)


def small_range(largest: int) -> None:
    print(f"weights from [-0.1, 0.1]\n{HEAD}")
    for width in (20_000, 32_000):
        print(row(SINE, width, Fraction(1, 10)), flush=True)


def ratios(largest: int) -> None:
    print("target               n = 1000   n = 4000   ratio")
    for text in SMOOTH:
        target = Target.parse(text)
        first, last = (built(target, width)[1].value or math.inf for width in (1000, 4000))
        print(f"{text:<18}  {first:>9.3g}  {last:>9.3g}  {first / last:>6.1f}", flush=True)


def outputs(largest: int) -> None:
    print("outputs  width  certified  predicted   slope  seconds")
    for count in (1, 2, 3):
        before: tuple[int, float] | None = None
        for width in (400, 800, 1600, 3200, 6400):
            W, C = BiasDraw().weights(width, outputs=count)
            start = time.perf_counter()
            made = build_several(AIMS[:count], W, C)
            seconds = time.perf_counter() - start
            pairs = zip(made.outputs, AIMS, strict=False)
            error = max(certify_sup(network.relu(), aim).upper for network, aim in pairs)
            slope = (
                "" if before is None else f"{math.log(error / before[1], width / before[0]):.2f}"
            )
            before = width, error
            print(
                f"{count:>7}  {width:>5}  {error:>9.3g}  {made.predicted:>9.3g}  {slope:>6}  "
                f"{seconds:>7.1f}",
                flush=True,
            )


def learned(largest: int) -> None:
    print("width  biases           error    off  affine  bending  kink used  from |f''|^(1/2)")
    for width in (100, 400):
        request, figure, made = built(SINE, width)
        trained = train_on_draw(request, seconds=20.0)
        kinds = (
            ("constructed", made.construction.network, figure.value),
            ("trained", trained.network, trained.figure.value),
        )
        for name, network, error in kinds:
            found = census(network.W, network.b, network.C, 0.0, 1.0)
            apart = density_distance(found.knots, lambda x: np.sin(2 * np.pi * x), 0.0, 1.0)
            print(
                f"{width:>5}  {name:<12}  {error or math.inf:>9.3g}  {found.off:>5.2f}  "
                f"{found.affine:>6.2f}  {found.bending:>7.2f}  {found.kink_budget_used:>9.2f}  "
                f"{apart:>16.2f}",
                flush=True,
            )


def masks(largest: int) -> None:
    """Errors at 201 points: one draw each, biases of the masked units uniform on [-1, 1]."""
    target = Target.parse("x**2-1/2")
    points = np.linspace(0, 1, 201)[:, None]
    print("x^2 - 1/2  width  best mask  trained biases  constructed  floor of the weights")
    for width in (8, 12, 16, 20):
        request, figure, _ = built(target, width)
        W, C = request.weights
        b = np.random.default_rng(0).uniform(-1, 1, width)
        units = unit_values(W[:, None], b, C, points)
        mask = best_mask(units, points[:, 0] ** 2 - 0.5)
        trained = train_on_draw(request, seconds=10.0)
        floor = max(floor.value for floor in given_weights_floor(target, W, C))
        print(
            f"           {width:>5}  {mask.error:>9.3g}  {trained.figure.value:>14.3g}  "
            f"{figure.value or math.inf:>11.3g}  {floor:>20.3g}",
            flush=True,
        )


def matching(largest: int, draws: int = 200_000) -> None:
    """Two units (w, c) to be matched within 0.13 among n drawn ones, each in its own half."""
    eta, delta = Fraction(13, 100), Fraction(1, 10)
    width = matching_units(2, eta, delta, Fraction(1)).width
    partners = np.array([[0.5, -0.25], [-0.4, 0.5]])
    print(f"B1: {width} units for 2 within {float(eta)}, failure at most {float(delta)}")
    for n in (width, width // 2, width // 4):
        rng, missed = np.random.default_rng(0), 0
        for _ in range(draws // 5000):
            drawn = 2 * rng.random((5000, 2, n // 2, 2), dtype=np.float32) - 1
            near = (np.abs(drawn - partners[None, :, None]) <= float(eta)).all(axis=3).any(axis=2)
            missed += int((~near.all(axis=1)).sum())
        print(f"  {n:>4} units: failed {missed / draws:.4f} of {draws} draws", flush=True)


SECTIONS: dict[str, Callable[[int], None]] = {
    "widths": widths,
    "ratios": ratios,
    "range": small_range,
    "outputs": outputs,
    "learned": learned,
    "masks": masks,
    "matching": matching,
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--largest", type=int, default=12_800, help="largest width of the table")
    parser.add_argument("--only", nargs="*", choices=tuple(SECTIONS), default=tuple(SECTIONS))
    options = parser.parse_args(arguments)
    for name in options.only:
        print(f"== {name}")
        SECTIONS[name](options.largest)


if __name__ == "__main__":
    main()
