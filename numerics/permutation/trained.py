"""What a training run returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from numerics.networks import PermutationNetwork, Provenance
from numerics.permutation.protocols import LaPermConfig, SearchConfig

Array = NDArray[np.float64]
ReadoutLabel = Literal["frozen", "trained", "solved", "least-squares", "minimax"]


@dataclass(frozen=True)
class TrainingHistory:
    """After each synchronisation, or each length of a search: ``step`` (H,), mean squared error on
    the training points ``loss`` (H, S), sup error ``sup`` (H, S), on the test grid or, for a
    search, on the training points, under the read-out of that moment."""

    step: NDArray[np.int64]
    loss: Array
    sup: Array


@dataclass(frozen=True)
class TrainingResult:
    """S trained networks, each exactly a permutation of its initial vector.

    ``grid_errors`` (S,): max |f - g| over the test grid, measured, not certified; ``readout`` says
    how the final alpha, gamma were found; ``initial`` is where the frozen values come from.
    ``fingerprints_before`` and ``..._after`` are the digests of the frozen arrays.
    """

    networks: tuple[PermutationNetwork, ...]
    grid_errors: Array
    history: TrainingHistory
    seconds: float
    algorithm: str
    readout: ReadoutLabel
    config: LaPermConfig | SearchConfig
    initial: Provenance
    fingerprints_before: Mapping[str, str]
    fingerprints_after: Mapping[str, str]

    def __post_init__(self) -> None:
        arrays = (self.grid_errors, self.history.step, self.history.loss, self.history.sup)
        for array in arrays:
            array.setflags(write=False)
        for name in ("fingerprints_before", "fingerprints_after"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @property
    def best(self) -> int:
        """Index of the network with the least error on the test grid."""
        return int(self.grid_errors.argmin())

    @property
    def network(self) -> PermutationNetwork:
        """The network with the least error on the test grid."""
        return self.networks[self.best]

    @property
    def geometric_mean(self) -> float:
        """Geometric mean of the errors over the seeds, the published figure; 0 if one is 0."""
        with np.errstate(divide="ignore"):
            return float(np.exp(np.log(self.grid_errors).mean()))

    @property
    def frozen_unchanged(self) -> bool:
        """Whether not one bit of a frozen array has moved."""
        return dict(self.fingerprints_before) == dict(self.fingerprints_after)
