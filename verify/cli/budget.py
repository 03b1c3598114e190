"""``icebound budget``: the output weights that no network of a band can do without (R8)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verify.cli.command import choose, command
from verify.cli.console import Console
from verify.cli.options import Out

if TYPE_CHECKING:
    from fractions import Fraction

    from rich.table import Table

    from theory.ridgelet.degree import Norm
    from theory.targets.box_target import BoxTarget
    from verify.budget import BudgetPoint

MOST_ACCURACIES = 64


def register(app: typer.Typer) -> None:
    """Add ``budget`` to ``app``."""

    @command(app, "budget")
    def budget(
        console: Console,
        target: Annotated[
            str, typer.Option("--target", metavar="EXPR", help="A function of x0, x1, x2.")
        ],
        activation: Annotated[
            str, typer.Option("--activation", metavar="A", help="An analytic activation.")
        ],
        band: Annotated[
            str, typer.Option("--band", metavar="LAMBDA", help="Largest hidden weight |a_i|.")
        ],
        eps: Annotated[str, typer.Option("--eps", metavar="E,...", help="Wanted errors.")],
        domain: Annotated[
            str, typer.Option("--domain", metavar="A,B", help="One pair, or one for each axis.")
        ] = "0,1",
        beta: Annotated[
            str | None, typer.Option("--beta", metavar="BETA", help="Largest |b|; not needed.")
        ] = None,
        norm: Annotated[
            str, typer.Option("--norm", metavar="L2|sup", help="L2 (default) or sup.")
        ] = "L2",
        out: Out = None,
    ) -> int:
        """The l1 norm of output weights that no network of any width can do without."""
        from theory.ridgelet.degree import NORMS
        from theory.rigor.numbers import exact_text, parse_positive
        from theory.targets.box_target import BoxTarget, parse_box
        from verify.budget import ROUNDOFF, budget_points, largest_log10, require_analytic
        from verify.files import output_folder, shown
        from verify.results import as_json

        name = require_analytic(activation)
        largest = parse_positive(band, argument="--band")
        accuracies = _accuracies(eps)
        limit = None if beta is None else parse_positive(beta, argument="--beta")
        measure: Norm = choose(norm, argument="--norm", options=NORMS)  # type: ignore[assignment]
        aim = BoxTarget.parse(target, parse_box(domain))
        folder = None if out is None else output_folder(Path(out))
        with console.progress("budget") as progress:
            points = budget_points(
                aim,
                name,
                largest,
                accuracies,
                norm=measure,
                beta=limit,
                out=folder,
                progress=progress,
            )
            picture = (
                None if folder is None else _picture(aim, name, largest, points, measure, folder)
            )
        document = {
            "target": aim.text,
            "domain": [float(end) for side in aim.domain for end in side],
            "domain_exact": [exact_text(end) for side in aim.domain for end in side],
            "activation": name,
            "band": float(largest),
            "norm": measure,
            "status": "certified",
            "points": [point.as_item() for point in points],
            "estimates": {
                kind: [largest_log10(point.eps, kind) for point in points] for kind in ROUNDOFF
            },
            "picture": picture,
        }
        console.result(as_json(document))
        console.table(lambda: _table(aim, name, largest, measure, points))
        for point in points:
            if point.needed.reason is not None:
                console.note(f"eps = {float(point.eps):g}: {point.needed.reason}")
        if folder is not None:
            written = [shown(p.certificate) for p in points if p.certificate is not None]
            console.say(f"certificates: {', '.join(written) or 'none'}")
            if picture is None:
                console.note("no picture: matplotlib is not installed")
            else:
                console.say(f"picture: {shown(picture)}")
        return 0


def _accuracies(text: str) -> list[Fraction]:
    from theory.errors import InputError
    from theory.rigor.numbers import parse_positive

    parts = text.split(",")
    if len(parts) > MOST_ACCURACIES:
        accepted = f"at most {MOST_ACCURACIES} numbers are accepted"
        raise InputError("--eps", text, f"has {len(parts)} numbers:", accepted)
    return [parse_positive(part, argument="--eps") for part in parts]


def _picture(
    target: BoxTarget,
    name: str,
    band: Fraction,
    points: list[BudgetPoint],
    norm: Norm,
    folder: Path,
) -> Path | None:
    from verify import pictures

    if not pictures.available():
        return None
    from verify.budget_picture import draw, frequency_curves

    eps = min(point.eps for point in points)
    bands = (band / 2, band, band * 2)
    curves = frequency_curves(name, target.domain[0], bands, eps, norm)
    figure = draw(target, name, band, points, curves, eps)
    return pictures.save(figure, folder / "budget.png")


def _table(
    target: BoxTarget, name: str, band: Fraction, norm: str, points: list[BudgetPoint]
) -> Table:
    from rich.table import Table

    from theory.rigor.numbers import exact_text
    from verify.budget import largest_log10
    from verify.display import shown_down

    title = f"{target.text}: {name} units of any width, |a_i| <= {exact_text(band)}, {norm} norm"
    table = Table(title=title, title_justify="left")
    for column in ("error", "|c|_1 at least", "degree", "float32", "float64"):
        table.add_column(column, justify="right")
    for point in points:
        log10 = point.needed.log10
        shown = "-" if log10 is None else f"10^{shown_down(log10)}"
        marks = [
            "-" if log10 is None else ("beyond" if log10 > largest_log10(point.eps, kind) else "ok")
            for kind in ("float32", "float64")
        ]
        degree = "-" if point.needed.degree is None else str(point.needed.degree)
        table.add_row(f"{float(point.eps):g}", shown, degree, *marks)
    table.caption = "float32, float64: an estimate, whether rounding of size u |c|_1 stays below"
    return table
