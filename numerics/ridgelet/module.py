"""The trainable random-feature network: frozen units, only the output weights learn.

g_s(x) = sum_j c_{s,j} sigma(a_{s,j}.x - b_{s,j}), s < S networks side by side, each on its own
frozen draw.  a and b are buffers: no optimiser ever sees them, and ``fingerprints`` shows it.

Source: band-limited random networks, note R; arXiv 2008.08427.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.fingerprint import fingerprint
from numerics.ridgelet.draws import box_units
from numerics.ridgelet.network import RidgeDraw, RidgeNetwork
from theory.errors import InputError
from theory.ridgelet.activations import activation

Array = NDArray[np.float64]

SIGMAS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "gaussian": lambda t: torch.exp(-t * t / 2),
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    # logaddexp is accurate everywhere; torch's softplus is linear beyond 20
    "softplus": lambda t: torch.logaddexp(t, torch.zeros_like(t)),
    "erf": lambda t: torch.erf(t / math.sqrt(2)),
    "gelu": torch.nn.functional.gelu,
    "relu": torch.relu,
    "step": lambda t: (t >= 0).to(t.dtype),
    "cos": torch.cos,
    "sin": torch.sin,
    "sinc": lambda t: torch.sinc(t / math.pi),
}


@dataclass(frozen=True)
class Units:
    """V and the activation: what a draw of hidden units needs to know."""

    activation: str
    dimension: int
    lam: float
    beta: float


class RandomFeatureNetwork(torch.nn.Module):
    """S networks of width n; seed s draws (a, b) from the stream (``ridgelet``, s).

    Buffers: ``a`` (S, n, d), ``b`` (S, n).  Parameter: ``c`` (S, n), starting at 0.  ``dtype``
    float64, or float32: the draw is then rounded once more, and :meth:`network` widens exactly.
    Raises InputError.
    """

    a: torch.Tensor
    b: torch.Tensor

    def __init__(
        self,
        units: Units,
        width: int,
        seeds: Sequence[int],
        *,
        dtype: torch.dtype = torch.float64,
    ) -> None:
        super().__init__()
        activation(units.activation)
        if not seeds:
            raise InputError("seeds", seeds, "is empty:", "at least one seed")
        if dtype not in (torch.float64, torch.float32):
            raise InputError("dtype", dtype, "is", "float64 or float32 is accepted")
        draws = [box_units(width, units.dimension, units.lam, units.beta, s) for s in seeds]
        self.units = units
        self.seeds = tuple(int(seed) for seed in seeds)
        self.draws: tuple[RidgeDraw, ...] = tuple(draw for _, _, draw in draws)
        self.register_buffer("a", torch.tensor(np.stack([a for a, _, _ in draws])).to(dtype))
        self.register_buffer("b", torch.tensor(np.stack([b for _, b, _ in draws])).to(dtype))
        self.c = torch.nn.Parameter(torch.zeros(len(draws), width, dtype=dtype))

    @property
    def width(self) -> int:
        """Number n of units of each network."""
        return int(self.c.shape[1])

    @property
    def mass(self) -> torch.Tensor:
        """|c|_1 of each network, shape (S,)."""
        return self.c.detach().abs().sum(dim=1)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """sigma(a_{s,j}.x_i - b_{s,j}): shape (S, m, n) for ``x`` of shape (m, d)."""
        inner = torch.einsum("snd,md->smn", self.a, x.to(self.a.dtype)) - self.b[:, None, :]
        return SIGMAS[self.units.activation](inner)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Values of the S networks at ``x`` (m, d): shape (S, m)."""
        return torch.einsum("smn,sn->sm", self.features(x), self.c)

    def fingerprints(self) -> dict[str, str]:
        """Digests of everything that training must not change."""
        return {"a": fingerprint(self.a), "b": fingerprint(self.b)}

    def network(self, index: int) -> RidgeNetwork:
        """Network ``index`` as a record of exact float64 numbers.

        The record names its draw only in float64: float32 parameters are not those of the stream.
        """
        a, b, c = (
            t[index].detach().cpu().to(torch.float64).numpy() for t in (self.a, self.b, self.c)
        )
        draw = self.draws[index] if self.c.dtype == torch.float64 else None
        return RidgeNetwork(self.units.activation, a, b, c, draw=draw)


@torch.no_grad()
def project_rows(c: torch.Tensor, budget: float) -> torch.Tensor:
    """Each row of ``c`` (S, n) projected onto the ball |c|_1 <= ``budget``."""
    size = c.abs()
    ordered = size.sort(dim=1, descending=True).values
    excess = ordered.cumsum(dim=1) - budget
    count = torch.arange(1, c.shape[1] + 1, device=c.device, dtype=c.dtype)
    last = (ordered * count > excess).sum(dim=1, keepdim=True)
    level = excess.gather(1, (last - 1).clamp(min=0)) / last.clamp(min=1)
    shrunk = c.sign() * (size - level).clamp(min=0.0)
    return torch.where(size.sum(dim=1, keepdim=True) <= budget, c, shrunk)
