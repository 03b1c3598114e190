"""All solutions from a box at once: polynomials in the initial state, with a rigorous remainder.

At every sample the solution from z_0 = m + diag(rho) eps, eps in [-1, 1]^d, lies in

    P(eps) + N nu,   P a polynomial of degree D (d values), nu in [-1, 1]^m.

A step takes the mean value form phi(P + N nu) in phi(P) + J N nu: phi(P) by a Taylor step over
models, J an enclosure of D phi over the hull, from the equation of first variation.  What is cut
off or rounded becomes new columns of N, which are turned by later steps, not wrapped.  Where N has
many columns it is put into a parallelepiped along its principal directions (Lohner's method).
Steps are halved until Moore's test passes and the remainders are small.
Source: R. J. Lohner, Einschliessung der Loesung gewoehnlicher Anfangs- und Randwertaufgaben (1988);
M. Berz, K. Makino, Reliable Computing 1998; note B4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat

from theory.errors import InputError
from theory.rigor.balls import ball, working_precision
from theory.trajectories.fields import PolynomialField
from theory.trajectories.models import Model, monomials
from theory.trajectories.taylor import step as taylor_step

ORDER, DEGREE, BITS = 16, 3, 96
TOLERANCE = 2.0**-44
MOST_PARTS = 64
# J multiplies N alone, which is small: its own remainder may be coarse.
VARIATION_TOLERANCE = 2.0**-10
MOST_COLUMNS = 36

Box = tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True)
class State:
    """P(eps) + N nu: ``models`` (d,) with exact coefficients, ``noise`` N (d, m)."""

    models: tuple[Model, ...]
    noise: arb_mat

    def radius(self, row: int) -> arb:
        """sum_j |N_{row, j}|: how far coordinate ``row`` may be from its polynomial."""
        return row_size(self.noise, row)

    def hull(self) -> list[arb]:
        """A box (d,) around the set."""
        spread = arb(0, 1)
        return [m.hull() + spread * self.radius(row) for row, m in enumerate(self.models)]


@dataclass(frozen=True)
class Tube:
    """States at the times 0, step, 2 step, ...; fewer than asked for where ``stopped`` is set.

    ``stopped``: the time from which no step could be validated, None where all were.  ``parts``:
    the largest number of Taylor steps between two samples.
    """

    states: tuple[State, ...]
    step: Fraction
    stopped: Fraction | None
    parts: int


def row_size(matrix: arb_mat, row: int) -> arb:
    """sum_j |M_{row, j}|."""
    return sum((abs(matrix[row, j]) for j in range(matrix.ncols())), arb(0))


def check_box(box: Sequence[tuple[Fraction, Fraction]], dimension: int, *, argument: str) -> Box:
    """``box`` as one (low, high) per coordinate, low <= high; raises InputError."""
    if len(box) != dimension:
        accepted = f"{2 * dimension} numbers lo0,hi0,... are accepted for {dimension} coordinates"
        raise InputError(argument, f"{2 * len(box)} numbers", "has", accepted)
    for low, high in box:
        if low > high:
            accepted = "lower end <= upper end is accepted"
            raise InputError(argument, f"{low},{high}", "is empty:", accepted)
    return tuple(box)


def initial_state(box: Box, degree: int) -> State:
    """The box as mid-point and half widths."""
    d = len(box)
    basis = monomials(d, degree)
    models, noise = [], []
    for row, (low, high) in enumerate(box):
        middle, half = ball((low + high) / 2), ball((high - low) / 2)
        values = [arb(0)] * basis.count
        values[0], values[1 + row] = middle.mid(), half.mid()
        models.append(Model(basis, values))
        noise.append(middle.rad() + half.rad())
    return State(tuple(models), _diagonal(noise))


def _diagonal(entries: Sequence[arb]) -> arb_mat:
    d = len(entries)
    return arb_mat(d, d, [entries[i] if i == j else arb(0) for i in range(d) for j in range(d)])


def advance(
    field: PolynomialField, state: State, length: arb, order: int, tolerance: float
) -> State | None:
    """The set of the solutions ``length`` later; None where a step cannot be validated."""
    d = field.dimension
    moved = taylor_step(field, state.models, length, order, tolerance)
    if moved is None:
        return None
    identity = [arb(int(i == j)) for i in range(d) for j in range(d)]
    around = taylor_step(
        field.with_variation, [*state.hull(), *identity], length, order // 2, VARIATION_TOLERANCE
    )
    if around is None:
        return None
    noise = arb_mat(d, d, around[d:]) * state.noise
    fresh = [
        sum((value.rad() for value in model.values), arb(0)).upper()
        + sum((noise[i, j].rad() for j in range(noise.ncols())), arb(0)).upper()
        for i, model in enumerate(moved)
    ]
    joined = _beside(
        arb_mat(d, noise.ncols(), [value.mid() for value in noise.entries()]), _diagonal(fresh)
    )
    if joined.ncols() > MOST_COLUMNS:
        joined = parallelepiped(joined)
    exact = (Model(model.basis, [value.mid() for value in model.values]) for model in moved)
    return State(tuple(exact), joined)


def _beside(left: arb_mat, right: arb_mat) -> arb_mat:
    rows = [a + b for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    return arb_mat(rows)


def parallelepiped(noise: arb_mat) -> arb_mat:
    """U diag(s), (d, d), with {N nu} inside {U diag(s) nu}: U the principal directions of N.

    U is a float matrix, and U X = N is solved in balls: s_i = sum_j |X_ij| whatever U is.
    """
    d = noise.nrows()
    floats = np.array([[float(value) for value in row] for row in noise.tolist()])
    size = float(np.abs(floats).max())
    if not 0.0 < size < np.inf:
        return noise
    directions = np.linalg.svd(floats / size)[0]
    basis = arb_mat(d, d, [arb(float(value)) for value in directions.ravel()])
    inner = basis.solve(noise)
    return basis * _diagonal([row_size(inner, i).upper() for i in range(d)])


def tube(
    field: PolynomialField,
    box: Box,
    step: Fraction,
    samples: int,
    *,
    degree: int = DEGREE,
    order: int = ORDER,
    bits: int = BITS,
    tolerance: float = TOLERANCE,
) -> Tube:
    """Enclosures of every solution from ``box`` at the ``samples`` times 0, step, ...

    Raises InputError for a box of another dimension, an empty one, a step that is not positive, or
    no samples.  A blow-up is an outcome: ``stopped`` says when.
    """
    check_box(box, field.dimension, argument="box")
    if step <= 0:
        raise InputError("step", step, "is", "a positive number is accepted")
    if samples < 1:
        raise InputError("samples", samples, "is", "an integer from 1 is accepted")
    with working_precision(bits):
        states = [initial_state(box, degree)]
        parts, most = 1, 1
        while len(states) < samples:
            parts = max(1, parts // 2)
            moved = None
            while moved is None and parts <= MOST_PARTS:
                moved = _parts(field, states[-1], ball(step) / parts, parts, order, tolerance)
                parts = parts if moved is not None else 2 * parts
            if moved is None:
                return Tube(tuple(states), step, step * (len(states) - 1), most)
            most = max(most, parts)
            states.append(moved)
        return Tube(tuple(states), step, None, most)


def _parts(
    field: PolynomialField, state: State, length: arb, parts: int, order: int, tolerance: float
) -> State | None:
    for _ in range(parts):
        moved = advance(field, state, length, order, tolerance)
        if moved is None:
            return None
        state = moved
    return state
