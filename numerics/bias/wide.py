"""B2 for very many units: the same plan and the same guarantee, in floating point throughout.

For very many units the exact fixed-point sweep of ``sweep`` takes minutes.  Here the target comes
from its Taylor cells, the sweep is compiled, and what B2a asks for, the errors at the knots, is
taken from the stored network itself with every rounding bounded.  It needs numba and a target with
a second derivative that is enclosed everywhere (note B2; arXiv 2407.00957).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec

import numpy as np

from numerics.bias.draw import BiasDraw
from numerics.bias.kink_mass import free_pools, masses, split, turning
from numerics.bias.knots import Shape, balanced, mesh, shape
from numerics.bias.network import BiasNetwork, off_biases
from numerics.bias.parking import LEFT, RIGHT, Facing, Parking, park
from numerics.bias.pools import Pool
from numerics.bias.predict import ROOM, Prediction
from numerics.bias.reports import TOLERANCE, BiasConstruction, HalfReport
from numerics.float_pieces import FloatPieces, float_pieces
from numerics.networks import Array
from theory.rigor.balls import ball, float_up, working_precision
from theory.targets.cells import UNIT, Cells, inner_ends
from theory.targets.chords import bounds
from theory.targets.target import Target
from theory.targets.taylor import all_good, taylor_cells

LEAST_WIDTH = 20_000
# Intervals per unit of a half, until one leaves no node worse than twice the middle of an interval.
# Where none does kinks are short, and the thorough search of ``construction`` finds more.  With
# fewer intervals than RICH that search is worth its time, up to THOROUGH units.
SHARES = (0.43, 0.40, 0.36, 0.31, 0.25, 0.20, 0.15, 0.10)
RICH, THOROUGH = 0.39, 100_000
PRECISION = 96


@dataclass(frozen=True)
class _Half:
    """A swept half: nodes from the middle outwards, units taken (their numbers) and where."""

    nodes: Array
    units: Array
    at: Array
    theta: Array
    level: float


def applies(target: Target, width: int) -> bool:
    """Whether the width is large enough, numba is installed, and f is smooth in all its cells."""
    if width < LEAST_WIDTH or find_spec("numba") is None:
        return False
    cells = taylor_cells(target)
    return all_good(cells) and not (cells.flat.any() or cells.fan.any())


def suffices(made: BiasConstruction) -> bool:
    """Whether a thorough search would hardly find more, or take too long."""
    fewest = min(made.right.intervals, made.left.intervals)
    rich = fewest >= RICH * made.network.width / 2
    return made.followed and made.shortage is None and (rich or made.network.width >= THOROUGH)


def build_wide(
    target: Target, W: Array, C: Array, draw: BiasDraw | None = None
) -> BiasConstruction | None:
    """Biases for frozen ``W``, ``C`` of shape (n,), or None where kinks are too short for f.

    Only for inputs that ``applies``.  O(n log n).
    """
    bare = BiasNetwork(W, C, np.zeros(np.asarray(W).size), draw)
    form = shape(target, bare.width)
    pools, centre = free_pools(bare.W, bare.C), split(form, bare.W, bare.C)
    cells = taylor_cells(target)
    parking = _park(form, cells, centre, bare, pools)
    halves = {}
    for facing, pool in pools.items():
        half = _best(form, cells, centre, facing, pool, parking)
        if half is None:
            return None
        halves[facing] = half
    return _assemble(form, cells, bare, parking, halves, pools, centre)


def _values(cells: Cells, x: Array) -> Array:
    first, last = inner_ends(cells.target)
    inside = np.clip(x, first, last)
    return cells.value(inside, cells.locate(inside))


def _nodes(form: Shape, centre: float, facing: Facing, count: int) -> Array:
    """A mesh from the middle outwards."""
    low, high = inner_ends(form.target)
    if facing == RIGHT:
        return mesh(form, centre, high, count)
    return mesh(form, low, centre, count)[::-1]


def _park(
    form: Shape, cells: Cells, centre: float, bare: BiasNetwork, pools: Mapping[Facing, Pool]
) -> Parking:
    """Units outside the domain that give value and slope at the middle."""
    target = form.target
    parking = Parking(bare.W, bare.C, target.low, target.high)
    sides = [_nodes(form, centre, facing, int(SHARES[0] * len(pools[facing]))) for facing in pools]
    around = np.concatenate([sides[1][1:2][::-1], sides[0][:2]])
    f = _values(cells, around)
    slope = float((f[2] - f[0]) / (around[2] - around[0]))
    goal = float(balanced(around, f, form.kinks)[1])
    park(parking, pools, Fraction(centre), (goal, slope), turning(form, centre))
    return parking


def _best(
    form: Shape, cells: Cells, centre: float, facing: Facing, pool: Pool, parking: Parking
) -> _Half | None:
    """The first share whose nodes are hardly worse than its chords; None if there is none."""
    for share in SHARES:
        count = int(share * len(pool))
        if count < 1:
            break
        half, chord = _sweep(form, cells, centre, facing, pool, parking, count)
        if half.level <= 2 * chord:
            return half
    return None


def _sweep(
    form: Shape,
    cells: Cells,
    centre: float,
    facing: Facing,
    pool: Pool,
    parking: Parking,
    count: int,
) -> tuple[_Half, float]:
    """One sweep, and the error in the middle of its intervals were all nodes exact."""
    from numerics.bias.wide_sweep import sweep_wide

    nodes = _nodes(form, centre, facing, count)
    f, ascending = _values(cells, nodes), slice(None, None, facing)
    goals = balanced(nodes[ascending], f[ascending], form.kinks)[ascending]
    steps = np.abs(np.diff(nodes))
    shift = np.abs(goals - f)
    swept = sweep_wide(
        pool.sizes,
        steps,
        np.ascontiguousarray(goals),
        TOLERANCE * float(np.median(shift)) / steps,
        float(parking.at(Fraction(centre))),
        float(parking.slope) * facing,
    )
    chord = float(shift.max(initial=0.0))
    level = max(chord, float(np.abs(swept.miss).max()))
    units, at = pool.units[swept.unit], nodes[swept.knot]
    return _Half(nodes, units, at, swept.miss[1:] / steps, level), chord


def _assemble(
    form: Shape,
    cells: Cells,
    bare: BiasNetwork,
    parking: Parking,
    halves: Mapping[Facing, _Half],
    pools: Mapping[Facing, Pool],
    centre: float,
) -> BiasConstruction:
    target, W = form.target, bare.W
    reach = math.nextafter(max(abs(float(target.low)), abs(float(target.high))), math.inf)
    b = off_biases(W, reach).copy()
    for unit, bias in parking.biases.items():
        b[unit] = bias
    turned = 0
    for half in halves.values():
        b[half.units] = -W[half.units] * half.at + 0.0
        turned += half.units.size
    network = BiasNetwork(W, bare.C, b, bare.draw)
    needed = turning(form, centre)
    reports = {
        facing: HalfReport(
            intervals=half.nodes.size - 1,
            units=half.units.size,
            theta=float(np.abs(half.theta).max(initial=0.0)),
            # what was left for the knots, those taken included
            available=masses(pools[facing]),
            needed=needed[facing],
        )
        for facing, half in halves.items()
    }
    return BiasConstruction(
        network=network,
        prediction=_predict(network, cells, halves),
        middle=centre,
        right=reports[RIGHT],
        left=reports[LEFT],
        parked=len(parking.biases),
        off=network.width - len(parking.biases) - turned,
        part=1.0,
        spread=float(np.ptp(form.f)) or float(np.abs(form.f).max()),
    )


def _predict(network: BiasNetwork, cells: Cells, halves: Mapping[Facing, _Half]) -> Prediction:
    """B2a from the errors of the stored network at all its knots, roundings included."""
    first, last = inner_ends(cells.target)
    pieces = float_pieces(network.relu(), first, last, careful=True)
    largest, sizes = _chords(pieces, cells)
    ends = cells.target.low != Fraction(first) or cells.target.high != Fraction(last)
    beyond = 4 * UNIT * max(abs(first), abs(last)) * pieces.lipschitz if ends else 0.0
    error = pieces.error + float(cells.value_error.max()) + 4 * UNIT * sizes + beyond
    with working_precision(PRECISION):
        value = float_up((ball(largest) + ball(error)) * ROOM) if math.isfinite(error) else math.inf
    return Prediction(
        value=value,
        theta=max(float(np.abs(half.theta).max(initial=0.0)) for half in halves.values()),
        longest=max(float(np.abs(np.diff(half.nodes)).max()) for half in halves.values()),
        rounding=error,
    )


def _chords(pieces: FloatPieces, cells: Cells) -> tuple[float, float]:
    """The largest bound over all pieces, cut at the edges of cells; the largest |f - g| at ends."""
    nodes, _, values = pieces.cut(cells.edges[1:-1])
    cell = cells.locate_ascending(nodes)
    errors = np.asarray(cells.value_ascending(nodes, cell) - values, dtype=np.float64)
    left, right = nodes[:-1], nodes[1:]
    length = (right - left) * (1 + 2.0**-50)
    found, _ = bounds(cells, cell[:-1], (left + right) / 2, length, errors[:-1], errors[1:])
    return float(found.max()), float(np.abs(errors).max())
