"""A recurrent relu network on forms, in integers.

r_t = -alpha r_{t-1} + beta relu(W r_{t-1} + B x_{t-1} + b), y_t = C r_t.  The state is the set

    2^-Q (S_0 + sum_j S_j nu_j + delta),   nu_j in [-1, 1],   |delta_i| <= rho_i,

S and rho integers; the weights are integers times 2^-K, exactly.  For a field f in [l, u], l < 0 <
u, and any slope s in [0, 1], relu(f) - s f is convex, 0 at 0, so it lies in [0, m], m = max(-s l,
(1 - s) u): relu(f) = s f + m/2 + (m/2) nu with a new symbol.  Every state is rounded down once a
step, which adds 1 to rho per column; Q falls by ``bits`` per step, as rho grows by |W|.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import fmpz, fmpz_mat

SPARE, SLOPE = 64, 30


def integers(values: Sequence[float], shift: int) -> list[int]:
    """values * 2^shift; exact, where 2^shift is a multiple of every denominator."""
    found = []
    for value in values:
        numerator, denominator = value.as_integer_ratio()
        found.append(numerator << (shift - denominator.bit_length() + 1))
    return found


def scale_of(*groups: Sequence[float]) -> int:
    """The least K for which all values are integers times 2^-K."""
    return max(v.as_integer_ratio()[1].bit_length() - 1 for values in groups for v in values)


class Network:
    """The set of states, and one step of it.

    ``W`` row-major (n^2), ``shared`` symbols that inputs may use, ``total`` steps to come.
    """

    def __init__(
        self,
        weights: Mapping[str, Sequence[float]],
        alpha: float,
        beta: float,
        shared: int,
        total: int,
        bits: int,
    ) -> None:
        W, B, C, b, start = (weights[name] for name in ("W", "B", "C", "b", "start"))
        n, K = len(b), scale_of(W, B, C, b, start, [alpha, beta])
        self.n, self.K, self.bits, self.left = n, K, bits, total
        rows, column = integers(W, K), integers(B, K)
        joined = [v for i in range(n) for v in (*rows[i * n : i * n + n], column[i])]
        self.matrix = fmpz_mat(n, n + 1, joined)
        self.sizes = fmpz_mat(n, n + 1, [abs(v) for v in joined])
        self.readout = fmpz_mat(1, n, integers(C, K))
        self.readout_sizes = [abs(v) for v in integers(C, K)]
        self.bias = integers(b, K)
        (self.alpha,), (self.beta,) = integers([alpha], K), integers([beta], K)
        lift = self.Q - K
        self.state = [
            [fmpz(v << lift if lift >= 0 else v >> -lift), *([fmpz(0)] * shared)]
            for v in integers(start, K)
        ]
        self.rho = [fmpz(0 if lift >= 0 else 1)] * n

    @property
    def Q(self) -> int:
        """Binary digits behind the point of the state."""
        return SPARE + self.bits * self.left

    @property
    def columns(self) -> int:
        """1 + the number of symbols."""
        return len(self.state[0])

    def step(
        self, value: Sequence[fmpz], error: fmpz, remainder: fmpz
    ) -> tuple[list[fmpz], fmpz, int]:
        """One step on 2^-Q (value +- error +- remainder), the remainder with a symbol of its own.

        Returns y as integers times 2^-E, what is to be added to it, and E.
        """
        value = _padded(value, self.columns)
        state = self.state
        if remainder != 0:
            value = [*value, fmpz(remainder)]
            state = [[*row, fmpz(0)] for row in state]
        g = len(value)
        stacked = fmpz_mat(self.n + 1, g, [v for row in (*state, value) for v in row])
        fields = (self.matrix * stacked).tolist()
        errors = (self.sizes * fmpz_mat(self.n + 1, 1, [*self.rho, error])).entries()
        Q, one = self.Q, 1 << SLOPE
        self.left -= 1
        # everything below is an integer times 2^-(2 K + SLOPE + Q), cut to the new Q
        shift = 2 * self.K + SLOPE + Q - self.Q
        leak = self.alpha << (self.K + SLOPE)
        moved, rho, fresh = [], [], []
        for i, row in enumerate(fields):
            row[0] += self.bias[i] << Q
            spread = sum(map(abs, row[1:]), errors[i])
            low, high = row[0] - spread, row[0] + spread
            slope, band = fmpz(0 if high <= 0 else one), fmpz(0)
            if low < 0 < high:
                slope = (high << SLOPE) // (high - low)
                band = (max(-slope * low, (one - slope) * high) >> 1) + 1
            gain = self.beta * slope
            new = [-leak * s for s in state[i]]
            if gain != 0:
                new = [v + gain * f for v, f in zip(new, row, strict=True)]
            if band != 0:
                new[0] += self.beta * band
                fresh.append((i, (self.beta * band >> shift) + 1))
            moved.append([v >> shift for v in new])
            rho.append(((gain * errors[i] + abs(leak) * self.rho[i]) >> shift) + 1 + g)
        for i, row in enumerate(moved):
            row.extend(size if i == unit else fmpz(0) for unit, size in fresh)
        self.state, self.rho = moved, rho
        return self._output()

    def _output(self) -> tuple[list[fmpz], fmpz, int]:
        flat = fmpz_mat(self.n, self.columns, [v for row in self.state for v in row])
        error = sum((c * r for c, r in zip(self.readout_sizes, self.rho, strict=True)), fmpz(0))
        return (self.readout * flat).entries(), error, self.K + self.Q


def _padded(row: Sequence[fmpz], length: int) -> list[fmpz]:
    return [*row, *([fmpz(0)] * (length - len(row)))]
