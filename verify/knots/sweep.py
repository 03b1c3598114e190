"""The greedy sweep: interval after interval, each just long enough for the wanted bend.

The minimax error of a line on an interval is half the largest bend of a triple in it, and grows
with the interval; so taking every interval as short as possible gives the best triples there are.
"""

from __future__ import annotations

import math
import time

import numpy as np

from numerics.networks import Array
from verify.knots.density import Bending
from verify.progress import Progress

SAMPLES = 25
EXCHANGES = 30
STEPS = 40
SWEEPS = 20
# An interval may be longer than need be, and the bound short of the best, by these fractions.
SHORT, CLOSE = 1e-4, 5e-4

Triple = tuple[float, float, float]


def minimax(shape: Bending, left: float, right: float) -> tuple[float, Triple]:
    """The largest bend of a triple in [left, right], and the triple: one-point exchange."""
    inner = slice(*np.searchsorted(shape.grid, [left, right]))
    x = np.unique(np.concatenate([np.linspace(left, right, SAMPLES), shape.grid[inner], [right]]))
    if x.size < 3:
        return 0.0, (left, left, right)
    f = shape.value(x)
    last = x.size - 1
    chord = f[0] + (f[last] - f[0]) * ((x - x[0]) / (x[last] - x[0]))
    a, b, c = 0, int(np.abs(f - chord)[1:-1].argmax()) + 1, last
    rest = f - chord
    for _ in range(EXCHANGES):
        # residuals of the line that errs alike at all three
        slope = (f[c] - f[a]) / (x[c] - x[a])
        rest = f - f[a] - slope * (x - x[a])
        rest = rest - rest[b] / 2
        z = int(np.abs(rest).argmax())
        if abs(rest[z]) <= abs(rest[b]) * (1 + 1e-9):
            break
        a, b, c = _exchange(a, b, c, z, (rest[z] > 0) == (rest[b] > 0))
    plain = (float(x[a]), float(x[b]), float(x[c]))
    fine = (_vertex(x, rest, a), _vertex(x, rest, b), _vertex(x, rest, c))
    sizes = [bend_of(shape, triple) for triple in (plain, fine)]
    return (sizes[1], fine) if sizes[1] > sizes[0] else (sizes[0], plain)


def _exchange(a: int, b: int, c: int, z: int, like_middle: bool) -> tuple[int, int, int]:
    """Take z into the triple so that the signs still alternate."""
    if z < a:
        return (z, a, b) if like_middle else (z, b, c)
    if z > c:
        return (b, c, z) if like_middle else (a, b, z)
    if like_middle:
        return a, z, c
    return (z, b, c) if z < b else (a, b, z)


def _vertex(x: Array, rest: Array, i: int) -> float:
    """The top of the parabola through the residuals around an interior extremum."""
    if not 0 < i < x.size - 1:
        return float(x[i])
    before, after = float(x[i] - x[i - 1]), float(x[i + 1] - x[i])
    # Python floats: huge targets overflow to inf here, and the end points remain as candidates
    left, middle, right = rest[i - 1 : i + 2].tolist()
    down, up = (middle - left) / before, (right - middle) / after
    if min(down, up) >= 0 or max(down, up) <= 0:
        return float(x[i])
    shift = (down * after + up * before) / (2 * (down - up))
    return float(x[i] + min(max(shift, -before / 2), after / 2))


def bend_of(shape: Bending, triple: Triple) -> float:
    """|f(x2) - chord(x2)| in floating point; 0 unless x1 < x2 < x3."""
    if not triple[0] < triple[1] < triple[2]:
        return 0.0
    f = shape.value(np.array(triple))
    part = (triple[1] - triple[0]) / (triple[2] - triple[0])
    return float(abs(f[1] - f[0] - (f[2] - f[0]) * part))


def _reach(shape: Bending, left: float, wanted: float, guess: float) -> tuple[float, float, Triple]:
    """About the smallest right end with ``wanted`` bend, the bend and the triple there.

    If the bend stays smaller, the end of the domain.
    """
    stop = float(shape.grid[-1])
    aim = math.sqrt(wanted * (1 + SHORT / 2))
    # ends with too small a bend and with enough; the roots of the bends are linear in the length
    low, low_root = left, 0.0
    high, high_root = math.inf, math.inf
    best: tuple[float, float, Triple] = (stop, 0.0, (left, left, left))
    trial, growth = min(left + guess, stop), 0.05
    for step in range(STEPS):
        bend, triple = minimax(shape, left, trial)
        if bend < wanted:
            if trial >= stop:
                return stop, bend, triple
            low, low_root = trial, math.sqrt(bend)
        else:
            best, high, high_root = (trial, bend, triple), trial, math.sqrt(bend)
        if high == math.inf:
            # past an inflection the bend stays for a while: grow all the same
            factor = aim / low_root if low_root > 0 else 4.0
            trial = min(left + (trial - left) * min(max(factor, 1 + growth), 4.0), stop)
            growth *= 2
            continue
        if high - low <= SHORT * (high - left):
            break
        part = (aim - low_root) / (high_root - low_root) if step % 4 else 0.5
        trial = low + part * (high - low)
        if 0 < high - trial < SHORT / 2 * (high - left) or best[1] <= wanted * (1 + SHORT):
            # close from above: is a little less too little?
            trial = high - SHORT * (1 - 1e-6) * (high - left)
        trial = max(trial, low + 0.02 * (high - low))
        if not low < trial < high:
            break
    return best


def swept(
    shape: Bending,
    triples: Array,
    bend: float,
    deadline: float,
    progress: Progress | None = None,
) -> tuple[Array, float]:
    """Better triples than the given ones of smallest bend ``bend``, if the sweep finds them.

    With bends b the sweep makes T(b) intervals, T going about as b^(-1/2); b is chosen so that T is
    the number wanted.
    """
    count = len(triples)
    best, found = bend, triples
    feasible, impossible = bend, math.inf
    whole, _ = minimax(shape, float(shape.grid[0]), float(shape.grid[-1]))
    wanted = max(bend, whole / (4 * count) ** 2)
    for sweep in range(SWEEPS):
        if wanted <= shape.noise or time.monotonic() > deadline:
            break
        rows, total, smallest = _sweep(shape, wanted, count)
        if progress is not None:
            progress(sweep, SWEEPS, "sweeping")
        if len(rows) >= count:
            feasible = max(feasible, wanted)
            if smallest > best:
                best, found = smallest, np.array(rows[:count])
            if total <= count * (1 + CLOSE / 2):
                break
        else:
            impossible = min(impossible, wanted)
        if impossible <= feasible * (1 + CLOSE):
            break
        wanted *= (total / (count * (1 + CLOSE / 4))) ** 2
        if feasible > 0 and impossible < math.inf:
            # T can be flat or jump: keep halving the bracket as well
            span = impossible / feasible
            wanted = min(max(wanted, feasible * span**0.25), feasible * span**0.75)
        elif wanted >= impossible:
            wanted = impossible / 4
    return found, best


def _sweep(shape: Bending, wanted: float, count: int) -> tuple[list[Triple], float, float]:
    """Triples of at least ``wanted`` bend from left to right; how many fit, with a fraction."""
    rows: list[Triple] = []
    left, stop = float(shape.grid[0]), float(shape.grid[-1])
    guess, smallest = (stop - left) / count, math.inf
    while left < stop and len(rows) <= count:
        right, bend, triple = _reach(shape, left, wanted, guess)
        if bend < wanted:
            return rows, len(rows) + math.sqrt(bend / wanted), smallest
        rows.append(triple)
        smallest = min(smallest, bend) if len(rows) <= count else smallest
        left, guess = right, right - left
    done = (left - float(shape.grid[0])) / (stop - float(shape.grid[0]))
    return rows, len(rows) / max(done, 0.25), smallest
