"""B4': how far a trained recurrent network is from the true solution, for a whole box of starts.

z' = f(z) polynomial, x = z_1 / scale sampled at the times t step; r_0 given; the input is x_t for
t < warm and later y_{t-d}, the output of d samples ago (or 0 without feedback).  y_t foretells
x_{t-1+d}.  For z(0) in a box, eps in [-1, 1]^d its coordinates there:

    x_t = P_t(eps) + rho_t nu          (``tube``),
    y_t = Q_t(eps) + sum_j q_j nu_j     (``reach``; the monomials of eps are shared symbols),
    |y_t - x_{t-1+d}| <= E_t = |P - Q|_0 + sum |coefficients of P - Q| + rho + sum_j |q_j|.

The difference is taken symbol by symbol, so that what network and solution do in common cancels.
At the best corner of the box the linear part is attained, hence

    max over the box of |y_t - x_{t-1+d}| >= |e_0| + sum_{linear} |e_k| - (everything else).

Boxes that are too wide are cut into cells, each on its own.  Proof: Moore's test and Taylor's
theorem for the tube; for the network induction over the steps with the relaxation of relu.  QED
Source: note B4; arXiv 2407.00957.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product

from flint import arb

from theory.errors import InputError
from theory.rigor.balls import ball, float_down, float_up, working_precision
from theory.statements.statement import Direction, Statement, Status
from theory.trajectories.fields import PolynomialField
from theory.trajectories.reach import BITS_PER_STEP, Reach, Weights
from theory.trajectories.tube import DEGREE, Box, Tube, check_box, tube

# An enclosure of the largest distance that is wider than this (in standard deviations) says nothing
# any more, and one with so many symbols soon will.
BLOWN, MOST_SYMBOLS = 1.0, 1000
MOST_CELLS = 4096


@dataclass(frozen=True)
class Task:
    """What is asked: ``warm`` samples of the true solution, then ``steps`` steps.

    ``driven``: the true samples go in at every step; else y_{t-d} after the warm-up, or 0 without
    ``feedback``.  ``delay`` d, ``step`` between samples, ``scale`` of x.  Raises InputError.
    """

    field: PolynomialField
    step: Fraction
    scale: Fraction
    delay: int
    warm: int
    steps: int
    driven: bool = False
    feedback: bool = True

    def __post_init__(self) -> None:
        for name, value, least in (
            ("--steps", self.steps, 1),
            ("--warm", self.warm, 0),
            ("delay", self.delay, 1),
        ):
            if value < least:
                raise InputError(name, value, "is", f"an integer from {least} is accepted")
        for name, number in (("time_step", self.step), ("scale", self.scale)):
            if number <= 0:
                raise InputError(name, number, "is", "a positive number is accepted")
        if not self.driven and self.feedback and self.warm < self.delay:
            accepted = f"an integer from {self.delay}, the delay, is accepted"
            raise InputError("--warm", self.warm, "is", accepted)

    @property
    def total(self) -> int:
        """Steps of the network."""
        return self.warm + self.steps

    @property
    def samples(self) -> int:
        """Samples x_0, x_1, ... of the solution that are looked at."""
        return self.total + self.delay


@dataclass(frozen=True)
class StepBound:
    """Step t = 1, 2, ... after the warm-up: ``lower`` <= max over the box of |error| <= ``upper``.

    In units of ``scale``.  ``truth`` and ``output``: enclosures (low, high) of x and y.
    """

    lower: float
    upper: float
    truth: tuple[float, float]
    output: tuple[float, float]


@dataclass(frozen=True)
class CellBounds:
    """One cell: bounds for its first steps, and why there are no more.

    ``stopped``: the first step after the warm-up (0 and below: in it) without a bound.
    ``rounding``: what finite precision alone adds to an output; more bits make it smaller.
    """

    steps: tuple[StepBound, ...]
    stopped: int | None
    reason: str
    symbols: int
    open_units: int
    rounding: float = 0.0


def cells(box: Box, splits: Sequence[int]) -> Iterator[Box]:
    """``box`` cut into splits[0] x splits[1] x ... equal cells; raises InputError."""
    if len(splits) != len(box) or min(splits) < 1:
        accepted = f"{len(box)} integers from 1 are accepted"
        raise InputError("--split", ",".join(map(str, splits)), "is", accepted)
    axes = []
    for (low, high), count in zip(box, splits, strict=True):
        cuts = [low + (high - low) * k / count for k in range(count + 1)]
        axes.append(list(pairwise(cuts)))
    yield from product(*axes)


def cell_bounds(
    task: Task,
    weights: Weights,
    cell: Box,
    *,
    degree: int = DEGREE,
    bits: int = BITS_PER_STEP,
    progress: Callable[[int, int], None] | None = None,
) -> CellBounds:
    """Bounds for every initial state in ``cell``; ``bits`` of precision per step.

    Raises InputError for a box that does not fit.
    """
    check_box(cell, task.field.dimension, argument="--box")
    flow = tube(task.field, cell, task.step, task.samples, degree=degree)
    reach = Reach(weights, flow.states[0].models[0].basis.count - 1, task.total, bits)
    outputs: list[list[arb]] = []
    found: list[StepBound] = []
    worst, rounding = 0, 0.0

    def result(stopped: int | None, reason: str) -> CellBounds:
        return CellBounds(tuple(found), stopped, reason, reach.symbols, worst, rounding)

    for t in range(task.total):
        after = t + 1 - task.warm
        if progress is not None:
            progress(t, task.total)
        if t + task.delay >= len(flow.states):
            at = f"the solution is enclosed up to time {float(flow.stopped or 0):g} only"
            return result(after, at)
        output = reach.step(*_input(task, flow, outputs, t, reach.bits))
        outputs.append(output)
        worst = max(worst, reach.open_units)
        rounding = max(rounding, float(output[0].rad()))
        bound = _bound(task, flow, output, t, reach)
        if not bound.upper - bound.lower <= BLOWN:
            return result(after, "the enclosure blows up")
        if reach.symbols > MOST_SYMBOLS:
            return result(after, f"more than {MOST_SYMBOLS} symbols")
        if after >= 1:
            found.append(bound)
    return result(None, "")


def _sample(task: Task, flow: Tube, t: int, bits: int) -> tuple[list[arb], arb]:
    """x_t / scale: coefficients, and the remainder."""
    with working_precision(bits):
        state = flow.states[t]
        scale = ball(task.scale)
        return [value / scale for value in state.models[0].values], state.radius(0) / scale


def _input(
    task: Task, flow: Tube, outputs: list[list[arb]], t: int, bits: int
) -> tuple[list[arb], arb]:
    if task.driven or t < task.warm:
        return _sample(task, flow, t, bits)
    if not task.feedback:
        return [arb(0)], arb(0)
    return outputs[t - task.delay], arb(0)


def _bound(task: Task, flow: Tube, output: list[arb], t: int, reach: Reach) -> StepBound:
    with working_precision(max(reach.bits, 96)):
        basis = flow.states[0].models[0].basis
        truth, rest = _sample(task, flow, t + task.delay, reach.bits)
        error = list(output)
        for k, value in enumerate(truth):
            error[k] = error[k] - value
        linear = arb(0)
        other = rest.abs_upper()
        for k, value in enumerate(error[1:], start=1):
            if k < basis.count and basis.degrees[k] == 1:
                linear += abs(value)
            else:
                other += abs(value)
        middle = abs(error[0]) + linear
        spread = sum((abs(value) for value in truth[1:]), rest)
        swing = sum((abs(value) for value in output[1:]), arb(0))
        return StepBound(
            max(0.0, float_down(middle - other)),
            float_up(middle + other),
            (float_down(truth[0] - spread), float_up(truth[0] + spread)),
            (float_down(output[0] - swing), float_up(output[0] + swing)),
        )


STATEMENT = Statement(
    id="B4'",
    family="bias",
    title="distance of a trained recurrent network from the true solution",
    claim=(
        "For every initial state in a box, a given recurrent relu network stays within E_t of the "
        "solution of a polynomial differential equation at step t; E_t follows from a validated "
        "Taylor integrator and from an affine enclosure of the network in the same symbols."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch=(
        "Moore's test and Taylor's theorem enclose the solution; induction over the steps, with a "
        "line and an error for each relu of open sign, encloses the network; subtract symbol by "
        "symbol."
    ),
    sharp=False,
    sharp_note="a lower bound of the same maximum is shown beside it",
    symbols={},
    proved_in="theory/trajectories/distance.py",
    tests=("tests/trajectories/test_distance.py", "tests/checker/test_trajectory.py"),
    falsified_by=(
        "tests/trajectories/test_distance.py::test_a_thin_box_has_thin_bounds_and_false_ones_fail"
    ),
)
