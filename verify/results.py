"""Result records that every family shares, and their JSON.

A figure always says what it is: ``theorem`` (a predicted bound), ``certified`` (enclosed),
``measured`` (a float from a run) or ``conjecture``.  JSON holds finite floats, safe in the
direction they claim, or null with a ``reason``.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

from theory.rigor.numbers import exact_text
from verify.files import shown


class Verdict(Enum):
    """Outcome of a sandwich; see :func:`judge`."""

    PROVED = "PROVED"
    CONSISTENT = "CONSISTENT"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"
    ASSUMPTION_VIOLATED = "ASSUMPTION_VIOLATED"
    BUDGET_EXHAUSTED = "BUDGET_EXHAUSTED"

    @property
    def exit_status(self) -> int:
        """0 holds, 1 refuted, 2 hypothesis violated, 3 undecided."""
        return {
            Verdict.REFUTED: 1,
            Verdict.ASSUMPTION_VIOLATED: 2,
            Verdict.UNDECIDED: 3,
            Verdict.BUDGET_EXHAUSTED: 3,
        }.get(self, 0)


@dataclass(frozen=True)
class LowerFigure:
    """A lower bound of the error of every network of the class for this target.

    A value of 0 has a ``reason`` (an affine target, say) and no certificate.
    """

    value: float
    theorem: str
    status: str
    certificate: Path | None = None
    seconds: float = 0.0
    reason: str | None = None


@dataclass(frozen=True)
class ClassLower:
    """A worst-case lower bound over a class of targets (P6, P10); never about one target."""

    value: float | None
    theorem: str
    status: str = "theorem"
    reason: str | None = None


@dataclass(frozen=True)
class Alternative:
    """A construction that was not chosen, or a theorem that does not apply (``reason``).

    ``lower_end`` and ``value`` enclose the error of a construction that was carried out;
    ``predicted_status`` is "theorem", or "conjecture" where a step of the prediction is unproved.
    """

    theorem: str
    value: float | None
    predicted: float | None
    reason: str | None = None
    lower_end: float | None = None
    predicted_status: str = "theorem"


@dataclass(frozen=True)
class ConstructedFigure:
    """The construction with the smallest certified error.

    ``value`` and ``lower_end`` enclose the error of the stored network; ``predicted`` is the
    theorem's bound plus the rounding term of the stored numbers, ``predicted_status`` how it is
    known ("theorem" or "conjecture").  ``value`` is None with a
    ``reason`` when no construction applies.
    """

    value: float | None
    lower_end: float | None
    predicted: float | None
    theorem: str | None
    status: str
    certificate: Path | None = None
    alternatives: tuple[Alternative, ...] = ()
    rounding: float | None = None
    mode: str | None = None
    seconds_construct: float = 0.0
    seconds_certify: float = 0.0
    reason: str | None = None
    predicted_status: str = "theorem"


@dataclass(frozen=True)
class TrainedFigure:
    """A trained network: ``value`` certified, ``grid_value`` the maximum over the test grid."""

    value: float
    lower_end: float
    status: str
    algorithm: str
    grid_value: float
    seconds: float
    seeds: tuple[int, ...]
    grid_values: tuple[float, ...]
    geometric_mean: float
    certificate: Path | None = None


def judge(
    lower: LowerFigure, constructed: ConstructedFigure, trained: TrainedFigure | None
) -> Verdict:
    """The verdict of a sandwich.

    REFUTED only if certified ends contradict: an attained error above a theorem's prediction, or an
    enclosed error wholly below a certified lower bound; a construction that was not chosen counts
    like the one that was.  Overlapping ends are UNDECIDED.
    """
    made: list[ConstructedFigure | Alternative] = [constructed, *constructed.alternatives]
    uppers = [figure.value for figure in made]
    uppers += [trained.value] if trained is not None else []
    if any(value is not None and value < lower.value for value in uppers):
        return Verdict.REFUTED
    for figure in made:
        attained, promised = figure.lower_end, figure.predicted
        if attained is not None and promised is not None and attained > promised:
            return Verdict.REFUTED
    if constructed.value is None or constructed.predicted is None:
        return Verdict.CONSISTENT
    if constructed.value > constructed.predicted:
        return Verdict.UNDECIDED
    known = {"certified", "theorem"}
    if {lower.status, constructed.status, constructed.predicted_status} <= known:
        return Verdict.PROVED
    return Verdict.CONSISTENT


def as_json(value: Any) -> Any:
    """``value`` in JSON terms: records by field, exact numbers as text, no nan or infinity."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            entry.name: as_json(getattr(value, entry.name)) for entry in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        return {str(key): as_json(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [as_json(entry) for entry in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return shown(value)
    if isinstance(value, Fraction):
        return exact_text(value)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else str(value)
    number = float(value)
    return number if math.isfinite(number) else None
