"""``icebound response``: the smallest error of a band-limited density at a budget (R2, R1)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from theory.errors import InputError
from verify.cli.command import command, parse_integer
from verify.cli.console import Console
from verify.cli.options import Out

if TYPE_CHECKING:
    from fractions import Fraction

    from rich.table import Table

    from verify.response_curve import Curve

Text = Annotated[
    str | None, typer.Option("--target", metavar="EXPR", help="f(x), see docs/spectra.md.")
]
SpectrumText = Annotated[
    str | None, typer.Option("--spectrum", metavar="EXPR", help="|fhat| in k = |xi|.")
]
Activation = Annotated[
    str, typer.Option("--activation", metavar="A", help="gaussian, tanh, relu, ...")
]
Band = Annotated[str, typer.Option("--band", metavar="LAMBDA", help="|a| <= LAMBDA.")]
Dim = Annotated[str, typer.Option("--dim", metavar="D", help="Dimension of x, 1 to 10.")]
Mu = Annotated[str | None, typer.Option("--mu", metavar="M,..", help="Regularisations.")]
Budget = Annotated[
    str | None, typer.Option("--budget", metavar="B,..", help="L2 norms of the density.")
]
Eps = Annotated[str | None, typer.Option("--eps", metavar="E,..", help="Wanted L2 errors.")]
Cube = Annotated[
    bool, typer.Option("--cube", help="|a_i| <= LAMBDA for every i instead; no certificates.")
]


def register(app: typer.Typer) -> None:
    """Add ``response`` to ``app``."""

    @command(app, "response")
    def response(
        console: Console,
        activation: Activation,
        band: Band,
        target: Text = None,
        spectrum: SpectrumText = None,
        dim: Dim = "1",
        mu: Mu = None,
        budget: Budget = None,
        eps: Eps = None,
        cube: Cube = False,
        out: Out = None,
    ) -> int:
        """Exact error and budget of the best density on a band, in L2(R^d)."""
        from theory.ridgelet.activations import activation as known
        from theory.rigor.numbers import parse_positive
        from verify.files import output_folder
        from verify.response_curve import NO_CERTIFICATE, Request, curve

        text, source = _source(target, spectrum)
        selector, values = _selected(mu, budget, eps)
        request = Request(
            text=text,
            source=source,
            activation=known(activation).name,
            band=parse_positive(band, argument="--band"),
            dimension=parse_integer(dim, argument="--dim", low=1, high=10),
            selector=selector,
            values=values,
            cube=cube,
        )
        folder = None if out is None else output_folder(Path(out))
        with console.progress("response"):
            result = curve(request, out=folder)
        picture = None if folder is None else _picture(console, result, folder / "response.png")
        console.result({**result.as_json(), "picture": picture})
        console.table(lambda: _table(result))
        if cube:
            console.say(f"certificates: {NO_CERTIFICATE}")
        console.say(f"scope: {result.as_json()['scope']}")
        if picture is not None:
            console.say(f"picture: {picture}")
        return 0


def _source(target: str | None, spectrum: str | None) -> tuple[str, Literal["target", "spectrum"]]:
    accepted = "exactly one of --target and --spectrum is accepted"
    if target is not None and spectrum is not None:
        raise InputError("--target", target, "stands beside --spectrum:", accepted)
    if target is not None:
        return target, "target"
    if spectrum is not None:
        return spectrum, "spectrum"
    raise InputError("--target", "", "is missing:", accepted)


def _selected(
    mu: str | None, budget: str | None, eps: str | None
) -> tuple[Literal["mu", "budget", "eps"], tuple[Fraction, ...]]:
    from theory.rigor.numbers import parse_positive

    given: list[tuple[Literal["mu", "budget", "eps"], str]] = []
    if mu is not None:
        given.append(("mu", mu))
    if budget is not None:
        given.append(("budget", budget))
    if eps is not None:
        given.append(("eps", eps))
    accepted = "exactly one of --mu, --budget and --eps is accepted"
    if len(given) != 1:
        problem = "stands beside another selector:" if given else "is missing:"
        argument, value = (f"--{given[0][0]}", given[0][1]) if given else ("--mu", "")
        raise InputError(argument, value, problem, accepted)
    name, text = given[0]
    values = tuple(parse_positive(part, argument=f"--{name}") for part in text.split(","))
    return name, values


def _picture(console: Console, result: Curve, path: Path) -> str | None:
    from verify.files import shown
    from verify.pictures import available

    if not available():
        console.note("matplotlib is not installed: no picture")
        return None
    from verify.response_picture import draw

    drawn = draw(result, path)
    return None if drawn is None else shown(drawn)


def _table(result: Curve) -> Table:
    from rich.table import Table

    from verify.display import shown_down, shown_up
    from verify.files import shown

    def cell(pair: tuple[float, float] | None) -> str:
        if pair is None:
            return "-"
        if pair == (0.0, 0.0):
            return "0"
        return f"{shown_down(pair[0], 9)} .. {shown_up(pair[1], 9)}"

    request = result.request
    norm = "|a|_inf" if request.cube else "|a|"
    title = (
        f"{request.text}, {request.activation}, {norm} <= {request.band}, L2(R^{request.dimension})"
    )
    table = Table("mu", "budget", "error", "certificate", title=title, title_justify="left")
    for point in result.points:
        path = "" if point.certificate is None else shown(point.certificate)
        table.add_row(cell(point.mu), cell(point.budget), cell(point.error), path)
    table.add_section()
    table.add_row("norm of f", "", cell(result.norm), "")
    if result.theorem == "R1":
        table.add_row("beyond the band", "any", cell(result.least_error), "")
        return table
    unknown = "infinite, or not shown to be finite"
    limit = cell(result.max_budget) if result.max_budget is not None else unknown
    table.add_row("largest useful budget", limit, cell(result.least_error), "")
    return table
