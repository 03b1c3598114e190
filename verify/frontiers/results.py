"""Records of frontier points and curves, and their JSON."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from verify.frontiers.request import FrontierRequest
from verify.results import Verdict, as_json

ENCLOSED = (
    "enclosed in balls: |f|, <f, phi>, |phi| and the supremum over V for `lower`, |f - g| for "
    "`upper`; the fit itself is floating point and is not trusted"
)


@dataclass(frozen=True)
class FrontierPoint:
    """The least error at one budget, from both sides.

    ``lower``: no network of the class, of any width, does better (rounded down).  ``upper``: the
    fitted network with ``width`` units and |c|_1 <= budget does this well (rounded up).  Each has
    its own status; ``estimate`` is the fit's measured optimum, ``reason`` says why a bound is only
    measured.  ``closed_form`` is R8's lower bound, without optimisation over phi.
    """

    budget: Fraction
    lower: float
    upper: float
    lower_status: str
    upper_status: str
    closed_form: float | None
    width: int
    estimate: float
    gap: float | None
    fit: str
    degree: int | None
    certificate: Path | None = None
    certificate_upper: Path | None = None
    reason: str | None = None
    closed_form_reason: str | None = None
    seconds: float = 0.0

    @property
    def status(self) -> str:
        """``certified`` only if both sides are."""
        both = {self.lower_status, self.upper_status}
        return "certified" if both == {"certified"} else "measured"

    def entry(self) -> dict[str, Any]:
        """The JSON object of the point; ``budget`` as a float beside its exact text."""
        document: dict[str, Any] = as_json(self)
        return document | {
            "budget": float(self.budget),
            "budget_exact": as_json(self.budget),
            "status": self.status,
        }


@dataclass(frozen=True)
class Frontier:
    """All points of a request, by rising budget."""

    request: FrontierRequest
    points: tuple[FrontierPoint, ...]
    seconds: float
    kept: int = 0
    picture: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """REFUTED where certified sides contradict, UNDECIDED where one of them is missing.

        Where no certificate is attempted (d > 3) measured figures are CONSISTENT.
        """
        for point in self.points:
            if point.status == "certified" and point.lower > point.upper:
                return Verdict.REFUTED
            closed = point.closed_form
            if point.upper_status == "certified" and closed is not None and closed > point.upper:
                return Verdict.REFUTED
        if all(point.status == "certified" for point in self.points):
            return Verdict.PROVED
        return Verdict.CONSISTENT if self.request.measured_only else Verdict.UNDECIDED

    @property
    def gap(self) -> float | None:
        """The largest relative gap 1 - lower/upper of the points."""
        gaps = [point.gap for point in self.points if point.gap is not None]
        return max(gaps, default=None)

    def as_json(self) -> dict[str, Any]:
        """The JSON object of ``icebound frontier``."""
        request = self.request
        target, data = request.target, request.data
        ends = None if target is None else [end for side in target.domain for end in side]
        document = {
            "family": "ridgelet",
            "target": None if target is None else target.text,
            "data": None if data is None else {"name": data.name, "rows": data.rows,
                                               "sha256": data.sha256},
            "dimension": request.dimension,
            "domain": None if ends is None else [float(end) for end in ends],
            "domain_exact": ends,
            "norm": "L2",
            "activation": request.activation,
            "box": {"lambda": request.lam, "beta": request.beta},
            "affine": request.affine,
            "verdict": self.verdict,
            "gap": self.gap,
            "enclosed": request.measured_only or ENCLOSED,
            "seconds": self.seconds,
            "kept": self.kept,
            "picture": self.picture,
            "notes": self.notes,
        }  # fmt: skip
        result: dict[str, Any] = as_json(document)
        result["points"] = [point.entry() for point in self.points]
        return result

    def _repr_html_(self) -> str:
        from verify.html_tables import frontier_html

        return frontier_html(self)
