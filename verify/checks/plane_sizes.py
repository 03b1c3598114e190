"""Where a polynomial p on [-1, 1]^2 is large, and how much an integral along a line may change.

A grid of cells with bounds of |p| and of its derivatives, from the Taylor polynomial of p about the
centre of each; and what follows for int y^j K_0 dy of ``dual_plane`` over a tile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat, arb_poly

from verify.checks.verdicts import Clock, ball

CELLS = 24
Table = list[list[arb]]


@dataclass(frozen=True)
class PlaneSizes:
    """Upper bounds of |p| and |dp/dtau| on a grid of cells, for both choices of the first axis.

    ``tables[axis]``: two tables [cell of y][cell of tau].
    """

    tables: tuple[tuple[Table, Table], tuple[Table, Table]]

    @classmethod
    def of(cls, phi: arb_mat, clock: Clock) -> PlaneSizes:
        """From the Taylor polynomial of phi about the centre of each cell."""
        half = arb(1) / CELLS
        degree = phi.nrows() - 1
        shifts = [_shifted(half * (2 * k + 1) - 1, half, degree) for k in range(CELLS)]
        found: tuple[list[list[arb]], ...] = ([], [], [])
        for right in shifts:
            clock.tick()
            turned = phi * right.transpose()
            rows: tuple[list[arb], ...] = ([], [], [])
            for left in shifts:
                for row, size in zip(rows, _polynomial_sizes(left * turned, half), strict=True):
                    row.append(size)
            for table, row in zip(found, rows, strict=True):
                table.append(row)
        value, along, across = found
        return cls(((value, along), (_turned(value), _turned(across))))

    def spread(
        self, axis: int, m: Fraction, s: Fraction, half_m: Fraction, half_s: Fraction
    ) -> list[arb]:
        """How far (1/2) int y^j K_0 dy, j = 0, 1, 2, may be from its value at the centre."""
        value, along = self.tables[axis]
        cells = len(value)
        totals = [arb(0)] * 3
        slope, shift, hm, hs = map(ball, (m, s, half_m, half_s))
        steep = abs(slope)
        width = arb(2) / cells
        half = width / 2
        for row in range(cells):
            y = width * row + half - 1
            far = (abs(y) + half).min(arb(1)).upper()
            e = hs + hm * far
            middle, reach = shift - slope * y, steep * half + e
            low, high = middle - reach, middle + reach
            if low > 1 or high < -1:
                continue
            first = max(0, int((float(low.lower()) + 1) * cells / 2 - 1e-6))
            last = min(cells - 1, int((float(high.upper()) + 1) * cells / 2 + 1e-6))
            part = e * width * _maximum(along[row][first : last + 1])
            crossed = [end for end in (low > -1, high < 1) if not end]
            if crossed:
                # the y of this row for which tau_0 is within e of an end
                length = width if not steep > e else width.min(2 * e / steep * len(crossed))
                part += length * _maximum(value[row][first : last + 1])
            part /= 4
            for j in range(3):
                totals[j] += part
                part *= far
        return [total.upper() for total in totals]


def _polynomial_sizes(local: arb_mat, half: arb) -> tuple[arb, arb, arb]:
    """Bounds of sum_ab t_ab v^a w^b and its two derivatives in v/half, w/half over the square."""
    value, along, across = arb(0), arb(0), arb(0)
    columns = [arb(0)] * local.ncols()
    for a, row in enumerate(local.tolist()):
        sizes = [abs(entry) for entry in row]
        total = sum(sizes, arb(0))
        value += total
        along += a * total
        columns = [x + y for x, y in zip(columns, sizes, strict=True)]
    for b, total in enumerate(columns):
        across += b * total
    return value.upper(), (along / half).upper(), (across / half).upper()


def _shifted(at: arb, half: arb, degree: int) -> arb_mat:
    """[a, j]: the coefficient of v^a in P_j(at + half v)."""
    shift = arb_poly([at, half])
    before, here = arb_poly([1]), shift
    rows = []
    for j in range(degree + 1):
        coefficients = before.coeffs()
        rows.append(coefficients + [arb(0)] * (degree + 1 - len(coefficients)))
        before, here = here, ((2 * j + 3) * shift * here - (j + 1) * before) * (arb(1) / (j + 2))
    return arb_mat(rows).transpose()


def _maximum(values: Sequence[arb]) -> arb:
    found = values[0]
    for value in values[1:]:
        found = found.max(value)
    return found


def _turned(table: list[list[arb]]) -> list[list[arb]]:
    return [list(column) for column in zip(*table, strict=True)]
