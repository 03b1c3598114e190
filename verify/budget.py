"""The budget of output weights that no network of a band can do without (R8 inverted).

A point: eps and the certified log10 of |c|_1 that error <= eps needs, whatever the width and draw.
Beside it stands an *estimate*, no theorem: sums of terms of total size B = |c|_1 in floating point
carry rounding noise of about u B, u = 2^-24 for float32 and 2^-53 for float64, so that a budget
beyond eps/u drowns an error of eps in noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from theory.errors import InputError
from theory.ridgelet.activations import ACTIVATIONS, activation
from theory.ridgelet.degree import NeededBudget, Norm, needed_budget
from theory.targets.box_target import BoxTarget
from verify.degree_certificates import degree_certificate
from verify.progress import Progress
from verify.results import as_json

ROUNDOFF = {"float32": Fraction(1, 2**24), "float64": Fraction(1, 2**53)}


@dataclass(frozen=True)
class BudgetPoint:
    """One accuracy: ``needed`` as certified, and the certificate if one was written."""

    eps: Fraction
    needed: NeededBudget
    certificate: Path | None = None

    def as_item(self) -> dict[str, Any]:
        """``eps, log10_budget, degree, certificate``, with a ``reason`` where nothing follows."""
        item: dict[str, Any] = {
            "eps": float(self.eps),
            "log10_budget": self.needed.log10,
            "degree": self.needed.degree,
            "certificate": self.certificate,
        }
        if self.needed.reason is not None:
            item["reason"] = self.needed.reason
        plain: dict[str, Any] = as_json(item)
        return plain


def require_analytic(name: str, *, argument: str = "--activation") -> str:
    """``name`` if R8 applies to it; raises InputError saying why it does not, or if unknown."""
    if not activation(name, argument=argument).analytic:
        analytic = ", ".join(entry.name for entry in ACTIVATIONS if entry.analytic)
        problem = "is not analytic in a strip around the line, so R8 gives no budget for"
        raise InputError(argument, name, problem, f"{analytic} are accepted")
    return name


def largest_log10(eps: Fraction, kind: str) -> float:
    """log10 of eps/u: an estimate of the budget beyond which ``kind`` drowns eps in rounding."""
    ratio = eps / ROUNDOFF[kind]
    return math.log10(ratio.numerator) - math.log10(ratio.denominator)


def budget_points(
    target: BoxTarget,
    name: str,
    band: Fraction,
    accuracies: Sequence[Fraction],
    *,
    norm: Norm = "L2",
    beta: Fraction | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
) -> list[BudgetPoint]:
    """One point per accuracy; with ``out`` its certificate ``budget-000.json``, ... too."""
    points = []
    for index, eps in enumerate(accuracies):
        if progress is not None:
            progress(index, len(accuracies), f"eps = {float(eps):.3g}")
        needed = needed_budget(target, name, band, eps, norm)
        path = None
        if out is not None and needed.witness is not None and needed.budget is not None:
            made = degree_certificate(
                target, name, band, needed.budget, eps, needed.witness, norm=norm, beta=beta
            )
            path = made.write(out / f"budget-{index:03d}.json")
        points.append(BudgetPoint(eps, needed, path))
    return points
