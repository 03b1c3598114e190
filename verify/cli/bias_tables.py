"""Tables for people: the bias family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from theory.rigor.numbers import exact_text
from verify.display import shown_down, shown_up

if TYPE_CHECKING:
    from verify.bias_floors.floors import Floor
    from verify.results import ConstructedFigure
    from verify.sandwiches.bias import BiasSandwich
    from verify.sandwiches.bias_request import BiasRequest

FLOOR_ABOUT = "whatever the biases of these weights"


def sandwich_table(result: BiasSandwich) -> Table:
    """Rows: lower bounds, construction with its prediction, training, matching width."""
    request, made = result.request, result.built.construction
    title = f"{request.target.text} on [{request.target.low}, {request.target.high}], width "
    title += f"{request.width}, weights from [-R, R], R = {exact_text(request.weight_range)}, seed "
    table = Table(title=f"{title}{request.seed}", title_justify="left")
    for name in ("figure", "error", "status", "where it comes from"):
        table.add_column(name, justify="right" if name == "error" else "left")
    lower, worst = result.lower, result.class_lower
    about = "any relu network of this width, however trained"
    about = lower.reason or (about if lower.theorem == "B6" else FLOOR_ABOUT)
    table.add_row("lower", shown_down(lower.value), lower.status, f"{lower.theorem}: {about}")
    for floor in result.floors:
        if floor.value > 0:
            source = f"{floor.theorem}: {floor.kinks} kinks, {FLOOR_ABOUT}"
            table.add_row("  floor", shown_down(floor.value), floor.status, source)
    why = worst.reason or f"{worst.theorem}: worst case over the class of the target"
    table.add_row("class lower", shown_down(worst.value), worst.status, why)
    _constructed(table, result.constructed)
    count = made.left.intervals + made.right.intervals
    units = f"{made.off} units off, {made.parked} parked, {count} intervals"
    table.add_row("  biases", "", "", units)
    if result.trained is not None:
        trained = result.trained
        short = trained.algorithm.split(",")[0]
        about = f"{short}, {len(trained.seeds)} seeds, {trained.seconds:.0f} s"
        table.add_row("trained", shown_up(trained.value), trained.status, about)
        if result.training_gap is not None:
            table.add_row("  training gap", f"{result.training_gap:.1f}x", "", "trained / built")
    if result.matching_log10_width is not None:
        low, _ = result.matching_log10_width
        about = "B1: width that matching a network unit by unit asks for at this error"
        table.add_row("matching width", f"10^{low:.6g}", "theorem", about)
    return table


def construction_table(request: BiasRequest, figure: ConstructedFigure, floor: Floor) -> Table:
    """Rows: the construction, its prediction, and the floor of the weights."""
    table = Table(title=f"{request.target.text}, width {request.width}", title_justify="left")
    for name in ("figure", "error", "status", "where it comes from"):
        table.add_column(name, justify="right" if name == "error" else "left")
    source = floor.reason or f"{floor.theorem}: {floor.kinks} kinks, {FLOOR_ABOUT}"
    table.add_row("floor", shown_down(floor.value), floor.status, source)
    _constructed(table, figure)
    return table


def _constructed(table: Table, figure: ConstructedFigure) -> None:
    about = "B2: biases alone, all weights as frozen"
    table.add_row("constructed", shown_up(figure.value), figure.status, about)
    bound = f"B2a: from the mismatches at its knots, with {shown_up(figure.rounding)} for rounding"
    table.add_row("  predicted", shown_up(figure.predicted), "theorem", bound)
    for other in figure.alternatives:
        status = "-" if other.predicted is None else "theorem"
        shown = "-" if other.predicted is None else shown_up(other.predicted)
        table.add_row(f"  {other.theorem}", shown, status, other.reason or "")
