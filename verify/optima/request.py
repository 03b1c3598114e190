"""What a user asks of an optimum over permutations, checked before any work starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from numerics.permutation.enumeration import LARGEST, SMALLEST
from theory.errors import InputError
from theory.targets.enclosures import Profile
from theory.targets.target import Target

Norm = Literal["sup", "l2"]
Method = Literal["enumerate", "milp"]
NORMS: tuple[Norm, ...] = get_args(Norm)
METHODS: tuple[Method, ...] = get_args(Method)
LARGEST_MILP = 60


@dataclass(frozen=True)
class OptimumRequest:
    """The smallest error over all permutations of +-b_i on ``width`` equidistant locations b_i.

    ``readout``: whether alpha and gamma are free too; ``norm``: "sup" on the domain or "l2" of the
    uniform probability measure on it; ``seconds`` limits ``milp``.  Raises InputError for widths
    beyond a method's reach (2..6 enumerate, 2..60 milp) and for milp in L2.
    """

    target: Target
    width: int
    norm: Norm = "sup"
    readout: bool = True
    method: Method = "enumerate"
    seconds: float = 60.0

    def __post_init__(self) -> None:
        largest = LARGEST if self.method == "enumerate" else LARGEST_MILP
        if isinstance(self.width, bool) or not SMALLEST <= self.width <= largest:
            accepted = f"a width from {SMALLEST} to {largest} is accepted by {self.method}"
            raise InputError("--width", self.width, "out of range:", accepted)
        if self.method == "milp" and self.norm != "sup":
            raise InputError("--norm", self.norm, "is not linear:", "sup is accepted with milp")
        if not 0 < self.seconds < float("inf"):
            raise InputError("--time-limit", self.seconds, "is", "a finite number above 0")

    def profile(self) -> Profile:
        """The target's constants; raises InputError unless it is finite on the whole domain."""
        profile = Profile(self.target)
        _ = profile.sup
        return profile
