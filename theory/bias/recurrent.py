"""B4: how wide a frozen recurrent network must be so that biases alone track a given small one.

r_t = -alpha r_{t-1} + beta relu(W r_{t-1} + B x_{t-1} + b), y_t = C r_t, the entries of W, B, C
independent, uniform on [-R, R], and frozen.  The network to track has the same alpha and beta, m0
units, parameters W*, B*, C*, b* in [-gamma, gamma], |r*|_inf <= rmax and |x|_1 <= xmax up to the
horizon T; R > gamma, eta <= R - gamma.  With

    A = |alpha| + |beta| m0 (gamma + eta),   q = |beta| eta (m0 rmax + xmax),   rho_t = A rho_{t-1}
    + q, rho_0 = 0,   e_t = m0 (gamma + eta) rho_t + eta m0 rmax,

n >= m0 ceil(ln(1/delta)/-ln(1-p)), p = (eta/R)^(m0^2 + m0 dx + m0 l), suffices: with probability
at least 1 - delta some b makes |y_t - y*_t|_inf <= e_t for all t <= T.  eta is chosen so that
e_1 + ... + e_T <= eps/2.

Proof.  Cut the units into blocks of m0; a block has its own part of W, its rows of B and columns of
C, all within eta of W*, B*, C* with probability at least p, blocks being independent.  A matching
block starts at r*_0 with the biases b*; all other units start at 0 and have biases below
-R (m0 (rmax + rho_T) + xmax), which keeps them at 0.  Inside the block W r + B x - W* r* - B* x =
(W - W*) r* + W (r - r*) + (B - B*) x and relu is 1-Lipschitz, so rho_t bounds |r_t - r*_t|_inf;
C r - C* r* = (C - C*) r* + C (r - r*).  QED
Where |W*|_inf and |C*|_inf (row sums) are known they replace m0 gamma.
Source: note B4; arXiv 2407.00957.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from theory.errors import InputError
from theory.rigor.balls import ball, float_down, float_up, working_precision
from theory.rigor.numbers import exact_text
from theory.statements.hypotheses import at_least_integer, between
from theory.statements.statement import Direction, Statement, Status

PRECISION = 256
MANTISSA_BITS = 12
LARGEST_STEPS = 100_000
LARGEST_UNITS = 10_000
# Below this ln(p) the rounding up of the number of blocks is beyond double precision.
TINY_LOG = -40


@dataclass(frozen=True)
class RecurrentTask:
    """What is tracked, and from which frozen draws; the symbols of the theorem by name.

    Raises InputError for sizes below 1, delta outside (0, 1), eps <= 0, gamma outside (0, R),
    negative rmax or xmax.
    """

    units: int
    inputs: int
    outputs: int
    steps: int
    weight_range: Fraction
    gamma: Fraction
    alpha: Fraction
    beta: Fraction
    rmax: Fraction
    xmax: Fraction

    def __post_init__(self) -> None:
        sizes = (
            ("--units", self.units, LARGEST_UNITS),
            ("--inputs", self.inputs, LARGEST_UNITS),
            ("--outputs", self.outputs, LARGEST_UNITS),
            ("--steps", self.steps, LARGEST_STEPS),
        )
        for name, value, most in sizes:
            if not 1 <= value <= most:
                accepted = f"an integer from 1 to {most} is accepted"
                raise InputError(name, value, "out of range:", accepted)
        if not 0 < self.gamma < self.weight_range:
            accepted = f"0 < gamma < R = {exact_text(self.weight_range)} is accepted"
            raise InputError("--gamma", exact_text(self.gamma), "out of range:", accepted)
        for name, bound in (("--rmax", self.rmax), ("--xmax", self.xmax)):
            if bound < 0:
                raise InputError(name, exact_text(bound), "negative:", "0 or more is accepted")

    @property
    def matched(self) -> int:
        """The number of entries that must match: m0^2 + m0 dx + m0 l."""
        return self.units * (self.units + self.inputs + self.outputs)


@dataclass(frozen=True)
class Propagation:
    """How far a block within eta drifts: A, q, rho_T, e_T and the sum of e_1 .. e_T, as balls."""

    growth: arb
    push: arb
    drift: arb
    last: arb
    total: arb


@dataclass(frozen=True)
class RecurrentWidth:
    """log10 of the width as (lower, upper) end, the exact eta, and the chain in words.

    ``off_bias``: a bias that holds the units outside the block at 0, rounded down.
    """

    log10_width: tuple[float, float]
    eta: Fraction
    off_bias: float
    propagation: Propagation
    explain: tuple[str, ...]


def propagation(
    task: RecurrentTask,
    eta: Fraction,
    *,
    weight_norm: Fraction | None = None,
    readout_norm: Fraction | None = None,
) -> Propagation:
    """The recursion at ``eta``; norms (largest row sums) of W* and C* where they are known."""
    with working_precision(PRECISION):
        m0, step = task.units, ball(eta)
        inner = ball(m0 * task.gamma if weight_norm is None else weight_norm) + m0 * step
        outer = ball(m0 * task.gamma if readout_norm is None else readout_norm) + m0 * step
        growth = abs(ball(task.alpha)) + abs(ball(task.beta)) * inner
        push = abs(ball(task.beta)) * step * (m0 * ball(task.rmax) + ball(task.xmax))
        drift, total, last = arb(0), arb(0), arb(0)
        for _ in range(task.steps):
            drift = growth * drift + push
            last = outer * drift + step * m0 * ball(task.rmax)
            total += last
        return Propagation(growth, push, drift, last, total)


def largest_eta(task: RecurrentTask, share: Fraction) -> Fraction:
    """About the largest eta <= R - gamma with e_1 + ... + e_T <= ``share``; dyadic, rounded down.

    Exponents are found by doubling and bisection, then 12 bits of the mantissa.
    """
    room = task.weight_range - task.gamma

    def fits(eta: Fraction) -> bool:
        return bool(propagation(task, eta).total <= ball(share))

    if fits(room):
        return room
    low, high = 0, 1
    while not fits(room / (1 << high)):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(room / (1 << middle)) else (middle, high)
    best, part = room / (1 << high), room / (1 << high)
    for _ in range(MANTISSA_BITS):
        part /= 2
        if fits(best + part):
            best += part
    return best


def recurrent_width(task: RecurrentTask, eps: Fraction, delta: Fraction) -> RecurrentWidth:
    """B4: the width at which biases alone track the task, with eps/2 for matching.

    Raises InputError for eps <= 0 or delta outside (0, 1).
    """
    if eps <= 0:
        raise InputError("--eps", exact_text(eps), "not positive:", "eps > 0 is accepted")
    if not 0 < delta < 1:
        accepted = "a probability between 0 and 1, both excluded, is accepted"
        raise InputError("--delta", exact_text(delta), "out of range:", accepted)
    eta = largest_eta(task, eps / 2)
    found = propagation(task, eta)
    low, high = log10_width(task, eta, delta)
    off = off_bias(task, found)
    with working_precision(PRECISION):
        log_eta = ball(eta).log() / arb(10).log()
        log_p = task.matched * (ball(eta) / ball(task.weight_range)).log() / arb(10).log()
    entries = f"{task.units}^2 + {task.units}*{task.inputs} + {task.units}*{task.outputs}"
    chain = (
        f"eta = 10^{_short(log_eta)} <= R - gamma = {exact_text(task.weight_range - task.gamma)}",
        f"A = |alpha| + |beta| m0 (gamma + eta) = {_short(found.growth)}",
        f"q = |beta| eta (m0 rmax + xmax) = {_short(found.push)}",
        f"rho_T = q (A^T - 1)/(A - 1) = {_short(found.drift)} at T = {task.steps}",
        f"e_1 + ... + e_T = {_short(found.total)} <= eps/2 = {exact_text(eps / 2)}",
        f"units outside the block stay at 0 with biases of at most -R (m0 (rmax + rho_T) + xmax), "
        f"{off:.6g} suffices",
        f"a block matches in {entries} = {task.matched} entries with probability p = "
        f"(eta/R)^{task.matched} = 10^{_short(log_p)}",
        f"n = m0 ceil(ln(1/delta)/-ln(1-p)), delta = {exact_text(delta)}: "
        f"log10 n in [{low}, {high}]",
    )
    return RecurrentWidth((low, high), eta, off, found, chain)


def off_bias(task: RecurrentTask, found: Propagation) -> float:
    """-R (m0 (rmax + rho_T) + xmax), rounded down: it keeps the units outside the block at 0."""
    with working_precision(PRECISION):
        reach = task.units * (ball(task.rmax) + found.drift) + ball(task.xmax)
        return float_down(-ball(task.weight_range) * reach)


def blocks(task: RecurrentTask, eta: Fraction, delta: Fraction) -> int | None:
    """ceil(ln(1/delta)/-ln(1-p)), or None where p is so small that only its logarithm is sought."""
    with working_precision(PRECISION):
        log_p = task.matched * (ball(eta) / ball(task.weight_range)).log()
        if not log_p > TINY_LOG:
            return None
        count = (-(ball(delta).log()) / -(-log_p.exp()).log1p()).ceil().unique_fmpz()
        return None if count is None else int(count)


def log10_width(task: RecurrentTask, eta: Fraction, delta: Fraction) -> tuple[float, float]:
    """log10 of m0 ceil(ln(1/delta)/-ln(1-p)), rounded down and up."""
    count = blocks(task, eta, delta)
    with working_precision(PRECISION):
        ten = arb(10).log()
        if count is not None:
            log = arb(task.units * count).log() / ten
            return float_down(log), float_up(log)
        log_p = task.matched * (ball(eta) / ball(task.weight_range)).log()
        # p <= -ln(1-p) <= p (1 + p) for p <= 1/2, and x <= ceil(x) <= x + 1
        x = (-(ball(delta).log())).log() - log_p
        p = log_p.exp()
        low = x - p.log1p()
        high = x + (-x).exp().log1p()
        units = arb(task.units).log()
        return float_down((low + units) / ten), float_up((high + units) / ten)


def _short(value: arb) -> str:
    return str(value.str(6, radius=False))


def _width() -> Any:
    import sympy

    m0, delta, eta, R, inputs, outputs = sympy.symbols("m0 delta eta R dx l", positive=True)
    p = (eta / R) ** (m0**2 + m0 * inputs + m0 * outputs)
    return m0 * sympy.ceiling(sympy.log(1 / delta) / -sympy.log(1 - p))


STATEMENT = Statement(
    id="B4",
    family="bias",
    title="matching width of recurrent networks",
    claim=(
        "With n >= m0 ceil(ln(1/delta)/-ln(1-p)) frozen units, p = (eta/R)^(m0^2+m0 dx+m0 l), "
        "biases alone track a recurrent relu network of m0 units over a finite horizon, with "
        "probability at least 1 - delta and an error that an explicit recursion bounds."
    ),
    direction=Direction.UPPER,
    status=Status.THEOREM,
    paper="2407.00957",
    proof_sketch=(
        "Some block of m0 units matches within eta; the others are held at 0; Gronwall for the "
        "rest."
    ),
    sharp=False,
    sharp_note="the bound shown is a width, not an error",
    symbols={
        "m0": "units of the network to match",
        "delta": "probability of failure",
        "eta": "distance in parameters, at most R - gamma",
        "R": "range of the frozen weights",
        "dx": "inputs",
        "l": "outputs",
    },
    hypotheses=(
        at_least_integer("m0", 1, name="units", counts="units to match"),
        at_least_integer("dx", 1, name="inputs", counts="inputs"),
        at_least_integer("l", 1, name="outputs", counts="outputs"),
        between("0", "delta", "1"),
        between("0", "eta", "R"),
    ),
    build=_width,
    proved_in="theory/bias/recurrent.py",
    notebook="notebooks/04_recurrent.ipynb",
    tests=("tests/bias/test_recurrent.py",),
    falsified_by="tests/bias/test_recurrent.py::test_simulated_success_is_at_least_promised",
)
