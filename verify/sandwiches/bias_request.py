"""What a user asks of the bias family, checked before any work starts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from theory.errors import InputError
from theory.targets.enclosures import Profile
from theory.targets.target import Target

if TYPE_CHECKING:
    from numerics.bias.draw import BiasDraw
    from numerics.networks import Array

SMALLEST_WIDTH = 1
# A sweep over more units takes minutes.
LARGEST_WIDTH = 1_000_000
# Where no smaller width works, this one is the last that is looked at.
SEARCHED_WIDTH = 200_000
# Products c w stay inside the range of float64.
LARGEST_WEIGHT = 2.0**300


@dataclass(frozen=True)
class BiasRequest:
    """Target, width n and the frozen weights: a draw, or ``given`` = (W, C) of shape (n,) each.

    Raises InputError for a width outside [1, 1000000], a range <= 0 or beyond 2^+-300, given
    weights beyond 2^300, or a negative seed.
    """

    target: Target
    width: int
    weight_range: Fraction = Fraction(1)
    seed: int = 0
    given: tuple[Array, Array] | None = None

    def __post_init__(self) -> None:
        if not SMALLEST_WIDTH <= self.width <= LARGEST_WIDTH:
            accepted = f"a width from {SMALLEST_WIDTH} to {LARGEST_WIDTH} is accepted"
            raise InputError("--width", self.width, "out of range:", accepted)
        if not Fraction(1, 2**300) <= self.weight_range <= 2**300:
            accepted = "a positive number from 2^-300 to 2^300 is accepted"
            raise InputError("--weight-range", self.weight_range, "out of range:", accepted)
        for name, array in zip("WC", self.given or (), strict=False):
            largest = float(abs(array).max())
            if not largest <= LARGEST_WEIGHT:
                accepted = "numbers up to 2^300 in size are accepted"
                raise InputError("--weights", f"{name}: {largest:g}", "holds", accepted)
        if self.seed < 0:
            raise InputError("--seed", self.seed, "negative:", "0 or more is accepted")

    @property
    def draw(self) -> BiasDraw | None:
        """Where the weights come from; None for given ones."""
        from numerics.bias.draw import BiasDraw

        return None if self.given is not None else BiasDraw(float(self.weight_range), self.seed)

    @cached_property
    def weights(self) -> tuple[Array, Array]:
        """The frozen W and C, shape (n,) each."""
        draw = self.draw
        if draw is None:
            assert self.given is not None
            return self.given
        W, C = draw.weights(self.width)
        return W[:, 0], C[0]

    def profile(self) -> Profile:
        """The target's constants; raises InputError unless it is finite on the whole domain."""
        profile = Profile(self.target)
        _ = profile.sup
        return profile
