"""What a user asks of the permutation family, checked before any work starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from numerics.permutation.initial import Placement, Start
from theory.errors import InputError
from theory.targets.enclosures import Profile
from theory.targets.target import Target

SMALLEST_WIDTH = 4
# The witness of a wider network would exceed what the checker reads (64 MiB).
LARGEST_WIDTH = 2_000_000
STARTS: tuple[Start, ...] = get_args(Start)
PLACEMENTS: tuple[Placement, ...] = get_args(Placement)


@dataclass(frozen=True)
class PermutationRequest:
    """Target, width n (locations), class of networks, and the vector that training permutes.

    ``start`` is the initial vector of training, ``placement`` where the locations are (None: where
    the start puts them).  Raises InputError for a width outside [4, 2 10^6] or a target that is not
    finite on its domain.
    """

    target: Target
    width: int
    readout: bool = True
    start: Start = "location"
    placement: Placement | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if not SMALLEST_WIDTH <= self.width <= LARGEST_WIDTH:
            accepted = f"a width from {SMALLEST_WIDTH} to {LARGEST_WIDTH} is accepted"
            raise InputError("--width", self.width, "out of range:", accepted)
        if self.seed < 0:
            raise InputError("--seed", self.seed, "negative:", "0 or more is accepted")

    @property
    def equidistant(self) -> bool:
        """Whether the locations are the equidistant ones of the theorems."""
        if self.placement is None:
            return self.start in ("location", "published-equidistant")
        return self.placement == "equidistant"

    def profile(self) -> Profile:
        """The target's constants; raises InputError unless it is finite on the whole domain."""
        profile = Profile(self.target)
        _ = profile.sup
        return profile
