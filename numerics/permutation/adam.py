"""Adam on one tensor, in place and without allocation (Kingma and Ba, arXiv 1412.6980)."""

from __future__ import annotations

import math

import torch


class Adam:
    """w <- w - rate m^/(sqrt(v^) + eps), with the bias corrections of the first ``steps`` steps.

    The arithmetic is that of torch.optim.Adam, without its bookkeeping per call.
    """

    def __init__(self, values: torch.Tensor, betas: tuple[float, float], eps: float) -> None:
        self.values, self.betas, self.eps = values, betas, eps
        self.steps = 0
        self.mean = torch.zeros_like(values)
        self.square = torch.zeros_like(values)
        self._scratch = torch.empty_like(values)

    def step(self, gradient: torch.Tensor, rate: float) -> None:
        """One update of ``values`` along ``gradient``, both of one shape."""
        self.steps += 1
        first, second = self.betas
        self.mean.lerp_(gradient, 1.0 - first)
        self.square.mul_(second).addcmul_(gradient, gradient, value=1.0 - second)
        torch.sqrt(self.square, out=self._scratch)
        self._scratch.div_(math.sqrt(1.0 - second**self.steps)).add_(self.eps)
        self.values.addcdiv_(self.mean, self._scratch, value=-rate / (1.0 - first**self.steps))
