"""What a construction of biases returns: network, guarantee, and an account of both halves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.bias.network import BiasNetwork
from numerics.bias.predict import Prediction

# Mismatch of a node, relative to the expected chord error, below which fewer units are preferred.
TOLERANCE = 0.1
# A predicted error above this part of max f - min f: the wiggles of f are not followed.
SATISFIED = 0.1


@dataclass(frozen=True)
class HalfReport:
    """One half: N intervals, units at its knots, largest |theta|, and the kink it had and needed.

    ``available``, ``needed``: (positive, negative) kink in the pool and turning of f'.
    """

    intervals: int
    units: int
    theta: float
    available: tuple[float, float]
    needed: tuple[float, float]

    @property
    def covered(self) -> float:
        """Kink available over kink needed, of the sign that is shorter."""
        pairs = zip(self.available, self.needed, strict=True)
        return min((have / want for have, want in pairs if want > 0), default=np.inf)


@dataclass(frozen=True)
class BiasConstruction:
    """A network on frozen weights with its guarantee sup|f - g| <= ``prediction.value`` (B2a).

    ``off``: units switched off on the domain; ``parked``: units that are affine on it; ``part``:
    1, or the factor lambda < 1 with which the wiggles of a target were followed that the kinks of
    the draw cannot follow in full; ``spread``: max f - min f, or |f| of a
    constant.
    """

    network: BiasNetwork
    prediction: Prediction
    middle: float
    right: HalfReport
    left: HalfReport
    parked: int
    off: int
    part: float
    spread: float

    @property
    def followed(self) -> bool:
        """Whether the wiggles of f are met: an error of at most a tenth of max f - min f."""
        return self.prediction.value <= SATISFIED * self.spread

    @property
    def shortage(self) -> str | None:
        """In words, which kink the draw does not hold enough of; None if it holds enough."""
        texts = []
        for name, half in (("right", self.right), ("left", self.left)):
            for sign, have, want in zip(
                ("positive", "negative"), half.available, half.needed, strict=True
            ):
                if have < want:
                    texts.append(
                        f"{name} half: f' turns by {want:.4g} towards {sign} and the {name}-facing "
                        f"units have {have:.4g} of {sign} kink left for it"
                    )
        return "; ".join(texts) or None
