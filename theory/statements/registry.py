"""All statements by id: for the tables a user sees and for the tests that run over every one."""

from __future__ import annotations

from theory.bias import (
    bins,
    feedback,
    kink_budget,
    knots,
    masks,
    matching,
    outputs,
    recurrent,
    residual,
    signs,
)
from theory.errors import InputError
from theory.permutation import (
    constants,
    counting,
    curvature_lower,
    curvature_optimal,
    exact_optima,
    four_location_step,
    free_fit,
    kinks_lipschitz,
    no_readout,
    paired_turn,
    pseudo_copies,
    random_locations,
    ridge_sums,
    steps,
    turning,
    wide_displacements,
)
from theory.ridgelet import (
    band_limit,
    degree_statement,
    density,
    dual,
    line_budget,
    reconstruction_statement,
    response,
    sampling,
)
from theory.ridgelet import maurey as ridgelet_maurey
from theory.ridgelet import tikhonov as ridgelet_tikhonov
from theory.statements.statement import Statement
from theory.trajectories import distance

_ALL: tuple[Statement, ...] = (
    four_location_step.STATEMENT,
    constants.STATEMENT,
    steps.STATEMENT,
    steps.MODULUS_STATEMENT,
    kinks_lipschitz.STATEMENT,
    kinks_lipschitz.MODULUS_STATEMENT,
    pseudo_copies.STATEMENT,
    random_locations.STATEMENT,
    paired_turn.STATEMENT,
    counting.STATEMENT,
    counting.COUNTING_STATEMENT,
    counting.COUNTING_READOUT_STATEMENT,
    exact_optima.STATEMENT,
    curvature_optimal.STATEMENT,
    curvature_optimal.CLOSED_STATEMENT,
    curvature_optimal.AFFINE_STATEMENT,
    wide_displacements.STATEMENT,
    ridge_sums.STATEMENT,
    ridge_sums.DIRECTIONS_STATEMENT,
    no_readout.STATEMENT,
    turning.STATEMENT,
    curvature_lower.STATEMENT,
    curvature_lower.PARABOLA_STATEMENT,
    free_fit.STATEMENT,
    *sorted(
        (
            matching.STATEMENT,
            feedback.STATEMENT,
            bins.STATEMENT,
            outputs.STATEMENT,
            residual.STATEMENT,
            masks.STATEMENT,
            knots.STATEMENT,
            knots.CLASS_STATEMENT,
            signs.STATEMENT,
            signs.CONVEX_STATEMENT,
            kink_budget.STATEMENT,
            recurrent.STATEMENT,
            distance.STATEMENT,
        ),
        key=lambda statement: statement.id,
    ),
    *sorted(
        (
            reconstruction_statement.STATEMENT,
            band_limit.STATEMENT,
            response.STATEMENT,
            line_budget.STATEMENT,
            density.STATEMENT,
            dual.STATEMENT,
            sampling.STATEMENT,
            degree_statement.STATEMENT,
            ridgelet_maurey.STATEMENT,
            ridgelet_tikhonov.STATEMENT,
        ),
        key=lambda statement: statement.id,
    ),
)


def _key(name: str) -> str:
    return name.strip().replace("'", "p").replace("\u2032", "p").casefold()


_BY_KEY = {_key(statement.id): statement for statement in _ALL}


def all_statements() -> tuple[Statement, ...]:
    """Every statement, in the order of the notes."""
    return _ALL


def by_id(name: str) -> Statement:
    """The statement with this id; ``P3'`` may be written ``P3p``.  Raises InputError otherwise."""
    statement = _BY_KEY.get(_key(name))
    if statement is None:
        known = ", ".join(entry.id for entry in _ALL)
        raise InputError("LEMMA", name, "is not the id of a statement:", f"one of {known}")
    return statement


def families() -> tuple[str, ...]:
    """The families that have statements."""
    return tuple(dict.fromkeys(statement.family for statement in _ALL))


def items() -> list[dict[str, object]]:
    """The rows of ``icebound theorems``, as plain JSON values."""
    return [statement.as_item() for statement in _ALL]
