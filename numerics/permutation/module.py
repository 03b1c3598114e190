"""The trainable permutation network: coefficients that are, exactly, a permutation of a buffer.

g_s(x) = alpha_s + gamma_s sum_i w_{s,i} relu(x - t_i) + w_{s,n+i} relu(t_i - x), s < S networks
side by side, w_s = initial[order_s].  Training moves ``free``, float copies of the w; the
network itself is always read from ``order``, so no rounding can make a new value.  Locations and
initial values are buffers: no optimiser ever sees them, and ``fingerprints`` shows it.

Source: weight permutation, arXiv 2407.01033, note P; the rank assignment is that of LaPerm (Qiu and
Suda 2020).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.draws import FrozenDraw, check_seed
from numerics.fingerprint import fingerprint
from numerics.networks import PermutationNetwork, Provenance, frozen_array
from numerics.permutation.protocols import Arrangement
from theory.errors import InputError

SHUFFLE = "permutation-shuffle"


class PermutedHinges(torch.nn.Module):
    """S permutation networks on the same n locations and 2n initial values, float64.

    ``locations`` (n,) ascending, ``initial`` (2n,).  Each seed starts from its own order, drawn
    from the stream (``permutation-shuffle``, seed): ``shuffled``, all 2n values, or ``paired``, the
    k-th least and the k-th largest value at one location (a symmetric vector then has no kink), or
    the first for even and the second for odd seeds (``alternating``).
    ``scale`` is the starting gamma; without ``readout`` alpha = 0 and gamma = ``scale`` are frozen.
    Raises InputError.

    Buffers: ``locations``, ``initial``, ``ranking`` (stable argsort of initial), ``order`` (S, 2n).
    Parameters: ``free`` (S, 2n) and, with read-out, ``affine`` (S, 2) holding (alpha, gamma).
    In training mode ``forward`` uses ``free``, in evaluation mode the exact permutation.
    """

    locations: torch.Tensor
    initial: torch.Tensor
    ranking: torch.Tensor
    order: torch.Tensor
    affine: torch.Tensor

    def __init__(
        self,
        locations: object,
        initial: object,
        seeds: Sequence[int],
        *,
        arrangement: Arrangement = "shuffled",
        readout: bool = True,
        scale: float = 1.0,
        provenance: Provenance | None = None,
    ) -> None:
        super().__init__()
        places = frozen_array("locations", locations)
        if not places.size or (places[1:] < places[:-1]).any():
            raise InputError(
                "locations", "array", "not ascending:", "sorted locations, at least one"
            )
        values = frozen_array("initial", initial, 2 * places.size)
        if not seeds:
            raise InputError("seeds", seeds, "is empty:", "at least one seed")
        self.seeds = tuple(check_seed(seed) for seed in seeds)
        self.readout = readout
        self.provenance = provenance or Provenance(locations="given", initial="given")
        ranking = np.argsort(values, kind="stable")
        orders = [_arranged(arrangement, seed, ranking) for seed in self.seeds]
        self.register_buffer("locations", torch.tensor(places))
        self.register_buffer("initial", torch.tensor(values))
        self.register_buffer("ranking", torch.tensor(ranking))
        self.register_buffer("order", torch.tensor(np.stack(orders)))
        self.free = torch.nn.Parameter(self.initial[self.order])
        affine = torch.tensor([0.0, scale], dtype=torch.float64).repeat(len(self.seeds), 1)
        if readout:
            self.affine = torch.nn.Parameter(affine)
        else:
            self.register_buffer("affine", affine)

    @property
    def width(self) -> int:
        """Number n of locations."""
        return int(self.locations.numel())

    @property
    def coefficients(self) -> torch.Tensor:
        """The exact coefficients (p, q) = initial[order], shape (S, 2n)."""
        return self.initial[self.order]

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """relu(x - t_i), then relu(t_i - x): shape (N, 2n) for ``x`` of shape (N,)."""
        offsets = x[:, None] - self.locations
        return torch.cat([offsets, -offsets], dim=1).clamp_(min=0.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Values of the S networks at ``x``: shape (S, N) for ``x`` of shape (N,)."""
        weights = self.free if self.training else self.coefficients
        alpha, gamma = self.affine.unbind(dim=1)
        return alpha[:, None] + gamma[:, None] * (weights @ self.features(x).T)

    @torch.no_grad()
    def synchronise(self) -> None:
        """w <- the initial values in the rank order of ``free``; ties keep the order of positions.

        ``free`` is overwritten with the new coefficients; nothing of an optimiser is touched.
        """
        ascending = torch.from_numpy(_ascending(self.free.numpy(force=True)))
        self.order.scatter_(1, ascending, self.ranking.expand_as(ascending))
        self.free.copy_(self.coefficients)

    def fingerprints(self) -> dict[str, str]:
        """Digests of everything that training must not change."""
        frozen = {"locations": self.locations, "initial": self.initial}
        if not self.readout:
            frozen["readout"] = self.affine
        return {name: fingerprint(values) for name, values in frozen.items()}

    def network(self, index: int) -> PermutationNetwork:
        """Network ``index`` as a record of exact float64 numbers; raises InputError if ``order``
        has been overwritten with something that is no permutation."""
        order = self.order[index]
        if not torch.equal(order.sort().values, torch.arange(order.numel(), device=order.device)):
            raise InputError("order", index, "no permutation in row", "a permutation of 0..2n-1")
        weights = self.initial[order].cpu().numpy()
        alpha, gamma = self.affine[index].detach().tolist()
        return PermutationNetwork(
            locations=self.locations.cpu().numpy(),
            p=weights[: self.width],
            q=weights[self.width :],
            alpha=alpha,
            gamma=gamma,
            initial=self.initial.cpu().numpy(),
            provenance=self.provenance,
            readout=self.readout,
        )


def _ascending(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The stable argsort of each row; numpy's faster default is the same where nothing is tied."""
    order = np.argsort(values, axis=1)
    ranked = np.take_along_axis(values, order, axis=1)
    if (ranked[:, 1:] == ranked[:, :-1]).any():
        order = np.argsort(values, axis=1, kind="stable")
    return order


def _arranged(arrangement: str, seed: int, ranking: NDArray[np.int64]) -> NDArray[np.int64]:
    """The starting order: of all 2n values, or of the pairs (k-th least, k-th largest)."""
    draw = FrozenDraw(SHUFFLE, seed)
    if arrangement == "alternating":
        arrangement = "paired" if seed % 2 else "shuffled"
    if arrangement == "shuffled":
        return draw.shuffle(ranking.size)
    if arrangement != "paired":
        raise InputError("arrangement", arrangement, "is", "shuffled, paired or alternating")
    n = ranking.size // 2
    pairs = np.stack([ranking[:n], ranking[: n - 1 : -1]])[:, draw.shuffle(n)]
    return np.where(draw.take(n) < 0.0, pairs, pairs[::-1]).ravel()
