"""Budget in practice: what |c|_1 output weights use when nobody asks for a budget.

One frozen draw per seed and the usual ways to train its output layer: the minimum-norm solution,
ridge regression with several penalties, Adam with and without weight decay.  Each is a point
(|c|_1, error): the certified frontier at that |c|_1 (note R4) says what the budget could have
bought.  Floating point: measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from numerics.ridgelet.draws import box_units
from numerics.ridgelet.quadrature import Array, Measure
from numerics.ridgelet.tikhonov import tikhonov_path
from theory.errors import InputError
from theory.ridgelet.activations import activation as known

# penalties of ridge regression, relative to the largest squared singular value
PENALTIES = (1e-2, 1e-4, 1e-8)
DECAYS = (0.0, 1e-4, 1e-2)
STEPS = 1000


@dataclass(frozen=True)
class BudgetUse:
    """One way to train: ``masses`` |c|_1, ``norms`` |c|_2 and ``errors`` of each draw, measured."""

    method: str
    width: int
    masses: tuple[float, ...]
    norms: tuple[float, ...]
    errors: tuple[float, ...]

    @property
    def mass(self) -> float:
        """The median |c|_1."""
        return median(self.masses)

    @property
    def error(self) -> float:
        """The median error, a root mean square over the input measure."""
        return median(self.errors)


def budget_in_practice(
    activation: str,
    lam: float,
    beta: float,
    width: int,
    measure: Measure,
    values: Array,
    *,
    seeds: Sequence[int] = range(5),
    steps: int = STEPS,
) -> tuple[BudgetUse, ...]:
    """What |c|_1 each way to train uses on frozen draws of ``width`` units from the box.

    ``values`` (m,) at the points of ``measure``; ``steps`` of Adam, 0 to leave it out (it needs
    torch).  Raises InputError for a width < 1, no seeds, or values that do not fit.
    """
    known(activation)
    if width < 1 or not len(seeds):
        shown = f"{width}, {len(seeds)} seeds"
        raise InputError("width", shown, "is", "a width and a number of seeds >= 1 are accepted")
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for seed in seeds:
        a, b, _ = box_units(width, measure.dimension, lam, beta, seed)
        features = known(activation).values(measure.points @ a.T - b)
        path = tikhonov_path(features, values, measure.weights)
        top = float(path.singular[0]) ** 2
        for share in (0.0, *PENALTIES):
            name = f"ridge, {share:g} of the largest" if share else "minimum norm"
            point = path.at(share * top)
            rows.setdefault(name, []).append((point.mass, point.norm, point.error))
    found = [
        BudgetUse(name, width, *(tuple(column) for column in zip(*entries, strict=True)))
        for name, entries in rows.items()
    ]
    if steps:
        found += _adam(activation, lam, beta, width, measure, values, seeds, steps)
    return tuple(found)


def _adam(
    activation: str,
    lam: float,
    beta: float,
    width: int,
    measure: Measure,
    values: Array,
    seeds: Sequence[int],
    steps: int,
) -> list[BudgetUse]:
    from numerics.ridgelet.module import Units
    from numerics.ridgelet.training import Recipe, train

    units = Units(activation, measure.dimension, lam, beta)
    found = []
    for decay in DECAYS:
        run = train(
            units, width, measure, values, seeds=tuple(seeds), recipe=Recipe(steps, decay=decay)
        )
        norms = tuple(float(np.linalg.norm(network.c)) for network in run.networks)
        masses, errors = map(tuple, (run.masses.tolist(), run.errors.tolist()))
        name = f"adam, weight decay {decay:g}" if decay else "adam"
        found.append(BudgetUse(name, width, masses, norms, errors))
    return found
