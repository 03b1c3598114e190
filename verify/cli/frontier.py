"""``icebound frontier``: the certified error of the best network against its budget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from theory.errors import InputError
from verify.cli.command import command, parse_integer
from verify.cli.console import Console
from verify.cli.options import Out

if TYPE_CHECKING:
    from rich.table import Table

    from theory.targets.box_target import BoxTarget
    from verify.data_sets import DataSet
    from verify.frontiers.request import FrontierRequest
    from verify.frontiers.results import Frontier
    from verify.progress import Progress

TargetOption = Annotated[
    str | None, typer.Option("--target", metavar="EXPR", help="The function of x0, x1, ...")
]
DataOption = Annotated[
    str | None, typer.Option("--data", metavar="FILE.csv", help="Columns x0,...,y instead.")
]
DomainOption = Annotated[
    str | None,
    typer.Option("--domain", metavar="A,B", help="Its box, 0,1 by default; a0,b0,a1,b1,..."),
]
ActivationOption = Annotated[
    str, typer.Option("--activation", metavar="A", help="sigma; see 'icebound activations'.")
]
BoxOption = Annotated[
    tuple[str, str],
    typer.Option("--box", metavar="LAMBDA BETA", help="V: every |a_i| <= LAMBDA, |b| <= BETA."),
]
BudgetOption = Annotated[
    str | None, typer.Option("--budget", metavar="B,...", help="Budgets of |c|_1.")
]
PointsOption = Annotated[
    str | None, typer.Option("--points", metavar="K", help="Choose K budgets instead; default 8.")
]


def register(app: typer.Typer) -> None:
    """Add ``frontier`` to ``app``."""

    @command(app, "frontier")
    def frontier_command(
        console: Console,
        activation: ActivationOption,
        box: BoxOption,
        target: TargetOption = None,
        data: DataOption = None,
        domain: DomainOption = None,
        budget: BudgetOption = None,
        points: PointsOption = None,
        affine: Annotated[bool, typer.Option("--affine", help="A free affine part.")] = False,
        out: Out = None,
    ) -> int:
        """Certified error against budget |c|_1: what no network beats, and one that is close."""
        from verify.files import output_folder, shown
        from verify.frontiers.curve import frontier

        with console.progress("reading") as progress:
            subject = subject_from(target, data, domain, progress)
        request = _request(subject, activation, box, budget, points, affine)
        folder = None if out is None else output_folder(Path(out))
        with console.progress("frontier") as progress:
            result = frontier(request, out=folder, progress=progress)
        console.result(result.as_json())
        console.table(lambda: _table(result))
        console.say(f"verdict: {result.verdict.value}")
        if folder is not None:
            console.say(f"certificates: {shown(folder)}/point-*.json")
        if result.picture is not None:
            console.say(f"picture: {shown(result.picture)}")
        if result.kept:
            console.note(f"{result.kept} points were kept from an earlier run")
        for note in result.notes:
            console.note(note)
        return result.verdict.exit_status


def subject_from(
    target: str | None,
    data: str | None,
    domain: str | None,
    progress: Progress | None = None,
) -> BoxTarget | DataSet:
    """The target on its box or the data set; exactly one of the two is accepted."""
    if (target is None) == (data is None):
        given = "neither" if target is None else "both"
        raise InputError("--target", given, "and --data, given are", "give exactly one")
    if target is not None:
        from theory.targets.box_target import BoxTarget, parse_box

        return BoxTarget.parse(target, parse_box("0,1" if domain is None else domain))
    from verify.data_sets import read_csv

    if domain is not None:
        accepted = "leave it out: the measure is that of the rows"
        raise InputError("--domain", domain, "is given beside --data:", accepted)
    return read_csv(Path(str(data)), progress=progress)


def _request(
    subject: BoxTarget | DataSet,
    activation: str,
    box: tuple[str, str],
    budget: str | None,
    points: str | None,
    affine: bool,
) -> FrontierRequest:
    from theory.rigor.numbers import parse_number, parse_positive
    from verify.frontiers.request import DEFAULT_POINTS, MOST_POINTS, FrontierRequest

    if budget is not None and points is not None:
        raise InputError("--points", points, "is given beside --budget:", "leave out one of them")
    count = DEFAULT_POINTS
    if points is not None:
        count = parse_integer(points, argument="--points", low=1, high=MOST_POINTS)
    budgets = None
    if budget is not None:
        budgets = tuple(parse_number(part, argument="--budget") for part in budget.split(","))
    lam, beta = (parse_positive(side, argument="--box") for side in box)
    return FrontierRequest(subject, activation, lam, beta, budgets, count, affine)


def _table(result: Frontier) -> Table:
    """Rows: budget, both bounds, closed form, width, gap and status."""
    from rich.table import Table

    from verify.display import shown_down, shown_up

    request = result.request
    table = Table(
        title=f"{request.subject_name}: {request.activation}, |a_i| <= {request.lam}, "
        f"|b| <= {request.beta}, L2",
        title_justify="left",
    )
    for name in ("budget", "lower", "upper", "closed form", "width", "gap", "status"):
        table.add_column(name, justify="left" if name == "status" else "right")
    for point in result.points:
        status = point.status
        if point.lower_status != point.upper_status:
            status = f"lower {point.lower_status}, upper {point.upper_status}"
        table.add_row(
            f"{float(point.budget):.6g}",
            shown_down(point.lower, 6),
            shown_up(point.upper, 6),
            shown_down(point.closed_form),
            str(point.width),
            "-" if point.gap is None else f"{max(point.gap, 0.0):.1e}",
            status,
        )
    return table
