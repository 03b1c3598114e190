"""S recurrent networks side by side, and backpropagation through time by the formulas.

r_t = -alpha r_{t-1} + beta relu(W r_{t-1} + B x_{t-1} + b), y_t = C r_t, r_0 = 0.  During the
warm-up x is the data; then x_{t-1} = y_{t-d} (d the delay of the system; for d = 1 the network
runs on its last output), or 0 without feedback.  Input j is ``lags`` j samples older: y_{t-d-lag}
is fed back there.  Tensors are (S, n, P): seed, unit, window.

Backward, with D_t = [field > 0], G_t the derivative of the loss by r_t and g_t that by y_t:

    H_t = beta D_t G_t,   db = sum H_t,   dW = sum H_t r_{t-1}^T,   dB = sum H_t x_{t-1}^T,
    dx_{t-1} = B^T H_t,   G_{t-1} = -alpha G_t + W^T H_t + C^T (g_{t-1} + dx where y was fed back),
    dC = sum g_t r_t^T.

It is written out since autograd's bookkeeping costs more than the arithmetic at these sizes.  In
memory units come last, (S, P, n): products with W take half the time so.  What is frozen is a
buffer; ``parameters()`` holds the biases alone, or everything.
Source: note B4; arXiv 2407.00957.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from numerics.bias.recurrent import RecurrentNetwork
from numerics.dynamics.draws import FrozenMatrices
from numerics.fingerprint import fingerprint
from theory.errors import InputError

TRAIN = ("biases", "all")
NAMES = ("W", "B", "C", "b")


@dataclass(frozen=True)
class Run:
    """What T steps went through.

    ``states`` r_0 .. r_T (T + 1, S, n, P), ``on`` [field > 0] (T, S, n, P), ``outputs`` y_1 .. y_T
    (T, S, l, P), and the ``inputs`` x_0 .. x_{T-1} (T, S, dx, P) that were used.  Where the states
    were not kept, ``states`` and ``on`` hold scratch.
    """

    states: torch.Tensor
    on: torch.Tensor
    outputs: torch.Tensor
    inputs: torch.Tensor


class RecurrentModule(torch.nn.Module):
    """Networks with one draw each; ``train`` names what is learned: "biases" or "all".

    ``matrices``: one draw per seed, of one shape.  ``delay`` d, ``feedback`` and ``lags`` as above.
    Buffers: W (S, n, n), B (S, n, dx), C (S, l, n) unless all is trained; parameter b (S, n, 1).
    Raises InputError.
    """

    def __init__(
        self,
        matrices: Sequence[FrozenMatrices],
        *,
        alpha: float,
        beta: float,
        train: str = "biases",
        delay: int = 1,
        feedback: bool = True,
        lags: Sequence[int] = (0,),
    ) -> None:
        super().__init__()
        if train not in TRAIN:
            raise InputError("--train", train, "unknown:", "biases or all is accepted")
        if not matrices:
            raise InputError("matrices", (), "is empty:", "at least one draw is accepted")
        if delay < 1:
            raise InputError("delay", delay, "is", "an integer from 1 is accepted")
        self.alpha, self.beta, self.trained = float(alpha), float(beta), train
        self.delay, self.feedback = delay, feedback
        self.lags = tuple(lags)
        if len(self.lags) != matrices[0].B.shape[1] or min(self.lags) < 0:
            accepted = f"{matrices[0].B.shape[1]} integers from 0 are accepted"
            raise InputError("lags", self.lags, "not one lag per input:", accepted)
        for name in NAMES:
            values = torch.tensor(np.stack([getattr(draw, name) for draw in matrices]))
            values = values[..., None] if name == "b" else values
            if train == "all" or name == "b":
                self.register_parameter(name, torch.nn.Parameter(values))
            else:
                self.register_buffer(name, values)

    def tensor(self, name: str) -> torch.Tensor:
        """W, B, C or b by its name, detached."""
        found = getattr(self, name)
        assert isinstance(found, torch.Tensor)
        return found.detach()

    @property
    def seeds(self) -> int:
        """Number S of networks."""
        return len(self.tensor("b"))

    @property
    def width(self) -> int:
        """Number n of units."""
        return int(self.tensor("b").shape[1])

    def free(self) -> list[torch.Tensor]:
        """The trained tensors, in the order W, B, C, b."""
        return [entry.data for entry in self.parameters()]

    def trained_parameters(self) -> int:
        """Trained numbers per network."""
        return sum(values[0].numel() for values in self.free())

    def fingerprints(self) -> dict[str, str]:
        """Digests of everything that training must not change."""
        return {name: fingerprint(values) for name, values in self.named_buffers()}

    def network(self, row: int) -> RecurrentNetwork:
        """Network ``row`` as a plain record, its copy."""
        W, B, C, b = (self.tensor(name)[row].numpy().copy() for name in NAMES)
        return RecurrentNetwork(W, B, C, b[:, 0], np.zeros(len(b)), self.alpha, self.beta)

    def _fed(self, t: int, warm: int) -> list[tuple[int, int]]:
        """(input j, step of the output that is fed there) at step ``t``."""
        if t < warm or not self.feedback:
            return []
        steps = [t - self.delay - lag for lag in self.lags]
        return [(j, step) for j, step in enumerate(steps) if step >= 0]

    @torch.no_grad()
    def run(self, inputs: torch.Tensor, warm: int, *, keep: bool = True) -> Run:
        """T steps on ``inputs`` (T, S, dx, P), of which only the first ``warm`` are looked at.

        x_0 .. x_{warm-1} are the data, later ones y or 0; ``warm`` = T is teacher forcing.
        Without ``keep`` only outputs and inputs are kept, for long runs.
        """
        steps, seeds, entries, windows = inputs.shape
        Wt, Bt, Ct, bt = (self.tensor(name).mT for name in NAMES)
        slots, marks = (steps + 1, steps) if keep else (2, 1)
        states = torch.zeros(slots, seeds, windows, self.width, dtype=torch.float64)
        on = torch.empty(marks, seeds, windows, self.width, dtype=torch.bool)
        outputs = torch.empty(steps, seeds, windows, Ct.shape[2], dtype=torch.float64)
        used = torch.zeros(steps, seeds, windows, entries, dtype=torch.float64)
        used[:warm] = inputs[:warm].mT
        for t in range(steps):
            for j, step in self._fed(t, warm):
                used[t][..., j] = outputs[step][..., 0]
            last, state = states[t % slots], states[(t + 1) % slots]
            field = torch.baddbmm(bt, last, Wt).baddbmm_(used[t], Bt)
            torch.gt(field, 0.0, out=on[t % marks])
            torch.mul(field.clamp_(min=0.0), self.beta, out=state)
            state.add_(last, alpha=-self.alpha)
            torch.bmm(state, Ct, out=outputs[t])
        return Run(states.mT, on.mT, outputs.mT, used.mT)

    @torch.no_grad()
    def gradient(self, run: Run, pull: torch.Tensor, warm: int) -> list[torch.Tensor]:
        """Gradients of the trained tensors; ``pull`` (T, S, l, P) is that of the loss by y."""
        steps = len(run.outputs)
        W, B, C = (self.tensor(name) for name in ("W", "B", "C"))
        states, on, inputs = run.states.mT, run.on.mT, run.inputs.mT
        pulls = pull.mT.clone(memory_format=torch.contiguous_format)
        down = torch.zeros_like(states[0])
        fields = torch.empty_like(states[1:])
        for t in range(steps - 1, -1, -1):
            down.baddbmm_(pulls[t], C)
            H = fields[t]
            torch.mul(down, on[t], out=H)
            H.mul_(self.beta)
            fed = self._fed(t, warm)
            if fed:
                back = torch.bmm(H, B)
                for j, step in fed:
                    pulls[step][..., 0] += back[..., j]
            down = torch.baddbmm(down, H, W, beta=-self.alpha)
        gradients = {"b": fields.sum(dim=(0, 2))[..., None]}
        if self.trained == "all":
            gradients["W"] = torch.einsum("tspi,tspj->sij", fields, states[:-1])
            gradients["B"] = torch.einsum("tspi,tspj->sij", fields, inputs)
            gradients["C"] = torch.einsum("tspi,tspj->sij", pulls, states[1:])
        return [gradients[name] for name, _ in self.named_parameters()]
