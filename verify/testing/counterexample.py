"""What a search finds: target, width, claim and certified error; readable, and as a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from numerics.networks import Array
from numerics.ridgelet.network import RidgeNetwork
from theory.errors import InputError
from theory.rigor.numbers import exact_text
from theory.targets.box_target import BoxTarget
from theory.targets.target import Target
from verify.display import shown_down, shown_up
from verify.testing.networks import Aim, ErrorEnclosure, Made

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Counterexample", "plot"]

Kind = Literal["raised", "constraint", "refuted", "undecided", "monotonicity"]
DIGITS = 6
TITLES: dict[Kind, str] = {
    "raised": "raises instead of returning a network",
    "constraint": "breaks its constraint",
    "refuted": "exceeds its claimed bound (proved)",
    "undecided": "is not shown to keep its claimed bound",
    "monotonicity": "gets worse with more units (proved)",
}


@dataclass(frozen=True)
class Counterexample:
    """A target and a width at which a construction does not do what it claims.

    ``kind``: raised, constraint, refuted, undecided or monotonicity.  ``claimed`` is what the error
    should not exceed, ``error`` the certified enclosure.  ``narrower``: for monotonicity, the width
    and the error it is compared with.  ``reason``: the broken constraint, or what was raised.
    ``seed`` and ``examples``: how it was found.
    """

    kind: Kind
    construction: str
    target: Aim
    width: int
    reason: str = ""
    claimed: Fraction | None = None
    error: ErrorEnclosure | None = None
    narrower: tuple[int, ErrorEnclosure] | None = None
    network: Made | None = field(default=None, repr=False)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    raised: Exception | None = field(default=None, repr=False)
    seed: int = 0
    examples: int = 0

    @property
    def where(self) -> float | None:
        """The point at which the certified lower end is attained; None in L2."""
        return None if self.error is None else self.error.where

    def __str__(self) -> str:
        rows = [("target", self._target()), ("width", str(self.width)), *self._findings()]
        rows += [(name, repr(value)) for name, value in self.inputs.items()]
        tried = f"among {self.examples} cases with seed {self.seed}, then shrunk"
        rows.append(("found", tried))
        head = f"{self.construction} {TITLES[self.kind]}"
        return "\n".join([head, *(f"  {name:<10} {text}" for name, text in rows)])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    def _target(self) -> str:
        low_high = (
            self.target.domain
            if isinstance(self.target, BoxTarget)
            else ((self.target.low, self.target.high),)
        )
        sides = " x ".join(f"[{exact_text(low)}, {exact_text(high)}]" for low, high in low_high)
        return f"{self.target.text} on {sides}"

    def _findings(self) -> list[tuple[str, str]]:
        if self.kind == "raised":
            return [("raised", self.reason)]
        if self.error is None:
            return [("broken", self.reason)]
        norm = "sup |f - g|" if self.error.norm == "sup" else "|f - g|_L2"
        low, high = shown_down(self.error.lower, DIGITS), shown_up(self.error.upper, DIGITS)
        rows = []
        if self.narrower is not None:
            width, error = self.narrower
            rows.append((f"at {width}", f"certified {norm} <= {shown_up(error.upper, DIGITS)}"))
        if self.claimed is not None:
            rows.append(("claimed", f"{norm} <= {float(self.claimed):.{DIGITS}g}"))
        rows.append(("certified", f"{low} <= {norm} <= {high}"))
        if self.error.where is not None:
            rows.append(("attained", f"|f - g| >= {low} at x = {self.error.where!r}"))
        return rows

    def picture(self) -> Figure:
        """Target and network above, |f - g| with the claim below (matplotlib).

        Raises InputError for targets in several variables.
        """
        from verify.pictures import COLOURS, Curve, target_and_networks

        target = self._on_the_line()
        curves = []
        if self.network is not None:
            error = 0.0 if self.error is None else self.error.upper
            label = f"{self.construction}, width {self.width}"
            curves = [Curve("constructed", _values(self.network), error, label)]
        figure = target_and_networks(target, curves, 0.0)
        top, bottom = figure.axes
        top.set_title(f"{self.construction} {TITLES[self.kind]}", fontsize=10)
        if self.claimed is not None and self.claimed > 0:
            bottom.axhline(
                float(self.claimed), color=COLOURS["trained"], lw=1.5, label="claimed bound"
            )
        if self.error is not None and self.error.where is not None:
            x, size = self.error.where, self.error.lower
            bottom.plot([x], [size], "o", color=COLOURS["trained"], label="attained (certified)")
        if bottom.get_legend_handles_labels()[0]:
            bottom.legend(fontsize=8, loc="best")
        return figure

    def _on_the_line(self) -> Target:
        if isinstance(self.target, Target):
            return self.target
        if self.target.dimension > 1:
            shown = f"{self.target.dimension} variables"
            raise InputError("picture", shown, "has no axes for", "one variable is accepted")
        return Target.parse(self.target.text, *self.target.domain[0])


def plot(counterexample: Counterexample) -> Figure:
    """``counterexample.picture()``."""
    return counterexample.picture()


def _values(network: Made) -> Callable[[Array], Array]:
    if isinstance(network, RidgeNetwork):
        return lambda x: network(np.reshape(x, (-1, 1)))
    return network
