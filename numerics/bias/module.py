"""Networks whose hidden biases alone are learned, as a torch module.

z_1 = x, z_{j+1} = sigma(W_j z_j + b_j), g = C z_{depth+1}: any input dimension, depth, activation
and number of outputs, S bias vectors side by side on one set of frozen weights.  Weights are
buffers: no optimiser ever sees them, and ``fingerprints`` shows it.  Source: note B; arXiv
2407.00957.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.draws import FrozenDraw, check_seed
from numerics.fingerprint import fingerprint
from theory.errors import InputError

START = "bias-start"
Array = NDArray[np.float64]
Formula = Callable[[torch.Tensor], torch.Tensor]

ACTIVATIONS: dict[str, Formula] = {
    "gaussian": lambda t: torch.exp(-t * t / 2),
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    "softplus": torch.nn.functional.softplus,
    "erf": lambda t: torch.erf(t * 0.5**0.5),
    "gelu": torch.nn.functional.gelu,
    "relu": torch.relu,
    "step": lambda t: (t >= 0).to(t.dtype),
    "cos": torch.cos,
    "sin": torch.sin,
    "sinc": lambda t: torch.sinc(t / torch.pi),
}


def matrix(name: str, values: object) -> Array:
    """A finite float64 matrix; a vector is one row for "C" and one column otherwise."""
    try:
        array = np.array(values, dtype=np.float64, order="C")
    except (TypeError, ValueError):
        raise InputError(name, values, "not numeric:", "real numbers are accepted") from None
    if array.ndim == 1:
        array = array[None, :] if name == "C" else array[:, None]
    if array.ndim != 2 or not array.size:
        raise InputError(name, array.shape, "has shape", "a matrix is accepted")
    if not np.isfinite(array).all():
        raise InputError(name, "nan or inf", "holds", "finite numbers are accepted")
    return array


class BiasModule(torch.nn.Module):
    """S networks sigma(W_depth ... sigma(W_1 x + b_1) ... + b_depth) read out by C, float64.

    ``hidden``: one weight matrix per hidden layer, the first (n_1, d); ``outputs`` (l, n_depth);
    vectors stand for one input or one output.  ``points`` (N, d): the data over which the first
    biases spread the units (see ``spread``).  ``seeds``: one per bias vector.  Raises InputError.

    Buffers: ``weight_0``, ..., ``readout``.  Parameters: ``biases``, one (S, n_j) per layer.
    """

    def __init__(
        self,
        hidden: Sequence[object],
        outputs: object,
        points: object,
        *,
        activation: str = "relu",
        seeds: Sequence[int] = (0,),
    ) -> None:
        super().__init__()
        if activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise InputError("--activation", activation, "unknown:", f"{known} are accepted")
        if not hidden or not seeds:
            empty = "hidden" if not hidden else "seeds"
            raise InputError(empty, (), "is empty:", "at least one layer and one seed")
        self.activation, self.depth = activation, len(hidden)
        self.seeds = tuple(check_seed(seed) for seed in seeds)
        layers = [matrix(f"W_{index}", values) for index, values in enumerate(hidden)]
        readout, data = matrix("C", outputs), matrix("points", points)
        incoming = data.shape[1]
        for index, layer in enumerate([*layers, readout]):
            if layer.shape[1] != incoming:
                accepted = f"{incoming} columns are accepted"
                raise InputError(f"layer {index}", layer.shape, "has shape", accepted)
            incoming = layer.shape[0]
        for index, layer in enumerate(layers):
            self.register_buffer(f"weight_{index}", torch.tensor(layer))
        self.register_buffer("readout", torch.tensor(readout))
        self.biases = torch.nn.ParameterList()
        state = torch.tensor(data).expand(len(self.seeds), *data.shape)
        for index in range(self.depth):
            fields = state @ self.weight(index).T
            chosen = [
                spread(fields[row].numpy(), FrozenDraw(f"{START}-{index}", seed))
                for row, seed in enumerate(self.seeds)
            ]
            self.biases.append(torch.nn.Parameter(torch.tensor(np.stack(chosen))))
            state = self._act(fields + self.biases[index].detach()[:, None])

    def weight(self, index: int) -> torch.Tensor:
        """The frozen weights of hidden layer ``index``."""
        found = getattr(self, f"weight_{index}")
        assert isinstance(found, torch.Tensor)
        return found

    def _act(self, fields: torch.Tensor) -> torch.Tensor:
        return ACTIVATIONS[self.activation](fields)

    def hidden_states(self, x: torch.Tensor) -> list[torch.Tensor]:
        """The units of every layer at ``x`` (N, d): (S, N, n_j) each."""
        state, found = x, []
        for index, bias in enumerate(self.biases):
            state = self._act(state @ self.weight(index).T + bias[:, None])
            found.append(state)
        return found

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Values of the S networks at ``x`` (N, d): shape (S, N, l)."""
        readout = self.readout
        assert isinstance(readout, torch.Tensor)
        return self.hidden_states(x)[-1] @ readout.T

    def fingerprints(self) -> dict[str, str]:
        """Digests of everything that training must not change."""
        return {name: fingerprint(values) for name, values in self.named_buffers()}


def spread(fields: Array, draw: FrozenDraw) -> Array:
    """Biases (n,) that put the threshold of each unit at a quantile of its data.

    ``fields`` (N, n): w_k . x_i without bias.  The n quantiles are equidistant in (0, 1) and dealt
    to the units by ``draw``, so some units start almost off and some almost always on.
    """
    size, width = fields.shape
    levels = (draw.shuffle(width) + 0.5) / width
    ordered = np.sort(fields, axis=0)
    place = levels * (size - 1)
    below = np.floor(place).astype(np.int64)
    units = np.arange(width)
    low = ordered[below, units]
    high = ordered[np.minimum(below + 1, size - 1), units]
    return np.asarray(-(low + (place - below) * (high - low)))
