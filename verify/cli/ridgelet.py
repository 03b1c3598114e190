"""``sandwich ridgelet``: band-limited random networks under a budget of their output weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from theory.errors import InputError
from verify.cli.command import command, parse_integer, torch_threads
from verify.cli.console import Console
from verify.cli.options import Out, Seed

if TYPE_CHECKING:
    from fractions import Fraction

    from rich.table import Table

    from verify.sandwiches.band_sweep import BandSweep
    from verify.sandwiches.ridgelet import RidgeletSandwich
    from verify.sandwiches.ridgelet_request import RidgeletRequest


def register(name: str, group: typer.Typer) -> None:
    """Add the ``ridgelet`` command of the group ``name``, where it has one."""
    if name == "sandwich":
        _sandwich(group)


def _sandwich(group: typer.Typer) -> None:
    @command(group, "ridgelet")
    def sandwich_ridgelet_command(
        console: Console,
        target: Annotated[
            str, typer.Option("--target", metavar="EXPR", help="The function of x0, x1, ...")
        ],
        width: Annotated[str, typer.Option("--width", metavar="N", help="Number of hidden units.")],
        activation: Annotated[
            str, typer.Option("--activation", metavar="A", help="See 'icebound activations'.")
        ],
        box: Annotated[
            tuple[str, str],
            typer.Option(
                "--box", metavar="LAMBDA BETA", help="Every |a_i| <= LAMBDA, |b| <= BETA."
            ),
        ],
        budget: Annotated[
            str, typer.Option("--budget", metavar="B", help="The largest |c|_1 of a network.")
        ],
        seed: Seed = "0",
        delta: Annotated[
            str,
            typer.Option("--delta", metavar="D", help="Chance that a sample misses its bound."),
        ] = "0.05",
        sweep_band: Annotated[
            str | None,
            typer.Option("--sweep-band", metavar="L1,L2,...", help="Also at these LAMBDA."),
        ] = None,
        no_train: Annotated[bool, typer.Option("--no-train", help="Skip training.")] = False,
        domain: Annotated[
            str, typer.Option("--domain", metavar="A,B", help="The box; a0,b0,a1,b1,...")
        ] = "0,1",
        out: Out = None,
    ) -> int:
        """Certified lower bound, a sampled network, and output weights trained on one draw."""
        from dataclasses import replace

        from verify.files import output_folder
        from verify.results import Verdict
        from verify.sandwiches.band_sweep import band_sweep
        from verify.sandwiches.ridgelet import sandwich_ridgelet

        request = _request(target, domain, width, activation, box, budget, seed, delta)
        bands = None if sweep_band is None else _bands(request, sweep_band)
        folder = None if out is None else output_folder(Path(out))
        if not no_train:
            torch_threads(console.threads)
        with console.progress("sandwich") as progress:
            result = sandwich_ridgelet(request, train=not no_train, out=folder, progress=progress)
        if bands is not None:
            with console.progress("bands") as progress:
                sweep = band_sweep(request, bands, out=folder, progress=progress)
            result = replace(result, sweep=sweep, notes=(*result.notes, *sweep.notes))
            if sweep.contradictions:
                result = replace(result, verdict=Verdict.REFUTED)
        console.result(result.as_json())
        console.table(lambda: _table(result))
        if result.sweep is not None:
            swept = result.sweep
            console.table(lambda: _sweep_table(swept))
        pictures = [result.picture, None if result.sweep is None else result.sweep.picture]
        console.closing(result.verdict.value, folder, pictures, result.notes)
        if result.sweep is not None and result.sweep.kept:
            console.note(f"{result.sweep.kept} bands were kept from an earlier run")
        return result.verdict.exit_status


def _request(
    target: str,
    domain: str,
    width: str,
    activation: str,
    box: tuple[str, str],
    budget: str,
    seed: str,
    delta: str,
) -> RidgeletRequest:
    from theory.ridgelet.activations import activation as known
    from theory.rigor.numbers import parse_positive
    from theory.targets.box_target import BoxTarget, parse_box
    from verify.sandwiches.ridgelet_request import LARGEST_WIDTH, RidgeletRequest

    aim = BoxTarget.parse(target, parse_box(domain))
    lam, beta = (parse_positive(side, argument="--box") for side in box)
    return RidgeletRequest(
        aim,
        parse_integer(width, argument="--width", low=1, high=LARGEST_WIDTH),
        known(activation).name,
        lam,
        beta,
        parse_positive(budget, argument="--budget"),
        parse_integer(seed, argument="--seed", low=0, high=2**53),
        parse_positive(delta, argument="--delta"),
    )


def _bands(request: RidgeletRequest, text: str) -> tuple[Fraction, ...]:
    """The bands of a sweep, each checked before any work."""
    from theory.rigor.numbers import parse_positive

    bands = tuple(parse_positive(part, argument="--sweep-band") for part in text.split(","))
    for lam in bands:
        try:
            request.with_band(lam)
        except InputError as error:
            raise InputError("--sweep-band", text, error.problem, error.accepted) from None
    return bands


def _table(result: RidgeletSandwich) -> Table:
    """Rows: lower bounds, sample with its prediction, alternatives, training, R7."""
    from rich.table import Table

    from verify.display import shown_down, shown_up

    request = result.request
    table = Table(
        title=f"{request.target.text}: {request.width} {request.activation} units, "
        f"|a_i| <= {request.lam}, |b| <= {request.beta}, |c|_1 <= {request.budget}, L2",
        title_justify="left",
    )
    for name in ("figure", "error", "status", "where it comes from"):
        table.add_column(name, justify="right" if name == "error" else "left")
    lower, worst, made = result.lower, result.class_lower, result.constructed
    about = lower.reason or "any network with this V and budget, of any width"
    table.add_row("lower", shown_down(lower.value, 6), lower.status, f"{lower.theorem}: {about}")
    why = worst.reason or "R8: the same in closed form"
    table.add_row("class lower", shown_down(worst.value), worst.status, why)
    how = f"{made.theorem}: {made.mode} from the fitted measure"
    table.add_row("constructed", shown_up(made.value, 6), made.status, made.reason or how)
    chance = f", with probability {1 - float(request.delta):g}" if made.mode == "sampled" else ""
    bound = f"{made.theorem}: its bound{chance}"
    table.add_row("  predicted", shown_up(made.predicted, 6), "theorem", bound)
    for other in made.alternatives:
        table.add_row(
            f"  {other.theorem}", shown_up(other.value, 6), "certified", other.reason or ""
        )
    if result.trained_figure is not None:
        trained = result.trained_figure
        about = f"{trained.algorithm}, seed {request.seed}"
        table.add_row("trained", shown_up(trained.value, 6), trained.status, about)
    for run in result.gradient:
        decay = f", weight decay {run.decay:g}" if run.decay else ""
        uses = f"{run.optimiser}{decay}: uses |c|_1 = {run.budget:.4g}"
        table.add_row("  gradient", f"{run.value:.4g}", run.status, uses)
    if result.tikhonov is not None:
        path = result.tikhonov
        uses = f"R7: |c|_2 = {path.norm:.4g}, |c|_1 = {path.mass:.4g}"
        table.add_row("Tikhonov", f"{path.value:.4g}", path.status, uses)
        uses = f"R7: minimum norm, |c|_2 = {path.minimum_norm:.4g}, " \
               f"|c|_1 = {path.minimum_norm_mass:.4g}"  # fmt: skip
        table.add_row("  its end", f"{path.minimum_norm_value:.4g}", path.status, uses)
    return table


def _sweep_table(sweep: BandSweep) -> Table:
    from rich.table import Table

    from verify.display import shown_down, shown_up

    table = Table(title=f"|c|_1 <= {sweep.request.budget}, by band", title_justify="left")
    for name in ("lambda", "lower", "fit", "constructed", "trained", "median of draws"):
        table.add_column(name, justify="right")
    for point in sweep.points:
        table.add_row(
            f"{float(point.lam):g}",
            shown_down(point.lower),
            shown_up(point.fit),
            shown_up(point.constructed),
            shown_up(point.trained),
            f"{point.trained_median:.4g}",
        )
    return table
