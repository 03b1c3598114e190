"""``icebound width rnn``: how many frozen recurrent units the matching theorem asks for."""

from __future__ import annotations

from typing import Annotated

import typer

from theory.rigor.numbers import exact_text, parse_number
from verify.cli.command import command, parse_integer
from verify.cli.console import Console


def _option(name: str, metavar: str, about: str) -> typer.models.OptionInfo:
    info: typer.models.OptionInfo = typer.Option(name, metavar=metavar, help=about)
    return info


def register(name: str, group: typer.Typer) -> None:
    """Add ``rnn`` to the group ``width``, nothing to others."""
    if name != "width":
        return

    @command(group, "rnn")
    def width_rnn(
        console: Console,
        units: Annotated[str, _option("--units", "M0", "Units of the network to track.")],
        steps: Annotated[str, _option("--steps", "T", "Horizon.")],
        eps: Annotated[str, _option("--eps", "E", "Summed error, half of it for matching.")],
        inputs: Annotated[str, _option("--inputs", "DX", "Inputs.")] = "1",
        outputs: Annotated[str, _option("--outputs", "L", "Outputs.")] = "1",
        delta: Annotated[str, _option("--delta", "D", "Probability of failure.")] = "0.05",
        weight_range: Annotated[
            str, _option("--weight-range", "R", "Weights uniform on [-R, R].")
        ] = "1",
        gamma: Annotated[
            str, _option("--gamma", "G", "Bound of the tracked network's parameters.")
        ] = "1/2",
        alpha: Annotated[str, _option("--alpha", "A", "Leak.")] = "0",
        beta: Annotated[str, _option("--beta", "B", "Gain of the nonlinearity.")] = "1",
        rmax: Annotated[str, _option("--rmax", "R", "Bound of its states.")] = "1",
        xmax: Annotated[str, _option("--xmax", "X", "Bound of the inputs, l1.")] = "1",
        explain: Annotated[bool, typer.Option("--explain", help="Show the inequalities.")] = False,
    ) -> int:
        """The width at which biases alone track a recurrent network of M0 units (B4)."""
        from theory.bias.recurrent import (
            LARGEST_STEPS,
            LARGEST_UNITS,
            RecurrentTask,
            recurrent_width,
        )
        from theory.rigor.balls import float_down
        from verify.display import shown_up
        from verify.results import as_json

        def size(text: str, argument: str, most: int = LARGEST_UNITS) -> int:
            return parse_integer(text, argument=argument, low=1, high=most)

        task = RecurrentTask(
            units=size(units, "--units"),
            inputs=size(inputs, "--inputs"),
            outputs=size(outputs, "--outputs"),
            steps=size(steps, "--steps", LARGEST_STEPS),
            weight_range=parse_number(weight_range, argument="--weight-range"),
            gamma=parse_number(gamma, argument="--gamma"),
            alpha=parse_number(alpha, argument="--alpha"),
            beta=parse_number(beta, argument="--beta"),
            rmax=parse_number(rmax, argument="--rmax"),
            xmax=parse_number(xmax, argument="--xmax"),
        )
        wanted = parse_number(eps, argument="--eps")
        failure = parse_number(delta, argument="--delta")
        found = recurrent_width(task, wanted, failure)
        document = {
            "log10_width": found.log10_width,
            "m0": task.units,
            "eta": float_down(found.eta),
            "entries": task.matched,
            "theorem": "B4",
            "status": "theorem",
            "explain": found.explain if explain else None,
        }
        console.result(as_json(document))
        console.say(
            f"width 10^{shown_up(found.log10_width[1], 6)}: B4 guarantees biases that track "
            f"{task.units} units for {task.steps} steps with a summed error of at most "
            f"{exact_text(wanted / 2)}, with probability {exact_text(1 - failure)}"
        )
        for line in found.explain if explain else ():
            console.say(f"  {line}")
        return 0
