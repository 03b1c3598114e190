"""The record of ``icebound trajectory``: every bound is certified."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from theory.rigor.balls import float_down, float_up
from theory.rigor.numbers import exact_text
from theory.trajectories.distance import StepBound
from verify import results
from verify.display import shown_down, shown_up
from verify.trajectories.request import TrajectoryRequest


@dataclass(frozen=True)
class TrajectoryResult:
    """Bounds for step 1, 2, ... after the warm-up, in standard deviations of x.

    ``blow_up_at``: the first step without a bound (0 and below: within the warm-up), None where
    every step has one, with its ``reason``; ``bits`` of precision per step.  ``as_drawn``: whether
    W, B and C are those of the file's seed and gain.
    """

    request: TrajectoryRequest
    steps: tuple[StepBound, ...]
    blow_up_at: int | None
    reason: str | None
    symbols: int
    open_units: int
    bits: int
    fingerprint: dict[str, str]
    as_drawn: bool
    seconds: float
    certificate: Path | None = None
    table: Path | None = None
    picture: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def largest(self) -> int | None:
        """The step with the largest bound."""
        if not self.steps:
            return None
        return 1 + max(range(len(self.steps)), key=lambda t: self.steps[t].upper)

    @property
    def exceeded_at(self) -> int | None:
        """The first step at which the distance is not shown to be within the threshold."""
        limit = self.request.threshold
        return next((t for t, s in enumerate(self.steps, 1) if s.upper > limit), self.blow_up_at)

    @property
    def surely_exceeded_at(self) -> int | None:
        """The first step at which it exceeds the threshold for some start in the box."""
        limit = self.request.threshold
        return next((t for t, s in enumerate(self.steps, 1) if s.lower > limit), None)

    @property
    def horizon(self) -> int:
        """Steps for which every start in the box stays within the threshold."""
        exceeded = self.exceeded_at
        return len(self.steps) if exceeded is None else max(0, exceeded - 1)

    @property
    def mode(self) -> str:
        """What goes in after the warm-up."""
        task = self.request.task
        if task.driven:
            return "driven"
        return "free" if task.feedback else "zero"

    @property
    def exit_status(self) -> int:
        """0 where every step has a bound, else 3."""
        return 0 if self.blow_up_at is None else 3

    def as_json(self) -> dict[str, Any]:
        """The JSON object of the command line."""
        request, task = self.request, self.request.task
        document = {
            "system": request.file.system,
            "width": request.file.network.width,
            "box": [end for low, high in request.box for end in (float_down(low), float_up(high))],
            "box_exact": [exact_text(end) for side in request.box for end in side],
            "split": list(request.cuts),
            "mode": self.mode,
            "warm": task.warm,
            "steps": request.steps,
            "steps_certified": len(self.steps),
            "status": "certified",
            "unit": "standard deviations of x",
            "scale": exact_text(task.scale),
            "time_step": exact_text(task.step),
            "delay": task.delay,
            "errors": [
                {"step": t, "lower": s.lower, "upper": s.upper} for t, s in enumerate(self.steps, 1)
            ],
            "largest": self._largest(),
            "threshold": request.threshold,
            "horizon": self.horizon,
            "exceeded_at": self.exceeded_at,
            "surely_exceeded_at": self.surely_exceeded_at,
            "blow_up_at": self.blow_up_at,
            "reason": self.reason,
            "symbols": self.symbols,
            "open_units": self.open_units,
            "fingerprint": self.fingerprint,
            "as_drawn": self.as_drawn,
            "seconds": self.seconds,
            "certificate": self.certificate,
            "table": self.table,
            "picture": self.picture,
            "notes": self.notes,
        }
        converted: dict[str, Any] = results.as_json(document)
        return converted

    def _largest(self) -> dict[str, float] | None:
        step = self.largest
        if step is None:
            return None
        lower = max(bound.lower for bound in self.steps)
        return {"step": step, "lower": lower, "upper": self.steps[step - 1].upper}

    def rows(self) -> list[tuple[str, str]]:
        """Figure and value, as people read them."""
        task, limit = self.request.task, self.request.threshold
        how = {"free": "its own output", "zero": "0", "driven": "the true samples"}[self.mode]
        rows = [
            ("starts", self.starts),
            ("warm-up, then", f"{task.warm} true samples, then {how}"),
            ("steps with a bound", f"{len(self.steps)} of {self.request.steps}"),
        ]
        for t in self._shown_steps():
            bound = self.steps[t - 1]
            rows.append((f"distance at step {t}", _interval(bound)))
        if (step := self.largest) is not None:
            lower, upper = max(b.lower for b in self.steps), self.steps[step - 1].upper
            interval = f"max in [{shown_down(lower)}, {shown_up(upper)}]"
            rows.append(("over all steps", f"{interval}, the upper end at step {step}"))
        rows.append((f"within {limit:g}", f"the first {self.horizon} steps, every start"))
        if self.surely_exceeded_at is not None:
            rows.append((f"beyond {limit:g}", f"step {self.surely_exceeded_at}, some start"))
        if self.blow_up_at is not None:
            rows.append(("blows up at step", f"{self.blow_up_at}: {self.reason}"))
        rows.append(("open units, symbols", f"{self.open_units}, {self.symbols}"))
        rows.append(("time", f"{self.seconds:.1f} s"))
        return rows

    def _shown_steps(self) -> list[int]:
        last = len(self.steps)
        return sorted({1, last // 4, last // 2, last} - {0}) if last else []

    @property
    def title(self) -> str:
        """System, width and seed."""
        file = self.request.file
        return f"{file.system}, {file.network.width} recurrent units, seed {file.seed} (certified)"

    @property
    def starts(self) -> str:
        """The box and its cells."""
        sides = (f"[{_short(low)}, {_short(high)}]" for low, high in self.request.box)
        cells = math.prod(self.request.cuts)
        return " x ".join(sides) + (f" in {cells} cells" if cells > 1 else "")

    def _repr_html_(self) -> str:
        from verify.html_tables import html_table

        return html_table(self.title, ("figure", "value"), self.rows())


def _short(value: Fraction) -> str:
    """The decimal where it is short, else p/q."""
    text = f"{float(value):.7g}"
    return text if Fraction(text) == value else exact_text(value)


def _interval(bound: StepBound) -> str:
    return f"max in [{shown_down(bound.lower)}, {shown_up(bound.upper)}]"
