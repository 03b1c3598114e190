"""P2: quads that are constant on either side, and what to do with left-over locations.

p = s (-b1, b2, b3, -b4), q = -p (s = 1 or -1) uses each of +-b1, ..., +-b4 once and is the line s
(b1^2 - b2^2 - b3^2 + b4^2 - e x), because relu(z) - relu(-z) = z.  With e = 0 that is the constant
s J/2.  So a quad with e = 0 is J/2 times a sign on its left and a sign on its right, all four
combinations: up (-,+), down (+,-), constant (+,+) and (-,-).

n mod 4 locations are left over.  At the smallest equidistant b (0, d, 2 d) they are harmless:

    1:  {0}                               0
    2:  p = (d, -d),    q = (0, 0)         d min(x, d) for x >= 0
    3:  p = (d, -d, 0), q = (0, 2d, -2d)   -2 d^2 at 0, -d^2 at d, d^2 from 2 d on

In every case sum p = sum q = 0, so no drift is left for any n.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.errors import InputError
from theory.permutation.four_location_step import Line, Quad, drift
from theory.statements.statement import Direction, Statement, Status


def constant_coefficients(b: Quad, sign: int) -> tuple[Quad, Quad]:
    """(p, q) of the constant quad; with q = -p the relus pair up to lines."""
    b1, b2, b3, b4 = b
    p = (-sign * b1, sign * b2, sign * b3, -sign * b4)
    q = (sign * b1, -sign * b2, -sign * b3, sign * b4)
    return p, q


def constant_line(b: Quad, sign: int) -> Line:
    """The line that the constant quad is, on the whole axis: slope 0 if the drift e is 0."""
    b1, b2, b3, b4 = b
    return Line(-sign * drift(b), sign * (b1 * b1 - b2 * b2 - b3 * b3 + b4 * b4))


def leftover_coefficients(
    count: int, d: Fraction
) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """(p, q) on the locations 0, d, ..., (count - 1) d, for count = 0..3."""
    zero = 0 * d
    match count:
        case 0:
            return (), ()
        case 1:
            return (zero,), (zero,)
        case 2:
            return (d, -d), (zero, zero)
        case 3:
            return (d, -d, zero), (zero, 2 * d, -2 * d)
    raise InputError("count", count, "out of range:", "0 to 3 left-over locations are accepted")


def leftover_values(count: int, d: Fraction) -> tuple[Fraction, ...]:
    """Values of the left-overs at 0, d, ..., and the constant from the last location on (last)."""
    if count not in (0, 1, 2, 3):
        raise InputError("count", count, "out of range:", "0 to 3 left-over locations are accepted")
    square = d * d
    table = {0: (0,), 1: (0, 0), 2: (0, 1, 1), 3: (-2, -1, 1, 1)}
    return tuple(factor * square for factor in table[count])


def _constant() -> Any:
    import sympy

    b1, b2, b3, b4 = sympy.symbols("b1 b2 b3 b4", real=True)
    return ((b4 - b1) ** 2 - (b3 - b2) ** 2) / 2


STATEMENT = Statement(
    id="P2",
    family="permutation",
    title="constant quads and the disposal of unused weights",
    claim=(
        "A quad without drift is J/2 times any sign on its left and any sign on its right, and the "
        "n mod 4 smallest equidistant locations can be spent on a function that is constant from "
        "the last of them on, without drift."
    ),
    direction=Direction.EXACT,
    status=Status.THEOREM,
    paper="2407.01033",
    proof_sketch="q = -p turns relus into lines, since relu(z) - relu(-z) = z; left-overs by hand.",
    symbols={f"b{i}": f"location number {i} of the four, in increasing order" for i in range(1, 5)},
    build=_constant,
    proved_in="theory/permutation/constants.py",
    tests=("tests/theory/test_steps_and_constants.py", "tests/permutation/test_quads.py"),
    falsified_by="tests/adversary/test_false_theorems.py::test_a_false_variant_is_refuted[P2]",
    notebook="notebooks/03_permutation.ipynb",
)
