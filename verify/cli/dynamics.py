"""``icebound dynamics``: recurrent networks that learn a dynamical system by their biases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verify.cli.command import choose, command, parse_integer, torch_threads
from verify.cli.console import Console
from verify.cli.options import Out, Seed

if TYPE_CHECKING:
    from rich.table import Table

    from verify.dynamics.results import DynamicsResult

MOST_STEPS = 10_000_000


def register(app: typer.Typer) -> None:
    """Add ``dynamics`` to ``app``."""

    @command(app, "dynamics")
    def dynamics_command(
        console: Console,
        system: Annotated[
            str, typer.Argument(metavar="SYSTEM", help="cosine, vanderpol or lorenz.")
        ],
        width: Annotated[
            str, typer.Option("--width", metavar="N", help="Units; with 'all', trained numbers.")
        ],
        gain: Annotated[
            str, typer.Option("--gain", metavar="G", help="Weights N(0, G^2/N).")
        ] = "3/2",
        seed: Seed = "0",
        train: Annotated[
            str,
            typer.Option("--train", metavar="biases|all", help="'all': a smaller network."),
        ] = "biases",
        feedback: Annotated[
            bool, typer.Option("--feedback/--no-feedback", help="Run on the own output, or on 0.")
        ] = True,
        leak: Annotated[
            str, typer.Option("--leak", metavar="A", help="r = (1 - A) r + A relu(...).")
        ] = "1/2",
        threshold: Annotated[
            str, typer.Option("--threshold", metavar="E", help="Error that ends the horizon.")
        ] = "0.4",
        horizon: Annotated[
            str, typer.Option("--horizon", metavar="H", help="Steps of the free run at most.")
        ] = "1000",
        steps: Annotated[
            str | None, typer.Option("--steps", metavar="K", help="Steps of training.")
        ] = None,
        minutes: Annotated[
            str | None, typer.Option("--minutes", metavar="M", help="Stop after that time.")
        ] = None,
        out: Out = None,
    ) -> int:
        """A recurrent network with frozen weights learns a system by its biases (measured)."""
        from verify.sandwiches.bias_training import require_torch

        require_torch("dynamics", "install the extra 'train'")
        from numerics.dynamics.module import TRAIN
        from numerics.dynamics.systems import system as known
        from theory.rigor.numbers import parse_positive
        from verify.dynamics.request import LARGEST_WIDTH, DynamicsRequest
        from verify.dynamics.run import dynamics
        from verify.files import output_folder, shown

        request = DynamicsRequest(
            system=known(system).name,
            width=parse_integer(width, argument="--width", low=2, high=LARGEST_WIDTH),
            gain=float(parse_positive(gain, argument="--gain")),
            seed=parse_integer(seed, argument="--seed", low=0, high=2**63),
            train=choose(train, argument="--train", options=TRAIN),
            feedback=feedback,
            leak=float(parse_positive(leak, argument="--leak")),
            threshold=float(parse_positive(threshold, argument="--threshold")),
            horizon=parse_integer(horizon, argument="--horizon", low=1, high=MOST_STEPS),
            steps=None
            if steps is None
            else parse_integer(steps, argument="--steps", low=1, high=MOST_STEPS),
            minutes=None
            if minutes is None
            else float(parse_positive(minutes, argument="--minutes")),
        )
        folder = None if out is None else output_folder(Path(out))
        torch_threads(console.threads)
        with console.progress("integrating") as progress:
            result = dynamics(request, out=folder, progress=progress)
        console.result(result.as_json())
        console.table(lambda: _table(result))
        if result.network is not None:
            console.say(f"network: {shown(result.network)}")
        if result.picture is not None:
            console.say(f"picture: {shown(result.picture)}")
        for note in result.notes:
            console.note(note)
        return 0


def _table(result: DynamicsResult) -> Table:
    from rich.table import Table

    table = Table(title=result.title, title_justify="left", show_header=False)
    for row in result.rows():
        table.add_row(*row)
    return table
