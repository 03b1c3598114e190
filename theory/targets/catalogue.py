"""Targets with known properties: examples for people, and the rows of ``icebound targets``."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from theory.targets.target import Target


@dataclass(frozen=True)
class Example:
    """A named target and what is known of f on its domain."""

    name: str
    expression: str
    low: Fraction
    high: Fraction
    properties: str
    strongest: str

    @property
    def target(self) -> Target:
        """The target itself."""
        return Target.parse(self.expression, self.low, self.high)


def _example(
    name: str, expression: str, low: int, high: int, properties: str, strongest: str
) -> Example:
    return Example(name, expression, Fraction(low), Fraction(high), properties, strongest)


EXAMPLES: tuple[Example, ...] = (
    _example("sine", "-sin(2*pi*x)", -1, 1, "smooth; first target of arXiv 2407.01033", "P8"),
    _example("legendre3", "(5*x**3-3*x)/2", -1, 1, "polynomial; second target of it", "P8"),
    _example("sine-unit", "sin(2*pi*x)", 0, 1, "smooth, M2 = 4 pi^2", "P8"),
    _example("exponential", "exp(x)", 0, 1, "smooth, monotone", "P8"),
    _example("parabola", "x**2", 0, 1, "constant curvature: the hard case of P10", "P8"),
    _example("affine", "2*x-1/3", 0, 1, "a line: represented exactly up to rounding", "P8"),
    _example("runge", "1/(1+25*x**2)", -1, 1, "smooth, sharp peak", "P8"),
    _example("step-like", "tanh(20*x)", -1, 1, "smooth, steep", "P8"),
    _example("kink", "abs(x-1/3)", 0, 1, "Lipschitz with a kink off every grid", "P3'"),
    _example("square-root", "sqrt(x)", 0, 1, "continuous, slope unbounded at 0", "P3' (modulus)"),
)
