"""Tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from verify.display import shown_down, shown_up

if TYPE_CHECKING:
    from verify.results import ConstructedFigure
    from verify.sandwiches.permutation import Sandwich
    from verify.sandwiches.request import PermutationRequest
    from verify.sandwiches.ridge_sums import RidgeSum


ABOUT_LOWER = {
    "B6": "any relu network of this width, however trained",
    "P9-turn": "any order of these weights: a slope turns by at most 4",
    "P10-fit": "any coefficients on these locations, however trained",
}


def sandwich_table(result: Sandwich) -> Table:
    """Rows: lower bounds, construction with its prediction, training, published figures."""
    request = result.request
    title = f"{request.target.text} on [{request.target.low}, {request.target.high}], width "
    table = Table(title=f"{title}{request.width}", title_justify="left")
    for name in ("figure", "error", "status", "where it comes from"):
        table.add_column(name, justify="right" if name == "error" else "left")
    worst = result.class_lower
    other_label = f"  {result.other_lower.theorem}"
    for label, lower in (("lower", result.lower), (other_label, result.other_lower)):
        about = lower.reason or ABOUT_LOWER[lower.theorem]
        table.add_row(label, shown_down(lower.value), lower.status, f"{lower.theorem}: {about}")
    why = worst.reason or f"{worst.theorem}: worst case over the class of the target"
    table.add_row("class lower", shown_down(worst.value), worst.status, why)
    made = result.constructed
    if made.value is None:
        table.add_row("constructed", "-", "-", made.reason or "")
    else:
        exactly = f"{made.theorem}: exactly a permutation of the frozen values"
        table.add_row("constructed", shown_up(made.value), made.status, exactly)
        bound = f"{made.theorem}: its bound, with {shown_up(made.rounding)} for rounding"
        if made.predicted is None:
            bound = "a rate is conjectured, no bound"
        table.add_row("  predicted", shown_up(made.predicted), made.predicted_status, bound)
    if result.constraint_price is not None:
        price = f"<= {shown_up(result.constraint_price, 3)}x"
        table.add_row("  price", price, "certified", "constructed / any coefficients here")
    for other in made.alternatives:
        source = other.reason or f"predicted {shown_up(other.predicted)}"
        status = other.predicted_status if other.value is None else "certified"
        shown = other.value if other.value is not None else other.predicted
        label = f"  {other.theorem}"
        table.add_row(label, shown_up(shown), status if shown is not None else "-", source)
    if result.trained is not None:
        trained = result.trained
        short = trained.algorithm.split(",")[0]
        about = f"{short}, best of {len(trained.seeds)} seeds, {trained.seconds:.0f} s"
        table.add_row("trained", shown_up(trained.value), trained.status, about)
        table.add_row("  on the test grid", f"{trained.grid_value:.4g}", "measured", "400 points")
        if result.training_gap is not None:
            table.add_row("  training gap", f"{result.training_gap:.1f}x", "", "trained / built")
    if result.published is not None:
        for name, value in result.published.series:
            table.add_row("published", f"{value:.4g}", "measured", f"arXiv 2407.01033, {name}")
    return table


def ridge_table(result: RidgeSum) -> Table:
    """Rows: one network per direction, and the sum of their errors."""
    sides = " x ".join(f"[{low}, {high}]" for low, high in result.box)
    title = f"on {sides}, {result.width} locations per direction"
    table = Table(title=title, title_justify="left")
    for name in ("direction", "function of x = a . x", "range", "error", "theorem"):
        table.add_column(name, justify="right" if name == "error" else "left")
    for term in result.terms:
        target = term.ridge.target
        direction = "(" + ", ".join(map(str, term.ridge.direction)) + ")"
        place = f"[{target.low}, {target.high}]"
        table.add_row(
            direction, target.text, place, shown_up(term.figure.value), term.figure.theorem
        )
    table.add_section()
    table.add_row("all", "sum of the networks", "", shown_up(result.value), "certified")
    table.add_row("", "predicted", "", shown_up(result.predicted), "P8-ridge")
    return table


def construction_table(request: PermutationRequest, figure: ConstructedFigure) -> Table:
    """Rows: the construction, its prediction, and the alternatives."""
    table = Table("figure", "error", "status", "reason")
    table.add_row(f"constructed ({figure.theorem})", shown_up(figure.value), figure.status, "")
    promised = shown_up(figure.predicted), figure.predicted_status
    table.add_row("predicted", *promised, f"n = {request.width}")
    if figure.rounding is not None:
        table.add_row("rounding term", shown_up(figure.rounding), "theorem", "part of predicted")
    for other in figure.alternatives:
        shown = other.value if other.value is not None else other.predicted
        status = "certified" if other.value is not None else other.predicted_status
        table.add_row(
            other.theorem, shown_up(shown), "-" if shown is None else status, other.reason or ""
        )
    return table
