"""What a user asks of the band-limited family, checked before any work starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from theory.errors import InputError
from theory.ridgelet.activations import activation
from theory.rigor.numbers import exact_text
from theory.targets.box_target import BoxTarget
from verify.frontiers.request import FrontierRequest

LARGEST_WIDTH = 20_000
COMMAND = "sandwich ridgelet"


@dataclass(frozen=True)
class RidgeletRequest:
    """Target, width n, activation, V = {|a_i| <= lam, |b| <= beta}, budget B of |c|_1, seed.

    ``delta`` is the probability with which the sampled network may miss its predicted bound.
    Raises InputError naming the option that cannot be used.
    """

    target: BoxTarget
    width: int
    activation: str
    lam: Fraction
    beta: Fraction
    budget: Fraction
    seed: int = 0
    delta: Fraction = Fraction(1, 20)

    def __post_init__(self) -> None:
        reason = activation(self.activation).unsupported.get(COMMAND)
        if reason is not None:
            accepted = f"another activation is accepted: {reason}"
            raise InputError("--activation", self.activation, "has no sandwich:", accepted)
        if not 1 <= self.width <= LARGEST_WIDTH:
            accepted = f"a width from 1 to {LARGEST_WIDTH} is accepted"
            raise InputError("--width", self.width, "out of range:", accepted)
        if not 0 < self.delta < 1:
            accepted = "a number between 0 and 1 is accepted"
            raise InputError("--delta", exact_text(self.delta), "out of range:", accepted)
        if self.seed < 0:
            raise InputError("--seed", self.seed, "negative:", "0 or more is accepted")
        self.frontier()

    def frontier(self) -> FrontierRequest:
        """The same class and budget as one point of the frontier."""
        budgets = (self.budget,)
        return FrontierRequest(self.target, self.activation, self.lam, self.beta, budgets)

    def with_band(self, lam: Fraction) -> RidgeletRequest:
        """The same request with another band."""
        return replace(self, lam=lam)
