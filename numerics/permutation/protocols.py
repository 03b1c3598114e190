"""Training protocols as records: LaPerm ``QUICK`` and ``PUBLISHED``, exchange ``SEARCH``.

An epoch is one pass over the training points: one step when the batch is full.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from numerics.draws import check_seed
from theory.errors import InputError

Arrangement = Literal["shuffled", "paired", "alternating"]
Points = Literal["equispaced", "uniform"]
RateUnit = Literal["absolute", "initial"]
Inner = Literal["adam", "solve"]
Refit = Literal["none", "least-squares", "minimax"]
Select = Literal["last", "best"]


@dataclass(frozen=True)
class LaPermConfig:
    """One protocol; raises InputError for values that cannot be meant.

    ``period``: epochs between synchronisations; ``batch``: rows per step, None for all of them;
    ``points``: number of training points, but at least ``density`` per gap between n equidistant
    locations; ``placement``: equispaced with both ends, or uniform draws of the stream
    (``permutation-points``, ``points_seed``).
    ``arrangement``: of the initial values at the start (numerics.permutation.module).
    Rate in epoch e: ``rate`` * ``decay``**e, times max|initial| if ``rate_unit`` is ``initial``
    (training is then invariant under a scaling of the initial vector).
    ``readout``: alpha and gamma by Adam from (0, ``gamma``), or solved for in every step; solving
    keeps |gamma| >= ``slope_share`` |f'(b) - f'(a)| / max|initial|, slopes by differences.  Ignored
    where the read-out is frozen.  ``refit``: the two numbers after the last synchronisation.
    ``select``: the last synchronised network, or the one of least sup error on the training points
    with its least-squares read-out.
    """

    epochs: int
    period: int
    points: int = 1600
    density: int = 0
    placement: Points = "equispaced"
    points_seed: int = 0
    test_points: int = 400
    batch: int | None = None
    arrangement: Arrangement = "shuffled"
    rate: float = 1e-3
    decay: float = 1.0
    rate_unit: RateUnit = "absolute"
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    readout: Inner = "adam"
    gamma: float = 1.0
    slope_share: float = 0.0
    refit: Refit = "minimax"
    select: Select = "last"
    seeds: tuple[int, ...] = (0,)

    def __post_init__(self) -> None:
        for name, accepted in _CHOICES.items():
            if getattr(self, name) not in accepted:
                raise InputError(name, getattr(self, name), "is", f"one of {', '.join(accepted)}")
        for name in ("epochs", "period", "points", "test_points"):
            _whole(name, getattr(self, name), 2 if name.endswith("points") else 1)
        _whole("density", self.density, 0)
        if self.batch is not None:
            _whole("batch", self.batch, 1)
            if self.density:
                raise InputError("density", self.density, "needs the full batch:", "0 with batches")
            if self.points % self.batch:
                raise InputError("batch", self.batch, "does not divide the points:", "a divisor")
            if self.readout == "solve":
                raise InputError("readout", "solve", "needs the full batch:", "adam with batches")
        if self.period > self.epochs:
            raise InputError("period", self.period, "is", f"at most epochs = {self.epochs}")
        for name in ("rate", "decay", "eps"):
            _positive(name, getattr(self, name))
        if self.decay > 1.0:
            raise InputError("decay", self.decay, "is", "a number in (0, 1] is accepted")
        if len(self.betas) != 2 or not all(0.0 <= beta < 1.0 for beta in self.betas):
            raise InputError("betas", self.betas, "are", "two numbers in [0, 1) are accepted")
        if not math.isfinite(self.gamma) or self.gamma == 0.0:
            raise InputError("gamma", self.gamma, "is", "a finite number other than 0 is accepted")
        if not 0.0 <= self.slope_share < math.inf:
            raise InputError("slope_share", self.slope_share, "is", "a number >= 0 is accepted")
        if self.slope_share > 0.0 and (self.placement, self.readout) != ("equispaced", "solve"):
            raise InputError(
                "slope_share",
                self.slope_share,
                "is",
                "0 unless points are equispaced, readout solve",
            )
        check_seed(self.points_seed)
        seeds = tuple(check_seed(seed) for seed in self.seeds)
        if not seeds or len(set(seeds)) < len(seeds):
            raise InputError("seeds", self.seeds, "are", "distinct integers >= 0, at least one")

    def points_for(self, width: int) -> int:
        """Number N of training points for ``width`` locations."""
        return max(self.points, self.density * (width - 1) + 1)

    @property
    def steps_per_epoch(self) -> int:
        """Optimiser steps in one pass over the training points."""
        return 1 if self.batch is None else self.points // self.batch


# Lengths in gaps from which later descents start: they keep the coarse shape.
RESTART = 4.0


@dataclass(frozen=True)
class SearchConfig:
    """One protocol; raises InputError for values that cannot be meant.

    ``kappas``: seed number s takes the (s mod len)-th; ``ratio`` > 1: of successive lengths l, from
    n down to 1/4; ``smoothing`` False goes to the plain error at once; ``cycles``: descents, all
    but the first from ``RESTART`` gaps; ``sweeps``: at each length at most, fewer when 1 % of the
    locations move; ``polish``: reweightings, two sweeps each; ``density``: training points per gap
    between n equidistant locations.
    """

    kappas: tuple[float, ...] = (8.0, 16.0, 32.0, 64.0)
    ratio: float = 1.5
    smoothing: bool = True
    cycles: int = 3
    sweeps: int = 5
    polish: int = 12
    density: int = 4
    seeds: tuple[int, ...] = (0, 1, 2, 3)

    def __post_init__(self) -> None:
        if not self.kappas or not all(0.0 < kappa < math.inf for kappa in self.kappas):
            raise InputError("kappas", self.kappas, "are", "positive numbers, at least one")
        if not 1.0 < self.ratio < math.inf:
            raise InputError("ratio", self.ratio, "is", "a number above 1 is accepted")
        for name, least in (("cycles", 1), ("sweeps", 1), ("polish", 0), ("density", 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise InputError(name, value, "is", f"integers >= {least} are accepted")
        seeds = tuple(check_seed(seed) for seed in self.seeds)
        if not seeds or len(set(seeds)) < len(seeds):
            raise InputError("seeds", self.seeds, "are", "distinct integers >= 0, at least one")

    def lengths(self, width: int) -> list[float]:
        """The lengths l in gaps, each descent ending with 0 for the plain error."""
        if not self.smoothing:
            return [0.0]
        count = int(math.log(4.0 * width) / math.log(self.ratio)) + 1
        descent = [*(width / self.ratio**k for k in range(count)), 0.0]
        again = [length for length in descent if length <= RESTART]
        return descent + (self.cycles - 1) * again


_CHOICES: dict[str, tuple[str, ...]] = {
    "arrangement": get_args(Arrangement),
    "placement": get_args(Points),
    "rate_unit": get_args(RateUnit),
    "readout": get_args(Inner),
    "refit": get_args(Refit),
    "select": get_args(Select),
}


def _whole(name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InputError(name, value, "is", f"integers >= {least} are accepted")


def _positive(name: str, value: float) -> None:
    if not (isinstance(value, int | float) and math.isfinite(value) and value > 0):
        raise InputError(name, value, "is", "a positive finite number is accepted")


# The full batch is cheap (numerics.permutation.hats), so many steps, a large rate and a read-out
# that is always optimal.  Chosen by a random search over rate, decay, period and betas on six
# targets, n = 20..1280: flat around these values.  Paired starts win where the slopes of the
# target agree at both ends, shuffled ones elsewhere; 1/4 is the least share that P8 allows.
QUICK = LaPermConfig(
    epochs=40_000,
    period=100,
    points=1601,
    density=4,
    arrangement="alternating",
    rate=0.02,
    decay=0.1 ** (1 / 40_000),
    rate_unit="initial",
    readout="solve",
    slope_share=0.25,
    refit="minimax",
    select="best",
    seeds=tuple(range(8)),
)

# As released with arXiv 2407.01033; the start of the read-out, (0, 1), is ours.
PUBLISHED = LaPermConfig(
    epochs=6400,
    period=5,
    points=1600,
    placement="uniform",
    batch=8,
    rate=1e-3,
    decay=0.998,
    readout="adam",
    refit="least-squares",
    seeds=tuple(range(10)),
)

SEARCH = SearchConfig()
