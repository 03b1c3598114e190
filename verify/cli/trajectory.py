"""``icebound trajectory``: a trained recurrent network beside the true solution, certified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verify.cli.command import command, parse_integer
from verify.cli.console import Console
from verify.cli.options import Out

if TYPE_CHECKING:
    from fractions import Fraction

    from rich.table import Table

    from verify.trajectories.results import TrajectoryResult

Text = str | None


def register(app: typer.Typer) -> None:
    """Add ``trajectory`` to ``app``."""

    @command(app, "trajectory")
    def trajectory_command(
        console: Console,
        network: Annotated[
            str,
            typer.Option("--network", metavar="FILE.npz", help="Network of 'icebound dynamics'."),
        ],
        box: Annotated[
            str,
            typer.Option("--box", metavar="LO0,HI0,...", help="Initial states of the system."),
        ],
        steps: Annotated[
            str, typer.Option("--steps", metavar="T", help="Steps after the warm-up.")
        ] = "60",
        system: Annotated[
            Text, typer.Option("--system", metavar="NAME", help="The system, as in the file.")
        ] = None,
        warm: Annotated[
            Text, typer.Option("--warm", metavar="K", help="True samples before that.")
        ] = None,
        driven: Annotated[
            bool | None,
            typer.Option("--driven/--free", help="True samples, or its own output, go in."),
        ] = None,
        split: Annotated[
            str,
            typer.Option("--split", metavar="K", help="Cells per axis: K, K0,K1,... or auto."),
        ] = "1",
        threshold: Annotated[
            str, typer.Option("--threshold", metavar="E", help="Distance that ends the horizon.")
        ] = "0.4",
        out: Out = None,
    ) -> int:
        """How far a trained recurrent network is from the true solution, for a box of starts."""
        from theory.errors import InputError
        from theory.rigor.numbers import parse_positive
        from theory.trajectories.distance import MOST_CELLS
        from verify.dynamics.network_file import read_trained
        from verify.files import output_folder, shown
        from verify.trajectories.request import LARGEST_STEPS, TrajectoryRequest
        from verify.trajectories.run import refined, trajectory

        file = read_trained(Path(network), argument="--network")
        if system is not None and system != file.system:
            accepted = f"{file.system}, the system of {Path(network).name}, is accepted"
            raise InputError("--system", system, "is not that of the network:", accepted)
        auto = split == "auto"
        parts = tuple(
            parse_integer(part, argument="--split", low=1, high=MOST_CELLS)
            for part in ("1" if auto else split).split(",")
        )
        request = TrajectoryRequest(
            file,
            sides := _box(box),
            parse_integer(steps, argument="--steps", low=1, high=LARGEST_STEPS),
            parts * len(sides) if len(parts) == 1 else parts,
            None
            if warm is None
            else parse_integer(warm, argument="--warm", low=0, high=LARGEST_STEPS),
            driven,
            float(parse_positive(threshold, argument="--threshold")),
        )
        folder = None if out is None else output_folder(Path(out))
        with console.progress("enclosing") as progress:
            enclose = refined if auto else trajectory
            result = enclose(request, out=folder, progress=progress)
        console.result(result.as_json())
        console.table(lambda: _table(result))
        for name in ("certificate", "picture"):
            if (path := getattr(result, name)) is not None:
                console.say(f"{name}: {shown(path)}")
        for note in result.notes:
            console.note(note)
        if result.blow_up_at is not None:
            console.note("a smaller box, or more cells (--split), go further")
        return result.exit_status


def _box(text: str) -> tuple[tuple[Fraction, Fraction], ...]:
    """LO0,HI0,LO1,HI1,... as exact pairs."""
    from theory.errors import InputError
    from theory.rigor.numbers import parse_number

    ends = [parse_number(part, argument="--box") for part in text.split(",")]
    if len(ends) % 2:
        accepted = "lo0,hi0,lo1,hi1,... is accepted, such as --box=-1,1,0,2"
        raise InputError("--box", text, f"has {len(ends)} numbers:", accepted)
    return tuple(zip(ends[::2], ends[1::2], strict=True))


def _table(result: TrajectoryResult) -> Table:
    from rich.table import Table

    table = Table(title=result.title, title_justify="left", show_header=False)
    for row in result.rows():
        table.add_row(*row)
    return table
