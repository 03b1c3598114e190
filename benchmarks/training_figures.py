"""Pictures of the training side of the permutation family, from the stored figures.

    python benchmarks/training_figures.py --out docs

``rates.png``: sin on [-1, 1]: constructions, trainers, free least squares, lower bounds.
``published.png``: the published errors, the repeated experiments with 95 % intervals of their
geometric means, and free least squares on the same locations.  ``initialisation.png``: certified
floors against coverage.  ``planar.png``: floors of directions and permuted training.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import t as student

from theory.permutation.bounds import class_lower_bound
from theory.targets.enclosures import Profile
from theory.targets.target import Target
from verify import pictures
from verify.files import output_folder
from verify.free_fit.bound import fit_bound
from verify.free_fit.nodes import equidistant_nodes
from verify.knots.bound import knot_bound
from verify.sandwiches.constructions import construct
from verify.sandwiches.request import PermutationRequest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DATA = Path(__file__).resolve().parent.parent / "verify" / "data"
WIDTHS = (40, 80, 160, 320, 640, 1280)
COLOURS = {
    "equidistant": "#0072B2",
    "pairwise": "#D55E00",
    "unpaired": "#E69F00",
    "xavier": "#CC79A7",
    "he": "#009E73",
}
INTERVAL = 0.95


def load(name: str) -> dict[str, Any]:
    """A stored table."""
    found: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return found


def geometric(errors: list[float]) -> tuple[float, float, float]:
    """Geometric mean and the ends of its interval (Student, over the seeds)."""
    logs = np.log(errors)
    half = 0.0
    if logs.size > 1:
        spread = logs.std(ddof=1) / np.sqrt(logs.size)
        half = float(student.ppf((1.0 + INTERVAL) / 2.0, logs.size - 1) * spread)
    middle = float(logs.mean())
    return tuple(float(np.exp(middle + shift)) for shift in (0.0, -half, half))  # type: ignore[return-value]


def rates() -> Figure:
    """The log-log picture of the family."""
    target = Target.parse("-sin(2*pi*x)", -1, 1)
    profile = Profile(target)
    trained = load("search_training.json")["rows"]
    made: dict[str, dict[int, float]] = {}
    for width in WIDTHS:
        for request in (
            PermutationRequest(target, width),
            PermutationRequest(target, width, readout=False),
            PermutationRequest(target, width, placement="random"),
        ):
            figure, _ = construct(request, profile)
            for entry in (figure, *figure.alternatives):
                if entry.value is not None and entry.theorem is not None:
                    made.setdefault(entry.theorem, {})[width] = entry.value
    bounds = {
        "any coefficients on these knots": lambda n: (
            fit_bound(target, equidistant_nodes(target, n)).value
        ),
        "B6: any relu network of width n": lambda n: knot_bound(target, n).value,
        "P10: worst case of the class": lambda n: (
            class_lower_bound(profile, n, equidistant=True).value
        ),
    }
    found = [
        pictures.Series(f"{name}, {what}", made[name], colour, style)
        for name, what, colour, style in (
            ("P3", "steps", "#56B4E9", "-"),
            ("P3'", "kinks, Lipschitz", "#56B4E9", "--"),
            ("P5", "random locations", "#0072B2", ":"),
            ("P8", "kinks, curvature", "#0072B2", "-"),
            ("P9", "no read-out", "#0072B2", "--"),
        )
        if name in made
    ]
    published = load("permutation_training.json")
    best = dict(zip(published["widths"], published["series"]["sine_pairwise"], strict=True))
    best = {width: error for width, error in best.items() if width in WIDTHS}
    found.append(
        pictures.Series("published training, best series", best, "#CC79A7", "-", certified=False)
    )
    for kind, label, colour, style in (
        ("laperm", "LaPerm (quick)", "#E69F00", "-"),
        ("search", "exchange search", "#D55E00", "-"),
        ("frozen", "exchange search, no read-out", "#D55E00", "--"),
    ):
        rows = {n: trained.get(f"sine {n} {kind}") for n in WIDTHS}
        errors = {n: row["certified"] for n, row in rows.items() if row is not None}
        found.append(pictures.Series(label, errors, colour, style))
    free = load("free_least_squares.json")["series"]["sine_equidistant"]
    squares = {n: free[str(n)]["sup"][0] for n in WIDTHS}
    found.append(
        pictures.Series("free least squares, same knots", squares, "#999999", "-", certified=False)
    )
    for (label, bound), colour in zip(
        bounds.items(), ("#000000", "#009E73", "#F0E442"), strict=True
    ):
        found.append(pictures.Series(label, {n: bound(n) for n in WIDTHS}, colour, ":"))
    figure = pictures.error_against_width("-sin(2 pi x) on [-1, 1]", found)
    figure.set_size_inches(11, 6.5)
    figure.axes[0].legend(fontsize=8, loc="center left", bbox_to_anchor=(1.01, 0.5))
    return figure


def published() -> Figure:
    """Two panels: published, repeated, and free least squares."""
    from matplotlib.figure import Figure

    known, ours = load("permutation_training.json"), load("reproduced_training.json")["series"]
    free = load("free_least_squares.json")["series"]
    figure = Figure(figsize=(12, 6), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, name in zip(panels, ("sine", "legendre3"), strict=True):
        for init, colour in COLOURS.items():
            label = {"unpaired": "unpaired_random"}.get(init, init)
            values = known["series"].get(f"{name}_{label}")
            if values is not None:
                axes.loglog(known["widths"], values, "-", color=colour, label=f"{init}, published")
            runs = ours.get(f"{name}_{init}", {})
            if runs:
                widths = sorted(map(int, runs))
                means = np.array([geometric(runs[str(n)]["errors"]) for n in widths])
                axes.errorbar(
                    widths,
                    means[:, 0],
                    yerr=np.abs(means[:, 1:] - means[:, :1]).T,
                    fmt="o",
                    color=colour,
                    mfc="none",
                    capsize=3,
                    label=f"{init}, repeated here",
                )
            rows = free.get(f"{name}_{init}")
            if rows is not None:
                widths = sorted(map(int, rows))
                fits = [geometric(rows[str(n)]["sup"])[0] for n in widths]
                axes.loglog(widths, fits, ":", color=colour, label=f"{init}, free least squares")
        axes.set_title(load("permutation_training.json")["targets"][name])
        axes.set_xlabel("width n")
        axes.grid(True, which="both", lw=0.3, alpha=0.5)
        axes.legend(fontsize=7, loc="lower left")
    panels[0].set_ylabel("sup-norm error, geometric mean over the seeds (measured)")
    return figure


def initialisation() -> Figure:
    """Certified floor of every draw against the share of the domain that its locations cover."""
    from matplotlib.figure import Figure

    free = load("free_least_squares.json")["series"]
    figure = Figure(figsize=(12, 5), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, name in zip(panels, ("sine", "legendre3"), strict=True):
        for init, colour in COLOURS.items():
            rows = free.get(f"{name}_{init}", {})
            hulls = [value for row in rows.values() for value in row["hull"]]
            floors = [value for row in rows.values() for value in row["floor"]]
            fits = [value for row in rows.values() for value in row["sup"]]
            if hulls:
                axes.semilogy(hulls, floors, "o", ms=4, color=colour, label=f"{init}, floor")
                axes.semilogy(hulls, fits, "x", ms=3, color=colour, alpha=0.5)
        axes.set_title(load("free_least_squares.json")["targets"][name] + " on [-1, 1]")
        axes.set_xlabel("share of the domain between the outermost locations")
        axes.grid(True, which="both", lw=0.3, alpha=0.5)
        axes.legend(fontsize=8, loc="lower left")
    panels[0].set_ylabel("certified floor for any coefficients (o), least squares (x)")
    return figure


def planar() -> Figure:
    """Errors against the number of directions, at every width."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullLocator

    study = load("planar_training.json")
    figure = Figure(figsize=(11, 5), layout="constrained")
    shades = {10: "#56B4E9", 20: "#0072B2", 40: "#000000"}
    for axes, (name, text) in zip(figure.subplots(1, 2), study["targets"].items(), strict=True):
        for width, colour in shades.items():
            rows = {m: study["rows"].get(f"{name} {m} {width}") for m in (4, 8, 16, 32)}
            for kind, style, label in (("free", ":", "free"), ("trained", "-", "permuted")):
                points = {m: row[kind] for m, row in rows.items() if row and kind in row}
                axes.loglog(
                    list(points),
                    list(points.values()),
                    style,
                    marker="o",
                    mfc="none",
                    color=colour,
                    label=f"{label}, {width} per direction",
                )
        axes.set_title(f"{text} on the square [-1, 1]^2")
        axes.set_xticks([4, 8, 16, 32], ["4", "8", "16", "32"])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("directions (a hinge and its mirror image count once)")
        axes.set_ylabel("largest error on 201 x 201 points (measured)")
        axes.grid(True, which="both", lw=0.3, alpha=0.5)
        axes.legend(fontsize=8)
    return figure


def main() -> int:
    """Draw what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    drawn = {
        "rates": rates,
        "published": published,
        "initialisation": initialisation,
        "planar": planar,
    }
    parser.add_argument("--out", type=Path, default=Path("figures"))
    parser.add_argument("--only", nargs="+", choices=list(drawn), default=list(drawn))
    options = parser.parse_args()
    folder = output_folder(options.out)
    for name in options.only:
        path = pictures.save(drawn[name](), folder / f"{name}.png")
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
