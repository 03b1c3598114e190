"""``optimum permutation``: the best of all permutations, enclosed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verify.cli.command import choose, command, parse_integer
from verify.cli.console import Console
from verify.cli.options import Domain, Out, TargetText, Width, target_from
from verify.cli.permutation import NoReadout

if TYPE_CHECKING:
    from rich.table import Table

    from verify.optima.optimum import Optimum

LARGEST_WIDTH = 10**6


def register(group: typer.Typer) -> None:
    """Add ``permutation`` to the group ``optimum``."""

    @command(group, "permutation")
    def optimum_permutation(
        console: Console,
        target: TargetText,
        width: Width,
        domain: Domain = "0,1",
        norm: Annotated[str, typer.Option("--norm", metavar="NORM", help="sup or l2.")] = "sup",
        no_readout: NoReadout = False,
        method: Annotated[
            str, typer.Option("--method", metavar="M", help="enumerate (width <= 6) or milp.")
        ] = "enumerate",
        time_limit: Annotated[
            str | None,
            typer.Option("--time-limit", metavar="S", help="Seconds for milp, 60 by default."),
        ] = None,
        out: Out = None,
    ) -> int:
        """The smallest error of any permutation of the frozen values, enclosed."""
        from theory.errors import InputError
        from theory.rigor.numbers import parse_positive
        from verify.files import output_folder
        from verify.optima.optimum import optimum
        from verify.optima.request import METHODS, NORMS, OptimumRequest

        chosen = choose(method, argument="--method", options=METHODS)
        if time_limit is not None and chosen != "milp":
            problem = "is an option of milp beside enumerate:"
            raise InputError("--time-limit", time_limit, problem, "leave it out")
        request = OptimumRequest(
            target=target_from(target, domain),
            width=parse_integer(width, argument="--width", low=0, high=LARGEST_WIDTH),
            norm=choose(norm, argument="--norm", options=NORMS),  # type: ignore[arg-type]
            readout=not no_readout,
            method=chosen,  # type: ignore[arg-type]
            seconds=float(parse_positive(time_limit or "60", argument="--time-limit")),
        )
        folder = None if out is None else output_folder(Path(out))
        with console.progress("optimum") as progress:
            result = optimum(request, out=folder, progress=progress)
        console.result(result.as_json())
        console.table(lambda: _table(result))
        console.closing(result.verdict.value, folder, (result.picture,), result.notes)
        return result.verdict.exit_status


def _table(result: Optimum) -> Table:
    """Rows: both ends of the optimum, the lower bounds and the construction beside it."""
    from rich.table import Table

    from verify.cli.tables import ABOUT_LOWER
    from verify.display import shown_down, shown_up

    ask = result.request
    how = "with read-out" if ask.readout else "without read-out"
    where = f"{ask.target.text} on [{ask.target.low}, {ask.target.high}], width {ask.width}"
    table = Table(title=f"{where}, {ask.norm}, {how}", title_justify="left")
    for name in ("figure", "error", "status", "where it comes from"):
        table.add_column(name, justify="right" if name == "error" else "left")
    about = f"P7: {result.functions} functions, every permutation"
    if ask.method == "milp":
        about = "dual bound of the program on a grid"
        if result.lower_status == "certified":
            about = "the larger of the bounds below"
    table.add_row("optimum >=", shown_down(result.lower, 8), result.lower_status, about)
    found = "P7: this permutation of the frozen values"
    table.add_row("optimum <=", shown_up(result.upper, 8), "certified", found)
    if result.dual is not None:
        about = "mixed-integer program: nothing better on its grid"
        table.add_row("  dual bound", shown_down(result.dual, 8), "measured", about)
    for lower in result.beside.lowers:
        about = lower.reason or ABOUT_LOWER[lower.theorem]
        table.add_row(f"  {lower.theorem}", shown_down(lower.value, 8), lower.status, about)
    if result.constraint_price is not None:
        price = f"<= {shown_up(result.constraint_price, 4)}x"
        table.add_row(
            "  price", price, "certified", "optimum / any coefficients on these locations"
        )
    made = result.beside.constructed
    if made is not None:
        table.add_row("constructed", shown_up(made.value, 8), made.status, str(made.theorem))
    network = result.best.network
    cells = ask.width - 1
    for name, values in (("p", network.p), ("q", network.q)):
        numbers = ", ".join(f"{round(value * cells)}" for value in values.tolist())
        table.add_row(f"  {name} (n-1)", "", "", numbers)
    return table
