"""The reachable set of small networks, against exact rational simulation."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpz
from hypothesis import given
from hypothesis import strategies as st

from tests.trajectories.networks import exact_outputs, network, weights
from theory.errors import InputError
from theory.rigor.balls import ball
from theory.trajectories.reach import Reach, Weights
from theory.trajectories.relaxation import Unit, relaxation
from verify.checks.recurrent import Network

STEPS = 8
numbers = st.fractions(min_value=-2, max_value=2, max_denominator=64)
dyadics = st.integers(-64, 64).map(lambda k: k / 32)


@st.composite
def small(draw: st.DrawFn) -> Weights:
    """Any network of 1 to 6 units with weights in [-2, 2], multiples of 1/32."""
    n = draw(st.integers(1, 6))
    vector = st.lists(dyadics, min_size=n, max_size=n)
    return Weights(
        draw(st.lists(vector, min_size=n, max_size=n)), draw(vector), draw(vector), draw(vector),
        draw(vector), draw(st.sampled_from([-0.5, 0.0, 0.25])), draw(st.sampled_from([0.5, 1.0])),
    )  # fmt: skip


@given(small(), numbers, st.floats(-1, 1), st.floats(0, 0.5), st.integers(1, 2))
def test_exact_runs_lie_inside(
    net: Weights, middle: Fraction, eps: float, slope: float, delay: int
) -> None:
    """x_t = middle + slope eps (+- 1/8, for t = 0), then the own output: both enclosures hold."""
    point, tilt = Fraction(eps), Fraction(slope)
    base = Fraction(round(middle * 64), 64)

    def inputs(t: int, outputs: list[Fraction]) -> Fraction:
        extra = Fraction(1, 8) if t == 0 else 0
        return base + tilt * point + extra if t < 3 else outputs[t - delay]

    exact = exact_outputs(net, inputs, STEPS)
    reach, rows = Reach(net, 1, STEPS), list[list[arb]]()
    flat = {
        "W": [v for row in net.W for v in row], "B": net.B, "C": net.C, "b": net.b,
        "start": net.start,
    }  # fmt: skip
    checker = Network(flat, net.alpha, net.beta, 1, STEPS, 8)
    found = []
    for t in range(STEPS):
        rest = arb(0.125) if t == 0 else arb(0)
        line = [arb(float(base)), arb(slope)]
        rows.append(reach.step(line if t < 3 else rows[t - delay], rest if t < 3 else arb(0)))
        unit = fmpz(2) ** checker.Q
        if t < 3:
            units = [fmpz(int(base * int(unit))), fmpz(int(tilt * int(unit)))]
            found.append(checker.step(units, fmpz(2), unit // 8 if t == 0 else fmpz(0)))
        else:
            y, error, scale = found[t - delay]
            cut = scale - checker.Q
            found.append(checker.step([v >> cut for v in y], (error >> cut) + 1 + len(y), fmpz(0)))
    for row, (y, error, scale), value in zip(rows, found, exact, strict=True):
        off = abs(ball(value) - row[0] - row[1] * arb(eps))
        assert not off > sum((abs(v) for v in row[2:]), arb(0))
        whole = value * 2**scale - int(y[0]) - int(y[1]) * point
        assert abs(whole) <= sum(abs(int(v)) for v in y[2:]) + int(error)


def test_a_thin_set_stays_thin() -> None:
    found = network(6, 1)
    reach = Reach(weights(found), 1, 30)
    exact = exact_outputs(weights(found), lambda t, _: Fraction(1, 2), 30)
    row: list[arb] = []
    for _ in range(30):
        row = reach.step([arb(0.5), arb(2.0**-40)], arb(0))
    assert abs(row[0] - ball(exact[-1])) < 1e-11
    assert sum((abs(v) for v in row[1:]), arb(0)) < 1e-11


def test_without_the_new_symbols_the_set_is_wrong() -> None:
    """The mutation: a unit of open sign needs its symbol."""
    net = Weights([[0.0]], [1.0], [1.0], [0.0], [0.0], 0.0, 1.0)
    row = Reach(net, 1, 1).step([arb(0), arb(1)], arb(0))
    # relu(eps) on [-1, 1] is eps/2 + 1/4 +- 1/4; at eps = 0 it is 0, at 1 it is 1
    assert [float(v) for v in row] == [0.25, 0.5, 0.25]
    assert abs(0.0 - row[0]) == row[2]
    assert abs(0.0 - row[0]) > arb(0)


@pytest.mark.parametrize(
    ("low", "high", "unit"),
    [(-2, -1, Unit.OFF), (-1, 0, Unit.OFF), (0, 3, Unit.ON), (-1, 3, Unit.OPEN)],
)
def test_relaxations(low: float, high: float, unit: Unit) -> None:
    line = relaxation(arb(low), arb(high))
    assert line.unit is unit
    for f in np.linspace(low, high, 21):
        gap = max(f, 0.0) - float(line.slope) * f - float(line.offset)
        assert abs(gap) <= float(line.offset) + 1e-15
    if unit is Unit.OPEN:
        # both ends are attained: the band is as narrow as it can be
        assert float(line.offset) == pytest.approx(-low * high / (2 * (high - low)))


def test_shapes_are_checked() -> None:
    with pytest.raises(InputError, match="one n >= 1"):
        Weights([[1.0]], [1.0, 2.0], [1.0], [0.0], [0.0], 0.0, 1.0)
    with pytest.raises(InputError, match="beta >= 0"):
        Weights([[1.0]], [1.0], [1.0], [0.0], [0.0], 0.0, -1.0)
