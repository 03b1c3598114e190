"""All that a frozen recurrent relu network does on inputs that are affine in shared symbols.

r_t = -alpha r_{t-1} + beta relu(W r_{t-1} + B x_{t-1} + b), y_t = C r_t: the state is kept as

    r = S_0 + sum_j S_j nu_j,   nu_j in [-1, 1],   S (n, 1 + g) over balls,

whose first symbols are shared with the inputs.  Units of known sign act linearly; one whose sign is
open brings a new symbol (``relaxation``), and so does the remainder of an input.  Nothing is ever
merged, so nothing is wrapped: a symbol is turned and damped by the true products of Jacobians.
What rounding adds grows by |W| at every step; precision falls with the steps that are left.
The arithmetic is exact: it is about the real network with these float64 weights, not about how
a machine rounds it.  Source: note B4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, arb_mat

from theory.errors import InputError
from theory.rigor.balls import ball, working_precision
from theory.trajectories.relaxation import Unit, relaxation

# Coefficients of 1, of the shared symbols, and of own symbols, of one real number.
Row = list[arb]

SPARE_BITS, BITS_PER_STEP = 64, 3
SUM_BITS = 64


@dataclass(frozen=True)
class Weights:
    """W (n, n), B (n, 1), C (1, n), b (n,), start r_0 (n,), alpha, beta as exact numbers.

    Rows of numbers that ``ball`` takes exactly (floats, Fractions).  Raises InputError for shapes
    that do not fit.
    """

    W: Sequence[Sequence[float]]
    B: Sequence[float]
    C: Sequence[float]
    b: Sequence[float]
    start: Sequence[float]
    alpha: float
    beta: float

    def __post_init__(self) -> None:
        n = len(self.b)
        sizes = {len(row) for row in self.W} | {len(self.W), len(self.B), len(self.C)}
        if not n or sizes | {len(self.start)} != {n}:
            found = f"b {n}, others {sorted(sizes | {len(self.start)})}"
            raise InputError("W, B, C, b, start", found, "have lengths", "one n >= 1 is accepted")
        if self.beta < 0:
            raise InputError("beta", self.beta, "is negative:", "beta >= 0 is accepted")


class Reach:
    """The set of states after each step; ``shared`` symbols, ``total`` steps planned.

    The first steps have ``bits_per_step`` more bits than those that follow.
    """

    def __init__(
        self, weights: Weights, shared: int, total: int, bits_per_step: int = BITS_PER_STEP
    ) -> None:
        self.total, self.bits_per_step = total, bits_per_step
        self.taken = 0
        self.open_units = 0
        with working_precision(self.bits):
            n = len(weights.b)
            joined = [
                [*map(ball, row), ball(entry)]
                for row, entry in zip(weights.W, weights.B, strict=True)
            ]
            self.matrix = arb_mat(n, n + 1, [value for row in joined for value in row])
            self.readout = arb_mat(1, n, [ball(value) for value in weights.C])
            self.bias = [ball(value) for value in weights.b]
            self.alpha, self.beta = ball(weights.alpha), ball(weights.beta)
            zeros = [arb(0)] * shared
            self.rows: list[Row] = [[ball(value), *zeros] for value in weights.start]

    @property
    def bits(self) -> int:
        """Working precision of the next step."""
        return SPARE_BITS + self.bits_per_step * max(0, self.total - self.taken)

    @property
    def symbols(self) -> int:
        """Number g of symbols, shared ones included."""
        return len(self.rows[0]) - 1

    def step(self, value: Sequence[arb], remainder: arb) -> Row:
        """One step with the input ``value`` (1 + g', shared symbols first, g' <= g) +- remainder.

        Returns y (1 + g).  ``remainder`` gets a symbol of its own.
        """
        with working_precision(self.bits):
            if not remainder.is_zero():
                value = [*_padded(value, self.symbols + 1), remainder.abs_upper()]
                self.rows = [_padded(row, len(value)) for row in self.rows]
            columns = self.symbols + 1
            stacked = [entry for row in self.rows for entry in row]
            stacked += _padded(value, columns)
            n = len(self.rows)
            fields = (self.matrix * arb_mat(n + 1, columns, stacked)).tolist()
            lines = []
            for row, bias in zip(fields, self.bias, strict=True):
                row[0] += bias
                with working_precision(SUM_BITS):
                    spread = sum((abs(entry) for entry in row[1:]), arb(0))
                lines.append(relaxation(row[0] - spread, row[0] + spread))
            fresh = [i for i, line in enumerate(lines) if line.unit is Unit.OPEN]
            self.open_units = len(fresh)
            moved = []
            for row, state, line in zip(fields, self.rows, lines, strict=True):
                kept = [-self.alpha * entry for entry in state]
                if line.unit is not Unit.OFF:
                    gain = self.beta * line.slope
                    kept = [old + gain * entry for old, entry in zip(kept, row, strict=True)]
                if line.unit is Unit.OPEN:
                    kept[0] += self.beta * line.offset
                moved.append(kept + [arb(0)] * len(fresh))
            for place, i in enumerate(fresh):
                moved[i][columns + place] = self.beta * lines[i].offset
            self.rows = moved
            self.taken += 1
            flat = [entry for row in moved for entry in row]
            output = self.readout * arb_mat(n, columns + len(fresh), flat)
            return list(output.tolist()[0])


def _padded(row: Sequence[arb], length: int) -> Row:
    return [*row, *([arb(0)] * (length - len(row)))]
